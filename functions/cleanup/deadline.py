"""How much time a run has left."""

import time


class OutOfTimeError(Exception):
    """The run has to stop; what it did is kept, and the next run goes on from there."""


class Deadline:
    """The moment at which a run has to have stopped, ``seconds`` from now."""

    def __init__(self, seconds: float) -> None:
        self._at = time.monotonic() + seconds

    @property
    def seconds_left(self) -> float:
        """Seconds until then; negative when it has passed."""
        return self._at - time.monotonic()

    def check(self) -> None:
        """Raise ``OutOfTimeError`` when it has passed."""
        if self.seconds_left <= 0:
            raise OutOfTimeError

    def at_most(self, seconds: float) -> "Deadline":
        """This deadline, or ``seconds`` from now if that is sooner."""
        return Deadline(min(self.seconds_left, seconds))
