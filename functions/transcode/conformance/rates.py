"""Measured rates and what the multivariant playlist says of them (RFC 8216 section 4.1; Apple 1.26 to 1.30, 9.13)."""

from collections.abc import Sequence
from decimal import Decimal

from functions.transcode.conformance.multivariant import Variant
from functions.transcode.conformance.playlist import Note

WITHIN = 0.10  # of the declared value, of what is whole
GROWING_PEAK, GROWING_AVERAGE = 1.25, 1.10  # of the declared value, at most, of what still grows

Sizes = Sequence[tuple[int, Decimal]]  # bytes and seconds of each segment


def peak(sizes: Sizes, target_s: int) -> float:
    """The highest rate (bit/s) of any run of segments that lasts between half and one and a half target durations."""
    low, high = Decimal(target_s) / 2, Decimal(target_s) * 3 / 2
    best = 0.0
    for first in range(len(sizes)):
        size, seconds = 0, Decimal(0)
        for more, lasting in sizes[first:]:
            size, seconds = size + more, seconds + lasting
            if seconds > high:
                break
            if seconds >= low:
                best = max(best, size * 8 / float(seconds))
    return best or average(sizes)


def average(sizes: Sizes) -> float:
    """The rate (bit/s) of all segments."""
    seconds = sum((s for _, s in sizes), Decimal(0))
    return sum(size for size, _ in sizes) * 8 / float(seconds) if seconds else 0.0


def check_rates(
    variant: Variant, own: tuple[Sizes, int], groups: Sequence[Sequence[tuple[Sizes, int]]], is_whole: bool, note: Note
) -> None:
    """Compare a variant's rates with those measured: its own, and of each group the rendition that needs most.

    Each is given as sizes and target duration (s).
    """
    measured_peak = peak(*own) + sum(max((peak(*r) for r in group), default=0.0) for group in groups)
    measured_average = average(own[0]) + sum(max((average(r[0]) for r in group), default=0.0) for group in groups)
    for name, rule, measured, most in (
        ("BANDWIDTH", "bandwidth-match", measured_peak, GROWING_PEAK),
        ("AVERAGE-BANDWIDTH", "average-match", measured_average, GROWING_AVERAGE),
    ):
        declared = variant.number(name)
        if declared is None or not measured:
            continue
        share = measured / max(1.0, float(declared))
        if abs(share - 1) > WITHIN if is_whole else share > most:
            note(rule, variant.place, f"{name}={int(declared)}, measured {measured:.0f} ({(share - 1) * 100:+.1f} %)")
    if is_whole and measured_peak > 2 * measured_average:
        note("peak-to-average", variant.place, f"{measured_peak:.0f} to {measured_average:.0f} bit/s")
