"""The tags and attributes of playlists and the form of their values (RFC 8216 sections 4.2 and 4.3, and 8216bis)."""

import re
from dataclasses import dataclass
from typing import Literal

Scope = Literal["both", "media", "multivariant"]

_INTEGER = r"\d{1,20}"
_FLOAT = r"\d{1,20}(?:\.\d{1,20})?"
_QUOTED = r'"[^"]*"'
_YES_NO = "YES|NO"
_RESOLUTION = r"\d{1,5}x\d{1,5}"

_STREAM = {
    "BANDWIDTH": _INTEGER,
    "AVERAGE-BANDWIDTH": _INTEGER,
    "SCORE": _FLOAT,
    "CODECS": _QUOTED,
    "SUPPLEMENTAL-CODECS": _QUOTED,
    "RESOLUTION": _RESOLUTION,
    "HDCP-LEVEL": "NONE|TYPE-0|TYPE-1",
    "VIDEO-RANGE": "SDR|HLG|PQ",
    "VIDEO": _QUOTED,
    "STABLE-VARIANT-ID": _QUOTED,
    "PATHWAY-ID": _QUOTED,
}

ATTRIBUTES: dict[str, dict[str, str]] = {
    "EXT-X-MEDIA": {
        "TYPE": "AUDIO|VIDEO|SUBTITLES|CLOSED-CAPTIONS",
        "DEFAULT": _YES_NO,
        "AUTOSELECT": _YES_NO,
        "FORCED": _YES_NO,
        "BIT-DEPTH": _INTEGER,
        "SAMPLE-RATE": _INTEGER,
        **dict.fromkeys(("URI", "GROUP-ID", "LANGUAGE", "ASSOC-LANGUAGE", "NAME", "STABLE-RENDITION-ID"), _QUOTED),
        **dict.fromkeys(("INSTREAM-ID", "CHARACTERISTICS", "CHANNELS"), _QUOTED),
    },
    "EXT-X-STREAM-INF": {
        **_STREAM,
        "FRAME-RATE": _FLOAT,
        "AUDIO": _QUOTED,
        "SUBTITLES": _QUOTED,
        "CLOSED-CAPTIONS": f"NONE|{_QUOTED}",
    },
    "EXT-X-I-FRAME-STREAM-INF": {**_STREAM, "URI": _QUOTED},
    "EXT-X-SESSION-DATA": dict.fromkeys(("DATA-ID", "VALUE", "URI", "LANGUAGE"), _QUOTED) | {"FORMAT": "JSON|RAW"},
    "EXT-X-START": {"TIME-OFFSET": f"-?{_FLOAT}", "PRECISE": _YES_NO},
    "EXT-X-DEFINE": dict.fromkeys(("NAME", "VALUE", "IMPORT", "QUERYPARAM"), _QUOTED),
    "EXT-X-DATERANGE": {},
    "EXT-X-CONTENT-STEERING": {},
}


@dataclass(frozen=True)
class Form:
    """Where a tag belongs, what its value looks like (None: attributes), and whether it is said once."""

    scope: Scope
    value: re.Pattern[str] | None
    once: bool = False


def _form(scope: Scope, value: str, *, once: bool = False) -> Form:
    return Form(scope, re.compile(value), once)


FORMS: dict[str, Form] = {
    "EXTM3U": _form("both", "", once=True),
    "EXT-X-VERSION": _form("both", r"[1-9]\d?", once=True),
    "EXT-X-INDEPENDENT-SEGMENTS": _form("both", "", once=True),
    "EXT-X-START": Form("both", None, once=True),
    "EXT-X-DEFINE": Form("both", None),
    "EXT-X-TARGETDURATION": _form("media", r"[1-9]\d{0,5}", once=True),
    "EXT-X-MEDIA-SEQUENCE": _form("media", _INTEGER, once=True),
    "EXT-X-DISCONTINUITY-SEQUENCE": _form("media", _INTEGER, once=True),
    "EXT-X-PLAYLIST-TYPE": _form("media", "EVENT|VOD", once=True),
    "EXT-X-I-FRAMES-ONLY": _form("media", "", once=True),
    "EXT-X-ENDLIST": _form("media", "", once=True),
    "EXTINF": _form("media", rf"(?!0+(?:\.0*)?,){_FLOAT},.*"),
    "EXT-X-BYTERANGE": _form("media", rf"{_INTEGER}(?:@{_INTEGER})?"),
    "EXT-X-DISCONTINUITY": _form("media", ""),
    "EXT-X-PROGRAM-DATE-TIME": _form("media", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)"),
    "EXT-X-BITRATE": _form("media", _INTEGER),
    "EXT-X-DATERANGE": Form("media", None),
    "EXT-X-MEDIA": Form("multivariant", None),
    "EXT-X-STREAM-INF": Form("multivariant", None),
    "EXT-X-I-FRAME-STREAM-INF": Form("multivariant", None),
    "EXT-X-SESSION-DATA": Form("multivariant", None),
    "EXT-X-CONTENT-STEERING": Form("multivariant", None, once=True),
}

NOT_PLAIN = {"EXT-X-KEY", "EXT-X-SESSION-KEY", "EXT-X-MAP", "EXT-X-GAP", "EXT-X-PART", "EXT-X-PART-INF", "EXT-X-SKIP"}

_ATTRIBUTE = re.compile(r'([A-Z0-9-]+)=("[^"]*"|[^",\s]+)(?:,|$)')


def attributes(value: str) -> list[tuple[str, str]] | None:
    """The attributes of a list in order, quotes kept; None where it is not well formed."""
    found, at = [], 0
    while at < len(value):
        match = _ATTRIBUTE.match(value, at)
        if match is None:
            return None
        found.append((match[1], match[2]))
        at = match.end()
    return found if found and not value.endswith(",") else None


def fits(tag: str, name: str, value: str) -> bool | None:
    """Whether an attribute's value is of its type; None for an attribute that is not known."""
    form = ATTRIBUTES[tag].get(name)
    if form is None:
        return True if not ATTRIBUTES[tag] or name.startswith("X-") else None
    return re.fullmatch(form, value) is not None
