"""How objects are written."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest

from matinee import aws, storage
from matinee.settings import forget_settings


class Bucket(BaseHTTPRequestHandler):
    """Takes every object, and keeps what was said before its bytes."""

    heads: list[dict[str, str]]

    def do_PUT(self) -> None:
        self.heads.append(dict(self.headers))
        self.rfile.read(int(self.headers["Content-Length"]))
        self.send_response(200)
        self.end_headers()


@pytest.fixture
def heads(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[dict[str, str]]]:
    Bucket.heads = []
    with HTTPServer(("127.0.0.1", 0), Bucket) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        for name, value in {
            "AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}",
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "eu-central-1",
            "MATINEE_BUCKET": "bucket",
        }.items():
            monkeypatch.setenv(name, value)
        forget_settings()
        aws.forget_clients()
        yield Bucket.heads
        server.shutdown()
    forget_settings()
    aws.forget_clients()


def test_a_segment_is_sent_without_asking_whether_it_may(heads: list[dict[str, str]], tmp_path: Path) -> None:
    (segment := tmp_path / "00000.ts").write_bytes(bytes(188 * 1000))
    storage.put_file("streams/00000.ts", segment, "video/mp2t", "private")
    assert [head["Content-Length"] for head in heads] == ["188000"]
    assert "Expect" not in heads[0]
