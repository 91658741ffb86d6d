"""The child process that opens a hostile file; ``late_probe_child`` starts it.

It has no credentials in its environment, limited memory and CPU time, and reads one JSON request from standard input, the
arguments of ``probe``. The answer is one JSON line: ``{"source": …}`` or ``{"failure": code}``.
It is started ahead of time and waits, since importing PyAV is most of a probe's time; it serves one request and ends.
"""

import json
import sys
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import av
import av.logging
from av.container import InputContainer

from functions.transcode import tracks
from functions.transcode.timeline import BROKEN, CLOCK_JUMPS, Opened, Timeline, demuxed, timeline

if TYPE_CHECKING:
    from matinee.errors import VideoWarning

LOOK_BYTES = 32 << 20  # read for a first picture, and for a packet of each track of sound
CLEAN_START_S = 12.0  # seeks by the clock land between keyframes: how far before a time to begin when their distance is unknown
MARGIN_S = 0.5
# Storage's fault, not the file's. (A plain input/output error is what demuxers answer for a broken file.)
UNREADABLE = (av.error.HTTPClientError, av.error.HTTPServerError, av.error.ExitError, ConnectionError, TimeoutError)
# Whose complaints are about storage, even where a demuxer then calls the file broken.
TRANSPORTS = {"http", "https", "tcp", "tls"}


Log = tuple[int, str, str]  # level, name of the component, text


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The file is refused with this code."""


def probe(url: str, demuxer: str, size_bytes: int, max_pixels: int, logs: list[Log], *, is_cut_off: bool) -> dict[str, Any]:
    """Open the file with the pinned demuxer and describe it. Raises Refused, or PyAV's errors.

    ``logs`` is where libav's log lines are collected.
    """
    options = {
        "protocol_whitelist": "http,https,tcp,tls" if url.startswith("http") else "file",
        "format_whitelist": demuxer if demuxer != "mov" else "mov,mp4,m4a,3gp,3g2,mj2",
        "probesize": str(8 << 20),
        "analyzeduration": str(10_000_000),
        "max_streams": "64",
    }
    if demuxer == "mov":
        options |= {"enable_drefs": "0", "use_absolute_path": "0"}
    if url.startswith("http"):
        options |= {"reconnect": "1", "reconnect_on_network_error": "1", "reconnect_on_http_error": "429,5xx"}
        options |= {"reconnect_delay_max": "5"}
    with av.open(url, format=demuxer, options=options, metadata_errors="replace", timeout=20) as container:
        source = _describe(container, demuxer, size_bytes, max_pixels, is_cut_off=is_cut_off)
    if had_trouble_reading(logs):
        raise ConnectionError("the end of the connection may have been taken for the end of the file")
    return source


def _describe(container: InputContainer, demuxer: str, size_bytes: int, max_pixels: int, *, is_cut_off: bool) -> dict[str, Any]:
    video, audio = _chosen(container, max_pixels)
    start_s = (container.start_time or 0) / av.time_base
    file = Opened(container, demuxer, size_bytes, is_cut_off, video, audio, start_s)
    look = _look(file)
    audio = [s for s in audio if not look.sound_tries.get(s.index)]
    if not look.is_decoded or (video is None and not audio):
        raise Refused("corrupt")
    if video is not None and tracks.is_dolby_vision_only(video, look):
        raise Refused("unsupported_codec")
    time = timeline(replace(file, sounds=audio), look.first_s)
    if not time.duration_s:
        raise Refused("corrupt")
    found: dict[VideoWarning, bool] = {
        "truncated": time.is_cut_off,
        "sound_left_out": len(audio) < len(container.streams.audio),
        "bitmap_captions_left_out": tracks.has_bitmap_captions(container),
    }
    return {
        "demuxer": demuxer,
        "size_bytes": size_bytes,
        "duration_s": time.duration_s,
        "start_s": start_s,
        "is_seekable": time.is_seekable,
        "has_jumps": time.has_jumps,
        "seek_margin_s": _seek_margin_s(demuxer, time, is_picture=video is not None),
        "warnings": [warning for warning, is_so in found.items() if is_so],
        "video": tracks.describe_video(video, look, start_s, time) if video is not None else None,
        "audio": [tracks.describe_audio(s, look, start_s, time) for s in audio],
        "captions": tracks.describe_captions(container),
        "chapters": tracks.describe_chapters(container, start_s),
    }


def _chosen(container: InputContainer, max_pixels: int) -> tuple[Any, list[Any]]:
    """The picture and the tracks of sound. Raises Refused by what the header says."""
    if tracks.is_protected(container):
        raise Refused("encrypted")
    video, audio = tracks.pick_video(container), tracks.pick_audio(container)
    unknown = container.streams.video if video is None else ()
    if any(s.codec_context is None for s in unknown or (() if video is not None or audio else container.streams.audio)):
        raise Refused("unsupported_codec")
    if video is None and not audio:
        raise Refused("not_a_video" if container.streams.video else "no_streams")
    if video is not None and video.width * video.height > max_pixels:
        raise Refused("too_many_pixels")
    return video, audio


def _look(file: Opened) -> tracks.Look:
    """Decode the first picture and a packet of each track of sound."""
    look = tracks.Look.at(file.picture, file.sounds)
    with suppress(*BROKEN):
        _look_at(file, look)
    return look


def _look_at(file: Opened, look: tracks.Look) -> None:
    read = 0
    for packet in demuxed(file.container, *file.streams):
        if packet.has_sidedata("encryption_init_info") or packet.has_sidedata("encryption_info"):
            raise Refused("encrypted")
        read += packet.size
        time_s = None if packet.pts is None else float(packet.pts * packet.time_base) - file.start_s
        (look.see if packet.stream is file.picture else look.hear)(packet, time_s)
        if look.is_enough and (look.is_heard or read > LOOK_BYTES):
            break


def _seek_margin_s(demuxer: str, time: Timeline, *, is_picture: bool) -> float:
    """How far before a time to begin reading, so that its picture can be decoded."""
    if demuxer not in CLOCK_JUMPS or not is_picture:
        return MARGIN_S
    keyframes = time.keyframes_s
    if not keyframes:
        return CLEAN_START_S
    return MARGIN_S + max(b - a for a, b in zip(keyframes, [*keyframes[1:], time.duration_s], strict=True))


def had_trouble_reading(logs: list[Log]) -> bool:
    """Whether storage, or the way there, has failed for good: each complaint that is not the last is followed by a new try."""
    complaints = [text for _, component, text in logs if component in TRANSPORTS]
    return bool(complaints) and "Will reconnect" not in complaints[-1]


def answer_to(request: dict[str, Any], logs: list[Log]) -> dict[str, Any]:
    """The answer to one request."""
    try:
        return {"source": probe(**request, logs=logs)}
    except Refused as refused:
        return {"unreadable": str(refused)} if had_trouble_reading(logs) else {"failure": str(refused)}
    except UNREADABLE as error:
        return {"unreadable": type(error).__name__}
    except (av.error.FFmpegError, ValueError, OverflowError, MemoryError, ZeroDivisionError) as error:
        if had_trouble_reading(logs):
            return {"unreadable": type(error).__name__}
        return {"failure": "corrupt", "detail": type(error).__name__}


def main() -> None:
    """Serve one request."""
    request = json.loads(sys.stdin.readline())
    av.logging.set_level(av.logging.WARNING)
    with av.logging.Capture(local=False) as logs:
        answer = answer_to(request, logs)
    sys.stdout.write(json.dumps(answer) + "\n")
    sys.stdout.flush()
