"""SQL about the jobs of MediaConvert that do tasks of kind ``convert``.

While its job runs, a task is leased to the job: ``lease_owner`` is the job's id. Each news of the job prolongs the lease; without
news it runs out, and the task is claimed by a worker, which asks the service. So a lost event costs time, and nothing else.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from matinee.db import Tx
from matinee.db.tasks import LeaseLostError, Task


@dataclass(frozen=True)
class CancelledTask:
    """A cancelled task whose job may still be running; ``job_id`` is None where it is not known whether there is one."""

    id: UUID
    session_id: UUID
    video_id: UUID
    job_id: str | None


def job_of(tx: Tx, task: Task) -> str | None:
    """The id of the task's job, once it is known."""
    row = tx.execute("select job_id from tasks where id = %s", [task.id]).fetchone()
    return row["job_id"] if row else None


def hand_over(tx: Tx, task: Task, job_id: str, progress: float, seconds: float) -> None:
    """Lease a worker's task to its job, for ``seconds`` without news. Its attempts are counted anew from here.

    A task that was cancelled meanwhile is handed over as well, so that its job is known to whoever has to stop it. Raises
    LeaseLostError when the task is not the worker's (any more).
    """
    row = tx.execute(
        """
        update tasks set job_id = %s, lease_owner = %s, lease_until = now() + %s * interval '1 second',
                         progress = greatest(progress, %s), attempts = 0
         where id = %s and lease_owner = %s and status in ('leased', 'cancelled')
        returning status
        """,
        [job_id, job_id, seconds, progress, task.id, task.lease_owner],
    ).fetchone()
    if row is None:
        raise LeaseLostError


def note_progress(tx: Tx, job_id: str, progress: float, seconds: float) -> bool:
    """News of a running job: prolong its lease. False when no task is leased to it (any more)."""
    return (
        tx.execute(
            """
            update tasks set progress = greatest(progress, %s), lease_until = now() + %s * interval '1 second'
             where job_id = %s and lease_owner = job_id and status = 'leased'
            """,
            [progress, seconds, job_id],
        ).rowcount
        == 1
    )


def let_go(tx: Tx, job_id: str) -> UUID | None:
    """A job has ended: its task waits for a worker. Gives the video, or None when no task was leased to the job."""
    row = tx.execute(
        """
        update tasks set status = 'pending', lease_owner = null, lease_until = null, woken_at = now()
         where job_id = %s and lease_owner = job_id and status = 'leased'
        returning video_id
        """,
        [job_id],
    ).fetchone()
    return row["video_id"] if row else None


def to_stop(tx: Tx, session_id: UUID | None = None) -> Sequence[CancelledTask]:
    """The cancelled tasks (of one session, or of all) whose jobs are not known to have ended.

    Those are the ones leased to a job, and those whose worker may have made a job and was lost before it could say so. A live
    worker still holds its lease and is waited for as every other.
    """
    rows = tx.execute(
        """
        select t.id, v.session_id, t.video_id, t.job_id from tasks t join videos v on v.id = t.video_id
         where t.kind = 'convert' and t.status = 'cancelled' and coalesce(v.session_id = %s, true)
           and (t.lease_owner = t.job_id or t.lease_until < now()
                or (t.lease_owner is null and t.job_id is null and t.attempts > 0))
        """,
        [session_id],
    ).fetchall()
    return [CancelledTask(**row) for row in rows]


def stopped(tx: Tx, task: CancelledTask) -> None:
    """The job of a cancelled task has ended, or there is none: nothing of it will be written any more."""
    tx.execute(
        "update tasks set lease_owner = null, lease_until = null, attempts = 0 where id = %s and status = 'cancelled'", [task.id]
    )
