"""What a page and the upload server say to each other."""

from playwright.sync_api import Page, Request, Response

CUT_OFF = r"net::ERR_"
# Where an upload was cut off, the server holds on to it for a moment.
STILL_HELD = r"(423|409|502) .* /files/"


class UploadLog:
    """What a page and the upload server say to each other: creations, offsets that HEAD answers, offsets that PATCH begins at."""

    def __init__(self, page: Page) -> None:
        self.creations = 0
        self.known: list[int] = []
        self.sent_from: list[int] = []
        page.on("request", self._note_request)
        page.on("response", self._note_response)

    def _note_request(self, request: Request) -> None:
        if "/files/" in request.url and request.method == "POST":
            self.creations += 1
        if "/files/" in request.url and request.method == "PATCH":
            self.sent_from.append(int(request.headers["upload-offset"]))

    def _note_response(self, response: Response) -> None:
        if "/files/" in response.url and response.request.method == "HEAD" and response.ok:
            self.known.append(int(response.headers["upload-offset"]))


def wait_until_sent(page: Page, share: float) -> None:
    """Wait until the progress bar has passed a share between 0 and 1."""
    page.wait_for_function("share => document.querySelector('progress')?.position > share", arg=share)
