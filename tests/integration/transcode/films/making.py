"""How the films are made: the scene of ``scene`` through options of ffmpeg's, and changes to the bytes that it has written."""

import shlex
import subprocess
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from functions.transcode.ffmpeg import binary
from tests.integration.transcode.films.options import USUAL
from tests.integration.transcode.scene import FLASH_S, SECONDS, UPRIGHT, picture, sound

Maker = Callable[[Path], object]
Change = Callable[[bytes], bytes]


@dataclass(frozen=True)
class File:
    """A file by its name, which also says its wrapping, and what writes it to a path."""

    name: str
    write: Maker

    def make(self, folder: Path) -> Path:
        """Write it into ``folder``."""
        self.write(folder / self.name)
        return folder / self.name


@dataclass(frozen=True)
class Film(File):
    """A file, and what the engine is to make of it.

    ``size`` is that of the largest rendition; None for sound alone, where nothing else about pictures counts.
    """

    size: tuple[int, int] | None = (320, 180)
    frames: int = 50
    frame_s: float = 1 / 25
    sounds: int = 1
    captions: int = 0
    corners: tuple[str, ...] | None = UPRIGHT
    flash_s: float | None = FLASH_S
    tone_s: float | None = FLASH_S
    seconds: float = SECONDS
    sound_s: float | None = None  # the end of the sound, where it is not the end of all
    warnings: AbstractSet[str] = frozenset()


@dataclass(frozen=True)
class Refused(File):
    """A file that cannot be shown, and why."""

    code: str


def encoded(options: str, *inputs: Sequence[str]) -> Maker:
    """Pictures and sounds through these options: the scene, with sound, unless others are given."""
    return lambda path: _ffmpeg(_inputs(*inputs), options, str(path))


def piped(options: str) -> Maker:
    """The scene, written into a pipe, as recorders that cannot go back do: no durations, no index."""

    def write(path: Path) -> None:
        with path.open("wb") as file:
            _ffmpeg(_inputs(), options, "-", file)

    return write


def again(source: File, options: str = "", before: str = "") -> Maker:
    """The streams of another file, unchanged, in a new wrapping; ``before`` are options for reading it."""
    return lambda path: _ffmpeg([*shlex.split(before), "-i", str(source.make(path.parent))], f"-c copy {options}", str(path))


def patched(source: Maker, change: Change) -> Maker:
    """A file with other bytes."""

    def write(path: Path) -> None:
        source(path)
        path.write_bytes(change(path.read_bytes()))

    return write


def replaced(source: Maker, what: bytes, by: bytes) -> Maker:
    """A file in which some bytes are others wherever they occur."""
    return patched(source, lambda data: data.replace(what, by))


def joined(*parts: Maker) -> Maker:
    """Files one behind the other, as recorders that were stopped and started again leave them."""

    def write(path: Path) -> None:
        whole = b""
        for part in parts:
            part(path)
            whole += path.read_bytes()
        path.write_bytes(whole)

    return write


def lasting(seconds: float) -> tuple[Sequence[str], Sequence[str]]:
    """Inputs of the scene, with sound, made longer."""
    return picture(seconds=seconds), sound(seconds=seconds)


def late(seconds: float, of: Sequence[str]) -> Sequence[str]:
    """An input that begins later."""
    return ["-itsoffset", str(seconds), *of]


PLAIN = File("plain.mp4", encoded(USUAL))


def _inputs(*inputs: Sequence[str]) -> list[str]:
    return [argument for one in inputs or (picture(), sound()) for argument in one]


def _ffmpeg(inputs: Sequence[str], options: str, to: str, stdout: BinaryIO | None = None) -> None:
    command = [binary(), "-v", "error", "-y", *inputs, *shlex.split(options), to]
    subprocess.run(command, check=True, timeout=60, stdin=subprocess.DEVNULL, stdout=stdout)
