"""The sweep of every minute: finds by itself all that a lost message, a crash or a straggler has left to do.

Its parts do not depend on each other: one that fails is logged and counted, and the next begins.
"""

from collections.abc import Callable
from datetime import UTC, datetime
from uuid import UUID

from functions.cleanup import erase, reconcile
from functions.cleanup.deadline import Deadline, OutOfTimeError
from functions.cleanup.jobs import stop_unwanted_jobs
from functions.cleanup.purge import purge
from functions.cleanup.settings import CleanupSettings
from functions.cleanup.side_by_side import for_each
from functions.cleanup.stalled_videos import (
    erase_failed_videos,
    fail_stuck_videos,
    fail_videos_without_original,
    wake_overdue_tasks,
)
from functions.cleanup.uploads import follow_open_uploads
from matinee import db, events
from matinee.db import receipts
from matinee.db import sweep as rows
from matinee.db.receipts import Tally
from matinee.observability import logger, metrics
from matinee.settings import AccountSettings, settings

EVENTS_PER_CALL = 10  # the most that PutEvents takes


def sweep(deadline: Deadline) -> None:
    """Do all parts, as far as time allows. A sweep that finds another one running leaves it to that one."""
    with receipts.held_lock("sweep") as held:
        if not held:
            logger.info("another sweep is running")
            return
        deadline = deadline.at_most(settings(CleanupSettings).sweep_seconds)
        for part in PARTS:
            try:
                deadline.check()
                part(deadline)
            except OutOfTimeError:
                logger.warning("sweep out of time", part=part.__name__)
                return
            except Exception:  # noqa: BLE001 - see above
                logger.exception("part of the sweep failed", part=part.__name__)
                metrics().add_metric("SweepPartsFailed", "Count", 1)


def end_due_sessions(_: Deadline) -> None:
    """End the sessions whose time is over."""
    with db.transaction() as tx:
        ended = rows.end_due_sessions(tx)
    for first in range(0, len(ended), EVENTS_PER_CALL):
        events.emit(*(events.SessionEnded(session_id=session_id) for session_id in ended[first : first + EVENTS_PER_CALL]))
    if ended:
        logger.info("sessions ended by their time", count=len(ended))


def erase_stragglers(deadline: Deadline) -> None:
    """Look again at what was purged lately: nothing may have come after the last listing."""
    with db.transaction() as tx:
        purged = rows.sessions_purged_within(tx, settings(CleanupSettings).straggler_watch_seconds)

    def erase_straggler(session_id: UUID, deadline: Deadline) -> Tally:
        erased = erase.erase(erase.session_prefixes(session_id), deadline)
        if erased.entries:
            logger.error("straggler deleted", session_id=str(session_id), entries=erased.entries, bytes=erased.bytes)
            with db.transaction() as tx:
                receipts.note_straggler(tx, session_id, erased)
        return erased

    if erased := sum(tally.entries for tally in for_each(purged, erase_straggler, deadline)):
        metrics().add_metric("StragglersDeleted", "Count", erased)


def forget_expired(_: Deadline) -> None:
    """Delete rows that mean nothing any more: expired tokens and guests, old failed logins, accounts that were given up."""
    with db.transaction() as tx:
        rows.forget_expired(tx, settings(AccountSettings).login_window_seconds)
        rows.forget_gone_hosts(tx)


def purge_ended_sessions(deadline: Deadline) -> None:
    """Purge the ended sessions whose message was lost or gave up, oldest first."""
    with db.transaction() as tx:
        ended = rows.sessions_to_purge(tx)
    for session_id in ended:
        try:
            purge(session_id, deadline)
        except OutOfTimeError:
            raise
        except Exception:  # noqa: BLE001 - one session must not hold up the others
            logger.exception("session not purged", session_id=str(session_id))
            metrics().add_metric("PurgesFailed", "Count", 1)


def reconcile_bucket(deadline: Deadline) -> None:
    """Now and then, compare the whole bucket with the rows."""
    if reconcile.is_due(datetime.now(UTC), settings(CleanupSettings).reconcile_every_minutes):
        reconcile.erase_orphans(deadline)


PARTS: tuple[Callable[[Deadline], None], ...] = (
    end_due_sessions,
    erase_stragglers,  # before what else deletes leftovers, so that receipts count them
    follow_open_uploads,
    wake_overdue_tasks,
    fail_videos_without_original,
    fail_stuck_videos,
    stop_unwanted_jobs,  # before their files are deleted
    erase_failed_videos,
    purge_ended_sessions,
    forget_expired,
    reconcile_bucket,  # last: it takes the longest and can wait
)
