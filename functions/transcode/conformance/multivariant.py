"""The multivariant playlist: variants, groups of renditions, and what they have to say of themselves."""

from dataclasses import dataclass, field
from fractions import Fraction

from functions.transcode.conformance.playlist import Note, Playlist, Tag, resolve

_KINDS = ("AUDIO", "SUBTITLES", "VIDEO", "CLOSED-CAPTIONS")
_SOUND_CODECS = ("mp4a", "ac-3", "ec-3", "fLaC", "Opus", "alac")
_TEXT_CODECS = ("wvtt", "stpp")
SHAPE_TOLERANCE = 0.03  # sides are even numbers: 854 by 480 is meant to be 16:9


@dataclass(frozen=True)
class Variant:
    """An EXT-X-STREAM-INF or EXT-X-I-FRAME-STREAM-INF with the path of its media playlist (None: there is none to follow)."""

    place: str
    path: str | None
    attributes: dict[str, str]

    @property
    def codecs(self) -> list[str]:
        """The names in CODECS."""
        return [name.strip() for name in self.attributes.get("CODECS", "").split(",") if name.strip()]

    @property
    def has_picture(self) -> bool:
        """Whether it says, or does not deny, that it has a picture."""
        return not self.codecs or any(not c.startswith((*_SOUND_CODECS, *_TEXT_CODECS)) for c in self.codecs)

    def number(self, name: str) -> Fraction | None:
        """A numeric attribute."""
        return Fraction(self.attributes[name]) if name in self.attributes else None

    @property
    def size(self) -> tuple[int, int] | None:
        """RESOLUTION: width and height in pixels."""
        width, _, height = self.attributes.get("RESOLUTION", "").partition("x")
        return (int(width), int(height)) if height else None


@dataclass(frozen=True)
class Track:
    """An EXT-X-MEDIA; ``path`` is that of its media playlist, None where it has none of its own."""

    place: str
    path: str | None
    attributes: dict[str, str]

    @property
    def kind(self) -> str:
        """TYPE."""
        return self.attributes.get("TYPE", "")

    @property
    def group(self) -> tuple[str, str]:
        """What makes a group: TYPE and GROUP-ID."""
        return self.kind, self.attributes.get("GROUP-ID", "")


@dataclass
class Multivariant:
    """What a multivariant playlist lists."""

    playlist: Playlist
    variants: list[Variant] = field(default_factory=list)
    tracks: list[Track] = field(default_factory=list)
    i_frames: list[Variant] = field(default_factory=list)

    def companions(self, variant: Variant, kind: str) -> list[Track]:
        """The renditions of a kind that play with a variant."""
        group = variant.attributes.get(kind)
        return [t for t in self.tracks if t.group == (kind, group)] if group else []

    @property
    def paths(self) -> list[str]:
        """The media playlists, each once: pictures first."""
        named = [v.path for v in self.variants] + [t.path for t in self.tracks] + [v.path for v in self.i_frames]
        return list(dict.fromkeys(path for path in named if path))


def read_multivariant(playlist: Playlist, note: Note) -> Multivariant:
    """Collect variants and renditions, and check the tags one by one and against each other."""
    found = Multivariant(playlist)
    waiting: Tag | None = None
    for tag in playlist.tags:
        place = f"{playlist.path}:{tag.line}"
        if waiting is not None and (tag.name or tag.line != waiting.line + 1):
            note("tag-order", f"{playlist.path}:{waiting.line}", "EXT-X-STREAM-INF without an address on the next line")
            waiting = None
        if tag.name == "EXT-X-STREAM-INF":
            waiting = tag
        elif tag.name == "EXT-X-MEDIA":
            uri = tag.attributes.get("URI")
            found.tracks.append(Track(place, resolve(playlist.path, uri, place, note) if uri else None, tag.attributes))
        elif tag.name == "EXT-X-I-FRAME-STREAM-INF":
            path = resolve(playlist.path, tag.attributes.get("URI", ""), place, note)
            found.i_frames.append(Variant(place, path, tag.attributes))
        elif not tag.name and waiting is None:
            note("tag-order", place, f"address without EXT-X-STREAM-INF: {tag.value[:80]}")
        elif not tag.name and waiting is not None:
            path = resolve(playlist.path, tag.value, place, note)
            found.variants.append(Variant(f"{playlist.path}:{waiting.line}", path, waiting.attributes))
            waiting = None
    if waiting is not None:
        note("tag-order", f"{playlist.path}:{waiting.line}", "EXT-X-STREAM-INF without an address on the next line")
    _check_version(playlist, found, note)
    _check_variants(found, note)
    _check_tracks(found, note)
    return found


