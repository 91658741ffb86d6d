"""From a plan to chunks and tasks: whatever the source, all of it is made, and nothing twice."""

from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from functions.transcode import commands
from functions.transcode.chunks import SOUND_GRID, SOUND_RATE, Copied
from functions.transcode.mpegts import TIMELINE_OFFSET_S
from functions.transcode.plan import HIGH, LOW, plan_video
from functions.transcode.schedule import PRIORITY_FIRST, Schedule, renditions
from functions.transcode.source import Source
from tests.unit.transcode.sources import picture, sound, source
from tests.unit.transcode.strategies import copied_sounds, copied_sources, encoded_sources, sounds

slow = settings(deadline=None)


def scheduled(original: Source) -> Schedule:
    return Schedule(original, plan_video(original))


def pictures(schedule: Schedule) -> list[Copied]:
    return [p for p, _ in schedule.copies if p]


def cut(part: Copied, times: list[float]) -> Iterator[tuple[int, float]]:
    """What a copy makes of packets at these times at which it can be cut: segment and time of each one it keeps.

    The muxer counts the times of cuts from the first packet.
    """
    start = 0 if part.start_s is None else bisect_left(times, float(part.start_s))
    stop = len(times) if part.stop_s is None else bisect_left(times, float(part.stop_s))
    for time in times[start:stop]:
        segment = part.first + bisect_right(part.cuts_s, time - times[start])
        if part.end is None or segment < part.end:
            yield segment, time


@slow
@given(encoded_sources())
def test_encode_chunks_cover_every_frame_exactly_once_in_whole_segments(original: Source) -> None:
    schedule = scheduled(original)
    plan, encodes = schedule.plan, schedule.encodes
    assert encodes[0][0] == 0
    assert encodes[-1][1] == plan.total_frames
    assert all(a[1] == b[0] for a, b in pairwise(encodes))
    assert all(first % plan.segment_frames == 0 and first < end for first, end in encodes)
    assert plan.segment_frames % plan.gop_frames == 0
    assert abs(float(plan.total_frames / plan.frame_rate) - original.duration_s) <= float(1 / plan.frame_rate)


@slow
@given(encoded_sources())
@example(source(picture(codec="vp9", frame_rate=Fraction(292, 10)), duration_s=30.0))
@example(source(picture(codec="vp9", keyframes_s=[0.0, 10.0, 20.0]), duration_s=30.0))
def test_the_first_encode_chunk_is_short(original: Source) -> None:
    schedule = scheduled(original)
    assert schedule.encodes[0][1] <= 3 * schedule.plan.segment_frames


@pytest.mark.parametrize(
    ("keyframes_s", "end_s"), [([0.0, 5.0, 10.0, 15.0], 12.0), ([0.0, 6.0, 12.0], 8.0), ([2.0 * n for n in range(10)], 8.0)]
)
def test_the_first_encode_chunk_goes_on_to_where_little_is_decoded_twice(keyframes_s: list[float], end_s: float) -> None:
    schedule = scheduled(source(picture(codec="hevc", keyframes_s=keyframes_s)))
    assert schedule.plan.seconds(schedule.encodes[0][1]) == end_s


@slow
@given(copied_sources())
def test_copy_chunks_cover_every_segment_of_the_picture_exactly_once(original: Source) -> None:
    schedule = scheduled(original)
    parts = pictures(schedule)
    assert parts[0].first == 0
    assert parts[-1].end is None
    assert all(a.end == b.first for a, b in pairwise(parts))
    count = len(schedule.picture_edges_s) - 1
    assert all(p.first < (count if p.end is None else p.end) for p in parts)


