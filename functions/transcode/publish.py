"""Publishing: the rows of a video become playlists, and the video ``playable`` and ``ready``."""

import hashlib
from collections.abc import Mapping, Sequence

from functions.transcode import chapters, playlists
from functions.transcode.conformance import Report, Severity, check, record
from functions.transcode.failures import VideoFailure
from functions.transcode.plan import LOW
from functions.transcode.schedule import PRIORITY_HIGH, STORYBOARD
from functions.transcode.source import Chapter
from matinee import events, queues, storage
from matinee.db import Tx, streams, sweep, tasks, transaction, videos
from matinee.db.streams import RenditionState
from matinee.ids import stream_prefix
from matinee.observability import logger

PLAYLIST_TYPE = "application/vnd.apple.mpegurl"
PLAYLIST_CACHE = "max-age=1"  # it grows; a cache may still carry a crowd


class NotConformantError(Exception):
    """The finished stream breaks rules that must hold."""

    def __init__(self, report: Report) -> None:
        faults = [f"{f.rule}: {f.place}: {f.value}" for f in report.findings if f.rule in report.broken(Severity.MUST)]
        super().__init__("; ".join(faults)[:1500])


def publish(task: tasks.Task) -> bool:
    """Write what has changed; gives whether the video can be played by now. Raises LeaseLostError."""
    with transaction() as tx:
        streams.lock_publishing(tx, task.video_id)
        tasks.check_lease(tx, task)
        news, is_playable = _publish(tx, task)
    _tell(task, news)
    return is_playable


def finish(task: tasks.Task) -> None:
    """The task is done: write what has changed. Raises LeaseLostError, and NotConformantError when all is made but not right.

    Both happen in one transaction, so a worker that dies in between leaves the task to another; and under the video's lock, so
    that of two workers that finish its last tasks at once the second sees the first.
    """
    with transaction() as tx:
        streams.lock_publishing(tx, task.video_id)
        tasks.finish(tx, task)
        news, _ = _publish(tx, task)
    _tell(task, news)


def set_right(task: tasks.Task) -> None:
    """Write the media playlists anew: a write that we began before the task was taken away may have ended after a later one."""
    with transaction() as tx:
        streams.lock_publishing(tx, task.video_id)
        video = videos.get(tx, task.video_id)
        if video is None or video.status not in ("transcoding", "playable", "ready") or not sweep.is_open(tx, task.session_id):
            return
        prefix = stream_prefix(task.session_id, task.video_id)
        is_ready = video.status == "ready"
        for rendition in streams.load(tx, task.video_id, measured=True):
            if playlists.listed(rendition.segments) and (is_ready or _is_early(rendition.kind, rendition.tier)):
                text = playlists.media_playlist(rendition, all_whole=is_ready)
                _write(f"{prefix}{rendition.name}/{playlists.MEDIA_PLAYLIST}", text)


def _publish(tx: Tx, task: tasks.Task) -> tuple[list[events.Event], bool]:
    video = videos.get(tx, task.video_id)
    if video is None or video.plan is None or video.status not in ("transcoding", "playable"):
        return [], video is not None and video.status == "ready"
    if streams.is_whole(tx, task.video_id):
        return _publish_all(tx, task, video), True
    edition = str(video.plan.get("edition", ""))
    # At first nothing of this plan can be played yet.
    is_new = video.playlist not in (playlists.early_playlist(edition), playlists.early_playlist(edition, captions=True))
    may_change = is_new or task.kind == "captions"
    if not may_change and not _is_early(task.kind, task.tier):
        return [], True
    renditions = [r for r in streams.load(tx, task.video_id, made_by=None if may_change else task) if _is_early(r.kind, r.tier)]
    prefix = stream_prefix(task.session_id, task.video_id)
    for rendition in renditions:
        _write_media_playlist(tx, task, prefix, rendition, playlists.media_playlist(rendition, all_whole=False))
    first = [r for r in renditions if r.tier == LOW]
    if not may_change or not first or not all(playlists.listed(r.segments) for r in first):
        return [], not is_new
    captions = [r for r in renditions if r.kind == "captions" and r.is_whole and r.segments]
    early = playlists.early_playlist(edition, captions=bool(captions))
    if video.playlist == early:
        return [], True
    parts = _chapters(video)
    _write_chapters(prefix, parts)
    _write(prefix + early, playlists.multivariant_playlist([*first, *captions], chapters=bool(parts)))
    seconds = videos.set_playable(tx, task.video_id, early)
    tasks.let_out(tx, task.video_id)
    ids = {"session_id": task.session_id, "video_id": task.video_id}
    return [] if seconds is None else [events.VideoPlayable(**ids, seconds_since_upload=seconds)], True


