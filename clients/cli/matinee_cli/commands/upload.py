"""`matinee upload`."""

import asyncio
from enum import Enum
from pathlib import Path
from typing import Annotated
from uuid import UUID

import typer

from matinee_cli.account import signed_in
from matinee_cli.api import connect
from matinee_cli.cancelling import insisting
from matinee_cli.commands.options import Json
from matinee_cli.errors import Misuse
from matinee_cli.files import LocalFile, local_files
from matinee_cli.output import result_json, result_table
from matinee_cli.sending import Sending, raise_for_ended
from matinee_cli.times import parse_end
from matinee_cli.unfinished import UnfinishedUploads
from matinee_cli.uploading import Destination, deliver
from matinee_cli.watching import raise_for_failed, watch


class Goal(Enum):
    """How far a video must be."""

    PLAYABLE = "playable"
    READY = "ready"


def upload(
    files: Annotated[list[Path], typer.Argument(metavar="FILE", help="Video files.", show_default=False)],
    session: Annotated[
        UUID | None, typer.Option(metavar="SESSION", help="Upload to this session instead of a new one.", show_default=False)
    ] = None,
    title: Annotated[
        str | None, typer.Option(help="The new session's title. [default: the first file's name]", show_default=False)
    ] = None,
    ends: Annotated[
        str | None,
        typer.Option(
            metavar="WHEN",
            help="When the new session ends by itself: 2026-12-24T20:00+01:00, or 90m, 2h, 1d12h, 2w.",
            show_default=False,
        ),
    ] = None,
    wait: Annotated[
        Goal | None, typer.Option(help="Until when to wait for the videos. [default: playable]", show_default=False)
    ] = None,
    no_wait: Annotated[bool, typer.Option("--no-wait", help="Do not wait for the videos once they are uploaded.")] = False,
    as_json: Json = False,
) -> None:
    """Upload videos to a new session and print its watch link, or to a session that you have.

    An upload that was interrupted, even by a crash, goes on where it was when the same command is given again.
    """
    if session is not None and (title is not None or ends is not None):
        raise Misuse("--title and --ends are for new sessions, so they do not go with --session.")
    if wait is not None and no_wait:
        raise Misuse("--wait and --no-wait do not go together.")
    chosen = local_files(files)
    ends_at = parse_end(ends) if ends is not None else None
    destination = Destination(session, title, ends_at, default_title=chosen[0].path.stem)

    asyncio.run(_upload(chosen, destination, None if no_wait else wait or Goal.PLAYABLE, as_json=as_json))


async def _upload(files: list[LocalFile], destination: Destination, goal: Goal | None, *, as_json: bool) -> None:
    present, sending = signed_in(), Sending()
    async with insisting(), connect(present.server, present.token, sending.middleware) as api:
        done = await deliver(api, sending, UnfinishedUploads.of_this_user(), files, destination)
        if not as_json:
            result_table([("session", str(done.session)), *([("watch", done.watch_url)] if done.watch_url else [])])
        last = await (watch(api, done.session, goal.value, done.videos) if goal else api.session(done.session))
    videos = [video for video in last.videos if video.id in done.videos]
    if as_json:
        result_json({"session": last.model_dump(mode="json", exclude={"videos"}), "watch_url": done.watch_url, "videos": videos})
    elif videos:
        result_table([(video.status, video.filename) for video in videos])
    if goal:
        raise_for_ended(last)
        raise_for_failed(videos)
