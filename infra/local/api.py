"""The HTTP functions below /api as one ASGI application: what API Gateway's routes do on AWS."""

import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager

from starlette.applications import Starlette
from starlette.types import ASGIApp, Receive, Scope, Send

from functions.get_stream.app import app as get_stream
from functions.sessions.app import app as sessions

_STREAM = re.compile(r"/api/sessions/[^/]+/stream")


@asynccontextmanager
async def _lifespan(_: Starlette) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        for each in (get_stream, sessions):
            await stack.enter_async_context(each.router.lifespan_context(each))
        yield


_lifespans: ASGIApp = Starlette(lifespan=_lifespan)


async def app(scope: Scope, receive: Receive, send: Send) -> None:
    """Hand the request to the function whose route it is."""
    if scope["type"] == "lifespan":
        await _lifespans(scope, receive, send)
    elif scope["type"] == "http" and _STREAM.fullmatch(scope["path"]):
        await get_stream(scope, receive, send)
    else:
        await sessions(scope, receive, send)
