"""People in front of a running stack, each with a cookie jar of their own: hosts, guests, strangers."""

import time
import uuid
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.parse import urlsplit

import httpx2

Found = TypeVar("Found")
Body = dict[str, Any]

PASSWORD = "an old password of ours"
TUS = {"Tus-Resumable": "1.0.0"}
SMALL_PIECE_BYTES, LARGE_PIECE_BYTES = 1 << 20, 16 << 20
PATIENCE_SECONDS = 60


def eventually(what: Callable[[], Found | None], seconds: float = PATIENCE_SECONDS, pause: float = 0.1) -> Found:
    """Ask until ``what`` gives something true, and give that; raises ``TimeoutError`` after ``seconds``."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if found := what():
            return found
        time.sleep(pause)
    raise TimeoutError(f"{what} gave nothing for {seconds} s")


class Person:
    """Somebody with a browser of their own, who may open an account."""

    def __init__(self, origin: str) -> None:
        self.http = httpx2.Client(base_url=origin, timeout=PATIENCE_SECONDS)
        self.email = f"{uuid.uuid4().hex}@example.com"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def sign_up(self) -> Self:
        """Open an account and sign in: from now on a host."""
        self._call("POST", "/api/users", email=self.email, password=PASSWORD, name="Host")
        self._call("POST", "/api/login", email=self.email, password=PASSWORD)
        return self

    def create_session(self, title: str = "Dress rehearsal", **more: str) -> str:
        """The id of a new session."""
        return str(self._call("POST", "/api/sessions", title=title, **more)["id"])

    def invite(self, session: str) -> str:
        """A new invite link; the one before stops working."""
        return str(self._call("POST", f"/api/sessions/{session}/invites")["url"])

    def join(self, link: str) -> Self:
        """Enter as a guest."""
        address = urlsplit(link)
        session = address.path.rsplit("/", 1)[1]
        self._call("POST", f"/api/sessions/{session}/join", invite=address.fragment)
        return self

    def stream(self, session: str) -> Body:
        """The stream call, which also brings the cookies that open the streams."""
        return self._call("GET", f"/api/sessions/{session}/stream")

    def videos(self, session: str) -> list[Body]:
        """The videos of a session of one's own."""
        videos: list[Body] = self._call("GET", f"/api/sessions/{session}")["videos"]
        return videos

    def wait(self, session: str, *statuses: str, video: str | None = None, seconds: float = PATIENCE_SECONDS) -> Body:
        """A video (by default the only one) once it has one of the statuses.

        Raises ``AssertionError`` when it has failed instead, and asks on while a part of the stack is away.
        """

        def in_status() -> Body | None:
            answer = self.http.get(f"/api/sessions/{session}/stream")
            if answer.status_code >= 500:
                return None
            assert answer.status_code == 200, answer.text
            found = [v for v in answer.json()["videos"] if video in (None, v["id"])]
            for one in found:
                assert one["status"] != "failed" or "failed" in statuses, one["error"]
            return next((one for one in found if one["status"] in statuses), None)

        return eventually(in_status, seconds, pause=0.05)

    def end(self, session: str) -> None:
        """End a session."""
        self._call("POST", f"/api/sessions/{session}/end")

    def receipt(self, session: str) -> Body:
        """The receipt, once it is written."""

        def written() -> Body | None:
            answer = self.http.get(f"/api/sessions/{session}/receipt")
            return answer.json() if answer.status_code == 200 else None

        return eventually(written)

    def begin(self, session: str, size: int, **metadata: str) -> httpx2.Response:
        """tus's creation request."""
        said = {"session": session, "filename": "film.mp4", "filetype": "video/mp4", **metadata}
        header = ",".join(f"{name} {b64encode(value.encode()).decode()}" for name, value in said.items())
        return self.http.post("/files/", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": header})

    def upload(self, session: str, film: Path, **metadata: str) -> str:
        """Upload a whole file; gives the video's id."""
        address = self.begin_file(session, film, **metadata)
        self.send(address, film, piece_bytes=LARGE_PIECE_BYTES)
        return video_of(address)

    def begin_file(self, session: str, film: Path, **metadata: str) -> str:
        """Announce a file; gives the upload's address."""
        answer = self.begin(session, film.stat().st_size, **{"filename": film.name, **metadata})
        assert answer.status_code == 201, answer.text
        return str(answer.headers["location"])

    def offset(self, address: str) -> int | None:
        """How many bytes the server has; None while it cannot say."""
        try:
            answer = self.http.head(address, headers=TUS)
        except httpx2.TransportError:
            return None
        return int(answer.headers["upload-offset"]) if answer.status_code == 200 else None

    def send(self, address: str, film: Path, until: int | None = None, piece_bytes: int = SMALL_PIECE_BYTES) -> None:
        """Send a file, or its bytes up to ``until``, as a tus client does: piece by piece, from where the server stands,
        asking again for that after every mishap.
        """
        end = film.stat().st_size if until is None else until
        offset = self._wait_for_offset(address)
        with film.open("rb") as source:
            while offset < end:
                source.seek(offset)
                piece = source.read(min(piece_bytes, end - offset))
                offset = offset + len(piece) if self._patch(address, offset, piece) else self._wait_for_offset(address)

    def _wait_for_offset(self, address: str) -> int:
        def known() -> tuple[int] | None:
            offset = self.offset(address)
            return None if offset is None else (offset,)

        return eventually(known)[0]

    def _patch(self, address: str, offset: int, piece: bytes) -> bool:
        headers = {**TUS, "Upload-Offset": str(offset), "Content-Type": "application/offset+octet-stream"}
        try:
            answer = self.http.patch(address, content=piece, headers=headers)
        except httpx2.TransportError:
            return False
        return answer.status_code == 204

    def _call(self, method: str, path: str, **body: str) -> Body:
        answer = self.http.request(method, path, json=body or None)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        found: Body = answer.json() if answer.content else {}
        return found


def refusal(answer: httpx2.Response) -> tuple[int, str]:
    """Status and code of a problem document that says the same status and a sentence."""
    assert answer.headers["content-type"].startswith("application/problem+json"), answer.text
    problem = answer.json()
    assert problem["status"] == answer.status_code
    assert problem["detail"]
    return answer.status_code, problem["code"]


def video_of(address: str) -> str:
    """The video that an upload's address belongs to."""
    return address.rsplit("/", 1)[1].partition("+")[0]
