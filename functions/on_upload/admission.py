"""Which uploads may begin, under which name, and which may be cancelled."""

from dataclasses import dataclass
from uuid import UUID

from functions.on_upload.names import clean_filename, clean_filetype, is_never_media
from matinee import auth, db
from matinee.auth import Credentials, own_session
from matinee.db import sessions, videos
from matinee.errors import MatineeError
from matinee.ids import new_id
from matinee.settings import HookSettings, settings


@dataclass(frozen=True)
class Wish:
    """An upload that a client asks for. ``size_bytes`` is None when the client does not know it yet."""

    session: str
    filename: str
    filetype: str
    size_bytes: int | None
    is_in_pieces: bool


@dataclass(frozen=True)
class Admitted:
    """An upload that may begin; its row is there."""

    session_id: UUID
    video_id: UUID
    filename: str
    filetype: str


def admit(credentials: Credentials, wish: Wish) -> Admitted:
    """Let an upload begin. Raises one of the upload errors, or what is wrong with the host or the session.

    The session stays locked while its videos are counted and the new one is added, so uploads that begin together cannot
    go over the limit together.
    """
    with db.transaction() as tx:
        host = auth.host(tx, credentials)
        size_bytes, filetype = _bounded(wish), clean_filetype(wish.filetype)
        if is_never_media(filetype):
            raise MatineeError("upload_type_not_video")
        session = own_session(sessions.lock(tx, _session_id(wish.session)), host.id)
        if session.is_over:
            raise MatineeError("session_ended")
        if sessions.count_videos(tx, session.id) >= settings(HookSettings).max_videos_per_session:
            raise MatineeError("too_many_videos")
        admitted = Admitted(session.id, new_id(), clean_filename(wish.filename), filetype)
        videos.add(tx, admitted.video_id, session.id, admitted.filename, filetype, size_bytes)
    return admitted


def check_cancelling(credentials: Credentials, session_id: UUID, video_id: UUID) -> None:
    """Let an upload be cancelled: by the host, as long as it is not complete. Raises what forbids it.

    tusd itself deletes the original for everybody who knows the ids, and guests do.
    """
    with db.transaction() as tx:
        host = auth.host(tx, credentials)
        own_session(sessions.get(tx, session_id), host.id)
        video = videos.get(tx, video_id)
    if video is not None and video.status not in ("uploading", "failed"):
        raise MatineeError("upload_finished")


def _bounded(wish: Wish) -> int:
    most = settings(HookSettings).max_upload_bytes
    if wish.is_in_pieces:
        raise MatineeError("upload_metadata_invalid", "A file must be uploaded in one piece; it can be interrupted and resumed.")
    if wish.size_bytes is None:
        raise MatineeError("upload_size_unknown")
    if wish.size_bytes > most:
        raise MatineeError("upload_too_large", f"The file is larger than this service takes ({most} bytes at most).")
    return wish.size_bytes


def _session_id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise MatineeError("upload_metadata_invalid") from None
