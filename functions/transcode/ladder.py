"""The ladder: which renditions are encoded, how large and with how many bits."""

from dataclasses import dataclass
from fractions import Fraction

from functions.transcode.source import VideoTrack

SEGMENT_S = 4  # target length of a segment
GOP_S = 2  # distance of keyframes: two per segment, so that a seek lands near
AUDIO_BITS_PER_S = 128_000
MIN_STEP = 1.2  # a rung that is hardly smaller than the one above it helps nobody


@dataclass(frozen=True)
class Rung:
    """One row of the ladder: a box that the picture is fitted into, and its rates (bit/s of video)."""

    long_side: int
    short_side: int
    max_rate: int
    crf: float


# Capped CRF: quality rules, the cap only holds down what is hard to encode. Rates fit H.264 at up to 30 fps.
LADDER = (
    Rung(1920, 1080, 5_500_000, 21),
    Rung(1280, 720, 3_000_000, 21),
    Rung(854, 480, 1_500_000, 21),
    Rung(640, 360, 850_000, 21),
)


@dataclass(frozen=True)
class Size:
    """A rendition to encode: pixels, and its rung's rates."""

    width: int
    height: int
    max_rate: int
    crf: float

    @property
    def short_side(self) -> int:
        """What the rendition is named after: ``v720`` is 1280 by 720 as well as 720 by 1280."""
        return min(self.width, self.height)


def sizes(video: VideoTrack, below: int | None = None) -> list[Size]:
    """The renditions to encode, largest first. Never larger than the source; aspect kept; sides even.

    ``below`` leaves out what is not clearly smaller than that short side (of a source that is copied as the top rung).
    """
    shown_width, shown_height = video.display_size
    chosen: list[Size] = []
    last_short = below
    for index, rung in enumerate(LADDER):
        size = _fit(shown_width, shown_height, rung)
        next_rung = LADDER[index + 1] if index + 1 < len(LADDER) else None
        if next_rung is not None and _fit(shown_width, shown_height, next_rung).short_side == size.short_side:
            continue  # the source is no larger than the next box: that rung's rates are enough
        if last_short is not None and size.short_side * MIN_STEP > last_short:
            continue
        chosen.append(size)
        last_short = size.short_side
    return chosen


def fit(width: int, height: int, box: tuple[int, int]) -> tuple[int, int]:
    """The picture as large as it is, or as its box (long and short side) lets it be; sides even, as 4:2:0 needs them."""
    long_side, short_side = max(width, height), min(width, height)
    scale = min(Fraction(1), Fraction(box[0], long_side), Fraction(box[1], short_side))
    return _even(width * scale), _even(height * scale)


def _fit(width: int, height: int, rung: Rung) -> Size:
    return Size(*fit(width, height, (rung.long_side, rung.short_side)), rung.max_rate, rung.crf)


def _even(value: Fraction) -> int:
    return max(2, 2 * round(value / 2))
