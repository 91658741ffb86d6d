"""The program: its commands, and how each of them ends."""

import io
import sys
from collections.abc import Sequence
from typing import Annotated, NoReturn

import typer
from typer.exceptions import TyperException

from matinee_cli import __version__
from matinee_cli.commands import sessions, signing_in, upload
from matinee_cli.errors import CliError, ExitCode
from matinee_cli.output import say

app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 120},
    epilog="Results go to standard output, all else to standard error. Exit status: 0 done, 1 refused by the server, "
    "2 wrong usage, 3 not signed in, 4 server not reachable, 5 a video failed, 70 a fault of the program, 130 interrupted.",
)
for command in (
    signing_in.login,
    signing_in.logout,
    upload.upload,
    sessions.sessions,
    sessions.status,
    sessions.invite,
    sessions.end,
    sessions.receipt,
):
    app.command()(command)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"matinee {__version__}")
        raise typer.Exit


@app.callback()
def matinee(
    version: Annotated[
        bool, typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and end.")
    ] = False,
) -> None:
    """Upload videos to private sessions, hand out watch links, end sessions and get receipts."""


def run(arguments: Sequence[str]) -> int:
    """Run a command line; gives the exit status. Whatever goes wrong is one line on stderr."""
    try:
        status = ExitCode(app(list(arguments), prog_name="matinee", standalone_mode=False) or ExitCode.OK)
    except Exception as error:  # noqa: BLE001 - a traceback could show what must not be shown
        sentence, status = _reason(error)
        say(f"matinee: {sentence}")
        return status
    if status == ExitCode.INTERRUPTED:
        say("matinee: Interrupted.")
    return status


def _reason(error: Exception) -> tuple[str, ExitCode]:
    match error:
        case CliError():
            return error.sentence + (f" [{error.code}]" if error.code else ""), error.exit_code
        case TyperException():
            return error.format_message(), ExitCode.USAGE
        case typer.Abort():
            return "Nothing was done.", ExitCode.INTERRUPTED
        case OSError():  # the network's are CliErrors by now: this is this machine's disk
            return f"{error.filename or 'this machine'}: {error.strerror or error}.", ExitCode.USAGE
        case _:
            return f"This is a fault in the program itself: {type(error).__name__}.", ExitCode.FAULT


def main() -> NoReturn:
    """The entry point."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a title with an emoji must not break an ASCII terminal
    sys.exit(run(sys.argv[1:]))
