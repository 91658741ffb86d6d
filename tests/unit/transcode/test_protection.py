"""Protection from scale-in, against a real HTTP server in the agent's place."""

import json
import threading
import time
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from functions.transcode.protection import Protection


class Agent(ThreadingHTTPServer):
    """Takes down what it is asked, and answers with ``status``."""

    status = 200

    def __init__(self) -> None:
        self.asked: list[dict[str, Any]] = []
        super().__init__(("127.0.0.1", 0), Handler)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/api/task"


class Handler(BaseHTTPRequestHandler):
    def do_PUT(self) -> None:
        agent = self.server
        assert isinstance(agent, Agent)
        assert self.path == "/api/task/task-protection/v1/state"
        agent.asked.append(json.loads(self.rfile.read(int(self.headers["Content-Length"]))))
        self.send_response(agent.status)
        self.end_headers()
        self.wfile.write(b'{"protection": {}}' if agent.status == 200 else b'{"error": {}}')

    def log_message(self, *_: Any) -> None:
        pass


@pytest.fixture
def agent() -> Iterator[Agent]:
    server = Agent()
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def eventually(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 10
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.01)


def enabled(agent: Agent) -> list[bool]:
    return [asked["ProtectionEnabled"] for asked in agent.asked]


def test_it_begins_with_the_first_work_and_ends_with_the_last(agent: Agent) -> None:
    protection = Protection(agent.url, idle_seconds=0.05)
    with protection.held():
        eventually(lambda: enabled(agent) == [True])
        with protection.held():
            pass
        assert enabled(agent) == [True]
    eventually(lambda: enabled(agent) == [True, False])
    assert agent.asked[0]["ExpiresInMinutes"] > 0
    protection.close()


def test_it_is_renewed_while_the_work_goes_on(agent: Agent) -> None:
    protection = Protection(agent.url, renew_seconds=0.05)
    with protection.held():
        eventually(lambda: enabled(agent)[:3] == [True, True, True])
    protection.close()
    assert enabled(agent)[-1] is False


def test_an_agent_that_refuses_or_is_gone_stops_no_work(agent: Agent) -> None:
    agent.status = 400
    refused = Protection(agent.url, renew_seconds=0.05)
    with refused.held():
        eventually(lambda: len(agent.asked) >= 2)
    refused.close()
    gone = Protection("http://127.0.0.1:9", renew_seconds=0.05)
    with gone.held():
        pass
    gone.close()


def test_outside_ecs_there_is_nothing_to_ask(agent: Agent) -> None:
    with Protection(None).held():
        pass
    assert not agent.asked
