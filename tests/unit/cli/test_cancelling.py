"""An interrupt that a library loses is repeated."""

import asyncio
import signal

import pytest

from matinee_cli.cancelling import insisting


async def _deaf(heard: list[str], times: int) -> None:
    async with insisting(0.01):
        for _ in range(times):
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                heard.append("lost")
        await asyncio.sleep(60)


def test_an_interrupt_that_is_caught_on_its_way_ends_the_command_all_the_same() -> None:
    heard: list[str] = []

    async def interrupted() -> None:
        asyncio.get_running_loop().call_later(0.01, signal.raise_signal, signal.SIGINT)
        await _deaf(heard, 3)

    with pytest.raises(KeyboardInterrupt):
        asyncio.run(interrupted())
    assert heard == ["lost"] * 3


def test_nothing_is_cancelled_that_nobody_interrupts() -> None:
    async def undisturbed() -> str:
        async with insisting(0.001):
            await asyncio.sleep(0.05)
        return "done"

    assert asyncio.run(undisturbed()) == "done"
