"""The rules: where each comes from, how hard it is, and what it asks for in one sentence.

Sections are those of RFC 8216, of Apple's "HLS authoring specification for Apple devices", of ISO/IEC 13818-1 (transport
streams) and 14496-3 (AAC); "Matinee" marks what we ask of our own streams. Where a rule weighs less here than in its source,
``eased`` says why.
"""

from dataclasses import dataclass
from enum import StrEnum


class Severity(StrEnum):
    """``must`` keeps a stream from being ready; ``should`` is advice."""

    MUST = "must"
    SHOULD = "should"


@dataclass(frozen=True)
class Rule:
    """One rule."""

    name: str
    source: str
    severity: Severity
    says: str
    eased: str = ""


def _must(name: str, source: str, says: str) -> Rule:
    return Rule(name, source, Severity.MUST, says)


def _should(name: str, source: str, says: str, eased: str = "") -> Rule:
    return Rule(name, source, Severity.SHOULD, says, eased)


_SYNTAX = (
    _must("encoding", "RFC 8216 4.1", "A playlist is UTF-8 without a byte order mark or control characters."),
    _must("first-line", "RFC 8216 4.3.1.1", "The first line is #EXTM3U."),
    _must("tag-syntax", "RFC 8216 4.3", "Every tag has a value of the form that it asks for."),
    _must("attribute-syntax", "RFC 8216 4.2", "Attributes are well formed, of their type, and named once."),
    _should("known-names", "RFC 8216 6.3.1", "Tags and attributes are known ones: players pass over what they do not know."),
    _must("duplicate-tag", "RFC 8216 4.3.3", "What describes the whole playlist is said once."),
    _must("mixed-playlist", "RFC 8216 4.1", "Tags of media playlists and of multivariant playlists do not meet in one file."),
    _must("version", "RFC 8216 7", "EXT-X-VERSION is as high as the features in use ask for."),
    _must("tag-order", "RFC 8216 4.3.2.1, 4.3.4.2", "Every address stands right behind the tag that describes it."),
    _must("plain-stream", "Matinee", "Nothing is encrypted, has a separate header, or is left out."),
    _must("own-folder", "Matinee", "Every address is relative and stays in the folder that a viewer's cookies open."),
    _must("readable", "RFC 8216 6.2.1", "Everything that a playlist names can be fetched and is not empty."),
)

_MULTIVARIANT = (
    _must("bandwidth-declared", "RFC 8216 4.3.4.2", "Every variant says its BANDWIDTH."),
    _must("average-declared", "Apple 9.14", "Every variant says its AVERAGE-BANDWIDTH."),
    _must("codecs-declared", "Apple 9.1, 9.3", "Every variant says its CODECS."),
    _must("resolution-declared", "Apple 9.2, 9.4", "Every variant with a picture says its RESOLUTION."),
    _must("frame-rate-declared", "Apple 9.15", "Every variant with a picture says its FRAME-RATE."),
    _must("rendition-attributes", "RFC 8216 4.3.4.1", "A rendition says type, group and name, and its choices do not clash."),
    _must("group-names", "RFC 8216 4.3.4.1.1", "Renditions of a group have different names."),
    _must("group-default", "RFC 8216 4.3.4.1.1", "A group has one default at most."),
    _must("group-known", "RFC 8216 4.3.4.2", "Groups that a variant refers to exist."),
    _must("language-declared", "Apple 8.10", "Every rendition of sound or captions says its LANGUAGE."),
    _should("channels-declared", "RFC 8216 4.3.4.1", "Every rendition of sound says its CHANNELS."),
    _should("several-rates", "Apple 9.9", "There are several variants to choose from.", "a small picture has one size only"),
    _must("i-frame-playlists", "Apple 6.1", "There are I-frame playlists for scrubbing where there is a picture."),
    _should("same-aspect", "Apple 1.33", "All variants have the same shape."),
    _must("frame-rate-limit", "Apple 1.19", "No variant has more than 60 frames per second."),
)

_MEDIA_PLAYLIST = (
    _must("target-declared", "RFC 8216 4.3.3.1", "A media playlist says its EXT-X-TARGETDURATION."),
    _must("target-duration", "RFC 8216 4.3.3.1", "No EXTINF, rounded, is more than the target duration."),
    _must("segment-length", "Apple 7.7", "No segment really runs more than half a second over the target duration."),
    _must("has-segments", "Matinee", "A published playlist lists something, and numbers its segments from 0."),
    _must("playlist-type", "Apple 8.6, 8.8", "A media playlist says whether it is EVENT or VOD."),
    _must("end-list", "RFC 8216 4.3.3.4, 4.3.3.5", "A VOD playlist, and no growing one, ends with EXT-X-ENDLIST."),
    _must("independent-segments", "Apple 9.11, 9.12", "EXT-X-INDEPENDENT-SEGMENTS stands in the playlists of pictures."),
    _must("same-target", "RFC 8216 6.2.4, Apple 8.2", "Pictures and sound, and captions that grow, have one target duration."),
    _must("same-type", "RFC 8216 6.2.4", "All media playlists have the same type."),
    _must("same-discontinuities", "RFC 8216 6.2.4, Apple 8.15", "All renditions break at the same points."),
    _must("grows-only", "RFC 8216 6.2.1", "A playlist changes by lines added at its end; a VOD playlist not at all."),
    _should(
        "event-stays", "RFC 8216 6.2.1", "An EVENT playlist stays EVENT when it ends.",
        "the change comes with EXT-X-ENDLIST, after which no player reads it again, and Apple 8.6 wants VOD",
    ),
    _must("i-frames-only", "Apple 6.8", "I-frame playlists are marked EXT-X-I-FRAMES-ONLY, others are not."),
    _must("i-frame-entry", "RFC 8216 4.3.3.6", "Each entry of an I-frame playlist is one keyframe, whole."),
    _must("i-frame-duration", "RFC 8216 4.3.3.6", "An I-frame lasts until the next one is shown."),
)  # fmt: skip

