"""Publishing: the rows of a video become playlists, and the video ``playable`` and ``ready``."""

import hashlib
from collections.abc import Sequence

from functions.transcode import playlists
from functions.transcode.failures import VideoFailure
from matinee import events, queues, storage
from matinee.db import Tx, streams, tasks, transaction, videos
from matinee.db.streams import RenditionState
from matinee.ids import stream_prefix
from matinee.observability import logger

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
PLAYLIST_CACHE = "max-age=1"  # it grows; a cache may still carry a crowd


def publish(task: tasks.Task) -> bool:
    """Write what has changed; gives whether the video can be played by now. Raises LeaseLostError."""
    with transaction() as tx:
        streams.lock_publishing(tx, task.video_id)
        tasks.check_lease(tx, task)
        news, is_playable = _publish(tx, task)
    _tell(task, news)
    return is_playable


def finish(task: tasks.Task) -> None:
    """The task is done: write what has changed. Raises LeaseLostError.

    Both happen in one transaction, so a worker that dies in between leaves the task to another; and under the video's lock, so
    that of two workers that finish its last tasks at once the second sees the first.
    """
    with transaction() as tx:
        streams.lock_publishing(tx, task.video_id)
        tasks.finish(tx, task)
        news, _ = _publish(tx, task)
    _tell(task, news)


def _publish(tx: Tx, task: tasks.Task) -> tuple[list[events.Event], bool]:
    found: list[events.Event] = []
    prefix = stream_prefix(task.session_id, task.video_id)
    renditions = streams.load(tx, task.video_id)
    video = videos.get(tx, task.video_id)
    if video is None or video.status not in ("transcoding", "playable"):
        return found, video is not None and video.status == "ready"
    all_whole = all(r.is_whole for r in renditions)
    for rendition in renditions:
        _write_media_playlist(tx, task, prefix, rendition, all_whole=all_whole)
    early = [r for r in renditions if r.tier == 0]
    ids = {"session_id": task.session_id, "video_id": task.video_id}
    if all_whole:
        usable = [r for r in renditions if playlists.listed(r.segments)]
        if not usable:
            raise VideoFailure("corrupt")
        _write(prefix + playlists.FULL_PLAYLIST, playlists.multivariant_playlist(usable))
        seconds = videos.set_ready(tx, task.video_id, playlists.FULL_PLAYLIST, _duration_s(usable))
        if seconds is not None:
            if video.playable_at is None:
                found.append(events.VideoPlayable(**ids, seconds_since_upload=seconds))
            found.append(events.VideoReady(**ids, seconds_since_upload=seconds))
        return found, True
    if video.status == "transcoding" and early and all(playlists.listed(r.segments) for r in early):
        _write(prefix + playlists.EARLY_PLAYLIST, playlists.multivariant_playlist(early))
        seconds = videos.set_playable(tx, task.video_id, playlists.EARLY_PLAYLIST)
        if seconds is not None:
            found.append(events.VideoPlayable(**ids, seconds_since_upload=seconds))
        return found, True
    return found, video.status == "playable"


def _write_media_playlist(tx: Tx, task: tasks.Task, prefix: str, rendition: RenditionState, *, all_whole: bool) -> None:
    if not playlists.listed(rendition.segments):
        return
    text = playlists.media_playlist(rendition, all_whole=all_whole)
    digest = hashlib.sha256(text.encode()).digest()
    if digest == rendition.published:
        return
    _write(f"{prefix}{rendition.name}/{playlists.MEDIA_PLAYLIST}", text)
    streams.set_published(tx, task.video_id, rendition.name, digest)


def _write(key: str, text: str) -> None:
    storage.put_bytes(key, text.encode(), PLAYLIST_TYPE, PLAYLIST_CACHE)


def _duration_s(renditions: Sequence[RenditionState]) -> float:
    """Length of the picture; of the sound where there is none."""
    kind = "video" if any(r.kind == "video" for r in renditions) else "audio"
    return max((float(sum(s.duration_s for s in r.segments)) for r in renditions if r.kind == kind), default=0.0)


def _tell(task: tasks.Task, news: list[events.Event]) -> None:
    if any(isinstance(event, events.VideoPlayable) for event in news):
        with transaction() as tx:
            waiting = tasks.pending(tx, task.video_id, "bulk")
        queues.wake("bulk", task.video_id, waiting)
    if news:
        events.emit(*news)
        logger.info(
            "published",
            video_id=str(task.video_id),
            news=[e.name for e in news],
            after_s=getattr(news[-1], "seconds_since_upload", None),
        )
