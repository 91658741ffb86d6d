"""What is read out of playlists, tables and parameter sets."""

from decimal import Decimal

import pytest

from functions.transcode.conformance import adts, h264, tags
from functions.transcode.conformance.playlist import resolve
from functions.transcode.conformance.rates import average, peak
from functions.transcode.conformance.report import Report
from functions.transcode.conformance.transport import BrokenTransportError, Packets, unwrapped
from tests.unit.transcode.conformance import edits


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ('A=1,B="x,y",C=YES', [("A", "1"), ("B", '"x,y"'), ("C", "YES")]),
        ("A=1,", None),
        ("A=1,,B=2", None),
        ("A = 1", None),
        ('A="open', None),
        ("a=1", None),
        ("", None),
    ],
)
def test_attributes_are_taken_apart_strictly(text: str, found: list[tuple[str, str]] | None) -> None:
    assert tags.attributes(text) == found


@pytest.mark.parametrize(
    ("uri", "path"),
    [
        ("00000.ts", "v480/00000.ts"),
        ("./sub/a%20b.ts", "v480/sub/a b.ts"),
        ("../a0/index.m3u8", "a0/index.m3u8"),
        ("../../other/index.m3u8", None),
        ("/etc/passwd", None),
        ("%2e%2e/%2e%2e/%2e%2e/etc/passwd", None),
        ("file:///etc/passwd", None),
        ("//elsewhere.example/a.ts", None),
        ("http://[", None),
        ("a.ts?token=1", None),
        ("a%00.ts", None),
        ("..\\a.ts", None),
    ],
)
def test_an_address_is_followed_only_within_the_streams_own_folder(uri: str, path: str | None) -> None:
    report = Report("structure")
    assert resolve("v480/index.m3u8", uri, "here", report.add) == path
    assert report.broken() == ([] if path else ["own-folder"])


def test_a_parameter_set_gives_the_size_as_shown() -> None:
    assert h264.read_parameters(edits.sps(40, 23, 4, frames_only=True)).size == (640, 360)
    fields = h264.read_parameters(edits.sps(40, 12, 6, frames_only=False))
    assert (fields.size, fields.is_progressive) == ((640, 360), False)
    assert fields.codec == "avc1.64001e"


@pytest.mark.parametrize("length", range(1, 9))
def test_a_parameter_set_that_is_cut_off_is_refused(length: int) -> None:
    with pytest.raises(h264.BrokenParametersError):
        h264.read_parameters(edits.sps(40, 23, 4, frames_only=True)[:length])


def test_frames_of_sound_are_counted_and_a_cut_one_is_told() -> None:
    frame = bytes.fromhex("fff14c800fa0fc") + bytes(118)
    assert adts.read_frames(frame * 3) == adts.Frames(3, adts.SoundParameters(2, 48000, 2))
    assert adts.read_frames(frame * 2 + frame[:50]).rest == 50
    assert adts.read_frames(frame + b"\0" * 20).fault
    assert adts.read_frames(frame + bytes.fromhex("fff150800fa0fc") + bytes(118)).fault == "another kind of sound at byte 125"


def test_the_peak_is_that_of_the_worst_run_about_one_target_long() -> None:
    sizes = [(500_000, Decimal(4)), (1_000_000, Decimal(4)), (500_000, Decimal(1))]
    assert peak(sizes, 4) == 2_400_000  # the last two, 5 s: the last alone, 4 Mb/s, is too short to count
    assert average(sizes) == pytest.approx(16_000_000 / 9)
    assert peak(sizes[2:], 4) == 4_000_000, "a stream shorter than half a target has its average"


def test_times_are_followed_over_the_end_of_the_clock() -> None:
    assert unwrapped(5, (1 << 33) - 10) == (1 << 33) + 5
    assert unwrapped((1 << 33) - 10, 5) == -10
    assert unwrapped(1000, 900) == 1000


def test_a_repeated_packet_is_no_jump_and_a_lost_one_is() -> None:
    made = [bytes([0x47, 0x01, 0x00, 0x10 | n % 16]) + bytes([n]) * 184 for n in range(40)]
    positions = Packets(b"".join(made)).positions(0x100)
    assert Packets(b"".join(made)).counters(positions) == (0, 7, [])
    repeated = Packets(b"".join([*made[:5], made[4], *made[5:]]))
    assert repeated.counters(repeated.positions(0x100)) == (0, 7, [])
    lost = Packets(b"".join([*made[:5], *made[6:]]))
    assert lost.counters(lost.positions(0x100)) == (0, 7, [5])


@pytest.mark.parametrize("data", [b"", b"G" * 187, b"\0" * 188, b"G\x80" + bytes(186), b"G\0\0\xc0" + bytes(184)])
def test_what_is_no_transport_stream_is_refused(data: bytes) -> None:
    with pytest.raises(BrokenTransportError):
        Packets(data)
