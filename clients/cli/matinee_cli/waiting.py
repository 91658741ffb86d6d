"""Asking until something is so, through outages."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable
from typing import TypeVar
from uuid import UUID

from tenacity import AsyncRetrying, retry_if_exception, stop_after_delay, wait_exponential

from matinee_cli.api import Api
from matinee_cli.errors import Refused, is_transient
from matinee_cli.models import Receipt, SessionWithVideos, Video

PAUSE_SECONDS = 0.5
PATIENCE_SECONDS = 120  # without any answer

Goal = str
REACHED = {"playable": ("playable", "ready"), "ready": ("ready",)}
T = TypeVar("T")


def is_settled(video: Video, goal: Goal) -> bool:
    """Whether there is nothing more to wait for: the goal (``playable`` or ``ready``) is reached, or the video has failed."""
    return video.status == "failed" or video.status in REACHED[goal]


async def changes(api: Api, session: UUID, goal: Goal, videos: Iterable[UUID] | None = None) -> AsyncIterator[SessionWithVideos]:
    """The session now and at each change, until its videos (or only those named) are settled or it is over."""
    named = None if videos is None else set(videos)
    before: SessionWithVideos | None = None
    while True:
        now = await (api.session(session) if before is None else patiently(lambda: api.session(session)))
        if now != before:
            yield now
        before = now
        awaited = [video for video in now.videos if named is None or video.id in named]
        if now.state != "open" or all(is_settled(video, goal) for video in awaited):
            return
        await asyncio.sleep(PAUSE_SECONDS)


async def written_receipt(api: Api, session: UUID) -> Receipt:
    """The receipt, once there is one. Raises ``Refused`` at once for a session that is still open."""
    if (await api.session(session)).state == "open":
        raise Refused(
            "The session is still open, so there is nothing to wait for; `matinee end` ends it.", "receipt_not_ready", 404
        )
    while True:
        try:
            return await patiently(lambda: api.receipt(session))
        except Refused as refusal:
            if refusal.code != "receipt_not_ready":
                raise
        await asyncio.sleep(PAUSE_SECONDS)


async def patiently(ask: Callable[[], Awaitable[T]]) -> T:
    """Ask again while the server is away, for two minutes."""
    async for attempt in AsyncRetrying(
        retry=retry_if_exception(is_transient),
        wait=wait_exponential(multiplier=PAUSE_SECONDS, max=10),
        stop=stop_after_delay(PATIENCE_SECONDS),
        reraise=True,
    ):
        with attempt:
            answer = await ask()
    return answer
