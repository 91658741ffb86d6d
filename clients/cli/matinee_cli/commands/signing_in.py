"""`matinee login` and `matinee logout`."""

import asyncio
import os
import sys
from typing import Annotated

import typer
from yarl import URL

from matinee_cli import account
from matinee_cli.account import Account, Kept
from matinee_cli.api import connect
from matinee_cli.commands.options import Json
from matinee_cli.errors import Misuse, NotSignedIn, Unreachable
from matinee_cli.models import Login
from matinee_cli.output import result, result_json, say

OWN_MACHINE = ("localhost", "127.0.0.1", "::1")


def login(
    server: Annotated[
        str | None,
        typer.Option(envvar="MATINEE_SERVER", help="The server's address. [default: the last one]", show_default=False),
    ] = None,
    email: Annotated[str | None, typer.Option(help="The account's e-mail address; asked for when it is not given.")] = None,
    as_json: Json = False,
) -> None:
    """Sign in, and keep the token in a file that only you can read.

    The password is asked for. Where there is no terminal, it is MATINEE_PASSWORD, or one line from standard input.
    """
    chosen = account.origin(server) if server else account.chosen_server()
    if URL(chosen).scheme == "http" and URL(chosen).host not in OWN_MACHINE:
        say(f"matinee: {chosen} is not encrypted: everybody on the way can read your password.")
    address = email or _ask("E-mail address")
    answer = asyncio.run(_login(chosen, address, _password()))
    account.keep(Kept(server=chosen, email=answer.user.email, token=answer.token))
    if as_json:
        result_json({"server": chosen, "user": answer.user})
    else:
        result(f"Signed in to {chosen} as {answer.user.email}.")


def logout(as_json: Json = False) -> None:
    """Make the token void, and remove it from this machine."""
    present = account.signed_in()
    is_kept = not os.environ.get("MATINEE_TOKEN")
    try:
        asyncio.run(_logout(present))
    except NotSignedIn:
        pass  # it was void already
    except Unreachable as error:
        if is_kept:
            account.forget()
            raise Unreachable(
                f"{error.sentence} The token is removed here, but stays valid there until it expires.", error.code
            ) from None
        raise
    if is_kept:
        account.forget()
    if as_json:
        result_json({"server": present.server})
    else:
        result(f"Signed out of {present.server}.")


async def _login(server: str, email: str, password: str) -> Login:
    async with connect(server) as api:
        return await api.login(email, password)


async def _logout(present: Account) -> None:
    async with connect(present.server, present.token) as api:
        await api.logout()


def _password() -> str:
    if given := os.environ.get("MATINEE_PASSWORD"):
        return given
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, err=True))
    if line := sys.stdin.readline().rstrip("\r\n"):
        return line
    raise Misuse("There is no password: set MATINEE_PASSWORD, or give it as one line on standard input.")


def _ask(what: str) -> str:
    if not sys.stdin.isatty():
        raise Misuse("There is no terminal to ask on: give --email.")
    return str(typer.prompt(what, err=True))
