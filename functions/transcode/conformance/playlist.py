"""Read a playlist strictly: lines, tags, attributes; every departure from the syntax is a finding."""

import posixpath
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from urllib.parse import unquote, urlsplit

from functions.transcode.conformance import tags

Note = Callable[[str, str, object], None]  # rule, place, value


@dataclass(frozen=True)
class Tag:
    """A tag, or an address (then ``name`` is empty and ``value`` the address). ``line`` counts from 1."""

    line: int
    name: str
    value: str
    attributes: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Entry:
    """A media segment as listed: seconds, path, range of bytes (first, count), number of discontinuities before it."""

    line: int
    duration_s: Decimal
    path: str
    byte_range: tuple[int, int] | None
    breaks: int


@dataclass
class Playlist:
    """A playlist with the values that rules ask for; ``path`` is relative to the folder of the multivariant playlist."""

    path: str
    text: str
    tags: list[Tag]
    entries: list[Entry] = field(default_factory=list)

    def has(self, name: str) -> bool:
        """Whether a tag is there."""
        return any(tag.name == name for tag in self.tags)

    def value(self, name: str) -> str | None:
        """The value of a tag that is said once; None where it is not there."""
        return next((tag.value for tag in self.tags if tag.name == name), None)

    @property
    def target_s(self) -> int:
        """EXT-X-TARGETDURATION, or 0."""
        return int(self.value("EXT-X-TARGETDURATION") or 0)

    @property
    def is_whole(self) -> bool:
        """Whether it has ended."""
        return self.has("EXT-X-ENDLIST")

    @property
    def duration_s(self) -> Decimal:
        """The sum of EXTINF."""
        return sum((e.duration_s for e in self.entries), Decimal(0))


def read_playlist(path: str, data: bytes, note: Note) -> Playlist:
    """Parse any playlist; what is wrong is noted and left out."""
    text = _decoded(path, data, note)
    lines = text.replace("\r\n", "\n").split("\n")
    if lines[0] != "#EXTM3U":
        note("first-line", path, repr(lines[0][:40]))
    found: list[Tag] = []
    for number, line in enumerate(lines, 1):
        if line.startswith("#EXT"):
            tag = _tag(path, number, line, note)
            if tag is not None:
                found.append(tag)
        elif line and not line.startswith("#"):
            found.append(Tag(number, "", line))
    playlist = Playlist(path, text, found)
    _check_counts(playlist, note)
    return playlist


def resolve(playlist: str, uri: str, place: str, note: Note) -> str | None:
    """The path that an address leads to; None (and a finding) where it leaves the folder of the stream."""
    try:
        parts = urlsplit(uri)
    except ValueError:
        parts = urlsplit("//nowhere")
    path = posixpath.normpath(posixpath.join(posixpath.dirname(playlist), unquote(parts.path)))
    leaves = path.startswith(("/", "..")) or "\\" in path or not path.isprintable()
    if parts.scheme or parts.netloc or parts.query or not parts.path or leaves:
        note("own-folder", place, repr(uri[:200]))
        return None
    return path


def _decoded(path: str, data: bytes, note: Note) -> str:
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        note("encoding", path, f"byte {error.start} is not UTF-8")
        text = data.decode(errors="replace")
    if text.startswith("\ufeff"):
        note("encoding", path, "byte order mark")
        text = text[1:]
    for at, character in enumerate(text):
        if (character < " " and character not in "\r\n") or "\x7f" <= character <= "\x9f":
            note("encoding", path, f"control character {ord(character):#04x} at {at}")
            break
    return text


def _tag(path: str, number: int, line: str, note: Note) -> Tag | None:
    name, colon, value = line[1:].partition(":")
    place = f"{path}:{number}"
    if name in tags.NOT_PLAIN:
        note("plain-stream", place, name)
        return None
    form = tags.FORMS.get(name)
    if form is None:
        note("known-names", place, name[:60])
        return None
    if form.value is None:
        return Tag(number, name, value, _attributes(place, name, value, note))
    if not form.value.fullmatch(value) or bool(colon) != bool(form.value.pattern):
        note("tag-syntax", place, line[:120])
        return None
    return Tag(number, name, value)


def _attributes(place: str, tag: str, value: str, note: Note) -> dict[str, str]:
    listed = tags.attributes(value)
    if listed is None:
        note("attribute-syntax", place, value[:120])
        return {}
    found: dict[str, str] = {}
    for name, text in listed:
        fits = tags.fits(tag, name, text)
        if fits is None:
            note("known-names", place, f"{tag} {name}")
        elif name in found or not fits:
            note("attribute-syntax", place, f"{name}={text}"[:120])
        else:
            found[name] = text.strip('"')
    return found


def _check_counts(playlist: Playlist, note: Note) -> None:
    names = [tag.name for tag in playlist.tags]
    for name in sorted({n for n in names if n and names.count(n) > 1 and tags.FORMS[n].once}):
        note("duplicate-tag", playlist.path, name)
    scopes = {tags.FORMS[n].scope for n in names if n} - {"both"}
    if len(scopes) > 1:
        note("mixed-playlist", playlist.path, ", ".join(sorted({n for n in names if n and tags.FORMS[n].scope != "both"}))[:200])
