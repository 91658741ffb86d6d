"""How long a file is by its own word."""

from pathlib import Path

import pytest

from functions.transcode.declared import declared_bytes
from tests.integration.transcode.films import X264, film, piped
from tests.integration.transcode.scene import picture, sound


@pytest.mark.parametrize("name", ["whole.mkv", "whole.webm", "whole.mxf"])
def test_a_whole_file_has_what_it_says_and_a_cut_one_less(name: str, tmp_path: Path) -> None:
    codecs = {
        "mkv": [*X264],
        "webm": ["-c:v", "libvpx", "-deadline", "realtime", "-c:a", "libopus"],
        "mxf": ["-c:a", "pcm_s16le"],
    }
    data = film(name, *codecs[name.rpartition(".")[2]])(tmp_path).read_bytes()
    declared = declared_bytes(data[:65536])
    assert declared is not None
    assert len(data) * 9 // 10 < declared <= len(data)


@pytest.mark.parametrize("muxer", ["matroska", "mp4"])
def test_what_does_not_say_how_long_it_is_may_be_any_length(muxer: str, tmp_path: Path) -> None:
    movable = ["-movflags", "+frag_keyframe+empty_moov"] if muxer == "mp4" else []
    file = piped(tmp_path / "live", *picture(), *sound(), *X264, *movable, "-f", muxer)
    assert declared_bytes(file.read_bytes()[:65536]) is None


@pytest.mark.parametrize("head", [b"", b"\x1aE\xdf\xa3", b"\x1aE\xdf\xa3\x00", b"\x1aE\xdf\xa3\xff" + bytes(20)])
def test_a_header_that_makes_no_sense_says_nothing(head: bytes) -> None:
    assert declared_bytes(head) is None
