"""Showing sessions, and videos while they are being prepared."""

from collections.abc import Callable, Iterable, Sequence
from uuid import UUID

from matinee_cli.api import Api
from matinee_cli.errors import VideoFailed
from matinee_cli.models import SessionWithVideos, Video
from matinee_cli.output import one_line, preparing_progress, result, result_json, result_table, say, size
from matinee_cli.times import shown
from matinee_cli.waiting import Goal, changes


async def watch(
    api: Api,
    session: UUID,
    goal: Goal,
    videos: Iterable[UUID] | None = None,
    each: Callable[[SessionWithVideos], None] | None = None,
) -> SessionWithVideos:
    """Show on stderr how the videos come along, hand ``each`` every state, and give the last one.

    On a terminal there is a bar for each video; elsewhere a line whenever a video's status changes.
    """
    named = None if videos is None else set(videos)
    statuses: dict[UUID, str] = {}
    with preparing_progress() as bars:
        tasks = {}
        async for now in changes(api, session, goal, named):
            last = now
            if each:
                each(now)
            for video in now.videos:
                if named is not None and video.id not in named:
                    continue
                if video.id not in tasks:
                    tasks[video.id] = bars.add_task(_described(video), total=1)
                bars.update(tasks[video.id], completed=video.progress, description=_described(video))
                if bars.disable and statuses.get(video.id) != video.status:
                    say(f"{video.filename}: {video.status}")
                statuses[video.id] = video.status
    return last


def show_session(session: SessionWithVideos, *, as_json: bool) -> None:
    """Print a session and its videos."""
    if as_json:
        result_json(session)
        return
    result_table(
        [
            ("session", str(session.id)),
            ("title", session.title),
            ("state", session.state),
            ("created", shown(session.created_at)),
            ("ends", shown(session.ends_at)),
        ]
    )
    if session.videos:
        result("")
        result_table([("STATUS", "PROGRESS", "SIZE", "FILE"), *map(_row, session.videos)])
        for video in session.videos:
            if video.error is not None:
                result(one_line(f"{video.filename}: {video.error.message} [{video.error.code}]"))


def raise_for_failed(videos: Sequence[Video]) -> None:
    """Raises ``VideoFailed`` for the first video that has failed."""
    for video in videos:
        if video.error is not None:
            raise VideoFailed(f"{video.filename}: {video.error.message}", video.error.code)


def _described(video: Video) -> str:
    return f"{one_line(video.filename)} ({video.status})"


def _row(video: Video) -> tuple[str, ...]:
    return (video.status, f"{video.progress:.0%}", size(video.size_bytes), video.filename)
