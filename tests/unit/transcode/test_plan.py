"""What is made of a source."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.transcode.ladder import LADDER, sizes
from functions.transcode.plan import Plan, can_copy_picture, can_copy_sound, plan_video
from functions.transcode.schedule import PRIORITY_FIRST, Schedule, renditions
from functions.transcode.source import CaptionTrack, Source, VideoTrack
from matinee.db.tasks import NewTask
from tests.unit.transcode.sources import picture, sound, source


def heights(video: Any, below: int | None = None) -> list[int]:
    return [s.short_side for s in sizes(video, below)]


def tasks(original: Source) -> list[NewTask]:
    return Schedule(original, plan_video(original)).tasks()


def test_a_web_ready_picture_is_copied_as_the_top_rung_and_only_smaller_ones_are_encoded() -> None:
    plan = plan_video(source(picture()))
    assert [(r.name, r.tier) for r in plan.video] == [("source", 0), ("v720", 1), ("v480", 1), ("v360", 1)]
    assert {t.kind for t in tasks(source(picture())) if t.queue == "express"} == {"copy"}


def test_sound_that_must_be_encoded_does_not_hold_up_a_copied_picture() -> None:
    original = source(picture(), [sound(index=1), sound(index=2, codec="ac3", channels=6)])
    made = {r.name: r.task_kind for r in renditions(plan_video(original)) if r.kind == "audio"}
    assert made == {"a0": "copy", "a1": "audio"}
    assert [t.kind for t in tasks(original) if t.queue == "express"] == ["copy", "audio"]


def test_what_must_be_encoded_shows_its_first_segment_in_the_lowest_rung_first() -> None:
    original = source(picture(codec="hevc"))
    plan = plan_video(original)
    first = next(t for t in tasks(original) if t.kind == "encode")
    assert (first.queue, first.tier, first.ordinal, first.start_s, first.end_s) == ("express", 0, 0, 0.0, 12.0)
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
    "change",
    [{"codec": "ac3"}, {"channels": 6}, {"profile": "HE-AAC"}, {"start_s": 1.0}, {"sample_rate": 96000}, {"duration_s": 28.9}],
)
def test_sound_that_is_not_plain_stereo_aac_is_encoded(change: dict[str, Any]) -> None:
    original = source(picture())
    assert can_copy_sound(original, sound(duration_s=29.1))
    assert not can_copy_sound(original, sound(**change))


def test_every_language_is_a_rendition_and_the_default_is_the_source_s() -> None:
    tracks = [sound(index=1, language="eng"), sound(index=2, language="spa", is_default=True), sound(index=3, language="spa")]
    made = plan_video(source(picture(), tracks)).audio
    assert [(a.name, a.language, a.is_default) for a in made] == [("a0", "en", False), ("a1", "es", True), ("a2", "es", False)]
    assert len({a.label for a in made}) == 3


def test_sound_alone_gets_a_plan_without_pictures() -> None:
    original = source(None, [sound(codec="mp3")], demuxer="mp3")
    assert plan_video(original).video == []
    assert [t.kind for t in tasks(original)] == ["audio", "stills"]


@pytest.mark.parametrize("video", [None, picture(codec="hevc")])
def test_sound_that_is_right_as_it_is_is_copied_also_where_no_picture_is(video: VideoTrack | None) -> None:
    original = source(video, [sound(index=1), sound(index=2, codec="ac3")])
    assert [r.task_kind for r in renditions(plan_video(original)) if r.kind == "audio"] == ["copy", "audio"]
    assert {"copy", "audio"} <= {t.kind for t in tasks(original) if t.priority == PRIORITY_FIRST}


def test_a_plan_from_before_sound_was_copied_alone_is_carried_out_as_it_was_meant() -> None:
    row = plan_video(source(picture(codec="hevc"))).model_dump(mode="json")
    del row["copies_sound_alone"]
    before = Plan.model_validate(row)
    assert (len(before.encoded_audio), before.copied_audio) == (1, [])


@pytest.mark.parametrize("demuxer", ["mpegts", "aac", "avi"])
def test_sound_of_a_broadcast_is_copied_with_its_picture_only(demuxer: str) -> None:
    assert plan_video(source(picture(codec="hevc"), demuxer=demuxer)).copied_audio == []
    assert len(plan_video(source(picture(), demuxer=demuxer)).copied_audio) == 1


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


def test_a_second_edition_copies_nothing_and_shares_no_name_with_the_first() -> None:
    original = source(
        picture(), [sound(index=1, language="eng"), sound(index=2)], captions=[CaptionTrack(index=3, codec="mov_text")]
    )
    first, second = plan_video(original), plan_video(original, may_copy=False)
    assert second.copied is None
    assert second.copied_audio == []
    assert [r.name for r in renditions(second)] == ["v1080-2", "v720-2", "v480-2", "v360-2", "a0-2", "a1-2", "c0-2"]
    assert {r.name for r in renditions(first)}.isdisjoint(r.name for r in renditions(second))
    assert (first.edition, second.edition) == ("", "-2")


def test_sound_of_a_file_that_was_cut_off_is_encoded() -> None:
    original = source(picture(), warnings=["truncated"])
    assert plan_video(original).copied is not None
    assert [a.copy_stream for a in plan_video(original).audio] == [False]
