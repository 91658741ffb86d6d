"""The command: a folder or an origin in, a report and an exit status out."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from functions.transcode.conformance.__main__ import main
from functions.transcode.conformance.sources import Folder
from tests.unit.transcode.conformance.edits import Files, text


def written(files: Files, folder: Path) -> Path:
    for path, data in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(data)
    return folder / "full.m3u8"


@pytest.fixture
def origin(encoded: Files) -> Iterator[str]:
    """The stream behind an HTTP server that wants a cookie and knows ranges; ``/moved`` redirects."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = encoded.get(self.path.removeprefix("/streams/a/b/"))
            if self.headers["Cookie"] != "one=1; two=2" or self.headers["X-Viewer"] != "guest":
                self.send_response(403)
                self.end_headers()
            elif self.path == "/streams/a/b/moved.m3u8":
                self.send_response(302)
                self.send_header("Location", "/streams/a/b/full.m3u8")
                self.end_headers()
            elif data is None:
                self.send_response(404)
                self.end_headers()
            else:
                first, _, last = (self.headers["Range"] or "bytes=0-").removeprefix("bytes=").partition("-")
                part = data[int(first) : int(last or len(data)) + 1]
                self.send_response(206 if self.headers["Range"] else 200)
                self.send_header("Content-Range", f"bytes {first}-{int(first) + len(part) - 1}/{len(data)}")
                self.end_headers()
                self.wfile.write(part)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 # the base class's name
            """Log nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}/streams/a/b"
    server.shutdown()
    server.server_close()


def test_a_folder_that_passes_exits_with_0(encoded: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(written(encoded, tmp_path))]) == 0
    assert "PASSED: 0 must and 0 should broken" in capsys.readouterr().out


def test_a_broken_rule_exits_with_1_and_says_where(encoded: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    files = dict(encoded)
    text(files, "v360/index.m3u8", "DURATION:4", "DURATION:5")
    assert main([str(written(files, tmp_path)), "--json"]) == 1
    report = json.loads(capsys.readouterr().out)
    assert not report["passed"]
    [rule] = report["broken"]
    assert (rule["name"], rule["severity"], rule["count"]) == ("same-target", "must", 1)
    assert rule["findings"] == [{"rule": "same-target", "place": "v360/index.m3u8", "value": "5, v480/index.m3u8 4"}]
    assert main([str(tmp_path / "full.m3u8"), "--waive", "same-target"]) == 0


@pytest.mark.parametrize("playlist", ["/nowhere/full.m3u8", "http://127.0.0.1:9/full.m3u8"])
def test_what_cannot_be_read_exits_with_2(playlist: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([playlist]) == 2
    assert playlist in capsys.readouterr().err


@pytest.mark.parametrize("sample", ["structure", "edges", "whole"])
def test_an_origin_is_read_with_cookies_and_headers(origin: str, sample: str) -> None:
    sent = ["--cookie", "one=1", "--cookie", "two=2", "--header", "X-Viewer: guest"]
    assert main([f"{origin}/full.m3u8", "--sample", sample, *sent]) == 0
    assert main([f"{origin}/full.m3u8"]) == 2


def test_redirects_are_not_followed(origin: str) -> None:
    sent = ["--cookie", "one=1", "--cookie", "two=2", "--header", "X-Viewer: guest"]
    assert main([f"{origin}/moved.m3u8", *sent]) == 2


def test_a_stream_that_grows_is_looked_at_twice(encoded: Files, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(written(encoded, tmp_path)), "--wait", "0"]) == 0
    assert "grows-only" not in capsys.readouterr().out


def test_a_folder_gives_nothing_from_outside_of_it(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("x")
    (tmp_path / "stream").mkdir()
    (tmp_path / "stream" / "link.ts").symlink_to(tmp_path / "secret")
    for path in ("../secret", "link.ts"):
        with pytest.raises(OSError, match=r"link\.ts|secret"):
            Folder(tmp_path / "stream").read(path)


def test_the_rules_can_be_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--rules"]) == 0
    assert "starts-with-idr" in capsys.readouterr().out
