"""JSON bodies of the accounts' and sessions' calls. What is taken is cleaned here; what is given comes from rows."""

import unicodedata
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING, Annotated, Literal
from uuid import UUID

from pydantic import AfterValidator, AwareDatetime, BaseModel, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

from matinee.bodies import VideoBody
from matinee.db.videos import VideoStatus
from matinee.http import Instant

if TYPE_CHECKING:
    from email_validator import ValidatedEmail


def _one_line(text: str) -> str:
    """NFC; refuses control characters, which PostgreSQL (NUL) or a terminal would choke on."""
    if any(unicodedata.category(character) == "Cc" for character in text):
        raise PydanticCustomError("one_line", "must not hold control characters")
    return unicodedata.normalize("NFC", text)


@cache
def _email_checker() -> "Callable[..., ValidatedEmail]":
    """The checker; it also takes the domains of private networks (RFC 6762, 2606), for an installation may be private."""
    import email_validator

    private = {"local", "localhost", "test"}
    email_validator.SPECIAL_USE_DOMAIN_NAMES[:] = [d for d in email_validator.SPECIAL_USE_DOMAIN_NAMES if d not in private]
    return email_validator.validate_email


def _email(text: str) -> str:
    """A well-formed address in its normal form; whether mail arrives there is not asked."""
    try:
        return _email_checker()(text, check_deliverability=False, globally_deliverable=False).normalized
    except ValueError as error:  # its EmailNotValidError is one
        raise PydanticCustomError("email", "is not an e-mail address") from error


Line = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200), AfterValidator(_one_line)]
Email = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254), AfterValidator(_email)]
Password = Annotated[str, StringConstraints(min_length=8, max_length=1024)]
Secret = Annotated[str, StringConstraints(min_length=1, max_length=128)]


class SignUp(BaseModel):
    """A new account."""

    email: Email
    password: Password
    name: Line


class Login(BaseModel):
    """Credentials as typed; what is no address or too short is a wrong one, not a malformed request."""

    email: Annotated[str, StringConstraints(strip_whitespace=True, max_length=1024)]
    password: Annotated[str, StringConstraints(max_length=1024)]


class UserBody(BaseModel):
    """A host."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    email: str
    name: str
    created_at: Instant


class LoginBody(BaseModel):
    """The token is also set as the cookie ``matinee_auth``."""

    token: str
    user: UserBody


class NewSession(BaseModel):
    """A session to be opened; it ends by itself at ``ends_at``."""

    title: Line
    ends_at: AwareDatetime | None = None


class SessionBody(BaseModel):
    """A session."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    title: str
    created_at: Instant
    ends_at: Instant | None
    ended_at: Instant | None
    purged_at: Instant | None
    state: Literal["open", "ending", "ended"] = Field(description="`ending`: its files are being deleted; `ended`: they are gone")


class SessionWithVideosBody(SessionBody):
    """A session with its videos, oldest first."""

    videos: list[VideoBody]


class SessionPageBody(BaseModel):
    """Sessions, newest first; ``next`` is the ``cursor`` of the next page."""

    items: list[SessionBody]
    next: str | None


class InviteBody(BaseModel):
    """The link; its secret is in the fragment, which no server sees."""

    url: str


class Join(BaseModel):
    """The secret from an invitation's link."""

    invite: Secret


class SessionTitleBody(BaseModel):
    """What a guest may know of a session."""

    model_config = ConfigDict(from_attributes=True)
    id: UUID
    title: str


class JoinBody(BaseModel):
    """The session that a guest joined; the cookie ``matinee_guest`` is set for it."""

    session: SessionTitleBody


class CountsBody(BaseModel):
    """What lay in the bucket, by kind."""

    objects: int = 0
    versions: int = 0
    delete_markers: int = 0
    multipart_uploads: int = 0
    bytes: int = 0


class DeletedVideoBody(BaseModel):
    """A video as it was when its session ended."""

    id: UUID
    filename: str
    size_bytes: int
    status: VideoStatus


class ReceiptBody(BaseModel):
    """Proof of the deletion: what was found, what was deleted, and that a last listing found nothing."""

    session_id: UUID
    title: str
    ended_at: Instant
    started_at: Instant
    finished_at: Instant
    found: CountsBody
    deleted: CountsBody
    remaining: int
    videos: list[DeletedVideoBody]


class HealthBody(BaseModel):
    """The process is alive and takes requests."""

    status: Literal["ok"] = "ok"
