"""Signing up, in and out, and leaving."""

import hashlib
import ipaddress
from collections.abc import Sequence
from uuid import UUID

from functions.sessions import passwords
from matinee import db, events
from matinee.auth import Credentials
from matinee.db import accounts, sessions
from matinee.db.accounts import User
from matinee.errors import MatineeError
from matinee.ids import digest, new_id, new_secret
from matinee.settings import AccountSettings, settings


def sign_up(email: str, password: str, name: str) -> User:
    """A new account. Raises signup_closed, email_taken."""
    if not settings(AccountSettings).signup_open:
        raise MatineeError("signup_closed")
    password_hash = passwords.hash_password(password)
    with db.transaction() as tx:
        user = accounts.add(tx, new_id(), email, name, password_hash)
    if user is None:
        raise MatineeError("email_taken")
    return user


def log_in(email: str, password: str, address: str) -> tuple[User, str]:
    """The account and a fresh token. Raises wrong_credentials, too_many_attempts.

    An attempt counts as failed until its password was found right, so that many at once are not more than many in a row. Whether
    an account exists can be told neither from the answer nor from its time.
    """
    configured = settings(AccountSettings)
    email_subject, address_subject = _subject("email", email.lower()), _subject("address", _network(address))
    with db.transaction() as tx:
        at, counted = accounts.note_login_attempt(tx, [email_subject, address_subject], configured.login_window_seconds)
        allowed = [configured.login_failures_allowed, configured.login_failures_allowed_per_address]
        waits = [failed.oldest_leaves_in for failed, most in zip(counted, allowed, strict=True) if failed.count > most]
        if waits:
            raise MatineeError("too_many_attempts", retry_after=max(1, round(max(waits))))
        found = accounts.by_email(tx, email)
    user, password_hash = found or (None, None)
    if not passwords.fits(password, password_hash) or user is None or password_hash is None:
        raise MatineeError("wrong_credentials")
    fresh_hash = passwords.hash_password(password) if passwords.is_outdated(password_hash) else None
    token = new_secret()
    with db.transaction() as tx:
        accounts.forgive_login_attempts(tx, email_subject, address_subject, at)
        accounts.add_token(tx, digest(token), user.id, configured.token_seconds)
        if fresh_hash:
            accounts.set_password_hash(tx, user.id, fresh_hash)
    return user, token


def log_out(credentials: Credentials) -> None:
    """Make the request's token void, if it brought one."""
    if credentials.token:
        with db.transaction() as tx:
            accounts.revoke_token(tx, digest(credentials.token))


def leave(user_id: UUID) -> None:
    """Close an account: all its sessions end, all its tokens are void. Cleanup deletes the rest."""
    with db.transaction() as tx:
        ended = sessions.end_all(tx, user_id)
        accounts.delete(tx, user_id)
    _announce_end(ended)


def _announce_end(ended: Sequence[UUID]) -> None:
    events.emit(*(events.SessionEnded(session_id=session_id) for session_id in ended))


def _subject(kind: str, value: str) -> bytes:
    """What failed logins are counted under: a digest, so that typed addresses are not kept."""
    return hashlib.sha256(f"{kind}:{value}".encode(errors="replace")).digest()


def _network(address: str) -> str:
    """The address itself for IPv4; for IPv6 its /64, which is what one subscriber has at least."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, 64), strict=False)) if parsed.version == 6 else str(parsed)
