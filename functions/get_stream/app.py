"""HTTP app for the stream call: where the videos of a session are, and the cookies that open them."""

from matinee import cold_start  # isort: skip

import time
from uuid import UUID

from fastapi import APIRouter, Response
from pydantic import BaseModel, ConfigDict

from functions.get_stream.watching import ticket
from matinee.auth import Presented
from matinee.bodies import VideoBody
from matinee.cookies import stream_path
from matinee.http import Instant, make_app, make_lambda_handler, problems
from matinee.settings import OriginSettings, settings

router = APIRouter(prefix="/api/sessions", tags=["streams"])


class WatchedSessionBody(BaseModel):
    """What a viewer may know of a session."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    title: str
    ends_at: Instant | None


class StreamBody(BaseModel):
    """The videos, oldest first. Ask again before ``cookies_expire_at``."""

    session: WatchedSessionBody
    videos: list[VideoBody]
    cookies_expire_at: Instant


@router.get("/{session_id}/stream", responses=problems("not_authenticated", "forbidden", "session_not_found", "session_ended"))
def get_stream(session_id: UUID, credentials: Presented, response: Response) -> StreamBody:
    """For the host and the guests of a session: its videos, and the cookies that open their streams."""
    given = ticket(session_id, credentials)
    for name, value in given.cookies.items():
        response.set_cookie(
            name,
            value,
            max_age=max(0, given.expires - int(time.time())),
            path=stream_path(session_id),
            httponly=True,
            samesite="lax",
            secure=settings(OriginSettings).is_https,
        )
    return StreamBody(
        session=WatchedSessionBody.model_validate(given.session),
        videos=[VideoBody.of(video) for video in given.videos],
        cookies_expire_at=given.expires_at,
    )


app = make_app("Matinee streams", [router])
lambda_handler = make_lambda_handler(app)
cold_start.over()
