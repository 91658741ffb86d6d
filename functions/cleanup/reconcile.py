"""Compares the bucket with the rows, and deletes what no row stands for."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain, islice
from uuid import UUID

from functions.cleanup import erase
from functions.cleanup.deadline import Deadline
from functions.cleanup.settings import CleanupSettings
from matinee import db, storage
from matinee.db import sweep
from matinee.observability import logger, metrics
from matinee.settings import settings
from matinee.storage import StoredObject

ROOTS = ("uploads/", "streams/")
SESSIONS_AT_ONCE = 500  # in one query


def is_due(now: datetime, every_minutes: int) -> bool:
    """Whether the run of this minute is one of those that compare everything. Told from the clock, so nothing is to be kept."""
    return int(now.timestamp()) // 60 % every_minutes == 0


def erase_orphans(deadline: Deadline) -> None:
    """Delete the objects whose session or video does not exist (any more) and which are older than the grace time."""
    oldest = datetime.now(UTC) - timedelta(seconds=settings(CleanupSettings).orphan_grace_seconds)
    orphans = chain.from_iterable(_orphans(root) for root in ROOTS)
    erased = erase.erase_listed((o for o in orphans if o.modified_at and o.modified_at < oldest), (), deadline)
    if erased.entries:
        logger.error("orphans deleted", entries=erased.entries, bytes=erased.bytes)
        metrics().add_metric("OrphansDeleted", "Count", erased.entries)


def _orphans(root: str) -> Iterator[StoredObject]:
    level = storage.list_level(root)
    while entries := list(islice(level, SESSIONS_AT_ONCE)):
        folders = {entry: _id(entry[len(root) :].rstrip("/")) for entry in entries if isinstance(entry, str)}
        ids = [session_id for session_id in folders.values() if session_id]
        with db.transaction() as tx:
            unpurged = sweep.unpurged_sessions(tx, ids)
            kept = sweep.videos_with_files(tx, ids)
        for folder, session_id in folders.items():
            is_open = unpurged.get(session_id) if session_id else None
            if is_open is None:
                yield from storage.list_versions(folder)
            elif is_open:  # what lies there of a session that has ended is left to its purge, which counts it
                yield from _of_session(folder, kept)
        yield from (entry for entry in entries if isinstance(entry, StoredObject))


def _of_session(folder: str, kept: set[UUID]) -> Iterator[StoredObject]:
    """What lies below an existing session's folder and belongs to none of the videos to keep."""
    for entry in storage.list_level(folder):
        if isinstance(entry, str):
            if _id(entry[len(folder) :].rstrip("/")) not in kept:
                yield from storage.list_versions(entry)
        elif _id(entry.key[len(folder) :].split(".", 1)[0]) not in kept:  # an original, its .info or its .part
            yield entry


def _id(name: str) -> UUID | None:
    try:
        return UUID(name)
    except ValueError:
        return None
