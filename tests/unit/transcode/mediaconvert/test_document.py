"""The job, word by word, and as the service's own model wants it."""

import json
from fractions import Fraction
from pathlib import Path
from typing import Any

import boto3
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.transcode.mediaconvert import plan as mediaconvert
from functions.transcode.mediaconvert.document import job_settings, playlist_name
from functions.transcode.source import Source
from tests.service_model import check, faults
from tests.unit.transcode.sources import picture, sound, source

GOLDEN = Path(__file__).parent / "golden"
ORIGINAL, FOLDER = "s3://media/uploads/s/v", "s3://media/streams/s/v/mediaconvert/"
MODEL = boto3.client("mediaconvert", region_name="eu-central-1").meta.service_model
SETTINGS = MODEL.shape_for("JobSettings")


def job(original: Source) -> dict[str, Any]:
    """The document of a source's job."""
    return dict(job_settings(original, mediaconvert.plan_video(original), ORIGINAL, FOLDER))


def outputs(document: dict[str, Any]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = document["OutputGroups"][0]["Outputs"]
    return found


def h264(output: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = output["VideoDescription"]["CodecSettings"]["H264Settings"]
    return found


def test_the_job_of_a_film_in_two_languages() -> None:
    tracks = [sound(index=1, language="eng"), sound(index=2, language="deu", codec="ac3", channels=6, is_default=True)]
    document = job(source(picture(), tracks))
    check(document, SETTINGS)
    assert document == json.loads((GOLDEN / "two-languages.json").read_text()), f"got: {json.dumps(document, indent=1)}"


def test_the_job_of_an_interlaced_hdr_film_without_sound() -> None:
    document = job(source(picture(codec="hevc", is_interlaced=True, transfer="hlg", width=640, height=360), []))
    check(document, SETTINGS)
    assert document == json.loads((GOLDEN / "interlaced-hdr.json").read_text()), f"got: {json.dumps(document, indent=1)}"


def test_a_web_ready_picture_is_encoded_in_all_sizes_too() -> None:
    made = outputs(job(source(picture())))
    assert [(o["NameModifier"], o.get("VideoDescription", {}).get("Height")) for o in made] == [
        ("-v1080", 1080),
        ("-v720", 720),
        ("-v480", 480),
        ("-v360", 360),
        ("-a0", None),
    ]


def test_each_language_names_its_track_as_the_service_does_by_its_order() -> None:
    document = job(source(picture(), [sound(index=n, language=language) for n, language in enumerate(("eng", "deu", "fra"), 1)]))
    selectors = document["Inputs"][0]["AudioSelectors"]
    named = [output["AudioDescriptions"][0]["AudioSourceName"] for output in outputs(document) if "AudioDescriptions" in output]
    assert named == list(selectors) == ["Audio Selector 1", "Audio Selector 2", "Audio Selector 3"]
    assert [selectors[name]["Tracks"] for name in named] == [[1], [2], [3]]


def test_a_turned_picture_is_turned_upright_and_keeps_its_shape() -> None:
    top = outputs(job(source(picture(rotation=90))))[0]["VideoDescription"]
    assert (top["Width"], top["Height"]) == (1080, 1920)


def test_keyframes_and_segments_lie_on_the_frame_grid_of_our_own_plan() -> None:
    for output in outputs(job(source(picture(frame_rate=Fraction(30000, 1001)), [])))[:-1]:
        coding = h264(output)
        assert (coding["FramerateNumerator"], coding["FramerateDenominator"]) == (30000, 1001)
        assert (coding["GopSize"], coding["GopSizeUnits"], coding["GopClosedCadence"]) == (60, "FRAMES", 1)


def test_the_playlist_that_is_read_is_the_one_that_the_service_names_by_base_and_modifier() -> None:
    document = job(source(picture()))
    base = document["OutputGroups"][0]["OutputGroupSettings"]["HlsGroupSettings"]["Destination"].removeprefix(FOLDER)
    assert playlist_name("v720") == f"{base}{outputs(document)[1]['NameModifier']}.m3u8"


@settings(deadline=None, max_examples=60)
@given(
    st.integers(40, 8192),
    st.integers(40, 4320),
    st.sampled_from([0, 90, 180, 270]),
    st.fractions(1, 60, max_denominator=1001),
    st.integers(0, 6),
)
def test_the_service_s_model_takes_every_job_that_can_be_planned(
    width: int, height: int, rotation: int, rate: Fraction, languages: int
) -> None:
    tracks = [sound(index=n + 1, language="eng", is_default=n == 1) for n in range(languages)]
    original = source(picture(width=width, height=height, rotation=rotation, frame_rate=rate), tracks)
    if mediaconvert.takes(original):
        check(job(original), SETTINGS)


@pytest.mark.parametrize(
    ("name", "value"),
    [("MaxBitrate", 999), ("RateControlMode", "CRF"), ("GopSize", "60"), ("Preset", "fast"), ("MaxBitrate", 10**10)],
)
def test_the_model_finds_a_setting_that_the_service_does_not_know(name: str, value: Any) -> None:
    document = job(source(picture()))
    h264(outputs(document)[0])[name] = value
    assert faults(document, SETTINGS)
