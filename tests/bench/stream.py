"""A finished stream of any engine, as the benchmark compares them: each rendition of the picture as one file, and bytes."""

from dataclasses import dataclass
from pathlib import Path

import av
import m3u8


@dataclass(frozen=True)
class Rendition:
    """One rendition of the picture, its segments put together in one file."""

    short_side: int
    file: Path
    size_bytes: int
    frames: int


def put_together(short_side: int, pieces: list[bytes], file: Path) -> Rendition:
    """Write segments (after their initialisation, where they have one) into one file that can be decoded."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_bytes(b"".join(pieces))
    with av.open(str(file)) as container:
        frames = sum(packet.size > 0 for packet in container.demux(container.streams.video[0]))
    return Rendition(short_side, file, file.stat().st_size, frames)


def media_pieces(playlist: Path) -> list[bytes]:
    """The initialisation and the segments that a media playlist on disk lists."""
    listed = m3u8.loads(playlist.read_text())
    starts = [s.init_section.uri for s in listed.segments[:1] if s.init_section]
    return [(playlist.parent / uri).read_bytes() for uri in (*starts, *(s.uri for s in listed.segments))]


def lists_segments(playlist: Path) -> bool:
    """Whether a media playlist on disk lists a first segment."""
    return playlist.exists() and "#EXTINF" in playlist.read_text()
