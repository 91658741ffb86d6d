"""Command lines that cannot be: one line, exit status 2, and no server is asked for anything."""

import os
import uuid
from pathlib import Path

import pytest

from matinee_cli import files
from matinee_cli.errors import ExitCode, Misuse
from matinee_cli.main import run

SESSION = str(uuid.uuid4())


@pytest.fixture
def film(tmp_path: Path) -> Path:
    path = tmp_path / "film.mp4"
    path.write_bytes(b"film")
    return path


def complaint(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    """The one line that is printed for a wrong command line."""
    assert run(arguments) == ExitCode.USAGE
    printed = capsys.readouterr()
    assert printed.out == ""
    assert printed.err.startswith("matinee: ")
    assert printed.err.count("\n") == 1
    return printed.err


@pytest.mark.parametrize(
    "arguments",
    [
        ("films",),
        ("upload",),
        ("status", "not-an-id"),
        ("sessions", "--limit", "0"),
        ("sessions", "--no-such-option"),
        ("login", "--server", "example.com"),
        ("receipt",),
    ],
)
def test_wrong_usage_is_one_line(arguments: tuple[str, ...], capsys: pytest.CaptureFixture[str]) -> None:
    complaint(capsys, *arguments)


def test_options_that_contradict_each_other_are_refused(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "--session" in complaint(capsys, "upload", str(film), "--session", SESSION, "--title", "New")
    assert "--session" in complaint(capsys, "upload", str(film), "--session", SESSION, "--ends", "2h")
    assert "--no-wait" in complaint(capsys, "upload", str(film), "--wait", "ready", "--no-wait")
    assert "soon" in complaint(capsys, "upload", str(film), "--ends", "soon")


def test_files_are_looked_at_before_anything_else(film: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    empty = tmp_path / "empty.mp4"
    empty.touch()
    pipe = tmp_path / "pipe.mp4"
    os.mkfifo(pipe)
    link = tmp_path / "link.mp4"
    link.symlink_to(film)
    assert "no such file" in complaint(capsys, "upload", str(film), str(tmp_path / "none.mp4"))
    assert "is empty" in complaint(capsys, "upload", str(film), str(empty))
    assert "is not a file" in complaint(capsys, "upload", str(tmp_path))
    assert "is not a file" in complaint(capsys, "upload", str(pipe))
    assert "named twice" in complaint(capsys, "upload", str(film), str(link))


def test_who_is_not_signed_in_is_told_so(film: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments in (("sessions",), ("upload", str(film)), ("end", SESSION, "--yes"), ("logout",)):
        assert run(arguments) == ExitCode.NOT_SIGNED_IN
        assert "matinee login" in capsys.readouterr().err


def test_a_file_that_changes_is_noticed(film: Path) -> None:
    chosen = files.LocalFile.at(film)
    chosen.check()
    film.write_bytes(b"filmed again")
    with pytest.raises(Misuse, match="changed"):
        chosen.check()
    film.unlink()
    with pytest.raises(Misuse, match="no such file"):
        chosen.check()


def test_a_name_that_is_no_text_can_be_uploaded_all_the_same(tmp_path: Path) -> None:
    path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/film\xff.mp4"))
    path.write_bytes(b"film")
    chosen = files.LocalFile.at(path)
    assert chosen.name == "film\ufffd.mp4"
    assert chosen.media_type == "video/mp4"
