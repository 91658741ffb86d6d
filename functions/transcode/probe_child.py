"""The child process that opens a hostile file: ``python -m functions.transcode.probe_child``.

It has no credentials in its environment, limited memory and CPU time, and reads one JSON request from standard input:
``{"url", "demuxer", "size_bytes", "max_pixels"}``. The answer is one JSON line: ``{"source": …}`` or ``{"failure": code}``.
It is started ahead of time and waits, since importing PyAV is most of a probe's time; it serves one request and ends.
"""

import json
import sys
from typing import Any

import av
from av.container import InputContainer

from functions.transcode import tracks
from functions.transcode.timeline import CLOCK_JUMPS, Timeline, timeline

DECODE_TRIES = 300  # packets of one stream, before it counts as undecodable
SOUND_TRIES = 20
LOOK_BYTES = 32 << 20  # read for a first picture, and for a packet of each track of sound
RATE_PACKETS = 60  # looked at where the stated frame rate cannot be
FASTEST_STATED = 120
CLEAN_START_S = 12.0  # seeks by the clock land between keyframes: how far before a time to begin when their distance is unknown
MARGIN_S = 0.5
# Storage's fault, not the file's. (A plain input/output error is what demuxers answer for a broken file.)
UNREADABLE = (av.error.HTTPClientError, av.error.HTTPServerError, av.error.ExitError, ConnectionError, TimeoutError)


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The file is refused with this code."""


def probe(url: str, demuxer: str, size_bytes: int, max_pixels: int) -> dict[str, Any]:
    """Open the file with the pinned demuxer and describe it. Raises Refused, or PyAV's errors."""
    options = {
        "protocol_whitelist": "http,https,tcp,tls" if url.startswith("http") else "file",
        "format_whitelist": demuxer if demuxer != "mov" else "mov,mp4,m4a,3gp,3g2,mj2",
        "probesize": str(8 << 20),
        "analyzeduration": str(10_000_000),
        "max_streams": "64",
    }
    if demuxer == "mov":
        options |= {"enable_drefs": "0", "use_absolute_path": "0"}
    with av.open(url, format=demuxer, options=options, metadata_errors="replace", timeout=20) as container:
        return _describe(container, demuxer, size_bytes, max_pixels)


def _describe(container: InputContainer, demuxer: str, size_bytes: int, max_pixels: int) -> dict[str, Any]:
    if tracks.is_protected(container):
        raise Refused("encrypted")
    start_s = (container.start_time or 0) / av.time_base
    video, audio = tracks.pick_video(container), tracks.pick_audio(container)
    if video is None and any(s.codec_context is None for s in container.streams.video):
        raise Refused("unsupported_codec")
    if video is None and not audio:
        raise Refused(_nothing_to_show(container))
    if video is not None and video.width * video.height > max_pixels:
        raise Refused("too_many_pixels")
    warnings: list[str] = []
    look, silent = _look(container, video, audio, start_s)
    audio = [s for s in audio if s.index not in silent]
    if (video is not None and not look.is_decoded) or (video is None and not audio):
        raise Refused("corrupt")
    if video is not None and tracks.is_dolby_vision_only(video, look):
        raise Refused("unsupported_codec")
    time = timeline(container, video, audio, demuxer, size_bytes, start_s, look.first_s)
    if not time.duration_s:
        raise Refused("corrupt")
    end_s = time.duration_s if time.has_jumps else time.picture_end_s
    if time.picture_end_s is not None:
        warnings.append("truncated")
    if len(audio) < len(container.streams.audio):
        warnings.append("sound_left_out")
    if tracks.has_bitmap_captions(container):
        warnings.append("bitmap_captions_left_out")
    return {
        "demuxer": demuxer,
        "size_bytes": size_bytes,
        "duration_s": time.duration_s,
        "start_s": start_s,
        "is_seekable": time.is_seekable,
        "has_jumps": time.has_jumps,
        "seek_margin_s": _seek_margin_s(demuxer, time, is_picture=video is not None),
        "warnings": warnings,
        "video": tracks.describe_video(video, look, start_s, end_s, time.keyframes_s) if video is not None else None,
        "audio": [tracks.describe_audio(s, look, start_s) for s in audio],
        "captions": tracks.describe_captions(container),
        "chapters": tracks.describe_chapters(container, start_s),
    }


def _nothing_to_show(container: InputContainer) -> str:
    if any(s.codec_context is None for s in container.streams.audio):
        return "unsupported_codec"
    return "not_a_video" if container.streams.video else "no_streams"


def _look(container: InputContainer, video: Any, audio: list[Any], start_s: float) -> tuple[tracks.Look, set[int]]:
    """Decode the first picture and a packet of each track of sound; gives the tracks of sound that cannot be decoded, too."""
    look = tracks.Look()
    if video is not None:
        context = video.codec_context
        look.is_interlaced = context.field_order not in (None, 0, 1, "unknown", "progressive")
        look.transfer, look.matrix, look.primaries = int(context.color_trc), int(context.colorspace), int(context.color_primaries)
        context.thread_count = 1
    wants_rate = video is not None and not 0 < (video.average_rate or 0) <= FASTEST_STATED
    tried = {s.index: 0 for s in audio}
    read = 0
    for packet in container.demux(*(s for s in (video, *audio) if s is not None)):
        if packet.has_sidedata("encryption_init_info") or packet.has_sidedata("encryption_info"):
            raise Refused("encrypted")
        read += packet.size
        time_s = None if packet.pts is None else float(packet.pts * packet.time_base) - start_s
        if video is not None and packet.stream_index == video.index:
            if time_s is not None:
                look.times_s.append(time_s)
            if not look.is_decoded and look.tried < DECODE_TRIES:
                look.tried += 1
                for frame in _decoded(packet)[:1]:
                    look.take(frame)
        elif time_s is not None:
            look.first_sound_s.setdefault(packet.stream_index, time_s)
        if packet.stream_index in tried:
            tried[packet.stream_index] += 1
            if _decoded(packet):
                del tried[packet.stream_index]
        picture_known = video is None or (
            (look.is_decoded or look.tried >= DECODE_TRIES) and not (wants_rate and len(look.times_s) < RATE_PACKETS)
        )
        if picture_known and (not any(n < SOUND_TRIES for n in tried.values()) or read > LOOK_BYTES):
            break
    return look, {index for index, packets in tried.items() if packets or video is None}


def _decoded(packet: Any) -> list[Any]:
    try:
        return list(packet.decode())
    except av.error.FFmpegError:
        return []


def _seek_margin_s(demuxer: str, time: Timeline, *, is_picture: bool) -> float:
    """How far before a time to begin reading, so that its picture can be decoded."""
    if demuxer not in CLOCK_JUMPS or not is_picture:
        return MARGIN_S
    keyframes = time.keyframes_s
    if not keyframes:
        return CLEAN_START_S
    return MARGIN_S + max(b - a for a, b in zip(keyframes, [*keyframes[1:], time.duration_s], strict=True))


def main() -> None:
    """Serve one request."""
    request = json.loads(sys.stdin.readline())
    answer: dict[str, Any]
    try:
        answer = {"source": probe(request["url"], request["demuxer"], request["size_bytes"], request["max_pixels"])}
    except Refused as refused:
        answer = {"failure": str(refused)}
    except UNREADABLE as error:
        answer = {"unreadable": type(error).__name__}
    except av.error.DecoderNotFoundError:
        answer = {"failure": "unsupported_codec"}
    except (av.error.FFmpegError, ValueError, OverflowError, MemoryError, ZeroDivisionError) as error:
        answer = {"failure": "corrupt", "detail": type(error).__name__}
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
