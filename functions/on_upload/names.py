"""What clients say of their files, made harmless. It is shown to people and never used as a path or believed as a type."""

import re
import unicodedata
from pathlib import PurePosixPath

MAX_FILENAME = 255
NAMELESS = "video"

_MEDIA_TYPE = re.compile(r"[a-z0-9][a-z0-9!#$&^_.+-]{0,63}/[a-z0-9][a-z0-9!#$&^_.+-]{0,63}")
_NEVER_MEDIA = re.compile(
    r"(text|font|model|message|multipart)/.*"
    r"|application/(pdf|rtf|json|xml|xhtml\+xml|javascript|ecmascript|wasm|msword|epub\+zip|sql|java-archive)"
    r"|application/(zip|gzip|x-gzip|x-bzip2?|x-xz|x-tar|x-7z-compressed|x-rar-compressed|vnd\.rar|zstd)"
    r"|application/(x-sh|x-msdownload|x-msdos-program|x-executable|vnd\.microsoft\.portable-executable)"
    r"|application/vnd\.(ms-(excel|powerpoint|word).*|openxmlformats-.*|oasis\.opendocument\..*)"
)
_MEDIA_ALL_THE_SAME = {"text/vnd.trolltech.linguist"}  # what Linux desktops take an MPEG transport stream (.ts) for

# Marks that turn the direction of text around, so that "gpj.exe" can be made to read "exe.jpg" (Unicode TR 36, 2.1).
_DIRECTION_MARKS = frozenset("\u200e\u200f\u061c\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def clean_filename(filename: str) -> str:
    """The last part of a path, in NFC, on one line, without invisible direction marks, 1 to 255 characters long."""
    visible = "".join(_visible(character) for character in unicodedata.normalize("NFC", filename))
    last = re.split(r"[/\\]", visible)[-1]
    name = " ".join(last.split())
    if not name.strip(". "):
        return NAMELESS
    return _shortened(name)


def clean_filetype(filetype: str) -> str:
    """The media type in lower case, without parameters; empty when it is none. It is a hint: bytes decide."""
    essence = filetype.partition(";")[0].strip().lower()
    return essence if _MEDIA_TYPE.fullmatch(essence) else ""


def is_never_media(filetype: str) -> bool:
    """Whether a cleaned type says plainly that the file is neither video nor audio."""
    return bool(_NEVER_MEDIA.fullmatch(filetype)) and filetype not in _MEDIA_ALL_THE_SAME


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    if category in ("Zl", "Zp") or character in "\t\n\v\f\r":
        return " "
    return "" if category in ("Cc", "Cs") or character in _DIRECTION_MARKS else character


def _shortened(name: str) -> str:
    """Cut in the middle of the stem rather than at the extension, by which people know a file."""
    if len(name) <= MAX_FILENAME:
        return name
    extension = PurePosixPath(name).suffix
    if len(extension) > 16:
        extension = ""
    return name[: MAX_FILENAME - len(extension)].rstrip() + extension
