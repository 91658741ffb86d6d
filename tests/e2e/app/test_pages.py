"""Every page: accessible in both themes, by keyboard alone, without a word in the console; and what is new on some."""

import json
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import ConsoleMessage, Page, expect

from tests.e2e.app.accessibility import violations
from tests.e2e.app.conftest import Screening
from tests.e2e.app.watching import enter, until
from tests.e2e.browsing import Audience, create_session, sign_up
from tests.e2e.people import PASSWORD, Person


def words_of(page: Page) -> list[str]:
    """What the page's console says from now on: warnings and errors."""
    said: list[str] = []

    def note(message: ConsoleMessage) -> None:
        if message.type in ("warning", "error"):
            said.append(message.text)

    page.on("console", note)
    return said


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_breaks_an_accessibility_rule_or_logs_a_word(
    audience: Audience, screening: Screening, host: Person, theme: str
) -> None:
    page = audience.newcomer()
    page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
    said, broken = words_of(page), {}

    def look(name: str, heading: str) -> None:
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        broken[name] = violations(page)

    page.goto("/")
    look("sign in", "Sign in")
    page.get_by_role("button", name="New here?").click()
    look("sign up", "Create account")
    page.get_by_role("button", name="I have an account").click()
    page.get_by_label("Email").fill(screening.host.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    look("home", "Your sessions")
    page.get_by_role("button", name="Close account").click()
    look("close account", "Close your account?")
    page.keyboard.press("Escape")
    page.get_by_role("link", name="Opening night").click()
    look("session", "Videos")
    page.get_by_role("button", name="Settings").click()
    look("settings", "Opening night")
    page.keyboard.press("Escape")
    page.get_by_role("button", name="End session").click()
    look("end", "End this session?")
    page.goto(screening.link)
    look("invitation", "You are invited to watch")
    page.get_by_role("button", name="Join").click()
    look("watch", "Opening night")
    page.goto("/nowhere")
    look("not found", "There is nothing here")

    assert {name: found for name, found in broken.items() if found} == {}
    assert said == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_no_page_that_says_why_there_is_nothing_to_watch_breaks_an_accessibility_rule(
    audience: Audience, host: Person, theme: str
) -> None:
    audience.expect_errors(r"40[1349] .* /api/sessions/")
    session = host.create_session("Over")
    old_link, link = host.invite(session), host.invite(session)
    broken: dict[str, list[str]] = {}

    def look(page: Page, address: str, heading: str) -> Page:
        page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
        page.goto(address)
        if "#" in address:
            page.get_by_role("button", name="Join").click()
        expect(page.get_by_role("heading", name=heading)).to_be_visible()
        broken[heading] = violations(page)
        return page

    look(audience.newcomer(), old_link, "This invitation does not work")
    look(audience.newcomer(), f"/watch/{session}", "An invitation is needed")
    look(audience.newcomer(), "/watch/01890000-0000-7000-8000-000000000000#x", "There is no such session")
    waiting = look(audience.newcomer(), link, "Nothing to watch yet")
    host.end(session)
    host.receipt(session)
    expect(waiting.get_by_role("heading", name="This session has ended")).to_be_visible()
    broken["ended"] = violations(waiting)
    receipt = look(audience.seat(host), f"/sessions/{session}", "Receipt")
    expect(receipt.get_by_role("table")).to_be_visible()
    broken["receipt"] = violations(receipt)

    assert {name: found for name, found in broken.items() if found} == {}


def test_the_receipt_is_saved_as_the_api_gives_it(audience: Audience, host: Person) -> None:
    session = host.create_session("Kept")
    host.end(session)
    receipt = host.receipt(session)
    page = audience.seat(host)
    page.goto(f"/sessions/{session}")
    with page.expect_download() as saved:
        page.get_by_role("button", name="Download receipt").click()
    assert json.loads(saved.value.path().read_text()) == receipt
    assert saved.value.suggested_filename == f"matinee-receipt-{session}.json"


def test_nothing_moves_for_those_who_do_not_want_it(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    page.emulate_media(reduced_motion="reduce")
    enter(page, screening.link)
    moving = """[...document.querySelectorAll('*')].filter(element => {
        const { transitionDuration, animationName } = getComputedStyle(element);
        return transitionDuration !== '0s' || animationName !== 'none';
    }).map(element => element.outerHTML.slice(0, 200))"""
    assert page.evaluate(moving) == []
    page.emulate_media(reduced_motion="no-preference")
    assert page.evaluate(moving) != [], "there is nothing that could move"


def test_a_newcomers_first_page_and_the_api_page_log_nothing(audience: Audience) -> None:
    page = audience.newcomer()
    said = words_of(page)
    page.goto("/")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.goto("/api/docs")
    expect(page.get_by_text("/api/sessions", exact=True).first).to_be_visible()
    assert said == []


def test_a_session_is_made_invited_to_and_ended_by_keyboard_alone(audience: Audience) -> None:
    page = audience.newcomer()
    sign_up(page)
    page.get_by_label("Title").focus()
    page.keyboard.type("By hand")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1, name="By hand")).to_be_visible()

    _press(page, "Create invite link")
    expect(page.get_by_role("img", name="QR code")).to_be_visible()
    _press(page, "End session")
    expect(page.get_by_role("dialog")).to_be_visible()
    assert page.evaluate("document.querySelector('[role=dialog]').contains(document.activeElement)")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.get_by_role("button", name="End session")).to_be_focused()
    page.keyboard.press("Enter")
    _press(page, "End and delete everything")
    expect(page.get_by_text("A last look found 0 objects left")).to_be_visible()


