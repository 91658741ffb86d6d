"""The player's menus and keys, and what it remembers."""

import re
from functools import partial
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.app.conftest import Screening
from tests.e2e.app.films import with_menus
from tests.e2e.app.pictures import pixels_in, rows_that_differ
from tests.e2e.app.watching import choose, enter, until, until_it_plays, video
from tests.e2e.browsing import Audience
from tests.e2e.people import Person

YELLOW = (255, 225, 77)  # of the player's captions
SHOWN = "[...video.textTracks].filter(t => t.mode === 'showing').flatMap(t => [...(t.activeCues ?? [])]).map(c => c.text)"


def test_a_guest_sees_the_film_start_by_itself(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    expect(page.get_by_role("button", name="Pause")).to_be_visible()


def test_where_the_browser_forbids_sound_the_film_starts_muted_with_a_button_for_the_sound(
    audience: Audience, screening: Screening, tmp_path: Path
) -> None:
    page = audience.resident(tmp_path / "profile", None, "--autoplay-policy=document-user-activation-required")
    enter(page, screening.link)
    assert not video(page, "video.muted")
    # A tab that nobody has touched yet. Playwright's own looks into a page count as touches: it begins with none of them.
    address, first_tab, page = page.url, page, page.context.new_page()
    first_tab.close()
    with page.expect_response(lambda answer: answer.url.endswith(".ts")):
        page.goto(address)
    expect(page.get_by_role("button", name="Turn sound on")).to_be_visible()
    until_it_plays(page)
    assert video(page, "video.muted")
    page.get_by_role("button", name="Turn sound on").click()
    assert not video(page, "video.muted")
    expect(page.get_by_role("button", name="Turn sound on")).to_have_count(0)


def test_the_whole_ladder_takes_over_at_the_same_position(audience: Audience, host: Person, films: Path) -> None:
    session = host.create_session("From first to best")
    host.upload(session, with_menus(films), filetype="video/x-matroska")
    early = host.wait(session, "playable")["url"]
    page = audience.newcomer()
    enter(page, host.invite(session))
    page.evaluate(
        """() => {
            window.positions = [];
            const video = document.querySelector('video');
            setInterval(() => window.positions.push(video.seeking ? null : video.currentTime), 20);
            video.playbackRate = 0.5;
        }"""
    )
    whole = host.wait(session, "ready", seconds=240)["url"]
    assert whole != early
    with page.expect_response(lambda answer: answer.url.endswith(whole)):
        pass
    until_it_plays(page)
    until(page, lambda: page.locator("canvas").is_hidden())
    positions = [position for position in page.evaluate("window.positions") if position]
    steps = [after - before for before, after in pairwise(positions)]
    assert min(steps) > -0.1, "it jumped back"
    assert max(steps) < 1.5, "it jumped ahead"
    host.end(session)


def test_a_fixed_quality_is_shown_and_auto_comes_back(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    page.get_by_role("button", name="Settings").click()
    offered = page.get_by_label("Quality").locator("option").all_inner_texts()
    page.keyboard.press("Escape")
    assert len(offered) > 2, "the film has no qualities to choose from"

    for quality in (offered[-1], offered[1]):
        choose(page, "Quality", quality)
        until(page, partial(_is_shown, page, quality))
        until_it_plays(page)

    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Quality").select_option("-1")
    expect(page.get_by_label("Quality").locator("option:checked")).to_contain_text("Auto")


def test_the_language_of_the_sound_can_be_changed(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    choose(page, "Sound", "español")
    until_it_plays(page)
    page.get_by_role("button", name="Settings").click()
    expect(page.get_by_label("Sound").locator("option:checked")).to_have_text("español")


def test_forced_captions_of_the_language_that_is_heard_are_shown_by_themselves(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    choose(page, "Sound", "español")
    until(page, lambda: video(page, SHOWN) == ["(en inglés)"])
    expect(page.get_by_role("button", name="Captions")).to_have_attribute("aria-pressed", "false")
    page.get_by_role("button", name="Settings").click()
    assert page.get_by_label("Captions", exact=True).locator("option").all_inner_texts() == ["Off", "English"]
    page.keyboard.press("Escape")
    choose(page, "Sound", "English")
    until(page, lambda: video(page, SHOWN) == [])


def test_captions_are_shown_and_hidden_and_can_be_styled(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    assert video(page, SHOWN) == [], "no file can be believed that its captions are wanted"
    page.get_by_role("button", name="Captions").click()
    until(page, lambda: video(page, SHOWN) in (["Curtain up."], ["And down again."]))
    choose(page, "Caption size", "Large")
    choose(page, "Caption colours", "Yellow on black")
    player = page.get_by_role("region", name="Player")
    expect(player).to_have_attribute("data-caption-size", "large")
    expect(player).to_have_attribute("data-caption-colours", "yellow-on-black")
    page.keyboard.press("c")
    until(page, lambda: video(page, SHOWN) == [])
    page.reload()
    expect(player).to_have_attribute("data-caption-size", "large")


def test_captions_are_drawn_low_in_the_picture_in_the_size_and_colours_that_were_chosen(
    audience: Audience, screening: Screening
) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    page.keyboard.press("k")
    video(page, "(video.currentTime = 4)")
    until(page, lambda: video(page, "!video.seeking && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA"))
    over_it = page.locator("[class*=controls], [class*=start]")
    expect(over_it).to_have_count(2)
    over_it.evaluate_all(
        "elements => elements.forEach(element => { Object.assign(element.style, { opacity: 0, transition: 'none' }) })"
    )

    screen = page.locator("video")
    without = screen.screenshot()
    page.keyboard.press("c")
    until(page, lambda: screen.screenshot() != without)
    medium = screen.screenshot()
    rows = rows_that_differ(page, without, medium)
    height = video(page, "video.clientHeight")
    assert min(rows) > height / 2
    assert len(rows) < height / 6, "that is more than a line of text"

    choose(page, "Caption size", "Large")
    large = screen.screenshot()
    assert len(rows_that_differ(page, without, large)) > len(rows) * 1.2
    assert pixels_in(page, large, YELLOW) == 0
    choose(page, "Caption colours", "Yellow on black")
    assert pixels_in(page, screen.screenshot(), YELLOW) > 100


def test_pointing_at_the_time_line_shows_a_still_of_that_time(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    with page.expect_response(lambda answer: "sprite" in answer.url or answer.url.endswith(".jpg")) as sheet:
        page.get_by_role("region", name="Player").hover()
        box = page.get_by_label("Time line").locator("xpath=../..").bounding_box()
        assert box is not None
        page.mouse.move(box["x"] + box["width"] * 0.75, box["y"] + box["height"] / 2)
    assert sheet.value.ok
    still = page.get_by_test_id("storyboard-still")
    expect(still).to_be_visible()
    assert sheet.value.url in still.evaluate("still => getComputedStyle(still).backgroundImage")


def test_the_chapters_are_named_as_they_pass_and_lead_to_their_beginnings(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    page.keyboard.press("k")
    line = page.get_by_label("Time line")

    def is_in(chapter: str) -> None:
        expect(page.get_by_text(re.compile(rf"/ 0:20{chapter}$"))).to_be_visible()
        expect(line).to_have_attribute("aria-valuetext", re.compile(rf"0:20, {chapter}$" if chapter else "0:20$"))

    video(page, "(video.currentTime = 1)")
    is_in("")
    page.get_by_role("button", name="Settings").click()
    offered = page.get_by_label("Chapter").locator("option").all_inner_texts()
    page.keyboard.press("Escape")
    assert offered == ["\N{EN DASH}", "Arrival", "Chapter 2", "Départ"]
    for chapter, start in (("Arrival", 2), ("Départ", 13), ("Chapter 2", 7)):
        choose(page, "Chapter", chapter)
        is_in(chapter)
        assert video(page, "video.currentTime") == start
        until(page, lambda: video(page, "!video.seeking && video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA"))

    video(page, "(video.currentTime = 12.5)")
    is_in("Chapter 2")
    page.keyboard.press("k")
    is_in("Départ")
    until(page, lambda: video(page, "video.ended"))
    is_in("Départ")


def test_the_time_line_shows_where_chapters_begin_and_which_one_is_pointed_at(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    page.keyboard.press("k")
    bar = page.get_by_label("Time line").locator("xpath=../..")
    marks = bar.locator("[class*=mark]").evaluate_all("marks => marks.map(mark => parseFloat(mark.style.left))")
    assert marks == pytest.approx([10, 35, 65], abs=0.5)  # per cent
    box = bar.bounding_box()
    assert box is not None
    for share, chapter in ((0.05, ""), (0.2, "Arrival"), (0.5, "Chapter 2"), (0.99, "Départ")):
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        expect(page.get_by_test_id("preview")).to_have_text(re.compile(rf"^{chapter}0:\d\d$"))


def test_every_key_does_what_it_is_known_for(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    player = page.get_by_role("region", name="Player")
    expect(player).to_be_focused()

    page.keyboard.press("Space")
    assert video(page, "video.paused")
    position = video(page, "video.currentTime")
    for key, moved in (("l", 10), ("ArrowLeft", 5), ("ArrowRight", 10), ("j", 0)):
        page.keyboard.press(key)
        assert abs(video(page, "video.currentTime") - position - moved) < 0.2, key
    page.keyboard.press("m")
    assert video(page, "video.muted")
    page.keyboard.press("m")
    page.keyboard.press("ArrowDown")
    assert 0.9 < video(page, "video.volume") < 0.99
    page.keyboard.press("f")
    until(page, lambda: page.evaluate("document.fullscreenElement !== null"))
    page.keyboard.press("f")
    until(page, lambda: page.evaluate("document.fullscreenElement === null"))
    page.keyboard.press("k")
    until_it_plays(page)


def test_the_picture_goes_to_a_window_of_its_own_and_comes_back(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    button = page.get_by_role("button", name="Picture in picture")
    assert page.evaluate("document.pictureInPictureEnabled")
    expect(button).to_have_attribute("aria-pressed", "false")
    button.click()
    expect(button).to_have_attribute("aria-pressed", "true")
    assert video(page, "document.pictureInPictureElement === video")
    until_it_plays(page)
    button.click()
    expect(button).to_have_attribute("aria-pressed", "false")
    assert page.evaluate("document.pictureInPictureElement === null")


def test_a_browser_without_picture_in_picture_is_not_offered_it(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    page.add_init_script("Object.defineProperty(Document.prototype, 'pictureInPictureEnabled', { get: () => false })")
    enter(page, screening.link)
    expect(page.get_by_role("button", name="Full screen")).to_be_visible()
    expect(page.get_by_role("button", name="Picture in picture")).to_have_count(0)


def test_volume_and_position_are_as_they_were_left(audience: Audience, screening: Screening) -> None:
    page = audience.newcomer()
    enter(page, screening.link)
    page.keyboard.press("k")
    page.get_by_label("Volume").press("ArrowLeft")
    volume = video(page, "video.volume")
    assert volume < 1
    video(page, "(video.currentTime = 8)")
    until(page, lambda: "8" in (page.evaluate("localStorage.getItem('matinee.positions')") or ""))
    page.reload()
    until(page, lambda: page.locator("video").count() == 1 and video(page, "video.currentTime") >= 8)
    assert video(page, "video.volume") == volume


def _is_shown(page: Page, quality: str) -> bool:
    return f"{video(page, 'video.videoHeight')}p" == quality
