"""The whole check: read the playlists, then the segments one at a time, and hold everything against the rules."""

import time
from collections.abc import Collection, Mapping
from enum import StrEnum
from fractions import Fraction

from functions.transcode.conformance import declared, i_frames, media_playlist, webvtt
from functions.transcode.conformance.multivariant import Multivariant, read_multivariant
from functions.transcode.conformance.playlist import Entry, Playlist, read_playlist
from functions.transcode.conformance.reading import Read, Reading, ReadRange
from functions.transcode.conformance.rendition import Follower, Rendition
from functions.transcode.conformance.report import Report
from functions.transcode.conformance.segment import NoteHere, Parts, Segment, measure
from functions.transcode.conformance.transport import CLOCK_HZ

COPIED = frozenset({"source"})  # the folder of a picture that keeps cuts and times of its original


Recorded = Mapping[str, tuple[int, Segment | None]]  # path of a segment: bytes, and measures (captions have none)


class Sample(StrEnum):
    """How much is read: playlists alone, the first and the last packets of each segment as well, or everything.

    ``recorded`` reads playlists alone too, and takes what was measured in the segments when they were made.
    """

    STRUCTURE = "structure"
    RECORDED = "recorded"
    EDGES = "edges"
    WHOLE = "whole"


def check(
    read: Read,
    multivariant: str,
    *,
    sample: Sample = Sample.WHOLE,
    read_range: ReadRange | None = None,
    earlier: Mapping[str, str] | None = None,
    copied: Collection[str] = COPIED,
    waived: Collection[str] = (),
    recorded: Recorded | None = None,
) -> Report:
    """Check a published stream.

    ``read`` gives the bytes of a file by its path beside the multivariant playlist, and raises OSError or KeyError where there
    is none; ``read_range`` saves reading whole segments for ``edges``. ``earlier`` are the texts of media playlists as
    ``snapshot`` gave them before. ``copied`` are the folders of pictures and sounds that keep cuts and times of their original,
    ``waived`` the names of rules to pass over. Memory stays at one segment and a few hundred bytes for each one that was read.
    With ``recorded``, no segment is read: whoever made them has measured them, and held captions against their rules.
    """
    sample = Sample.RECORDED if recorded is not None else sample
    report = Report(sample, tuple(sorted(waived)))
    started = time.monotonic()
    _Check(Reading(read, read_range, report), Sample(sample), report, recorded or {}).run(multivariant, earlier, set(copied))
    report.seconds = time.monotonic() - started
    return report


def snapshot(read: Read, multivariant: str) -> dict[str, str]:
    """The texts of all media playlists by path, to compare with later."""
    found = read_multivariant(read_playlist(multivariant, read(multivariant), _nothing), _nothing)
    return {path: read(path).decode(errors="replace") for path in found.paths}


def _nothing(_rule: str, _place: str, _value: object) -> None:
    """Note nothing."""


