"""An HLS stream as a player gets it, and what makes it a right one, judged without Matinee's own code."""

import io
import json
import shutil
import subprocess
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal
from urllib.parse import urljoin, urlsplit

import av
import httpx2
import m3u8

PARSER = Path(__file__).parent / "hls-parser"


@dataclass(frozen=True)
class Rendition:
    """A media playlist with its segments. Times in seconds."""

    address: str
    text: str
    segments: tuple[bytes, ...]

    @property
    def playlist(self) -> Any:
        """The playlist, parsed strictly."""
        return m3u8.M3U8(self.text, strict=True)

    @property
    def durations(self) -> list[Fraction]:
        """What the playlist says of each segment."""
        return [Fraction(str(segment.duration)) for segment in self.playlist.segments]


@dataclass(frozen=True)
class Stream:
    """A multivariant playlist with all that it names."""

    address: str
    text: str
    pictures: tuple[Rendition, ...]
    sounds: tuple[Rendition, ...]

    @property
    def playlists(self) -> dict[str, str]:
        """Address → text of every playlist."""
        return {self.address: self.text, **{each.address: each.text for each in self.pictures + self.sounds}}

    @property
    def sizes(self) -> set[tuple[int, int]]:
        """The picture sizes that the multivariant playlist promises."""
        variants = m3u8.loads(self.text).playlists
        return {v.stream_info.resolution for v in variants if v.stream_info.resolution}


def addresses(http: httpx2.Client, url: str) -> dict[str, str]:
    """One address of each kind: the multivariant playlist, a media playlist, a segment."""
    media = urljoin(url, m3u8.loads(_text(http, url)).playlists[0].uri)
    segment = urljoin(media, m3u8.loads(_text(http, media)).segments[0].uri)
    return {"multivariant playlist": url, "media playlist": media, "segment": segment}


def fetch(http: httpx2.Client, url: str) -> Stream:
    """Everything of a stream, as the given cookies get it."""
    text = _text(http, url)
    multivariant = m3u8.M3U8(text, strict=True)
    sounds = [media.uri for media in multivariant.media if media.type == "AUDIO" and media.uri]
    pictures = [variant.uri for variant in multivariant.playlists if variant.uri not in sounds]
    return Stream(
        url,
        text,
        tuple(_rendition(http, urljoin(url, uri)) for uri in dict.fromkeys(pictures)),
        tuple(_rendition(http, urljoin(url, uri)) for uri in dict.fromkeys(sounds)),
    )


def complaints(playlists: dict[str, str]) -> str:
    """What hls-parser says against the playlists in its strict mode; nothing when they are right."""
    done = subprocess.run(
        [_program("node"), str(_installed_parser() / "check.mjs")],
        input=json.dumps(playlists),
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0 or done.stdout, done.stderr
    return done.stdout


def check_timing(rendition: Rendition, kind: Literal["video", "audio"]) -> tuple[Fraction, Fraction]:
    """Check a rendition's segments against its playlist, packet by packet; gives its first and last moment on the timeline.

    Every segment begins where the one before ends, is as long as its EXTINF says and not longer than the target duration, and
    begins with a keyframe; together they are as long as the track: all within one frame, the longest where frames vary.
    """
    playlist, stated = rendition.playlist, rendition.durations
    assert playlist.is_endlist
    assert playlist.playlist_type == "vod"
    assert max(round(duration) for duration in stated) <= playlist.target_duration
    tracks = [_packets(segment, kind) for segment in rendition.segments]
    assert all(track[0].is_keyframe for track in tracks), "a segment does not begin with a keyframe"
    spans = [_span(track) for track in tracks]
    times = sorted(packet.pts * packet.time_base for track in tracks for packet in track)
    frame = max((later - earlier for earlier, later in pairwise(times)), default=stated[0])
    for (start, _), (next_start, _), duration in zip(spans, spans[1:], stated, strict=False):
        assert abs(next_start - start - duration) <= frame, (
            f"a segment of {float(duration)} s lasts {float(next_start - start)} s"
        )
    length = spans[-1][1] - spans[0][0]
    assert abs(length - sum(stated)) <= frame, f"{float(sum(stated))} s stated, {float(length)} s there"
    return spans[0][0], spans[0][0] + sum(stated)


def _rendition(http: httpx2.Client, url: str) -> Rendition:
    text = _text(http, url)
    segments = [http.get(urljoin(url, segment.uri)).raise_for_status().content for segment in m3u8.loads(text).segments]
    return Rendition(urlsplit(url).path, text, tuple(segments))


def _packets(segment: bytes, kind: Literal["video", "audio"]) -> list[Any]:
    with av.open(io.BytesIO(segment), "r", format="mpegts") as container:
        packets = [packet for packet in container.demux() if packet.stream.type == kind and packet.pts is not None]
    assert packets, f"a segment without {kind}"
    return packets


def _span(packets: list[Any]) -> tuple[Fraction, Fraction]:
    """When the first frame of a segment begins and the last one ends."""
    begins = [packet.pts * packet.time_base for packet in packets]
    return min(begins), max(begins) + _frame_length(packets)


def _frame_length(packets: list[Any]) -> Fraction:
    """The time between two frames, or what the only one says of itself."""
    times = sorted(packet.pts * packet.time_base for packet in packets)
    steps = sorted(later - earlier for earlier, later in pairwise(times))
    length: Fraction = steps[len(steps) // 2] if steps else packets[0].duration * packets[0].time_base
    return length


def _text(http: httpx2.Client, url: str) -> str:
    return http.get(url).raise_for_status().text


@cache
def _installed_parser() -> Path:
    if not (PARSER / "node_modules" / "hls-parser").is_dir():
        subprocess.run([_program("npm"), "ci", "--no-audit", "--no-fund", "--loglevel=error"], cwd=PARSER, check=True)
    return PARSER


def _program(name: str) -> str:
    found = shutil.which(name)
    assert found, f"{name} is not installed"
    return found
