"""Renditions are interchangeable: a player may go from any of them to any other at any segment."""

from collections.abc import Iterator
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import m3u8
import pytest

from infra.local.configuration import ROOT
from tests.e2e.browsing import Audience, play
from tests.e2e.people import Person
from tests.integration.transcode.media import h264, hevc

PAGE = Path(__file__).with_name("switching.html")
HLS_JS = ROOT / "frontend" / "node_modules" / "hls.js" / "dist" / "hls.min.js"
SECONDS = 50
STEP_S = 4  # a segment
# The first picture is shown two frames after its decoding time; a segment that overlaps what is kept adds nothing at its start.
HARMLESS = {"bufferSeekOverHole", "bufferAppendNoProgress"}


def tour(levels: int) -> list[int]:
    """Levels in an order that, gone round, makes every change from one level to another once."""
    return [level for a in range(levels) for b in range(a + 1, levels) for level in (a, b)]


@pytest.mark.parametrize("levels", [2, 3, 4])
def test_a_tour_has_every_change(levels: int) -> None:
    assert sorted(pairwise([*tour(levels), 0])) == sorted(permutations(range(levels), 2))


@pytest.fixture(scope="module")
def originals(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One that is encoded in all sizes, at a rate that falls on no whole second; one with a copied top rung in long segments."""
    folder = tmp_path_factory.mktemp("switching")
    return {"encoded": hevc(folder, seconds=SECONDS, size="960x720"), "copied": h264(folder, seconds=SECONDS, size="960x720")}


@pytest.fixture
def url(host: Person, originals: dict[str, Path], request: pytest.FixtureRequest) -> Iterator[str]:
    """The address of a ready stream."""
    session = host.create_session()
    host.upload(session, originals[request.param])
    video = host.wait(session, "ready", seconds=240)
    host.stream(session)
    yield str(video["url"])
    host.end(session)


@pytest.mark.parametrize("url", ["encoded", "copied"], indirect=True)
def test_a_player_goes_from_every_level_to_every_other_without_a_stall(url: str, host: Person, audience: Audience) -> None:
    levels = len(m3u8.loads(host.http.get(url).text).playlists)
    assert levels == 3
    page = audience.seat(host)
    page.route("**/switching.html", lambda route: route.fulfill(path=PAGE, content_type="text/html"))
    page.route("**/hls.js", lambda route: route.fulfill(path=HLS_JS, content_type="text/javascript"))
    page.goto("/switching.html")
    page.evaluate("([url, tour, step]) => watch(url, tour, step)", [url, tour(levels), STEP_S])
    page.wait_for_function("() => document.querySelector('video').readyState >= HTMLMediaElement.HAVE_CURRENT_DATA")
    play(page)
    page.wait_for_function("() => document.querySelector('video').ended", timeout=150_000)
    seen: dict[str, Any] = page.evaluate("() => journal")
    # hls.js calls it a stall when the picture stands still although there is media ahead: a hole, or what cannot be decoded.
    assert set(seen["faults"]) <= HARMLESS
    assert set(pairwise(seen["levels"])) >= set(permutations(range(levels), 2))
