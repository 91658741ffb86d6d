"""Take segments from ffmpeg as they come: check each, upload it, list it in the database, let the stream grow.

Uploads run while ffmpeg makes the next segments. When it gets too far ahead it is held still, so the disk in use stays flat
whatever the length of the video.
"""

import time
from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from functions.transcode import publish
from functions.transcode.ffmpeg import Limits, running
from functions.transcode.lease import Lease
from functions.transcode.mpegts import TIMELINE_OFFSET_S, SegmentFacts, read_segment
from matinee import storage
from matinee.db import streams, transaction
from matinee.db.streams import Segment
from matinee.ids import stream_prefix

UPLOADS_AT_ONCE = 4
PUBLISH_EVERY_S = 2.0  # once the video can be played; before that every segment is news
SEGMENT_TYPE = "video/mp2t"
SEGMENT_CACHE = "private, max-age=31536000, immutable"


@dataclass(frozen=True)
class Announced:
    """A segment that ffmpeg has finished: its rendition, ordinal and end time (seconds on the source's timeline)."""

    rendition: str
    ordinal: int
    end_s: float
    path: Path


def announced(line: str, folder: Path) -> Announced:
    """Parse one line of the segment list: ``<rendition>/<ordinal>.ts,<start>,<end>``.

    The start is not used: the segment muxer says 0 for the first segment of every run.
    """
    name, _, end_s = line.split(",")
    rendition, _, file = name.partition("/")
    return Announced(rendition, int(file.removesuffix(".ts")), float(end_s), folder / rendition / file)


class Intake:
    """Checks, uploads and lists the segments of one task."""

    def __init__(self, lease: Lease, expected_end_s: float) -> None:
        self._lease = lease
        self._expected_end_s = expected_end_s
        self._prefix = stream_prefix(lease.task.session_id, lease.task.video_id)
        self._pool = ThreadPoolExecutor(UPLOADS_AT_ONCE, thread_name_prefix="upload")
        self._under_way: deque[Future[tuple[Announced, Segment, SegmentFacts]]] = deque()
        self._published_at = 0.0
        self._is_playable = False
        self.count = 0

    def take(self, segment: Announced) -> None:
        """Start the upload of a segment."""
        self._under_way.append(self._pool.submit(self._store, segment))

    @property
    def is_full(self) -> bool:
        """Whether ffmpeg should be held until ``settle`` has made room."""
        return len(self._under_way) >= UPLOADS_AT_ONCE

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

    def _store(self, segment: Announced) -> tuple[Announced, Segment, SegmentFacts]:
        facts = read_segment(segment.path.read_bytes())
        start_s = Decimal(f"{facts.first_pts_s - TIMELINE_OFFSET_S:.6f}")
        size = segment.path.stat().st_size
        self._lease.check()
        key = f"{self._prefix}{segment.rendition}/{segment.path.name}"
        storage.put_file(key, segment.path, SEGMENT_TYPE, SEGMENT_CACHE)
        segment.path.unlink()
        return (
            segment,
            Segment(segment.ordinal, start_s, max(Decimal(f"{segment.end_s:.6f}") - start_s, Decimal("0.001")), size),
            facts,
        )

    def _list(self, segment: Announced, row: Segment, facts: SegmentFacts) -> None:
        with transaction() as tx:
            streams.add_segment(tx, self._lease.task, segment.rendition, row, facts.codecs)
        self.count += 1
        if self._expected_end_s:
            self._lease.progress = max(self._lease.progress, min(1.0, segment.end_s / self._expected_end_s))

    def _publish_if_due(self) -> None:
        if self._is_playable and time.monotonic() - self._published_at < PUBLISH_EVERY_S:
            return
        self._is_playable = publish.publish(self._lease.task)
        self._published_at = time.monotonic()


def make_segments(
    arguments: Sequence[str], names: Sequence[str], folder: Path, limits: Limits, lease: Lease, end_s: float, nice: int
) -> int:
    """Run ffmpeg and take in what it makes; gives the number of segments.

    Raises FfmpegError, BadSegmentError, LeaseLostError, StoppingError, and what storage and database raise.
    """
    for name in names:
        (folder / name).mkdir()
    intake = Intake(lease, end_s)
    try:
        with running(arguments, limits, nice=nice) as run:
            lease.on_loss(run.stop)
            for line in run.lines():
                intake.take(announced(line, folder))
                if intake.is_full:
                    run.pause()
                    intake.settle(leave=UPLOADS_AT_ONCE - 1)
                    run.resume()
                else:
                    intake.settle(leave=UPLOADS_AT_ONCE)
            lease.check()
            intake.settle()
            run.finish()
    finally:
        intake.close()
    return intake.count
