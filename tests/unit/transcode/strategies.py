"""Sources of any length, frame rate and pattern of keyframes, for property-based tests."""

from fractions import Fraction
from itertools import cycle

from hypothesis import strategies as st

from functions.transcode.plan import COPY_MAX_MISSING_S
from functions.transcode.source import Source
from tests.unit.transcode.sources import picture, sound, source

LONGEST_S = 12 * 3600
MOST_KEYFRAMES = 4000

RATES = st.sampled_from(
    [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60)]
) | st.fractions(1, 60, max_denominator=1001)
DURATIONS = st.floats(0.04, 30) | st.floats(0.04, 300) | st.floats(0.04, LONGEST_S)


@st.composite
def keyframes(draw: st.DrawFn) -> tuple[list[float], float]:
    """The times of keyframes, at most 12 s apart, and the end of the last one: a pattern that repeats, then a rest."""
    gaps = draw(st.lists(st.floats(0.02, 11.9), min_size=1, max_size=40))
    count = draw(st.integers(1, 60) | st.integers(1, MOST_KEYFRAMES))
    times = [0.0]
    for _, gap in zip(range(count - 1), cycle(gaps), strict=False):
        if times[-1] + gap > LONGEST_S - 12:
            break
        times.append(round(times[-1] + gap, 6))
    return times, times[-1] + draw(st.floats(0.001, 11.9))


@st.composite
def copied_sources(draw: st.DrawFn) -> Source:
    """A picture that is copied, with sound that is copied and sound that is encoded, which may end later than the picture."""
    times, end_s = draw(keyframes())
    most_s = COPY_MAX_MISSING_S - 1e-6  # beyond rounding: what misses more is not copied
    more_s = draw(st.just(0.0) | st.floats(0, min(most_s, 11.99 - (end_s - times[-1]))))
    video = picture(frame_rate=draw(RATES), keyframes_s=times, duration_s=end_s)
    tracks = [sound(index=1), sound(index=2, codec="ac3")]
    return source(video, tracks, duration_s=end_s + more_s, size_bytes=10)


@st.composite
def encoded_sources(draw: st.DrawFn) -> Source:
    """A picture and sound that must be encoded."""
    duration_s = draw(DURATIONS)
    size = draw(st.sampled_from([(640, 360), (1920, 1080)]))
    video = picture(codec="vp9", frame_rate=draw(RATES), duration_s=duration_s, width=size[0], height=size[1])
    return source(video, [sound(codec="opus")], duration_s=duration_s, demuxer="matroska")


@st.composite
def copied_sounds(draw: st.DrawFn) -> Source:
    """Sound that is copied, alone or beside a picture that is encoded."""
    duration_s = draw(DURATIONS)
    video = draw(st.none() | st.just(picture(codec="hevc", frame_rate=draw(RATES), duration_s=duration_s)))
    return source(video, duration_s=duration_s)


@st.composite
def sounds(draw: st.DrawFn) -> Source:
    """Sound alone."""
    return source(None, [sound(codec="flac")], duration_s=draw(DURATIONS), demuxer="flac")
