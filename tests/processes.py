"""Which processes a process has below it."""

from pathlib import Path


def children(pid: int) -> list[int]:
    """The processes that a process has started and not yet waited for, at this moment."""
    found: list[int] = []
    for listing in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found += [int(child) for child in listing.read_text().split()]
        except OSError:  # the thread has ended meanwhile
            continue
    return found


def descendants(root: int) -> list[int]:
    """Everything below a process, at this moment."""
    found = children(root)
    for pid in found:
        found += children(pid)
    return found
