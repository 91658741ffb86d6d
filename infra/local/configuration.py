"""What the one-machine stack is told by the environment, read once at start."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The edge's port is MATINEE_PORT; the others follow it unless MATINEE_<NAME>_PORT says otherwise.
PORT_OFFSETS = {"postgres": 1, "localstack": 2, "tusd": 3, "api": 4, "hooks": 5}

# What nobody but the user can know when nothing is provisioned here (MATINEE_AWS=1).
NAMED_ON_AWS = (
    "MATINEE_BUCKET",
    "MATINEE_EVENT_BUS",
    "MATINEE_EXPRESS_QUEUE_URL",
    "MATINEE_BULK_QUEUE_URL",
    "MATINEE_DEAD_LETTER_QUEUE_URL",
    "MATINEE_ON_UPLOAD_QUEUE_URL",
    "MATINEE_CLEANUP_QUEUE_URL",
    "MATINEE_HOOK_SECRET_ID",
    "MATINEE_SIGNING_KEY_SECRET_ID",
    "MATINEE_SIGNING_KEY_ID",
    "AWS_REGION",
)


class ConfigurationError(Exception):
    """The environment asks for something that cannot be; the message is for the person who typed it."""


@dataclass(frozen=True)
class Configuration:
    """Where the stack listens, where it keeps its files, and what it brings itself."""

    host: str
    port: int
    ports: Mapping[str, int]
    state: Path
    workers: int
    public_url: str
    own_database: bool
    own_aws: bool
    provisions: bool
    environment: Mapping[str, str]

    @property
    def needed_ports(self) -> dict[str, tuple[str, int]]:
        """Variable name → (address, port) of everything that will listen."""
        brought = {name: port for name, port in self.ports.items() if not self._is_foreign(name)}
        return {
            "MATINEE_PORT": (self.host, self.port),
            **{f"MATINEE_{name.upper()}_PORT": ("127.0.0.1", port) for name, port in brought.items()},
        }

    def _is_foreign(self, part: str) -> bool:
        return (part == "postgres" and self.own_database) or (part == "localstack" and self.own_aws)


def read_configuration(environment: Mapping[str, str] = os.environ) -> Configuration:
    """The configuration that the environment describes; raises ``ConfigurationError`` with a sentence."""
    port = _port(environment, "MATINEE_PORT", 8080)
    ports = {name: _port(environment, f"MATINEE_{name.upper()}_PORT", port + offset) for name, offset in PORT_OFFSETS.items()}
    if len({port, *ports.values()}) <= len(ports):
        raise ConfigurationError("Two parts would listen on the same port: give every MATINEE_…_PORT another number.")
    on_aws = environment.get("MATINEE_AWS") == "1"
    missing = [name for name in NAMED_ON_AWS if not environment.get(name)] if on_aws else []
    if missing:
        raise ConfigurationError(f"With MATINEE_AWS=1 nothing is provisioned here; please also set {', '.join(missing)}.")
    if environment.get("AWS_ENDPOINT_URL_S3") and not environment.get("MATINEE_BUCKET"):
        raise ConfigurationError("With an S3 endpoint of your own (AWS_ENDPOINT_URL_S3), please also set MATINEE_BUCKET.")
    host = environment.get("MATINEE_HOST", "127.0.0.1")
    return Configuration(
        host=host,
        port=port,
        ports=ports,
        state=Path(environment.get("MATINEE_STATE_DIR") or ROOT / ".matinee" / "run").absolute(),
        workers=_number(environment, "MATINEE_WORKERS", 1, 0, 64),
        public_url=environment.get("MATINEE_PUBLIC_URL", f"http://localhost:{port}").rstrip("/"),
        own_database=bool(environment.get("MATINEE_DATABASE_URL") or environment.get("MATINEE_DATABASE_SECRET")),
        own_aws=on_aws or bool(environment.get("AWS_ENDPOINT_URL")),
        provisions=not on_aws,
        environment=dict(environment),
    )


def _port(environment: Mapping[str, str], name: str, default: int) -> int:
    return _number(environment, name, default, 1, 65535)


def _number(environment: Mapping[str, str], name: str, default: int, lowest: int, highest: int) -> int:
    text = environment.get(name) or str(default)
    if not text.isdecimal() or not lowest <= int(text) <= highest:
        raise ConfigurationError(f"{name} must be a whole number from {lowest} to {highest}, not {text!r}.")
    return int(text)
