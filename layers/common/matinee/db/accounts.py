"""SQL about accounts: hosts, the tokens they are signed in with, and failed logins."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from matinee.db import Tx


@dataclass(frozen=True)
class User:
    """A host."""

    id: UUID
    email: str
    name: str
    created_at: datetime


@dataclass(frozen=True)
class FailedLogins:
    """How often a subject failed within the window, this attempt included, and when the oldest of them leaves it (seconds)."""

    count: int
    oldest_leaves_in: float


def add(tx: Tx, user_id: UUID, email: str, name: str, password_hash: str) -> User | None:
    """A new account; None when the e-mail address has one, whatever its case."""
    row = tx.execute(
        """
        insert into users (id, email, name, password_hash) values (%s, %s, %s, %s)
        on conflict (lower(email)) do nothing returning id, email, name, created_at
        """,
        [user_id, email, name, password_hash],
    ).fetchone()
    return User(**row) if row else None


def by_email(tx: Tx, email: str) -> tuple[User, str] | None:
    """The account of an e-mail address with its password's hash, or None."""
    row = tx.execute(
        """
        select id, email, name, created_at, password_hash from users
         where lower(email) = lower(%s) and deleted_at is null
        """,
        [email],
    ).fetchone()
    if row is None:
        return None
    password_hash = row.pop("password_hash")
    return User(**row), password_hash


def set_password_hash(tx: Tx, user_id: UUID, password_hash: str) -> None:
    """Replace the hash, when the one that is kept was made with older parameters."""
    tx.execute("update users set password_hash = %s where id = %s", [password_hash, user_id])


def add_token(tx: Tx, token_digest: bytes, user_id: UUID, seconds: int) -> None:
    """Remember a token that is good for ``seconds``; tokens of the same account that ran out are forgotten."""
    tx.execute("delete from access_tokens where user_id = %s and expires_at <= now()", [user_id])
    tx.execute(
        "insert into access_tokens (digest, user_id, expires_at) values (%s, %s, now() + %s * interval '1 second')",
        [token_digest, user_id, seconds],
    )


def by_token(tx: Tx, token_digest: bytes) -> User | None:
    """The account that a working token belongs to, or None."""
    row = tx.execute(
        """
        select u.id, u.email, u.name, u.created_at from access_tokens t join users u on u.id = t.user_id
         where t.digest = %s and t.expires_at > now() and u.deleted_at is null
        """,
        [token_digest],
    ).fetchone()
    return User(**row) if row else None


def revoke_token(tx: Tx, token_digest: bytes) -> None:
    """Make one token void."""
    tx.execute("delete from access_tokens where digest = %s", [token_digest])


def delete(tx: Tx, user_id: UUID) -> None:
    """Make the account void at once: tokens gone, and its e-mail address, name and password forgotten.

    The bare row stays until all its sessions are purged, since they hang on it.
    """
    tx.execute("delete from access_tokens where user_id = %s", [user_id])
    tx.execute(
        """
        update users set email = 'deleted:' || id, name = 'deleted', password_hash = '', deleted_at = now()
         where id = %s and deleted_at is null
        """,
        [user_id],
    )


def note_login_attempt(tx: Tx, subjects: Sequence[bytes], window_seconds: int) -> tuple[datetime, list[FailedLogins]]:
    """Count an attempt as failed for each subject, before the password is looked at; gives its time and what each has now.

    Attempts of one subject are counted one after the other, so that many at once cannot slip through together. Roll back to
    leave an attempt uncounted.
    """
    for subject in sorted(subjects):  # in one order, or two attempts could wait for each other
        tx.execute("select pg_advisory_xact_lock(hashtextextended(encode(%s, 'hex'), 0))", [subject])
    at: datetime = tx.execute("select clock_timestamp() as at").fetchall()[0]["at"]
    counted = []
    for subject in subjects:
        tx.execute(
            "delete from login_failures where subject = %s and at <= %s - %s * interval '1 second'", [subject, at, window_seconds]
        )
        tx.execute("insert into login_failures (subject, at) values (%s, %s)", [subject, at])
        row = tx.execute(
            """
            select count(*) as count, extract(epoch from min(at) + %s * interval '1 second' - %s)::float8 as oldest_leaves_in
              from login_failures where subject = %s
            """,
            [window_seconds, at, subject],
        ).fetchall()[0]
        counted.append(FailedLogins(**row))
    return at, counted


def forgive_login_attempts(tx: Tx, email_subject: bytes, address_subject: bytes, at: datetime) -> None:
    """After a login that went well: nothing is held against the e-mail address, nor this attempt against the network address."""
    tx.execute("delete from login_failures where subject = %s", [email_subject])
    tx.execute("delete from login_failures where subject = %s and at = %s", [address_subject, at])
