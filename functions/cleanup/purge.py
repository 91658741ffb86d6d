"""The deletion of one ended session, up to its receipt.

Every step can be done again, and nothing is remembered but in the database and by what is left in the bucket: a run that was
killed anywhere is finished by the next one.
"""

import time
from uuid import UUID

from functions.cleanup import erase, jobs
from functions.cleanup.deadline import Deadline
from matinee import db, events
from matinee.db import receipts, tasks
from matinee.db.receipts import Receipt
from matinee.observability import logger, metrics

PASSES = 10  # each after a whole listing; two do unless someone goes on writing or S3 refuses
LEASE_POLL_SECONDS = 1.0


class PurgeUnfinishedError(Exception):
    """Something is left; another run has to go on."""


def purge(session_id: UUID, deadline: Deadline) -> Receipt | None:
    """Delete everything of an ended session; None when it is not to be purged, is purged, or another run is at it.

    Raises
    ------
    OutOfTimeError
        the deadline came first; what was deleted stays deleted
    PurgeUnfinishedError
        after all passes something was still there
    """
    with receipts.held_lock(f"purge {session_id}") as held:
        if not held:
            logger.info("another run purges this session", session_id=str(session_id))
            return None
        for _ in range(PASSES):
            with db.transaction() as tx:
                if not receipts.fence(tx, session_id):
                    logger.info("session not to be purged", session_id=str(session_id))
                    return None
            is_quiet = _is_quiet(session_id)
            # What is there goes at once; what a worker was still writing goes in the next pass, when it has let go.
            is_empty = _delete_what_is_there(session_id, deadline)
            if not is_quiet:
                _wait_for_workers(session_id, deadline)
            elif is_empty and (receipt := _finish(session_id)) is not None:
                return receipt
    raise PurgeUnfinishedError(f"session {session_id}")


def _delete_what_is_there(session_id: UUID, deadline: Deadline) -> bool:
    """Whether there was nothing to delete."""
    prefixes = erase.session_prefixes(session_id)
    left = erase.count(prefixes, deadline)
    with db.transaction() as tx:
        receipts.note_left(tx, session_id, left)
    if left.entries == 0:
        return True
    erased = erase.erase(prefixes, deadline)
    with db.transaction() as tx:
        receipts.note_erased(tx, session_id, left, erased)
    return False


def _is_quiet(session_id: UUID) -> bool:
    """Whether neither a job nor a worker writes for the fenced session any more."""
    if not jobs.stop(session_id):
        return False
    with db.transaction() as tx:
        return tasks.leases_end(tx, session_id) is None


def _wait_for_workers(session_id: UUID, deadline: Deadline) -> None:
    """Wait until nobody writes: workers let go when they hear of the fence, or their leases run out; jobs end when cancelled."""
    while not _is_quiet(session_id):
        deadline.check()
        time.sleep(LEASE_POLL_SECONDS)


def _finish(session_id: UUID) -> Receipt | None:
    with db.transaction() as tx:
        receipt = receipts.finish(tx, session_id)
    if receipt is None:
        return None
    events.emit(events.SessionPurged(session_id=session_id))
    deleted = receipt.deleted
    logger.info(
        "session purged",
        session_id=str(session_id),
        videos=receipt.videos,
        entries=deleted.entries,
        bytes=deleted.bytes,
        seconds=round(receipt.seconds, 1),
    )
    metrics().add_metric("SessionsPurged", "Count", 1)
    metrics().add_metric("EntriesDeleted", "Count", deleted.entries)
    metrics().add_metric("BytesDeleted", "Bytes", deleted.bytes)
    metrics().add_metric("PurgeDuration", "Seconds", receipt.seconds)
    return receipt
