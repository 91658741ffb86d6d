"""SQL about renditions and segments: what the playlists are rendered from."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

from matinee.db import Tx, tasks


@dataclass(frozen=True)
class Segment:
    """A segment that was checked and lies in the bucket. Times in seconds on the source's timeline.

    ``keyframes``: first byte, bytes and time of each; ``measured``: what the check saw. Both are loaded only when asked for.
    """

    ordinal: int
    start_s: Decimal
    duration_s: Decimal
    size_bytes: int
    measured: dict[str, Any] | None = None
    keyframes: Sequence[tuple[int, int, float]] = ()


@dataclass(frozen=True)
class Rendition:
    """One media playlist: ``name`` is its folder below the video's."""

    name: str
    kind: str
    task_kind: str
    tier: int
    position: int
    width: int | None = None
    height: int | None = None
    frame_rate: Decimal | None = None
    codecs: str | None = None
    channels: int | None = None
    language: str | None = None
    label: str | None = None
    is_default: bool = False
    is_forced: bool = False
    target_s: int = 4


@dataclass(frozen=True)
class RenditionState(Rendition):
    """A rendition with its segments in order; ``is_whole`` when no more will come."""

    is_whole: bool = False
    published: bytes | None = None
    segments: list[Segment] = field(default_factory=list)


def add_renditions(tx: Tx, video_id: UUID, renditions: Sequence[Rendition]) -> None:
    """Add renditions; those that are there already are left as they are."""
    with tx.cursor() as cursor:
        cursor.executemany(
            """
            insert into renditions (video_id, name, kind, task_kind, tier, position, width, height, frame_rate, codecs,
                                    language, label, is_default, is_forced, target_s)
            values (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s) on conflict do nothing
            """,
            [
                (
                    video_id, r.name, r.kind, r.task_kind, r.tier, r.position, r.width, r.height, r.frame_rate, r.codecs,
                    r.language, r.label, r.is_default, r.is_forced, r.target_s,
                )
                for r in renditions
            ],
        )  # fmt: skip


def add_segment(
    tx: Tx, task: tasks.Task, rendition: str, segment: Segment, codecs: str | None, channels: int | None = None
) -> None:
    """List a segment that lies in the bucket, under the task's lease (raises LeaseLostError).

    A second attempt of the task writes the same segment again; the row takes the newer one's figures.
    """
    tasks.check_lease(tx, task)
    tx.execute(
        """
        insert into segments (video_id, rendition, ordinal, start_s, duration_s, size_bytes, measured, keyframes)
        values (%s, %s, %s, %s, %s, %s, %s::jsonb, %s::jsonb)
        on conflict (video_id, rendition, ordinal) do update
           set start_s = excluded.start_s, duration_s = excluded.duration_s, size_bytes = excluded.size_bytes,
               measured = excluded.measured, keyframes = excluded.keyframes
        """,
        [
            task.video_id, rendition, segment.ordinal, segment.start_s, segment.duration_s, segment.size_bytes,
            json.dumps(segment.measured), json.dumps(segment.keyframes),
        ],
    )  # fmt: skip
    tx.execute(
        "update renditions set codecs = %s, channels = %s where video_id = %s and name = %s and codecs is null",
        [codecs, channels, task.video_id, rendition],
    )


def set_target(tx: Tx, task: tasks.Task, target_s: int) -> None:
    """The target duration of pictures and sound, where it is known only after they were made and before any is published.

    Under the task's lease (raises LeaseLostError).
    """
    tasks.check_lease(tx, task)
    tx.execute(
        "update renditions set target_s = %s where video_id = %s and kind <> 'captions' and published is null",
        [target_s, task.video_id],
    )


def load(tx: Tx, video_id: UUID, *, made_by: tasks.Task | None = None, measured: bool = False) -> list[RenditionState]:
    """All renditions of a video with their segments, in the order of the multivariant playlist.

    With ``made_by``, only the renditions that this task works on have segments: a long video has tens of thousands.
    """
    segments: dict[str, list[Segment]] = {}
    for row in tx.execute(
        """
        select s.rendition, s.ordinal, s.start_s, s.duration_s, s.size_bytes,
               case when %(measured)s then s.measured end as measured,
               case when %(measured)s then s.keyframes else '[]' end as keyframes
          from segments s join renditions r on r.video_id = s.video_id and r.name = s.rendition
         where s.video_id = %(video)s and (%(kind)s::text is null or (r.task_kind = %(kind)s and r.tier = %(tier)s))
         order by 1, 2
        """,
        {
            "video": video_id,
            "measured": measured,
            "kind": made_by.kind if made_by else None,
            "tier": made_by.tier if made_by else None,
        },
    ):
        segments.setdefault(row.pop("rendition"), []).append(Segment(**row))
    return [
        RenditionState(**row, segments=segments.get(row["name"], []))
        for row in tx.execute(
            """
            select name, kind, task_kind, tier, position, width, height, frame_rate, codecs, channels, language, label,
                   is_default, is_forced, target_s, published,
                   not exists (select 1 from tasks t where t.video_id = r.video_id and t.kind = r.task_kind
                                  and t.tier = r.tier and t.status <> 'done') as is_whole
              from renditions r where video_id = %s order by kind desc, position
            """,
            [video_id],
        )
    ]


def is_whole(tx: Tx, video_id: UUID) -> bool:
    """Whether all tasks that make renditions are done."""
    row = tx.execute(
        """
        select not exists (select 1 from renditions r join tasks t using (video_id)
                            where r.video_id = %s and t.kind = r.task_kind and t.tier = r.tier and t.status <> 'done') as whole
        """,
        [video_id],
    ).fetchone()
    return bool(row and row["whole"])


def start_over(tx: Tx, video_id: UUID, kinds: Sequence[str]) -> None:
    """Forget the tasks of these kinds and what they make, so that another plan can be written; objects stay where they are."""
    tx.execute("delete from renditions where video_id = %s and task_kind = any(%s)", [video_id, list(kinds)])
    tx.execute("delete from tasks where video_id = %s and kind = any(%s)", [video_id, list(kinds)])


def set_published(tx: Tx, video_id: UUID, rendition: str, digest: bytes) -> None:
    """Remember which media playlist was written last."""
    tx.execute("update renditions set published = %s where video_id = %s and name = %s", [digest, video_id, rendition])


def lock_publishing(tx: Tx, video_id: UUID) -> None:
    """Make publishing of one video one at a time, until the end of the transaction."""
    tx.execute("select pg_advisory_xact_lock(hashtextextended(%s, 0))", [str(video_id)])
