"""Ids are UUIDv7 (RFC 9562): sortable by time, public, never a proof of anything. Secrets are 256 random bits."""

import hashlib
import secrets
from uuid import UUID


def new_id() -> UUID:
    """A fresh UUIDv7."""
    import uuid_utils

    return UUID(bytes=uuid_utils.uuid7().bytes)


def new_secret() -> str:
    """256 random bits, URL-safe."""
    return secrets.token_urlsafe(32)


def digest(secret: str) -> bytes:
    """SHA-256 of a secret: what the database keeps. The secrets are random and long, so no salt or slow hash is needed."""
    return hashlib.sha256(secret.encode()).digest()


def upload_key(session_id: UUID | str, video_id: UUID | str) -> str:
    """Where tusd puts the original; its ``.info`` and ``.part`` lie beside it."""
    return f"uploads/{session_id}/{video_id}"


def stream_prefix(session_id: UUID | str, video_id: UUID | str) -> str:
    """The folder of a video's playlists and segments, with the trailing slash."""
    return f"streams/{session_id}/{video_id}/"
