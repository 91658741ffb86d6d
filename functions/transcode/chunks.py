"""How time is cut: segments, and the chunks of segments that one task makes. Pure; times in seconds on the source's timeline.

Every chunk is cut where it begins and ends whatever its neighbours do, so that any worker can make any of them again.
"""

import math
from bisect import bisect_left
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from fractions import Fraction

from functions.transcode.ladder import SEGMENT_S

FIRST_COPY_S = 64.0  # a minute ahead of the viewer comes first …
LATER_COPY_S = 128.0  # … and the rest in chunks that hold up a slot for a moment only
STRETCH = 1.5
EXACT_S = 1e-6  # what sums of seconds are exact to
SOUND_GRID = 1024  # samples of a packet of AAC
SOUND_RATE = 48_000
PREROLL_PACKETS = 24  # half a second: by then the encoder does what it would do in one pass


@dataclass(frozen=True)
class Copied:
    """The segments ``first`` up to ``end`` of a copied rendition (``end`` None: to the last).

    Only packets from ``start_s`` to ``stop_s`` are taken (None: from the start, to the end). ``cuts_s`` count from the first.
    """

    first: int
    end: int | None
    start_s: Fraction | None
    stop_s: Fraction | None
    cuts_s: tuple[float, ...]


def runs(
    edges_s: Sequence[float], first_s: float, later_s: float, cost: Callable[[float], float] | None = None
) -> list[tuple[int, int]]:
    """Group the segments between the edges, in order, into runs ``[first, end)`` of at least that many seconds each.

    ``cost`` says what beginning at an edge costs: runs go on for up to half as long again to end where the next begins cheaply.
    """
    found: list[tuple[int, int]] = []
    first, wanted_s, last = 0, first_s, len(edges_s) - 1
    while first < last:
        end = next((n for n in range(first + 1, last) if edges_s[n] - edges_s[first] >= wanted_s), last)
        if cost is not None:
            within = [n for n in range(end, last) if edges_s[n] - edges_s[first] <= wanted_s * STRETCH + EXACT_S]
            end = min(within, key=lambda n: cost(edges_s[n]), default=end)
        found.append((first, end))
        first, wanted_s = end, later_s
    return found


def copied_segment_edges(keyframes_s: Sequence[float], end_s: float) -> list[float]:
    """Where a copied picture is cut: at the first keyframe at or after each multiple of the segment's length, and its end."""
    edges = [keyframes_s[0]]
    for keyframe in keyframes_s[1:]:
        if keyframe >= len(edges) * SEGMENT_S:
            edges.append(keyframe)
    return [*edges, end_s]


def grid_edges(segment_s: Fraction, end_s: float) -> list[float]:
    """Where sound is cut: at multiples of the segment's length, and at ``end_s``."""
    count = max(1, math.ceil(end_s / float(segment_s) - EXACT_S))
    return [float(n * segment_s) for n in range(count)] + [end_s]


def copied_picture(keyframes_s: Sequence[float], edges_s: Sequence[float], first: int, end: int) -> Copied:
    """The segments ``[first, end)`` of a copied picture.

    An index gives decoding times, which can be off by some frames; half-way to the keyframe before, there is no doubt.
    """

    def safely(edge: int) -> float:
        at = bisect_left(keyframes_s, edges_s[edge])
        return (keyframes_s[at - 1] + edges_s[edge]) / 2

    is_last = end == len(edges_s) - 1
    # A picture's end is the keyframe after it: reading goes on until that has come, and what begins with it is dropped.
    inner = range(first + 1, end if is_last else end + 1)
    return Copied(
        first,
        None if is_last else end,
        milliseconds(safely(first)) if first else None,
        None if is_last else milliseconds(edges_s[end] + SEGMENT_S),
        tuple(safely(n) - edges_s[first] for n in inner),
    )


def copied_sound(segment_s: Fraction, edges_s: Sequence[float], first: int, end: int) -> Copied:
    """The segments ``[first, end)`` of copied sound, exact to the packet at both ends."""
    is_last = end == len(edges_s) - 1 and first != end
    return Copied(
        first,
        None if is_last else end,
        milliseconds(first * segment_s) if first else None,
        None if is_last else milliseconds(end * segment_s),
        tuple(float((n - first) * segment_s) for n in range(first + 1, end)),
    )


def milliseconds(seconds: float | Fraction) -> Fraction:
    """Rounded, so that the shift it becomes is whole in the clocks of most containers."""
    return Fraction(round(seconds * 1000), 1000)


def first_packet(segment_s: Fraction, segment: int) -> int:
    """The number of the first packet of an encoded segment of sound; packet 0 starts at 0."""
    return math.ceil(segment * segment_s * SOUND_RATE / SOUND_GRID)
