"""SQL about sessions, from their opening to their end. What is deleted afterwards, and how, is cleanup's."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from matinee.db import Tx


@dataclass(frozen=True)
class Session:
    """One row of ``sessions``. ``is_over`` from the moment it was ended or its ``ends_at`` passed, marked or not."""

    id: UUID
    host_id: UUID
    title: str
    created_at: datetime
    ends_at: datetime | None
    ended_at: datetime | None
    purged_at: datetime | None
    access_epoch: int
    is_over: bool

    @property
    def state(self) -> str:
        """``open``, ``ending`` while its files are being deleted, ``ended`` when they are gone."""
        if not self.is_over:
            return "open"
        return "ended" if self.purged_at else "ending"


COLUMNS = """s.id, s.host_id, s.title, s.created_at, s.ends_at, s.ended_at, s.purged_at, s.access_epoch,
(s.ended_at is not null or coalesce(s.ends_at <= now(), false)) as is_over"""
_SELECT = f"select {COLUMNS} from sessions s "  # noqa: S608 - only the names of columns are put in


def add(tx: Tx, session_id: UUID, host_id: UUID, title: str, ends_at: datetime | None) -> Session:
    """A new, open session.

    Its ``access_epoch`` begins a minute back: it is the "not before" of stream cookies, must stay in the past by every clock that
    checks one, and rises by one with each new invitation.
    """
    tx.execute(
        """
        insert into sessions (id, host_id, title, ends_at, access_epoch)
        values (%s, %s, %s, %s, floor(extract(epoch from now()))::bigint - 60)
        """,
        [session_id, host_id, title, ends_at],
    )
    return Session(**tx.execute(_SELECT + "where s.id = %s", [session_id]).fetchall()[0])


def get(tx: Tx, session_id: UUID) -> Session | None:
    """The session, or None."""
    row = tx.execute(_SELECT + "where s.id = %s", [session_id]).fetchone()
    return Session(**row) if row else None


def lock(tx: Tx, session_id: UUID) -> Session | None:
    """The session, or None; nobody else changes it, or counts its videos under this lock, before the transaction ends."""
    row = tx.execute(_SELECT + "where s.id = %s for update", [session_id]).fetchone()
    return Session(**row) if row else None


def page(tx: Tx, host_id: UUID, limit: int, before: UUID | None) -> list[Session]:
    """Up to ``limit`` sessions of a host, newest first, older than ``before``."""
    rows = tx.execute(
        _SELECT + "where s.host_id = %s and (%s::uuid is null or s.id < %s) order by s.id desc limit %s",
        [host_id, before, before, limit],
    )
    return [Session(**row) for row in rows]


def end(tx: Tx, session_id: UUID) -> bool:
    """Mark the end; False when it was marked before."""
    return tx.execute("update sessions set ended_at = now() where id = %s and ended_at is null", [session_id]).rowcount == 1


def end_all(tx: Tx, host_id: UUID) -> list[UUID]:
    """Mark the end of all sessions of a host; gives those that were not marked before."""
    rows = tx.execute("update sessions set ended_at = now() where host_id = %s and ended_at is null returning id", [host_id])
    return [row["id"] for row in rows]


def count_videos(tx: Tx, session_id: UUID) -> int:
    """How many videos a session holds; those that failed hold no files and do not count."""
    rows = tx.execute("select count(*) as count from videos where session_id = %s and status <> 'failed'", [session_id])
    count: int = rows.fetchall()[0]["count"]
    return count


def receipt(tx: Tx, session_id: UUID) -> dict[str, Any] | None:
    """The receipt of a session whose files are all deleted, as stored; None before."""
    return tx.execute(
        """
        select s.id as session_id, s.title, s.ended_at, r.started_at, r.finished_at, r.found, r.deleted, r.remaining, r.videos
          from receipts r join sessions s on s.id = r.session_id
         where r.session_id = %s and r.finished_at is not null
        """,
        [session_id],
    ).fetchone()
