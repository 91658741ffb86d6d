"""A host's sessions, and how guests come in."""

from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from matinee import db, events
from matinee.auth import own_session
from matinee.db import invites, sessions, videos
from matinee.db.sessions import Session
from matinee.db.videos import Video
from matinee.errors import MatineeError
from matinee.ids import digest, new_id, new_secret
from matinee.settings import AccountSettings, OriginSettings, settings


def open_session(host_id: UUID, title: str, ends_at: datetime | None) -> Session:
    """A new session. Raises ends_at_in_past."""
    if ends_at is not None and ends_at <= datetime.now(UTC):
        raise MatineeError("ends_at_in_past")
    with db.transaction() as tx:
        return sessions.add(tx, new_id(), host_id, title, ends_at)


def page_of_sessions(host_id: UUID, limit: int, before: UUID | None) -> tuple[list[Session], UUID | None]:
    """Up to ``limit`` sessions, newest first, and where the next page begins (None: nowhere)."""
    with db.transaction() as tx:
        found = sessions.page(tx, host_id, limit + 1, before)
    return found[:limit], found[limit - 1].id if len(found) > limit else None


def session_with_videos(host_id: UUID, session_id: UUID) -> tuple[Session, list[Video]]:
    """A session of this host and its videos. Raises session_not_found, forbidden."""
    with db.transaction() as tx:
        return own_session(sessions.get(tx, session_id), host_id), videos.of_session(tx, session_id)


def invite(host_id: UUID, session_id: UUID) -> str:
    """A new invitation's link; the one before no longer works. Raises session_not_found, forbidden, session_ended."""
    secret = new_secret()
    with db.transaction() as tx:
        if own_session(sessions.lock(tx, session_id), host_id).is_over:
            raise MatineeError("session_ended")
        epoch = invites.renew(tx, new_id(), session_id, digest(secret))
    if epoch is not None:
        events.emit(events.SessionAccessChanged(session_id=session_id, access_epoch=epoch))
    return f"{settings(OriginSettings).public_url}/watch/{session_id}#{secret}"


def join(session_id: UUID, secret: str) -> tuple[Session, str]:
    """The session and a guest's token for it. Raises session_not_found, session_ended, invite_invalid."""
    token = new_secret()
    with db.transaction() as tx:
        session = sessions.get(tx, session_id)
        if session is None:
            raise MatineeError("session_not_found")
        if session.is_over:
            raise MatineeError("session_ended")
        if not invites.admit(tx, session_id, digest(secret), digest(token), settings(AccountSettings).token_seconds):
            raise MatineeError("invite_invalid")
    return session, token


def end_session(host_id: UUID, session_id: UUID) -> Session:
    """End a session, once; a second call gives the same. Raises session_not_found, forbidden."""
    with db.transaction() as tx:
        own_session(sessions.lock(tx, session_id), host_id)
        is_first = sessions.end(tx, session_id)
        ended = own_session(sessions.get(tx, session_id), host_id)
    if is_first:
        events.emit(events.SessionEnded(session_id=session_id))
    return ended


def receipt(host_id: UUID, session_id: UUID) -> dict[str, Any]:
    """The receipt. Raises session_not_found, forbidden, receipt_not_ready."""
    with db.transaction() as tx:
        own_session(sessions.get(tx, session_id), host_id)
        found = sessions.receipt(tx, session_id)
    if found is None:
        raise MatineeError("receipt_not_ready")
    return found
