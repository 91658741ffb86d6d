"""The whole way in a browser: upload, watch, invite, refuse, end."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import films as makers
from tests.e2e.browsing import (
    Audience,
    choose_file,
    create_session,
    expect_picture_size,
    expect_playing,
    play,
    screen,
    sign_up,
)
from tests.e2e.line import Line
from tests.e2e.people import Person
from tests.e2e.stores import Stores
from tests.e2e.uploading import CUT_OFF, STILL_HELD, UploadLog, wait_until_sent


def test_an_upload_goes_on_where_it_stopped_after_a_lost_connection_and_after_a_reload(
    audience: Audience, stores: Stores, films: Path
) -> None:
    audience.expect_errors(CUT_OFF, STILL_HELD)
    film = makers.large(films)
    with Line() as line:
        page = audience.newcomer(proxy=line.proxy)
        sign_up(page)
        session, log = create_session(page, "Interrupted"), UploadLog(page)
        line.upload_rate = 6_000_000
        choose_file(page, film)

        wait_until_sent(page, 0.3)
        line.cut()
        expect(page.get_by_text("Connection lost. Trying again…")).to_be_visible()
        line.mend()
        wait_until_sent(page, 0.6)
        assert 0 < log.known[-1] < film.stat().st_size

        page.reload()
        expect(page.get_by_text("Choose the same file again")).to_be_visible()
        after_cut, line.upload_rate = log.known[-1], None
        choose_file(page, film)
        expect(page.get_by_text("Ready to watch").first).to_be_visible()

    assert log.creations == 1
    assert log.known[-1] > after_cut
    assert log.sent_from == [0, *log.known], "it did not go on from where the server stood"
    (row,) = stores.rows("select id::text, size_bytes from videos where session_id = %s", session)
    assert row["size_bytes"] == film.stat().st_size


def test_a_film_is_watched_by_its_host_and_a_guest_and_leaves_with_the_session(
    audience: Audience, stores: Stores, newcomer: Callable[[], Person], films: Path
) -> None:
    host = audience.newcomer()
    sign_up(host)
    session = create_session(host, "Première")
    choose_file(host, makers.long_gops(films))
    play(host)
    expect_playing(host)
    expect_picture_size(host, 640, 360)

    host.get_by_role("button", name="Create invite link").click()
    host.get_by_role("button", name="Copy invite link").click()
    expect(host.get_by_text("Copied")).to_be_visible()
    link = str(host.evaluate("navigator.clipboard.readText()"))
    assert link.startswith(f"{audience.origin}/watch/{session}#")

    guest = audience.newcomer()
    guest.goto(link)
    guest.get_by_role("button", name="Join").click()
    expect(guest.get_by_role("heading", name="Première")).to_be_visible()
    assert "#" not in guest.url, "the invite stays in the address bar"
    play(guest)
    expect_playing(guest)
    expect_picture_size(guest, 640, 360)

    audience.expect_errors(
        rf"40[13] .* /api/sessions/{session}/", rf"409 .* /api/sessions/{session}/", rf"403 .* /streams/{session}/"
    )
    stranger = audience.newcomer()
    stranger.goto(f"/watch/{session}")
    expect(stranger.get_by_role("heading", name="An invitation is needed")).to_be_visible()
    stranger.goto(f"/watch/{session}#made-up")
    stranger.get_by_role("button", name="Join").click()
    expect(stranger.get_by_role("heading", name="This invitation does not work")).to_be_visible()
    expect(screen(stranger)).to_have_count(0)

    host.get_by_role("button", name="End session").click()
    host.get_by_role("dialog").get_by_role("button", name="Keep session").click()
    expect(host.get_by_role("dialog")).to_have_count(0)
    host.get_by_role("button", name="End session").click()
    host.get_by_role("dialog").get_by_role("button", name="End and delete everything").click()

    expect(host.get_by_text("A last look found 0 objects left")).to_be_visible()
    expect(guest.get_by_role("heading", name="This session has ended")).to_be_visible()
    expect(screen(guest)).to_have_count(0)
    receipt = host.evaluate("id => fetch(`/api/sessions/${id}/receipt`).then(answer => answer.json())", session)
    assert receipt["remaining"] == 0
    assert receipt["found"] == receipt["deleted"]
    assert receipt["found"]["objects"] > 3
    row = host.get_by_role("row").filter(has=host.get_by_role("rowheader", name="Objects"))
    count = str(receipt["found"]["objects"])
    expect(row.get_by_role("cell")).to_have_text([count, count])
    expect(host.get_by_role("listitem").filter(has_text="long-gops.mp4")).to_be_visible()
    assert stores.left(session) == []


def test_a_guest_who_was_shut_out_by_a_new_link_is_told_so_and_the_new_link_works(
    audience: Audience, host: Person, films: Path
) -> None:
    session = host.create_session("Changed locks")
    host.upload(session, makers.long_gops(films))
    host.wait(session, "ready")
    guest = audience.newcomer()
    guest.goto(host.invite(session))
    guest.get_by_role("button", name="Join").click()
    play(guest)
    expect_playing(guest)

    audience.expect_errors(rf"40[13] .* /api/sessions/{session}/stream", rf"403 .* /streams/{session}/")
    link = host.invite(session)
    guest.reload()
    expect(guest.get_by_role("heading", name="This invitation does not work").or_(guest.get_by_text("needed"))).to_be_visible()
    guest.goto(link)
    guest.get_by_role("button", name="Join").click()
    play(guest)
    expect_playing(guest)
    host.end(session)


def test_a_file_that_is_no_film_is_refused_with_a_sentence_on_the_page(audience: Audience, tmp_path: Path) -> None:
    audience.expect_errors(r"415 .* /files/")
    page = audience.newcomer()
    sign_up(page)
    create_session(page, "Wrong files")
    note = tmp_path / "note.html"
    note.write_text("<h1>Hello</h1>")
    choose_file(page, note)
    expect(page.get_by_text("Only video and audio files can be uploaded.")).to_be_visible()
    lie = tmp_path / "lie.mp4"
    lie.write_text("This is only a text that calls itself a film.")
    choose_file(page, lie)
    expect(page.get_by_text("This file is not a video or audio file.")).to_be_visible()


@pytest.mark.parametrize(
    "address", ["/sessions/01890000-0000-7000-8000-000000000000", "/watch/01890000-0000-7000-8000-000000000000#x"]
)
def test_an_address_of_no_session_says_so(audience: Audience, address: str) -> None:
    audience.expect_errors(r"40[34] .* /api/sessions/")
    page = audience.newcomer()
    sign_up(page)
    page.goto(address)
    if "#" in address:
        page.get_by_role("button", name="Join").click()
    expect(page.get_by_text("There is no such session").first).to_be_visible()
