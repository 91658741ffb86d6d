"""How time is cut."""

from bisect import bisect_left, bisect_right
from fractions import Fraction
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from functions.transcode import chunks
from functions.transcode.ladder import SEGMENT_S
from functions.transcode.plan import plan_video
from tests.unit.transcode.sources import picture, source
from tests.unit.transcode.strategies import DURATIONS, RATES, keyframes

slow = settings(deadline=None)


@slow
@given(st.lists(st.floats(0.001, 20), min_size=1, max_size=300), st.floats(0.001, 200), st.floats(0.001, 200))
def test_runs_cover_every_segment_once_in_order_and_only_the_last_is_short(
    lengths: list[float], first_s: float, later_s: float
) -> None:
    edges = [0.0]
    for length in lengths:
        edges.append(edges[-1] + length)
    found = chunks.runs(edges, first_s, later_s)
    assert [n for first, end in found for n in range(first, end)] == list(range(len(lengths)))
    for number, (first, end) in enumerate(found[:-1]):
        wanted_s = later_s if number else first_s
        assert edges[end] - edges[first] >= wanted_s > edges[end - 1] - edges[first]


@slow
@given(st.lists(st.floats(0.1, 8), min_size=1, max_size=200), st.lists(st.floats(0, 1), min_size=201, max_size=201))
def test_runs_end_where_the_next_begins_cheaply_and_cover_every_segment_once(lengths: list[float], prices: list[float]) -> None:
    edges = [0.0]
    for length in lengths:
        edges.append(edges[-1] + length)
    price = dict(zip(edges, prices, strict=False))
    found = chunks.runs(edges, 4.0, 32.0, price.__getitem__)
    assert [n for first, end in found for n in range(first, end)] == list(range(len(lengths)))
    for first, end in found[1:-1]:
        others = [n for n in range(first + 1, len(lengths)) if 32 <= edges[n] - edges[first] <= 32 * chunks.STRETCH]
        assert edges[end] - edges[first] >= 32
        assert all(price[edges[end]] <= price[edges[n]] for n in others)


@slow
@given(keyframes())
def test_a_copied_picture_is_cut_at_keyframes_only_and_covers_all(pattern: tuple[list[float], float]) -> None:
    times, end_s = pattern
    edges = chunks.copied_segment_edges(times, end_s)
    assert edges[0] == 0
    assert edges[-1] == end_s
    assert set(edges[:-1]) <= set(times)
    assert all(a < b for a, b in pairwise(edges))
    plan = plan_video(source(picture(keyframes_s=times, duration_s=end_s), duration_s=end_s, size_bytes=10))
    assert plan.copied is not None
    assert round(max(b - a for a, b in pairwise(edges))) <= plan.copied.target_s


@slow
@given(keyframes())
def test_a_copied_segment_is_no_longer_than_the_keyframes_make_it(pattern: tuple[list[float], float]) -> None:
    times, end_s = pattern
    edges = chunks.copied_segment_edges(times, end_s)
    for number, edge in enumerate(edges[1:-1], 1):
        before = times[bisect_left(times, edge) - 1]
        assert edge >= number * SEGMENT_S
        assert before < number * SEGMENT_S or before == edges[number - 1]


@slow
@given(RATES, DURATIONS)
def test_sound_is_cut_at_multiples_of_a_segment_and_the_last_segment_is_not_empty(rate: Fraction, duration_s: float) -> None:
    segment_s = plan_video(source(picture(frame_rate=rate))).segment_s
    edges = chunks.grid_edges(segment_s, duration_s)
    assert edges[-1] == duration_s
    assert edges[:-1] == [float(n * segment_s) for n in range(len(edges) - 1)]
    assert all(a < b for a, b in pairwise(edges))
    assert edges[-1] - edges[-2] <= float(segment_s) * 1.00001


@slow
@given(keyframes(), st.data())
def test_cuts_of_a_copied_picture_lie_strictly_between_neighbouring_keyframes(
    pattern: tuple[list[float], float], data: st.DataObject
) -> None:
    times, end_s = pattern
    edges = chunks.copied_segment_edges(times, end_s)
    last = len(edges) - 1
    first = data.draw(st.integers(0, last - 1))
    end = data.draw(st.integers(first + 1, last))
    part = chunks.copied_picture(times, edges, first, end)
    cut_at = {first + n: edges[first] + cut for n, cut in enumerate(part.cuts_s, 1)}
    if part.start_s is not None:
        cut_at[first] = float(part.start_s)
    assert sorted(cut_at) == list(range(max(first, 1), last if end == last else end + 1))
    for number, cut in cut_at.items():
        before = times[bisect_right(times, edges[number]) - 2]
        assert before < cut < edges[number]


@slow
@given(st.integers(0, 10_000), RATES)
def test_a_packet_of_encoded_sound_belongs_to_the_segment_in_which_it_starts(segment: int, rate: Fraction) -> None:
    segment_s = plan_video(source(picture(frame_rate=rate))).segment_s
    packet = chunks.first_packet(segment_s, segment)
    length_s = Fraction(chunks.SOUND_GRID, chunks.SOUND_RATE)
    assert packet * length_s >= segment * segment_s > (packet - 1) * length_s
