"""CloudFront's key-value store as its data API shows it, behind an HTTP proxy: its host names begin with an account's number."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread


@dataclass
class Store:
    """The store's entries, and the proxy through which it is reached."""

    url: str = ""
    arn: str = "arn:aws:cloudfront::111122223333:key-value-store/a1b2"
    entries: dict[str, str] = field(default_factory=dict)
    version: int = 0


@contextmanager
def key_value_store() -> Iterator[Store]:
    """An empty store. It takes a change only with the tag of its present state and a signature of SigV4A."""
    store = Store()

    class Api(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.rstrip("/").endswith("/keys"):
                self._answer(200, {"Items": [{"Key": key, "Value": value} for key, value in store.entries.items()]})
            else:
                self._answer(200, {"KvsARN": store.arn, "ItemCount": 0, "TotalSizeInBytes": 0, "Created": 0})

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            signed = self.headers["Authorization"].startswith("AWS4-ECDSA-P256-SHA256")
            if not signed or self.headers["If-Match"] != str(store.version):
                self._answer(409, {"Message": "not the present state"})
                return
            store.version += 1
            store.entries |= {put["Key"]: put["Value"] for put in asked["Puts"]}
            self._answer(200, {"ItemCount": len(store.entries), "TotalSizeInBytes": 0})

        def _answer(self, status: int, body: object) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("ETag", str(store.version))
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the base class's name
            """Keep the tests' output clean."""

    with HTTPServer(("127.0.0.1", 0), Api) as server:
        store.url = f"http://127.0.0.1:{server.server_port}"
        thread = Thread(target=server.serve_forever)
        thread.start()
        try:
            yield store
        finally:
            server.shutdown()
            thread.join()
