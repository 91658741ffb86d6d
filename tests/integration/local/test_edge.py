"""The edge as a process, between a client that means no good and the bucket, the database and what lies behind."""

import http.client
import json
import socket
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from uuid import UUID

import psycopg
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from uuid_utils.compat import uuid7

from infra.local import parts
from infra.local.configuration import read_configuration
from infra.local.part import Part
from infra.local.readiness import accepts_connections
from tests.stack import Server, aws_client, free_ports
from tests.unit.local.cookies import signed_cookies

SEGMENT = bytes(range(256)) * 4096  # 1 MiB in which every offset can be told


@dataclass
class Answer:
    status: int
    headers: Message
    body: bytes

    @property
    def code(self) -> Any:
        return json.loads(self.body)["code"]


@dataclass
class Edge:
    port: int
    upstream: "Upstream"

    def ask(
        self, method: str, path: str, headers: Mapping[str, str] | None = None, body: Any = None, host: str = "127.0.0.1"
    ) -> Answer:
        connection = http.client.HTTPConnection(host, self.port, timeout=30)
        try:
            connection.request(method, path, body, dict(headers or {}))
            answer = connection.getresponse()
            return Answer(answer.status, answer.headers, answer.read())
        finally:
            connection.close()


@dataclass
class Upstream:
    """Stands for the API and for tusd: keeps what it was asked and answers 200."""

    port: int
    asked: list[tuple[str, str, Message, int]] = field(default_factory=list)


@pytest.fixture(scope="module")
def upstream() -> Iterator[Upstream]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _answer(self) -> None:
            length, got = int(self.headers.get("Content-Length", 0)), 0
            while got < length and (piece := self.rfile.read1(min(1 << 20, length - got))):
                got += len(piece)
            seen.asked.append((self.command, self.path, self.headers, got))
            self.send_response(200)
            self.send_header("Content-Length", "2")
            self.send_header("Set-Cookie", "a=1")
            self.send_header("Set-Cookie", "b=2")
            self.end_headers()
            self.wfile.write(b"ok")

        do_GET = do_POST = do_PATCH = _answer  # noqa: N815 - the names that the base class looks for

        def log_message(self, *_: object) -> None: ...

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    seen = Upstream(server.server_port)
    thread = Thread(target=server.serve_forever)
    thread.start()
    yield seen
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="module")
def edge(
    tmp_path_factory: pytest.TempPathFactory, postgres_url: str, localstack_env: dict[str, str], upstream: Upstream
) -> Iterator[Edge]:
    folder = tmp_path_factory.mktemp("edge")
    dist = folder / "dist"
    (dist / "assets").mkdir(parents=True)
    (dist / "index.html").write_text("<!doctype html><title>Matinee</title>")
    (dist / "assets" / "app-1a2b3c.js").write_text("export {}")
    (folder / "secret.txt").write_text("not for the web")
    port = free_ports()
    configuration = read_configuration(
        {"MATINEE_PORT": str(port), "MATINEE_TUSD_PORT": str(upstream.port), "MATINEE_API_PORT": str(upstream.port + 1)}
        | {"MATINEE_PUBLIC_URL": "http://matinee.example"}
    )
    environment = {
        **parts.base_environment(configuration),
        **localstack_env,
        "MATINEE_API_PORT": str(upstream.port),
        "MATINEE_DATABASE_URL": postgres_url,
        "MATINEE_FRONTEND_DIST": str(dist),
    }
    command = (sys.executable, "-m", "infra.local.edge")
    server = Server(Part("edge", command, environment, port, is_ready=accepts_connections(port)), folder / "edge.log")
    with server:
        yield Edge(port, upstream)


@pytest.fixture(scope="module")
def signing_key(localstack_env: dict[str, str]) -> rsa.RSAPrivateKey:
    store = aws_client("secretsmanager", localstack_env)
    pem = store.get_secret_value(SecretId=localstack_env["MATINEE_SIGNING_KEY_SECRET_ID"])["SecretString"]
    key = serialization.load_pem_private_key(pem.encode(), None)
    assert isinstance(key, rsa.RSAPrivateKey)
    return key


@dataclass
class Session:
    """An open session with one segment in the bucket."""

    id: UUID
    epoch: int
    key: rsa.RSAPrivateKey
    env: Mapping[str, str]
    database: "psycopg.Connection[Any]"

    @property
    def segment(self) -> str:
        return f"/streams/{self.id}/video/720p/1.ts"

    def cookies(self, resource: str | None = None, epoch: int | None = None, seconds: int = 60) -> dict[str, str]:
        made = signed_cookies(
            self.key,
            resource or f"http://matinee.example/streams/{self.id}/*",
            before=int(time.time()) + seconds,
            after=self.epoch if epoch is None else epoch,
            key_id=self.env["MATINEE_SIGNING_KEY_ID"],
        )
        return {"Cookie": "; ".join(f"{name}={value}" for name, value in made.items())}


