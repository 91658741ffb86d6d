"""Segments out of the middle of the service's stream."""

import pytest

from functions.transcode.conformance.transport import PACKET, Packets
from functions.transcode.mpegts import BadSegmentError, counted_anew


def packet(pid: int, counter: int, *, has_payload: bool = True) -> bytes:
    """A transport packet that holds nothing but an adaptation field, or nothing but payload."""
    control = (0x10 if has_payload else 0x20) | counter
    return bytes([0x47, pid >> 8, pid & 0xFF, control, 183]).ljust(PACKET, b"\xff")


def test_the_counters_of_every_stream_begin_at_0_and_stand_still_where_no_payload_is() -> None:
    data = b"".join(
        [packet(0, 5), packet(256, 14), packet(256, 15), packet(256, 15, has_payload=False), packet(256, 0), packet(0, 6)]
    )
    counted = counted_anew(data)
    assert [counted[at + 3] & 0x0F for at in range(0, len(counted), PACKET)] == [0, 0, 1, 1, 2, 1]
    assert Packets(counted).by_pid.keys() == Packets(data).by_pid.keys()


@pytest.mark.parametrize("data", [b"", b"\x47" * 100, b"no packets" * 188])
def test_what_is_no_stream_is_refused(data: bytes) -> None:
    with pytest.raises(BadSegmentError):
        counted_anew(data)
