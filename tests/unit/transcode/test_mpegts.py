"""Segments that any other segment of their rendition may follow."""

import io
import random
import subprocess
from contextlib import suppress
from pathlib import Path

import av
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.transcode.commands import TABLES_EVERY_S
from functions.transcode.conformance.transport import PACKET, Packets
from functions.transcode.ffmpeg import binary
from functions.transcode.mpegts import TIMELINE_OFFSET_S, BadSegmentError, continuable, measured, next_counter
from tests.integration.transcode.media import pictures, tone

SDT_PID, MEDIA_PID = 0x11, 0x100
MUXER = f"output_ts_offset={TIMELINE_OFFSET_S}:pat_period={TABLES_EVERY_S}"
LENGTHS = (1, 2, 1, 3, 5, 8, 13, 21, 34, 1, 55, 89, 7, 96, 100)  # of segments, in pictures or in packets of sound


def segments(folder: Path, *arguments: str, muxer: str = MUXER) -> list[bytes]:
    muxing = [
        "-muxdelay", "0", "-muxpreload", "0",
        "-f", "segment", "-segment_format", "mpegts", "-segment_format_options", muxer,
    ]  # fmt: skip
    argv = [binary(), "-hide_banner", "-loglevel", "error", *arguments, *muxing, str(folder / "%05d.ts")]
    subprocess.run(argv, check=True, timeout=120)
    return [file.read_bytes() for file in sorted(folder.iterdir())]


def edges() -> list[int]:
    found = [LENGTHS[0]]
    for length in LENGTHS[1:]:
        found.append(found[-1] + length)
    return found


