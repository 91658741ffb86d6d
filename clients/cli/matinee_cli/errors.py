"""How a command can end. The numbers are stable: scripts act on them."""

from enum import IntEnum


class ExitCode(IntEnum):
    """Exit status of the program."""

    OK = 0
    REFUSED = 1
    USAGE = 2
    NOT_SIGNED_IN = 3
    UNREACHABLE = 4
    VIDEO_FAILED = 5
    FAULT = 70
    INTERRUPTED = 130


class CliError(Exception):
    """An end that is not a good one: a sentence for people and, where the server gave one, its stable code.

    The sentence is printed as it is, so it never holds a token, a password or an upload's address.
    """

    exit_code = ExitCode.FAULT

    def __init__(self, sentence: str, code: str | None = None) -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.code = code


class Refused(CliError):  # noqa: N818 - an answer, not a fault
    """The server understood and said no; ``status`` is that of HTTP."""

    exit_code = ExitCode.REFUSED

    def __init__(self, sentence: str, code: str, status: int) -> None:
        super().__init__(sentence, code)
        self.status = status


class Misuse(CliError):  # noqa: N818 - it is the user's, not an error of the program
    """The command line asks for something that cannot be, or for a file that cannot be read."""

    exit_code = ExitCode.USAGE


class NotSignedIn(CliError):  # noqa: N818 - a state
    """There is no token, or the server does not know it (any more)."""

    exit_code = ExitCode.NOT_SIGNED_IN


class Unreachable(CliError):  # noqa: N818 - a state
    """The server, or a part of it, gives no answer that could be one of Matinee's; later it may."""

    exit_code = ExitCode.UNREACHABLE


class Foreign(Unreachable):
    """Something else than Matinee answers at the server's address; waiting does not help."""


class VideoFailed(CliError):  # noqa: N818 - the domain's word
    """A video that was waited for cannot be shown."""

    exit_code = ExitCode.VIDEO_FAILED


# tusd: 409, the server's offset is not what we thought; 423, it still holds the connection that broke.
TRANSIENT = ("http_409", "http_423", "http_429", "http_500", "internal")


def is_transient(error: BaseException) -> bool:
    """Whether the same request may go well a little later."""
    return (isinstance(error, Unreachable) and not isinstance(error, Foreign)) or (
        isinstance(error, Refused) and error.code in TRANSIENT
    )
