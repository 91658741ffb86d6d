"""An upload's end has three witnesses: whichever come, once or late, there is exactly one transcode."""

import signal
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from uuid import uuid4

import pytest

from tests.e2e import films as makers
from tests.e2e.people import Person, eventually, video_of
from tests.e2e.stores import Stores
from tests.stack import Stack

HOOK, EVENT = "hooks", "on-upload"


@contextmanager
def paused(stack: Stack, *parts: str) -> Iterator[None]:
    """Parts that hear nothing meanwhile; what was sent to them arrives afterwards."""
    with ExitStack() as resumed:
        for part in parts:
            stack.kill(part, signal.SIGSTOP)
            resumed.callback(stack.kill, part, signal.SIGCONT)
        yield


class Upload:
    """One film of a session of its own, on its way."""

    def __init__(self, stack: Stack, host: Person, film: Path) -> None:
        self.stack, self.stores, self.host, self.film = stack, Stores(stack), host, film
        self.session = host.create_session()
        self.address = host.begin_file(self.session, film)
        self.video = video_of(self.address)
        host.send(self.address, film, until=film.stat().st_size // 2)
        eventually(lambda: self.stores.rows("select 1 from videos where upload_id is not null and id = %s", self.video))

    def finish(self) -> None:
        """Send the rest."""
        self.host.send(self.address, self.film)

    def wait(self) -> None:
        """Wait until the film is ready and no work is left."""
        self.host.wait(self.session, "ready")
        eventually(lambda: self.stores.work_is_over(self.video))

    def wait_for_event(self) -> None:
        """Wait until the bucket's events have been handled, those about this film among them."""
        eventually(lambda: self.stores.is_empty("MATINEE_ON_UPLOAD_QUEUE_URL"))

    def hooks_answered(self) -> int:
        """How many hooks the intake has answered so far, for all uploads."""
        return self.stack.log.count('"route":"/hooks/tusd"')

    def expect_one_transcode(self) -> None:
        """Each task was tried once, one of them planned, one witness counted, one film is there."""
        tasks = self.stores.tasks(self.video)
        assert [task["kind"] for task in tasks].count("plan") == 1
        assert {(task["status"], task["attempts"]) for task in tasks} == {("done", 1)}
        taken_in = [line for line in self.stack.log.splitlines() if self.video in line and "original taken in" in line]
        by_sweep = [line for line in self.stack.log.splitlines() if self.video in line and "found by the sweep" in line]
        assert len(taken_in) + len(by_sweep) == 1
        assert [video["status"] for video in self.host.videos(self.session)] == ["ready"]


@pytest.fixture
def upload(breakable_stack: Stack, films: Path) -> Iterator[Upload]:
    with Person(breakable_stack.url) as host:
        begun = Upload(breakable_stack, host.sign_up(), makers.long_gops(films))
        yield begun
        host.end(begun.session)


def test_the_hook_alone_starts_one_transcode_and_the_late_event_no_other(upload: Upload) -> None:
    with paused(upload.stack, EVENT):
        upload.finish()
        upload.wait()
    upload.wait_for_event()
    upload.expect_one_transcode()


def test_the_event_alone_starts_one_transcode_and_the_late_hook_no_other(upload: Upload) -> None:
    with paused(upload.stack, HOOK):
        upload.finish()
        upload.wait()
        before = upload.hooks_answered()
    eventually(lambda: upload.hooks_answered() > before)
    upload.expect_one_transcode()


def test_hook_and_event_together_start_one_transcode(upload: Upload) -> None:
    before = upload.hooks_answered()
    upload.finish()
    upload.wait()
    upload.wait_for_event()
    eventually(lambda: upload.hooks_answered() > before)
    upload.expect_one_transcode()


def test_the_sweep_alone_starts_one_transcode_and_late_hook_and_event_no_other(upload: Upload) -> None:
    with paused(upload.stack, HOOK, EVENT):
        upload.finish()
        sweep = {"id": str(uuid4()), "source": "matinee", "detail-type": "sweep", "detail": {}}
        upload.stores.send("MATINEE_CLEANUP_QUEUE_URL", sweep)
        upload.wait()
        before = upload.hooks_answered()
    upload.wait_for_event()
    eventually(lambda: upload.hooks_answered() > before)
    upload.expect_one_transcode()
