"""SQL about the deletion of a session: the fence, the counters, the receipt.

The counters of an interrupted deletion are settled against listings: what was found before and is not there any more is
deleted. So a run may be killed anywhere, and the next one still counts right.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from matinee import db
from matinee.db import Tx, tasks


@dataclass(frozen=True)
class Tally:
    """How much lies in the bucket, or lay there. Every entry counts once, as the first of these that it is.

    ``delete_markers``; ``versions`` (with a version id of their own, so those of a versioned bucket); ``objects`` (all others).
    ``bytes`` is the size of the objects, the versions, and the parts of the multipart uploads.
    """

    objects: int = 0
    versions: int = 0
    delete_markers: int = 0
    multipart_uploads: int = 0
    bytes: int = 0

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(*(a + b for a, b in zip(_figures(self), _figures(other), strict=True)))

    @property
    def entries(self) -> int:
        """How many things there are to delete."""
        return self.objects + self.versions + self.delete_markers + self.multipart_uploads


@dataclass(frozen=True)
class Receipt:
    """What a finished deletion found and deleted; ``seconds`` is how long it took since its first run began."""

    found: Tally
    deleted: Tally
    videos: int
    seconds: float


def settle(found: Tally, deleted: Tally, left: Tally) -> tuple[Tally, Tally]:
    """The counters (found, deleted) after a listing that showed what is ``left``.

    Of what was found and not known to be deleted, the missing was deleted; what is there beyond it was found just now.
    """
    settled = tuple(max(f, d + n) for f, d, n in zip(_figures(found), _figures(deleted), _figures(left), strict=True))
    return Tally(*settled), Tally(*(f - n for f, n in zip(settled, _figures(left), strict=True)))


@contextmanager
def held_lock(name: str) -> Iterator[bool]:
    """Hold the lock of that name for the block, if nobody else does: gives whether it is held.

    The lock belongs to the database connection, so it goes with the process that dies.
    """
    with db.outside_transactions() as connection:
        row = connection.execute("select pg_try_advisory_lock(hashtextextended(%s, 0)) as held", [name]).fetchone()
        held = row is not None and bool(row["held"])
        try:
            yield held
        finally:
            if held:
                connection.execute("select pg_advisory_unlock(hashtextextended(%s, 0))", [name])


def fence(tx: Tx, session_id: UUID) -> bool:
    """Cancel all work on an ended session and begin its receipt; False when there is nothing to purge (any more)."""
    row = tx.execute(
        "select 1 from sessions where id = %s and ended_at is not null and purged_at is null for update", [session_id]
    ).fetchone()
    if row is None:
        return False
    tasks.revoke_session(tx, session_id)
    tx.execute("insert into receipts (session_id, remaining) values (%s, 1) on conflict do nothing", [session_id])
    return True


def note_left(tx: Tx, session_id: UUID, left: Tally) -> None:
    """Settle the counters of an unfinished receipt with what a listing showed to be left."""
    row = tx.execute(
        "select found, deleted from receipts where session_id = %s and finished_at is null for update", [session_id]
    ).fetchone()
    if row is None:
        return
    found, deleted = settle(_tally(row["found"]), _tally(row["deleted"]), left)
    _write(tx, session_id, found, deleted)
    tx.execute("update receipts set remaining = %s where session_id = %s", [left.entries, session_id])


def note_erased(tx: Tx, session_id: UUID, left: Tally, erased: Tally) -> None:
    """Count what was erased after a listing that had shown what was ``left``; what came in between was found as well."""
    surplus = Tally(*(max(e - n, 0) for e, n in zip(_figures(erased), _figures(left), strict=True)))
    _add(tx, session_id, found=surplus, deleted=erased)


def note_straggler(tx: Tx, session_id: UUID, erased: Tally) -> None:
    """Add what appeared, and was erased, after the receipt was written."""
    _add(tx, session_id, found=erased, deleted=erased)


def finish(tx: Tx, session_id: UUID) -> Receipt | None:
    """Forget the session's videos, invites and guests, and write its receipt; None when a worker came in between.

    To be called after a listing of the fenced session found nothing and ``note_left`` has counted it.
    """
    tx.execute("select 1 from sessions where id = %s for update", [session_id])
    # Whoever claims a task now waits for us and then finds it gone.
    tx.execute(
        "select 1 from tasks t join videos v on v.id = t.video_id where v.session_id = %s order by t.id for update of t",
        [session_id],
    )
    if tasks.leases_end(tx, session_id) is not None:
        return None
    row = tx.execute(
        """
        update receipts r set finished_at = clock_timestamp(), remaining = 0, videos = coalesce(
               (select jsonb_agg(jsonb_build_object('id', v.id, 'filename', v.filename, 'size_bytes', v.size_bytes,
                                                    'status', v.status) order by v.id)
                  from videos v where v.session_id = r.session_id), '[]')
         where session_id = %s and finished_at is null and remaining = 0
        returning found, deleted, jsonb_array_length(videos) as videos,
                  extract(epoch from finished_at - started_at)::float8 as seconds
        """,
        [session_id],
    ).fetchone()
    if row is None:
        return None
    tx.execute("delete from videos where session_id = %s", [session_id])
    tx.execute("delete from invites where session_id = %s", [session_id])
    tx.execute("update sessions set purged_at = now() where id = %s", [session_id])
    return Receipt(_tally(row["found"]), _tally(row["deleted"]), row["videos"], row["seconds"])


def _add(tx: Tx, session_id: UUID, found: Tally, deleted: Tally) -> None:
    row = tx.execute("select found, deleted from receipts where session_id = %s for update", [session_id]).fetchone()
    if row is not None:
        _write(tx, session_id, _tally(row["found"]) + found, _tally(row["deleted"]) + deleted)


def _write(tx: Tx, session_id: UUID, found: Tally, deleted: Tally) -> None:
    from psycopg.types.json import Jsonb

    tx.execute(
        "update receipts set found = %s, deleted = %s where session_id = %s",
        [Jsonb(asdict(found)), Jsonb(asdict(deleted)), session_id],
    )


def _figures(tally: Tally) -> tuple[int, ...]:
    return (tally.objects, tally.versions, tally.delete_markers, tally.multipart_uploads, tally.bytes)


def _tally(row: dict[str, Any]) -> Tally:
    return Tally(**row)
