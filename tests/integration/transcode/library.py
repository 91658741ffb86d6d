"""Films that one worker is given together, and what became of each."""

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from functions.transcode.mpegts import TIMELINE_OFFSET_S
from matinee.db import videos
from tests.integration.transcode.films.making import File
from tests.integration.transcode.scene import Heard, Seen, hear, see
from tests.integration.transcode.world import Upload, eventually


class Outcome:
    """A film once nothing more will happen to it."""

    def __init__(self, upload: Upload) -> None:
        self.upload = upload
        upload.wait("ready", "failed", seconds=240)
        eventually(lambda: all(task["status"] not in ("pending", "leased") for task in upload.tasks()), seconds=240)
        if upload.video.status == "failed":
            eventually(lambda: not upload.keys())
        self.video: videos.Video = upload.video

    @property
    def verdict(self) -> tuple[str, str | None]:
        """Its status, and the code of its failure."""
        return self.video.status, self.video.error_code

    def names(self, kind: str) -> list[str]:
        """Its renditions of one kind, the largest or first in front."""
        return [r.name for r in self.upload.renditions().values() if r.kind == kind]

    def see(self) -> Seen:
        """The largest picture."""
        return see(b"".join(self.upload.segments(self.names("video")[0])), TIMELINE_OFFSET_S)

    def hear(self, number: int = 0) -> Heard:
        """A track of sound."""
        return hear(b"".join(self.upload.segments(self.names("audio")[number])), TIMELINE_OFFSET_S)


class Library:
    """All films, uploaded at once."""

    def __init__(self, folder: Path, films: Sequence[File]) -> None:
        self.folder = folder
        unique = list({film.name: film for film in films}.values())
        with ThreadPoolExecutor(2) as makers:
            made = dict(zip((film.name for film in unique), makers.map(self._add, unique), strict=True))
        self._uploads = made
        self._outcomes: dict[str, Outcome] = {}

    def _add(self, film: File) -> Upload:
        own = self.folder / f"{film.name}.parts"
        own.mkdir()
        return Upload.of(film.make(own)).tell()

    def outcome(self, film: File) -> Outcome:
        """What became of a film."""
        if film.name not in self._outcomes:
            self._outcomes[film.name] = Outcome(self._uploads[film.name])
        return self._outcomes[film.name]
