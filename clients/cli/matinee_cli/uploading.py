"""The way of some files into a session, begun anew or taken up where it was stopped."""

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from functools import partial
from uuid import UUID

from rich.progress import Progress, TaskID
from yarl import URL

from matinee_cli.api import Api
from matinee_cli.errors import CliError, Refused, Unreachable
from matinee_cli.files import LocalFile
from matinee_cli.models import Session
from matinee_cli.output import one_line, say, sending_progress, size
from matinee_cli.sending import Sending, announce, raise_for_ended, video_of
from matinee_cli.unfinished import Unfinished, UnfinishedUploads

GONE = (403, 404, 410)


@dataclass(frozen=True)
class Destination:
    """Where files are to go: a session that is there, or a new one. ``ends_at`` is RFC 3339 with a zone."""

    session: UUID | None
    title: str | None
    ends_at: str | None
    default_title: str


@dataclass(frozen=True)
class Delivery:
    """Files that are with the server.

    ``watch_url`` is None for a session that was there before: a new link would break the one that guests have.
    """

    session: UUID
    watch_url: str | None
    videos: tuple[UUID, ...]


async def deliver(
    api: Api, sending: Sending, unfinished: UnfinishedUploads, files: Sequence[LocalFile], destination: Destination
) -> Delivery:
    """Upload the files, one after the other. Raises what the server refuses, at the first file that it does."""
    server = str(api.server.origin())
    begun = [upload for file in files for upload in unfinished.of(server, file)]
    async with _session(api, unfinished, begun, destination) as (session, keep):
        try:
            with sending_progress() as bars:
                done = []
                for file in files:
                    known = next(
                        (upload for upload in begun if upload.session == session.id and upload.is_of(server, file)), None
                    )
                    done.append(await _Upload(api, sending, unfinished, bars, file, session).run(known, keep))
        except asyncio.CancelledError:
            say("The same command goes on where it was stopped.")
            raise
    link = None if destination.session else (await api.invite(session.id)).url
    for upload in done:
        unfinished.forget(upload)
    return Delivery(session.id, link, tuple(upload.video for upload in done))


@contextlib.asynccontextmanager
async def _session(
    api: Api, unfinished: UnfinishedUploads, begun: Sequence[Unfinished], destination: Destination
) -> AsyncIterator[tuple[Session, Callable[[], None]]]:
    """The session to upload to, and what to call when something is in it: a new one that stays empty is ended again."""
    if destination.session is not None:
        found = await api.session(destination.session)
        raise_for_ended(found)
        yield found, lambda: None
        return
    if again := await _begun_session(api, unfinished, begun, destination.title):
        yield again, lambda: None
        return
    title = destination.title if destination.title is not None else one_line(destination.default_title)[:200]
    session = await api.create_session(title or "Video", destination.ends_at)
    kept = False

    def keep() -> None:
        nonlocal kept
        kept = True

    try:
        yield session, keep
    except CliError:
        if not kept:
            with contextlib.suppress(CliError):
                await api.end(session.id)
        raise


async def _begun_session(
    api: Api, unfinished: UnfinishedUploads, begun: Sequence[Unfinished], title: str | None
) -> Session | None:
    """The session that an earlier run of the same command made, if it is open still."""
    for upload in begun:
        if title is not None and upload.title != title:
            continue
        try:
            session = await api.session(upload.session)
            raise_for_ended(session)
        except Refused:
            unfinished.forget(upload)
            continue
        return session
    return None


@dataclass(frozen=True)
class _Upload:
    api: Api
    sending: Sending
    unfinished: UnfinishedUploads
    bars: Progress
    file: LocalFile
    session: Session

    async def run(self, known: Unfinished | None, keep: Callable[[], None]) -> Unfinished:
        """Take up the upload that is known, or begin one where the server does not know it any more."""
        if known is not None:
            try:
                await self._send(known)
            except Refused as refusal:
                if refusal.status not in GONE:
                    raise
                self.unfinished.forget(known)
            else:
                return known
        begun = await self._begin()
        keep()
        await self._send(begun)
        return begun

    async def _begin(self) -> Unfinished:
        try:
            address = await announce(self.api, self.file, self.session.id)
        except (Refused, Unreachable) as error:
            error.sentence = f"{self.file.name}: {error.sentence}"
            raise
        upload = Unfinished(
            server=str(self.api.server.origin()),
            path=str(self.file.path),
            size=self.file.size,
            modified_ns=self.file.modified_ns,
            session=self.session.id,
            title=self.session.title,
            video=video_of(address),
            address=address.raw_path,
        )
        self.unfinished.keep(upload)
        return upload

    async def _send(self, upload: Unfinished) -> None:
        bar = self.bars.add_task(one_line(self.file.name), total=self.file.size)
        address = self.api.server.join(URL(upload.address, encoded=True))
        await self.sending.send(self.api, self.file, self.session.id, address, partial(self._show, bar))
        if self.bars.disable:
            say(f"{self.file.name}: uploaded ({size(self.file.size)})")

    def _show(self, bar: TaskID, position: int) -> None:
        self.bars.update(bar, completed=position)
