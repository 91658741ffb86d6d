"""What clients say of their files is made harmless."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.on_upload.names import clean_filename, clean_filetype, is_never_media


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("film.mp4", "film.mp4"),
        ("", "video"),
        (" . ", "video"),
        ("..", "video"),
        ("../../etc/passwd", "passwd"),
        ("C:\\film.mp4", "film.mp4"),
        ("a/b\\", "video"),
        (".hidden.mp4", ".hidden.mp4"),
        ("say \"hi\" 'there' & <b>.mp4", "say \"hi\" 'there' & <b>.mp4"),
        ("two\r\nlines\u2028three.mp4", "two lines three.mp4"),
        ("nul\x00l.mp4", "null.mp4"),
        ("e\u0301te\u0301.mp4", "\u00e9t\u00e9.mp4"),
        ("\u202e4pm.exe", "4pm.exe"),
        ("👩\u200d🎤.mp4", "👩\u200d🎤.mp4"),
        ("x" * 300 + ".webm", "x" * 250 + ".webm"),
        ("x." + "y" * 300, "x." + "y" * 253),
    ],
)
def test_a_file_name_is_cleaned(said: str, kept: str) -> None:
    assert clean_filename(said) == kept


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=600))
def test_any_file_name_ends_as_one_line_without_a_path(said: str) -> None:
    name = clean_filename(said)
    assert 1 <= len(name) <= 255
    assert not set(name) & set("/\\\r\n\x00")
    assert not any(unicodedata.category(character) in ("Cc", "Zl", "Zp") for character in name)
    assert name.strip() == name
    assert clean_filename(name) == name


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("video/mp4", "video/mp4"),
        (" Video/MP4 ; codecs=avc1", "video/mp4"),
        ("", ""),
        ("mp4", ""),
        ("video/mp4\r\nX: y", ""),
        ("../..", ""),
        ("video/" + "x" * 500, ""),
    ],
)
def test_a_type_that_is_none_counts_as_unsaid(said: str, kept: str) -> None:
    assert clean_filetype(said) == kept


@pytest.mark.parametrize(
    "filetype",
    ["text/html", "text/plain", "application/pdf", "application/zip", "application/json", "font/woff2",
     "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
)  # fmt: skip
def test_what_is_plainly_something_else_is_never_media(filetype: str) -> None:
    assert is_never_media(filetype)


@pytest.mark.parametrize(
    "filetype",
    ["", "video/mp4", "video/mp2t", "audio/mpeg", "image/gif", "application/octet-stream", "application/mp4", "application/ogg",
     "application/mxf", "application/x-matroska", "application/vnd.rn-realmedia", "text/vnd.trolltech.linguist"],
)  # fmt: skip
def test_what_may_be_media_is_left_to_its_bytes(filetype: str) -> None:
    assert not is_never_media(filetype)
