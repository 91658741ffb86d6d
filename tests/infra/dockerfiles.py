"""The Dockerfiles as data."""

import re
from pathlib import Path


def instructions(dockerfile: Path) -> list[tuple[str, str]]:
    """(instruction, arguments), continued lines joined."""
    lines = re.sub(r"\\\n\s*", " ", dockerfile.read_text()).splitlines()
    pairs = (line.split(maxsplit=1) for line in lines if line and not line.startswith("#"))
    return [(first, rest) for first, rest in pairs]


def last_stage(dockerfile: Path) -> list[tuple[str, str]]:
    """The instructions of the stage that becomes the image."""
    every = instructions(dockerfile)
    start = max(n for n, (instruction, _) in enumerate(every) if instruction == "FROM")
    return every[start:]


def copied(dockerfile: Path, stage: list[tuple[str, str]] | None = None) -> list[str]:
    """Sources that are copied from the project, in one stage or in all."""
    words = [rest.split() for instruction, rest in stage or instructions(dockerfile) if instruction == "COPY"]
    return [source for argv in words if "--from=build" not in argv for source in argv[:-1] if not source.startswith("--")]
