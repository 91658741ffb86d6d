"""Questions to ask a part until it says yes."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable

import aiohttp
import psycopg

Question = Callable[[], Awaitable[bool]]


def accepts_connections(port: int) -> Question:
    """Whether something listens on the loopback port."""

    async def ask() -> bool:
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            return False
        writer.close()
        with contextlib.suppress(OSError):
            await writer.wait_closed()
        return True

    return ask


def answers_200(url: str) -> Question:
    """Whether a GET of ``url`` is answered with 200."""

    async def ask() -> bool:
        try:
            timeout = aiohttp.ClientTimeout(total=5)
            async with aiohttp.ClientSession(timeout=timeout) as http, http.get(url) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError):
            return False

    return ask


def takes_queries(database_url: str) -> Question:
    """Whether PostgreSQL lets us in."""

    async def ask() -> bool:
        try:
            async with await psycopg.AsyncConnection.connect(database_url, connect_timeout=2) as connection:
                await connection.execute("select 1")
        except psycopg.OperationalError:
            return False
        return True

    return ask
