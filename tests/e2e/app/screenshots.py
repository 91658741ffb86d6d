"""Makes ``docs/images/<page>-<theme>-<width>.png`` anew: ``python -m tests.e2e.app.screenshots``.

It starts a stack of its own, fills it with sessions, and looks at every page as a host and as a guest do.
"""

import subprocess
import tempfile
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from functions.transcode.ffmpeg import binary
from infra.local.configuration import ROOT
from tests.e2e.app.films import landscape
from tests.e2e.app.watching import enter, video
from tests.e2e.browsing import running_chromium
from tests.e2e.people import PASSWORD, Person
from tests.stack import start_stack

FOLDER = ROOT / "docs" / "images"
HEIGHT_OF_WIDTH = {360: 740, 768: 1024, 1440: 900}
# Lossless, in all colours, as small as PNG can be made.
PACKED = ("-c:v", "png", "-pred", "mixed", "-compression_level", "9", "-pix_fmt", "rgb24")


class Photographer:
    """Takes pictures of one page in one theme and width."""

    def __init__(self, page: Page, suffix: str) -> None:
        self._page = page
        self._suffix = suffix

    def take(self, name: str) -> None:
        """Write the page as it is now, in its whole length."""
        target = FOLDER / f"{name}-{self._suffix}.png"
        with tempfile.TemporaryDirectory() as scratch:
            plain = Path(scratch) / "plain.png"
            self._page.mouse.move(0, 0)
            self._page.evaluate("new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")
            self._page.screenshot(path=plain, full_page=True, animations="disabled")
            command = (binary(), "-v", "error", "-y", "-i", str(plain), *PACKED, str(target))
            subprocess.run(command, check=True, timeout=60)


@dataclass(frozen=True)
class House:
    """A host's sessions by their ids, and the links into those that guests are shown."""

    host: Person
    premiere: str
    over: str
    link_to_waiting: str
    link_to_over: str


def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        stack = start_stack(Path(scratch))
        try:
            with Person(stack.url) as host, running_chromium() as browser:
                house = _furnish(host, Path(scratch))
                for theme in ("light", "dark"):
                    for width in HEIGHT_OF_WIDTH:
                        _walk(browser, stack.url, house, theme, width)
        finally:
            stack.stop()


def _furnish(host: Person, scratch: Path) -> House:
    """An account with a session that has films, one that waits for them, and one that is over."""
    films = [
        landscape(scratch / "Summer evening.mp4", sky=((46, 26, 71), (246, 176, 106)), ground=(24, 14, 36), sun=(0.64, 0.56)),
        landscape(scratch / "The long way home.mp4", sky=((10, 22, 44), (94, 148, 160)), ground=(6, 16, 24), sun=(0.3, 0.3)),
    ]
    host.email = "ada@example.com"
    host.sign_up()
    over = host.create_session("Test screening")
    link_to_over = host.invite(over)
    host.upload(over, films[0])
    host.wait(over, "ready", seconds=300)
    host.end(over)
    host.receipt(over)
    waiting = host.create_session("Dailies, week 12", ends_at=(datetime.now(UTC) + timedelta(days=3)).isoformat())
    premiere = host.create_session("Family premiere", ends_at=(datetime.now(UTC) + timedelta(hours=5, minutes=30)).isoformat())
    for film in films:
        host.wait(premiere, "ready", video=host.upload(premiere, film), seconds=300)
    return House(host, premiere, over, host.invite(waiting), link_to_over)


def _walk(browser: Browser, origin: str, house: House, theme: str, width: int) -> None:
    is_phone = width < 600
    context = browser.new_context(
        base_url=origin,
        color_scheme="dark" if theme == "dark" else "light",
        viewport={"width": width, "height": HEIGHT_OF_WIDTH[width]},
        is_mobile=is_phone,
        has_touch=is_phone,
    )
    page = context.new_page()
    photographer = Photographer(page, f"{theme}-{width}")

    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    photographer.take("sign-in")
    page.get_by_label("Email").fill(house.host.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("listitem")).to_have_count(3)
    page.wait_for_load_state("networkidle")
    photographer.take("home")

    page.goto(f"/sessions/{house.premiere}")
    page.get_by_role("button", name="Create invite link").click()
    link = page.get_by_label("Invite link", exact=True).input_value()
    page.wait_for_load_state("networkidle")
    photographer.take("session")
    page.goto(f"/sessions/{house.over}")
    expect(page.get_by_role("table")).to_be_visible()
    photographer.take("receipt")

    for name, closed_link, heading in (
        ("waiting", house.link_to_waiting, "Nothing to watch yet"),
        ("ended", house.link_to_over, "This session has ended"),
    ):
        page.goto(closed_link)
        page.get_by_role("button", name="Join").click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        photographer.take(name)

    page.goto(link)
    expect(page.get_by_role("button", name="Join")).to_be_visible()
    photographer.take("invitation")
    enter(page, link)
    page.keyboard.press("k")
    video(page, "(video.currentTime = 9)")
    page.get_by_role("button", name="Settings").click()
    page.wait_for_timeout(1000)
    photographer.take("watch")
    context.close()


if __name__ == "__main__":
    main()
