"""Uploads as tusd and S3 name them, and what becomes of their rows before they are whole."""

import re
from uuid import UUID

from matinee import aws, db
from matinee.db import videos

_UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
_KEY = re.compile(rf"uploads/({_UUID})/({_UUID})")
_UPLOAD_ID = re.compile(rf"({_UUID})/({_UUID})(?:\+.*)?")  # tusd's S3 store appends the multipart upload's id


def ids_of_key(key: str) -> tuple[UUID, UUID] | None:
    """Session and video of an original's key; None for all other keys, such as the ``.info`` and ``.part`` beside it."""
    return _ids(_KEY.fullmatch(key))


def ids_of_upload(upload_id: str) -> tuple[UUID, UUID] | None:
    """Session and video of an upload's id; None when it is not one of ours."""
    return _ids(_UPLOAD_ID.fullmatch(upload_id))


def note_upload(video_id: UUID, upload_id: str) -> None:
    """The upload exists in the store now. Nobody waits for this call, so it also makes the client that the intake will need."""
    with db.transaction() as tx:
        videos.note_upload(tx, video_id, upload_id)
    aws.sqs()


def forget(video_id: UUID) -> None:
    """The upload was cancelled; a complete one stays."""
    with db.transaction() as tx:
        videos.forget_upload(tx, video_id)


def _ids(match: re.Match[str] | None) -> tuple[UUID, UUID] | None:
    return (UUID(match[1]), UUID(match[2])) if match else None