def test_the_focus_is_always_seen(audience: Audience) -> None:
    page = audience.newcomer()
    sign_up(page)
    create_session(page, "Where am I")
    reached = 0
    page.keyboard.press("Tab")
    while page.evaluate("document.activeElement !== document.body"):
        reached += 1
        outline = page.evaluate(
            """() => {
                let focused = document.activeElement;
                const styles = [focused, focused.parentElement].map(element => getComputedStyle(element));
                return styles.some(style => style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2);
            }"""
        )
        assert outline, page.evaluate("document.activeElement.outerHTML")
        page.keyboard.press("Tab")
    assert reached >= 7, "Tab does not go through the whole page"


def test_the_app_speaks_the_language_of_the_browser_and_the_one_that_is_chosen(audience: Audience) -> None:
    page = audience.newcomer()
    page.add_init_script("Object.defineProperty(navigator, 'languages', { get: () => ['de-AT', 'en'] })")
    page.goto("/")
    expect(page.get_by_role("heading", name="Anmelden")).to_be_visible()
    assert page.evaluate("document.documentElement.lang") == "de"
    page.get_by_label("Sprache").select_option("en")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


def test_a_closed_account_is_gone(audience: Audience) -> None:
    page = audience.newcomer()
    sign_up(page)
    page.get_by_role("button", name="Close account").click()
    page.get_by_role("button", name="Close account and delete everything").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    page.reload()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()


@pytest.mark.parametrize("width", [360, 768, 1440])
def test_no_page_is_wider_than_its_window(audience: Audience, screening: Screening, width: int) -> None:
    page = audience.seat(screening.host)
    page.set_viewport_size({"width": width, "height": 800})
    for address, heading in ((f"/sessions/{screening.session}", "Opening night"), ("/", "Your sessions")):
        page.goto(address)
        expect(page.get_by_role("heading", name=heading).first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= width, address


def test_a_guest_whose_session_ends_is_told_so_once_and_left_in_peace(
    audience: Audience, newcomer: Callable[[], Person], screening: Screening
) -> None:
    host = newcomer().sign_up()
    session = host.create_session("Last reel")
    page = audience.newcomer()
    audience.expect_errors(rf"409 .* /api/sessions/{session}/stream", rf"403 .* /streams/{session}/")
    page.goto(host.invite(session))
    page.get_by_role("button", name="Join").click()
    expect(page.get_by_role("heading", name="Nothing to watch yet")).to_be_visible()
    host.end(session)
    expect(page.get_by_role("heading", name="This session has ended")).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(6_000)  # several times as long as it asked again before
    assert asked == []


def test_a_guest_who_watches_is_shut_out_by_a_new_link(
    audience: Audience, newcomer: Callable[[], Person], screening: Screening
) -> None:
    audience.expect_errors(rf"40[13] .* /api/sessions/{screening.session}/", rf"403 .* /streams/{screening.session}/")
    page = audience.newcomer()
    enter(page, screening.link)
    link = screening.host.invite(screening.session)
    # What is loaded can still be seen; the next look for what there is to watch tells.
    page.keyboard.press("l")
    expect(page.get_by_role("heading", name=re.compile("An invitation is needed|This invitation does not work"))).to_be_visible()
    expect(page.locator("video")).to_have_count(0)
    enter(page, link)
    until(page, lambda: "#" not in page.url)


def _press(page: Page, name: str) -> None:
    """Press a button with the keyboard alone: go to it with Tab, then Enter."""
    button = page.get_by_role("button", name=name)
    expect(button).to_be_visible()
    for _ in range(60):
        if button.evaluate("button => button === document.activeElement"):
            page.keyboard.press("Enter")
            return
        page.keyboard.press("Tab")
    raise AssertionError(f"{name} cannot be reached with Tab")
