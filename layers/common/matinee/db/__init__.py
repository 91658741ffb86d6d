"""PostgreSQL: one pool per process, and one module per subject that holds all SQL about it.

Functions take a connection as their first argument, so that the caller decides what happens in one transaction:

    with db.transaction() as tx:
        video = videos.get(tx, video_id)
"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from typing import TYPE_CHECKING, Any

from matinee.settings import DatabaseSettings, settings

if TYPE_CHECKING:
    from psycopg import Connection
    from psycopg.rows import DictRow
    from psycopg_pool import ConnectionPool

    Tx = Connection[DictRow]
else:
    Tx = Any


# A peer that is gone without a word (a host that died, a failover) is noticed on both sides within half a minute, not hours.
_WATCHED = {
    "connect_timeout": 5,
    "keepalives_idle": 10,
    "keepalives_interval": 5,
    "keepalives_count": 3,
    "tcp_user_timeout": 25_000,  # milliseconds
}


def _options(idle_transaction_seconds: float) -> str:
    """The server's side: a process that stands still in a transaction loses it, and with it the locks that others wait for."""
    return (
        f"-c idle_in_transaction_session_timeout={int(idle_transaction_seconds * 1_000)}"
        " -c tcp_keepalives_idle=10 -c tcp_keepalives_interval=5 -c tcp_keepalives_count=3"
    )


@cache
def pool() -> "ConnectionPool[Tx]":
    """The pool, opened on first use. A connection is tried before it is handed out, so a database that was away is survived."""
    from psycopg.rows import dict_row
    from psycopg_pool import ConnectionPool

    configured = settings(DatabaseSettings)
    return ConnectionPool(
        configured.url,  # asked for each new connection: a password may have been rotated
        kwargs={"row_factory": dict_row, **_WATCHED, "options": _options(configured.database_idle_transaction_seconds)},
        min_size=0,
        max_size=configured.database_pool_max,
        timeout=10,
        max_idle=300,
        check=ConnectionPool.check_connection,
        open=True,
    )


@contextmanager
def transaction() -> Iterator[Tx]:
    """A connection in a transaction: committed at the end of the block, rolled back when it raises."""
    with pool().connection() as connection:
        yield connection


@contextmanager
def outside_transactions() -> Iterator[Tx]:
    """A connection in no transaction, for what lasts: an open one would keep PostgreSQL from vacuuming."""
    with pool().connection() as connection:
        connection.set_autocommit(True)
        try:
            yield connection
        finally:
            connection.set_autocommit(False)


def close_pool() -> None:
    """Close the pool, if it was opened; the next use opens a new one."""
    if pool.cache_info().currsize:
        pool().close()
    pool.cache_clear()
