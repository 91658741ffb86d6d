"""Take in what a job made: check each segment, put it where our own would lie, and list it.

The service writes below a folder of its own (``STAGING``) and names its files in its own way. Its segments go through the same
``Intake`` as those of our ffmpeg, so the published stream, its rows and its playlists are the same.
"""

import math
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from fractions import Fraction
from itertools import islice, pairwise, zip_longest
from pathlib import Path

from functions.transcode.conformance.segment import Parts, measure
from functions.transcode.conformance.transport import CLOCK_HZ
from functions.transcode.lease import Lease
from functions.transcode.mediaconvert.document import playlist_name
from functions.transcode.mpegts import TIMELINE_OFFSET_S, BadSegmentError, counted_anew
from functions.transcode.plan import Plan
from functions.transcode.segments import Announced, Intake, Wanted
from matinee import storage
from matinee.db import streams, transaction
from matinee.ids import stream_prefix
from matinee.observability import logger

STAGING = "mediaconvert/"  # below the folder of the video's stream, so that whatever deletes that deletes this
MOST_PLAYLIST_BYTES = 16 << 20
AT_ONCE = 8  # segments on disk, and downloads under way
SOUND_PACKET_S = Fraction(1024, 48_000)
SLACK_S = 0.5
_ENTRY = re.compile(r"^#EXTINF:(\d+(?:\.\d+)?),.*\n(?:#.*\n)*([A-Za-z0-9_-]+\.ts)$", re.MULTILINE)


class BadOutputError(Exception):
    """The job is complete, but what it made is not whole, or not right."""


@dataclass(frozen=True)
class Staged:
    """A segment as the service wrote it; ``end_s`` counts from the start of its rendition."""

    rendition: str
    ordinal: int
    end_s: Fraction
    key: str


def staging(session_id: object, video_id: object) -> str:
    """The folder into which a video's job writes."""
    return f"{stream_prefix(str(session_id), str(video_id))}{STAGING}"


def take_in(lease: Lease, plan: Plan, folder: Path) -> None:
    """Check, store and list every segment that a job has made; those of all renditions side by side, in order of time.

    Raises BadOutputError, LeaseLostError, StoppingError, and what storage and database raise.
    """
    steps = {r.name: 1 / plan.frame_rate for r in plan.video} | {a.name: SOUND_PACKET_S for a in plan.audio}
    where = staging(lease.task.session_id, lease.task.video_id)
    made = {name: list(_listed(where, name, step)) for name, step in steps.items()}
    _check_lengths(made, plan)
    with transaction() as tx:
        streams.set_target(tx, lease.task, math.floor(max(_longest_s(segments) for segments in made.values()) + 0.5))
    for name in made:
        (folder / name).mkdir()
    starts: dict[str, float] = {}
    intake = Intake(lease, [Wanted(name, 0, len(segments)) for name, segments in made.items()], 0, 0)
    in_order = (segment for abreast in zip_longest(*made.values()) for segment in abreast if segment)
    try:
        with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="download") as pool:
            while some := list(islice(in_order, AT_ONCE)):
                lease.check()
                files = list(pool.map(lambda segment: _fetch(segment, folder), some))
                for segment, file in zip(some, files, strict=True):
                    if segment.ordinal == 0:
                        starts[segment.rendition] = _start_s(file)
                    end_s = starts[segment.rendition] + float(segment.end_s)
                    intake.take(Announced(segment.rendition, segment.ordinal, end_s, file))
                intake.settle()
        intake.check_whole()
    except BadSegmentError as error:  # the original is not to blame
        raise BadOutputError(str(error)) from error
    finally:
        intake.close()
    if max(abs(start_s) for start_s in starts.values()) > SLACK_S:  # captions would be that much too early or too late
        logger.warning("job's timeline does not start where it was asked to", starts_s=starts)


def _listed(where: str, rendition: str, step: Fraction) -> Iterator[Staged]:
    """The segments of the service's media playlist, their lengths rounded to whole frames or packets, as they really are."""
    found = storage.read_start(where + playlist_name(rendition), MOST_PLAYLIST_BYTES)
    entries = _ENTRY.findall(found[0].decode(errors="replace").replace("\r\n", "\n")) if found else []
    end_s = Fraction(0)
    for ordinal, (seconds, file) in enumerate(entries):
        end_s += max(1, round(Fraction(seconds) / step)) * step
        yield Staged(rendition, ordinal, end_s, where + file)


def _check_lengths(made: dict[str, list[Staged]], plan: Plan) -> None:
    """Every rendition is there, and the pictures are as long as they were planned. Raises BadOutputError."""
    planned_s = plan.seconds(plan.total_frames)
    for name, segments in made.items():
        if not segments:
            raise BadOutputError(f"the job made no {name}")
        if name in {r.name for r in plan.video} and segments[-1].end_s < planned_s - max(SLACK_S, planned_s / 100):
            raise BadOutputError(f"{name} ends at {float(segments[-1].end_s):.1f} s of {planned_s:.1f}")


def _longest_s(segments: list[Staged]) -> float:
    ends = [Fraction(0), *(segment.end_s for segment in segments)]
    return float(max(b - a for a, b in pairwise(ends)))


def _fetch(segment: Staged, folder: Path) -> Path:
    file = folder / segment.rendition / f"{segment.ordinal:05d}.ts"
    storage.get_file(segment.key, file)
    file.write_bytes(counted_anew(file.read_bytes()))
    return file


def _start_s(file: Path) -> float:
    """When a rendition's first segment is shown, on the source's timeline. Raises BadSegmentError."""
    data = file.read_bytes()
    measured = measure(Parts(len(data), data), lambda *_: None)  # the intake holds it against the rules
    if measured is None:
        raise BadSegmentError("holds no media")
    return measured.start / CLOCK_HZ - TIMELINE_OFFSET_S
