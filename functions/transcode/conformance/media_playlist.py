"""Media playlists: each by itself, all of a stream beside each other, and two states of one."""

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from functions.transcode.conformance.playlist import Entry, Note, Playlist, resolve

END_TOLERANCE_S = Decimal("0.5")
SOUND_CUT_TOLERANCE_S = Decimal("0.05")  # sound can be cut between its frames only


def read_entries(playlist: Playlist, note: Note) -> None:
    """Collect the segments of a media playlist, and check its tags and their order."""
    waiting: dict[str, str] = {}  # the tags that describe the next segment
    ends: dict[str, int] = {}
    breaks = 0
    for tag in playlist.tags:
        place = f"{playlist.path}:{tag.line}"
        if tag.name == "EXTINF" and "EXTINF" in waiting:
            note("tag-order", place, "EXTINF without an address before it")
        if tag.name == "EXT-X-MEDIA-SEQUENCE" and (waiting or playlist.entries):
            note("tag-order", place, "EXT-X-MEDIA-SEQUENCE behind a segment")
        if tag.name in ("EXTINF", "EXT-X-BYTERANGE"):
            waiting[tag.name] = tag.value
        breaks += tag.name == "EXT-X-DISCONTINUITY"
        if not tag.name:
            path = resolve(playlist.path, tag.value, place, note)
            if "EXTINF" not in waiting:
                note("tag-order", place, f"address without EXTINF: {tag.value[:80]}")
            elif path:
                seconds = Decimal(waiting["EXTINF"].partition(",")[0])
                spread = _byte_range(waiting.get("EXT-X-BYTERANGE"), ends.get(path, 0))
                ends[path] = sum(spread or (0,))
                playlist.entries.append(Entry(tag.line, seconds, path, spread, breaks))
            waiting = {}
    if waiting:
        note("tag-order", playlist.path, "a description without an address at the end")
    _check_one(playlist, note)


def _byte_range(value: str | None, last_end: int) -> tuple[int, int] | None:
    """First byte and count; a range without a first byte begins where the one before it ended."""
    if value is None:
        return None
    count, _, first = value.partition("@")
    return int(first) if first else last_end, int(count)


def _check_one(playlist: Playlist, note: Note) -> None:
    path, kind = playlist.path, playlist.value("EXT-X-PLAYLIST-TYPE")
    _check_version(playlist, note)
    if not playlist.has("EXT-X-TARGETDURATION"):
        note("target-declared", path, "no EXT-X-TARGETDURATION")
    for entry in playlist.entries:
        if playlist.target_s and int(entry.duration_s + Decimal("0.5")) > playlist.target_s:
            note("target-duration", f"{path}:{entry.line}", f"{entry.duration_s} s, target {playlist.target_s} s")
    if not playlist.entries:
        note("has-segments", path, "no segment")
    elif int(playlist.value("EXT-X-MEDIA-SEQUENCE") or 0):
        note("has-segments", path, f"starts with number {playlist.value('EXT-X-MEDIA-SEQUENCE')}")
    if kind is None:
        note("playlist-type", path, "no EXT-X-PLAYLIST-TYPE")
    if kind == "VOD" and not playlist.is_whole:
        note("end-list", path, "VOD without EXT-X-ENDLIST")
    if playlist.is_whole and playlist.tags[-1].name != "EXT-X-ENDLIST":
        note("end-list", path, "something stands behind EXT-X-ENDLIST")


def _check_version(playlist: Playlist, note: Note) -> None:
    version = int(playlist.value("EXT-X-VERSION") or 1)
    needs = {
        "seconds with a fraction": (3, any(e.duration_s % 1 for e in playlist.entries)),
        "EXT-X-BYTERANGE": (4, playlist.has("EXT-X-BYTERANGE")),
        "EXT-X-I-FRAMES-ONLY": (4, playlist.has("EXT-X-I-FRAMES-ONLY")),
    }
    for feature, (needed, is_used) in needs.items():
        if is_used and version < needed:
            note("version", playlist.path, f"{version}, but {feature} ask for {needed}")


