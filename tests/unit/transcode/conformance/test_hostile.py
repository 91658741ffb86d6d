"""Whatever the bytes are: a report, never an exception."""

import random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from functions.transcode.conformance import Sample, check, h264
from functions.transcode.conformance.segment import Parts, measure
from functions.transcode.conformance.webvtt import check_captions
from tests.unit.transcode.conformance.edits import Files

relaxed = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def ignore(_rule: str, _value: object) -> None:
    """Take a finding."""


@relaxed
@given(st.integers(0, 1 << 32), st.sampled_from(["v360/00003.ts", "a0/00003.ts"]), st.integers(1, 400))
def test_a_segment_with_flipped_bytes_is_measured_or_refused(encoded: Files, seed: int, path: str, count: int) -> None:
    chance = random.Random(seed)
    data = bytearray(encoded[path])
    for _ in range(count):
        at = chance.randrange(len(data))
        if at % 188:
            data[at] = chance.randrange(256)
    measure(Parts(len(data), bytes(data)), ignore)
    measure(Parts(len(data), bytes(data[: 188 * 40]), bytes(data[-188 * 40 :])), ignore)


@relaxed
@given(st.binary(max_size=400))
def test_any_packets_are_measured_or_refused(content: bytes) -> None:
    data = b"".join(b"G" + content[n : n + 187].ljust(187, b"\0") for n in range(0, max(1, len(content)), 187))
    assert measure(Parts(len(data), data), ignore) is None or content


@relaxed
@given(st.binary(min_size=1, max_size=64))
def test_any_parameter_set_is_read_or_refused(content: bytes) -> None:
    try:
        assert h264.read_parameters(content).size > (0, 0)
    except h264.BrokenParametersError:
        return


@relaxed
@given(st.binary(max_size=300))
def test_any_captions_are_read_or_refused(content: bytes) -> None:
    check_captions(b"WEBVTT\n\n" + content, 0, 4.0, ignore)


@relaxed
@given(st.integers(0, 1 << 32), st.sampled_from(["full.m3u8", "v480/index.m3u8", "v480/i-frames.m3u8", "c0/index.m3u8"]))
def test_a_playlist_in_disorder_gives_a_report(encoded: Files, seed: int, path: str) -> None:
    chance = random.Random(seed)
    lines = encoded[path].splitlines()
    for _ in range(chance.randrange(1, 5)):
        line = bytearray(lines[chance.randrange(len(lines))])
        if line:
            line[chance.randrange(len(line))] = chance.randrange(256)
        lines[chance.randrange(len(lines))] = bytes(line)
    report = check((encoded | {path: b"\n".join(lines)}).__getitem__, "full.m3u8", sample=Sample.STRUCTURE)
    assert report.to_json()
