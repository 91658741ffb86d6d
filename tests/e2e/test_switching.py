"""Renditions are interchangeable: a player may go from any of them to any other at any segment."""

from collections.abc import Callable
from itertools import pairwise, permutations
from pathlib import Path
from typing import Any

import m3u8
import pytest

from infra.local.configuration import ROOT
from tests.e2e.browsing import Audience
from tests.e2e.films import make
from tests.e2e.people import Person

PAGE = Path(__file__).with_name("switching.html")
HLS_JS = ROOT / "frontend" / "node_modules" / "hls.js" / "dist" / "hls.min.js"
RATE = 12
SECONDS = 32
FRAME = 1 / RATE


def tour(levels: int) -> list[int]:
    """Levels in an order that, gone round, has every change from one level to another once."""
    return [level for a in range(levels) for b in range(a + 1, levels) for level in (a, b)]


@pytest.mark.parametrize("levels", [2, 3, 4])
def test_a_tour_has_every_change_once(levels: int) -> None:
    route = tour(levels)
    assert sorted(pairwise([*route, route[0]])) == sorted(permutations(range(levels), 2))


def copied_on_top(folder: Path) -> Path:
    """H.264 with keyframes every three seconds: the segments of its copy do not end where those of the encoded renditions do."""
    h264 = ("-c:v", "libx264", "-preset", "veryfast", "-pix_fmt", "yuv420p")
    keys = ("-g", str(3 * RATE), "-keyint_min", str(3 * RATE), "-sc_threshold", "0")
    return make(folder / "copied-on-top.mp4", *_inputs(), *h264, *keys, "-c:a", "aac")


def all_encoded(folder: Path) -> Path:
    """HEVC, of which every rendition is encoded."""
    hevc = ("-c:v", "libx265", "-preset", "ultrafast", "-x265-params", "log-level=error", "-pix_fmt", "yuv420p", "-tag:v", "hvc1")
    return make(folder / "all-encoded.mp4", *_inputs(), *hevc, "-c:a", "aac")


@pytest.mark.parametrize(
    ("film", "renditions"), [(copied_on_top, ["source", "v480", "v360"]), (all_encoded, ["v720", "v480", "v360"])]
)
def test_a_player_goes_from_every_rendition_to_every_other_without_a_stall(
    host: Person, films: Path, audience: Audience, film: Callable[[Path], Path], renditions: list[str]
) -> None:
    session = host.create_session()
    host.upload(session, film(films))
    url = host.wait(session, "ready", seconds=240)["url"]
    host.stream(session)
    variants = m3u8.loads(host.http.get(url).text).playlists
    assert [variant.uri.split("/")[0] for variant in variants] == renditions

    page = audience.seat(host)
    page.route("**/switching.html", lambda route: route.fulfill(path=PAGE, content_type="text/html"))
    page.route("**/hls.js", lambda route: route.fulfill(path=HLS_JS, content_type="text/javascript"))
    page.goto("/switching.html")
    page.evaluate("([url, route, picture]) => watch(url, route, picture)", [url, tour(len(renditions)), FRAME])
    page.wait_for_function("() => isOver()")

    seen: dict[str, Any] = page.evaluate("() => journal()")
    assert seen["faults"] == []
    assert set(pairwise(seen["levels"])) >= set(permutations(range(len(renditions)), 2)), "a change is missing"
    [(start, end)] = seen["buffered"]
    assert start <= 3 * FRAME
    assert abs(end - SECONDS) <= 3 * FRAME
    assert seen["position"] == end
    assert seen["frames"] >= SECONDS * RATE - 4, "pictures are missing"
    host.end(session)


def _inputs() -> tuple[str, ...]:
    picture = f"testsrc2=size=960x720:rate={RATE}:duration={SECONDS}"
    return ("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", f"sine=frequency=330:duration={SECONDS}")
