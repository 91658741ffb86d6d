"""Deleting what lies in the bucket: in batches, several at once, with memory that does not grow with the number of objects."""

from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from itertools import chain, islice

from functions.cleanup.deadline import Deadline
from matinee import storage
from matinee.db.receipts import Tally
from matinee.storage import OpenMultipart, StoredObject

BATCHES_AT_ONCE = 8


def session_prefixes(session_id: object) -> tuple[str, str]:
    """Where everything of a session lies."""
    return f"uploads/{session_id}/", f"streams/{session_id}/"


def count(prefixes: Iterable[str], deadline: Deadline) -> Tally:
    """What lies below the prefixes now: versions, delete markers and open multipart uploads.

    Where no versions are listed, the plain listing has to be empty as well: two witnesses for "nothing left".
    Raises ``OutOfTimeError``.
    """
    total = Tally()
    for prefix in prefixes:
        for batch in _batches(_entries(prefix)):
            deadline.check()
            total += _of_entries(batch)
        total += _of_multiparts(storage.list_multiparts(prefix))
    return total


def erase(prefixes: Iterable[str], deadline: Deadline) -> Tally:
    """Delete everything below the prefixes; gives what S3 says is gone. Raises ``OutOfTimeError``."""
    prefixes = tuple(prefixes)
    return erase_listed(
        chain.from_iterable(_entries(prefix) for prefix in prefixes),
        chain.from_iterable(storage.list_multiparts(prefix) for prefix in prefixes),
        deadline,
    )


def erase_listed(entries: Iterable[StoredObject], multiparts: Iterable[OpenMultipart], deadline: Deadline) -> Tally:
    """Delete these entries and abort these multipart uploads; gives what S3 says is gone. Raises ``OutOfTimeError``.

    The multipart uploads go first, so that none is completed into an object behind our back. A batch of which S3 refuses a
    key is not in the result: only a listing can tell what is left of it.
    """
    total = Tally()
    for upload in multiparts:
        deadline.check()
        total += _of_multiparts([upload])
        storage.abort_multipart(upload)
    with ThreadPoolExecutor(BATCHES_AT_ONCE, thread_name_prefix="erase") as workers:
        running: set[Future[Tally]] = set()
        for batch in _batches(entries):
            deadline.check()
            if len(running) == BATCHES_AT_ONCE:  # a slow deletion holds back the listing, so that no batches pile up
                done, running = wait(running, return_when=FIRST_COMPLETED)
                total = sum((deletion.result() for deletion in done), total)
            running.add(workers.submit(_delete, batch))
        return sum((deletion.result() for deletion in running), total)


def _delete(batch: list[StoredObject]) -> Tally:
    return _of_entries(batch) if storage.delete(batch) == len(batch) else Tally()


def _entries(prefix: str) -> Iterator[StoredObject]:
    """All versions and delete markers; all objects, where the store lists no versions."""
    versions = storage.list_versions(prefix)
    first = next(versions, None)
    return storage.list_objects(prefix) if first is None else chain([first], versions)


def _batches(entries: Iterable[StoredObject]) -> Iterator[list[StoredObject]]:
    left = iter(entries)
    while batch := list(islice(left, storage.DELETE_BATCH)):
        yield batch


def _of_entries(entries: Iterable[StoredObject]) -> Tally:
    objects = versions = markers = size_bytes = 0
    for entry in entries:
        if entry.is_delete_marker:
            markers += 1
        elif entry.version_id in (None, "null"):  # written while the bucket had no versions
            objects += 1
        else:
            versions += 1
        size_bytes += entry.size_bytes
    return Tally(objects=objects, versions=versions, delete_markers=markers, bytes=size_bytes)


def _of_multiparts(uploads: Iterable[OpenMultipart]) -> Tally:
    number = size_bytes = 0
    for upload in uploads:
        number += 1
        size_bytes += sum(part.size_bytes for part in storage.list_parts(upload))
    return Tally(multipart_uploads=number, bytes=size_bytes)