class _Check:
    def __init__(self, reading: Reading, sample: Sample, report: Report, recorded: Recorded) -> None:
        self._reading = reading
        self._sample = sample
        self._report = report
        self._recorded = recorded
        self._note = report.add

    def run(self, multivariant: str, earlier: Mapping[str, str] | None, copied: set[str]) -> None:
        data = self._reading.file(multivariant)
        if not data:
            return
        found = read_multivariant(read_playlist(multivariant, data, self._note), self._note)
        if not found.variants:
            self._note("has-segments", multivariant, "no variant")
        playlists = self._media_playlists(found)
        if earlier is not None:
            media_playlist.check_growth(earlier, {p.path: p.text for p in playlists.values()}, self._note)
        self._check(found, playlists, {p for p in playlists if p.split("/")[0] in copied})

    def _check(self, found: Multivariant, playlists: dict[str, Playlist], copied: set[str]) -> None:
        pictures = _named(playlists, [v.path for v in found.variants if v.has_picture])
        heard = [v.path for v in found.variants if not v.has_picture] + [t.path for t in found.tracks if t.kind == "AUDIO"]
        sound = _named(playlists, heard)
        texts = _named(playlists, [t.path for t in found.tracks if t.kind == "SUBTITLES"])
        only_keyframes = _named(playlists, [v.path for v in found.i_frames])
        for playlist in playlists.values():
            is_marked = playlist.has("EXT-X-I-FRAMES-ONLY")
            if (playlist in only_keyframes) != is_marked:
                self._note("i-frames-only", playlist.path, "is marked" if is_marked else "is not marked")
        if not found.playlist.has("EXT-X-INDEPENDENT-SEGMENTS"):
            for playlist in (p for p in pictures if not p.has("EXT-X-INDEPENDENT-SEGMENTS")):
                self._note("independent-segments", playlist.path, "neither here nor in the multivariant playlist")
        rates = [r for v in found.variants if v.has_picture and (r := v.number("FRAME-RATE"))]
        frame_s = 1 / min(rates) if rates else Fraction(1, 25)
        media_playlist.check_together(pictures, sound, texts, frame_s, copied, self._note)
        self._report.renditions = len(playlists)
        self._report.segments = sum(len(p.entries) for p in playlists.values())
        if self._sample is not Sample.STRUCTURE:
            measured = {p.path: self._follow(p, p.path in copied) for p in [*pictures, *sound]}
            start = next((r.first.start for r in measured.values() if r.first), None)
            measured |= {p.path: self._captions(p, start) for p in texts}
            declared.check_declared(found, measured, self._note)
            declared.check_starts([measured[p.path] for p in pictures], [measured[p.path] for p in sound], self._note)
            for playlist in only_keyframes if self._sample is not Sample.RECORDED else []:
                self._keyframes(playlist, float(frame_s))

    def _media_playlists(self, found: Multivariant) -> dict[str, Playlist]:
        playlists = {}
        for path in found.paths:
            data = self._reading.file(path)
            if data:
                playlists[path] = read_playlist(path, data, self._note)
                media_playlist.read_entries(playlists[path], self._note)
        return playlists

    def _follow(self, playlist: Playlist, keeps_times: bool) -> Rendition:
        """Measure the segments of pictures or sound, one at a time."""
        follower = Follower(playlist, keeps_times, self._note)
        for entry in playlist.entries:
            size, segment = self._measured(entry, keeps_times=keeps_times)
            if segment:
                follower.take(entry, segment)
            else:
                follower.lost(entry, size)
        return follower.rendition

    def _measured(self, entry: Entry, *, keeps_times: bool) -> tuple[int, Segment | None]:
        """Bytes and measures of a segment."""
        if self._sample is Sample.RECORDED:
            return self._recorded.get(entry.path, (0, None))
        parts = self._parts(entry)
        return (parts.size, measure(parts, self._at(entry.path), keeps_times=keeps_times)) if parts else (0, None)

    def _captions(self, playlist: Playlist, start: int | None) -> Rendition:
        found = Rendition(playlist)
        ticks = start
        for entry in playlist.entries:
            if self._sample is Sample.RECORDED:
                found.sizes.append((self._recorded.get(entry.path, (0, None))[0], entry.duration_s))
                continue
            data = self._reading.segment(entry)
            found.sizes.append((len(data), entry.duration_s))
            if data:
                webvtt.check_captions(data, ticks, float(entry.duration_s), self._at(entry.path))
            ticks = ticks + round(entry.duration_s * CLOCK_HZ) if ticks is not None else None
        return found

    def _keyframes(self, playlist: Playlist, frame_s: float) -> None:
        before: tuple[Entry, int] | None = None
        for entry in playlist.entries:
            note = self._at(f"{playlist.path}:{entry.line}")
            data = self._reading.segment(entry)
            shown = i_frames.shown_at(data, note) if data else None
            if before is not None and shown is not None:
                i_frames.check_duration(before[0], before[1], shown, frame_s, self._at(f"{playlist.path}:{before[0].line}"))
            before = (entry, shown) if shown is not None else None

    def _parts(self, entry: Entry) -> Parts | None:
        """A segment as far as the sample wants it; None (and a finding) where it cannot be read."""
        if self._sample is Sample.EDGES:
            return self._reading.ends(entry)
        data = self._reading.segment(entry)
        return Parts(len(data), data) if data else None

    def _at(self, place: str) -> NoteHere:
        return lambda rule, value: self._note(rule, place, value)


def _named(playlists: Mapping[str, Playlist], paths: list[str | None]) -> list[Playlist]:
    return [playlists[p] for p in dict.fromkeys(paths) if p and p in playlists]
