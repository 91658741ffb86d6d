"""What a viewer needs to watch a session: its videos, and cookies that open its streams for a short while."""

import time
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from functions.get_stream.signing import signer
from matinee import cookies, db
from matinee.auth import Credentials, watched_session
from matinee.db import videos
from matinee.db.sessions import Session
from matinee.db.videos import Video
from matinee.settings import OriginSettings, StreamSettings, settings


@dataclass(frozen=True)
class Ticket:
    """A session, its videos, and the cookies (name to value) that open its streams until ``expires`` (epoch seconds)."""

    session: Session
    videos: list[Video]
    cookies: dict[str, str]
    expires: int

    @property
    def expires_at(self) -> datetime:
        """``expires`` as a time."""
        return datetime.fromtimestamp(self.expires, UTC)


def ticket(session_id: UUID, credentials: Credentials) -> Ticket:
    """A ticket for those who may watch; it never outlives the session. Raises what ``watched_session`` raises."""
    with db.transaction() as tx:
        session = watched_session(tx, session_id, credentials)
        found = videos.of_session(tx, session_id)
    configured = settings(StreamSettings)
    # In steps, so that the viewers of a session share a signature for some seconds: signing costs a quarter of the whole call.
    step = max(1, configured.stream_cookie_seconds // 30)
    expires = int(time.time()) // step * step + configured.stream_cookie_seconds
    if session.ends_at is not None:
        expires = min(expires, int(session.ends_at.timestamp()))
    policy = cookies.stream_policy(settings(OriginSettings).public_url, session_id, session.access_epoch, expires)
    return Ticket(session, found, cookies.signed_cookies(policy, configured.signing_key_id, signer()), expires)
