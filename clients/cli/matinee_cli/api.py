"""Calls of the HTTP API, and the one place where its answers, good and bad, are read."""

import contextlib
import json
import os
from collections.abc import AsyncIterator
from typing import Any, TypeVar
from urllib.request import getproxies, proxy_bypass
from uuid import UUID

import aiohttp
from pydantic import ValidationError
from yarl import URL

from matinee_cli import __version__
from matinee_cli.errors import CliError, Foreign, NotSignedIn, Refused, Unreachable
from matinee_cli.models import Answer, Invite, Login, Receipt, Session, SessionPage, SessionWithVideos

A = TypeVar("A", bound=Answer)

CONNECT_SECONDS = 10
ANSWER_SECONDS = 60
PROBLEM_BYTES = 64 << 10
PAGE = 100  # the most that the API gives at once
NOT_THERE_NOW = (502, 503, 504)
NETWORK_FAULTS = (aiohttp.ClientError, TimeoutError)


class Api:
    """A server as one host, or a stranger, sees it. All methods raise ``Refused``, ``NotSignedIn`` or ``Unreachable``."""

    def __init__(self, http: aiohttp.ClientSession, server: URL) -> None:
        self.http = http
        self.server = server

    async def login(self, email: str, password: str) -> Login:
        """A new token."""
        return await self._call(Login, "POST", "api/login", {"email": email, "password": password})

    async def logout(self) -> None:
        """Make the token void."""
        await self._ask("POST", "api/logout")

    async def create_session(self, title: str, ends_at: str | None) -> Session:
        """Open a session; ``ends_at`` is RFC 3339 with a zone."""
        return await self._call(Session, "POST", "api/sessions", {"title": title, **({"ends_at": ends_at} if ends_at else {})})

    async def sessions(self, limit: int) -> list[Session]:
        """The newest ``limit`` sessions, newest first."""
        found: list[Session] = []
        cursor: str | None = None
        while len(found) < limit:
            query = {"limit": str(min(PAGE, limit - len(found))), **({"cursor": cursor} if cursor else {})}
            page = await self._call(SessionPage, "GET", str(URL("api/sessions").with_query(query)))
            found += page.items
            cursor = page.next
            if cursor is None:
                break
        return found

    async def session(self, session: UUID) -> SessionWithVideos:
        """A session with its videos."""
        return await self._call(SessionWithVideos, "GET", f"api/sessions/{session}")

    async def invite(self, session: UUID) -> Invite:
        """A new watch link; the one before stops working."""
        return await self._call(Invite, "POST", f"api/sessions/{session}/invites")

    async def end(self, session: UUID) -> Session:
        """End a session; everything of it is deleted."""
        return await self._call(Session, "POST", f"api/sessions/{session}/end")

    async def receipt(self, session: UUID) -> Receipt:
        """The receipt of the deletion; ``Refused`` with the code ``receipt_not_ready`` until it is written."""
        return await self._call(Receipt, "GET", f"api/sessions/{session}/receipt")

    async def _call(self, kind: type[A], method: str, path: str, body: dict[str, Any] | None = None) -> A:
        text = await self._ask(method, path, body)
        try:
            return kind.model_validate_json(text)
        except ValidationError:
            raise Foreign(f"{self.server.origin()} answers, but not as Matinee does.") from None

    async def _ask(self, method: str, path: str, body: dict[str, Any] | None = None) -> bytes:
        try:
            async with self.http.request(
                method,
                self.server.join(URL(path)),
                json=body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(ANSWER_SECONDS),
            ) as answer:
                return await answer.read()
        except NETWORK_FAULTS as error:
            raise unreachable(self.server, error) from None


@contextlib.asynccontextmanager
async def connect(server: str, token: str | None = None, *middlewares: aiohttp.ClientMiddlewareType) -> AsyncIterator[Api]:
    """The server at an origin; ``token`` goes with every request to it."""
    url = URL(server)
    async with aiohttp.ClientSession(
        headers={"User-Agent": f"matinee-cli/{__version__}", **({"Authorization": f"Bearer {token}"} if token else {})},
        timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_SECONDS),  # an upload takes what it takes
        cookie_jar=aiohttp.DummyCookieJar(),  # the token says who we are; a cookie of an earlier login must not
        proxy=_proxy(url),
        middlewares=middlewares,
        raise_for_status=_raise_refusal,
    ) as http:
        yield Api(http, url)


def unreachable(server: URL, error: Exception) -> Unreachable:
    """The reason in a few words, without addresses that a message should not show."""
    match error:
        case TimeoutError():
            reason = "it does not answer in time"
        case aiohttp.ClientConnectorDNSError():
            reason = "its name is not known"
        case aiohttp.ClientConnectorCertificateError() | aiohttp.ClientSSLError():
            reason = "no secure connection can be made"
        case OSError(errno=int() as number) if number > 0:
            reason = os.strerror(number).lower()
        case _:
            reason = "the connection broke"
    return Unreachable(f"{server.origin()} cannot be reached: {reason}.")


async def _raise_refusal(answer: aiohttp.ClientResponse) -> None:
    """Turn whatever is no success into the error that it is."""
    if answer.status < 300:
        return
    raise _refusal(answer, await answer.content.read(PROBLEM_BYTES))


def _refusal(answer: aiohttp.ClientResponse, body: bytes) -> CliError:
    if answer.status < 400:
        target = URL(answer.headers.get("Location", "")).with_query(None).with_fragment(None)
        return Foreign(f"{answer.url.origin()} only points to {target}; name the right server with MATINEE_SERVER.")
    problem = _problem(answer, body)
    code = str(problem.get("code") or f"http_{answer.status}")
    sentence = str(problem.get("detail") or f"The server answered {answer.status} {answer.reason or ''}".rstrip() + ".")
    for wrong in problem.get("errors") or []:
        sentence += f" {wrong.get('field')}: {wrong.get('message')}."
    if answer.status == 429 and (seconds := answer.headers.get("Retry-After")):
        sentence += f" The server asks for {seconds} s."
    if code == "not_authenticated":
        return NotSignedIn("The server does not know this sign-in (any more); `matinee login` makes a new one.", code)
    if answer.status in NOT_THERE_NOW:
        return Unreachable(sentence, code)
    return Refused(sentence, code, answer.status)


def _problem(answer: aiohttp.ClientResponse, body: bytes) -> dict[str, Any]:
    if answer.content_type != "application/problem+json":
        return {}
    with contextlib.suppress(ValueError):
        problem = json.loads(body)
        if isinstance(problem, dict):
            return problem
    return {}


def _proxy(server: URL) -> str | None:
    """The proxy that the environment names for this server (aiohttp's own reading of it would also read ~/.netrc)."""
    return None if proxy_bypass(server.host or "") else getproxies().get(server.scheme)
