"""How a guest's player does: ``python -m tests.bench.watching [--starts N] [--seconds S] [--json FILE]``.

A stack of its own with a ready film in 1080p, 720p, … (H.264/AAC, 24 fps), watched in headless Chromium by the app's own pages.

start
    seconds from the click on *Join* to the first picture on the screen, by N guests (default 20) who were never here: the
    joining, the stream call, the player's code, playlists and the first segment are in it.
dropped
    the share of pictures that the browser dropped, of those of S seconds (default 20) at 1080p.
"""

import argparse
import json
import tempfile
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, expect

from tests.bench import machine
from tests.bench.playable import summary, talk
from tests.bench.tables import print_table
from tests.e2e.app.watching import choose, enter, until, video
from tests.e2e.browsing import running_chromium
from tests.e2e.people import Person
from tests.stack import start_stack

READY_SECONDS = 600
WINDOW: Any = {"width": 1280, "height": 800}
# The page's own clock: from the click's time stamp to the composition of the first picture.
STOPWATCH = """
    document.addEventListener('click', event => { window.clicked ??= event.timeStamp }, true);
    new MutationObserver((_, observer) => {
        const video = document.querySelector('video');
        if (video === null) return;
        observer.disconnect();
        video.requestVideoFrameCallback(() => { window.shown = performance.now() });
    }).observe(document, { childList: true, subtree: true });
"""


def start_once(browser: Browser, link: str) -> float:
    """Seconds from click to first picture, for a new guest."""
    context = browser.new_context(viewport=WINDOW)
    page = context.new_page()
    page.add_init_script(STOPWATCH)
    page.goto(link, wait_until="networkidle")
    page.get_by_role("button", name="Join").click()
    until(page, lambda: page.evaluate("window.shown !== undefined"))
    milliseconds: float = page.evaluate("window.shown - window.clicked")
    context.close()
    return milliseconds / 1000


def watch(browser: Browser, link: str, seconds: int) -> dict[str, float]:
    """Pictures shown and dropped while so many seconds of film are watched at 1080p."""
    context = browser.new_context(viewport=WINDOW)
    page = context.new_page()
    enter(page, link)
    choose(page, "Quality", "1080p")
    until(page, lambda: video(page, "video.videoHeight") == 1080)
    video(page, "(video.currentTime = 0)")
    expect(page.get_by_role("button", name="Pause")).to_be_attached()
    before = _pictures(page)
    until(page, lambda: video(page, "video.currentTime") >= seconds, seconds=seconds * 3)
    total, dropped = (after - then for after, then in zip(_pictures(page), before, strict=True))
    context.close()
    return {"seconds": seconds, "pictures": total, "dropped": dropped, "share": round(dropped / total, 5)}


def _pictures(page: Page) -> tuple[int, int]:
    quality = video(page, "(({ totalVideoFrames, droppedVideoFrames }) => [totalVideoFrames, droppedVideoFrames])"
                    "(video.getVideoPlaybackQuality())")  # fmt: skip
    return quality[0], quality[1]


def main() -> None:
    """Measure, print a table, and write JSON where asked."""
    arguments = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    arguments.add_argument("--starts", type=int, default=20)
    arguments.add_argument("--seconds", type=int, default=20)
    arguments.add_argument("--json", type=Path)
    asked = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="matinee-bench-") as folder:
        file = talk(Path(folder), -(-(asked.seconds + 5) // 10) * 10, "4M")
        stack = start_stack(Path(folder))
        try:
            with Person(stack.url) as host:
                session = host.sign_up().create_session("Bench")
                host.upload(session, file)
                host.wait(session, "ready", seconds=READY_SECONDS)
                link = host.invite(session)
                with running_chromium() as browser:
                    version = browser.version
                    start_once(browser, link)  # warms the servers and the browser itself
                    starts = summary([start_once(browser, link) for _ in range(asked.starts)])
                    dropped = watch(browser, link, asked.seconds)
        finally:
            stack.stop()
    print_table(
        ["", *starts],
        [[f"start, {asked.starts} guests (s)", *starts.values()], ["dropped at 1080p", f"{dropped['share']:.2%}", "", "", ""]],
    )
    report = {"machine": machine.describe(), "chromium": version, "starts": asked.starts, "start_s": starts, "dropped": dropped}
    text = json.dumps(report, indent=1)
    if asked.json:
        asked.json.write_text(text + "\n")


if __name__ == "__main__":
    main()
