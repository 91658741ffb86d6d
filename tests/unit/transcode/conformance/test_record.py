"""What was measured stands for the segments: as JSON, and in a check that reads none of them."""

import json
from collections.abc import Collection
from dataclasses import replace

import pytest

from functions.transcode.conformance import Report, check, record
from functions.transcode.conformance.check import COPIED, Recorded
from functions.transcode.conformance.segment import Parts, Segment, measure
from tests.unit.transcode.conformance.breaks import BREAKS, Break
from tests.unit.transcode.conformance.edits import Files

FULL = "full.m3u8"
BROKEN_BY_SEGMENTS = {
    "no-gap", "no-overlap", "decode-order", "continuity-over-seams", "extinf-sum", "segment-length", "same-start", "same-tracks",
    "same-parameters", "keyframe-distance", "profile-level", "progressive", "stereo", "peak-to-average",
}  # fmt: skip


def ignore(_rule: str, _value: object) -> None:
    """Take a finding."""


def measures(path: str, data: bytes, copied: Collection[str] = (), noted: set[str] | None = None) -> Segment:
    def note(rule: str, _value: object) -> None:
        if noted is not None:
            noted.add(rule)

    segment = measure(Parts(len(data), data), note, keeps_times=path.split("/", maxsplit=1)[0] in copied)
    assert segment is not None
    return segment


def recorded(files: Files, copied: Collection[str] = ()) -> Recorded:
    """Every segment as the rows keep it: written down and read again."""
    found: dict[str, tuple[int, Segment | None]] = {}
    for path, data in files.items():
        if path.endswith(".ts"):
            found[path] = (len(data), record.from_json(json.loads(json.dumps(record.to_json(measures(path, data, copied))))))
        elif path.endswith(".vtt"):
            found[path] = (len(data), None)
    return found


def checked_by_record(files: Files, copied: Collection[str] = ()) -> Report:
    """Check without a segment in reach."""
    found = recorded(files, copied)
    texts = {path: data for path, data in files.items() if path.endswith(".m3u8")}
    return check(texts.__getitem__, FULL, recorded=found)


def test_a_segment_comes_back_from_json_as_it_was(encoded: Files, copied: Files) -> None:
    for path, data in [*encoded.items(), *copied.items()]:
        if path.endswith(".ts"):
            segment = measures(path, data)
            again = record.from_json(json.loads(json.dumps(record.to_json(segment))))
            assert again == replace(segment, keyframe_bytes=[])  # rows keep the places of keyframes beside the measures
            assert again.codec == segment.codec


def test_a_segment_whose_middle_was_not_seen_cannot_be_written_down(encoded: Files) -> None:
    data = encoded["v480/00000.ts"]
    segment = measure(Parts(len(data), data[: 188 * 100], data[-188 * 100 :]), ignore)
    assert segment is not None
    with pytest.raises(ValueError, match="whole"):
        record.to_json(segment)


def test_streams_that_keep_the_rules_keep_them_by_their_record(encoded: Files, copied: Files) -> None:
    for files in (encoded, copied):
        report = checked_by_record(files, COPIED)
        assert report.findings == []
        assert report.media_bytes == 0
        assert report.segments == check(files.__getitem__, FULL).segments


@pytest.mark.parametrize(
    "case",
    [
        case
        for case in BREAKS
        if case.rule in BROKEN_BY_SEGMENTS or case.rule.endswith("-match") or case.rule.startswith(("aligned", "same-"))
    ],
    ids=lambda case: f"{case.rule}-{BREAKS.index(case)}",
)
def test_measuring_segments_when_made_and_checking_their_record_finds_what_reading_all_finds(encoded: Files, case: Break) -> None:
    files = dict(encoded)
    case.apply(files)
    when_made: set[str] = set()
    for path in (p for p in files if p.endswith(".ts")):
        measures(path, files[path], noted=when_made)
    assert case.rule in when_made | set(checked_by_record(files).broken())
    assert when_made | set(checked_by_record(files).broken()) == set(check(files.__getitem__, FULL).broken())


def test_a_segment_without_a_record_is_missed(encoded: Files) -> None:
    found = dict(recorded(encoded))
    del found["v360/00001.ts"]
    report = check({p: d for p, d in encoded.items() if p.endswith(".m3u8")}.__getitem__, FULL, recorded=found)
    assert not report.passed
