"""Take segments from ffmpeg as they come: check each, upload it, list it in the database, let the stream grow.

Uploads run while ffmpeg makes the next segments. When it gets too far ahead it is held still, so the disk in use stays flat
whatever the length of the video.
"""

import threading
import time
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

from functions.transcode import publish
from functions.transcode.conformance import record
from functions.transcode.conformance.segment import Segment as Measures
from functions.transcode.conformance.transport import CLOCK_HZ
from functions.transcode.ffmpeg import Limits, OutsideFaultError, Run, running
from functions.transcode.lease import Lease
from functions.transcode.mpegts import TIMELINE_OFFSET_S, BadSegmentError, continuable, measured, next_counter
from matinee import storage
from matinee.db import streams, transaction
from matinee.db.streams import Segment
from matinee.ids import stream_prefix

UPLOADS_AT_ONCE = 4
PUBLISH_EVERY_S = 2.0  # once the video can be played; before that every segment is news
SEGMENT_TYPE = "video/mp2t"
SEGMENT_CACHE = "private, max-age=31536000, immutable"

_one_in_memory = threading.Lock()  # a copied segment can be tens of megabytes; the work on it holds the interpreter anyway


@dataclass(frozen=True)
class Wanted:
    """What a run makes of one rendition: the segments ``first`` up to ``end`` (None: whatever comes), all else is dropped.

    ``shift_s`` is what the run's times have to be moved by, ``keeps_times`` says that they are those of an original.
    """

    rendition: str
    first: int
    end: int | None
    shift_s: Fraction = Fraction(0)
    keeps_times: bool = False

    def takes(self, ordinal: int) -> bool:
        """Whether a segment is one of them."""
        return self.first <= ordinal and (self.end is None or ordinal < self.end)


@dataclass(frozen=True)
class Announced:
    """A segment that ffmpeg has finished: its rendition, ordinal and end time (seconds on the run's timeline)."""

    rendition: str
    ordinal: int
    end_s: float
    path: Path


@dataclass(frozen=True)
class Made:
    """What a run has made: how many segments, and whether the picture in them is damaged."""

    segments: int
    is_damaged: bool


def announced(line: str, folder: Path) -> Announced:
    """Parse one line of the segment list: ``<rendition>/<ordinal>.ts,<start>,<end>``.

    The start is not used: the segment muxer says 0 for the first segment of every run.
    """
    name, _, end_s = line.split(",")
    rendition, _, file = name.partition("/")
    return Announced(rendition, int(file.removesuffix(".ts")), float(end_s), folder / rendition / file)


def row_of(ordinal: int, end_s: float, size_bytes: int, measures: Measures) -> Segment:
    """The row of a segment. A picture ends when the next begins, as the muxer says; sound with its last frame."""
    start_s = _seconds(measures.start)
    end = Decimal(f"{end_s:.6f}") if measures.picture or measures.end is None else _seconds(measures.end)
    keyframes = [
        (first, size, float(_seconds(shown)))
        for shown, (first, size) in zip(measures.keyframes, measures.keyframe_bytes, strict=True)
    ]
    return Segment(ordinal, start_s, max(end - start_s, Decimal("0.001")), size_bytes, record.to_json(measures), keyframes)


def _seconds(ticks: int) -> Decimal:
    return round(Decimal(ticks) / CLOCK_HZ - TIMELINE_OFFSET_S, 6)


