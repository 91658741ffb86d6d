"""Command lines, word by word: a change here is a change of what runs."""

import json
from fractions import Fraction
from pathlib import Path

from functions.transcode import commands
from functions.transcode.plan import plan_video
from tests.unit.transcode.sources import picture, sound, source

FOLDER = Path("/scratch")
URL = "https://bucket.example/uploads/a/b?X-Amz-Signature=secret"
GOLDEN = Path(__file__).parent / "golden"


def check(name: str, argv: list[str]) -> None:
    """Compare with ``golden/<name>.json``, which lists one argument a line."""
    assert argv == json.loads((GOLDEN / f"{name}.json").read_text()), f"got: {json.dumps(argv, indent=1)}"


def test_copying_a_picture() -> None:
    original = source(picture())
    check("copy", commands.copy_picture(original, plan_video(original), URL, FOLDER))


def test_encoding_a_chunk_of_a_turned_ntsc_video_in_a_cascade() -> None:
    original = source(picture(codec="hevc", rotation=90, frame_rate=Fraction(30000, 1001), duration_s=60.06), duration_s=60.06)
    plan = plan_video(original)
    first, end = plan.chunks()[1]
    check("encode", commands.encode_chunk(original, plan, 1, first, end, URL, FOLDER, threads=2))


def test_encoding_an_interlaced_hdr_video() -> None:
    original = source(picture(codec="hevc", width=640, height=360, is_interlaced=True, transfer="hlg"), demuxer="mpegts")
    plan = plan_video(original)
    first, end = plan.chunks()[0]
    check("encode-hdr", commands.encode_chunk(original, plan, 0, first, end, URL, FOLDER, threads=4))


def test_encoding_and_copying_sound_in_one_run() -> None:
    original = source(None, [sound(index=1), sound(index=2, codec="ac3", channels=6)], demuxer="matroska")
    check("sound", commands.encode_sound(original, plan_video(original).audio, URL, FOLDER))


def test_taking_a_poster() -> None:
    check("poster", commands.poster(source(picture()), URL, FOLDER / "poster.jpg"))


def test_no_open_is_without_a_pinned_demuxer_and_whitelists() -> None:
    for demuxer in ("mov", "matroska", "mpegts", "gif"):
        argv = commands.open_input(source(picture(), demuxer=demuxer), URL)
        before_input = argv[: argv.index("-i")]
        assert before_input[before_input.index("-f") + 1] == demuxer
        assert "hls" not in before_input[before_input.index("-format_whitelist") + 1]
        assert before_input[before_input.index("-protocol_whitelist") + 1] == "http,https,tcp,tls"
