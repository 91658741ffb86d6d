"""Makes ``docs/images/<page>-<theme>-<width>.png`` anew: ``python -m tests.e2e.app.screenshots``.

It starts a stack of its own, fills it with sessions, and looks at every page as a host and as a guest do.
"""

import subprocess
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from playwright.sync_api import Browser, Page, expect

from functions.transcode.ffmpeg import binary
from infra.local.configuration import ROOT
from tests.e2e.app.watching import enter, video
from tests.e2e.browsing import running_chromium
from tests.e2e.films import make
from tests.e2e.people import PASSWORD, Person
from tests.stack import start_stack

FOLDER = ROOT / "docs" / "images"
HEIGHT_OF_WIDTH = {360: 740, 768: 1024, 1440: 900}
# One palette for each picture and no dithering: such pages become a tenth of the size, and look the same.
PALETTE = "split[a][b];[a]palettegen=max_colors=128:stats_mode=single[p];[b][p]paletteuse=dither=none"
_COLOURS = "gradients=size=1280x720:rate=24:duration={seconds}:n=3:c0=0x1b1030:c1=0x9b2c48:c2=0xf0a868:speed=0.004:seed={seed}"


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
            self._page.screenshot(path=plain, full_page=True, animations="disabled")
            command = (binary(), "-v", "error", "-y", "-i", str(plain), "-vf", PALETTE, str(target))
            subprocess.run(command, check=True, timeout=60)


def main() -> None:
    """Take all pictures."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        stack = start_stack(Path(scratch))
        try:
            with Person(stack.url) as host, running_chromium() as browser:
                session, ended = _furnish(host, Path(scratch))
                for theme in ("light", "dark"):
                    for width in HEIGHT_OF_WIDTH:
                        _walk(browser, stack.url, host, (session, ended), theme, width)
        finally:
            stack.stop()


def _furnish(host: Person, scratch: Path) -> tuple[str, str]:
    """An account with some sessions: the ids of one with films and of one that has ended."""
    films = [_film(scratch / name, seed) for seed, name in enumerate(("Summer evening.mp4", "The long way home.mp4"), 3)]
    host.email = "ada@example.com"
    host.sign_up()
    ended = host.create_session("Test screening")
    host.upload(ended, films[0])
    host.wait(ended, "ready", seconds=300)
    host.end(ended)
    host.receipt(ended)
    host.create_session("Dailies, week 12", ends_at=(datetime.now(UTC) + timedelta(days=3)).isoformat())
    session = host.create_session("Family premiere", ends_at=(datetime.now(UTC) + timedelta(hours=5, minutes=30)).isoformat())
    for film in films:
        host.wait(session, "ready", video=host.upload(session, film), seconds=300)
    return session, ended


def _film(path: Path, seed: int) -> Path:
    codecs = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p", "-g", "48")
    return make(path, "-f", "lavfi", "-i", _COLOURS.format(seconds=24, seed=seed), *codecs)


def _walk(browser: Browser, origin: str, host: Person, sessions: tuple[str, str], theme: str, width: int) -> None:
    context = browser.new_context(base_url=origin, color_scheme="dark" if theme == "dark" else "light")
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": HEIGHT_OF_WIDTH[width]})
    photographer = Photographer(page, f"{theme}-{width}")
    session, ended = sessions

    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    photographer.take("sign-in")
    page.get_by_label("Email").fill(host.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("listitem")).to_have_count(3)
    page.wait_for_load_state("networkidle")
    photographer.take("home")

    page.goto(f"/sessions/{session}")
    page.get_by_role("button", name="Create invite link").click()
    link = page.get_by_label("Invite link", exact=True).input_value()
    page.wait_for_load_state("networkidle")
    photographer.take("session")
    page.goto(f"/sessions/{ended}")
    expect(page.get_by_role("table")).to_be_visible()
    photographer.take("receipt")

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
