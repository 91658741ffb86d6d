"""All errors that a user can meet, as one table: code → HTTP status and an English sentence.

Codes are stable: clients act on them. ``VIDEO_FAILURES`` holds the codes that a failed video carries, ``VideoWarning`` those of
what is left out of a video that plays.
"""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Literal

ERRORS: Mapping[str, tuple[int, str]] = MappingProxyType(
    {
        # requests
        "invalid_request": (422, "The request is not of the form that this call takes."),
        "not_found": (404, "There is nothing at this address."),
        "method_not_allowed": (405, "This address does not take that method."),
        "request_too_large": (413, "The request is larger than this call takes."),
        "internal": (500, "Something went wrong on our side. The request can be tried again."),
        "unavailable": (503, "A part of the service cannot be reached right now. Try again in a moment."),
        # accounts
        "not_authenticated": (401, "Sign in first."),
        "wrong_credentials": (401, "The e-mail address or the password is wrong."),
        "too_many_attempts": (429, "Too many failed attempts. Wait a while before the next one."),
        "email_taken": (409, "There is an account with this e-mail address already."),
        "signup_closed": (403, "New accounts cannot be opened here."),
        # sessions
        "forbidden": (403, "This session is not yours to see."),
        "session_not_found": (404, "There is no such session."),
        "session_ended": (409, "This session has ended; its videos are deleted."),
        "ends_at_in_past": (422, "The end of a session must lie in the future."),
        "invite_invalid": (403, "This invitation does not work, or no longer does. Ask the host for the current link."),
        "receipt_not_ready": (
            404,
            "The receipt is written when everything is deleted; that is under way or has not begun.",
        ),
        # uploads
        "upload_too_large": (413, "The file is larger than this service takes."),
        "upload_size_unknown": (411, "The size of the file must be known when the upload begins."),
        "upload_metadata_invalid": (422, "The upload must name its session and a file name."),
        "upload_type_not_video": (415, "Only video and audio files can be uploaded."),
        "too_many_videos": (409, "This session holds as many videos as it can."),
        "upload_finished": (409, "This upload is complete; it can no longer be cancelled."),
        "hook_forbidden": (403, "Only the upload server may call this address."),
    }
)

VIDEO_FAILURES: Mapping[str, str] = MappingProxyType(
    {
        "not_a_video": "This file is not a video or audio file.",
        "corrupt": "The file is damaged: its picture and sound cannot be read.",
        "no_streams": "The file holds neither picture nor sound.",
        "too_long": "The video is longer than this service takes.",
        "too_large": "The file is larger than this service takes.",
        "too_many_pixels": "The picture is larger than this service takes.",
        "encrypted": "The file is encrypted or copy-protected. Upload an unprotected copy.",
        "unsupported_codec": "The file uses a video or audio format that cannot be read.",
        "forbidden_format": "This kind of file only points to other files. Upload the video itself.",
        "internal": "The video could not be prepared because of a fault on our side. Upload it again.",
    }
)

VideoWarning = Literal["truncated", "damaged", "sound_left_out", "bitmap_captions_left_out"]


class MatineeError(Exception):
    """An error of the table ``ERRORS``.

    Parameters
    ----------
    code
        a key of ``ERRORS``
    detail
        a sentence that is better than the table's for this case; shown to users, so never a secret or an internal
    retry_after
        seconds after which trying again makes sense
    """

    def __init__(self, code: str, detail: str | None = None, *, retry_after: int | None = None) -> None:
        self.status, sentence = ERRORS[code]
        self.code = code
        self.detail = detail or sentence
        self.retry_after = retry_after
        super().__init__(f"{code}: {self.detail}")

    def problem(self) -> dict[str, object]:
        """The RFC 9457 problem document."""
        return {
            "type": f"urn:matinee:error:{self.code}",
            "title": ERRORS[self.code][1],
            "status": self.status,
            "detail": self.detail,
            "code": self.code,
        }
