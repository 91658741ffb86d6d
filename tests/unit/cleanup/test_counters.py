"""The counters of a receipt, whatever happens between two listings."""

from hypothesis import given
from hypothesis import strategies as st

from matinee.db.receipts import Tally, settle

tallies = st.builds(Tally, *[st.integers(0, 10_000)] * 5)


def test_what_was_found_and_is_not_listed_any_more_is_deleted() -> None:
    found, deleted = settle(Tally(objects=10, bytes=100), Tally(objects=3, bytes=30), Tally(objects=2, bytes=20))
    assert (found, deleted) == (Tally(objects=10, bytes=100), Tally(objects=8, bytes=80))


def test_what_is_listed_and_was_not_found_before_is_found_now() -> None:
    found, deleted = settle(Tally(objects=10), Tally(objects=10), Tally(objects=1))
    assert (found, deleted) == (Tally(objects=11), Tally(objects=10))


def test_nothing_left_means_that_all_that_was_found_is_deleted() -> None:
    found, deleted = settle(Tally(versions=7, delete_markers=2), Tally(), Tally())
    assert found == deleted == Tally(versions=7, delete_markers=2)


@given(listings=st.lists(tallies, min_size=1, max_size=8))
def test_after_any_listings_found_less_deleted_is_what_is_left_and_no_counter_ever_falls(listings: list[Tally]) -> None:
    found = deleted = Tally()
    for left in listings:
        before = (found, deleted)
        found, deleted = settle(found, deleted, left)
        assert deleted + left == found
        assert found.entries >= before[0].entries
        assert deleted.entries >= before[1].entries


@given(listings=st.lists(tallies, min_size=1, max_size=8))
def test_a_listing_that_is_counted_twice_counts_once(listings: list[Tally]) -> None:
    once = twice = (Tally(), Tally())
    for left in listings:
        once = settle(*once, left)
        twice = settle(*settle(*twice, left), left)
    assert once == twice
