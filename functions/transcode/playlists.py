"""Playlists of HLS (RFC 8216), rendered whole from the rows every time; never patched as text."""

import math
from collections.abc import Iterator, Sequence
from decimal import Decimal

from functions.transcode.chapters import SESSION_DATA
from matinee.db.streams import RenditionState, Segment

MEDIA_PLAYLIST = "index.m3u8"
I_FRAME_PLAYLIST = "i-frames.m3u8"
FULL_PLAYLIST = "full.m3u8"  # lists everything


def early_playlist(edition: str, *, captions: bool = False) -> str:
    """The name of the playlist that lists what keeps ahead of a viewer while the rest of a plan is still being made.

    With ``captions`` it is another one, since players never read a multivariant playlist twice.
    """
    return f"early{edition}{'-captions' if captions else ''}.m3u8"


def listed(segments: Sequence[Segment]) -> list[Segment]:
    """The segments from the first to the first hole."""
    found: list[Segment] = []
    for ordinal, segment in enumerate(segments):
        if segment.ordinal != ordinal:
            break
        found.append(segment)
    return found


def media_playlist(rendition: RenditionState, *, all_whole: bool) -> str:
    """One rendition: EVENT while any rendition of the video grows, then VOD like all others (RFC 8216 6.2.4)."""
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        f"#EXT-X-TARGETDURATION:{rendition.target_s}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        f"#EXT-X-PLAYLIST-TYPE:{'VOD' if all_whole else 'EVENT'}",
        "#EXT-X-INDEPENDENT-SEGMENTS",
    ]
    for segment in listed(rendition.segments):
        lines += [f"#EXTINF:{segment.duration_s:.6f},", segment_name(rendition.kind, segment.ordinal)]
    if rendition.is_whole:
        lines.append("#EXT-X-ENDLIST")
    return "\n".join(lines) + "\n"


def i_frame_playlist(rendition: RenditionState) -> str:
    """Every keyframe of a whole picture as a range of its segment (RFC 8216 4.3.3.6), each until the next one is shown."""
    frames = list(_keyframes(rendition))
    target_s = max([math.floor(seconds + Decimal("0.5")) for *_, seconds in frames] + [1])
    lines = [
        "#EXTM3U",
        "#EXT-X-VERSION:6",
        f"#EXT-X-TARGETDURATION:{target_s}",
        "#EXT-X-MEDIA-SEQUENCE:0",
        "#EXT-X-PLAYLIST-TYPE:VOD",
        "#EXT-X-I-FRAMES-ONLY",
    ]
    for name, first, size, seconds in frames:
        lines += [f"#EXTINF:{seconds:.6f},", f"#EXT-X-BYTERANGE:{size}@{first}", name]
    return "\n".join([*lines, "#EXT-X-ENDLIST"]) + "\n"


def _keyframes(rendition: RenditionState) -> Iterator[tuple[str, int, int, Decimal]]:
    """Segment, first byte, bytes and seconds of each keyframe."""
    segments = listed(rendition.segments)
    shown = [
        (segment_name(rendition.kind, s.ordinal), first, size, Decimal(f"{time_s:.6f}"))
        for s in segments
        for first, size, time_s in s.keyframes
    ]
    if not segments:
        return
    end = segments[-1].start_s + segments[-1].duration_s
    for (name, first, size, time), following in zip(shown, [*(t for *_, t in shown[1:]), end], strict=True):
        yield name, first, size, max(following - time, Decimal("0.001"))


def segment_name(kind: str, ordinal: int) -> str:
    """The file name of a segment, as ffmpeg numbers it."""
    return f"{ordinal:05d}.{'vtt' if kind == 'captions' else 'ts'}"


