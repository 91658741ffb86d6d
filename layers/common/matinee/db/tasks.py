"""SQL about tasks: added by a plan, claimed under a lease, finished once.

A lease belongs to one claim (``lease_owner`` is unique to it). Every write of a worker names its lease, so a worker that
was declared dead, or fenced off because the session ended, cannot change anything any more.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from matinee.db import Tx
from matinee.ids import new_id
from matinee.queues import Queue

MAX_ATTEMPTS = 3
LISTEN_SECONDS = 10.0


class LeaseLostError(Exception):
    """The task is no longer ours: the lease ran out, or the session ended."""


@dataclass(frozen=True)
class NewTask:
    """A task to be added. Times in seconds on the source's timeline; None means the whole.

    ``held_s`` is how long nobody may claim it, unless it is let out before.
    """

    kind: str
    queue: Queue
    priority: int
    tier: int = 0
    ordinal: int = 0
    start_s: float | None = None
    end_s: float | None = None
    weight: float = 1.0
    held_s: float = 0


@dataclass(frozen=True)
class Task:
    """A claimed task."""

    id: UUID
    video_id: UUID
    session_id: UUID
    kind: str
    tier: int
    ordinal: int
    queue: Queue
    start_s: Decimal | None
    end_s: Decimal | None
    attempts: int
    lease_owner: str


def add(tx: Tx, video_id: UUID, tasks: Sequence[NewTask]) -> None:
    """Add tasks; those that are there already are left as they are."""
    with tx.cursor() as cursor:
        cursor.executemany(
            """
            insert into tasks (id, video_id, kind, tier, ordinal, queue, priority, start_s, end_s, weight, woken_at)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, now() + %s * interval '1 second')
            on conflict (video_id, kind, tier, ordinal) do nothing
            """,
            [
                (new_id(), video_id, t.kind, t.tier, t.ordinal, t.queue, t.priority, t.start_s, t.end_s, t.weight, t.held_s)
                for t in tasks
            ],
        )


def let_out(tx: Tx, video_id: UUID) -> None:
    """What was held may be claimed. What failed before still waits for its next attempt."""
    tx.execute(
        "update tasks set woken_at = now() where video_id = %s and status = 'pending' and attempts = 0 and woken_at > now()",
        [video_id],
    )


def pending(tx: Tx, video_id: UUID, queue: Queue) -> int:
    """How many tasks of a video wait in a queue."""
    row = tx.execute(
        "select count(*)::int as n from tasks where video_id = %s and queue = %s and status = 'pending'", [video_id, queue]
    ).fetchone()
    return row["n"] if row else 0


def claim(tx: Tx, queue: Queue, lease_owner: str, lease_seconds: float) -> Task | None:
    """Lease the most urgent task of a queue, or one whose lease ran out; None when there is none.

    The order is priority and ordinal together, then age: of several videos each gets its n-th chunk before any gets the next, and
    the many chunks of a long one do not hold up the few of a short one, whatever their tiers.
    """
    row = tx.execute(
        """
        update tasks t set status = 'leased', lease_owner = %s, lease_until = now() + %s * interval '1 second',
                           attempts = t.attempts + 1
          from videos v
         where v.id = t.video_id and t.id = (
               select id from tasks
                where queue = %s and ((status = 'pending' and woken_at <= now()) or (status = 'leased' and lease_until < now()))
                order by priority + ordinal, created_at
                for update skip locked limit 1)
        returning t.id, t.video_id, v.session_id, t.kind, t.tier, t.ordinal, t.queue, t.start_s, t.end_s,
                  t.attempts, t.lease_owner
        """,
        [lease_owner, lease_seconds, queue],
    ).fetchone()
    return Task(**row) if row else None


def extend(tx: Tx, task: Task, lease_seconds: float, progress: float) -> None:
    """Heartbeat. Raises LeaseLostError."""
    _own(
        tx.execute(
            """
            update tasks set lease_until = now() + %s * interval '1 second', progress = greatest(progress, %s)
             where id = %s and lease_owner = %s and status = 'leased'
            """,
            [lease_seconds, min(max(progress, 0.0), 1.0), task.id, task.lease_owner],
        ).rowcount
    )


def check_lease(tx: Tx, task: Task) -> None:
    """Raise LeaseLostError unless the lease is ours; it stays ours until the end of the transaction."""
    _own(
        tx.execute(
            "select 1 from tasks where id = %s and lease_owner = %s and status = 'leased' for share", [task.id, task.lease_owner]
        ).rowcount
    )


def finish(tx: Tx, task: Task) -> None:
    """The task is done. Raises LeaseLostError."""
    _own(
        tx.execute(
            """
            update tasks set status = 'done', done_at = now(), progress = 1, lease_owner = null, lease_until = null
             where id = %s and lease_owner = %s and status = 'leased'
            """,
            [task.id, task.lease_owner],
        ).rowcount
    )


def hand_back(tx: Tx, task: Task, error: str | None, delay_seconds: float = 0) -> bool:
    """Give the task up for another claim, not sooner than after ``delay_seconds``.

    Without an error (the worker is stopping) the attempt does not count.
    """
    return (
        tx.execute(
            """
            update tasks set status = 'pending', lease_owner = null, lease_until = null,
                             woken_at = now() + %s * interval '1 second', attempts = attempts - %s,
                             last_error = coalesce(%s, last_error)
             where id = %s and lease_owner = %s and status = 'leased'
            """,
            [delay_seconds, 0 if error else 1, error, task.id, task.lease_owner],
        ).rowcount
        == 1
    )


def revoke_session(tx: Tx, session_id: UUID) -> None:
    """Fence: cancel all open tasks of a session. Their workers are told at once, or notice at the next heartbeat, stop, and
    ``release`` them.
    """
    tx.execute(
        """
        update tasks t set status = 'cancelled'
          from videos v where v.id = t.video_id and v.session_id = %s and t.status in ('pending', 'leased')
        """,
        [session_id],
    )
    tx.execute("select pg_notify('session_fenced', %s)", [str(session_id)])


def fenced_sessions(connection: Tx, stopping: Callable[[], bool]) -> Iterator[UUID]:
    """The sessions that are fenced from now on, as they are, until ``stopping``, which is asked every few seconds.

    The connection must be in no transaction. What is fenced while nobody listens is not heard of later.
    """
    connection.execute("listen session_fenced")
    while not stopping():
        yield from (UUID(notice.payload) for notice in connection.notifies(timeout=LISTEN_SECONDS))
    connection.execute("unlisten session_fenced")


def leases_end(tx: Tx, session_id: UUID) -> datetime | None:
    """When the last lease of a session runs out; None when no worker is busy with it (any more).

    A worker starts no write to the bucket that could outlast its lease, and releases a cancelled task only when its writes
    have ended: once this gives None for a fenced session, nothing new can appear.
    """
    row = tx.execute(
        """
        select max(t.lease_until) as until from tasks t join videos v on v.id = t.video_id
         where v.session_id = %s and t.lease_until > now()
        """,
        [session_id],
    ).fetchone()
    return row["until"] if row else None


def release(tx: Tx, task: Task) -> None:
    """Let go of a task that was cancelled under us, or whose lease we could not extend in time, after our last write has ended.

    A heartbeat may have come through late. Then nobody else could claim the task before that lease runs out, and by then nobody
    may be asking any more: it can be claimed at once.
    """
    tx.execute(
        """
        update tasks set status = case status when 'leased' then 'pending' else status end, lease_owner = null, lease_until = null
         where id = %s and lease_owner = %s and status in ('cancelled', 'leased')
        """,
        [task.id, task.lease_owner],
    )


def overdue(tx: Tx, wait_seconds: float, limit: int = 1_000) -> list[tuple[Queue, UUID]]:
    """Open tasks that nobody works on although their wake-up is ``wait_seconds`` old; their time of waking is set anew.

    That happens when a message was lost, or when the sender died between its commit and the message.
    """
    rows = tx.execute(
        """
        update tasks set woken_at = now()
         where id in (select id from tasks
                       where status in ('pending', 'leased') and woken_at < now() - %s * interval '1 second'
                         and (status = 'pending' or lease_until < now())
                       order by priority limit %s for update skip locked)
        returning queue, video_id
        """,
        [wait_seconds, limit],
    ).fetchall()
    return [(row["queue"], row["video_id"]) for row in rows]


def _own(rows: int) -> None:
    if rows != 1:
        raise LeaseLostError
