"""From a plan to rows: its renditions, and the tasks that make them. Pure."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from functions.transcode import captions, chunks
from functions.transcode.plan import HIGH, LOW, AudioRendition, Plan, end_of_picture, target_s
from functions.transcode.source import Source
from matinee.db.streams import Rendition
from matinee.db.tasks import NewTask

FIRST_ENCODE_SEGMENTS = 2
LATER_ENCODE_S = 32.0  # so long that starting ffmpeg does not count, nor what is decoded from the keyframe before

# What a viewer waits for first; then what keeps ahead of a viewer; then what makes it better. Tasks are claimed in the order of
# priority plus ordinal, so that every film gets its n-th chunk before any gets the next.
PRIORITY_FIRST, PRIORITY_AHEAD, PRIORITY_STILLS, PRIORITY_CAPTIONS, PRIORITY_LOW, PRIORITY_HIGH = 1, 2, 2, 2, 3, 4
LOW_PER_HIGH = 8  # chunks of the low tier before each of the high one: a machine that does both by turns falls behind its viewers
LOW_PER_SOUND = 3  # a chunk of sound is as long as four of them
HELD_S = 10.0  # at most, what comes after the first picture leaves the machine to it
POSTER, STORYBOARD = 0, 1  # ordinals of the stills tasks; the second comes when the stream is finished, of which it is made


@dataclass(frozen=True)
class Schedule:
    """The chunks of a planned video. Their order is the ordinal of their tasks."""

    source: Source
    plan: Plan

    @cached_property
    def picture_edges_s(self) -> list[float]:
        """Where the copied picture is cut."""
        video = self.source.video
        if video is None or self.plan.copied is None:
            return []
        return chunks.copied_segment_edges(video.keyframes_s or [0.0], end_of_picture(self.source, video))

    @cached_property
    def sound_edges_s(self) -> list[float]:
        """Where sound is cut."""
        return chunks.grid_edges(self.plan.segment_s, self.source.duration_s)

    @cached_property
    def copies(self) -> list[tuple[chunks.Copied | None, chunks.Copied]]:
        """Picture and sound of the copy tasks, whose borders lie near each other; where the picture is encoded, sound alone."""
        if self.plan.copied is None:
            runs = self.sounds if self.plan.copied_audio else []
            return [(None, chunks.copied_sound(self.plan.segment_s, self.sound_edges_s, *run)) for run in runs]
        found: list[tuple[chunks.Copied | None, chunks.Copied]] = []
        sound_from = 0
        for first, end in self._runs(self.picture_edges_s, chunks.FIRST_COPY_S, chunks.LATER_COPY_S):
            is_last = end == len(self.picture_edges_s) - 1
            last = len(self.sound_edges_s) - 1
            border = next((n for n in range(sound_from, last) if self.sound_edges_s[n] >= self.picture_edges_s[end]), last)
            sound_to = last if is_last else border
            found.append(
                (
                    chunks.copied_picture(self._keyframes_s, self.picture_edges_s, first, end),
                    chunks.copied_sound(self.plan.segment_s, self.sound_edges_s, sound_from, sound_to),
                )
            )
            sound_from = sound_to
        return found

    @cached_property
    def encodes(self) -> list[tuple[int, int]]:
        """Frame ranges ``[first, end)`` of the encode tasks of a tier; together they cover every frame once."""
        total, step = self.plan.total_frames, self.plan.segment_frames
        edges = [*range(0, total, step), total]
        seconds = [self.plan.seconds(frame) for frame in edges]
        # The first segment is published as soon as it is made, and the second is made sooner than a new chunk would make it.
        first_s = self.plan.seconds(FIRST_ENCODE_SEGMENTS * step)
        # Without seeks a chunk reads what those before it have read. The first picture is early all the same.
        later_s = LATER_ENCODE_S if self.source.is_seekable else math.inf
        return [(edges[a], edges[b]) for a, b in chunks.runs(seconds, first_s, later_s, self._lead_in_s)] if total else []

    def _lead_in_s(self, start_s: float) -> float:
        """What has to be decoded of the picture before a time, from the keyframe on that a seek finds."""
        if not self.source.is_seekable:
            return start_s
        sought_s = start_s - self.source.seek_margin_s
        at = bisect_right(self._keyframes_s, sought_s)
        return sought_s - self._keyframes_s[at - 1] if at else 0.0

    @cached_property
    def sounds(self) -> list[tuple[int, int]]:
        """Segment ranges ``[first, end)`` of the tasks of sound alone."""
        return self._runs(self.sound_edges_s, chunks.FIRST_COPY_S, chunks.LATER_COPY_S)

    def tasks(self) -> list[NewTask]:
        """The tasks, the most urgent first. Weights are rough shares of the work, for the progress."""
        found = [*self._copies(), *self._encodes(), *self._sounds("audio", self.plan.encoded_audio, 0.03)]
        if self.plan.captions:
            found.append(NewTask("captions", "bulk", PRIORITY_CAPTIONS, tier=HIGH, weight=0.2))
        found.append(NewTask("stills", "bulk", PRIORITY_STILLS, ordinal=POSTER, weight=0.5))
        return sorted(found, key=lambda task: (task.priority, task.ordinal))

    @property
    def _keyframes_s(self) -> list[float]:
        return (self.source.video.keyframes_s if self.source.video else None) or [0.0]

    def _runs(self, edges_s: Sequence[float], first_s: float, later_s: float) -> list[tuple[int, int]]:
        if not self.source.is_seekable:
            first_s = later_s = math.inf
        return chunks.runs(edges_s, first_s, later_s)

    def _copies(self) -> list[NewTask]:
        edges = self.picture_edges_s
        pictures = [picture for picture, _ in self.copies if picture]
        if not pictures:
            return self._sounds("copy", self.plan.copied_audio, 0.003)
        return [
            self._part("copy", ordinal, edges[picture.first], edges[len(edges) - 1 if picture.end is None else picture.end], 0.05)
            for ordinal, picture in enumerate(pictures)
        ]

    def _sounds(self, kind: str, tracks: list[AudioRendition], work: float) -> list[NewTask]:
        """The tasks of tracks of sound alone; ``work`` is that of a second of one."""
        edges, ranges = self.sound_edges_s, self.sounds if tracks else []
        found = [self._part(kind, n, edges[first], edges[end], work * len(tracks)) for n, (first, end) in enumerate(ranges)]
        # Behind the first minute sound has time: all chunks of a long one at once would keep pictures from the express queue.
        for number, task in enumerate(found[1:]):
            priority = _paced(PRIORITY_LOW, number, LOW_PER_SOUND)
            found[number + 1] = replace(task, queue="bulk", priority=priority, held_s=0)
        return found

    def _part(self, kind: str, ordinal: int, start_s: float, end_s: float, work: float) -> NewTask:
        """A task of what is quick, on the express queue; what is needed first before all else."""
        priority = PRIORITY_AHEAD if ordinal else PRIORITY_FIRST
        weight = max(0.01, (end_s - start_s) * work)
        held_s = HELD_S if ordinal else 0
        start_s = max(0.0, start_s)
        return NewTask(kind, "express", priority, ordinal=ordinal, start_s=start_s, end_s=end_s, weight=weight, held_s=held_s)

    def _encodes(self) -> list[NewTask]:
        video = self.source.video
        found: list[NewTask] = []
        for tier in (LOW, HIGH):
            made = self.plan.encoded(tier)
            work = sum(r.width * r.height for r in made) + (video.width * video.height / 4 if video else 0)
            for ordinal, (first, end) in enumerate(self.encodes if made else []):
                start_s, end_s = self.plan.seconds(first), self.plan.seconds(end)
                weight = (end_s - start_s) * work / 2e6
                task = NewTask("encode", "bulk", PRIORITY_LOW, tier, ordinal, start_s, end_s, weight)
                if tier == HIGH:
                    task = replace(task, priority=_paced(PRIORITY_HIGH, ordinal, LOW_PER_HIGH))
                elif ordinal == 0:
                    task = replace(task, queue="express", priority=PRIORITY_FIRST)
                elif ordinal == 1 and self.source.is_seekable:  # due as soon as the first has been seen
                    task = replace(task, queue="express", held_s=HELD_S)
                found.append(task)
        return found


def _paced(priority: int, ordinal: int, pace: int) -> int:
    """The priority of a task that is to come after every ``pace`` tasks of a kind whose priority is always the same."""
    return priority + ordinal * (pace - 1)


def renditions(plan: Plan) -> list[Rendition]:
    """The rows of a plan's renditions.

    Pictures and sound have one target duration (RFC 8216 6.2.4): the longest that any of them needs.
    """
    target = max([target_s(float(plan.segment_s)), *(r.target_s for r in plan.video)])
    rows = [
        Rendition(
            name=r.name,
            kind="video",
            task_kind="copy" if r.crf is None else "encode",
            tier=r.tier,
            position=position,
            width=r.width,
            height=r.height,
            frame_rate=round(float(plan.frame_rate), 3),  # type: ignore[arg-type] # psycopg takes it as numeric
            target_s=target,
        )
        for position, r in enumerate(plan.video)
    ]
    rows += [
        Rendition(
            name=a.name,
            kind="audio",
            task_kind="copy" if a in plan.copied_audio else "audio",
            tier=LOW,
            position=position,
            language=a.language,
            label=a.label,
            is_default=a.is_default,
            target_s=target,
        )
        for position, a in enumerate(plan.audio)
    ]
    rows += [
        Rendition(
            name=c.name,
            kind="captions",
            task_kind="captions",
            tier=HIGH,
            position=position,
            language=c.language,
            label=c.label,
            is_default=c.is_default,
            is_forced=c.is_forced,
            target_s=captions.SEGMENT_S,
        )
        for position, c in enumerate(plan.captions)
    ]
    return rows