def multivariant_playlist(renditions: Sequence[RenditionState], *, i_frames: bool = False, chapters: bool = False) -> str:
    """The list of these renditions: the sound as one group, each picture as a variant; sound alone is its own variant.

    ``i_frames`` lists an I-frame playlist of each picture as well, ``chapters`` the list of chapters.
    """
    sound = [r for r in renditions if r.kind == "audio"]
    pictures = sorted((r for r in renditions if r.kind == "video"), key=lambda r: r.height or 0, reverse=True)
    lines = ["#EXTM3U", "#EXT-X-VERSION:6", "#EXT-X-INDEPENDENT-SEGMENTS", *([SESSION_DATA] if chapters else [])]
    captions = [r for r in renditions if r.kind == "captions"]
    lines += [_media(track) for track in [*sound, *captions]]
    sound_peak = max((peak_rate(r) for r in sound), default=0)
    sound_average = max((average_rate(r) for r in sound), default=0)
    sound_codecs = sorted({r.codecs for r in sound if r.codecs})
    for picture in pictures:
        attributes = [
            f"BANDWIDTH={peak_rate(picture) + sound_peak}",
            f"AVERAGE-BANDWIDTH={average_rate(picture) + sound_average}",
            f'CODECS="{",".join([picture.codecs or "", *sound_codecs])}"',
            f"RESOLUTION={picture.width}x{picture.height}",
            f"FRAME-RATE={picture.frame_rate:.3f}",
        ]
        if sound:
            attributes.append('AUDIO="sound"')
        if captions:
            attributes.append('SUBTITLES="captions"')
        lines += [f"#EXT-X-STREAM-INF:{','.join(attributes)}", f"{picture.name}/{MEDIA_PLAYLIST}"]
    lines += [_i_frame_variant(picture) for picture in pictures if i_frames]
    if not pictures and sound:
        first = next((r for r in sound if r.is_default), sound[0])
        lines += [
            f'#EXT-X-STREAM-INF:BANDWIDTH={sound_peak},AVERAGE-BANDWIDTH={sound_average},CODECS="{",".join(sound_codecs)}",AUDIO="sound"',
            f"{first.name}/{MEDIA_PLAYLIST}",
        ]
    return "\n".join(lines) + "\n"


def peak_rate(rendition: RenditionState) -> int:
    """BANDWIDTH (bit/s): the highest rate of any run of segments about one target duration long (RFC 8216 4.3.4.2)."""
    segments = listed(rendition.segments)
    half, most = Decimal(rendition.target_s) / 2, Decimal(rendition.target_s) * Decimal("1.5")
    peak = Decimal(0)
    for first in range(len(segments)):
        bits, seconds = Decimal(0), Decimal(0)
        for segment in segments[first:]:
            bits, seconds = bits + segment.size_bytes * 8, seconds + segment.duration_s
            if seconds > most:
                break
            if seconds >= half:
                peak = max(peak, bits / seconds)
    return math.ceil(peak) or average_rate(rendition)


def average_rate(rendition: RenditionState) -> int:
    """AVERAGE-BANDWIDTH (bit/s) of what is listed."""
    segments = listed(rendition.segments)
    seconds = sum((s.duration_s for s in segments), Decimal(0))
    return math.ceil(sum(s.size_bytes for s in segments) * 8 / seconds) if seconds else 0


def _i_frame_variant(picture: RenditionState) -> str:
    frames = [(size * 8, seconds) for _, _, size, seconds in _keyframes(picture)]
    average = sum(bits for bits, _ in frames) / sum((seconds for _, seconds in frames), Decimal(0)) if frames else 0
    attributes = [
        f"BANDWIDTH={math.ceil(max((bits / seconds for bits, seconds in frames), default=0))}",
        f"AVERAGE-BANDWIDTH={math.ceil(average)}",
        f'CODECS="{picture.codecs or ""}"',
        f"RESOLUTION={picture.width}x{picture.height}",
        f'URI="{picture.name}/{I_FRAME_PLAYLIST}"',
    ]
    return "#EXT-X-I-FRAME-STREAM-INF:" + ",".join(attributes)


def _media(track: RenditionState) -> str:
    yes = "YES" if track.is_default else "NO"
    is_sound = track.kind == "audio"
    attributes = [
        *(("TYPE=AUDIO", 'GROUP-ID="sound"') if is_sound else ("TYPE=SUBTITLES", 'GROUP-ID="captions"')),
        f'NAME="{quoted(track.label or track.name)}"',
        f'LANGUAGE="{track.language or "und"}"',
        f"DEFAULT={yes}",
        "AUTOSELECT=YES",
        *(["FORCED=YES"] if track.is_forced else []),
        *([f'CHANNELS="{track.channels or 2}"'] if is_sound else []),
        f'URI="{track.name}/{MEDIA_PLAYLIST}"',
    ]
    return "#EXT-X-MEDIA:" + ",".join(attributes)


def quoted(text: str) -> str:
    """Text for a quoted-string, which knows no escapes and no line breaks (RFC 8216 4.2)."""
    return " ".join(text.replace('"', "'").split())
