"""The one origin that browsers see on one machine: what CloudFront, API Gateway and the load balancer are on AWS.

``/api/*`` → the API, ``/files/*`` → tusd, ``/streams/*`` → the bucket for holders of signed cookies, ``/hooks/*`` → nothing
(tusd reaches the hooks directly), all else → the frontend.
"""

import re
from collections.abc import AsyncIterator, Awaitable, Callable

import aiohttp
from aiohttp import web
from pydantic import ValidationError

from infra.local.edge_forwarding import Upstream
from infra.local.edge_frontend import Frontend
from infra.local.edge_problems import problem
from infra.local.edge_settings import EdgeSettings
from infra.local.edge_streams import Streams

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

# Dots that climb, empty segments, backslashes, and any of these in disguise have no place in an address of ours.
_DISGUISED = re.compile(r"//|/\.{1,2}(?=/|$)|\\|%(?:2e|2f|5c|25|00)|[\x00-\x1f]", re.IGNORECASE)

SECURITY_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; media-src 'self' blob: data:; worker-src 'self' blob:; img-src 'self' data: blob:; "
        "object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
}
READ_BUFFER_BYTES = 1 << 20


@web.middleware
async def refuse_disguised_paths(request: web.Request, handler: Handler) -> web.StreamResponse:
    """Whatever a part behind the edge might read as another path is refused before any routing."""
    path = request.raw_path.partition("?")[0]
    if path.startswith("/") and not _DISGUISED.search(path):
        return await handler(request)
    if path.startswith("/streams/"):
        return problem(403, "forbidden", "Nothing to see here without the right cookies.")
    return problem(400, "bad_path", "The address is not written in its plain form.")


async def _add_security_headers(_: web.Request, response: web.StreamResponse) -> None:
    for name, value in SECURITY_HEADERS.items():
        response.headers.setdefault(name, value)


async def _nothing_here(_: web.Request) -> web.StreamResponse:
    return problem(404, "not_found", "There is nothing at this address.")


def edge_app(settings: EdgeSettings) -> web.Application:
    """The edge as an aiohttp application."""
    app = web.Application(middlewares=[refuse_disguised_paths], client_max_size=0)
    app.on_response_prepare.append(_add_security_headers)

    async def lifetime(_: web.Application) -> AsyncIterator[None]:
        connector = aiohttp.TCPConnector(limit=0)
        timeout = aiohttp.ClientTimeout(total=None, sock_connect=5)
        async with (
            aiohttp.ClientSession(connector=connector, timeout=timeout, auto_decompress=False) as http,
            Streams.open(http, settings) as streams,
        ):
            upstreams = {name: Upstream(http, port, settings.public_url) for name, port in ports.items()}
            handlers.update({name: upstream.forward for name, upstream in upstreams.items()})
            handlers["streams"] = streams.serve
            yield

    ports = {"api": settings.api_port, "files": settings.tusd_port}
    handlers: dict[str, Handler] = {"hooks": _nothing_here}
    frontend = Frontend(settings.frontend_dist)

    async def dispatch(request: web.Request) -> web.StreamResponse:
        first = request.path.split("/", 2)[1]
        return await handlers.get(first, frontend.serve)(request)

    app.cleanup_ctx.append(lifetime)
    app.router.add_route("*", "/{path:.*}", dispatch)
    return app


def main() -> None:
    """Serve what the environment describes until SIGTERM."""
    try:
        settings = EdgeSettings()
    except ValidationError as error:
        raise SystemExit(str(error)) from None
    web.run_app(
        edge_app(settings),
        host=settings.host,
        port=settings.port,
        access_log=None,
        print=None,
        shutdown_timeout=2,
        read_bufsize=READ_BUFFER_BYTES,
    )


if __name__ == "__main__":
    main()
