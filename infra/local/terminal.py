"""One terminal for the lines of many parts: each line starts with the name of the part that wrote it."""

import contextlib
import os
import sys
from itertools import cycle
from typing import TextIO

_COLOURS = (36, 33, 32, 35, 34, 96, 93, 92, 95, 94)  # ANSI foregrounds that read well on dark and light
_NAME_WIDTH = 11


class Terminal:
    """Writes whole lines, coloured by part where the output is a terminal and NO_COLOR is not set."""

    def __init__(self, output: TextIO | None = None) -> None:
        self._output = output or sys.stdout
        self._coloured = self._output.isatty() and "NO_COLOR" not in os.environ
        self._next_colour = cycle(_COLOURS)
        self._colours: dict[str, int] = {}

    def part(self, name: str, text: str) -> None:
        """A line of the part called ``name``."""
        prefix = f"{name:<{_NAME_WIDTH}} |"
        if self._coloured:
            colour = self._colours.setdefault(name, next(self._next_colour))
            prefix = f"\x1b[{colour}m{prefix}\x1b[0m"
        self.say(f"{prefix} {text}")

    def say(self, text: str) -> None:
        """A line of the stack itself. Output that nobody reads any more is no reason to stop."""
        with contextlib.suppress(BrokenPipeError):
            self._output.write(text + "\n")
            self._output.flush()
