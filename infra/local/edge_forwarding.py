"""Forwards requests to a part on loopback, bodies streamed in both directions."""

from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager
from urllib.parse import urlsplit

import aiohttp
from aiohttp import web
from multidict import CIMultiDict
from yarl import URL

from infra.local.edge_problems import upstream_unavailable

# RFC 9110 §7.6.1: these concern one connection only.
HOP_BY_HOP = frozenset(
    {
        *("connection", "keep-alive", "proxy-connection", "te", "trailer", "transfer-encoding", "upgrade"),
        *("proxy-authenticate", "proxy-authorization"),
    }
)
# The edge alone says who the client is and what it asked for; `expect` was answered by the edge.
SET_BY_EDGE = frozenset({"forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "expect"})
COPY_BYTES = 1 << 18


class Upstream:
    """A part that listens on a loopback port."""

    def __init__(self, http: aiohttp.ClientSession, port: int, public_url: str) -> None:
        self._http = http
        self._base = f"http://127.0.0.1:{port}"
        self._public = urlsplit(public_url)

    async def forward(self, request: web.Request) -> web.StreamResponse:
        """The upstream's answer; 502 ``upstream_unavailable`` when it gives none."""
        exchange = self._http.request(
            request.method,
            URL(self._base + request.raw_path, encoded=True),
            headers=self._request_headers(request),
            data=request.content if request.can_read_body else None,
            allow_redirects=False,
        )
        return await relay(request, exchange, lambda answer: answered(answer, end_to_end(answer.headers)))

    def _request_headers(self, request: web.Request) -> CIMultiDict[str]:
        headers = end_to_end(request.headers)
        for name in SET_BY_EDGE:
            headers.popall(name, None)
        # A page opened under the public name has its scheme (TLS may end before the edge); any other name has ours.
        public = request.host == self._public.netloc
        headers["X-Forwarded-Host"] = request.host
        headers["X-Forwarded-Proto"] = self._public.scheme if public else request.scheme
        headers["X-Forwarded-For"] = request.remote or "127.0.0.1"
        return headers


async def relay(
    request: web.Request,
    exchange: AbstractAsyncContextManager[aiohttp.ClientResponse],
    respond: Callable[[aiohttp.ClientResponse], web.StreamResponse],
) -> web.StreamResponse:
    """Carry out an exchange and pass its body on piece by piece, under the head that ``respond`` makes of the answer.

    A head that already has a body of its own (``web.Response``) replaces the answer.
    """
    response: web.StreamResponse | None = None
    try:
        async with exchange as answer:
            response = respond(answer)
            if isinstance(response, web.Response):
                return response
            await response.prepare(request)
            async for piece in answer.content.iter_chunked(COPY_BYTES):
                await response.write(piece)
            await response.write_eof()
            return response
    except (aiohttp.ClientError, TimeoutError, ConnectionError):
        if response is None or not response.prepared:
            return upstream_unavailable()
        # Half an answer is out: closing the connection is the only way left to say that it is not whole.
        if request.transport is not None:
            request.transport.abort()
        return response


def answered(answer: aiohttp.ClientResponse, headers: Mapping[str, str]) -> web.StreamResponse:
    """The head of a response with the answer's status."""
    response = web.StreamResponse(status=answer.status, reason=answer.reason)
    response.headers.extend(headers)
    return response


def end_to_end(headers: Mapping[str, str]) -> CIMultiDict[str]:
    """A copy of the headers without those that concern one connection."""
    copied = CIMultiDict(headers)
    named = {name.strip().lower() for value in copied.getall("Connection", []) for name in value.split(",")}
    for name in HOP_BY_HOP | named:
        copied.popall(name, None)
    return copied
