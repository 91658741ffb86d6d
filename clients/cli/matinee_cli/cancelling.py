"""An interrupt that is heard."""

import asyncio
import contextlib
from collections.abc import AsyncIterator

AGAIN_SECONDS = 5.0


@contextlib.asynccontextmanager
async def insisting(seconds: float = AGAIN_SECONDS) -> AsyncIterator[None]:
    """Cancel the block's task again, every so many seconds, as long as a cancellation has not ended it.

    One can be lost in a library that catches it together with a failure of its own; the command would then wait for a server that
    says nothing.
    """
    task = asyncio.current_task()
    if task is None:
        raise RuntimeError("only within a task")

    async def insist() -> None:
        while True:
            await asyncio.sleep(seconds)
            if task.cancelling():
                task.uncancel()  # it counts, and what started the task expects one
                task.cancel()

    again = asyncio.create_task(insist())
    try:
        yield
    finally:
        again.cancel()
