"""What a host sees of their sessions, and what a guest who came too early sees, without anybody loading a page again."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import films as makers
from tests.e2e.app.pictures import qr_text
from tests.e2e.app.watching import until, until_it_plays
from tests.e2e.browsing import Audience, choose_file, create_session, sign_up
from tests.e2e.people import PASSWORD, Person


def test_a_sessions_card_shows_its_picture_where_it_stands_and_the_time_that_is_left(
    audience: Audience, host: Person, films: Path
) -> None:
    last = host.create_session("Last night")
    page = audience.seat(host)
    page.goto(f"/sessions/{last}")
    page.get_by_role("link", name="All sessions").click()
    page.get_by_label("Title").fill("Tonight")
    ends = datetime.now().astimezone() + timedelta(hours=3, minutes=10)
    page.get_by_label("Ends at").fill(ends.strftime("%Y-%m-%dT%H:%M"))
    page.get_by_role("button", name="Create session").click()
    expect(page.get_by_role("heading", level=1, name="Tonight")).to_be_visible()
    session = page.url.rsplit("/", 1)[1]
    host.upload(session, makers.long_gops(films))
    host.wait(session, "ready")
    host.end(last)

    page.goto("/")
    card = page.get_by_role("article").filter(has=page.get_by_role("link", name="Tonight"))
    expect(card).to_contain_text(re.compile(r"Open.*1 video.*Ends in 3 hours"))
    until(page, lambda: card.locator("img").evaluate("picture => picture.naturalWidth > 0"))
    over = page.get_by_role("article").filter(has=page.get_by_role("link", name="Last night"))
    expect(over).to_contain_text(re.compile(r"(Deleting|Ended).*Ended"))
    host.end(session)


def test_host_and_guest_see_a_film_being_prepared_and_come_without_loading_the_page_again(
    audience: Audience, host: Person, films: Path
) -> None:
    session = host.create_session("Any minute now")
    hosts, guests = audience.seat(host), audience.newcomer()
    hosts.goto(f"/sessions/{session}")
    expect(hosts.get_by_text("No videos yet.")).to_be_visible()
    guests.goto(host.invite(session))
    guests.get_by_role("button", name="Join").click()
    expect(guests.get_by_role("heading", name="Nothing to watch yet")).to_be_visible()
    _noting_lines(hosts)
    for page in (hosts, guests):
        page.evaluate("window.isTheSamePage = true")

    choose_file(hosts, makers.hevc(films, seconds=20))
    expect(guests.locator("video")).to_be_visible()
    until_it_plays(guests)
    expect(hosts.get_by_role("listitem", name="hevc-640x360-20.mp4")).to_contain_text("Ready to watch · 0:20")
    said = "\n".join(hosts.evaluate("window.lines"))
    assert re.search(r"(Preparing|more qualities coming:) \d+%", said), said
    for page in (hosts, guests):
        assert page.evaluate("window.isTheSamePage")
    host.end(session)


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_qr_code_of_an_invite_link_leads_where_the_link_leads(audience: Audience, host: Person, theme: Any) -> None:
    session = host.create_session("By phone")
    page = audience.seat(host)
    page.emulate_media(color_scheme=theme)
    page.goto(f"/sessions/{session}")
    page.get_by_role("button", name="Create invite link").click()
    code = page.get_by_role("img", name="The invite link as a QR code")
    link = page.get_by_role("textbox", name="Invite link").input_value()
    assert f"/watch/{session}#" in link
    assert qr_text(code) == link

    page.get_by_role("button", name="New link").click()
    page.get_by_role("button", name="Make new link").click()
    expect(page.get_by_role("textbox", name="Invite link")).not_to_have_value(link)
    assert qr_text(code) == page.get_by_role("textbox", name="Invite link").input_value()


def test_what_ending_a_session_deletes_is_said_before(audience: Audience, host: Person, films: Path) -> None:
    session, film = host.create_session("Short life"), makers.short(films)
    host.upload(session, film)
    host.wait(session, "ready")
    page = audience.seat(host)
    page.goto(f"/sessions/{session}")
    page.get_by_role("button", name="End session").click()
    asked = page.get_by_role("dialog", name="End this session?")
    kilobytes = round(film.stat().st_size / 1000)
    expect(asked.get_by_role("listitem")).to_have_text(
        [re.compile(rf"^1 uploaded video \({kilobytes} kB\)$"), re.compile("streams, posters"), re.compile("invite link")]
    )
    host.end(session)


def test_what_is_missing_of_a_film_is_said_where_it_stands(audience: Audience, host: Person, films: Path) -> None:
    session = host.create_session("Half a film")
    page = audience.seat(host)
    page.goto(f"/sessions/{session}")
    choose_file(page, makers.cut_off(films))
    row = page.get_by_role("listitem", name="cut-off.mp4")
    expect(row).to_contain_text("Ready to watch")
    expect(row).to_contain_text("The file is incomplete: it ends before it should. What there is of it is shown.")
    host.end(session)


def test_whoever_signs_out_is_out_and_can_sign_in_again(audience: Audience) -> None:
    audience.expect_errors(r"401 .* /api/sessions/")
    page = audience.newcomer()
    sign_up(page)
    email = page.evaluate("fetch('/api/me').then(answer => answer.json()).then(me => me.email)")
    session = create_session(page, "Mine")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    assert page.evaluate("id => fetch(`/api/sessions/${id}`).then(answer => answer.status)", session) == 401

    page.goto("/")
    page.get_by_label("Email").fill(email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("link", name="Mine")).to_be_visible()


def _noting_lines(page: Page) -> None:
    """Have a page write down, in ``window.lines``, every line that its list of videos ever shows."""
    page.evaluate(
        """() => {
            window.lines = [];
            const note = () => document.querySelectorAll('li').forEach(row => {
                if (!window.lines.includes(row.innerText)) window.lines.push(row.innerText);
            });
            new MutationObserver(note).observe(document.body, { subtree: true, childList: true, characterData: true });
        }"""
    )
