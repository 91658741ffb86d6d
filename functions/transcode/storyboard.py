"""The storyboard: sheets of small pictures, and a WebVTT file that says which of them belongs to which time. Pure.

Its pictures are keyframes of the smallest rendition, taken as byte ranges from the finished stream: nothing of the original is
decoded again, and of the stream only what is shown.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from matinee.db.streams import RenditionState, Segment

TILE_SHORT_SIDE, TILE_LONG_SIDE = 90, 320
COLUMNS = 10
MOST_ROWS = 10
MOST_TILES = 300
SHORTEST_INTERVAL_S = 1.0
SHEET_NAME = "storyboard-%d.jpg"
FILE = "storyboard.vtt"


@dataclass(frozen=True)
class Still:
    """A keyframe: its segment's ordinal, where it lies in there (bytes), and when it is shown (s)."""

    segment: int
    first_byte: int
    bytes: int
    shown_s: float


@dataclass(frozen=True)
class Storyboard:
    """``stills`` as pictures of ``width`` by ``height`` pixels, in order, each until the next or ``end_s``."""

    width: int
    height: int
    stills: tuple[Still, ...]
    end_s: float

    @property
    def rows(self) -> int:
        """Rows of each sheet: no more than are needed."""
        return min(MOST_ROWS, math.ceil(len(self.stills) / COLUMNS))

    @property
    def sheets(self) -> int:
        """How many sheets hold them."""
        return math.ceil(len(self.stills) / (COLUMNS * self.rows))

    def webvtt(self) -> str:
        """The cues: a media fragment (``#xywh=``) of a sheet for each picture."""
        lines = ["WEBVTT", ""]
        edges = [0.0, *(still.shown_s for still in self.stills[1:]), self.end_s]
        for tile, (start, end) in enumerate(pairwise(edges)):
            sheet, place = divmod(tile, COLUMNS * self.rows)
            row, column = divmod(place, COLUMNS)
            lines += [
                f"{timestamp(start)} --> {timestamp(end)}",
                f"{SHEET_NAME % sheet}#xywh={column * self.width},{row * self.height},{self.width},{self.height}",
                "",
            ]
        return "\n".join(lines)


def smallest_picture(renditions: Sequence[RenditionState]) -> RenditionState | None:
    """The rendition whose keyframes are the least to read; None for sound alone."""
    return min((r for r in renditions if r.kind == "video"), key=lambda r: (r.width or 0) * (r.height or 0), default=None)


def storyboard_of(rendition: RenditionState) -> Storyboard:
    """The storyboard that a whole rendition gives, from segments with their keyframes."""
    width, height = rendition.width or 1, rendition.height or 1
    scale = min(TILE_SHORT_SIDE / min(width, height), TILE_LONG_SIDE / max(width, height))
    last = rendition.segments[-1]
    end_s = float(last.start_s + last.duration_s)
    return Storyboard(
        max(2, 2 * round(width * scale / 2)), max(2, 2 * round(height * scale / 2)), _stills(rendition.segments, end_s), end_s
    )


def _stills(segments: Sequence[Segment], end_s: float) -> tuple[Still, ...]:
    """Keyframes at least an interval apart: as many as there are, up to ``MOST_TILES``."""
    interval_s = max(SHORTEST_INTERVAL_S, end_s / MOST_TILES)
    found: list[Still] = []
    for segment in segments:
        for first, size, shown_s in segment.keyframes:
            if not found or shown_s >= found[-1].shown_s + interval_s:
                found.append(Still(segment.ordinal, first, size, shown_s))
    return tuple(found)


def timestamp(seconds: float) -> str:
    """A time as WebVTT writes it."""
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{milliseconds:03d}"
