"""The whole stack from outside: how it starts, survives and ends."""

import json
import os
import re
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from infra.local.configuration import ROOT
from tests.stack import Stack, aws_client, start_stack


@pytest.fixture(scope="module")
def own_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose parts may be killed, since they come back."""
    running = start_stack(tmp_path_factory.mktemp("own"))
    yield running
    running.stop()


def _health(url: str) -> int:
    with urllib.request.urlopen(f"{url}/api/health", timeout=5) as answer:  # noqa: S310 - our own address
        status: int = answer.status
        return status


def _pids(stack: Stack) -> set[int]:
    stated = json.loads((stack.state / "stack.json").read_text())
    return {part["pid"] for part in stated["parts"].values()}


def _running(pids: set[int]) -> set[int]:
    found = set()
    for pid in pids:
        status = Path(f"/proc/{pid}/status")
        if status.exists() and "State:\tZ" not in status.read_text():
            found.add(pid)
    return found


def _wait_until_gone(pids: set[int]) -> None:
    deadline = time.monotonic() + 20
    while _running(pids):
        assert time.monotonic() < deadline, f"still there: {_running(pids)}"
        time.sleep(0.1)


def _wait_until_healthy(stack: Stack) -> None:
    deadline = time.monotonic() + 30
    while True:  # 502 while the API comes back is right
        try:
            assert _health(stack.url) == 200
            break
        except OSError:
            assert time.monotonic() < deadline, stack.log
            time.sleep(0.1)


def test_parts_that_die_come_back(own_stack: Stack) -> None:
    for part in ("hooks", "api", "postgres", "edge"):
        own_stack.wait_for_restart(part, own_stack.kill(part))
    _wait_until_healthy(own_stack)


def test_a_second_start_on_the_same_ports_says_which_port_is_taken(own_stack: Stack, tmp_path: Path) -> None:
    port = re.search(r"\d+$", own_stack.url)
    assert port
    second = subprocess.run(
        [sys.executable, "-m", "infra.local", "up"],
        cwd=ROOT,
        env={
            **{name: value for name, value in os.environ.items() if not name.startswith(("MATINEE_", "AWS_"))},
            "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'common'}",
            "MATINEE_PORT": port[0],
            "MATINEE_STATE_DIR": str(tmp_path),
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert second.returncode == 2
    assert f"Port {port[0]} on 127.0.0.1" in second.stderr
    assert "MATINEE_PORT" in second.stderr
    _wait_until_healthy(own_stack)


def test_the_cloud_comes_back_provisioned_with_the_same_key(own_stack: Stack) -> None:
    def signing_key() -> str:
        store = aws_client("secretsmanager", own_stack.env)
        key: str = store.get_secret_value(SecretId=own_stack.env["MATINEE_SIGNING_KEY_SECRET_ID"])["SecretString"]
        return key

    before = signing_key()
    own_stack.wait_for_restart("localstack", own_stack.kill("localstack"))
    assert signing_key() == before
    assert aws_client("s3", own_stack.env).list_objects_v2(Bucket=own_stack.env["MATINEE_BUCKET"])["KeyCount"] == 0
    sqs = aws_client("sqs", own_stack.env)
    assert sqs.get_queue_attributes(QueueUrl=own_stack.env["MATINEE_BULK_QUEUE_URL"])["ResponseMetadata"]


def test_nothing_outlives_a_supervisor_that_was_killed(tmp_path: Path) -> None:
    stack = start_stack(tmp_path)
    pids = _pids(stack)
    stack.process.send_signal(signal.SIGKILL)
    stack.process.wait()
    _wait_until_gone(pids)


def test_a_second_stack_runs_beside_the_first_and_ends_clean(own_stack: Stack, tmp_path: Path) -> None:
    second = start_stack(tmp_path)
    try:
        assert (_health(own_stack.url), _health(second.url)) == (200, 200)
        assert second.env["MATINEE_DATABASE_URL"] != own_stack.env["MATINEE_DATABASE_URL"]
        pids, url = _pids(second), second.url
    finally:
        status = second.stop()
    assert status == 0
    assert _running(pids) == set()
    assert [child.name for child in second.state.iterdir()] == ["lock"]
    # The log names no address but the one to open.
    assert set(re.findall(r"https?://(?:localhost|127\.0\.0\.1):\d+", second.log)) == {url}
    assert second.log.count(url) == 1
    assert _health(own_stack.url) == 200
