"""The third witness of uploads, for when neither the upload server's hook nor the bucket's event came through.

It also finishes uploads whose completion was lost in a crash, and gives up those that nobody goes on with.
"""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from functions.cleanup import erase
from functions.cleanup.deadline import Deadline
from functions.cleanup.settings import CleanupSettings
from functions.cleanup.side_by_side import for_each
from matinee import db, storage
from matinee.db import sweep, videos
from matinee.db.sweep import OpenUpload
from matinee.ids import upload_key
from matinee.intake import take_in
from matinee.observability import logger
from matinee.settings import settings
from matinee.storage import OpenMultipart, UploadedPart


@dataclass(frozen=True)
class Trace:
    """What the bucket holds of an upload."""

    object_bytes: int | None = None
    multipart: OpenMultipart | None = None
    parts: tuple[UploadedPart, ...] = ()
    last_sign: datetime | None = None  # when anything of it was last written


class Verdict(Enum):
    """What to do with an upload."""

    WAIT = auto()
    TAKE_IN = auto()  # it is whole
    COMPLETE = auto()  # all its parts are there, and nobody puts them together
    FORGET = auto()


def judge(upload: OpenUpload, trace: Trace, now: datetime, limits: CleanupSettings) -> Verdict:
    """What to do with an upload that no witness has called finished."""
    if trace.object_bytes == upload.size_bytes:
        return Verdict.TAKE_IN
    idle = now - max(upload.created_at, trace.last_sign or upload.created_at)
    is_whole = bool(trace.parts) and sum(part.size_bytes for part in trace.parts) == upload.size_bytes
    if is_whole and idle >= timedelta(seconds=limits.stalled_upload_seconds):
        return Verdict.COMPLETE
    if idle >= timedelta(seconds=limits.abandoned_upload_seconds):
        return Verdict.FORGET
    # The hook that says "begun" can be lost, so a trace in the bucket counts as much.
    if not upload.is_begun and trace.last_sign is None and idle >= timedelta(seconds=limits.unstarted_upload_seconds):
        return Verdict.FORGET
    return Verdict.WAIT


def follow_open_uploads(deadline: Deadline) -> None:
    """Look at every unfinished upload of the open sessions and act on it; abort multipart uploads that belong to none."""
    multiparts = list(storage.list_multiparts("uploads/"))  # as many as uploads are under way
    with db.transaction() as tx:
        uploads = sweep.open_uploads(tx)
    newest = {multipart.key: multipart for multipart in sorted(multiparts, key=lambda multipart: multipart.initiated_at)}

    def follow(upload: OpenUpload, deadline: Deadline) -> None:
        key = upload_key(upload.session_id, upload.video_id)
        _act(upload, _trace(key, newest.get(key)), deadline)

    def abort(multipart: OpenMultipart, _: Deadline) -> None:
        storage.abort_multipart(multipart)
        logger.warning("multipart upload without a row aborted", key=multipart.key)

    for_each(uploads, follow, deadline)
    for_each(_ownerless(multiparts), abort, deadline)


def _act(upload: OpenUpload, trace: Trace, deadline: Deadline) -> None:
    match judge(upload, trace, datetime.now(UTC), settings(CleanupSettings)):
        case Verdict.TAKE_IN:
            take_in(upload.session_id, upload.video_id, upload.size_bytes, witness="sweep")
        case Verdict.COMPLETE if trace.multipart is not None:
            storage.complete_multipart(trace.multipart, list(trace.parts))
            logger.warning("upload completed from its parts", video_id=str(upload.video_id), parts=len(trace.parts))
            take_in(upload.session_id, upload.video_id, upload.size_bytes, witness="sweep")
        case Verdict.FORGET:
            _forget(upload, deadline)


def _trace(key: str, multipart: OpenMultipart | None) -> Trace:
    parts = tuple(storage.list_parts(multipart)) if multipart else ()
    objects = list(storage.list_objects(key))  # the original, its .info and its .part
    signs = [*(o.modified_at for o in objects), *(part.modified_at for part in parts), multipart and multipart.initiated_at]
    return Trace(
        object_bytes=next((o.size_bytes for o in objects if o.key == key), None),
        multipart=multipart,
        parts=parts,
        last_sign=max((sign for sign in signs if sign), default=None),
    )


def _forget(upload: OpenUpload, deadline: Deadline) -> None:
    with db.transaction() as tx:
        is_forgotten = videos.forget_upload(tx, upload.video_id)
    if is_forgotten:  # what a crash leaves from here on has no row, and is found as such
        erase.erase([upload_key(upload.session_id, upload.video_id)], deadline)
        logger.info("upload forgotten", video_id=str(upload.video_id))


def _ownerless(multiparts: list[OpenMultipart]) -> list[OpenMultipart]:
    """Those whose video is not being uploaded, after the time that a row may take to appear."""
    oldest = datetime.now(UTC) - timedelta(seconds=settings(CleanupSettings).orphan_grace_seconds)
    old = {multipart: _ids(multipart.key) for multipart in multiparts if multipart.initiated_at < oldest}
    known = [ids for ids in old.values() if ids]
    with db.transaction() as tx:
        uploading = sweep.uploading_videos(tx, [video_id for _, video_id in known])
        sessions = sweep.unpurged_sessions(tx, [session_id for session_id, _ in known])

    def is_ownerless(ids: tuple[UUID, UUID] | None) -> bool:
        # Those of a session that has ended are left to its purge, which counts them.
        return ids is None or (ids[1] not in uploading and sessions.get(ids[0], True))

    return [multipart for multipart, ids in old.items() if is_ownerless(ids)]


def _ids(key: str) -> tuple[UUID, UUID] | None:
    """Session and video of an original's key; None when it is no such key."""
    try:
        _, session_id, video_id = key.split("/")
        return UUID(session_id), UUID(video_id)
    except ValueError:
        return None