class Intake:
    """Checks, uploads and lists the segments of one task."""

    def __init__(self, lease: Lease, wanted: Iterable[Wanted], from_s: float, to_s: float) -> None:
        self._lease = lease
        self._wanted = {w.rendition: w for w in wanted}
        self._from_s, self._to_s = from_s, to_s
        self._prefix = stream_prefix(lease.task.session_id, lease.task.video_id)
        self._pool = ThreadPoolExecutor(UPLOADS_AT_ONCE, thread_name_prefix="upload")
        self._under_way: deque[Future[tuple[str, Segment, Measures]]] = deque()
        self._published_at = 0.0
        self._is_playable = False
        self._taken: dict[str, set[int]] = {name: set() for name in self._wanted}
        self._counters = dict.fromkeys(self._wanted, 0)  # of packets, with which the next segment begins

    @property
    def count(self) -> int:
        """How many segments were listed."""
        return sum(map(len, self._taken.values()))

    def take(self, segment: Announced) -> None:
        """Start the upload of a segment, or drop one that is another chunk's, or in which nothing is left to show at the end."""
        wanted = self._wanted[segment.rendition]
        if not wanted.takes(segment.ordinal) or (wanted.end is None and not segment.path.stat().st_size):
            segment.path.unlink()
            return
        self._under_way.append(self._pool.submit(self._store, segment, self._fit(segment, wanted)))

    @property
    def room(self) -> int:
        """How many uploads may be under way. Until the video can be played it is one, and ffmpeg leaves the machine to it."""
        return UPLOADS_AT_ONCE if self._is_playable else 1

    @property
    def is_full(self) -> bool:
        """Whether ffmpeg should be held until ``settle`` has made room."""
        return len(self._under_way) >= self.room

    def settle(self, leave: int = 0) -> None:
        """List what has been uploaded, in order, waiting until at most ``leave`` uploads are under way."""
        news = False
        while self._under_way and (len(self._under_way) > leave or self._under_way[0].done()):
            self._list(*self._under_way.popleft().result())
            news = True
            self._publish_if_due()
        if news and not leave:
            self._publish_if_due()

    def close(self) -> None:
        """Wait for the uploads that have begun, so that nothing is written after the task was let go."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def check_whole(self) -> None:
        """Raise BadSegmentError where a segment is missing that the chunk should have."""
        for name, wanted in self._wanted.items():
            missing = set(range(wanted.first, wanted.end or wanted.first)) - self._taken[name]
            if missing:
                raise BadSegmentError(f"{name} has no segment {min(missing)}")

    def _fit(self, segment: Announced, wanted: Wanted) -> Measures:
        """Make a segment follow the one before it, in place, and measure it."""
        # Every copied segment is a joint: counting on what may be tens of megabytes would take as much memory again.
        is_joint = wanted.keeps_times or segment.ordinal + 1 == wanted.end
        with _one_in_memory:
            data = continuable(
                segment.path.read_bytes(), segment.ordinal, begins_at=self._counters[segment.rendition], is_joint=is_joint
            )
            measures = measured(data, keeps_times=wanted.keeps_times)
            segment.path.write_bytes(data)
        self._counters[segment.rendition] = next_counter(measures)
        return measures

    def _store(self, segment: Announced, measures: Measures) -> tuple[str, Segment, Measures]:
        shift_s = float(self._wanted[segment.rendition].shift_s)
        row = row_of(segment.ordinal, segment.end_s + shift_s, measures.size, measures)
        self._lease.check()
        key = f"{self._prefix}{segment.rendition}/{segment.path.name}"
        storage.put_file(key, segment.path, SEGMENT_TYPE, SEGMENT_CACHE)
        segment.path.unlink()
        return segment.rendition, row, measures

    def _list(self, rendition: str, row: Segment, measures: Measures) -> None:
        channels = measures.sound.channels if measures.sound else None
        with transaction() as tx:
            streams.add_segment(tx, self._lease.task, rendition, row, measures.codec, channels)
        self._taken[rendition].add(row.ordinal)
        if self._to_s > self._from_s:
            done = (float(row.start_s + row.duration_s) - self._from_s) / (self._to_s - self._from_s)
            self._lease.progress = max(self._lease.progress, min(1.0, done))

    def _publish_if_due(self) -> None:
        if self._is_playable and time.monotonic() - self._published_at < PUBLISH_EVERY_S:
            return
        self._is_playable = publish.publish(self._lease.task)
        self._published_at = time.monotonic()


@contextmanager
def _ffmpeg_first(run: Run) -> Iterator[None]:
    """Where ffmpeg has failed, its own reason explains a bad segment: a full disk cuts the last one short."""
    try:
        yield
    except BadSegmentError as bad:
        raise run.fault() or bad from bad


def make_segments(
    arguments: Sequence[str], wanted: Sequence[Wanted], folder: Path, limits: Limits, lease: Lease, nice: int
) -> Made:
    """Run ffmpeg and take in what it makes.

    Raises FfmpegError, BadSegmentError, LeaseLostError, StoppingError, and what storage and database raise.
    """
    for one in wanted:
        (folder / one.rendition).mkdir()
    task = lease.task
    intake = Intake(lease, wanted, float(task.start_s or 0), float(task.end_s or 0))
    try:
        with running(arguments, limits, nice=nice) as run, _ffmpeg_first(run):
            lease.on_loss(run.stop)
            for line in run.lines():
                intake.take(announced(line, folder))
                if intake.is_full:
                    run.pause()
                    intake.settle(leave=intake.room - 1)
                    run.resume()
                else:
                    intake.settle(leave=intake.room)
            lease.check()
            intake.settle()
            run.finish()
            # Demuxers take a broken connection for the end of the file, and filters then fill up what is missing.
            if run.had_trouble_reading:
                raise OutsideFaultError("the original could not be read to its end")
            intake.check_whole()
    finally:
        intake.close()
    return Made(intake.count, run.found_damage)
