"""`matinee sessions`, `status`, `invite`, `end` and `receipt`."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from matinee_cli.account import signed_in
from matinee_cli.api import Api, connect
from matinee_cli.commands.options import Json, SessionId
from matinee_cli.errors import Misuse
from matinee_cli.models import Counts, Receipt, SessionWithVideos
from matinee_cli.output import result, result_json, result_table, say, size
from matinee_cli.times import shown
from matinee_cli.waiting import written_receipt
from matinee_cli.watching import raise_for_failed, show_session, watch

T = TypeVar("T")


def sessions(
    limit: Annotated[int, typer.Option(min=1, help="How many, at most.")] = 20,
    as_json: Json = False,
) -> None:
    """List your sessions, newest first."""
    found = _ask(lambda api: api.sessions(limit))
    if as_json:
        result_json(found)
        return
    rows = [(str(one.id), one.state, shown(one.created_at), shown(one.ends_at), one.title) for one in found]
    result_table([("SESSION", "STATE", "CREATED", "ENDS", "TITLE"), *rows])


def status(
    session: SessionId,
    follow: Annotated[
        bool, typer.Option("--watch", help="Go on until every video is ready or has failed, or the session is over.")
    ] = False,
    as_json: Json = False,
) -> None:
    """Show a session and how far its videos are.

    With --watch, --json prints a line at each change, and a failed video is exit status 5.
    """
    if not follow:
        show_session(_ask(lambda api: api.session(session)), as_json=as_json)
        return
    last = _ask(lambda api: watch(api, session, "ready", each=result_json if as_json else None))
    if not as_json:
        show_session(last, as_json=False)
    raise_for_failed(last.videos)


def invite(session: SessionId, as_json: Json = False) -> None:
    """Make a new watch link. The one before stops working, also for those who are watching by it."""
    answer = _ask(lambda api: api.invite(session))
    if as_json:
        result_json(answer)
    else:
        result(answer.url)


def end(
    session: SessionId,
    is_sure: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask. Needed where there is no terminal.")] = False,
    as_json: Json = False,
) -> None:
    """End a session: nobody can watch it any more, and everything of it is deleted."""
    if not is_sure:
        _make_sure(_ask(lambda api: api.session(session)))
    ended = _ask(lambda api: api.end(session))
    if as_json:
        result_json(ended)
    else:
        result(f"{ended.id} {ended.state}")


def receipt(
    session: SessionId,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until everything is deleted.")] = False,
    output: Annotated[
        Path | None,
        typer.Option("--output", "-o", dir_okay=False, help="Write the receipt as JSON to this file.", show_default=False),
    ] = None,
    as_json: Json = False,
) -> None:
    """Show what was deleted of a session that has ended, and that nothing is left."""
    written = _ask(lambda api: written_receipt(api, session) if wait else api.receipt(session))
    if output is not None:
        output.write_text(written.model_dump_json(indent=2) + "\n", encoding="utf-8")
        say(f"The receipt is in {output}.")
    if as_json:
        result_json(written)
    elif output is None:
        _show_receipt(written)


def _ask(call: Callable[[Api], Awaitable[T]]) -> T:
    """What the server that the user is signed in to answers."""
    present = signed_in()

    async def asked() -> T:
        async with connect(present.server, present.token) as api:
            return await call(api)

    return asyncio.run(asked())


def _make_sure(session: SessionWithVideos) -> None:
    if not sys.stdin.isatty():
        raise Misuse("There is no terminal to ask on: give --yes.")
    bytes_in_all = sum(video.size_bytes for video in session.videos)
    count = len(session.videos)
    say(f'"{session.title}": {count} videos ({size(bytes_in_all)}) will be deleted, and nobody can watch them any more.')
    typer.confirm("End it?", abort=True, err=True)


def _show_receipt(receipt: Receipt) -> None:
    kinds = [name for name in Counts.model_fields if name != "bytes"]
    result_table(
        [
            ("session", str(receipt.session_id)),
            ("title", receipt.title),
            ("ended", shown(receipt.ended_at)),
            ("deleted", shown(receipt.finished_at)),
        ]
    )
    result("")
    rows = [
        (kind.replace("_", " "), *(str(getattr(counts, kind)) for counts in (receipt.found, receipt.deleted))) for kind in kinds
    ]
    rows.append(("bytes", size(receipt.found.bytes), size(receipt.deleted.bytes)))
    result_table([("KIND", "FOUND", "DELETED"), *rows])
    result("")
    result(f"remaining: {receipt.remaining}")
