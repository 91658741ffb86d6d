"""SQL about videos: their rows from the first upload request to ``ready`` or ``failed``.

Status only moves forward (``uploading → uploaded → transcoding → playable → ready``, or ``failed``); every update names the
states it may leave, so a message that comes twice or late changes nothing.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, Literal
from uuid import UUID

from matinee.db import Tx
from matinee.errors import VIDEO_FAILURES, VideoWarning
from matinee.ids import new_id

VideoStatus = Literal["uploading", "uploaded", "transcoding", "playable", "ready", "failed"]
PLAN_WEIGHT = 0.001  # planning does not show in the progress


@dataclass(frozen=True)
class Video:
    """One row of ``videos`` with the progress of its tasks (0 to 1)."""

    id: UUID
    session_id: UUID
    filename: str
    filetype: str
    size_bytes: int
    upload_id: str | None
    status: VideoStatus
    error_code: str | None
    error_message: str | None
    warnings: list[str]
    source: dict[str, Any] | None
    plan: dict[str, Any] | None
    duration_s: Decimal | None
    playlist: str | None
    poster: str | None
    storyboard: str | None
    created_at: datetime
    uploaded_at: datetime | None
    playable_at: datetime | None
    progress: float


_SELECT = """
select v.id, v.session_id, v.filename, v.filetype, v.size_bytes, v.upload_id, v.status, v.error_code, v.error_message,
       v.warnings, v.source, v.plan, v.duration_s, v.playlist, v.poster, v.storyboard, v.created_at, v.uploaded_at, v.playable_at,
       case when v.status = 'ready' then 1.0 else coalesce(
         (select sum(t.weight * case when t.status = 'done' then 1 else t.progress end) / sum(t.weight)
            from tasks t where t.video_id = v.id and t.kind <> 'plan'), 0) end::float8 as progress
  from videos v
"""


def get(tx: Tx, video_id: UUID) -> Video | None:
    """The video, or None."""
    row = tx.execute(_SELECT + "where v.id = %s", [video_id]).fetchone()
    return Video(**row) if row else None


def of_session(tx: Tx, session_id: UUID) -> list[Video]:
    """The session's videos, oldest first."""
    return [Video(**row) for row in tx.execute(_SELECT + "where v.session_id = %s order by v.id", [session_id])]


def add(tx: Tx, video_id: UUID, session_id: UUID, filename: str, filetype: str, size_bytes: int) -> None:
    """A new row in state ``uploading``."""
    tx.execute(
        "insert into videos (id, session_id, filename, filetype, size_bytes) values (%s, %s, %s, %s, %s)",
        [video_id, session_id, filename, filetype, size_bytes],
    )


def note_upload(tx: Tx, video_id: UUID, upload_id: str) -> None:
    """Remember tusd's id of the upload, once the store has it."""
    tx.execute("update videos set upload_id = %s where id = %s and upload_id is null", [upload_id, video_id])


def finish_upload(tx: Tx, session_id: UUID, video_id: UUID, size_bytes: int) -> bool:
    """Take in a whole original: ``uploading → uploaded``, and its plan task.

    Gives True to the first witness only. The others, and those of an ended session or an unknown video, change nothing.
    """
    row = tx.execute(
        """
        update videos v set status = 'uploaded', uploaded_at = now(), size_bytes = %s
          from sessions s
         where v.id = %s and v.session_id = %s and s.id = v.session_id and v.status = 'uploading'
           and s.ended_at is null and coalesce(s.ends_at > now(), true)
        returning v.id
        """,
        [size_bytes, video_id, session_id],
    ).fetchone()
    if row is None:
        return False
    tx.execute(
        """
        insert into tasks (id, video_id, kind, queue, priority, weight) values (%s, %s, 'plan', 'express', 0, %s)
        on conflict (video_id, kind, tier, ordinal) do nothing
        """,
        [new_id(), video_id, PLAN_WEIGHT],
    )
    return True


