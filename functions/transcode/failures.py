"""Why a video cannot be shown."""

from matinee.errors import VIDEO_FAILURES


class VideoFailure(Exception):  # noqa: N818 - it is the domain's word, and not a fault of ours
    """The video itself is the reason; trying again cannot help.

    Parameters
    ----------
    code
        a key of ``matinee.errors.VIDEO_FAILURES``
    message
        a sentence that is better than the table's for this case
    """

    def __init__(self, code: str, message: str | None = None) -> None:
        self.code = code
        self.message = message or VIDEO_FAILURES[code]
        super().__init__(f"{code}: {self.message}")
