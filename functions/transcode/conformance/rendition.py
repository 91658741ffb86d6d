"""Follow one rendition from segment to segment: seams, real durations, and what is the same throughout."""

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from functions.transcode.conformance.playlist import Entry, Note, Playlist
from functions.transcode.conformance.segment import BRIDGED_S, Segment
from functions.transcode.conformance.transport import CLOCK_HZ, H264, unwrapped

KEYFRAME_DISTANCE_S = 2.0
OVER_TARGET_S = 0.5
_TICKS = 2  # times are rounded to the clock


@dataclass
class Rendition:
    """What is known of a rendition once its segments were read. ``sizes`` are bytes and seconds of each segment.

    ``keeps_times``: its pictures or sounds have the times of an original, which need not be regular.
    """

    playlist: Playlist
    keeps_times: bool = False
    first: Segment | None = None
    codecs: set[str] = field(default_factory=set)
    pictures: set[tuple[int, int]] = field(default_factory=set)
    sizes: list[tuple[int, Decimal]] = field(default_factory=list)
    steps: Counter[int] = field(default_factory=Counter)
    runs: int = 0

    @property
    def is_constant(self) -> bool:
        """Whether all pictures follow each other at one distance."""
        return bool(self.steps) and max(self.steps) - min(self.steps) <= _TICKS

    @property
    def usual_step(self) -> float:
        """The time (ticks) from most pictures to the next; 0 where no pictures were measured."""
        return float(self.steps.most_common(1)[0][0]) if self.steps else 0.0

    @property
    def frame_rate(self) -> Fraction | None:
        """Pictures per second, measured."""
        total = sum(step * count for step, count in self.steps.items())
        return Fraction(self.steps.total() * CLOCK_HZ, total) if total else None

    @property
    def frame_rate_error(self) -> float:
        """How far off the measured rate can be: every run of steps can be short or long by one tick of the clock.

        That of an original may count whole milliseconds, as Matroska does.
        """
        rate = self.frame_rate
        tick_s = 0.001 if self.keeps_times else 1 / CLOCK_HZ
        return float(rate) ** 2 * tick_s * self.runs / self.steps.total() if rate else 0.0


