"""Hosts who work with the command line, in front of the real stack."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from infra.local.configuration import ROOT
from tests.e2e.people import PASSWORD, Person
from tests.stack import Stack

PATIENCE_SECONDS = 120
# But for resources: aiohttp dislikes pieces of the size that aiotus hands it (they are sent slice by slice), and what is
# open when a command is interrupted is closed by its end.
WARNINGS = ("-W", "error", "-W", "ignore::ResourceWarning")


@dataclass(frozen=True)
class Ended:
    """How a command ended."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        """The one document on stdout."""
        assert self.status == 0, self
        assert self.out.count("\n") == 1, self
        return json.loads(self.out)


@dataclass
class Host:
    """An account, and a home of its own for the command line."""

    person: Person
    server: str
    home: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def state(self) -> Path:
        """Where unfinished uploads are kept."""
        return self.home / "state" / "matinee" / "uploads"

    def start(self, *arguments: str, **popen: Any) -> subprocess.Popen[str]:
        """Start a command; its streams are pipes unless said otherwise."""
        kept = {name: value for name, value in os.environ.items() if not name.startswith("MATINEE_")}
        environment = {
            **kept,
            "PYTHONPATH": str(ROOT / "clients" / "cli"),
            "XDG_CONFIG_HOME": str(self.home / "config"),
            "XDG_STATE_HOME": str(self.home / "state"),
            "MATINEE_SERVER": self.server,
            **self.more,
        }
        streams = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **popen}
        command = [sys.executable, *WARNINGS, "-m", "matinee_cli", *arguments]
        return subprocess.Popen(command, env=environment, text=True, cwd=self.home, **streams)

    def run(self, *arguments: str, stdin: str = "") -> Ended:
        """Run a command to its end; whatever that is, it is no traceback, and shows no password and no token."""
        with self.start(*arguments) as process:
            out, err = process.communicate(stdin, timeout=PATIENCE_SECONDS)
        assert "Traceback" not in err
        assert "Warning" not in err
        assert PASSWORD not in out + err
        token = self.token()
        assert token is None or token not in out + err
        return Ended(process.returncode, out, err)

    def token(self) -> str | None:
        """The token that is kept."""
        file = self.home / "config" / "matinee" / "credentials.json"
        return str(json.loads(file.read_text())["token"]) if file.exists() else None

    def login(self) -> "Host":
        """Sign in to the server."""
        ended = self.run("login", "--email", self.person.email, stdin=PASSWORD + "\n")
        assert ended.status == 0, ended
        return self


@pytest.fixture
def stranger(stack: Stack, tmp_path: Path) -> Iterator[Host]:
    """Somebody with an account who is not signed in at the command line."""
    with Person(stack.url) as person:
        yield Host(person.sign_up(), stack.url, tmp_path)


@pytest.fixture
def host(stranger: Host) -> Host:
    """Somebody who is."""
    return stranger.login()


@pytest.fixture(scope="session")
def films_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the generated films are."""
    return tmp_path_factory.mktemp("films")
