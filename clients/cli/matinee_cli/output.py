"""Results go to stdout, plain and unwrapped; everything about the way there goes to stderr."""

import json
import os
import sys
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any, NoReturn

from pydantic import BaseModel
from rich.console import Console
from rich.progress import (
    BarColumn,
    DownloadColumn,
    Progress,
    TaskProgressColumn,
    TextColumn,
    TimeRemainingColumn,
    TransferSpeedColumn,
)

BROKEN_PIPE = 141  # what a shell gives for a program that SIGPIPE ended


def one_line(text: str) -> str:
    """Text from elsewhere without line breaks, and without characters that a terminal would obey."""
    return "".join(c for c in " ".join(text.split()) if unicodedata.category(c) not in ("Cc", "Cf", "Cs"))


def result(text: str) -> None:
    """Print a line of the result."""
    try:
        print(text, flush=True)
    except BrokenPipeError:
        _end_quietly()


def result_json(value: BaseModel | Sequence[BaseModel] | dict[str, Any]) -> None:
    """Print the result as one line of JSON, in ASCII, which every terminal and pipe takes."""
    result(json.dumps(value, default=_plain))


def result_table(rows: Iterable[Sequence[str]]) -> None:
    """Print rows whose columns stand below each other; nothing is cut or wrapped, so that lines can be cut by programs."""
    cleaned = [[one_line(cell) or "-" for cell in row] for row in rows]
    widths = [max(map(len, column)) for column in zip(*cleaned, strict=True)]
    for row in cleaned:
        result("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())


def say(text: str) -> None:
    """Tell people something on stderr."""
    print(one_line(text), file=sys.stderr, flush=True)


def size(count: int) -> str:
    """Bytes for people, in powers of 1000."""
    if count < 1000:
        return f"{count} B"
    amount = float(count)
    for unit in ("kB", "MB", "GB"):
        amount /= 1000
        if amount < 999.95:
            return f"{amount:.1f} {unit}"
    return f"{amount / 1000:.1f} TB"


def sending_progress() -> Progress:
    """Bars for bytes on their way; only where stderr is a terminal."""
    return _progress(DownloadColumn(), TransferSpeedColumn(), TimeRemainingColumn())


def preparing_progress() -> Progress:
    """Bars for videos being prepared; only where stderr is a terminal."""
    return _progress(TaskProgressColumn())


def _progress(*columns: Any) -> Progress:
    console = Console(stderr=True)
    name = TextColumn("{task.description}", markup=False)
    return Progress(name, BarColumn(), *columns, console=console, disable=not console.is_terminal)


def _plain(value: object) -> object:
    if isinstance(value, BaseModel):
        return value.model_dump(mode="json")
    raise TypeError(type(value).__name__)


def _end_quietly() -> NoReturn:
    """Whoever read us has enough; what is still buffered goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    raise SystemExit(BROKEN_PIPE)