class Follower:
    """Takes the measured segments of a rendition in order and notes what is wrong between them."""

    def __init__(self, playlist: Playlist, keeps_times: bool, note: Note) -> None:
        self.rendition = Rendition(playlist, keeps_times)
        self._note = note
        self._last: tuple[Entry, Segment] | None = None
        self._shift = 0  # of the first time against the sum of EXTINF so far, in ticks
        self._listed = Decimal(0)
        self._drift: tuple[float, float] = (0.0, 0.0)
        self._last_keyframe: int | None = None

    def lost(self, entry: Entry, size: int) -> None:
        """A segment whose media could not be measured: what follows is not compared with what came before it."""
        self.rendition.sizes.append((size, entry.duration_s))
        self._last = None
        self._last_keyframe = None

    def take(self, entry: Entry, segment: Segment) -> None:
        """The next segment."""
        place = entry.path
        found = self.rendition
        is_fresh = self._last is None or self._last[0].breaks != entry.breaks
        if self._last is not None and not is_fresh:
            self._rebase(segment, self._last[1].last_dts)
            self._compare(place, self._last[1], segment)
        if found.first is None:
            found.first = segment
        found.sizes.append((segment.size, entry.duration_s))
        if segment.stream_type == H264:
            found.steps.update(segment.steps)
            found.runs += 1 if segment.is_complete else 2
        self._note_coding(place, segment)
        self._note_duration(entry, segment, is_fresh)
        self._note_keyframes(place, segment)
        self._last = (entry, segment)

    def _rebase(self, segment: Segment, near: int) -> None:
        """Put a segment's times beside those before it, whatever the clock's 33 bits did in between."""
        shift = unwrapped(segment.first_dts, near) - segment.first_dts
        segment.start += shift
        segment.last_pts += shift
        segment.first_dts += shift
        segment.last_dts += shift
        segment.end = None if segment.end is None else segment.end + shift
        segment.keyframes = [k + shift for k in segment.keyframes]

    def _compare(self, place: str, before: Segment, segment: Segment) -> None:
        if (before.pid, before.stream_type) != (segment.pid, segment.stream_type):
            value = f"type {segment.stream_type:#x} in PID {segment.pid:#x}, before {before.stream_type:#x} in {before.pid:#x}"
            self._note("same-tracks", place, value)
            return
        if (before.sps, before.sound) != (segment.sps, segment.sound):
            self._note("same-parameters", place, f"{segment.picture or segment.sound}, before {before.picture or before.sound}")
        jumps = [
            f"{pid:#x}: {first} follows {last}"
            for pid, (first, _) in segment.counters.items()
            if (last := before.counters.get(pid, (0, None))[1]) is not None and (last + 1) % 16 != first
        ]
        if jumps:
            self._note("continuity-over-seams", place, "; ".join(jumps))
        if segment.first_dts <= before.last_dts:
            self._note("decode-order", place, f"{(segment.first_dts - before.last_dts) / CLOCK_HZ:+.4f} s at the seam")
        if before.end is not None:
            self._note_seam(place, before.end, before, segment)

    def _note_seam(self, place: str, end: int, before: Segment, segment: Segment) -> None:
        longest = max(before.longest, segment.longest)
        step = segment.start - end
        if segment.stream_type == H264:
            usual = self.rendition.usual_step or float(longest)
            keeps_times = self.rendition.keeps_times
            most = max(1.5 * usual, 1.5 * longest, BRIDGED_S * CLOCK_HZ) if keeps_times else 1.5 * usual
            is_overlap, is_gap = step <= (0 if keeps_times else usual / 2), step > most
            step -= round(usual)
        else:
            bridged = BRIDGED_S * CLOCK_HZ if self.rendition.keeps_times else 0.0
            is_overlap, is_gap = step < -longest / 2, step > max(longest / 2, bridged)
        if is_overlap or is_gap:
            self._note("no-overlap" if is_overlap else "no-gap", place, f"{step / CLOCK_HZ:+.4f} s at the seam")

    def _note_coding(self, place: str, segment: Segment) -> None:
        found = self.rendition
        if segment.codec and segment.codec not in found.codecs:
            found.codecs.add(segment.codec)
            picture = segment.picture
            if picture and (picture.profile not in (66, 77, 100) or picture.level > 52):
                self._note("profile-level", place, f"profile {picture.profile}, level {picture.level / 10}")
        if segment.picture and segment.picture.size not in found.pictures:
            found.pictures.add(segment.picture.size)
            if not segment.picture.is_progressive:
                self._note("progressive", place, "coded for fields")

    def _note_duration(self, entry: Entry, segment: Segment, is_fresh: bool) -> None:
        """Compare the segment's start and end with the sum of EXTINF, from the last break on."""
        if is_fresh:
            self._shift, self._listed, self._drift = segment.start, Decimal(0), (0.0, 0.0)
        frame = self.rendition.usual_step or float(segment.longest)
        allowed = max(frame, 0.0) + _TICKS
        self._note_drift(entry.path, segment.start, allowed)
        self._listed += entry.duration_s
        end = segment.end
        if end is not None:
            end += round(frame) if segment.stream_type == H264 else 0
            if not self.rendition.keeps_times:  # how long an original's last picture is shown is not in the segment
                self._note_drift(entry.path, end, allowed)
            target = self.rendition.playlist.target_s
            real = (end - segment.start) / CLOCK_HZ
            if target and real > target + OVER_TARGET_S:
                self._note("segment-length", entry.path, f"{real:.3f} s, target {target} s")

    def _note_drift(self, place: str, time: int, allowed: float) -> None:
        drift = time - self._shift - float(self._listed) * CLOCK_HZ
        low, high = min(self._drift[0], drift), max(self._drift[1], drift)
        if high - low > allowed >= self._drift[1] - self._drift[0]:
            self._note("extinf-sum", place, f"EXTINF and the media are {(high - low) / CLOCK_HZ:.4f} s apart")
        self._drift = (low, high)

    def _note_keyframes(self, place: str, segment: Segment) -> None:
        if not segment.is_complete:
            return
        frame = self.rendition.usual_step
        for keyframe in segment.keyframes:
            if self._last_keyframe is not None:
                distance = (keyframe - self._last_keyframe) / CLOCK_HZ
                if distance > KEYFRAME_DISTANCE_S + frame / CLOCK_HZ:
                    self._note("keyframe-distance", place, f"{distance:.3f} s")
            self._last_keyframe = keyframe
