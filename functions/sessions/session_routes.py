"""Routes of sessions and invitations."""

from typing import Annotated
from uuid import UUID

from fastapi import APIRouter, Query, Response

from functions.sessions import hosting
from functions.sessions.bodies import (
    InviteBody,
    Join,
    JoinBody,
    NewSession,
    ReceiptBody,
    SessionBody,
    SessionPageBody,
    SessionTitleBody,
    SessionWithVideosBody,
)
from matinee.auth import GUEST_COOKIE, SignedIn
from matinee.bodies import VideoBody
from matinee.http import problems
from matinee.settings import AccountSettings, OriginSettings, settings

router = APIRouter(prefix="/api/sessions", tags=["sessions"])
NOT_OURS = ("not_authenticated", "forbidden", "session_not_found")


@router.post("", status_code=201, responses=problems("invalid_request", "ends_at_in_past", "not_authenticated"))
def open_session(user: SignedIn, body: NewSession) -> SessionBody:
    """Open a session."""
    return SessionBody.model_validate(hosting.open_session(user.id, body.title, body.ends_at))


@router.get("", responses=problems("invalid_request", "not_authenticated"))
def list_sessions(
    user: SignedIn, limit: Annotated[int, Query(ge=1, le=100)] = 20, cursor: Annotated[UUID | None, Query()] = None
) -> SessionPageBody:
    """The host's own sessions, newest first, by pages."""
    found, following = hosting.page_of_sessions(user.id, limit, cursor)
    return SessionPageBody(
        items=[SessionBody.model_validate(session) for session in found], next=str(following) if following else None
    )


@router.get("/{session_id}", responses=problems(*NOT_OURS))
def get_session(user: SignedIn, session_id: UUID) -> SessionWithVideosBody:
    """One of the host's own sessions, with its videos and their progress."""
    session, videos = hosting.session_with_videos(user.id, session_id)
    body = SessionBody.model_validate(session)
    return SessionWithVideosBody(**body.model_dump(), videos=[VideoBody.of(video) for video in videos])


@router.post("/{session_id}/invites", status_code=201, responses=problems(*NOT_OURS, "session_ended"))
def invite(user: SignedIn, session_id: UUID) -> InviteBody:
    """A new link for guests. The one before stops working at once, for those who joined by it, too."""
    return InviteBody(url=hosting.invite(user.id, session_id))


@router.post("/{session_id}/join", responses=problems("invalid_request", "invite_invalid", "session_not_found", "session_ended"))
def join(session_id: UUID, body: Join, response: Response) -> JoinBody:
    """Come in as a guest, with the secret of an invitation's link."""
    session, token = hosting.join(session_id, body.invite)
    response.set_cookie(
        GUEST_COOKIE,
        token,
        max_age=settings(AccountSettings).token_seconds,
        path=f"/api/sessions/{session_id}",
        httponly=True,
        samesite="lax",
        secure=settings(OriginSettings).is_https,
    )
    return JoinBody(session=SessionTitleBody.model_validate(session))


@router.post("/{session_id}/end", status_code=202, responses=problems(*NOT_OURS))
def end_session(user: SignedIn, session_id: UUID) -> SessionBody:
    """End a session: nobody can watch it any more, and everything of it is deleted."""
    return SessionBody.model_validate(hosting.end_session(user.id, session_id))


@router.get("/{session_id}/receipt", responses=problems(*NOT_OURS, "receipt_not_ready"))
def receipt(user: SignedIn, session_id: UUID) -> ReceiptBody:
    """What was deleted after the end."""
    return ReceiptBody.model_validate(hosting.receipt(user.id, session_id))
