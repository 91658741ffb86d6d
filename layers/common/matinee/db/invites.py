"""SQL about invitations, the guests that came with them, and who may watch a session."""

from dataclasses import dataclass
from uuid import UUID

from matinee.db import Tx
from matinee.db.sessions import COLUMNS, Session


@dataclass(frozen=True)
class Access:
    """A session, and what the credentials of one request are worth for it."""

    session: Session
    is_host: bool
    is_guest: bool


_ACCESS = f"""
select {COLUMNS},
       exists (select 1 from access_tokens t join users u on u.id = t.user_id
                where t.digest = %s and t.expires_at > now() and u.id = s.host_id and u.deleted_at is null) as is_host,
       exists (select 1 from guests g join invites i on i.id = g.invite_id
                where g.digest = %s and g.expires_at > now() and i.session_id = s.id and i.revoked_at is null) as is_guest
  from sessions s where s.id = %s
"""  # noqa: S608 - only the names of columns are put in


def renew(tx: Tx, invite_id: UUID, session_id: UUID, invite_digest: bytes) -> int | None:
    """A new link. The one before stops working, and so does all that was given out on it: guests and stream cookies.

    The cookies are void because ``access_epoch`` rises; gives the new one, None when there was no link before. Call it with the
    session locked.
    """
    row = tx.execute(
        """
        with revoked as (update invites set revoked_at = now() where session_id = %s and revoked_at is null returning session_id)
        update sessions s set access_epoch = access_epoch + 1 from revoked where s.id = revoked.session_id returning access_epoch
        """,
        [session_id],
    ).fetchone()
    tx.execute("insert into invites (id, session_id, digest) values (%s, %s, %s)", [invite_id, session_id, invite_digest])
    return row["access_epoch"] if row else None


def admit(tx: Tx, session_id: UUID, invite_digest: bytes, guest_digest: bytes, seconds: int) -> bool:
    """A guest comes in by a link, for ``seconds`` but not beyond the session's end; False when the link does not work."""
    return (
        tx.execute(
            """
            insert into guests (digest, invite_id, expires_at)
            select %s, i.id, least(now() + %s * interval '1 second', s.ends_at)
              from invites i join sessions s on s.id = i.session_id
             where i.digest = %s and s.id = %s and i.revoked_at is null
            """,
            [guest_digest, seconds, invite_digest, session_id],
        ).rowcount
        == 1
    )


def access(tx: Tx, session_id: UUID, token_digest: bytes | None, guest_digest: bytes | None) -> Access | None:
    """Whether these digests let their bearer watch the session, in one round trip; None when there is no such session."""
    row = tx.execute(_ACCESS, [token_digest, guest_digest, session_id]).fetchone()
    if row is None:
        return None
    is_host, is_guest = row.pop("is_host"), row.pop("is_guest")
    return Access(Session(**row), is_host, is_guest)
