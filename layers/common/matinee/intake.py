"""Taking in an original that is whole: one way for all witnesses, whichever comes first, and however often."""

from uuid import UUID

from matinee import db, events, queues, storage
from matinee.db import videos
from matinee.ids import upload_key
from matinee.observability import logger


def take_in(session_id: UUID, video_id: UUID, size_bytes: int, witness: str) -> bool:
    """Start the work on an original of ``size_bytes``; True for the first witness only.

    The worker is woken before anything else is done: people wait for the first picture. A later witness wakes it again while the
    video is still unplanned, for the first one may have died between its commit and its message.
    """
    with db.transaction() as tx:
        video = videos.get(tx, video_id)
        if video is None or video.session_id != session_id:
            logger.info("original without a row", session_id=session_id, video_id=video_id, witness=witness)
            return False
        size = size_bytes if size_bytes == video.size_bytes else storage.size_of(upload_key(session_id, video_id))
        if size is None:
            logger.info("original is gone", session_id=session_id, video_id=video_id, witness=witness)
            return False
        is_first = videos.finish_upload(tx, session_id, video_id, size)
    if is_first or video.status == "uploaded":
        queues.wake("express", video_id)
    if is_first:
        logger.info("original taken in", session_id=session_id, video_id=video_id, witness=witness, size_bytes=size)
        events.emit(events.UploadFinished(session_id=session_id, video_id=video_id, size_bytes=size))
    return is_first
