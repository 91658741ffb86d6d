"""Files on this machine that are to be uploaded."""

import mimetypes
import os
import stat
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from matinee_cli.errors import Misuse


@dataclass(frozen=True)
class LocalFile:
    """A file as it was when the command began; size in bytes, time of the last change in nanoseconds."""

    path: Path
    size: int
    modified_ns: int

    @classmethod
    def at(cls, path: Path) -> "LocalFile":
        """Raises ``Misuse`` for what cannot be read, is no regular file, or is empty."""
        try:
            found = path.stat()
            resolved = path.resolve()
        except OSError as error:
            raise Misuse(f"{path}: {(error.strerror or 'cannot be read').lower()}.") from None
        if not stat.S_ISREG(found.st_mode):
            raise Misuse(f"{path} is not a file.")
        if not os.access(path, os.R_OK):
            raise Misuse(f"{path}: permission denied.")
        if found.st_size == 0:
            raise Misuse(f"{path} is empty.")
        return cls(resolved, found.st_size, found.st_mtime_ns)

    @property
    def name(self) -> str:
        """The file's name; bytes that are no text are replaced."""
        return os.fsencode(self.path.name).decode(errors="replace")

    @property
    def media_type(self) -> str:
        """What its name says that it is; empty when it says nothing. The server looks at the bytes."""
        return mimetypes.guess_type(self.path.name)[0] or ""

    def open(self) -> BinaryIO:
        """Raises ``Misuse`` when it is not the same file any more, for an upload must not be made of two."""
        try:
            stream = self.path.open("rb")
        except OSError as error:
            raise Misuse(f"{self.path}: {(error.strerror or 'cannot be read').lower()}.") from None
        found = os.fstat(stream.fileno())
        if (found.st_size, found.st_mtime_ns) != (self.size, self.modified_ns):
            stream.close()
            raise Misuse(f"{self.path} was changed while it was being uploaded; start again when it is finished.")
        return stream

    def check(self) -> None:
        """Raises ``Misuse`` when it is not the same file any more."""
        self.open().close()


def local_files(paths: Sequence[Path]) -> list[LocalFile]:
    """All of them, before anything is told to a server. Raises ``Misuse`` for the first that cannot be, or is named twice."""
    files = [LocalFile.at(path) for path in paths]
    for position, file in enumerate(files):
        if file.path in [other.path for other in files[:position]]:
            raise Misuse(f"{file.path} is named twice.")
    return files
