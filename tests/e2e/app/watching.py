"""What a test does with a page that shows the player."""

from collections.abc import Callable
from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e.people import PATIENCE_SECONDS


def until(page: Page, what: Callable[[], object], seconds: float = PATIENCE_SECONDS) -> None:
    """Wait until ``what`` is true. The page goes on meanwhile; its policy forbids the waiting that Playwright has for this."""
    for _ in range(int(seconds * 10)):
        if what():
            return
        page.wait_for_timeout(100)
    raise TimeoutError(f"{what} was not so for {seconds} s")


def video(page: Page, expression: str) -> Any:
    """The value of a JavaScript expression over ``video``."""
    return page.locator("video").evaluate(f"video => {expression}")


def until_it_plays(page: Page) -> None:
    """Wait until the picture moves."""
    start = video(page, "video.currentTime")
    until(page, lambda: video(page, "video.currentTime") > start + 0.5)


def enter(page: Page, link: str) -> None:
    """Come in by an invite link, and watch until the film runs."""
    page.goto(link)
    page.get_by_role("button", name="Join").click()
    expect(page.locator("video")).to_be_visible()
    until_it_plays(page)


def choose(page: Page, setting: str, choice: str) -> None:
    """Choose something in the player's settings."""
    page.get_by_role("button", name="Settings").click()
    page.get_by_label(setting, exact=True).select_option(label=choice)
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
