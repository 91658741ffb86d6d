"""One file on its way to the server by tus, through outages, for as long as something moves now and then."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from uuid import UUID

import aiohttp
from aiotus import ProtocolError, core, creation
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, wait_exponential
from yarl import URL

from matinee_cli.api import NETWORK_FAULTS, Api, unreachable
from matinee_cli.errors import Foreign, Refused, is_transient
from matinee_cli.files import LocalFile
from matinee_cli.models import Session

# One request carries so much. The server passes on parts of 16 MiB while it receives, so requests should be many times that, and
# multiples of it; aiotus holds one of them in memory.
PIECE_BYTES = 64 << 20
SLICE_BYTES = 256 << 10  # how finely progress is seen
STALLED_SECONDS = 90  # a connection on which nothing moves for so long is given up
PATIENCE_SECONDS = 600  # after so long without progress the command ends; it can be resumed
LONGEST_PAUSE_SECONDS = 15


class Sending:
    """The bytes of one file at a time, and how far they are: the middleware of the API's HTTP client."""

    def __init__(self) -> None:
        self._report: Callable[[int], None] = lambda _: None
        self._alarm: asyncio.Timeout | None = None
        self._moved_at = time.monotonic()

    async def middleware(self, request: aiohttp.ClientRequest, handler: aiohttp.ClientHandlerType) -> aiohttp.ClientResponse:
        """Send a piece slice by slice, so that progress is seen while a request is under way."""
        if request.method == "PATCH":
            piece = await request.body.as_bytes() if isinstance(request.body, aiohttp.Payload) else request.body
            await request.update_body(self._slices(memoryview(piece), int(request.headers["Upload-Offset"])))
        return await handler(request)

    async def send(self, api: Api, file: LocalFile, session: UUID, address: URL, report: Callable[[int], None]) -> None:
        """Send what the server does not have yet. ``report`` is told the bytes that are there.

        Raises ``Refused`` when the upload or its session is gone, ``Unreachable`` after ten minutes without progress, and
        ``Misuse`` when the file changes.
        """
        self._report, self._moved_at = report, time.monotonic()
        async for attempt in AsyncRetrying(
            retry=retry_if_exception(is_transient),
            wait=wait_exponential(multiplier=0.25, max=LONGEST_PAUSE_SECONDS),
            stop=self._is_hopeless,
            reraise=True,
        ):
            with attempt:
                await self._attempt(api, file, session, address)

    async def _attempt(self, api: Api, file: LocalFile, session: UUID, address: URL) -> None:
        try:
            with file.open() as stream:
                async with asyncio.timeout(STALLED_SECONDS) as self._alarm:
                    await core.upload_buffer(api.http, address, stream, chunksize=PIECE_BYTES)
        except NETWORK_FAULTS as error:
            raise unreachable(api.server, error) from None
        except (ProtocolError, RuntimeError):
            file.check()
            raise Foreign(f"{api.server.origin()} answers, but not as an upload server does.") from None
        except Refused:
            # The better reason; where the server answers 500, also the only sign that trying again is no use.
            raise_for_ended(await api.session(session))
            raise
        file.check()
        self._report(file.size)

    async def _slices(self, piece: memoryview, offset: int) -> AsyncIterator[bytes]:
        self._moved(offset)
        for start in range(0, len(piece), SLICE_BYTES):
            yield bytes(piece[start : start + SLICE_BYTES])
            self._moved(offset + min(start + SLICE_BYTES, len(piece)))

    def _moved(self, position: int) -> None:
        self._moved_at = time.monotonic()
        self._report(position)
        if self._alarm is not None and not self._alarm.expired():
            self._alarm.reschedule(asyncio.get_running_loop().time() + STALLED_SECONDS)

    def _is_hopeless(self, _: RetryCallState) -> bool:
        return time.monotonic() - self._moved_at > PATIENCE_SECONDS


async def announce(api: Api, file: LocalFile, session: UUID) -> URL:
    """Ask the server to take a file; gives the upload's address, always on the origin that was asked.

    Raises ``Refused`` with the reason why it does not take it.
    """
    said = {"session": str(session), "filename": file.name, "filetype": file.media_type}
    with file.open() as stream:
        try:
            location = await creation.create(
                api.http, api.server.join(URL("files/")), stream, {name: value.encode() for name, value in said.items()}
            )
        except NETWORK_FAULTS as error:
            raise unreachable(api.server, error) from None
        except ProtocolError:
            raise Foreign(f"{api.server.origin()} answers, but not as an upload server does.") from None
    return api.server.join(location.relative() if location.is_absolute() else location)


def video_of(address: URL) -> UUID:
    """The video that an upload's address belongs to: ``/files/<session>/<video>+<the store's id>``."""
    try:
        return UUID(address.name.partition("+")[0])
    except ValueError:
        raise Foreign(f"{address.origin()} answers, but not as Matinee does.") from None


def raise_for_ended(session: Session) -> None:
    """Raises ``Refused`` when the session is over, as the API does."""
    if session.state != "open":
        raise Refused("This session has ended; its videos are deleted.", "session_ended", 409)
