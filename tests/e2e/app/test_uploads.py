"""Uploads as a host's page does them: several at once, paused, dropped, cancelled, and taken up again after every mishap."""

import os
import re
import signal
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from shutil import copy

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import films as makers
from tests.e2e.browsing import PATIENCE_MS, Audience, choose_file, create_session, sign_up
from tests.e2e.line import Line
from tests.e2e.people import Person
from tests.e2e.stores import Stores
from tests.e2e.uploading import CUT_OFF, STILL_HELD, UploadLog, wait_until_sent
from tests.stack import Stack

SLOW = 3_000_000
SLEEP_SECONDS = 3


@pytest.fixture
def line() -> Iterator[Line]:
    """A slow line."""
    with Line() as between:
        between.upload_rate = SLOW
        yield between


def test_several_files_go_at_once_and_each_can_be_paused_and_cancelled(
    audience: Audience, host: Person, stores: Stores, line: Line, films: Path
) -> None:
    session = host.create_session("Three reels")
    first = makers.large(films, megabytes=18)
    second, third = films / "second.mp4", films / "third.mp4"
    for twin in (second, third):
        copy(first, twin)
    page = audience.seat(host, line.proxy)
    page.goto(f"/sessions/{session}")
    log = UploadLog(page)
    page.get_by_label("Choose video files").set_input_files([first, second, third])
    for film in (first, second, third):
        expect(_row(page, film)).to_contain_text(re.compile(r"Uploading \d+% · .+/s · .+ left"))

    _press(page, "Pause", first)
    expect(_row(page, first)).to_contain_text("Paused at")
    _press(page, "Cancel", second)
    expect(_row(page, second)).to_have_count(0)
    expect(_row(page, third)).to_contain_text("Ready to watch")
    expect(_row(page, first)).to_contain_text("Paused at")
    line.upload_rate = None
    _press(page, "Resume", first)
    expect(_row(page, first)).to_contain_text("Ready to watch")

    assert log.creations == 3
    assert log.known[-1] > 0
    assert log.sent_from[-1] == log.known[-1], "it did not go on from where the server stood"
    found = stores.rows("select filename, size_bytes from videos where session_id = %s order by filename", session)
    assert found == [{"filename": film.name, "size_bytes": first.stat().st_size} for film in (first, third)]
    assert len([entry for entry in stores.left(session) if entry.endswith(".info")]) == 2
    host.end(session)


def test_files_are_taken_wherever_on_the_page_they_fall(audience: Audience, host: Person, films: Path) -> None:
    session = host.create_session("Dropped")
    page = audience.seat(host)
    page.goto(f"/sessions/{session}")
    expect(page.get_by_role("heading", name="Videos")).to_be_visible()
    carried = page.evaluate_handle(
        """content => {
            const bytes = Uint8Array.from(atob(content), letter => letter.charCodeAt(0));
            const carried = new DataTransfer();
            carried.items.add(new File([bytes], 'dropped.mp4', { type: 'video/mp4' }));
            return carried;
        }""",
        b64encode(makers.short(films).read_bytes()).decode(),
    )
    page.dispatch_event("footer", "dragover", {"dataTransfer": carried})
    expect(page.get_by_text("Let go to upload")).to_be_visible()
    page.dispatch_event("footer", "drop", {"dataTransfer": carried})
    expect(page.get_by_text("Let go to upload")).to_have_count(0)
    expect(_row(page, Path("dropped.mp4"))).to_contain_text("Ready to watch")
    host.end(session)


def test_an_upload_waits_while_the_machine_is_offline_and_goes_on_by_itself(
    audience: Audience, host: Person, line: Line, films: Path
) -> None:
    session, film = host.create_session("In a tunnel"), makers.large(films, megabytes=18)
    page, log = _in_the_middle(audience, host, line, session, film)
    page.context.set_offline(True)
    line.cut()
    expect(_row(page, film)).to_contain_text("Connection lost. Trying again…")
    line.mend()
    line.upload_rate = None
    page.context.set_offline(False)
    expect(_row(page, film)).to_contain_text("Ready to watch")
    assert log.creations == 1
    assert log.sent_from[-1] == log.known[-1] > 0
    host.end(session)


