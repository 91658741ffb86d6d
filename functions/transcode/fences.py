"""Hears of fenced sessions, so that work for what has ended stops at once.

Without it the heartbeats notice, a little later: nothing is lost when the database cannot be listened to for a while, or ever.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from functions.transcode.lease import Lease
from matinee import db
from matinee.db import tasks
from matinee.observability import logger

AWAY_SECONDS = 5.0  # pause after the database could not be listened to


class Fences(threading.Thread):
    """Listens on a connection of its own; knows the leases of this worker."""

    def __init__(self, stopping: threading.Event) -> None:
        super().__init__(name="fences", daemon=True)
        self._stopping = stopping
        self._guard = threading.Lock()
        self._leases: set[Lease] = set()

    @contextmanager
    def watching(self, lease: Lease) -> Iterator[None]:
        """Take the lease away when its session is fenced during the block."""
        with self._guard:
            self._leases.add(lease)
        try:
            yield
        finally:
            with self._guard:
                self._leases.remove(lease)

    def run(self) -> None:
        """Listen until the worker stops."""
        while not self._stopping.is_set():
            try:
                self._listen()
            except Exception:  # noqa: BLE001 - the database is away: heartbeats say the rest
                logger.warning("fences cannot be heard", exc_info=True)
                self._stopping.wait(AWAY_SECONDS)

    def _listen(self) -> None:
        with db.outside_transactions() as connection:
            for session_id in tasks.fenced_sessions(connection, self._stopping.is_set):
                with self._guard:
                    fenced = [lease for lease in self._leases if lease.task.session_id == session_id]
                for lease in fenced:
                    lease.take_away()
