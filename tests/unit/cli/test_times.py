"""What --ends understands."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from matinee_cli.errors import Misuse
from matinee_cli.times import parse_end, shown

NOW = datetime(2026, 11, 22, 18, 0, tzinfo=UTC)


@pytest.fixture
def in_berlin(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setenv("TZ", "Europe/Berlin")
    time.tzset()
    yield
    monkeypatch.undo()
    time.tzset()


@pytest.mark.parametrize(
    ("span", "end"),
    [
        ("90m", "2026-11-22T19:30:00Z"),
        ("2h", "2026-11-22T20:00:00Z"),
        ("1d12h", "2026-11-24T06:00:00Z"),
        ("2W", "2026-12-06T18:00:00Z"),
        (" 1w2d3h4m ", "2026-12-01T21:04:00Z"),
    ],
)
def test_a_span_counts_from_now(span: str, end: str) -> None:
    assert parse_end(span, NOW) == end


@pytest.mark.parametrize(
    ("moment", "end"),
    [
        ("2026-12-24T20:00+01:00", "2026-12-24T19:00:00Z"),
        ("2026-12-24T20:00:30.5-05:30", "2026-12-25T01:30:30Z"),
        ("2026-12-24t20:00:00z", "2026-12-24T20:00:00Z"),
        ("2026-12-24 20:00Z", "2026-12-24T20:00:00Z"),
    ],
)
def test_a_moment_keeps_its_zone(moment: str, end: str) -> None:
    assert parse_end(moment) == end


@pytest.mark.usefixtures("in_berlin")
def test_a_moment_without_a_zone_is_local_summer_and_winter() -> None:
    assert parse_end("2026-12-24 20:00") == "2026-12-24T19:00:00Z"
    assert parse_end("2027-06-24T20:00") == "2027-06-24T18:00:00Z"


@pytest.mark.usefixtures("in_berlin")
def test_people_are_shown_local_time() -> None:
    assert shown(NOW) == "2026-11-22 19:00"
    assert shown(None) == "-"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "  ",
        "2",
        "h",
        "2s",
        "-2h",
        "2h1d",
        "2 h",
        "soon",
        "2026-12-24",
        "20:00",
        "2026-13-01T00:00Z",
        "2026-W52-4T20:00",
        "9999w",
        "99999d99999h",
    ],
)
def test_anything_else_is_refused_with_examples(text: str) -> None:
    with pytest.raises(Misuse, match="2026-12-24T20:00"):
        parse_end(text, datetime(9990, 1, 1, tzinfo=UTC))
