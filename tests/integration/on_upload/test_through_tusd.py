"""Refusals and cancellations as a client of the real tusd meets them."""

import base64
import subprocess
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import imageio_ffmpeg
import pytest

from tests.integration.sessions.world import PASSWORD, new_email, refusal
from tests.stack import Stack

TUS = {"Tus-Resumable": "1.0.0"}


@dataclass(frozen=True)
class Uploader:
    """A host in front of a running stack, with a session."""

    browser: httpx2.Client
    session_id: str

    def begin(self, size: int, **metadata: str) -> httpx2.Response:
        """tus's creation request."""
        said = {"session": self.session_id, "filename": "a.mp4", "filetype": "video/mp4", **metadata}
        header = ",".join(f"{key} {base64.b64encode(value.encode()).decode()}" for key, value in said.items())
        return self.browser.post("/files/", headers={**TUS, "Upload-Length": str(size), "Upload-Metadata": header})

    def upload(self, data: bytes) -> str:
        """The address of an upload that is complete."""
        address = str(self.begin(len(data)).headers["location"])
        headers = {**TUS, "Upload-Offset": "0", "Content-Type": "application/offset+octet-stream"}
        assert self.browser.patch(address, content=data, headers=headers).status_code == 204
        return address

    def videos(self) -> list[dict[str, Any]]:
        """The session's videos as the API gives them."""
        videos: list[dict[str, Any]] = self.browser.get(f"/api/sessions/{self.session_id}").json()["videos"]
        return videos


@pytest.fixture
def uploader(stack: Stack) -> Iterator[Uploader]:
    with httpx2.Client(base_url=stack.url, timeout=30) as browser:
        account = {"email": new_email(), "password": PASSWORD, "name": "Uploader"}
        assert browser.post("/api/users", json=account).status_code == 201
        assert browser.post("/api/login", json=account).status_code == 200
        session_id = browser.post("/api/sessions", json={"title": "Uploads"}).json()["id"]
        yield Uploader(browser, session_id)
        browser.post(f"/api/sessions/{session_id}/end")


def _short_video(path: Path) -> bytes:
    """One second that is sure not to fail: of a failed video the original is gone."""
    command = [imageio_ffmpeg.get_ffmpeg_exe(), "-v", "error", "-f", "lavfi", "-i", "testsrc=duration=1:size=160x120:rate=25"]
    subprocess.run([*command, "-c:v", "libx264", "-pix_fmt", "yuv420p", str(path)], check=True)
    return path.read_bytes()


def test_refusals_reach_the_client_as_problems(uploader: Uploader) -> None:
    assert refusal(uploader.begin(10, filetype="text/html")) == (415, "upload_type_not_video")
    assert refusal(uploader.begin(10, session=str(uuid.uuid4()))) == (404, "session_not_found")
    assert refusal(uploader.begin((50 << 30) + 1)) == (413, "upload_too_large")
    uploader.browser.cookies.clear()
    assert refusal(uploader.begin(10)) == (401, "not_authenticated")


def test_nothing_is_left_of_a_refused_upload(uploader: Uploader) -> None:
    uploader.begin(10, filetype="text/html")
    uploader.begin((50 << 30) + 1)
    assert uploader.videos() == []


def test_a_hostile_file_name_goes_all_the_way_and_comes_back_harmless(uploader: Uploader) -> None:
    assert uploader.begin(10, filename='../../"a"\r\n🏖️' + "x" * 3000 + ".mp4").status_code == 201
    (video,) = uploader.videos()
    assert video["filename"].startswith('"a" 🏖️xxx')
    assert video["filename"].endswith("x.mp4")
    assert len(video["filename"]) == 255


def test_the_host_can_cancel_an_upload_and_nothing_is_left_of_it(uploader: Uploader) -> None:
    address = str(uploader.begin(10).headers["location"])
    assert uploader.browser.delete(address, headers=TUS).status_code == 204
    assert uploader.browser.head(address, headers=TUS).status_code == 404


def test_nobody_else_can_cancel_an_upload_and_nobody_can_delete_a_complete_original(uploader: Uploader, tmp_path: Path) -> None:
    begun, complete = str(uploader.begin(10).headers["location"]), uploader.upload(_short_video(tmp_path / "a.mp4"))
    guessed = complete.partition("+")[0] + "+made-up"  # tusd's store takes any ending for an upload that is complete
    for address in (begun, complete, guessed):
        assert refusal(httpx2.delete(address, headers=TUS)) == (401, "not_authenticated")
    assert refusal(uploader.browser.delete(guessed, headers=TUS)) == (409, "upload_finished")
