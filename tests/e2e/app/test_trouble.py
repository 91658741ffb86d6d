"""What the player does when something gets in its way: outages, the end, old cookies, other browsers, small screens."""

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, Route, expect

from matinee.cookies import POLICY_COOKIE
from tests.e2e.app.conftest import Screening
from tests.e2e.app.films import damaged, long
from tests.e2e.app.watching import enter, until, until_it_plays, video
from tests.e2e.browsing import Audience
from tests.e2e.line import Line
from tests.e2e.people import Person

OUTAGE_MS = 10_000
GAVE_UP = "The video stopped and could not be started again."
THIRD_PICTURE_SEGMENT = re.compile(r"/(v|source)[^/]*/00002\.ts$")  # from second 8 to 12


@pytest.fixture(scope="module")
def long_screening(screening: Screening, films: Path) -> str:
    """An invite link to two minutes of film, more than a slow line brings ahead."""
    session = screening.host.create_session("The long one")
    screening.host.upload(session, long(films))
    screening.host.wait(session, "ready", seconds=240)
    return screening.host.invite(session)


def test_the_film_goes_on_by_itself_after_an_outage_of_ten_seconds(audience: Audience, long_screening: str) -> None:
    audience.expect_errors(r"net::ERR_")
    with Line() as line:
        line.download_rate = 400_000
        page = audience.newcomer(line.proxy)
        enter(page, long_screening)
        line.cut()
        video(page, "(video.currentTime = 100)")
        expect(page.get_by_text("Connection lost. Trying again…")).to_be_visible()
        page.wait_for_timeout(OUTAGE_MS)
        assert video(page, "video.currentTime") == 100
        line.mend()
        until(page, lambda: video(page, "video.currentTime") > 101)
        expect(page.get_by_text("Connection lost. Trying again…")).to_have_count(0)
        assert not video(page, "video.paused")


