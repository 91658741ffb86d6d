"""People, browsers and stacks for the tests of the whole way."""

import re
from collections.abc import Callable, Generator, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from infra.local.configuration import ROOT
from tests.e2e.browsing import Audience, running_chromium
from tests.e2e.people import Person
from tests.e2e.stores import Stores
from tests.stack import Stack, start_stack

KEPT_AFTER_FAILURES = ROOT / ".matinee" / "failures"

_report = pytest.StashKey[pytest.TestReport]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Let fixtures know how their test went."""
    report = yield
    if call.when == "call":
        item.stash[_report] = report
    return report


@pytest.fixture(scope="session")
def breakable_stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A stack whose parts may be stopped and killed, by tests that wait until it works again."""
    folder = tmp_path_factory.mktemp("breakable")
    # A dead worker's work is free again soon.
    running = start_stack(folder, MATINEE_LEASE_SECONDS="8", MATINEE_HEARTBEAT_SECONDS="1")
    try:
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def films(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the generated films."""
    return tmp_path_factory.mktemp("films")


@pytest.fixture
def stores(stack: Stack) -> Stores:
    """Behind the shared stack."""
    return Stores(stack)


@pytest.fixture
def newcomer(stack: Stack) -> Iterator[Callable[[], Person]]:
    """Makes people in front of the shared stack: strangers as yet."""
    with ExitStack() as all_of_them:
        yield lambda: all_of_them.enter_context(Person(stack.url))


@pytest.fixture
def host(newcomer: Callable[[], Person]) -> Person:
    """A host in front of the shared stack."""
    return newcomer().sign_up()


# For a module only: while Playwright runs, nothing else in this thread can use asyncio.
@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """A headless Chromium."""
    with running_chromium() as browser:
        yield browser


@pytest.fixture
def audience_of(chromium: Browser, request: pytest.FixtureRequest) -> Callable[[Stack], AbstractContextManager[Audience]]:
    """Browsers for several people in front of a stack. A page that warns, logs an error, or throws, fails its test; failed
    tests leave pictures behind.
    """

    @contextmanager
    def seated(stack: Stack) -> Iterator[Audience]:
        opened = Audience(chromium, stack.url)
        try:
            yield opened
            report = request.node.stash.get(_report, None)
            if (report is not None and report.failed) or opened.errors:
                opened.keep(KEPT_AFTER_FAILURES / re.sub(r"[^\w.-]+", "-", request.node.name))
            assert opened.errors == []
        finally:
            opened.close()

    return seated


@pytest.fixture
def audience(audience_of: Callable[[Stack], AbstractContextManager[Audience]], stack: Stack) -> Iterator[Audience]:
    """Browsers for several people in front of the shared stack."""
    with audience_of(stack) as opened:
        yield opened
