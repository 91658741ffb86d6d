"""Which upload a command takes up again."""

import os
import stat
import uuid
from dataclasses import replace
from pathlib import Path

from matinee_cli.files import LocalFile
from matinee_cli.unfinished import FORGOTTEN_AFTER_SECONDS, Unfinished, UnfinishedUploads

SERVER = "http://localhost:8080"
FILE = LocalFile(Path("/films/film.mp4"), 1000, 123_456_789)


def begun(file: LocalFile = FILE, server: str = SERVER) -> Unfinished:
    """An upload of a file."""
    video, session = uuid.uuid4(), uuid.uuid4()
    return Unfinished(
        server=server,
        path=str(file.path),
        size=file.size,
        modified_ns=file.modified_ns,
        session=session,
        title="Film",
        video=video,
        address=f"/files/{session}/{video}+store",
    )


def test_an_upload_is_found_by_another_process_and_forgotten_for_all(tmp_path: Path) -> None:
    upload = begun()
    UnfinishedUploads(tmp_path / "uploads").keep(upload)
    assert UnfinishedUploads(tmp_path / "uploads").of(SERVER, FILE) == [upload]
    UnfinishedUploads(tmp_path / "uploads").forget(upload)
    assert UnfinishedUploads(tmp_path / "uploads").of(SERVER, FILE) == []


def test_only_exactly_the_same_file_to_the_same_server_is_taken_up(tmp_path: Path) -> None:
    uploads = UnfinishedUploads(tmp_path)
    uploads.keep(begun())
    for other in (replace(FILE, size=1001), replace(FILE, modified_ns=1), replace(FILE, path=Path("/films/other.mp4"))):
        assert uploads.of(SERVER, other) == []
    assert uploads.of("http://localhost:8081", FILE) == []


def test_addresses_are_for_their_owner_alone(tmp_path: Path) -> None:
    uploads = UnfinishedUploads(tmp_path / "uploads")
    upload = begun()
    uploads.keep(upload)
    assert stat.S_IMODE((tmp_path / "uploads" / f"{upload.video}.json").stat().st_mode) == 0o600


def test_what_cannot_be_understood_is_passed_over_and_what_is_old_removed(tmp_path: Path) -> None:
    uploads = UnfinishedUploads(tmp_path)
    (tmp_path / "broken.json").write_text("{")
    old = begun()
    uploads.keep(old)
    path = tmp_path / f"{old.video}.json"
    long_ago = path.stat().st_mtime - FORGOTTEN_AFTER_SECONDS - 1
    os.utime(path, (long_ago, long_ago))
    assert uploads.of(SERVER, FILE) == []
    assert not path.exists()
