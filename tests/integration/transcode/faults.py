"""A proxy between a worker and the bucket that spoils some of what passes, as networks and storage do."""

import asyncio
import io
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Literal

import aiohttp
from aiohttp import web
from yarl import URL

Fault = Literal["refuse", "busy", "drop", "cut", "trickle", "hold"]
TRICKLE_BYTES = 64
FEW_BYTES = 30_000  # of a body that is dropped


@dataclass
class Request:
    """What a rule may look at. ``number`` counts from 0 the requests of this method."""

    method: str
    key: str
    number: int
    offset: int  # of the range asked for, in bytes
    by_ffmpeg: bool  # or by the probe: not by boto3
    action: str  # what a queue is asked for


Rule = Callable[[Request], Fault | None]


@dataclass
class FaultyBucket:
    """The proxy's address, and the rule that it goes by: exchange it at any time."""

    url: str = ""
    rule: Rule = lambda _: None
    seen: list[Request] = field(default_factory=list)
    spoiled: list[Request] = field(default_factory=list)


@contextmanager
def faulty_bucket(endpoint: str) -> Iterator[FaultyBucket]:
    """Serve on loopback in a thread of its own for the length of the block."""
    bucket = FaultyBucket()
    loop = asyncio.new_event_loop()
    started, stop = threading.Event(), asyncio.Event()

    async def serve() -> None:
        async with aiohttp.ClientSession(auto_decompress=False, connector=aiohttp.TCPConnector(limit=0)) as client:
            app = web.Application(client_max_size=1 << 30)

            async def handle(request: web.Request) -> web.StreamResponse:
                try:
                    return await _pass(request, bucket, client, endpoint)
                except ConnectionError:  # the worker has hung up
                    return web.Response()

            app.router.add_route("*", "/{key:.*}", handle)
            runner = web.AppRunner(app, shutdown_timeout=0.1)  # 0 would be without end
            await runner.setup()
            site = web.TCPSite(runner, "127.0.0.1", 0)
            await site.start()
            bucket.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
            started.set()
            await stop.wait()
            await runner.cleanup()

    thread = threading.Thread(target=lambda: loop.run_until_complete(serve()), name="faulty-bucket")
    thread.start()
    started.wait(10)
    try:
        yield bucket
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(10)
        loop.close()


async def _pass(request: web.Request, bucket: FaultyBucket, client: aiohttp.ClientSession, endpoint: str) -> web.StreamResponse:
    seen = Request(
        request.method,
        request.match_info["key"],
        sum(r.method == request.method for r in bucket.seen),
        int(request.headers.get("Range", "bytes=0-").removeprefix("bytes=").partition("-")[0]),
        "X-Amz-Signature" in request.query,
        request.headers.get("X-Amz-Target", "").rpartition(".")[2],
    )
    bucket.seen.append(seen)
    sent = await request.read()  # first: whoever is held may be stopped before it has sent all
    fault = bucket.rule(seen)
    if fault:
        bucket.spoiled.append(seen)
    while fault == "hold":
        await asyncio.sleep(0.05)
        fault = bucket.rule(seen)
    if fault in ("refuse", "busy"):
        status, code = (500, "InternalError") if fault == "refuse" else (503, "SlowDown")
        body = f"<Error><Code>{code}</Code><Message>Please try again.</Message></Error>"
        return web.Response(
            status=status, content_type="application/xml", body=b"" if request.method == "HEAD" else body.encode()
        )
    url = endpoint + request.raw_path  # Host stays as it was: the signature covers it
    async with client.request(request.method, URL(url, encoded=True), headers=request.headers, data=io.BytesIO(sent)) as answer:
        reply = web.StreamResponse(status=answer.status, headers=_end_to_end(answer))
        if request.method == "HEAD":
            reply.content_length = answer.content_length
        await reply.prepare(request)
        async for piece in answer.content.iter_chunked(1 << 16):
            if fault in ("drop", "cut"):
                await reply.write(piece[:FEW_BYTES] if fault == "drop" else b"")
                if request.transport:
                    request.transport.close()
                break
            if fault == "trickle":
                for at in range(0, len(piece), TRICKLE_BYTES):
                    await reply.write(piece[at : at + TRICKLE_BYTES])
                    await asyncio.sleep(0.5)
            else:
                await reply.write(piece)
        else:
            await reply.write_eof()
        return reply


def _end_to_end(answer: aiohttp.ClientResponse) -> dict[str, str]:
    hop_by_hop = {"connection", "transfer-encoding", "keep-alive", "date", "server"}
    return {name: value for name, value in answer.headers.items() if name.lower() not in hop_by_hop}
