"""Parts are killed, with kill -9, in the middle of something: the film still becomes ready."""

import signal
import socket
import threading
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest

from tests.e2e import films as makers
from tests.e2e.people import Person, eventually
from tests.e2e.stores import Stores
from tests.processes import descendants
from tests.stack import Stack, start_stack


@pytest.fixture
def host(breakable_stack: Stack) -> Iterator[Person]:
    with Person(breakable_stack.url) as person:
        yield person.sign_up()


def running(pids: Iterable[int]) -> set[str]:
    """The command lines of those that still run."""
    found = set()
    for pid in pids:
        try:
            found.add(Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")[0].decode())
        except FileNotFoundError:
            continue
    return found - {""}  # a zombie has none


@pytest.mark.parametrize("part", ["tusd", "hooks", "on-upload", "api", "edge", "worker-1"])
def test_a_part_is_killed_in_the_middle_of_an_upload_and_the_film_becomes_ready(
    breakable_stack: Stack, host: Person, films: Path, part: str
) -> None:
    film, session = makers.large(films, megabytes=18), host.create_session()
    address = host.begin_file(session, film)
    host.send(address, film, until=film.stat().st_size // 3)
    sending = threading.Thread(target=host.send, args=(address, film))
    sending.start()
    killed = breakable_stack.kill(part)
    sending.join()
    assert breakable_stack.wait_for_restart(part, killed)
    assert host.wait(session, "ready", seconds=200)["size_bytes"] == film.stat().st_size
    host.end(session)
    assert host.receipt(session)["remaining"] == 0
    assert Stores(breakable_stack).left(session) == []


def test_a_worker_is_killed_in_the_middle_of_a_chunk_and_only_what_it_had_in_hand_is_done_again(
    breakable_stack: Stack, host: Person, films: Path
) -> None:
    stores, session = Stores(breakable_stack), host.create_session()
    video = host.upload(session, makers.hevc(films, seconds=30, size="854x480"))

    def in_hand() -> set[tuple[str, int, int]]:
        return {_name(task) for task in stores.tasks(video) if task["status"] == "leased"}

    eventually(lambda: any(kind == "encode" and ordinal > 0 for kind, _, ordinal in in_hand()))
    ffmpegs = descendants(breakable_stack.pid("worker-1"))
    assert ffmpegs
    killed, had = breakable_stack.kill("worker-1"), in_hand()
    done = {_name(task) for task in stores.tasks(video) if task["status"] == "done"}
    eventually(lambda: not running(ffmpegs))
    breakable_stack.wait_for_restart("worker-1", killed)

    host.wait(session, "ready", seconds=200)
    again = {_name(task) for task in stores.tasks(video) if task["attempts"] > 1}
    assert again
    assert again <= had
    assert not again & done
    host.end(session)


def test_a_stack_that_is_stopped_in_the_middle_of_its_work_leaves_no_process_and_no_port_behind(
    tmp_path: Path, films: Path
) -> None:
    stack = start_stack(tmp_path)
    try:
        with Person(stack.url) as host:
            session = host.sign_up().create_session()
            host.upload(session, makers.hevc(films, seconds=30, size="854x480"))
            host.wait(session, "playable")
        eventually(lambda: any("ffmpeg" in command for command in running(descendants(stack.process.pid))))
        everything = descendants(stack.process.pid)
        ports = [stack.port(part) for part in ("edge", "api", "hooks", "tusd", "postgres", "localstack")]
    finally:
        status = stack.stop()
    assert status == 0
    assert running(everything) == set()
    for port in ports:
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(("127.0.0.1", port))


def test_a_worker_that_is_told_to_stop_gives_its_work_back_and_the_next_one_finishes_it(
    breakable_stack: Stack, host: Person, films: Path
) -> None:
    stores, session = Stores(breakable_stack), host.create_session()
    video = host.upload(session, makers.hevc(films, seconds=30, size="854x480"))
    eventually(lambda: any(task["kind"] == "encode" and task["status"] == "leased" for task in stores.tasks(video)))
    stopped = breakable_stack.kill("worker-1", signal.SIGTERM)
    breakable_stack.wait_for_restart("worker-1", stopped)
    host.wait(session, "ready", seconds=200)
    eventually(lambda: stores.work_is_over(video))
    assert {task["attempts"] for task in stores.tasks(video)} == {1}
    host.end(session)


def _name(task: dict[str, object]) -> tuple[str, int, int]:
    return str(task["kind"]), int(str(task["tier"])), int(str(task["ordinal"]))
