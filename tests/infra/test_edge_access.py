"""CloudFront is told of withdrawn access, in whatever order and however often the events come."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from infra.edge_access import handler

ARN = "arn:aws:cloudfront::111122223333:key-value-store/1"
ONE, OTHER = "01999999-0000-7000-8000-000000000001", "01999999-0000-7000-8000-000000000002"
NOW = 1_790_000_000


class FakeStore:
    """A key-value store that takes a change only with the tag of its present state, as CloudFront's does."""

    def __init__(self) -> None:
        self.entries: dict[str, str] = {}
        self.version = 0
        self.writes_in_between = 0

    def describe_key_value_store(self, *, KvsARN: str) -> dict[str, str]:  # noqa: N803 - boto3's names, here and below
        assert KvsARN == ARN
        return {"ETag": str(self.version)}

    def get_paginator(self, operation: str) -> "FakeStore":
        assert operation == "list_keys"
        return self

    def paginate(self, *, KvsARN: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        assert KvsARN == ARN
        for key, value in sorted(self.entries.items()):
            yield {"Items": [{"Key": key, "Value": value}]}
        self.version += self.writes_in_between

    def update_keys(self, *, KvsARN: str, IfMatch: str, Puts: list[dict[str, str]], Deletes: list[dict[str, str]]) -> None:  # noqa: N803
        assert KvsARN == ARN
        assert len(Puts) + len(Deletes) <= 50
        if IfMatch != str(self.version):
            raise RuntimeError("ConflictException")
        self.version += 1
        self.entries |= {put["Key"]: put["Value"] for put in Puts}
        for delete in Deletes:
            del self.entries[delete["Key"]]

    def epochs(self) -> dict[str, int]:
        """Session → epoch."""
        return {session: int(value.split()[0]) for session, value in self.entries.items()}


class FakeCloudFront:
    """Invalidations by their reference: the same one asked for again is the same one."""

    def __init__(self) -> None:
        self.invalidations: dict[str, list[str]] = {}

    def create_invalidation(self, *, DistributionId: str, InvalidationBatch: dict[str, Any]) -> None:  # noqa: N803
        assert DistributionId == "E1"
        paths = InvalidationBatch["Paths"]
        assert paths["Quantity"] == len(paths["Items"])
        assert self.invalidations.setdefault(InvalidationBatch["CallerReference"], paths["Items"]) == paths["Items"]


@pytest.fixture
def edges(monkeypatch: pytest.MonkeyPatch) -> FakeCloudFront:
    """The distribution whose edges keep copies."""
    fake = FakeCloudFront()
    monkeypatch.setattr(handler, "cloudfront", lambda: fake)
    monkeypatch.setenv("MATINEE_DISTRIBUTION_ID", "E1")
    return fake


@pytest.fixture
def store(monkeypatch: pytest.MonkeyPatch) -> FakeStore:
    """The store that the handler writes to."""
    fake = FakeStore()
    monkeypatch.setattr(handler, "store", lambda: fake)
    monkeypatch.setenv("MATINEE_ACCESS_STORE_ARN", ARN)
    return fake


def _changed(session: str, epoch: int) -> dict[str, Any]:
    return {"detail-type": "session.access_changed", "detail": {"session_id": session, "access_epoch": epoch}}


def _ended(session: str) -> dict[str, Any]:
    return {"detail-type": "session.ended", "detail": {"session_id": session}}


def _deliver(*envelopes: dict[str, Any]) -> None:
    handler.lambda_handler({"Records": [{"body": json.dumps(envelope)} for envelope in envelopes]}, None)


def test_the_store_holds_the_new_epoch_and_the_end_of_sessions(store: FakeStore) -> None:
    _deliver(_changed(ONE, 101), _ended(OTHER))
    assert store.epochs() == {ONE: 101, OTHER: handler.ENDED}


def test_the_edges_drop_their_copies_of_a_purged_session_however_often_it_is_told(
    store: FakeStore, edges: FakeCloudFront
) -> None:
    purged = {"detail-type": "session.purged", "detail": {"session_id": ONE}}
    _deliver(purged, _ended(OTHER), purged)
    _deliver(purged)
    assert edges.invalidations == {ONE: [f"/streams/{ONE}/*"]}
    assert store.epochs() == {OTHER: handler.ENDED}


@pytest.mark.parametrize("split", [True, False])
def test_events_in_the_wrong_order_bring_no_access_back(store: FakeStore, split: bool) -> None:
    envelopes = [_changed(ONE, 103), _changed(ONE, 102), _ended(OTHER), _changed(OTHER, 5), _changed(ONE, 103)]
    for batch in [[e] for e in envelopes] if split else [envelopes]:
        _deliver(*batch)
    assert store.epochs() == {ONE: 103, OTHER: handler.ENDED}


def test_entries_older_than_any_cookie_are_deleted(store: FakeStore) -> None:
    handler.withdraw({ONE: 101}, now=NOW)
    handler.withdraw({OTHER: 102}, now=NOW + handler.KEPT_SECONDS + 1)
    assert store.epochs() == {OTHER: 102}


def test_young_entries_stay(store: FakeStore) -> None:
    handler.withdraw({ONE: 101}, now=NOW)
    handler.withdraw({OTHER: 102}, now=NOW + 300)
    assert store.epochs() == {ONE: 101, OTHER: 102}


def test_no_more_is_changed_at_once_than_the_store_takes(store: FakeStore) -> None:
    store.entries = {f"old-{n}": f"1 {NOW}" for n in range(200)}
    handler.withdraw({ONE: 101}, now=NOW + 2 * handler.KEPT_SECONDS)
    assert len(store.entries) == 200 - 49 + 1


def test_a_change_that_another_run_overtook_comes_again(store: FakeStore) -> None:
    store.writes_in_between = 1
    with pytest.raises(RuntimeError, match="ConflictException"):
        _deliver(_changed(ONE, 101))
    store.writes_in_between = 0
    _deliver(_changed(ONE, 101))
    assert store.epochs() == {ONE: 101}
