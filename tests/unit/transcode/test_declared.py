"""How long a file is by its own word."""

from pathlib import Path

import pytest

from functions.transcode.declared import declared_bytes
from tests.integration.transcode.films.making import File, encoded, piped
from tests.integration.transcode.films.options import OPUS, PCM, VP8, X264


@pytest.mark.parametrize(
    "film",
    [File("whole.mkv", encoded(X264)), File("whole.webm", encoded(f"{VP8} {OPUS}")), File("whole.mxf", encoded(PCM))],
    ids=lambda film: film.name,
)
def test_a_whole_file_has_what_it_says_and_a_cut_one_less(film: File, tmp_path: Path) -> None:
    data = film.make(tmp_path).read_bytes()
    declared = declared_bytes(data[:65536])
    assert declared is not None
    assert len(data) * 9 // 10 < declared <= len(data)


@pytest.mark.parametrize("options", ["-f matroska", "-f mp4 -movflags +frag_keyframe+empty_moov"])
def test_what_does_not_say_how_long_it_is_may_be_any_length(options: str, tmp_path: Path) -> None:
    file = File("live", piped(f"{X264} {options}")).make(tmp_path)
    assert declared_bytes(file.read_bytes()[:65536]) is None


@pytest.mark.parametrize("head", [b"", b"\x1aE\xdf\xa3", b"\x1aE\xdf\xa3\x00", b"\x1aE\xdf\xa3\xff" + bytes(20)])
def test_a_header_that_makes_no_sense_says_nothing(head: bytes) -> None:
    assert declared_bytes(head) is None