@slow
@given(copied_sources(), st.floats(0, 0.95))
def test_copy_chunks_hold_every_keyframe_exactly_once_even_where_the_index_is_off_by_some_frames(
    original: Source, off: float
) -> None:
    schedule = scheduled(original)
    assert original.video is not None
    times = original.video.keyframes_s or []
    least_s = min((b - a for a, b in pairwise(times)), default=1.0)
    late_s = max(0.0, least_s / 2 - 0.001) * off  # an index gives when pictures are decoded: they are shown later
    found = [pair for p in pictures(schedule) for pair in cut(p, [t + late_s for t in times])]
    assert [time for _, time in found] == [t + late_s for t in times]
    edges = schedule.picture_edges_s
    assert [segment for segment, _ in found] == [bisect_right(edges, t) - 1 for t in times]


@slow
@given(copied_sources())
def test_a_copied_picture_is_read_beyond_the_keyframe_that_ends_its_chunk(original: Source) -> None:
    schedule = scheduled(original)
    for picture_ in pictures(schedule)[:-1]:
        assert picture_.end is not None
        assert picture_.stop_s is not None
        assert picture_.stop_s > schedule.picture_edges_s[picture_.end] + 1


@slow
@given(copied_sources() | copied_sounds())
def test_copy_chunks_cover_every_segment_of_the_sound_exactly_once(original: Source) -> None:
    schedule = scheduled(original)
    count = len(schedule.sound_edges_s) - 1
    found = [n for _, s in schedule.copies for n in range(s.first, count if s.end is None else s.end)]
    assert found == list(range(count))


@slow
@given(copied_sources())
@example(source(picture(keyframes_s=[*(4.0 * n for n in range(16)), 64.5], duration_s=66.0), duration_s=66.0))
def test_a_copy_chunk_without_a_segment_of_sound_says_so(original: Source) -> None:
    schedule = scheduled(original)
    count = len(schedule.sound_edges_s) - 1
    for _, part in schedule.copies:
        assert (part.first == part.end) == (part.first == count)


@slow
@given(copied_sources() | copied_sounds())
def test_copied_sound_goes_on_where_the_chunk_before_it_stopped(original: Source) -> None:
    parts = [s for _, s in scheduled(original).copies if s.first != s.end]
    assert parts[0].start_s is None
    assert parts[-1].stop_s is None
    for before, after in pairwise(parts):
        assert before.stop_s is not None
        assert before.stop_s == after.start_s


