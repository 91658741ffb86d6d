"""Fetch what a check asks for: whole files, ranges, or the two ends of a segment; what cannot be read is noted."""

from collections.abc import Callable

from functions.transcode.conformance.playlist import Entry
from functions.transcode.conformance.report import Report
from functions.transcode.conformance.segment import Parts
from functions.transcode.conformance.transport import PACKET

HEAD_BYTES = 256 * PACKET  # parameter sets, the first pictures
TAIL_BYTES = 1024 * PACKET  # the last pictures: of a keyframe's size each, at worst

Read = Callable[[str], bytes]
ReadRange = Callable[[str, int, int], tuple[bytes, int]]  # path, first byte, count: the bytes and the size of all of it


class Reading:
    """Reads a stream through its caller's functions, and counts the bytes of media."""

    def __init__(self, read: Read, read_range: ReadRange | None, report: Report) -> None:
        self._read_file = read
        self._read_file_range = read_range
        self._report = report
        self._last_file: tuple[str, bytes] = ("", b"")

    def file(self, path: str) -> bytes:
        """A whole file; empty (and a finding) where it cannot be read, or is empty."""
        try:
            data = self._read_file(path)
        except (OSError, KeyError) as error:
            self._report.add("readable", path, error)
            return b""
        if not data:
            self._report.add("readable", path, "empty")
        return data

    def segment(self, entry: Entry) -> bytes:
        """The bytes of a segment, of its range where it has one; empty (and a finding) where they cannot be read."""
        if entry.byte_range is None:
            data = self.file(entry.path)
        elif self._read_file_range is not None:
            data, _ = self._range(entry.path, *entry.byte_range)
        else:
            first, count = entry.byte_range
            if self._last_file[0] != entry.path:
                self._last_file = (entry.path, self.file(entry.path))
            data = self._last_file[1][first : first + count]
        self._report.media_bytes += len(data)
        return data

    def ends(self, entry: Entry) -> Parts | None:
        """The first and the last packets of a segment, as one piece where they meet; None where they cannot be read."""
        if self._read_file_range is None or entry.byte_range:
            data = self.segment(entry)
            return _ends(data) if data else None
        head, size = self._range(entry.path, 0, HEAD_BYTES)
        start = max(len(head), size - TAIL_BYTES)
        tail, _ = self._range(entry.path, start, size - start) if start < size else (b"", size)
        self._report.media_bytes += len(head) + len(tail)
        if not head:
            return None
        return Parts(size, head + tail) if start == len(head) else Parts(size, head, tail)

    def _range(self, path: str, first: int, count: int) -> tuple[bytes, int]:
        if self._read_file_range is None:
            return b"", 0
        try:
            data, size = self._read_file_range(path, first, count)
        except (OSError, KeyError) as error:
            self._report.add("readable", path, error)
            return b"", 0
        if not data:
            self._report.add("readable", path, f"no bytes from {first} on")
        return data, size


def _ends(data: bytes) -> Parts:
    if len(data) <= HEAD_BYTES + TAIL_BYTES:
        return Parts(len(data), data)
    return Parts(len(data), data[:HEAD_BYTES], data[-TAIL_BYTES:])
