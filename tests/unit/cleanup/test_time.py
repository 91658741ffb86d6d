"""Deadlines, and which runs compare the whole bucket."""

from datetime import UTC, datetime, timedelta

import pytest

from functions.cleanup.deadline import Deadline, OutOfTimeError
from functions.cleanup.reconcile import is_due
from functions.cleanup.side_by_side import for_each


def test_one_run_of_fifteen_compares_everything() -> None:
    start = datetime(2026, 3, 1, 12, 0, 37, tzinfo=UTC)
    assert [minute for minute in range(60) if is_due(start + timedelta(minutes=minute), 15)] == [0, 15, 30, 45]


def test_every_run_can_be_made_to_compare_everything() -> None:
    assert is_due(datetime(2026, 3, 1, 12, 7, tzinfo=UTC), 1)


def test_a_deadline_that_has_passed_stops_the_run() -> None:
    Deadline(60).check()
    with pytest.raises(OutOfTimeError):
        Deadline(0).check()


def test_a_shorter_deadline_never_ends_later_than_the_one_it_comes_from() -> None:
    assert Deadline(60).at_most(1_000).seconds_left <= 60
    assert Deadline(1_000).at_most(60).seconds_left <= 60


def test_a_thing_that_fails_does_not_keep_the_others_from_being_done() -> None:
    def halve(number: int, _: Deadline) -> int:
        if number % 2:
            raise ValueError(number)
        return number // 2

    assert for_each([1, 2, 3, 4], halve, Deadline(60)) == [1, 2]


def test_nothing_is_begun_after_the_deadline() -> None:
    begun: list[int] = []
    for_each([1, 2, 3], lambda number, _: begun.append(number), Deadline(0))
    assert begun == []
