"""Every rule: a stream that keeps it, and one that breaks it."""

from pathlib import Path

import pytest

from functions.transcode.conformance import RULES, Report, Sample, check, snapshot
from tests.unit.transcode.conformance.breaks import BREAKS, Break
from tests.unit.transcode.conformance.edits import Files, segments, shift, text

GROWTH = {"grows-only", "event-stays"}
FULL = "full.m3u8"


def checked(files: Files, sample: Sample = Sample.WHOLE) -> Report:
    return check(files.__getitem__, FULL, sample=sample)


@pytest.mark.parametrize("sample", [Sample.STRUCTURE, Sample.EDGES, Sample.WHOLE])
def test_an_encoded_stream_has_no_finding(encoded: Files, sample: Sample) -> None:
    report = checked(encoded, sample)
    assert report.findings == []
    assert report.passed
    assert report.renditions == 6


def test_a_copied_stream_has_no_finding(copied: Files) -> None:
    assert checked(copied).findings == []


@pytest.mark.parametrize("case", BREAKS, ids=lambda case: f"{case.rule}-{BREAKS.index(case)}")
def test_what_breaks_a_rule_is_found_under_its_name_alone(encoded: Files, case: Break) -> None:
    files = dict(encoded)
    case.apply(files)
    report = checked(files, case.sample)
    assert set(report.broken()) == {case.rule} | case.also, report.to_text()
    assert all(f.place and f.value for f in report.findings)


def test_every_rule_has_something_that_breaks_it() -> None:
    assert {case.rule for case in BREAKS} | GROWTH == set(RULES)


def test_a_playlist_that_takes_back_what_it_listed_is_found(encoded: Files) -> None:
    files = dict(encoded)
    text(files, FULL, "#EXT-X-MEDIA:TYPE=SUBTITLES.*\n", "")
    text(files, FULL, ',SUBTITLES="captions"', "", count=2)
    for path in [p for p in files if p.endswith("index.m3u8")]:
        text(files, path, "TYPE:VOD", "TYPE:EVENT")
        text(files, path, "#EXT-X-ENDLIST\n", "")
    earlier = snapshot(files.__getitem__, FULL)
    assert check(files.__getitem__, FULL, earlier=earlier).findings == []
    text(files, "v480/index.m3u8", "#EXTINF:4.004", "#EXTINF:4.003")
    assert "grows-only" in check(files.__getitem__, FULL, earlier=earlier).broken()


def test_a_playlist_that_ends_may_grow_and_change_its_type_but_that_is_told(encoded: Files) -> None:
    files = dict(encoded)
    text(files, "v480/index.m3u8", "TYPE:VOD", "TYPE:EVENT")
    text(files, "v480/index.m3u8", "(?:#EXTINF.*\n.*\n)#EXT-X-ENDLIST\n", "")
    earlier = snapshot(files.__getitem__, FULL)
    report = check(encoded.__getitem__, FULL, earlier=earlier)
    assert report.broken() == ["event-stays"]
    assert report.passed


def test_a_playlist_that_had_ended_must_not_change(encoded: Files) -> None:
    earlier = snapshot(encoded.__getitem__, FULL)
    files = dict(encoded)
    text(files, "c0/index.m3u8", "#EXT-X-VERSION:6", "#EXT-X-VERSION:7")
    assert check(files.__getitem__, FULL, earlier=earlier).broken() == ["grows-only"]


def test_a_waived_rule_is_passed_over_and_named(encoded: Files) -> None:
    files = dict(encoded)
    text(files, FULL, "(?:#EXT-X-I-FRAME.*\n)+", "")
    assert not checked(files).passed
    report = check(files.__getitem__, FULL, waived={"i-frame-playlists"})
    assert report.passed
    assert "1 waived" in report.to_text()


def test_advice_alone_does_not_fail_a_stream(encoded: Files) -> None:
    files = dict(encoded)
    text(files, FULL, ',CHANNELS="2"', "")
    report = checked(files)
    assert report.broken() == ["channels-declared"]
    assert report.passed


def test_times_that_wrap_in_the_middle_of_a_stream_are_continuous(encoded: Files) -> None:
    files = dict(encoded)
    for path in [p for name in ("v480", "v360", "a0") for p in segments(files, name)]:
        shift(files, path, (1 << 33) - 15 * 90_000)
    text(files, "c0/00000.vtt", "MPEGTS:900000", f"MPEGTS:{(1 << 33) - 5 * 90_000}")
    assert checked(files).findings == []


@pytest.mark.parametrize("rule", ["no-gap", "no-overlap", "starts-with-idr", "continuity-over-seams", "extinf-sum", "same-start"])
def test_the_edges_alone_show_what_is_wrong_at_seams(encoded: Files, rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("functions.transcode.conformance.reading.HEAD_BYTES", 100 * 188)
    monkeypatch.setattr("functions.transcode.conformance.reading.TAIL_BYTES", 300 * 188)
    case = next(case for case in BREAKS if case.rule == rule)
    files = dict(encoded)
    case.apply(files)
    read: list[int] = []

    def read_range(path: str, first: int, count: int) -> tuple[bytes, int]:
        read.append(count)
        return files[path][first : first + count], len(files[path])

    report = check(files.__getitem__, FULL, sample=Sample.EDGES, read_range=read_range)
    assert rule in report.broken()
    assert max(read) <= 300 * 188


def test_the_table_of_rules_is_in_the_documentation() -> None:
    page = (Path(__file__).parents[4] / "docs" / "conformance.md").read_text()
    for rule in RULES.values():
        assert f"| `{rule.name}` | {rule.source} | {rule.severity} | {rule.says}" in page, rule.name