def _check_version(playlist: Playlist, found: Multivariant, note: Note) -> None:
    version = int(playlist.value("EXT-X-VERSION") or 1)
    if version < 7 and any(t.attributes.get("INSTREAM-ID", "").startswith("SERVICE") for t in found.tracks):
        note("version", playlist.path, f"{version}, but SERVICE in INSTREAM-ID asks for 7")


def _check_variants(found: Multivariant, note: Note) -> None:
    pictures = [v for v in found.variants if v.has_picture]
    for variants, wanted in (
        ([*found.variants, *found.i_frames], {"BANDWIDTH": "bandwidth-declared", "CODECS": "codecs-declared"}),
        ([*pictures, *found.i_frames], {"RESOLUTION": "resolution-declared"}),
        (found.variants, {"AVERAGE-BANDWIDTH": "average-declared"}),
        (pictures, {"FRAME-RATE": "frame-rate-declared"}),
    ):
        for name, rule in wanted.items():
            for variant in (v for v in variants if name not in v.attributes):
                note(rule, variant.place, f"no {name}")
    for variant in found.variants:
        rate = variant.number("FRAME-RATE")
        if rate is not None and rate > 60:
            note("frame-rate-limit", variant.place, float(rate))
        for kind in _KINDS:
            group = variant.attributes.get(kind)
            if group not in (None, "NONE") and not found.companions(variant, kind):
                note("group-known", variant.place, f'{kind}="{group}"')
    if len(pictures) == 1 or not found.variants:
        note("several-rates", found.playlist.path, f"{len(found.variants)} variant")
    if pictures and not found.i_frames:
        note("i-frame-playlists", found.playlist.path, "no EXT-X-I-FRAME-STREAM-INF")
    _check_shapes(pictures, note)


def _check_shapes(pictures: list[Variant], note: Note) -> None:
    sizes = [(v.place, v.size) for v in pictures]
    first = next((s for _, s in sizes if s and s[1]), None)
    for place, size in sizes:
        if first and size and abs(size[0] * first[1] / max(1, size[1] * first[0]) - 1) > SHAPE_TOLERANCE:
            note("same-aspect", place, f"{size[0]}x{size[1]} beside {first[0]}x{first[1]}")


def _check_tracks(found: Multivariant, note: Note) -> None:
    """Check every EXT-X-MEDIA by itself, then the members of each group against each other."""
    for track in found.tracks:
        has = track.attributes
        clashes = {
            **{f"no {name}": name not in has for name in ("TYPE", "GROUP-ID", "NAME")},
            "URI with closed captions": track.kind == "CLOSED-CAPTIONS" and "URI" in has,
            "closed captions without INSTREAM-ID": track.kind == "CLOSED-CAPTIONS" and "INSTREAM-ID" not in has,
            "captions without URI": track.kind == "SUBTITLES" and "URI" not in has,
            "FORCED on what is not captions": track.kind != "SUBTITLES" and "FORCED" in has,
            "DEFAULT=YES with AUTOSELECT=NO": has.get("DEFAULT") == "YES" and has.get("AUTOSELECT") == "NO",
        }
        for clash in (text for text, is_so in clashes.items() if is_so):
            note("rendition-attributes", track.place, clash)
        if track.kind != "VIDEO" and "LANGUAGE" not in has:
            note("language-declared", track.place, f"no LANGUAGE ({has.get('NAME', '')})")
        if track.kind == "AUDIO" and "CHANNELS" not in has:
            note("channels-declared", track.place, f"no CHANNELS ({has.get('NAME', '')})")
    for group in sorted({t.group for t in found.tracks}):
        _check_group([t for t in found.tracks if t.group == group], note)


def _check_group(members: list[Track], note: Note) -> None:
    names = [t.attributes.get("NAME") for t in members]
    for track, name in zip(members, names, strict=True):
        if name and names.count(name) > 1:
            note("group-names", track.place, f'"{name}" {names.count(name)} times in "{track.group[1]}"')
    defaults = [t for t in members if t.attributes.get("DEFAULT") == "YES"]
    if len(defaults) > 1:
        note("group-default", defaults[1].place, f'{len(defaults)} defaults in "{defaults[1].group[1]}"')
