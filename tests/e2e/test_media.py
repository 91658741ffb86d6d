"""Films of many kinds, generated ones and a corpus of real ones: each becomes what it should, and plays to its end."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from itertools import pairwise
from pathlib import Path

import av
import m3u8
import pytest
from playwright.sync_api import expect

from tests.e2e import films as makers
from tests.e2e import hls
from tests.e2e.browsing import Audience, picture_size, play, screen
from tests.e2e.films import CORPUS, GENERATED, Case
from tests.e2e.people import Body, Person
from tests.stack import Stack

pytestmark = pytest.mark.timeout(600)

READY_SECONDS = 400  # for the last of all films that are uploaded together
FAST_FORWARD = 16
SOUND_FRAME = Fraction(1152, 44_100)  # the longest in use; sound and pictures need not begin in the same moment
CASES = [*(Case(name, "playable", "-") for name in GENERATED), *makers.corpus()]
PLAYABLE = [case for case in CASES if case.expected == "playable"]
REJECTED = [case for case in CASES if case.expected == "rejected"] or [Case("a text", "rejected", "not_a_video")]


@dataclass(frozen=True)
class Library:
    """One host with every film, each in a session of its own."""

    host: Person
    sessions: dict[str, str]
    files: dict[str, Path]

    def video(self, case: Case) -> Body:
        """The film once nothing more will happen to it."""
        return self.host.wait(self.sessions[case.name], "ready", "failed", seconds=READY_SECONDS)


@pytest.fixture(scope="module")
def library(stack: Stack, films: Path) -> Iterator[Library]:
    text = films / "text.mp4"
    text.write_text("Not a film at all.")
    files = {name: make(films) for name, make in GENERATED.items()}
    files |= {
        case.name: CORPUS / case.name if (CORPUS / case.name).exists() else text for case in CASES if case.name not in files
    }
    files |= {case.name: text for case in REJECTED if case.name not in files}
    with Person(stack.url) as host:
        host.sign_up()
        sessions = {name: host.create_session(name) for name in files}
        for name, file in files.items():
            host.upload(sessions[name], file, filename=name)
        yield Library(host, sessions, files)
        for session in sessions.values():
            host.end(session)


def each(cases: list[Case]) -> pytest.MarkDecorator:
    """Run a test for every case."""
    return pytest.mark.parametrize("case", cases, ids=[case.name for case in cases])


@each(REJECTED)
def test_a_file_that_is_no_film_fails_with_its_code(library: Library, case: Case) -> None:
    video = library.video(case)
    assert (video["status"], video["error"] and video["error"]["code"]) == ("failed", case.code)
    assert video["url"] is None


@each(PLAYABLE)
def test_a_film_becomes_a_stream_without_a_flaw(library: Library, case: Case) -> None:
    video = library.video(case)
    assert (video["status"], video["error"]) == ("ready", None)
    library.host.stream(library.sessions[case.name])
    stream = hls.fetch(library.host.http, video["url"])
    assert hls.complaints(stream.playlists) == ""
    source = Source.of(library.files[case.name])
    pictures = [hls.check_timing(rendition, "video") for rendition in stream.pictures if source.has_pictures]
    sounds = [hls.check_timing(rendition, "audio") for rendition in stream.sounds]
    begin = min(start for start, _ in pictures + sounds)
    lengths = [end - begin for _, end in pictures or sounds]
    assert max(lengths) - min(lengths) <= source.frame
    assert abs(Fraction(str(video["duration"])) - max(lengths)) <= source.frame + SOUND_FRAME
    if not video["warnings"]:
        assert abs(max(lengths) - source.length) <= source.frame + SOUND_FRAME


@each(PLAYABLE)
def test_a_film_plays_to_its_end_in_a_browser(library: Library, audience: Audience, case: Case) -> None:
    video = library.video(case)
    page = audience.seat(library.host)
    page.goto(f"/sessions/{library.sessions[case.name]}")
    expect(screen(page)).to_be_visible()
    page.wait_for_function("() => document.querySelector('video').readyState >= HTMLMediaElement.HAVE_CURRENT_DATA")
    play(page, FAST_FORWARD)
    page.wait_for_function("() => document.querySelector('video').ended", timeout=90_000)
    played, frames = screen(page).evaluate("v => [v.currentTime, v.getVideoPlaybackQuality().totalVideoFrames]")
    assert abs(played - video["duration"]) < 0.5
    library.host.stream(library.sessions[case.name])
    promised = m3u8.loads(library.host.http.get(video["url"]).text).playlists
    sizes = {variant.stream_info.resolution for variant in promised} - {None}
    if sizes:
        assert frames > 0
        assert picture_size(page) in sizes


@each([case for case in PLAYABLE if case.name in GENERATED])
def test_the_largest_picture_is_as_large_as_the_source_and_as_upright(library: Library, case: Case) -> None:
    library.host.stream(library.sessions[case.name])
    sizes = hls.fetch(library.host.http, library.video(case)["url"]).sizes
    expected = {"short": (320, 180), "rotated": (360, 640)}.get(case.name, (640, 360))
    assert max(sizes) == expected


@dataclass(frozen=True)
class Source:
    """An original: until when its pictures (or else its sound) go on from its very start, and its longest frame. In seconds."""

    has_pictures: bool
    length: Fraction
    frame: Fraction

    @classmethod
    def of(cls, film: Path) -> "Source":
        """Measured packet by packet."""
        with av.open(str(film)) as container:
            tracks = [*container.streams.video, *container.streams.audio]
            times: dict[int, list[Fraction]] = {track.index: [] for track in tracks}
            for packet in container.demux(tracks):
                if packet.pts is not None and packet.time_base is not None and not packet.is_discard:
                    times[packet.stream.index].append(packet.pts * packet.time_base)
            shown = sorted(times[tracks[0].index])
            steps = sorted(later - earlier for earlier, later in pairwise(shown))
            begin = max(Fraction(0), min(moment for track in times.values() for moment in track))  # nothing before 0 is shown
            return cls(bool(container.streams.video), shown[-1] + steps[len(steps) // 2] - begin, steps[-1])