def forget_upload(tx: Tx, video_id: UUID) -> bool:
    """Remove the row of an upload that was given up; False when it is past that state."""
    return tx.execute("delete from videos where id = %s and status = 'uploading'", [video_id]).rowcount == 1


def set_source(tx: Tx, video_id: UUID, source: str, plan: str, duration_s: float, warnings: list[str]) -> bool:
    """Store probe and plan (JSON texts): ``uploaded → transcoding``. False when the video is past that or gone."""
    return (
        tx.execute(
            """
            update videos set status = 'transcoding', source = %s::jsonb, plan = %s::jsonb, duration_s = %s, warnings = %s
             where id = %s and status = 'uploaded'
            """,
            [source, plan, duration_s, warnings, video_id],
        ).rowcount
        == 1
    )


def add_warning(tx: Tx, video_id: UUID, warning: VideoWarning) -> None:
    """Note that the video is not all that was uploaded. The same warning is noted once."""
    tx.execute(
        "update videos set warnings = array_append(warnings, %s) where id = %s and not %s = any (warnings)",
        [warning, video_id, warning],
    )


def set_playable(tx: Tx, video_id: UUID, playlist: str) -> float | None:
    """``transcoding → playable``; gives the seconds since the upload ended, or None when that was so before.

    A video that is playable already takes another playlist: of its new plan, or with its captions.
    """
    row = tx.execute(
        """
        update videos v set status = 'playable', playable_at = coalesce(v.playable_at, now()), playlist = %s
          from (select id, playable_at from videos where id = %s for update) before
         where v.id = before.id and v.status in ('transcoding', 'playable')
        returning case when before.playable_at is null
                       then extract(epoch from clock_timestamp() - v.uploaded_at)::float8 end as seconds
        """,
        [playlist, video_id],
    ).fetchone()
    return row["seconds"] if row else None


def set_plan(tx: Tx, video_id: UUID, plan: str) -> bool:
    """Another plan (JSON text) for a video that is being made; False when it is past that or gone."""
    return (
        tx.execute(
            "update videos set plan = %s::jsonb where id = %s and status in ('transcoding', 'playable')", [plan, video_id]
        ).rowcount
        == 1
    )


def set_ready(tx: Tx, video_id: UUID, playlist: str, duration_s: float) -> float | None:
    """``transcoding | playable → ready``; gives the seconds since the upload ended, or None when that was so before."""
    row = tx.execute(
        """
        update videos set status = 'ready', ready_at = now(), playable_at = coalesce(playable_at, now()),
                          playlist = %s, duration_s = %s
         where id = %s and status in ('transcoding', 'playable')
        returning extract(epoch from clock_timestamp() - uploaded_at)::float8 as seconds
        """,
        [playlist, duration_s, video_id],
    ).fetchone()
    return row["seconds"] if row else None


def set_poster(tx: Tx, video_id: UUID, poster: str) -> None:
    """The poster's key suffix."""
    tx.execute("update videos set poster = %s where id = %s", [poster, video_id])


def set_storyboard(tx: Tx, video_id: UUID, storyboard: str) -> None:
    """The storyboard's key suffix."""
    tx.execute("update videos set storyboard = %s where id = %s", [storyboard, video_id])


def fail(tx: Tx, video_id: UUID, code: str, message: str | None = None) -> bool:
    """Any unfinished state → ``failed``: its open tasks are cancelled, its renditions forgotten. False when it was finished.

    The video's files are the caller's to delete.
    """
    row = tx.execute(
        """
        update videos set status = 'failed', failed_at = now(), error_code = %s, error_message = %s,
                          playlist = null, poster = null, storyboard = null
         where id = %s and status not in ('ready', 'failed')
        returning id
        """,
        [code, message or VIDEO_FAILURES[code], video_id],
    ).fetchone()
    if row is None:
        return False
    tx.execute(
        """
        update tasks set status = 'cancelled' where video_id = %s and status in ('pending', 'leased')
        """,
        [video_id],
    )
    tx.execute("delete from renditions where video_id = %s", [video_id])
    return True
