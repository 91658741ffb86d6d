"""What MediaConvert makes of a source, and what it leaves to the workers."""

from fractions import Fraction
from typing import Any

import pytest

from functions.transcode.backends import MEDIACONVERT, WORKERS, backend_of
from functions.transcode.mediaconvert import plan as mediaconvert
from functions.transcode.plan import LOW
from functions.transcode.source import CaptionTrack
from tests.unit.transcode.sources import picture, sound, source

CAPTIONS = [CaptionTrack(index=2, codec="subrip", language="eng")]


def test_one_task_makes_the_whole_ladder_and_all_sound_and_workers_make_the_rest() -> None:
    original = source(picture(), captions=CAPTIONS)
    plan = mediaconvert.plan_video(original)
    assert plan.copied is None
    assert not any(track.copy_stream for track in plan.audio)
    assert {(r.name, r.task_kind) for r in mediaconvert.renditions(plan)} == {
        *((name, "convert") for name in ("v1080", "v720", "v480", "v360", "a0")),
        ("c0", "captions"),
    }
    made = mediaconvert.tasks(original, plan)
    assert [t.kind for t in made] == ["convert", "captions", "stills"]
    assert {t.queue for t in made} == {"express"}


def test_every_rendition_has_a_task_that_makes_it() -> None:
    original = source(picture(), captions=CAPTIONS)
    plan = mediaconvert.plan_video(original)
    made_by = {(t.kind, t.tier) for t in mediaconvert.tasks(original, plan)}
    assert {(r.task_kind, r.tier) for r in mediaconvert.renditions(plan)} <= made_by


def test_a_stream_begins_when_every_picture_of_it_has_begun() -> None:
    rows = mediaconvert.renditions(mediaconvert.plan_video(source(picture())))
    assert {r.tier for r in rows} == {LOW}


def test_the_setting_chooses_the_back_end() -> None:
    assert backend_of(source(picture()), "mediaconvert") is MEDIACONVERT
    assert backend_of(source(picture()), "fargate") is WORKERS


@pytest.mark.parametrize(
    "original",
    [
        source(None),
        source(picture(codec="theora"), demuxer="ogg"),
        source(picture(codec="gif"), demuxer="gif"),
        source(picture(codec="ffv1"), demuxer="matroska"),
        source(picture(), [sound(codec="alac")]),
        source(picture(width=64, height=24)),
        source(picture(), warnings=["truncated"]),
        source(picture(), warnings=["sound_left_out"]),
        source(picture(), has_jumps=True),
        source(picture(), [sound(duration_s=30.0), sound(index=2, duration_s=20.0)]),
    ],
)
def test_what_the_service_does_not_take_is_left_to_the_workers(original: Any) -> None:
    assert backend_of(original, "mediaconvert") is WORKERS


@pytest.mark.parametrize("codec", ["h264", "hevc", "prores", "vp9", "libdav1d"])
def test_what_the_service_takes_goes_to_it(codec: str) -> None:
    original = source(
        picture(codec=codec, frame_rate=Fraction(25)), [sound(codec="pcm_s16le")], warnings=["bitmap_captions_left_out"]
    )
    assert mediaconvert.takes(original)
