"""Deleting many things: in batches, several at once, and never many of them in memory."""

import threading
import time
from collections.abc import Iterator

import pytest

from functions.cleanup import erase
from functions.cleanup.deadline import Deadline, OutOfTimeError
from matinee import storage
from matinee.db.receipts import Tally
from matinee.storage import StoredObject

OBJECTS = 100_000


class SlowBucket:
    """Takes its time over each batch, and knows how many objects were listed and not yet deleted at most."""

    def __init__(self, objects: int) -> None:
        self._objects = objects
        self._lock = threading.Lock()
        self.waiting = self.most_waiting = self.most_at_once = self._at_once = 0
        self.batches: list[int] = []

    def entries(self) -> Iterator[StoredObject]:
        for number in range(self._objects):
            with self._lock:
                self.waiting += 1
                self.most_waiting = max(self.most_waiting, self.waiting)
            yield StoredObject(f"streams/s/v/{number}.ts", 10, "null")

    def delete(self, batch: list[StoredObject]) -> int:
        with self._lock:
            self._at_once += 1
            self.most_at_once = max(self.most_at_once, self._at_once)
        time.sleep(0.01)
        with self._lock:
            self._at_once -= 1
            self.waiting -= len(batch)
            self.batches.append(len(batch))
        return len(batch)


def test_a_hundred_thousand_objects_are_never_in_memory_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = SlowBucket(OBJECTS)
    monkeypatch.setattr(storage, "delete", bucket.delete)
    assert erase.erase_listed(bucket.entries(), (), Deadline(60)) == Tally(objects=OBJECTS, bytes=10 * OBJECTS)
    assert bucket.waiting == 0
    assert bucket.most_waiting <= (erase.BATCHES_AT_ONCE + 1) * storage.DELETE_BATCH


def test_batches_are_full_and_several_are_under_way_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = SlowBucket(20 * storage.DELETE_BATCH + 1)
    monkeypatch.setattr(storage, "delete", bucket.delete)
    erase.erase_listed(bucket.entries(), (), Deadline(60))
    assert sorted(bucket.batches) == [1] + [storage.DELETE_BATCH] * 20
    assert 1 < bucket.most_at_once <= erase.BATCHES_AT_ONCE


def test_a_batch_that_s3_did_not_take_whole_does_not_count_as_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "delete", lambda batch: len(batch) - 1)
    assert erase.erase_listed([StoredObject("a", 1), StoredObject("b", 1)], (), Deadline(60)) == Tally()


def test_a_batch_that_fails_makes_the_whole_deletion_fail(monkeypatch: pytest.MonkeyPatch) -> None:
    def delete(_: list[StoredObject]) -> int:
        raise ConnectionError

    monkeypatch.setattr(storage, "delete", delete)
    with pytest.raises(ConnectionError):
        erase.erase_listed([StoredObject("a", 1)], (), Deadline(60))


def test_objects_versions_and_delete_markers_count_once_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(storage, "delete", len)
    entries = [
        StoredObject("a", 1),
        StoredObject("b", 2, "null"),
        StoredObject("c", 4, "v1"),
        StoredObject("c", 0, "v2", is_delete_marker=True),
        StoredObject("d", 0, "null", is_delete_marker=True),
    ]
    assert erase.erase_listed(entries, (), Deadline(60)) == Tally(objects=2, versions=1, delete_markers=2, bytes=7)


def test_nothing_is_deleted_after_the_deadline(monkeypatch: pytest.MonkeyPatch) -> None:
    bucket = SlowBucket(10)
    monkeypatch.setattr(storage, "delete", bucket.delete)
    with pytest.raises(OutOfTimeError):
        erase.erase_listed(bucket.entries(), (), Deadline(0))
    assert bucket.batches == []
