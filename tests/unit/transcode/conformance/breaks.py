"""For every rule one way to break it, and it alone where that is possible."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from functions.transcode.conformance import Sample
from tests.unit.transcode.conformance import edits
from tests.unit.transcode.conformance.edits import MEDIA_PID, PMT_PID, Files, joined, packets, text, units

FULL, V480, V360, A0, C0 = "full.m3u8", "v480/index.m3u8", "v360/index.m3u8", "a0/index.m3u8", "c0/index.m3u8"
I_FRAMES, CAPTIONS, LAST = "v480/i-frames.m3u8", "c0/00000.vtt", "v360/00003.ts"
BEHIND_KEYFRAMES = -50  # a packet of LAST that no entry of an I-frame playlist holds
FRAME = 3003  # ticks, at 30000/1001 pictures per second


@dataclass(frozen=True)
class Break:
    """A change of a stream that breaks one rule, and those (``also``) that cannot but break with it."""

    rule: str
    apply: Callable[[Files], None]
    also: frozenset[str] = frozenset()
    sample: Sample = Sample.WHOLE


BREAKS: list[Break] = []


def _breaks(rule: str, *also: str, sample: Sample = Sample.WHOLE) -> Callable[[Callable[[Files], None]], Callable[[Files], None]]:
    def register(apply: Callable[[Files], None]) -> Callable[[Files], None]:
        BREAKS.append(Break(rule, apply, frozenset(also), sample))
        return apply

    return register


def _replacing(rule: str, path: str, pattern: str, new: str, *also: str, sample: Sample = Sample.WHOLE) -> None:
    BREAKS.append(Break(rule, lambda files: text(files, path, pattern, new), frozenset(also), sample))


_replacing("encoding", V480, r"\A", "\ufeff")
_replacing("encoding", FULL, 'NAME="English"', 'NAME="Eng\u0085lish"')
_replacing("first-line", V480, r"\A", "\n")
_replacing("tag-syntax", V480, "SEQUENCE:0", "SEQUENCE:zero")
_replacing("tag-syntax", V480, "#EXT-X-ENDLIST", "#EXT-X-ENDLIST:\n#EXT-X-ENDLIST")
_replacing("attribute-syntax", FULL, "FRAME-RATE", "SCORE=high,FRAME-RATE")
_replacing("attribute-syntax", FULL, "FRAME-RATE", "SCORE=1,SCORE=2,FRAME-RATE")
_replacing("known-names", C0, "#EXT-X-PLAYLIST", "#EXT-X-TARGETDURATIONS:5\n#EXT-X-PLAYLIST")
_replacing("known-names", FULL, "FRAME-RATE", "BITRATE=1,FRAME-RATE")
_replacing("duplicate-tag", C0, "#EXT-X-VERSION:6", "#EXT-X-VERSION:6\n#EXT-X-VERSION:6")
_replacing("mixed-playlist", C0, "#EXT-X-VERSION", '#EXT-X-SESSION-DATA:DATA-ID="a",VALUE="b"\n#EXT-X-VERSION')
_replacing("version", V480, "VERSION:6", "VERSION:2")
_replacing("tag-order", C0, "#EXT-X-ENDLIST", "stray.vtt\n#EXT-X-ENDLIST")
_replacing("tag-order", C0, "#EXT-X-MEDIA-SEQUENCE:0\n((?:.*\n)+)#EXT-X-END", "\\1#EXT-X-MEDIA-SEQUENCE:0\n#EXT-X-END")
_replacing("tag-order", FULL, r"\Z", "#EXT-X-STREAM-INF:BANDWIDTH=1\n")
_replacing("plain-stream", C0, "#EXTINF", "#EXT-X-KEY:METHOD=NONE\n#EXTINF")
_replacing("own-folder", FULL, "\nv360/", "\nhttp://elsewhere.example/v360/")
_replacing("own-folder", FULL, "\nv360/", "\n../v360/")

_replacing("bandwidth-declared", FULL, r":BANDWIDTH=\d+,(.*x480)", r":\1")
_replacing("average-declared", FULL, r",AVERAGE-BANDWIDTH=\d+", "")
_replacing("codecs-declared", FULL, ',CODECS="[^"]*"', "")
_replacing("resolution-declared", FULL, r",RESOLUTION=\w+", "")
_replacing("frame-rate-declared", FULL, r",FRAME-RATE=[\d.]+", "")
_replacing("rendition-attributes", FULL, "AUTOSELECT=YES", "AUTOSELECT=NO")
_replacing("group-names", FULL, "(#EXT-X-MEDIA:.*)DEFAULT=YES(.*\n)", r"\1DEFAULT=NO\2\1DEFAULT=YES\2")
_replacing("group-default", FULL, '(#EXT-X-MEDIA:.*)NAME="English"(.*\n)', r'\1NAME="English"\2\1NAME="français"\2')
_replacing("group-known", FULL, ',SUBTITLES="captions"', ',SUBTITLES="elsewhere"')
_replacing("language-declared", FULL, 'LANGUAGE="en",DEFAULT=NO', "DEFAULT=NO")
_replacing("channels-declared", FULL, ',CHANNELS="2"', "")
_replacing("several-rates", FULL, "#EXT-X-STREAM-INF.*x360.*\n.*\n", "")
_replacing("i-frame-playlists", FULL, "(?:#EXT-X-I-FRAME.*\n)+", "")
_replacing("same-aspect", FULL, "RESOLUTION=640x360", "RESOLUTION=480x360", sample=Sample.STRUCTURE)
_replacing("frame-rate-limit", FULL, "FRAME-RATE=29.970", "FRAME-RATE=119.880", sample=Sample.STRUCTURE)

_replacing("target-declared", C0, "#EXT-X-TARGETDURATION.*\n", "")
_replacing("target-duration", C0, "DURATION:30", "DURATION:10")
_replacing("has-segments", C0, "SEQUENCE:0", "SEQUENCE:7")
_replacing("has-segments", I_FRAMES, r"#EXTINF(?:.*\n)+#EXT-X-END", "#EXT-X-END")
_replacing("playlist-type", I_FRAMES, "#EXT-X-PLAYLIST-TYPE.*\n", "")
_replacing("end-list", I_FRAMES, "#EXT-X-ENDLIST\n", "")
_replacing("end-list", C0, r"(#EXT-X-INDEP.*\n)((?:.*\n)+)\Z", "\\2\\1")
_replacing("same-target", V360, "DURATION:4", "DURATION:5")
_replacing("same-type", C0, "TYPE:VOD", "TYPE:EVENT", "same-target")
_replacing("same-discontinuities", V360, "(#EXTINF.*\n00002.ts)", r"#EXT-X-DISCONTINUITY\n\1")
_replacing("i-frames-only", I_FRAMES, "#EXT-X-I-FRAMES-ONLY\n", "")
_replacing("i-frame-duration", I_FRAMES, "#EXTINF:2.002", "#EXTINF:1.502")
_replacing("same-end", C0, "#EXTINF:14.0", "#EXTINF:13.2")
_replacing("aligned", V360, "#EXTINF:4.004(.*\n.*\n)#EXTINF:4.004", r"#EXTINF:3.904\1#EXTINF:4.104", sample=Sample.STRUCTURE)
_replacing("aligned-all", A0, "#EXTINF:4.0(.*\n.*\n)#EXTINF:4.0", r"#EXTINF:3.9\1#EXTINF:4.1", sample=Sample.STRUCTURE)

_replacing("codecs-match", FULL, "avc1.64001f,", "avc1.640020,")
_replacing("codecs-match", FULL, ",mp4a.40.2", "")
_replacing("resolution-match", FULL, "640x360", "1280x720")
_replacing("frame-rate-match", FULL, "29.970", "30.000")
_replacing("channels-match", FULL, 'CHANNELS="2"', 'CHANNELS="6"')
_replacing("bandwidth-match", FULL, r":BANDWIDTH=(\d)", r":BANDWIDTH=1\1")
_replacing("average-match", FULL, r",AVERAGE-BANDWIDTH=1", ",AVERAGE-BANDWIDTH=2")

_replacing("webvtt-header", CAPTIONS, "WEBVTT", "WEBVT")
_replacing("timestamp-map", CAPTIONS, "X-TIMESTAMP-MAP.*\n", "")
_replacing("timestamp-map", CAPTIONS, "MPEGTS:900000", "MPEGTS:9000000000")
_replacing("webvtt-cues", CAPTIONS, "00:01.000 -->", "00:09.000 -->")
_replacing("webvtt-cues", CAPTIONS, "00:01.000 -->", "0:01 -->")
_replacing("cue-place", CAPTIONS, "00:09.500 --> 00:00:13.000", "00:19.500 --> 00:00:23.000")


@_breaks("readable")
def a_file_is_missing(files: Files) -> None:
    del files[CAPTIONS]


@_breaks("readable")
def a_file_is_empty(files: Files) -> None:
    files[CAPTIONS] = b""


@_breaks("encoding")
def bytes_that_are_no_text(files: Files) -> None:
    files[C0] = files[C0].replace(b"#EXT-X-VERSION", b"#\xff\n#EXT-X-VERSION")


@_breaks("independent-segments")
def nothing_says_that_segments_are_independent(files: Files) -> None:
    for path in (FULL, V480, V360):
        text(files, path, "#EXT-X-INDEPENDENT-SEGMENTS\n", "")


@_breaks("segment-length", "target-duration")
def a_target_that_segments_run_over(files: Files) -> None:
    for path in (V480, V360, A0):
        text(files, path, "DURATION:4", "DURATION:3")


@_breaks("same-length")
def captions_end_long_before_the_picture(files: Files) -> None:
    text(files, C0, "#EXTINF:14.0", "#EXTINF:8.0")
    text(files, CAPTIONS, r"\n00:00:09.500(?:.*\n)+", "")


@_breaks("extinf-sum")
def durations_that_are_off_by_more_than_a_frame(files: Files) -> None:
    for path in (V480, V360):
        text(files, path, "#EXTINF:4.004(.*\n.*\n)#EXTINF:4.004", r"#EXTINF:4.044\1#EXTINF:3.964")


@_breaks("i-frame-entry")
def an_i_frame_that_begins_too_late(files: Files) -> None:
    first = int(re.findall(rb"BYTERANGE:\d+@(\d+)", files[I_FRAMES])[0])
    text(files, I_FRAMES, f"@{first}", f"@{first + 188}")


@_breaks("i-frame-entry")
def an_i_frame_that_is_no_keyframe(files: Files) -> None:
    first, end, *_ = units(files["v480/00000.ts"])[3]
    text(files, I_FRAMES, r"BYTERANGE:\d+@\d+", f"BYTERANGE:{(end - first) * 188}@{first * 188}")


@_breaks("packets")
def a_segment_that_is_cut_off(files: Files) -> None:
    files[LAST] = files[LAST][:-100]


@_breaks("packets")
def a_segment_out_of_sync(files: Files) -> None:
    changed = packets(files[LAST])
    changed[BEHIND_KEYFRAMES][0] = 0
    files[LAST] = joined(changed)


@_breaks("packets")
def a_scrambled_packet(files: Files) -> None:
    changed = packets(files[LAST])
    changed[BEHIND_KEYFRAMES][3] |= 0x80
    files[LAST] = joined(changed)


@_breaks("one-program")
def two_programs(files: Files) -> None:
    changed = packets(files[LAST])
    edits.sections(changed, 0, lambda body: body + b"\x00\x02\xf0\x01")
    files[LAST] = joined(changed)


@_breaks("tables")
def a_table_with_a_wrong_checksum(files: Files) -> None:
    changed = packets(files[LAST])
    next(p for p in changed if edits.pid_of(p) == PMT_PID)[12] ^= 1
    files[LAST] = joined(changed)


@_breaks("tables")
def no_tables(files: Files) -> None:
    changed = packets(files[LAST])
    for packet in (p for p in changed if not edits.pid_of(p)):
        packet[1:3] = b"\x1f\xff"  # one that says nothing, so that all else stays where it was
    files[LAST] = joined(changed)


@_breaks("tables-first")
def media_before_the_tables(files: Files) -> None:
    changed = packets(files["a0/00003.ts"])
    changed.insert(0, changed.pop(2))
    files["a0/00003.ts"] = joined(changed)


@_breaks("one-stream")
def two_streams(files: Files) -> None:
    changed = packets(files[LAST])
    edits.sections(changed, PMT_PID, lambda body: body + b"\x0f\xe1\x01\xf0\x00")
    files[LAST] = joined(changed)


@_breaks("same-tracks")
def another_pid(files: Files) -> None:
    changed = packets(files[LAST])
    edits.sections(changed, PMT_PID, lambda body: body.replace(b"\xe1\x00", b"\xe1\x20"))
    for packet in (p for p in changed if edits.pid_of(p) == MEDIA_PID):
        packet[2] = 0x20
    files[LAST] = joined(changed)


@_breaks("same-parameters")
def another_parameter_set(files: Files) -> None:
    data = bytearray(files[LAST])
    for at in list(edits.nal(bytes(data), 7)):
        end = data.find(b"\0\0\1", at)
        data[end - 4] ^= 0x10
    files[LAST] = bytes(data)


@_breaks("continuity")
def a_lost_packet(files: Files) -> None:
    changed = packets(files[LAST])
    changed[100][3] = changed[100][3] & 0xF0 | (changed[100][3] + 4) % 16
    files[LAST] = joined(changed)


@_breaks("continuity-over-seams")
def counters_that_begin_anew(files: Files) -> None:
    changed = packets(files[LAST])
    for packet in changed:
        packet[3] = packet[3] & 0xF0 | (packet[3] + 5) % 16
    files[LAST] = joined(changed)


@_breaks("times-present")
def a_picture_without_times(files: Files) -> None:
    changed = packets(files[LAST])
    packet = changed[units(files[LAST])[7][0]]
    packet[4 + (1 + packet[4] if packet[3] & 0x20 else 0) + 7] &= 0x3F
    files[LAST] = joined(changed)


@_breaks("times-present")
def a_picture_shown_before_it_is_decoded(files: Files) -> None:
    changed = packets(files[LAST])
    reordered = next(first for first, _, pts, dts in units(files[LAST])[6:] if pts > dts)
    edits.set_times(changed[reordered], lambda _, dts: (dts - 1, dts))
    files[LAST] = joined(changed)


@_breaks("decode-order")
def two_pictures_decoded_at_once(files: Files) -> None:
    changed, found = packets(files[LAST]), units(files[LAST])
    number = next(n for n, (_, _, pts, dts) in enumerate(found) if n > 3 and pts > dts)
    edits.set_times(changed[found[number][0]], lambda pts, _: (pts, found[number - 1][3]))
    files[LAST] = joined(changed)


@_breaks("no-gap")
def a_picture_is_missing_at_a_seam(files: Files) -> None:
    path = "v360/00002.ts"
    changed, found = packets(files[path]), units(files[path])
    first, end, *_ = max(found, key=lambda unit: unit[2])
    files[path] = joined([p for n, p in enumerate(changed) if not first <= n < end or edits.pid_of(p) != MEDIA_PID])
    edits.renumber(files, "v360")


@_breaks("no-gap", "extinf-sum")
def sound_breaks_off_and_goes_on_later(files: Files) -> None:
    for path in edits.segments(files, "a0")[2:]:
        edits.shift(files, path, 45_000)


@_breaks("no-overlap", "decode-order")
def a_segment_begins_with_what_was_there_already(files: Files) -> None:
    edits.shift(files, LAST, -FRAME)


@_breaks("no-overlap")
def two_pictures_shown_at_once(files: Files) -> None:
    changed, found = packets(files[LAST]), units(files[LAST])
    later = next(n for n in range(8, len(found)) if found[n - 1][2] >= found[n][3] and found[n][2] > found[n][3])
    edits.set_times(changed[found[later][0]], lambda _, dts: (found[later - 1][2], dts))
    files[LAST] = joined(changed)


@_breaks("same-start")
def sound_that_starts_late(files: Files) -> None:
    for path in edits.segments(files, "a0"):
        edits.shift(files, path, 45_000)


@_breaks("starts-with-idr")
def a_segment_without_an_idr_at_its_start(files: Files) -> None:
    data = bytearray(files[LAST])
    end = units(files[LAST])[0][1] * 188
    for at in [at for at in edits.nal(bytes(data), 5) if at < end]:
        data[at] = data[at] & 0xE0 | 1
    files[LAST] = bytes(data)
    text(files, FULL, "#EXT-X-I-FRAME.*v360/.*\n", "")


@_breaks("independent")
def a_picture_shown_before_the_first_keyframe(files: Files) -> None:
    path = "v360/00000.ts"
    changed, found = packets(files[path]), units(files[path])
    edits.set_times(changed[found[1][0]], lambda _, dts: (dts, dts))
    files[path] = joined(changed)


@_breaks("parameter-sets")
def no_picture_parameters(files: Files) -> None:
    data = bytearray(files[LAST])
    for at in list(edits.nal(bytes(data), 8)):
        data[at] = data[at] & 0xE0 | 12
    files[LAST] = bytes(data)


@_breaks("keyframe-distance")
def a_keyframe_that_does_not_say_so(files: Files) -> None:
    changed = packets(files["v360/00001.ts"])
    for first, *_ in units(files["v360/00001.ts"])[1:]:
        if changed[first][3] & 0x20:
            changed[first][5] &= ~0x40
    files["v360/00001.ts"] = joined(changed)


@_breaks("profile-level")
def a_level_that_is_too_high(files: Files) -> None:
    for path in edits.segments(files, "v480"):
        data = bytearray(files[path])
        for at in list(edits.nal(bytes(data), 7)):
            data[at + 3] = 0x3D
        files[path] = bytes(data)
    text(files, FULL, "avc1.64001f,", "avc1.64003d,")


@_breaks("progressive")
def fields(files: Files) -> None:
    # 40 macroblocks wide, 12 pairs of rows, coded for fields, 24 lines cropped: 640 by 360.
    edits.replace_sps(files, "v360", edits.sps(across=40, down=12, frames_only=False, cropped=6))


@_breaks("adts")
def a_frame_of_sound_that_does_not_begin(files: Files) -> None:
    changed = packets(files["a0/00003.ts"])
    packet = changed[units(files["a0/00003.ts"])[2][0]]
    start = 4 + (1 + packet[4] if packet[3] & 0x20 else 0)
    packet[start + 9 + packet[start + 8]] = 0
    files["a0/00003.ts"] = joined(changed)


@_breaks("stereo")
def mono(files: Files) -> None:
    for path in edits.segments(files, "a0"):
        files[path] = re.sub(
            rb"(\xff\xf1.)([\x80-\xbf])", lambda found: found[1] + bytes([found[2][0] ^ 0xC0]), files[path], flags=re.DOTALL
        )
    text(files, FULL, 'CHANNELS="2"', 'CHANNELS="1"')


@_breaks("peak-to-average")
def a_segment_full_of_stuffing(files: Files) -> None:
    files["v360/00001.ts"] += (b"\x47\x1f\xff\x10" + b"\xff" * 184) * 14_000
    edits.declare_rates(files)