def test_an_upload_goes_on_where_it_was_after_a_sleep_that_broke_its_connections(
    audience: Audience, host: Person, stores: Stores, line: Line, films: Path
) -> None:
    session, film = host.create_session("Lid closed"), makers.large(films, megabytes=18)
    page, log = _in_the_middle(audience, host, line, session, film)
    page.evaluate("window.awake = [performance.now()]; setInterval(() => window.awake.push(performance.now()), 100)")
    with _asleep(page):
        line.cut()
        time.sleep(SLEEP_SECONDS)
        line.mend()
    line.upload_rate = None
    # A connection may be dead without anybody saying so: the page gives it half a minute.
    expect(_row(page, film)).to_contain_text(re.compile("preparing|Preparing|Ready to watch"), timeout=2 * PATIENCE_MS)
    assert (
        page.evaluate("Math.max(...window.awake.slice(1).map((time, before) => time - window.awake[before]))")
        > SLEEP_SECONDS * 900
    )
    assert log.creations == 1
    assert log.sent_from == [0, *log.known]
    assert log.known[-1] > 0
    assert stores.rows("select size_bytes from videos where session_id = %s", session) == [{"size_bytes": film.stat().st_size}]
    host.end(session)


def test_the_same_file_goes_on_where_it_was_after_the_browser_was_closed(
    audience: Audience, stores: Stores, line: Line, films: Path, tmp_path: Path
) -> None:
    film = makers.large(films, megabytes=18)
    page = audience.resident(tmp_path / "profile", line.proxy)
    sign_up(page)
    session = create_session(page, "Two evenings")
    choose_file(page, film)
    wait_until_sent(page, 0.4)
    page.context.close()

    line.upload_rate = None
    page = audience.resident(tmp_path / "profile", line.proxy)
    log = UploadLog(page)
    page.goto(f"/sessions/{session}")
    expect(_row(page, film)).to_contain_text("Choose the same file again")
    choose_file(page, film)
    expect(_row(page, film)).to_contain_text("Ready to watch")
    assert log.creations == 0
    assert log.sent_from == log.known
    assert log.known[0] > 0
    (found,) = stores.rows("select size_bytes from videos where session_id = %s", session)
    assert found == {"size_bytes": film.stat().st_size}


def test_an_upload_goes_on_when_the_upload_server_was_killed_and_started_again(
    audience_of_breakable_stack: Audience, breakable_stack: Stack, line: Line, films: Path
) -> None:
    audience = audience_of_breakable_stack
    audience.expect_errors(r"50[0234] .* /files/")
    film = makers.large(films, megabytes=18)
    with Person(breakable_stack.url) as host:
        session = host.sign_up().create_session("Power cut")
        page, log = _in_the_middle(audience, host, line, session, film)
        killed = breakable_stack.kill("tusd")
        # Looked for with each frame: where the server is back at once, it stands there for a moment only.
        says = '([name, text]) => document.querySelector(`li[aria-label="${name}"]`).innerText.includes(text)'
        page.wait_for_function(says, arg=[film.name, "Connection lost. Trying again…"])
        breakable_stack.wait_for_restart("tusd", killed)
        line.upload_rate = None
        expect(_row(page, film)).to_contain_text("Ready to watch")
        assert log.creations == 1
        assert Stores(breakable_stack).rows("select size_bytes from videos where session_id = %s", session) == [
            {"size_bytes": film.stat().st_size}
        ]
        host.end(session)


def _in_the_middle(audience: Audience, host: Person, line: Line, session: str, film: Path) -> tuple[Page, UploadLog]:
    """A host's page, a third of a file sent, on a line that is about to break."""
    audience.expect_errors(CUT_OFF, STILL_HELD)
    page = audience.seat(host, line.proxy)
    page.goto(f"/sessions/{session}")
    log = UploadLog(page)
    choose_file(page, film)
    wait_until_sent(page, 0.3)
    return page, log


@contextmanager
def _asleep(page: Page) -> Iterator[None]:
    """The browser stands still, with all its processes, as when a machine sleeps."""
    browser = page.context.browser
    assert browser is not None
    processes = browser.new_browser_cdp_session().send("SystemInfo.getProcessInfo")["processInfo"]
    for process in processes:
        os.kill(process["id"], signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process["id"], signal.SIGCONT)


def _row(page: Page, film: Path) -> Locator:
    return page.get_by_role("listitem", name=film.name)


def _press(page: Page, action: str, film: Path) -> None:
    page.get_by_role("button", name=f"{action} {film.name}").click()