@slow
@given(copied_sources() | copied_sounds(), st.sampled_from([44_100, 48_000]), st.floats(0, 0.09))
def test_copy_chunks_hold_every_packet_of_sound_exactly_once(original: Source, rate: int, late_s: float) -> None:
    packets = int(original.duration_s * rate / SOUND_GRID)
    times = [late_s + n * SOUND_GRID / rate for n in range(0, packets, max(1, packets // 5000))]  # 12 hours have two million
    found = [pair for _, s in scheduled(original).copies if s.first != s.end for pair in cut(s, times)]
    assert [time for _, time in found] == times
    assert [segment for segment, _ in found] == sorted(segment for segment, _ in found)


@slow
@given(copied_sources() | copied_sounds())
@example(source(picture(keyframes_s=[9.019 * n for n in range(1400)], duration_s=12620.0), duration_s=12620.0, size_bytes=10))
def test_what_skipping_to_a_chunk_takes_from_its_times_is_given_back_exactly(original: Source) -> None:
    schedule = scheduled(original)
    for picture_, sound_ in schedule.copies:
        argv = commands.copy_chunk(original, schedule.plan, picture_, sound_, "https://bucket.example/a", Path("/scratch"))
        offsets = [Fraction(o.partition("output_ts_offset=")[2].partition(":")[0]) for o in argv if "output_ts_offset=" in o]
        parts = [p for p in (picture_, sound_) if p]
        assert offsets == [TIMELINE_OFFSET_S + (p.start_s or 0) for p, _ in zip(parts, offsets, strict=False)]


def encoded_packets(original: Source, schedule: Schedule, first: int, end: int | None) -> list[tuple[int, int]]:
    """What a run of the encoder makes: segment and number of each packet that is kept.

    The encoder's first packet lies one before its first sample; the muxer counts the times of cuts from it.
    """
    argv = commands.encode_sound(original, schedule.plan, first, end, "https://bucket.example/a", Path("/scratch"))
    filters = argv[argv.index("-filter_complex") + 1]
    lead = Fraction(int(filters.partition("first_pts=")[2].partition(",")[0]), SOUND_GRID)
    count = Fraction(int(filters.partition("end_sample=")[2].partition("[")[0]), SOUND_GRID)
    assert lead.denominator == count.denominator == 1
    cuts = argv[argv.index("-segment_times") + 1].split(",") if "-segment_times" in argv else []
    number = int(argv[argv.index("-segment_start_number") + 1])
    edges = [float(c) for c in cuts]
    made = [(number + bisect_right(edges, n * SOUND_GRID / SOUND_RATE), int(lead) - 1 + n) for n in range(int(count) + 1)]
    return [(segment, packet) for segment, packet in made if first <= segment and (end is None or segment < end)]


@settings(deadline=None, max_examples=40)
@given(sounds() | encoded_sources())
def test_sound_chunks_hold_every_packet_of_one_pass_exactly_once(original: Source) -> None:
    schedule = scheduled(original)
    ranges = schedule.sounds[:3] if len(schedule.sounds) > 6 else schedule.sounds
    last = len(schedule.sound_edges_s) - 1
    ends = [None if end == last else end for _, end in ranges]
    found = [p for (first, _), end in zip(ranges, ends, strict=True) for p in encoded_packets(original, schedule, first, end)]
    whole = encoded_packets(original, schedule, 0, ends[-1])
    assert found == whole


@slow
@given(sounds() | encoded_sources())
def test_sound_chunks_cover_every_segment_exactly_once(original: Source) -> None:
    schedule = scheduled(original)
    found = [n for first, end in schedule.sounds for n in range(first, end)]
    assert found == list(range(len(schedule.sound_edges_s) - 1))
    assert all(first < end for first, end in schedule.sounds)


@slow
@given(copied_sources() | copied_sounds() | encoded_sources() | sounds())
def test_every_rendition_has_tasks_that_make_it_and_no_task_is_there_twice(original: Source) -> None:
    schedule = scheduled(original)
    todo = schedule.tasks()
    made_by = {(t.kind, t.tier) for t in todo}
    assert {(r.task_kind, r.tier) for r in renditions(schedule.plan)} <= made_by
    assert max(Counter((t.kind, t.tier, t.ordinal) for t in todo).values()) == 1
    for kind, chunks in (("copy", schedule.copies), ("encode", schedule.encodes), ("audio", schedule.sounds)):
        for tier in {t.tier for t in todo if t.kind == kind}:
            assert {t.ordinal for t in todo if (t.kind, t.tier) == (kind, tier)} == set(range(len(chunks)))


@slow
@given(copied_sources() | copied_sounds() | encoded_sources() | sounds())
def test_what_a_viewer_sees_and_hears_first_comes_before_all_else(original: Source) -> None:
    schedule = scheduled(original)
    todo = schedule.tasks()
    assert [t.priority for t in todo] == sorted(t.priority for t in todo)
    early = {(r.task_kind, r.tier) for r in renditions(schedule.plan) if r.tier == LOW}
    first = [t for t in todo if t.priority == PRIORITY_FIRST]
    assert {(t.kind, t.tier) for t in first} == early
    assert all(t.ordinal == 0 and t.queue == "express" for t in first)
    assert not any(t.ordinal == 0 and (t.kind, t.tier) in early for t in todo if t not in first)
    assert all(bool(t.held_s) == (t not in first) for t in todo if t.queue == "express"), (
        "nothing competes with the first picture"
    )


@slow
@given(copied_sources() | copied_sounds() | encoded_sources() | sounds())
def test_tasks_of_segments_have_a_length_and_a_weight_and_cover_the_whole(original: Source) -> None:
    todo = [t for t in scheduled(original).tasks() if t.kind in ("copy", "encode", "audio")]
    for kind, tier in {(t.kind, t.tier) for t in todo}:
        mine = sorted((t for t in todo if (t.kind, t.tier) == (kind, tier)), key=lambda t: t.ordinal)
        times = [(t.start_s, t.end_s) for t in mine]
        assert all(start is not None and end is not None and start < end for start, end in times)
        assert times[0][0] == 0
        assert all(a[1] == b[0] for a, b in pairwise(times))
        assert all(t.weight > 0 for t in mine)


def test_what_cannot_be_read_from_the_middle_is_read_once_behind_its_first_picture() -> None:
    change: dict[str, Any] = {"is_seekable": False}
    alone = scheduled(source(None, [sound(codec="mp3")], duration_s=3000.0, **change))
    assert [t.ordinal for t in alone.tasks() if t.kind == "audio"] == [0]
    encoded = scheduled(source(picture(codec="vp9", duration_s=3000.0), duration_s=3000.0, **change))
    assert [(t.tier, t.queue, t.end_s) for t in encoded.tasks() if t.kind == "encode"] == [
        (0, "express", 8.0),
        (0, "bulk", 3000.0),
        (1, "bulk", 8.0),
        (1, "bulk", 3000.0),
    ]
    times = [float(n) for n in range(0, 3000, 5)]
    copied = scheduled(source(picture(keyframes_s=times, duration_s=3000.0), duration_s=3000.0, **change))
    assert copied.plan.copied is not None
    assert [(p.first, p.end, p.start_s, p.stop_s) for p in pictures(copied)] == [(0, None, None, None)]
    assert [(s.first, s.end, s.start_s, s.stop_s) for _, s in copied.copies] == [(0, None, None, None)]


@pytest.mark.parametrize(("codec", "kind"), [("opus", "audio"), ("aac", "copy")])
def test_the_second_chunk_of_the_low_tier_comes_at_once_and_sound_behind_its_first_minute_has_time(codec: str, kind: str) -> None:
    long = scheduled(source(picture(codec="vp9", duration_s=3000.0), [sound(codec=codec)], duration_s=3000.0)).tasks()
    low = [t for t in long if t.kind == "encode" and t.tier == LOW]
    assert [t.queue for t in low[:3]] == ["express", "express", "bulk"]
    assert {t.queue for t in long if t.kind == "encode" and t.tier == HIGH} == {"bulk"}
    heard = [t for t in long if t.kind == kind]
    assert [t.queue for t in heard] == ["express"] + ["bulk"] * (len(heard) - 1)


def test_the_low_tier_and_sound_are_far_ahead_of_the_high_tier_in_a_long_video() -> None:
    long = scheduled(source(picture(codec="vp9", duration_s=3000.0), [sound(codec="opus")], duration_s=3000.0)).tasks()
    order = sorted(long, key=lambda t: t.priority + t.ordinal)
    high = [t for t in order if t.kind == "encode" and t.tier == HIGH]
    for task in high[:10]:
        before = order[: order.index(task)]
        low_s = max((t.end_s or 0 for t in before if t.kind == "encode" and t.tier == LOW), default=0)
        sound_s = max((t.end_s or 0 for t in before if t.kind == "audio"), default=0)
        assert low_s >= min(3000, 7 * (task.start_s or 0))
        assert sound_s >= min(low_s, 2900)


def test_a_long_video_is_cut_into_chunks_of_a_minute_or_two() -> None:
    times = [float(n) for n in range(0, 3000, 5)]
    copied = scheduled(source(picture(keyframes_s=times, duration_s=3000.0), duration_s=3000.0))
    lengths = [t.end_s - t.start_s for t in copied.tasks() if t.kind == "copy" and t.start_s is not None and t.end_s is not None]
    assert lengths[0] < 70
    assert max(lengths) < 140
    assert sum(lengths) == 3000
