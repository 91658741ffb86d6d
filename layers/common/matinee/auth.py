"""Who is asking: hosts by a token (cookie or Bearer), guests by the cookie of the session they joined.

Tokens are opaque, random and revocable; the database keeps digests only. The logic takes plain header values, since tusd's hooks
bring the headers of somebody else's request.
"""

from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from fastapi import Depends, Request, Security
from fastapi.security import APIKeyCookie, HTTPBearer

from matinee import db
from matinee.db import Tx, accounts, invites
from matinee.db.accounts import User
from matinee.db.sessions import Session
from matinee.errors import MatineeError
from matinee.ids import digest

AUTH_COOKIE = "matinee_auth"
GUEST_COOKIE = "matinee_guest"
MAX_TOKEN_LENGTH = 128  # ours have 43 characters


@dataclass(frozen=True)
class Credentials:
    """What a request brought, unchecked."""

    token: str | None = None
    guest: str | None = None

    @classmethod
    def of_headers(cls, authorization: str | None, cookie: str | None) -> "Credentials":
        """Read the values of ``Authorization`` and ``Cookie``. A Bearer token goes before the cookie: it was sent on purpose."""
        scheme, _, bearer = (authorization or "").strip().partition(" ")
        token = bearer.strip() if scheme.lower() == "bearer" else None
        return cls(_plausible(token or _cookie(cookie, AUTH_COOKIE)), _plausible(_cookie(cookie, GUEST_COOKIE)))


def host(tx: Tx, credentials: Credentials) -> User:
    """The signed-in host. Raises not_authenticated."""
    user = accounts.by_token(tx, digest(credentials.token)) if credentials.token else None
    if user is None:
        raise MatineeError("not_authenticated")
    return user


def own_session(session: Session | None, host_id: UUID) -> Session:
    """The session, for its host alone. Raises session_not_found, forbidden."""
    if session is None:
        raise MatineeError("session_not_found")
    if session.host_id != host_id:
        raise MatineeError("forbidden")
    return session


def watched_session(tx: Tx, session_id: UUID, credentials: Credentials) -> Session:
    """The session, for its host and its guests. Raises not_authenticated, session_not_found, session_ended, forbidden.

    When a session is purged its guests are forgotten; whoever still brings a guest's cookie is told that it ended.
    """
    token, guest = credentials.token, credentials.guest
    if token is None and guest is None:
        raise MatineeError("not_authenticated")
    access = invites.access(tx, session_id, digest(token) if token else None, digest(guest) if guest else None)
    if access is not None and (access.is_host or access.is_guest or (guest and access.session.is_over)):
        if access.session.is_over:
            raise MatineeError("session_ended")
        return access.session
    if guest is None:
        host(tx, credentials)  # a token that is void or ran out says "sign in", not "forbidden"
    raise MatineeError("forbidden" if access else "session_not_found")


def presented(
    request: Request,
    _cookie: Annotated[str | None, Security(APIKeyCookie(name=AUTH_COOKIE, scheme_name="cookie", auto_error=False))],
    _bearer: Annotated[object, Security(HTTPBearer(scheme_name="bearer", auto_error=False))],
) -> Credentials:
    """FastAPI dependency: the request's credentials, unchecked. The two schemes are there for the OpenAPI document."""
    return Credentials.of_headers(request.headers.get("authorization"), "; ".join(request.headers.getlist("cookie")))


Presented = Annotated[Credentials, Depends(presented)]


def signed_in(credentials: Presented) -> User:
    """FastAPI dependency: the signed-in host. Raises not_authenticated."""
    if credentials.token is None:
        raise MatineeError("not_authenticated")
    with db.transaction() as tx:
        return host(tx, credentials)


SignedIn = Annotated[User, Depends(signed_in)]


def _cookie(header: str | None, name: str) -> str | None:
    """The first cookie of that name: the one with the longest path (RFC 6265, 5.4)."""
    for pair in (header or "").split(";"):
        key, _, value = pair.strip().partition("=")
        if key == name:
            return value
    return None


def _plausible(token: str | None) -> str | None:
    return token if token and len(token) <= MAX_TOKEN_LENGTH and token.isascii() else None
