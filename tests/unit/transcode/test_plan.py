"""What is made of a source."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.transcode.ladder import LADDER, sizes
from functions.transcode.plan import can_copy_picture, can_copy_sound, copied_segment_edges, plan_video, renditions, tasks
from tests.unit.transcode.sources import picture, sound, source

RATES = st.sampled_from(
    [Fraction(24000, 1001), Fraction(24), Fraction(25), Fraction(30000, 1001), Fraction(30), Fraction(60)]
) | st.fractions(1, 60, max_denominator=1001)


def heights(video: Any, below: int | None = None) -> list[int]:
    return [s.short_side for s in sizes(video, below)]


def test_a_web_ready_picture_is_copied_as_the_top_rung_and_only_smaller_ones_are_encoded() -> None:
    plan = plan_video(source(picture()))
    assert [(r.name, r.tier) for r in plan.video] == [("source", 0), ("v720", 1), ("v480", 1), ("v360", 1)]
    assert {t.kind for t in tasks(plan, source(picture())) if t.queue == "express"} == {"copy"}


def test_sound_that_must_be_encoded_does_not_hold_up_a_copied_picture() -> None:
    original = source(picture(), [sound(index=1), sound(index=2, codec="ac3", channels=6)])
    made = {r.name: r.task_kind for r in renditions(plan_video(original)) if r.kind == "audio"}
    assert made == {"a0": "copy", "a1": "audio"}
    assert [t.kind for t in tasks(plan_video(original), original) if t.queue == "express"] == ["copy", "audio"]


def test_what_must_be_encoded_shows_its_first_segment_in_the_lowest_rung_first() -> None:
    original = source(picture(codec="hevc"))
    plan = plan_video(original)
    first = next(t for t in tasks(plan, original) if t.kind == "encode")
    assert (first.queue, first.tier, first.ordinal, first.start_s, first.end_s) == ("express", 0, 0, 0.0, 4.0)
    assert [r.name for r in plan.encoded(0)] == ["v360"]
    assert [r.name for r in plan.encoded(1)] == ["v1080", "v720", "v480"]


@pytest.mark.parametrize(
    "change",
    [
        {"codec": "hevc"},
        {"pixel_format": "yuv422p"},
        {"pixel_format": "yuv420p10le"},
        {"is_interlaced": True},
        {"rotation": 90},
        {"sample_aspect_ratio": Fraction(16, 15)},
        {"transfer": "pq"},
        {"level": 62},
        {"width": 7680, "height": 4320},
        {"start_s": 1.0},
        {"keyframes_s": None},
        {"keyframes_s": [0.0, 12.5, 25.0]},
        {"keyframes_s": [0.0, 5.0]},
        {"keyframes_s": [2.0, 10.0, 20.0]},
    ],
)
def test_a_picture_that_players_would_not_show_right_is_not_copied(change: dict[str, Any]) -> None:
    assert can_copy_picture(source(picture()))
    assert not can_copy_picture(source(picture(**change)))


def test_a_picture_with_more_bits_than_a_line_takes_is_not_copied() -> None:
    assert not can_copy_picture(source(picture(), size_bytes=100_000_000))


@pytest.mark.parametrize(
    "change", [{"codec": "ac3"}, {"channels": 6}, {"profile": "HE-AAC"}, {"start_s": 1.0}, {"sample_rate": 96000}]
)
def test_sound_that_is_not_plain_stereo_aac_is_encoded(change: dict[str, Any]) -> None:
    assert can_copy_sound(sound())
    assert not can_copy_sound(sound(**change))


def test_every_language_is_a_rendition_and_the_default_is_the_source_s() -> None:
    tracks = [sound(index=1, language="eng"), sound(index=2, language="spa", is_default=True), sound(index=3, language="spa")]
    made = plan_video(source(picture(), tracks)).audio
    assert [(a.name, a.language, a.is_default) for a in made] == [("a0", "eng", False), ("a1", "spa", True), ("a2", "spa", False)]
    assert len({a.label for a in made}) == 3


def test_sound_alone_gets_a_plan_without_pictures() -> None:
    plan = plan_video(source(None))
    assert plan.video == []
    assert [t.kind for t in tasks(plan, source(None))] == ["audio", "stills"]


@pytest.mark.parametrize(
    ("width", "height", "expected"),
    [
        (3840, 2160, [1080, 720, 480, 360]),
        (1920, 1080, [1080, 720, 480, 360]),
        (1920, 800, [800, 534, 356, 266]),
        (1280, 720, [720, 480, 360]),
        (960, 540, [540, 360]),
        (854, 480, [480, 360]),
        (640, 360, [360]),
        (180, 144, [144]),
        (2, 2, [2]),
    ],
)
def test_no_rung_is_larger_than_the_source_and_none_is_hardly_smaller_than_the_one_above(
    width: int, height: int, expected: list[int]
) -> None:
    assert heights(picture(width=width, height=height)) == expected


def test_a_portrait_video_gets_the_ladder_of_its_short_side() -> None:
    top = sizes(picture(width=1280, height=720, rotation=270))[0]
    assert (top.width, top.height) == (720, 1280)


def test_anamorphic_pixels_become_square() -> None:
    top = sizes(picture(width=720, height=576, sample_aspect_ratio=Fraction(16, 15)))[0]
    assert (top.width, top.height) == (768, 576)


@given(st.integers(2, 8192), st.integers(2, 8192), st.sampled_from([0, 90, 180, 270]))
def test_every_rung_is_even_no_larger_than_the_source_and_of_its_shape(width: int, height: int, rotation: int) -> None:
    video = picture(width=width, height=height, rotation=rotation)
    shown = video.display_size
    made = sizes(video)
    assert made
    for size in made:
        assert size.width % 2 == size.height % 2 == 0
        assert size.width <= shown[0] + 1
        assert size.height <= shown[1] + 1
        assert max(size.width, size.height) <= LADDER[0].long_side
        assert (
            abs(size.width / size.height - shown[0] / shown[1])
            <= 2 * max(shown) / min(shown) / min(size.width, size.height) + 0.01
        )
    assert all(a.short_side > b.short_side for a, b in pairwise(made))


@given(st.floats(0.04, 12 * 3600), RATES)
def test_chunks_cover_every_frame_exactly_once_in_whole_segments(duration_s: float, rate: Fraction) -> None:
    plan = plan_video(source(picture(codec="vp9", frame_rate=rate, duration_s=duration_s), duration_s=duration_s))
    chunks = plan.chunks()
    assert chunks[0][0] == 0
    assert chunks[-1][1] == plan.total_frames
    assert all(a[1] == b[0] for a, b in pairwise(chunks))
    assert all(first % plan.segment_frames == 0 and first < end for first, end in chunks)
    assert plan.segment_frames % plan.gop_frames == 0
    assert abs(float(plan.total_frames / rate) - duration_s) <= float(1 / rate)


@given(st.lists(st.floats(0.02, 11.9), min_size=1, max_size=200))
def test_a_copied_picture_is_cut_at_keyframes_only_and_covers_all(gaps: list[float]) -> None:
    keyframes = [0.0]
    for gap in gaps:
        keyframes.append(keyframes[-1] + gap)
    end = keyframes.pop()
    edges = copied_segment_edges(keyframes, end)
    assert edges[0] == 0
    assert edges[-1] == end
    assert set(edges[:-1]) <= set(keyframes)
    longest = max(b - a for a, b in pairwise(edges))
    plan = plan_video(source(picture(keyframes_s=keyframes, duration_s=end), duration_s=end, size_bytes=1000))
    assert plan.copied is not None
    assert round(longest) <= plan.copied.target_s


def test_every_rendition_has_tasks_that_make_it() -> None:
    for original in (source(picture()), source(picture(codec="hevc")), source(None), source(picture(width=160, height=120), [])):
        plan = plan_video(original)
        made_by = {(t.kind, t.tier) for t in tasks(plan, original)}
        assert {(r.task_kind, r.tier) for r in renditions(plan)} <= made_by