def check_growth(earlier: Mapping[str, str], later: Mapping[str, str], note: Note) -> None:
    """Compare two states of media playlists, by their paths."""
    for path in sorted(earlier):
        before, after = (text.splitlines() for text in (earlier[path], later.get(path, "")))
        if "#EXT-X-ENDLIST" in before and before != after:
            note("grows-only", path, "changed although it had ended")
            continue
        grown = after[: len(before)]
        if "#EXT-X-PLAYLIST-TYPE:EVENT" in before and "#EXT-X-PLAYLIST-TYPE:VOD" in grown and "#EXT-X-ENDLIST" in after:
            note("event-stays", path, "EVENT became VOD")
            grown[grown.index("#EXT-X-PLAYLIST-TYPE:VOD")] = "#EXT-X-PLAYLIST-TYPE:EVENT"
        if grown != before:
            at = next((n for n, (a, b) in enumerate(zip(before, grown, strict=False)) if a != b), len(grown))
            now = grown[at] if at < len(grown) else "gone"
            note("grows-only", f"{path}:{at + 1}", f"was {before[at][:80]!r}, is {now[:80]!r}")


def check_together(
    pictures: list[Playlist], sound: list[Playlist], texts: list[Playlist], frame_s: Fraction, copied: set[str], note: Note
) -> None:
    """Check the media playlists of one stream against each other. ``frame_s`` is the longest duration of a frame."""
    media = [*pictures, *sound]
    if not media:
        return
    first = media[0]
    for other in [*media[1:], *(t for t in texts if t.value("EXT-X-PLAYLIST-TYPE") != "VOD")]:
        _check_same("same-target", other, first, (other.target_s, first.target_s), note)
    for other in media[1:]:
        _check_same("same-discontinuities", other, first, (_breaks(other), _breaks(first)), note)
    for other in [*media[1:], *texts]:
        kinds = (other.value("EXT-X-PLAYLIST-TYPE"), first.value("EXT-X-PLAYLIST-TYPE"))
        _check_same("same-type", other, first, kinds, note)
        if other.is_whole and first.is_whole:
            _check_ends(other, first, note)
    encoded = [p for p in pictures if p.path not in copied]
    half_frame = Decimal(float(frame_s / 2))
    for other in encoded[1:]:
        _check_cuts("aligned", other, encoded[0], half_frame, note)
    for other in media[1:]:
        if other not in encoded or first not in encoded:
            _check_cuts("aligned-all", other, first, max(half_frame, SOUND_CUT_TOLERANCE_S), note)


def _check_same(rule: str, other: Playlist, first: Playlist, values: tuple[object, object], note: Note) -> None:
    if values[0] != values[1]:
        note(rule, other.path, f"{values[0]}, {first.path} {values[1]}")


def _breaks(playlist: Playlist) -> int:
    return playlist.entries[-1].breaks if playlist.entries else 0


def _check_ends(other: Playlist, first: Playlist, note: Note) -> None:
    apart = abs(other.duration_s - first.duration_s)
    value = f"{other.duration_s:.3f} s, {first.path} {first.duration_s:.3f} s"
    if apart > first.target_s:
        note("same-length", other.path, value)
    elif apart > END_TOLERANCE_S:
        note("same-end", other.path, value)


def _check_cuts(rule: str, other: Playlist, first: Playlist, tolerance: Decimal, note: Note) -> None:
    """Compare where two renditions are cut, as far as both go; the first difference is the finding."""
    theirs, mine = Decimal(0), Decimal(0)
    for number, (a, b) in enumerate(zip(other.entries[:-1], first.entries[:-1], strict=False)):
        theirs, mine = theirs + a.duration_s, mine + b.duration_s
        if abs(theirs - mine) > tolerance:
            note(rule, f"{other.path}:{a.line}", f"segment {number} ends at {theirs:.3f} s, that of {first.path} at {mine:.3f} s")
            return
