"""Uploads that have begun, kept on disk so that the same command goes on where it was stopped, even by kill -9.

One small file per upload, readable by its owner alone: an upload's address is all that is needed to write to it.
"""

import time
from dataclasses import dataclass
from pathlib import Path
from uuid import UUID

from platformdirs import user_state_path
from pydantic import BaseModel, ValidationError

from matinee_cli.account import write_privately
from matinee_cli.files import LocalFile

FORGOTTEN_AFTER_SECONDS = 7 * 24 * 3600  # the server gives an upload up long before


class Unfinished(BaseModel):
    """An upload: which file, where to, and its address, a path on the server's origin."""

    server: str
    path: str
    size: int
    modified_ns: int
    session: UUID
    title: str
    video: UUID
    address: str

    def is_of(self, server: str, file: LocalFile) -> bool:
        """Whether it is the upload of exactly this file, unchanged, to that server."""
        said = (self.server, self.path, self.size, self.modified_ns)
        return said == (server, str(file.path), file.size, file.modified_ns)


@dataclass(frozen=True)
class UnfinishedUploads:
    """The folder of them."""

    folder: Path

    @classmethod
    def of_this_user(cls) -> "UnfinishedUploads":
        """Below ``$XDG_STATE_HOME/matinee``, or the platform's folder for state."""
        return cls(user_state_path("matinee", appauthor=False) / "uploads")

    def of(self, server: str, file: LocalFile) -> list[Unfinished]:
        """The uploads of a file to a server, in no order."""
        return [upload for upload in self._all() if upload.is_of(server, file)]

    def keep(self, upload: Unfinished) -> None:
        """Remember it over the end of this process."""
        write_privately(self._path(upload), upload.model_dump(mode="json"))

    def forget(self, upload: Unfinished) -> None:
        """It is whole, or the server does not know it any more."""
        self._path(upload).unlink(missing_ok=True)

    def _path(self, upload: Unfinished) -> Path:
        return self.folder / f"{upload.video}.json"

    def _all(self) -> list[Unfinished]:
        found = []
        for path in self.folder.glob("*.json"):
            try:
                if time.time() - path.stat().st_mtime > FORGOTTEN_AFTER_SECONDS:
                    path.unlink(missing_ok=True)
                else:
                    found.append(Unfinished.model_validate_json(path.read_bytes()))
            except (FileNotFoundError, ValidationError):
                continue  # another process has just finished it, or it is none of ours
        return found
