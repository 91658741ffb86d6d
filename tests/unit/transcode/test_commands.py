"""Command lines, word by word: a change here is a change of what runs."""

import json
from fractions import Fraction
from pathlib import Path

import pytest

from functions.transcode import commands
from functions.transcode.chunks import Copied
from functions.transcode.plan import HIGH, LOW, Plan, plan_video
from functions.transcode.schedule import Schedule
from functions.transcode.source import Source
from functions.transcode.storyboard import Still, Storyboard
from tests.unit.transcode.sources import picture, sound, source

FOLDER = Path("/scratch")
URL = "https://bucket.example/uploads/a/b?X-Amz-Signature=secret"
GOLDEN = Path(__file__).parent / "golden"


def check(name: str, argv: list[str]) -> None:
    """Compare with ``golden/<name>.json``, which lists one argument a line."""
    assert argv == json.loads((GOLDEN / f"{name}.json").read_text()), f"got: {json.dumps(argv, indent=1)}"


def planned(original: Source) -> tuple[Plan, Schedule]:
    plan = plan_video(original)
    return plan, Schedule(original, plan)


@pytest.mark.parametrize(("name", "ordinal"), [("copy-first", 0), ("copy-later", 1)])
def test_copying_a_chunk(name: str, ordinal: int) -> None:
    keyframes = [5.0 * n for n in range(60)]
    original = source(picture(keyframes_s=keyframes, duration_s=300.0), duration_s=300.0, size_bytes=200_000_000)
    plan, schedule = planned(original)
    check(name, commands.copy_chunk(original, plan, *schedule.copies[ordinal], URL, FOLDER))


@pytest.mark.parametrize(("name", "ordinal"), [("copy-sound-first", 0), ("copy-sound-later", 1)])
def test_copying_a_chunk_of_sound_beside_a_picture_that_is_encoded(name: str, ordinal: int) -> None:
    original = source(picture(codec="hevc", duration_s=300.0), duration_s=300.0)
    plan, schedule = planned(original)
    check(name, commands.copy_chunk(original, plan, *schedule.copies[ordinal], URL, FOLDER))


def test_encoding_a_chunk_of_a_turned_ntsc_video_in_a_cascade() -> None:
    original = source(picture(codec="hevc", rotation=90, frame_rate=Fraction(30000, 1001), duration_s=60.06), duration_s=60.06)
    plan, schedule = planned(original)
    first, end = schedule.encodes[1]
    check("encode", commands.encode_chunk(original, plan, HIGH, first, end, URL, FOLDER, threads=2))


def test_encoding_an_interlaced_hdr_video() -> None:
    original = source(picture(codec="hevc", width=640, height=360, is_interlaced=True, transfer="hlg"), demuxer="mpegts")
    plan, schedule = planned(original)
    first, end = schedule.encodes[0]
    check("encode-hdr", commands.encode_chunk(original, plan, LOW, first, end, URL, FOLDER, threads=4))


@pytest.mark.parametrize(("name", "ordinal"), [("sound-first", 0), ("sound-later", 1)])
def test_encoding_a_chunk_of_two_tracks_of_sound(name: str, ordinal: int) -> None:
    original = source(
        None,
        [sound(index=1, codec="opus"), sound(index=2, codec="ac3", channels=6, layout="5.1(side)")],
        demuxer="matroska",
        duration_s=300.0,
    )
    plan, schedule = planned(original)
    first, end = schedule.sounds[ordinal]
    check(name, commands.encode_sound(original, plan, first, end, URL, FOLDER))


def test_a_file_that_cannot_be_read_from_the_middle_is_read_from_its_start() -> None:
    original = source(picture(codec="mpeg2video", duration_s=300.0), demuxer="mpegts", duration_s=300.0, is_seekable=False)
    plan, _ = planned(original)
    chunk = commands.encode_chunk(original, plan, LOW, plan.segment_frames * 3, plan.segment_frames * 5, URL, FOLDER, threads=2)
    assert "-ss" not in chunk
    assert "-ss" not in commands.encode_sound(original, plan, 3, 5, URL, FOLDER)


def test_a_copy_without_a_segment_of_sound_maps_the_picture_alone() -> None:
    original = source(picture())
    plan, schedule = planned(original)
    whole, _ = schedule.copies[0]
    nothing = Copied(first=8, end=8, start_s=Fraction(32), stop_s=Fraction(32), cuts_s=())
    argv = commands.copy_chunk(original, plan, whole, nothing, URL, FOLDER)
    assert [argv[n + 1] for n, word in enumerate(argv) if word == "-map"] == ["0:0"]


def test_taking_a_poster() -> None:
    check("poster", commands.poster(source(picture()), URL, FOLDER / "poster.jpg"))


def test_taking_the_sheets_of_a_storyboard() -> None:
    board = Storyboard(160, 90, tuple(Still(n, 564, 9400, 2.0 * n) for n in range(12)), 24.0)
    check("storyboard", commands.storyboard(board, FOLDER / "keyframes.ts", FOLDER))


def test_no_open_is_without_a_pinned_demuxer_and_whitelists() -> None:
    for demuxer in ("mov", "matroska", "mpegts", "gif"):
        argv = commands.open_input(source(picture(), demuxer=demuxer), URL)
        before_input = argv[: argv.index("-i")]
        assert before_input[before_input.index("-f") + 1] == demuxer
        assert "hls" not in before_input[before_input.index("-format_whitelist") + 1]
        assert before_input[before_input.index("-protocol_whitelist") + 1] == "http,https,tcp,tls"


def test_a_clock_that_jumps_is_set_right_by_ffmpeg_all_others_are_kept() -> None:
    assert "-copyts" in commands.open_input(source(picture()), URL)
    assert "-copyts" not in commands.open_input(source(picture(), has_jumps=True, is_seekable=False), URL)


def test_a_chunk_begins_to_be_read_as_far_ahead_as_its_container_needs() -> None:
    original = source(picture(codec="mpeg2video", duration_s=60.0), demuxer="mpegts", duration_s=60.0, seek_margin_s=2.5)
    plan, _ = planned(original)
    chunk = commands.encode_chunk(original, plan, LOW, plan.segment_frames * 3, plan.segment_frames * 5, URL, FOLDER, threads=2)
    assert chunk[chunk.index("-ss") + 1] == "9.500000"
