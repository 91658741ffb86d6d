"""What a file is, by its first bytes."""

import pytest

from functions.transcode.failures import VideoFailure
from functions.transcode.sniff import HEAD_BYTES, sniff


def refusal(head: bytes) -> str:
    with pytest.raises(VideoFailure) as caught:
        sniff(head)
    return caught.value.code


@pytest.mark.parametrize(
    ("head", "demuxer"),
    [
        (b"\x00\x00\x00\x20ftypisom" + bytes(HEAD_BYTES), "mov"),
        (b"\x00\x00\x00\x14ftypqt  " + bytes(HEAD_BYTES), "mov"),
        (b"\x00\x00\x00\x08wide\x00\x00\x10\x00mdat" + bytes(100), "mov"),
        (b"\x1aE\xdf\xa3" + bytes(100), "matroska"),
        (b"RIFF\x00\x00\x00\x00AVI LIST", "avi"),
        (b"RIFF\x00\x00\x00\x00WAVEfmt ", "wav"),
        (b"fLaC\x00\x00\x00\x22", "flac"),
        (b"OggS\x00\x02", "ogg"),
        (b"FLV\x01\x05", "flv"),
        (b"\x00\x00\x01\xba\x44", "mpeg"),
        (b"ID3\x04\x00", "mp3"),
        (b"\xff\xfb\x90\x00", "mp3"),
        (b"\xff\xf1\x50\x80", "aac"),
        ((b"G" + bytes(187)) * 4, "mpegts"),
        ((bytes(4) + b"G" + bytes(187)) * 4, "mpegts"),
        (bytes(50) + (b"G" + bytes(187)) * 30, "mpegts"),
        ((b"G" + bytes(203)) * 30, "mpegts"),
        (b"RF64\xff\xff\xff\xffWAVEds64", "wav"),
        (b"FORM\x00\x00\x00\x00AIFFCOMM", "aiff"),
        (b"#!AMR\n\x04", "amr"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02zzfLaC\x00", "flac"),
        (b"ID3\x04\x00\x00\x00\x00\x00\x02zz\xff\xf1\x50\x80", "aac"),
        (b"ID3\x04\x00\x00\x00\x7f\x7f\x7f", "mp3"),
        (b"\x00\x00\x00\x01\x67\x42\x00", "h264"),
        (b"\x00\x00\x00\x01\x40\x01\x0c", "hevc"),
        (b"\x00\x00\x01\xb3\x14\x00", "mpegvideo"),
        (b"DKIF\x00\x00\x20\x00VP80", "ivf"),
    ],
)
def test_a_media_file_is_opened_by_its_one_demuxer(head: bytes, demuxer: str) -> None:
    assert sniff(head) == demuxer


@pytest.mark.parametrize(
    "head",
    [
        b"#EXTM3U\n#EXT-X-VERSION:3\nhttp://169.254.169.254/\n",
        b"\xef\xbb\xbf  \n#EXTM3U\n",
        b"<?xml version='1.0'?><MPD>",
        b"ffconcat version 1.0\nfile '/etc/passwd'",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1",
        b"\x00\x00\x01\x00moov\x00\x00\x00\x80rmra\x00\x00\x00\x78rmda" + bytes(200),
    ],
)
def test_a_file_that_points_to_other_files_is_refused(head: bytes) -> None:
    assert refusal(head) == "forbidden_format"


@pytest.mark.parametrize(
    "head",
    [
        b"",
        b"hello, this is text",
        b"\x89PNG\r\n\x1a\n",
        b"\xff\xd8\xff\xe0\x00\x10JFIF",
        b"RIFF\x00\x00\x00\x00WEBPVP8 ",
        b"FORM\x00\x00\x00\x00ILBMBMHD",
        b"\x00\x00\x00\x01\xff\xff\xff",
        b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic",
        b"%PDF-1.7",
        b"PK\x03\x04",
    ],
)
def test_what_is_neither_picture_nor_sound_is_not_a_video(head: bytes) -> None:
    assert refusal(head) == "not_a_video"


def test_a_movie_that_holds_no_media_at_all_is_not_a_video() -> None:
    empty = b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom" + b"\x00\x00\x00\x08free" + b"\x00\x00\x00\x00mdat"
    assert refusal(empty) == "not_a_video"


def test_a_small_movie_with_media_is_opened() -> None:
    assert sniff(b"\x00\x00\x00\x14ftypisom\x00\x00\x02\x00isom" + b"\x00\x00\x00\x20mdat" + bytes(24)) == "mov"


SCRAMBLED, CLEAR = b"G\x01\x00\x90" + bytes(184), b"G\x01\x00\x10" + bytes(184)


def test_scrambled_transport_packets_are_refused_and_a_few_of_them_are_not() -> None:
    assert refusal(SCRAMBLED * 300) == "encrypted"
    assert sniff(SCRAMBLED * 10 + CLEAR * 300) == "mpegts"


def test_a_movie_whose_samples_are_protected_is_refused() -> None:
    entry = b"stsd" + bytes(7) + b"\x01\x00\x00\x00\x80"
    head = b"\x00\x00\x00\x20ftypM4VP" + bytes(500)
    assert refusal(head + entry + b"drmi" + bytes(HEAD_BYTES)) == "encrypted"
    assert sniff(head + entry + b"avc1" + bytes(HEAD_BYTES)) == "mov"