_CONTAINER = (
    _must("packets", "ISO 13818-1 2.4.3", "A segment is whole transport packets, in sync, without error marks, in the clear."),
    _must("one-program", "RFC 8216 3.2", "A segment holds one program."),
    _must("tables", "RFC 8216 3.2", "A segment holds a PAT and a PMT that name its stream, with right checksums."),
    _should("tables-first", "RFC 8216 3.2", "PAT and PMT come before any media."),
    _must("one-stream", "Apple 2.17, 9.5", "A segment holds one stream, of pictures or of sound."),
    _must("same-tracks", "RFC 8216 4.3.2.3", "Type and PID of the stream are the same in all segments of a rendition."),
    _should("same-parameters", "RFC 8216 4.3.2.3", "The coding parameters are the same in all segments of a rendition."),
    _must("continuity", "Apple 7.2", "Continuity counters go on by one within a segment."),
    _must("continuity-over-seams", "RFC 8216 3, Apple 7.2", "Continuity counters go on from each segment to the next."),
)

_TIMES = (
    _must("times-present", "ISO 13818-1 2.4.3.7", "Every unit of media says when it is shown, not before it is decoded."),
    _must("decode-order", "Apple 7.2", "Decoding times rise, within segments and from each to the next."),
    _must("no-gap", "RFC 8216 3, Apple 7.1", "Media goes on without a gap."),
    _must("no-overlap", "RFC 8216 3, Apple 7.1", "Nothing is there twice: no picture or sound overlaps what came before."),
    _must("extinf-sum", "Apple 8.1", "The EXTINF of any run of segments add up to its real length within one frame."),
    _must("same-start", "RFC 8216 6.2.4", "All renditions start at the same time of the same timeline."),
    _must("same-length", "RFC 8216 6.2.4, Apple 5.5", "Whole renditions end within a target duration of each other."),
    _should(
        "same-end", "Apple 8.3, 8.7", "Whole renditions cover the same time, within half a second.",
        "the tracks of an original seldom end together; what really hurts is in same-length",
    ),
    _must("aligned", "Matinee", "Encoded pictures are cut at the same times in all sizes."),
    _should("aligned-all", "Apple 8.22", "All renditions of pictures and sound are cut at the same times."),
)  # fmt: skip

_CODING = (
    _must("starts-with-idr", "Apple 7.4", "Every segment of pictures starts with an IDR picture."),
    _must("independent", "RFC 8216 4.3.5.1", "No picture of a segment is shown before its first one."),
    _must("parameter-sets", "RFC 8216 4.3.5.1", "SPS and PPS come before the first picture of a segment."),
    _should("keyframe-distance", "Apple 1.13", "Keyframes are two seconds apart at most."),
    _must("codecs-match", "RFC 8216 4.3.4.2", "CODECS names the formats that are in the segments."),
    _must("profile-level", "Apple 1.3", "H.264 is at most High profile, level 5.2."),
    _must("resolution-match", "Apple 9.2", "RESOLUTION is the size at which the picture is shown."),
    _must("frame-rate-match", "Apple 9.15", "FRAME-RATE is that of the pictures."),
    _should("progressive", "Apple 1.14", "Pictures are coded as whole frames, not fields."),
    _must("adts", "ISO 14496-3 1.A.3", "Sound is whole ADTS frames, of one kind, one behind the other."),
    _should("stereo", "Apple 2.3", "There is AAC in stereo where there is sound.", "a mono original gives mono"),
    _must("channels-match", "RFC 8216 4.3.4.1", "CHANNELS is the number of channels of the sound."),
    _must(
        "bandwidth-match", "Apple 1.27, 1.29, 9.13", "BANDWIDTH is the measured peak within 10 % (growing: at most 25 % under)."
    ),
    _must("average-match", "Apple 1.26, 1.28", "AVERAGE-BANDWIDTH is the measured average within 10 % (growing: not under)."),
    _should("peak-to-average", "Apple 1.30", "The peak is at most twice the average."),
)

_CAPTIONS = (
    _must("webvtt-header", "RFC 8216 3.5", "A segment of captions starts with WEBVTT."),
    _must("timestamp-map", "RFC 8216 3.5, Apple 5.3", "A segment of captions ties its times to the media with X-TIMESTAMP-MAP."),
    _must("webvtt-cues", "W3C WebVTT 4.1", "Cues have well-formed times and end after they begin."),
    _must("cue-place", "RFC 8216 3.5", "Every cue of a segment is shown while that segment plays."),
)

RULES = {r.name: r for r in (*_SYNTAX, *_MULTIVARIANT, *_MEDIA_PLAYLIST, *_CONTAINER, *_TIMES, *_CODING, *_CAPTIONS)}