def test_the_film_plays_on_past_a_segment_that_is_no_media(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    page.route(THIRD_PICTURE_SEGMENT, lambda route: route.fulfill(body=random.Random(2).randbytes(200_000)))
    enter(page, screening.link)
    until(page, lambda: video(page, "video.currentTime") > 13)
    assert not video(page, "video.paused")


def test_a_segment_that_was_damaged_on_its_way_is_fetched_again(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    arrivals: list[Route] = []

    def damage_the_first(route: Route) -> None:
        arrivals.append(route)
        _damage(route) if len(arrivals) == 1 else route.continue_()

    page.route(THIRD_PICTURE_SEGMENT, damage_the_first)
    enter(page, screening.link)
    until(page, lambda: video(page, "video.currentTime") > 13)
    assert len(arrivals) > 1
    assert not video(page, "video.paused")


@pytest.mark.parametrize("by", ["button", "key"])
def test_a_film_that_cannot_be_decoded_says_so_and_goes_on_where_it_was_when_it_is_tried_again(
    audience: Audience, screening: Screening, by: str
) -> None:
    page = audience.newcomer()
    page.route(THIRD_PICTURE_SEGMENT, _damage)
    enter(page, screening.link)
    expect(page.get_by_text(GAVE_UP)).to_be_visible()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/streams/" in request.url else None)
    page.wait_for_timeout(6_000)
    assert asked == [], "it tries on though it says that it does not"
    expect(page.get_by_text(GAVE_UP)).to_be_visible()

    page.unroute(THIRD_PICTURE_SEGMENT)
    page.get_by_role("button", name="Try again").click() if by == "button" else page.keyboard.press("k")
    expect(page.get_by_text(GAVE_UP)).to_have_count(0)
    until(page, lambda: video(page, "video.currentTime") > 0)
    assert 7 < video(page, "video.currentTime") < 10
    until(page, lambda: video(page, "video.currentTime") > 13)


def test_a_session_that_ends_under_a_watching_guest_gives_a_calm_page_and_no_storm(
    audience: Audience, newcomer: Callable[[], Person], films: Path
) -> None:
    host = newcomer().sign_up()
    session = host.create_session("Cut short")
    host.upload(session, long(films))
    host.wait(session, "ready", seconds=240)
    audience.expect_errors(rf"409 .* /api/sessions/{session}/stream", rf"40[34] .* /streams/{session}/")
    page = audience.newcomer()
    enter(page, host.invite(session))
    refused: list[Response] = []
    page.on("response", lambda answer: refused.append(answer) if answer.status >= 400 else None)

    host.end(session)
    expect(page.get_by_role("heading", name="This session has ended")).to_be_visible()
    expect(page.locator("video")).to_have_count(0)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.wait_for_timeout(6_000)
    assert asked == []
    assert len(refused) <= 4, [f"{answer.status} {answer.url}" for answer in refused]


def test_new_stream_cookies_are_fetched_before_the_old_ones_expire(audience: Audience, screening: Screening) -> None:
    page = audience.seat(screening.host)
    page.clock.install()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith("/stream") else None)
    page.goto(f"/sessions/{screening.session}")
    expect(page.locator("video")).to_be_visible()
    page.wait_for_load_state("networkidle")
    so_far = len(asked)
    page.wait_for_timeout(2_000)
    assert len(asked) == so_far, "it asks without need"
    with page.expect_response(lambda answer: answer.url.endswith("/stream")) as renewed:
        page.clock.fast_forward("04:05")  # of the five minutes for which cookies are good
    assert renewed.value.ok
    assert POLICY_COOKIE in renewed.value.all_headers()["set-cookie"]


def test_a_film_goes_on_after_a_sleep_that_the_cookies_did_not_live_through(audience: Audience, long_screening: str) -> None:
    audience.expect_errors(r"403 .* /streams/")
    page = audience.newcomer()
    enter(page, long_screening)
    page.context.clear_cookies(name=re.compile("^CloudFront-"))
    video(page, "(video.currentTime = 100)")
    until(page, lambda: video(page, "video.currentTime") > 101)
    assert POLICY_COOKIE in {
        cookie.get("name") for cookie in page.context.cookies(page.url.replace("/watch/", "/streams/") + "/")
    }


def test_without_media_source_extensions_the_browser_plays_the_stream_itself(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    page.add_init_script("for (const name of ['MediaSource', 'ManagedMediaSource', 'WebKitMediaSource']) delete window[name]")
    enter(page, screening.link)
    assert video(page, "new URL(video.src).pathname").endswith(".m3u8")
    video(page, "(video.currentTime = 10)")
    until(page, lambda: video(page, "video.currentTime") > 10.5)


def test_a_finger_on_a_small_screen_does_all_that_a_mouse_does(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer(viewport={"width": 360, "height": 740}, has_touch=True, is_mobile=True)
    page.goto(screening.link)
    page.get_by_role("button", name="Join").tap()
    expect(page.locator("video")).to_be_visible()
    until_it_plays(page)
    player = page.get_by_role("region", name="Player")
    expect(player).to_have_attribute("data-quiet", "true")

    page.locator("video").tap()
    expect(player).to_have_attribute("data-quiet", "false")
    assert not video(page, "video.paused"), "the tap that brings the controls back stopped the film"
    page.get_by_role("button", name="Pause").tap()
    assert video(page, "video.paused")
    bar = page.get_by_label("Time line").locator("xpath=../..").bounding_box()
    assert bar is not None
    page.touchscreen.tap(bar["x"] + bar["width"] / 2, bar["y"] + bar["height"] / 2)
    until(page, lambda: abs(video(page, "video.currentTime / video.duration") - 0.5) < 0.05)
    page.get_by_role("button", name="Settings").tap()
    panel = page.get_by_role("dialog").bounding_box()
    assert panel is not None
    assert panel["x"] >= 0
    assert panel["x"] + panel["width"] <= 360
    page.get_by_label("Speed").select_option("1.5")
    assert video(page, "video.playbackRate") == 1.5
    assert _small_targets(page) == []


def _damage(route: Route) -> None:
    answer = route.fetch()
    route.fulfill(response=answer, body=damaged(answer.body()))


def _small_targets(page: Page) -> list[str]:
    """Buttons and links that are smaller than a finger hits (WCAG 2.2, 2.5.8: 24 pixels)."""
    found: list[str] = page.evaluate(
        """() => [...document.querySelectorAll('button, select, a:not([class*=skip])')]
            .map(element => [element, element.getBoundingClientRect()])
            .filter(([, { width, height }]) => width > 0 && (width < 24 || height < 24))
            .map(([element]) => element.outerHTML)"""
    )
    return found
