"""The storyboard: sheets of small pictures, and a WebVTT file that says which of them belongs to which time. Pure."""

import math
from dataclasses import dataclass
from itertools import pairwise

from functions.transcode.source import Source, VideoTrack

TILE_SHORT_SIDE, TILE_LONG_SIDE = 90, 320
COLUMNS = 10
MOST_ROWS = 10
MOST_TILES = 300
SHORTEST_INTERVAL_S = 1.0
COARSE_INTERVAL_S = 2.0  # pictures may be this far off
SHEET_NAME = "storyboard-%d.jpg"
FILE = "storyboard.vtt"


@dataclass(frozen=True)
class Storyboard:
    """``tiles`` pictures of ``width`` by ``height`` pixels, one for each ``interval_s``."""

    width: int
    height: int
    interval_s: float
    tiles: int

    @property
    def rows(self) -> int:
        """Rows of each sheet: no more than are needed."""
        return min(MOST_ROWS, math.ceil(self.tiles / COLUMNS))

    @property
    def sheets(self) -> int:
        """How many sheets hold them."""
        return math.ceil(self.tiles / (COLUMNS * self.rows))

    def webvtt(self, duration_s: float) -> str:
        """The cues: a media fragment (``#xywh=``) of a sheet for each interval."""
        lines = ["WEBVTT", ""]
        for tile in range(self.tiles):
            sheet, place = divmod(tile, COLUMNS * self.rows)
            row, column = divmod(place, COLUMNS)
            start, end = tile * self.interval_s, min((tile + 1) * self.interval_s, duration_s)
            lines += [
                f"{timestamp(start)} --> {timestamp(end)}",
                f"{SHEET_NAME % sheet}#xywh={column * self.width},{row * self.height},{self.width},{self.height}",
                "",
            ]
        return "\n".join(lines)


def storyboard_of(source: Source) -> Storyboard | None:
    """The storyboard that a source gets; None without a picture."""
    if source.video is None:
        return None
    width, height = source.video.display_size
    scale = min(TILE_SHORT_SIDE / min(width, height), TILE_LONG_SIDE / max(width, height))
    interval = max(SHORTEST_INTERVAL_S, source.duration_s / MOST_TILES)
    tiles = max(1, math.floor(source.duration_s / interval))
    return Storyboard(max(2, 2 * round(width * scale / 2)), max(2, 2 * round(height * scale / 2)), interval, tiles)


def takes_keyframes_only(video: VideoTrack, board: Storyboard) -> bool:
    """Whether keyframes lie close enough for the pictures; all else of a long video is then never decoded."""
    if video.keyframes_s is None or len(video.keyframes_s) < 2:
        return board.interval_s > COARSE_INTERVAL_S
    return max(b - a for a, b in pairwise(video.keyframes_s)) <= max(board.interval_s, COARSE_INTERVAL_S)


def timestamp(seconds: float) -> str:
    """A time as WebVTT writes it."""
    whole, milliseconds = divmod(round(seconds * 1000), 1000)
    return f"{whole // 3600:02d}:{whole // 60 % 60:02d}:{whole % 60:02d}.{milliseconds:03d}"
