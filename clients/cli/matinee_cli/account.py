"""Which server, and who is asking: what `matinee login` keeps in a file, and what the environment says instead."""

import json
import os
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from platformdirs import user_config_path
from pydantic import BaseModel, ValidationError
from yarl import URL

from matinee_cli.errors import Misuse, NotSignedIn

DEFAULT_SERVER = "http://localhost:8080"


@dataclass(frozen=True)
class Account:
    """A server's origin, and the token that it gave, which no ``repr`` shows."""

    server: str
    token: str = field(repr=False)


class Kept(BaseModel):
    """The file's content."""

    server: str
    email: str
    token: str


def credentials_file() -> Path:
    """Where the token lies: ``$XDG_CONFIG_HOME/matinee/credentials.json``, or the platform's folder for configuration."""
    return user_config_path("matinee", appauthor=False) / "credentials.json"


def origin(address: str) -> str:
    """Scheme, host and port of an address. Raises ``Misuse`` for what is no http or https address, or holds a password."""
    try:
        url = URL(address.strip())
        if url.scheme not in ("http", "https") or not url.host or url.user is not None:
            raise ValueError
        return str(url.origin())
    except ValueError:
        raise Misuse(f"{address!r} is no server's address; one looks like https://matinee.example.com.") from None


def chosen_server(environment: Mapping[str, str] = os.environ) -> str:
    """The server that the environment names, or the one signed in to last, or one on this machine."""
    if named := environment.get("MATINEE_SERVER"):
        return origin(named)
    kept = read_kept()
    return kept.server if kept else DEFAULT_SERVER


def signed_in(environment: Mapping[str, str] = os.environ) -> Account:
    """Raises ``NotSignedIn`` without a token for the chosen server. A kept token is never taken to another server."""
    server, kept = chosen_server(environment), read_kept()
    if token := environment.get("MATINEE_TOKEN"):
        return Account(server, token.strip())
    if kept is None:
        raise NotSignedIn("You are not signed in; `matinee login` does that.")
    if kept.server != server:
        raise NotSignedIn(f"You are signed in to {kept.server}, not to {server}; `matinee login` does that.")
    return Account(server, kept.token)


def read_kept() -> Kept | None:
    """What the file holds; None without a file, or with one that cannot be understood."""
    try:
        return Kept.model_validate_json(credentials_file().read_bytes())
    except (FileNotFoundError, ValidationError):
        return None


def keep(kept: Kept) -> None:
    """Write the file anew, for its owner alone."""
    write_privately(credentials_file(), kept.model_dump())


def forget() -> None:
    """Remove the file."""
    credentials_file().unlink(missing_ok=True)


def write_privately(path: Path, content: Mapping[str, object]) -> None:
    """Write a JSON file whole or not at all, with mode 0600 from its first byte on, in a folder of mode 0700."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    handle, unfinished = tempfile.mkstemp(dir=path.parent, prefix=".")  # mkstemp's mode is 0600
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(content, file)
        Path(unfinished).replace(path)
    except BaseException:
        Path(unfinished).unlink(missing_ok=True)
        raise