@pytest.fixture
def session(postgres_url: str, localstack_env: dict[str, str], signing_key: rsa.RSAPrivateKey) -> Iterator[Session]:
    with psycopg.connect(postgres_url, autocommit=True) as database:
        user, identifier = uuid7(), uuid7()
        database.execute(
            "insert into users (id, email, name, password_hash) values (%s, %s, 'Host', 'x')", (user, f"{user}@example.com")
        )
        row = database.execute(
            "insert into sessions (id, host_id, title, access_epoch)"
            " values (%s, %s, 'Ours', extract(epoch from now())::bigint - 60) returning access_epoch",
            (identifier, user),
        ).fetchone()
        assert row is not None
        made = Session(identifier, row[0], signing_key, localstack_env, database)
        aws_client("s3", localstack_env).put_object(
            Bucket=localstack_env["MATINEE_BUCKET"],
            Key=made.segment.removeprefix("/"),
            Body=SEGMENT,
            ContentType="video/mp2t",
            CacheControl="private, max-age=60",
        )
        yield made


def test_a_holder_of_cookies_gets_the_segment_as_it_was_stored(edge: Edge, session: Session) -> None:
    answer = edge.ask("GET", session.segment, session.cookies())
    assert (answer.status, answer.body) == (200, SEGMENT)
    assert answer.headers["Content-Type"] == "video/mp2t"
    assert answer.headers["Cache-Control"] == "private, max-age=60"
    assert answer.headers["Accept-Ranges"] == "bytes"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_ranges_heads_and_etags_work_as_in_s3(edge: Edge, session: Session) -> None:
    part = edge.ask("GET", session.segment, {**session.cookies(), "Range": "bytes=1000-1999"})
    assert (part.status, part.body) == (206, SEGMENT[1000:2000])
    assert part.headers["Content-Range"] == f"bytes 1000-1999/{len(SEGMENT)}"
    head = edge.ask("HEAD", session.segment, session.cookies())
    assert (head.status, head.headers["Content-Length"], head.body) == (200, str(len(SEGMENT)), b"")
    same = edge.ask("GET", session.segment, {**session.cookies(), "If-None-Match": head.headers["ETag"]})
    assert (same.status, same.body) == (304, b"")
    beyond = edge.ask("GET", session.segment, {**session.cookies(), "Range": f"bytes={len(SEGMENT)}-"})
    assert beyond.status == 416


def test_the_session_may_be_reached_under_another_name_of_the_machine(edge: Edge, session: Session) -> None:
    assert edge.ask("GET", session.segment, session.cookies(), host="localhost").status == 200


def test_a_stranger_gets_403_whether_the_object_is_there_or_not(edge: Edge, session: Session) -> None:
    for path in (session.segment, session.segment + "x", "/streams/", "/streams", f"/streams/{session.id}/"):
        answer = edge.ask("GET", path)
        assert (answer.status, answer.code) == (403, "forbidden"), path


def test_only_a_holder_of_cookies_learns_that_an_object_is_missing(edge: Edge, session: Session) -> None:
    for method in ("GET", "HEAD"):
        assert edge.ask(method, session.segment + "x", session.cookies()).status == 404


def test_cookies_of_one_session_do_not_open_another(edge: Edge, session: Session) -> None:
    other = str(session.id)[:-1] + ("0" if str(session.id)[-1] != "0" else "1")
    path = session.segment.replace(str(session.id), other)
    assert edge.ask("GET", path, session.cookies()).status == 403
    # Not even a policy for everything helps where the epoch is another session's.
    assert edge.ask("GET", path, session.cookies("http://matinee.example/*")).status == 403


def test_expired_cookies_are_refused(edge: Edge, session: Session) -> None:
    assert edge.ask("GET", session.segment, session.cookies(seconds=-1)).status == 403


def test_cookies_are_void_once_the_access_epoch_has_changed(edge: Edge, session: Session) -> None:
    cookies = session.cookies()
    assert edge.ask("GET", session.segment, cookies).status == 200
    session.database.execute("update sessions set access_epoch = access_epoch + 1 where id = %s", (session.id,))
    assert edge.ask("GET", session.segment, cookies).status == 403
    assert edge.ask("GET", session.segment, session.cookies(epoch=session.epoch + 1)).status == 200


def test_cookies_are_void_once_the_session_has_ended(edge: Edge, session: Session) -> None:
    session.database.execute("update sessions set ended_at = now() where id = %s", (session.id,))
    assert edge.ask("GET", session.segment, session.cookies()).status == 403


@pytest.mark.parametrize("detour", ["../uploads/x", "%2e%2e/x", "..%2fx", "/x", "./x", "a%5cb", "a\\b", "%00", "a%252f..%252fb"])
def test_cookies_open_no_detour(edge: Edge, session: Session, detour: str) -> None:
    path = f"/streams/{session.id}/{detour}"
    assert edge.ask("GET", path, session.cookies("http://matinee.example/*")).status == 403


def test_a_query_changes_nothing(edge: Edge, session: Session) -> None:
    assert edge.ask("GET", session.segment + "?versionId=1&x=/../y", session.cookies()).body == SEGMENT
    assert edge.ask("GET", session.segment + "?Policy=x").status == 403