@pytest.fixture(scope="module", params=["32x32", "320x180", "1280x720"])
def picture(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Segments of H.264, from one picture to a hundred."""
    cuts, seconds = ",".join(map(str, edges()[:-1])), edges()[-1] / 25
    return segments(
        tmp_path_factory.mktemp("picture"), *pictures(request.param, "25", seconds),
        "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p", "-threads", "2", "-g", "1000",
        "-force_key_frames", f"expr:{'+'.join(f'eq(n,{n})' for n in edges()[:-1])}", "-segment_frames", cuts,
    )  # fmt: skip


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> list[bytes]:
    """Segments of AAC, from one packet to a hundred."""
    cuts = ",".join(f"{(n + 0.5) * 1024 / 48_000:.6f}" for n in edges()[:-1])
    return segments(
        tmp_path_factory.mktemp("sound"), *tone(edges()[-1] * 1024 / 48_000), "-c:a", "aac", "-ac", "2", "-b:a", "128000",
        "-segment_times", cuts,
    )  # fmt: skip


@pytest.fixture(scope="module")
def all_of_them(picture: list[bytes], heard: list[bytes]) -> list[bytes]:
    assert len(picture) == len(heard) == len(LENGTHS)
    return [*picture, *heard]


def media(data: bytes) -> list[tuple[int | None, int | None, bytes]]:
    with av.open(io.BytesIO(data), mode="r", format="mpegts") as container:
        return [(p.pts, p.dts, bytes(p)) for p in container.demux() if p.size]


def assert_continuable(data: bytes, ordinal: int = 0) -> None:
    packets = Packets(data)
    for pid in packets.by_pid:
        counting = packets.counting(packets.positions(pid))
        first, last, jumps = packets.counters(packets.positions(pid))
        if pid == MEDIA_PID:
            assert (len(counting) % 16, first, last, jumps) == (0, 0, 15, []), f"PID {pid:#x}"
        else:
            assert (len(counting), first) == (1, ordinal % 16), f"PID {pid:#x}"


def test_the_media_end_their_sixteenth_packet_and_of_the_tables_one_is_left(all_of_them: list[bytes]) -> None:
    for ordinal, data in enumerate(all_of_them):
        assert SDT_PID in Packets(data).by_pid
        made = continuable(data, ordinal)
        assert_continuable(made, ordinal)
        assert sorted(Packets(made).by_pid) == [0, MEDIA_PID, 0x1000]


def test_tables_that_are_repeated_in_a_segment_are_left_out(tmp_path: Path) -> None:
    often = MUXER.replace(str(TABLES_EVERY_S), "0.1")
    (data,) = segments(tmp_path, *tone(3), "-c:a", "aac", "-segment_time", "60", muxer=often)
    assert len(Packets(data).positions(0)) > 16
    assert_continuable(continuable(data, 21), 21)
    assert media(continuable(data, 21)) == media(data)


def test_the_media_stay_what_they_were_to_the_byte(all_of_them: list[bytes]) -> None:
    for data in all_of_them:
        assert media(continuable(data, 0)) == media(data) != []


def test_neighbours_follow_each_other_without_a_jump(picture: list[bytes], heard: list[bytes]) -> None:
    for kind in (picture, heard):
        for order in (kind, kind[::-1]):  # whatever is in the one before
            made = Packets(b"".join(continuable(data, ordinal) for ordinal, data in enumerate([*order, *order])))
            for pid, positions in made.by_pid.items():
                assert made.counters(positions)[2] == [], f"PID {pid:#x}"


def test_within_a_chunk_they_are_counted_on_and_only_its_end_is_padded(picture: list[bytes], heard: list[bytes]) -> None:
    for kind in (picture, heard):
        made, begins_at = [], 0
        for ordinal, data in enumerate(kind):
            is_joint = ordinal == len(kind) - 1
            made.append(continuable(data, ordinal, begins_at=begins_at, is_joint=is_joint))
            assert media(made[-1]) == media(data)
            if not is_joint:
                assert len(made[-1]) <= len(data)
            begins_at = next_counter(measured(made[-1], keeps_times=False))
        assert begins_at == 0
        packets = Packets(b"".join(made))
        for pid, positions in packets.by_pid.items():
            assert packets.counters(positions)[::2] == (0, []), f"PID {pid:#x}"


def test_what_is_right_already_stays_as_it_is(all_of_them: list[bytes]) -> None:
    for ordinal, data in enumerate(all_of_them):
        made = continuable(data, ordinal)
        assert continuable(made, ordinal) == made


def test_it_costs_little(all_of_them: list[bytes]) -> None:
    for data in all_of_them:
        assert len(continuable(data, 0)) - len(data) <= 15 * PACKET


def test_what_was_made_continuable_still_keeps_the_rules(all_of_them: list[bytes]) -> None:
    for ordinal, data in enumerate(all_of_them):
        segment = measured(continuable(data, ordinal), keeps_times=False)
        assert segment.is_complete
        assert {pid: first for pid, (first, _) in segment.counters.items()} == {
            0: ordinal % 16,
            MEDIA_PID: 0,
            0x1000: ordinal % 16,
        }


@pytest.mark.parametrize("place", ["first", "middle", "last"])
def test_packets_without_a_payload_do_not_count(picture: list[bytes], place: str) -> None:
    data = picture[-1]
    positions = Packets(data).positions(MEDIA_PID)
    at = {"first": positions[0], "middle": positions[len(positions) // 2], "last": positions[-1]}[place]
    packet = bytearray(data[at * PACKET : (at + 1) * PACKET])
    packet[1] &= ~0x40
    packet[3] = 0x20 | packet[3] & 0x0F  # an adaptation field alone repeats the counter of the packet before it
    packet[4:] = b"\xb7\x00" + b"\xff" * 182
    changed = data[: (at + 1) * PACKET] + bytes(packet) + data[(at + 1) * PACKET :]
    assert Packets(changed).counters(Packets(changed).positions(MEDIA_PID))[2] == []
    made = continuable(changed, 0)
    assert_continuable(made)
    assert media(made) == media(data)


def test_so_little_sound_that_nothing_can_be_given_away_stays_as_it_is(tmp_path: Path) -> None:
    silence = ["-f", "lavfi", "-i", "anullsrc=sample_rate=48000", "-c:a", "aac", "-ac", "2", "-frames:a", "8"]
    *_, data = segments(tmp_path, *silence, "-segment_times", f"{7.5 * 1024 / 48_000:.6f}")
    assert len(Packets(data).positions(MEDIA_PID)) == 1
    made = continuable(data, 0)
    assert media(made) == media(data) != []
    assert {pid: len(p) for pid, p in Packets(made).by_pid.items()} == {0: 1, MEDIA_PID: 1, 0x1000: 1}


@pytest.mark.parametrize(
    "data",
    [b"", b"G", b"\0" * 188, b"G" * 187, (b"G" + b"\0" * 187) * 3 + b"x", b"G\x80" + b"\0" * 186, b"G\0\0\xc0" + b"\0" * 184],
)
def test_what_is_no_transport_stream_is_refused(data: bytes) -> None:
    with pytest.raises(BadSegmentError):
        continuable(data, 0)


@settings(deadline=None)
@given(st.binary(max_size=2000))
def test_any_bytes_are_refused_or_taken(data: bytes) -> None:
    for content in (data, b"".join(b"G" + data[n : n + 187].ljust(187, b"\0") for n in range(0, len(data), 187))):
        try:
            made = continuable(content, 0)
            measured(made, keeps_times=False)
        except BadSegmentError:
            continue
        raise AssertionError("these bytes hold no media")


@settings(deadline=None)
@given(st.integers(0, 1 << 32), st.integers(1, 200))
def test_a_segment_with_flipped_bytes_is_refused_or_taken(heard: list[bytes], seed: int, count: int) -> None:
    chance = random.Random(seed)
    data = bytearray(heard[-1])
    for _ in range(count):
        data[chance.randrange(len(data))] = chance.randrange(256)
    try:
        made = continuable(bytes(data), 0)
    except BadSegmentError:
        return
    assert len(made) % PACKET == 0
    with suppress(BadSegmentError):
        measured(made, keeps_times=False)


def test_a_segment_that_breaks_a_rule_is_refused_by_its_name(picture: list[bytes]) -> None:
    two = continuable(picture[-1], 0)[: -PACKET * 40] + continuable(picture[-2], 0)
    with pytest.raises(BadSegmentError, match="continuity"):
        measured(two, keeps_times=False)