def _is_early(kind: str, tier: int) -> bool:
    """Whether players hear of it before the video is ready; the playlist of anything else need not be there before."""
    return tier == LOW or kind == "captions"


def _publish_all(tx: Tx, task: tasks.Task, video: videos.Video) -> list[events.Event]:
    """Everything is there: hold it against the rules, write the last playlists, and the video is ready."""
    renditions = [r for r in streams.load(tx, task.video_id, measured=True) if playlists.listed(r.segments)]
    if not renditions:
        raise VideoFailure("corrupt")
    parts = _chapters(video)
    texts = {f"{r.name}/{playlists.MEDIA_PLAYLIST}": playlists.media_playlist(r, all_whole=True) for r in renditions}
    texts |= {f"{r.name}/{playlists.I_FRAME_PLAYLIST}": playlists.i_frame_playlist(r) for r in renditions if r.kind == "video"}
    texts[playlists.FULL_PLAYLIST] = playlists.multivariant_playlist(renditions, i_frames=True, chapters=bool(parts))
    _check(task, renditions, texts)
    prefix = stream_prefix(task.session_id, task.video_id)
    _write_chapters(prefix, parts)
    for path, text in texts.items():
        _write(prefix + path, text)
    seconds = videos.set_ready(tx, task.video_id, playlists.FULL_PLAYLIST, _duration_s(renditions))
    if seconds is None:
        return []
    if any(r.kind == "video" for r in renditions):
        tasks.add(tx, task.video_id, [tasks.NewTask("stills", "bulk", PRIORITY_HIGH, ordinal=STORYBOARD)])
    ids = {"session_id": task.session_id, "video_id": task.video_id}
    first = [] if video.playable_at else [events.VideoPlayable(**ids, seconds_since_upload=seconds)]
    return [*first, events.VideoReady(**ids, seconds_since_upload=seconds)]


def _check(task: tasks.Task, renditions: Sequence[RenditionState], texts: Mapping[str, str]) -> None:
    """Hold the stream against the rules by what was measured when its segments were made. Raises NotConformantError."""
    recorded = {
        f"{r.name}/{playlists.segment_name(r.kind, s.ordinal)}": (
            s.size_bytes,
            record.from_json(s.measured) if s.measured else None,
        )
        for r in renditions
        for s in r.segments
    }
    copied = {r.name for r in renditions if r.task_kind == "copy"}
    report = check(lambda path: texts[path].encode(), playlists.FULL_PLAYLIST, recorded=recorded, copied=copied)
    advice = report.broken(Severity.SHOULD)
    logger.info("stream checked", video_id=str(task.video_id), passed=report.passed, advice=list(advice), seconds=report.seconds)
    if not report.passed:
        raise NotConformantError(report)


def _write_media_playlist(tx: Tx, task: tasks.Task, prefix: str, rendition: RenditionState, text: str) -> None:
    digest = hashlib.sha256(text.encode()).digest()
    if not playlists.listed(rendition.segments) or digest == rendition.published:
        return
    _write(f"{prefix}{rendition.name}/{playlists.MEDIA_PLAYLIST}", text)
    streams.set_published(tx, task.video_id, rendition.name, digest)


def _chapters(video: videos.Video) -> list[Chapter]:
    """The chapters of the original."""
    return [Chapter.model_validate(chapter) for chapter in (video.source or {}).get("chapters", [])]


def _write_chapters(prefix: str, parts: Sequence[Chapter]) -> None:
    if parts:
        _write(prefix + chapters.CHAPTERS, chapters.document(parts), chapters.CHAPTERS_TYPE)


def _write(key: str, text: str, content_type: str = PLAYLIST_TYPE) -> None:
    storage.put_bytes(key, text.encode(), content_type, PLAYLIST_CACHE)


def _duration_s(renditions: Sequence[RenditionState]) -> float:
    """Length of the picture; of the sound where there is none."""
    kind = "video" if any(r.kind == "video" for r in renditions) else "audio"
    return max((float(sum(s.duration_s for s in r.segments)) for r in renditions if r.kind == kind), default=0.0)


def _tell(task: tasks.Task, news: list[events.Event]) -> None:
    if news:
        # Until a video can be played nothing shall compete with that; when it is ready, its storyboard is left to do.
        with transaction() as tx:
            waiting: dict[queues.Queue, int] = {queue: tasks.pending(tx, task.video_id, queue) for queue in ("express", "bulk")}
        for queue, count in waiting.items():
            queues.wake(queue, task.video_id, count)
        events.emit(*news)
        logger.info(
            "published",
            video_id=str(task.video_id),
            news=[e.name for e in news],
            after_s=getattr(news[-1], "seconds_since_upload", None),
        )