def test_streams_can_only_be_read(edge: Edge, session: Session) -> None:
    for method in ("PUT", "POST", "DELETE"):
        assert edge.ask(method, session.segment, session.cookies(), body=b"x").status == 405
        assert edge.ask(method, session.segment, body=b"x").status == 403
    assert edge.ask("GET", session.segment, session.cookies()).body == SEGMENT


def test_uploads_cannot_be_read_at_all(edge: Edge, session: Session) -> None:
    aws_client("s3", session.env).put_object(
        Bucket=session.env["MATINEE_BUCKET"], Key=f"uploads/{session.id}/original", Body=b"the original"
    )
    answer = edge.ask("GET", f"/uploads/{session.id}/original", session.cookies("http://matinee.example/*"))
    assert b"the original" not in answer.body


def test_the_hooks_are_not_there(edge: Edge) -> None:
    before = len(edge.upstream.asked)
    for path in ("/hooks/tusd", "/hooks", "/%68ooks/tusd", "/HOOKS/../hooks/tusd"):
        assert edge.ask("POST", path, body=b"{}").status in (400, 404), path
    assert len(edge.upstream.asked) == before


def test_a_large_upload_passes_through_whole(edge: Edge) -> None:
    size = 64 << 20
    answer = edge.ask("PATCH", "/files/a/b+c?x=1", {"Upload-Offset": "0"}, body=bytes(size))
    method, path, headers, got = edge.upstream.asked[-1]
    assert (answer.status, method, path, got) == (200, "PATCH", "/files/a/b+c?x=1", size)
    assert headers["Upload-Offset"] == "0"
    assert headers["Transfer-Encoding"] is None


def test_what_came_before_an_interruption_reaches_tusd(edge: Edge) -> None:
    came = 5 << 20
    with socket.create_connection(("127.0.0.1", edge.port)) as client:
        client.sendall(f"PATCH /files/broken HTTP/1.1\r\nHost: here\r\nContent-Length: {8 * came}\r\n\r\n".encode())
        client.sendall(bytes(came))
    deadline = time.monotonic() + 20
    while edge.upstream.asked[-1][1] != "/files/broken":
        assert time.monotonic() < deadline, "the upstream was not told that the client has gone"
        time.sleep(0.05)
    assert edge.upstream.asked[-1][3] == came


def test_who_asked_for_what_is_said_by_the_edge_alone(edge: Edge) -> None:
    forged = {
        "Host": "matinee.example",
        "X-Forwarded-Host": "evil.example",
        "X-Forwarded-Proto": "gopher",
        "X-Forwarded-For": "192.0.2.1",
        "Forwarded": "host=evil.example",
        "Connection": "close, X-Dropped",
        "X-Dropped": "1",
    }
    edge.ask("POST", "/files/", forged, body=b"")
    headers = edge.upstream.asked[-1][2]
    assert headers["X-Forwarded-Host"] == "matinee.example"
    assert headers["X-Forwarded-Proto"] == "http"
    assert headers["X-Forwarded-For"] == "127.0.0.1"
    assert headers["Forwarded"] is None
    assert headers["X-Dropped"] is None


def test_every_cookie_of_an_answer_arrives(edge: Edge) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", edge.port, timeout=10)
    connection.request("GET", "/api/anything")
    answer = connection.getresponse()
    assert answer.headers.get_all("Set-Cookie") == ["a=1", "b=2"]
    answer.read()
    connection.close()


def test_pages_are_served_with_a_policy_that_allows_no_foreign_script(edge: Edge) -> None:
    for path in ("/", "/watch/abc", "/sessions/1"):
        answer = edge.ask("GET", path)
        assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache")
        assert b"<title>Matinee" in answer.body
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'self'" in policy
        assert "unsafe" not in policy
        assert answer.headers["Referrer-Policy"] == "no-referrer"


def test_assets_are_kept_for_ever_and_missing_ones_are_missing(edge: Edge) -> None:
    asset = edge.ask("GET", "/assets/app-1a2b3c.js")
    assert asset.status == 200
    assert "immutable" in asset.headers["Cache-Control"]
    for path in ("/assets/old.js", "/assets/", "/favicon.ico", "/secret.txt"):
        assert edge.ask("GET", path).status == 404, path
    assert edge.ask("GET", "/../secret.txt").status == 400


def test_an_upstream_that_is_away_is_a_502_with_its_code(
    edge: Edge, tmp_path: Path, postgres_url: str, localstack_env: dict[str, str]
) -> None:
    port, nobody = free_ports(), free_ports()
    environment = {
        **parts.base_environment(read_configuration({"MATINEE_PORT": str(port), "MATINEE_API_PORT": str(nobody)})),
        **localstack_env,
        "MATINEE_DATABASE_URL": postgres_url,
    }
    part = Part("edge", (sys.executable, "-m", "infra.local.edge"), environment, port, is_ready=accepts_connections(port))
    with Server(part, tmp_path / "edge.log"):
        answer = Edge(port, edge.upstream).ask("GET", "/api/health")
    assert (answer.status, answer.code) == (502, "upstream_unavailable")
