"""SQL of the sweep: what is overdue, stuck, expired, or not to be there any more."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from matinee.db import Tx


@dataclass(frozen=True)
class VideoId:
    """Which video, and of which session."""

    session_id: UUID
    video_id: UUID


@dataclass(frozen=True)
class OpenUpload(VideoId):
    """An upload that no witness has called finished. ``is_begun``: tusd has said that the store knows it."""

    size_bytes: int
    created_at: datetime
    is_begun: bool


def end_due_sessions(tx: Tx) -> list[UUID]:
    """End the sessions whose ``ends_at`` has passed; gives which."""
    rows = tx.execute("update sessions set ended_at = now() where ended_at is null and ends_at <= now() returning id").fetchall()
    return [row["id"] for row in rows]


def sessions_to_purge(tx: Tx) -> list[UUID]:
    """Ended sessions that are not purged, oldest end first."""
    rows = tx.execute("select id from sessions where ended_at is not null and purged_at is null order by ended_at").fetchall()
    return [row["id"] for row in rows]


def sessions_purged_within(tx: Tx, seconds: float) -> list[UUID]:
    """Sessions that were purged in the last ``seconds``."""
    rows = tx.execute("select id from sessions where purged_at > now() - %s * interval '1 second'", [seconds]).fetchall()
    return [row["id"] for row in rows]


def is_open(tx: Tx, session_id: UUID) -> bool:
    """Whether the session has not ended; it does not end before this transaction does."""
    return tx.execute("select 1 from sessions where id = %s and ended_at is null for share", [session_id]).rowcount == 1


def open_uploads(tx: Tx) -> list[OpenUpload]:
    """Unfinished uploads of open sessions, oldest first."""
    rows = tx.execute(
        """
        select v.session_id, v.id as video_id, v.size_bytes, v.created_at, v.upload_id is not null as is_begun
          from videos v join sessions s on s.id = v.session_id
         where v.status = 'uploading' and s.ended_at is null order by v.created_at
        """
    ).fetchall()
    return [OpenUpload(**row) for row in rows]


def uploading_videos(tx: Tx, video_ids: Sequence[UUID]) -> set[UUID]:
    """Those of these videos that are being uploaded."""
    rows = tx.execute("select id from videos where id = any(%s) and status = 'uploading'", [list(video_ids)]).fetchall()
    return {row["id"] for row in rows}


def videos_in_need_of_original(tx: Tx) -> list[VideoId]:
    """Videos of open sessions that are taken in and not finished."""
    rows = tx.execute(
        """
        select v.session_id, v.id as video_id from videos v join sessions s on s.id = v.session_id
         where v.status in ('uploaded', 'transcoding', 'playable') and s.ended_at is null
        """
    ).fetchall()
    return [VideoId(**row) for row in rows]


def stuck_videos(tx: Tx, seconds: float) -> list[VideoId]:
    """Videos of open sessions that are not finished although their last task was over ``seconds`` ago."""
    rows = tx.execute(
        """
        select v.session_id, v.id as video_id from videos v join sessions s on s.id = v.session_id
         where v.status in ('uploaded', 'transcoding', 'playable') and s.ended_at is null
           and not exists (select 1 from tasks t where t.video_id = v.id and t.status in ('pending', 'leased'))
           and greatest(v.uploaded_at, (select max(t.done_at) from tasks t where t.video_id = v.id))
               < now() - %s * interval '1 second'
        """,
        [seconds],
    ).fetchall()
    return [VideoId(**row) for row in rows]


def videos_failed_within(tx: Tx, seconds: float) -> list[VideoId]:
    """Videos of open sessions that failed in the last ``seconds``."""
    rows = tx.execute(
        """
        select v.session_id, v.id as video_id from videos v join sessions s on s.id = v.session_id
         where v.status = 'failed' and v.failed_at > now() - %s * interval '1 second' and s.ended_at is null
        """,
        [seconds],
    ).fetchall()
    return [VideoId(**row) for row in rows]


def unpurged_sessions(tx: Tx, session_ids: Sequence[UUID]) -> dict[UUID, bool]:
    """Those of these sessions that exist and are not purged, each with whether it is open."""
    rows = tx.execute(
        "select id, ended_at is null as is_open from sessions where id = any(%s) and purged_at is null", [list(session_ids)]
    ).fetchall()
    return {row["id"]: row["is_open"] for row in rows}


def videos_with_files(tx: Tx, session_ids: Sequence[UUID]) -> set[UUID]:
    """The videos of these sessions whose files have to stay: all but the failed."""
    rows = tx.execute("select id from videos where session_id = any(%s) and status <> 'failed'", [list(session_ids)]).fetchall()
    return {row["id"] for row in rows}


def forget_expired(tx: Tx, login_window_seconds: float) -> int:
    """Delete expired access tokens and guests, and failed logins older than the rate limit's window; gives how many."""
    return (
        tx.execute("delete from access_tokens where expires_at < now()").rowcount
        + tx.execute("delete from guests where expires_at < now()").rowcount
        + tx.execute("delete from login_failures where at < now() - %s * interval '1 second'", [login_window_seconds]).rowcount
    )


def forget_gone_hosts(tx: Tx) -> int:
    """Delete the accounts that were given up, once all their sessions are purged; gives how many."""
    return tx.execute(
        """
        delete from users u where deleted_at is not null
           and not exists (select 1 from sessions s where s.host_id = u.id and s.purged_at is null)
        """
    ).rowcount
