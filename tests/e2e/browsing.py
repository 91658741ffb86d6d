"""Browsers that keep a journal of what their pages complain of."""

import json
import os
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Error, Locator, Page, Request, expect, sync_playwright

from tests.e2e.people import PASSWORD, Person

PATIENCE_MS = 60_000
# The shell is the same engine without the windows around it, which cost more than our pages: a sixth of the CPU for a new page.
PROGRAMS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Chromium logs every refused request by itself. That nobody is signed in yet is an answer, not a fault.
NOT_SIGNED_IN = r"401 .* /api/me$"

expect.set_options(timeout=PATIENCE_MS)


def _launch_options(*more_flags: str) -> dict[str, Any]:
    named = os.environ.get("MATINEE_CHROMIUM")
    program = named or next(filter(None, map(shutil.which, PROGRAMS)), None)
    assert program, "no Chromium: install one, or name it with MATINEE_CHROMIUM"
    flags = [
        *("--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking"),
        *("--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required"),
        *(("--no-sandbox",) if os.geteuid() == 0 else ()),  # Chromium's sandbox does not start for root
        *more_flags,
    ]
    return {"executable_path": program, "args": flags}


@contextmanager
def running_chromium() -> Iterator[Browser]:
    """A headless Chromium. While it runs, nothing else in this thread can use asyncio."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**_launch_options())
        yield browser
        browser.close()


class Audience:
    """Browser contexts, each as separate as another person's machine, in front of one origin.

    What their consoles warn of or complain about, uncaught exceptions, and requests to another origin are ``errors``.
    """

    def __init__(self, chromium: Browser, origin: str) -> None:
        self.origin = origin
        self._chromium = chromium
        self._contexts: list[BrowserContext] = []
        self._tolerated = [NOT_SIGNED_IN]
        self._journal: list[str] = []
        self._complaints: list[str] = []

    @property
    def errors(self) -> list[str]:
        """What pages did or complained of that they should not, and that no test has said to expect."""
        return [line for line in self._complaints if not any(re.search(pattern, line) for pattern in self._tolerated)]

    def expect_errors(self, *patterns: str) -> None:
        """Complaints that are part of a test, as regular expressions over ``text address``."""
        self._tolerated.extend(patterns)

    def newcomer(self, proxy: str | None = None, **device: Any) -> Page:
        """A page of somebody who was never here, on a line of their own where a proxy is named.

        ``device`` are further options of a Playwright context (``has_touch``, ``viewport``, …).
        """
        return self._open(self._chromium.new_context(base_url=self.origin, proxy=_server(proxy), **device))

    def resident(self, profile: Path, proxy: str | None = None, *flags: str) -> Page:
        """A page in a browser of its own, with further flags, which keeps what it knows in a folder when it is closed."""
        options = {"base_url": self.origin, "proxy": _server(proxy), **_launch_options(*flags)}
        return self._open(self._chromium.browser_type.launch_persistent_context(profile, **options))

    def _open(self, context: BrowserContext) -> Page:
        context.set_default_timeout(PATIENCE_MS)
        context.grant_permissions(["clipboard-read", "clipboard-write"], origin=self.origin)
        self._contexts.append(context)
        context.on("page", self._attend)
        return context.new_page()

    def _attend(self, page: Page) -> None:
        page.on("console", self._note_console)
        page.on("pageerror", self._note_exception)
        page.on("request", self._note_request)
        page.on("dialog", lambda dialog: dialog.accept())

    def seat(self, person: Person, proxy: str | None = None) -> Page:
        """A page of somebody who is known from the API: with that person's cookies."""
        page = self.newcomer(proxy)
        for cookie in person.http.cookies.jar:
            page.context.add_cookies([{"name": cookie.name, "value": cookie.value or "", "url": self.origin + cookie.path}])
        return page

    def keep(self, folder: Path) -> None:
        """Write the journal and a picture of every page into a folder."""
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "console.txt").write_text("\n".join(self._journal))
        for number, page in enumerate(page for context in self._contexts for page in context.pages):
            page.screenshot(path=folder / f"page-{number}.png", full_page=True)

    def close(self) -> None:
        """Close every page."""
        for context in self._contexts:
            context.close()

    def _note_console(self, message: ConsoleMessage) -> None:
        line = f"{message.text} {message.location['url'].removeprefix(self.origin)}"
        self._journal.append(f"{message.type}: {line}")
        if message.type in ("warning", "error"):
            self._complaints.append(line)

    def _note_request(self, request: Request) -> None:
        if urlsplit(request.url).scheme.startswith("http") and not request.url.startswith(f"{self.origin}/"):
            self._complaints.append(f"another origin: {request.url}")

    def _note_exception(self, error: Error) -> None:
        self._journal.append(f"exception: {error}")
        self._complaints.append(str(error))


def _server(proxy: str | None) -> Any:
    return {"server": proxy} if proxy else None


def sign_up(page: Page) -> None:
    """Open an account on the start page."""
    page.goto("/")
    page.get_by_role("button", name="New here? Open an account").click()
    page.get_by_label("Name").fill("Ada")
    page.get_by_label("Email").fill(Person("http://nowhere.invalid").email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Create account").click()
    expect(page.get_by_role("heading", name="Your sessions")).to_be_visible()


def create_session(page: Page, title: str) -> str:
    """Create a session on the start page; gives its id."""
    page.get_by_label("Title").fill(title)
    page.get_by_role("button", name="Create session").click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()
    return page.url.rsplit("/", 1)[1]


def choose_file(page: Page, film: Path) -> None:
    """Choose a file to upload."""
    page.get_by_label("Choose video files").set_input_files(film)


def screen(page: Page) -> Locator:
    """The video element."""
    return page.locator("video")


def play(page: Page, rate: float = 1) -> None:
    """Play muted, from where it stands."""
    screen(page).evaluate("(video, rate) => { video.muted = true; video.playbackRate = rate; return video.play() }", rate)


def expect_playing(page: Page) -> None:
    """Wait until the picture has moved on by a second."""
    start = float(screen(page).evaluate("video => video.currentTime"))
    page.wait_for_function("start => document.querySelector('video').currentTime > start + 1", arg=start)


def picture_size(page: Page) -> tuple[int, int]:
    """Width and height of what is shown."""
    width, height = json.loads(screen(page).evaluate("video => JSON.stringify([video.videoWidth, video.videoHeight])"))
    return width, height


def expect_picture_size(page: Page, width: int, height: int) -> None:
    """Wait until pictures of that size are shown: for a moment there is none, where the player changes to the full ladder."""
    page.wait_for_function(
        "([width, height], v = document.querySelector('video')) => v.videoWidth === width && v.videoHeight === height",
        arg=[width, height],
    )
