"""The child process that opens a hostile file: ``python -m functions.transcode.probe_child``.

It has no credentials in its environment, limited memory and CPU time, and reads one JSON request from standard input:
``{"url", "demuxer", "size_bytes", "max_pixels"}``. The answer is one JSON line: ``{"source": …}`` or ``{"failure": code}``.
It is started ahead of time and waits, since importing PyAV is most of a probe's time; it serves one request and ends.
"""

import json
import sys
from fractions import Fraction
from typing import Any

import av
import av.logging
from av.container import InputContainer

STANDARD_RATES = [Fraction(n) for n in (24, 25, 30, 48, 50, 60)] + [Fraction(n * 1000, 1001) for n in (24, 30, 60)]
SCAN_BYTES = 64 << 20  # H.264 without a whole index is read through for its keyframes up to this size
DECODE_TRIES = 300  # packets of one stream, before it counts as undecodable
MAX_LAST_FRAME_S = 12.0  # an index whose last entry lies further from the end does not span the video
STILL_CODECS = {"png", "mjpeg", "bmp", "webp", "tiff", "ppm", "gif"}
# Storage's fault, not the file's. (A plain input/output error is what demuxers answer for a broken file.)
UNREADABLE = (av.error.HTTPClientError, av.error.HTTPServerError, av.error.ExitError, ConnectionError, TimeoutError)
TRANSPORTS = {
    "http",
    "https",
    "tcp",
    "tls",
}  # whose complaints are about storage, even where a demuxer then calls the file broken
TEXT_CAPTIONS = {"subrip", "srt", "ass", "ssa", "mov_text", "webvtt", "text"}
TRANSFERS = {16: "pq", 18: "hlg"}


Log = tuple[int, str, str]  # level, name of the component, text


class Refused(Exception):  # noqa: N818 - an answer, not a fault
    """The file is refused with this code."""


def probe(url: str, demuxer: str, size_bytes: int, max_pixels: int, logs: list[Log]) -> dict[str, Any]:
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
    with av.open(url, format=demuxer, options=options, timeout=20) as container:
        start = (container.start_time or 0) / av.time_base
        video = _pick_video(container)
        if video is not None and video.width * video.height > max_pixels:
            raise Refused("too_many_pixels")
        audio = [s for s in container.streams.audio if s.codec_context is not None and s.codec_context.sample_rate]
        if video is None and not audio:
            raise Refused("no_streams" if not container.streams.video else "not_a_video")
        warnings: list[str] = []
        entries = _index(video) if video is not None else []
        duration = container.duration / av.time_base if container.duration else 0.0
        end = _end_of_data(video, entries, size_bytes, start)
        if end is not None:
            warnings.append("truncated")
            duration = min(duration, end)
        if any(s.codec_context.name not in TEXT_CAPTIONS for s in container.streams.subtitles):
            warnings.append("bitmap_captions_left_out")
        tracks = _measure(container, video, audio, demuxer, size_bytes, duration)
        if had_trouble_reading(logs):
            raise ConnectionError("the end of the connection may have been taken for the end of the file")
        keyframes = tracks.keyframes_s if tracks.keyframes_s is not None else _keyframes(video, entries, start, duration)
        duration = duration or tracks.duration_s
        if not duration:
            raise Refused("corrupt")
        return {
            "demuxer": demuxer,
            "size_bytes": size_bytes,
            "duration_s": duration,
            "start_s": start,
            "warnings": warnings,
            "video": _describe_video(video, tracks, start, end, keyframes) if video is not None else None,
            "audio": [_describe_audio(s, start) for s in audio],
            "captions": [_describe_captions(s) for s in container.streams.subtitles if s.codec_context.name in TEXT_CAPTIONS],
        }


class Measured:
    """What only reading packets and decoding the first frame tells."""

    def __init__(self) -> None:
        self.is_interlaced = False
        self.duration_s = 0.0
        self.keyframes_s: list[float] | None = None
        self.keyframes_seen_s: list[float] = []
        self.rotation = 0
        self.transfer = 0

    def note_time(self, packet: Any, is_video: bool, start: float) -> None:
        """Take in when a packet is shown."""
        if packet.pts is None:
            return
        time = float(packet.pts * packet.time_base) - start
        self.duration_s = max(self.duration_s, time + float((packet.duration or 0) * packet.time_base))
        if is_video and packet.is_keyframe:
            self.keyframes_seen_s.append(round(time, 6))


def _pick_video(container: InputContainer) -> Any:
    """The picture: the default or first video stream that is not a cover image; None when there is none."""
    candidates = [
        s
        for s in container.streams.video
        if s.codec_context is not None
        and not s.disposition & av.stream.Disposition.attached_pic
        and not (s.codec_context.name in STILL_CODECS and s.codec_context.name not in ("mjpeg", "gif") and (s.frames or 1) <= 1)
        and s.codec_context.width
    ]
    candidates.sort(key=lambda s: not s.disposition & av.stream.Disposition.default)
    return candidates[0] if candidates else None


def _index(stream: Any) -> list[Any]:
    """The container's index, whole; empty where it has none."""
    return list(stream.index_entries)


def _end_of_data(stream: Any, entries: list[Any], size_bytes: int, start: float) -> float | None:
    """For an index that reaches past the end of the file: when the last picture that is there ends. None for whole files."""
    if not entries or max(e.pos + e.size for e in entries) <= size_bytes:
        return None
    there = [e.timestamp for e in entries if e.pos + e.size <= size_bytes]
    if not there:
        raise Refused("corrupt")
    frame = 1 / float(stream.average_rate or 25)
    first = entries[0].timestamp
    return (
        float((max(there) - first) * stream.time_base)
        + max(0.0, float((stream.start_time or 0) * stream.time_base) - start)
        + frame
    )


def _keyframes(stream: Any, entries: list[Any], start: float, duration: float) -> list[float] | None:
    """Times of the keyframes by the index; None unless the index spans the whole video."""
    if not entries:
        return None
    first = entries[0].timestamp
    offset = float((stream.start_time or 0) * stream.time_base) - start
    times = [float((entry.timestamp - first) * stream.time_base) + offset for entry in entries]
    if len(entries) < (stream.frames or 0) or duration - times[-1] > MAX_LAST_FRAME_S:
        return None
    return [round(time, 6) for entry, time in zip(entries, times, strict=True) if entry.is_keyframe and time < duration]


def _measure(container: InputContainer, video: Any, audio: list[Any], demuxer: str, size_bytes: int, duration: float) -> Measured:
    """Decode the first frame of the picture (or sound); where length or keyframes are unknown, read the file through."""
    found = Measured()
    stream = video if video is not None else audio[0]
    scan = not duration or (video is not None and _wants_keyframes(video, demuxer, size_bytes))
    if video is not None:
        found.is_interlaced = video.codec_context.field_order not in (None, 0, 1, "unknown", "progressive")
        found.transfer = int(video.codec_context.color_trc or 0)
        video.codec_context.thread_count = 1
    tried, decoded = 0, False
    for packet in container.demux(*([s for s in (video, *audio) if s is not None] if scan else [stream])):
        if packet.has_sidedata("encryption_init_info") or packet.has_sidedata("encryption_info"):
            raise Refused("encrypted")
        found.note_time(packet, packet.stream is video, (container.start_time or 0) / av.time_base)
        if not decoded and packet.stream is stream and tried < DECODE_TRIES:
            tried += 1
            decoded = _decode_first(packet, found, video is not None)
        if (decoded or tried >= DECODE_TRIES) and not scan:
            break
    if not decoded:
        raise Refused("corrupt")
    if scan and video is not None:
        found.keyframes_s = found.keyframes_seen_s
    return found


def _wants_keyframes(video: Any, demuxer: str, size_bytes: int) -> bool:
    """Whether reading the file through is worth it: H.264 that may be copied, without a whole index, in a small file."""
    has_index = demuxer == "mov" and len(_index(video)) >= (video.frames or 1)
    return not has_index and video.codec_context.name == "h264" and size_bytes <= SCAN_BYTES


def _decode_first(packet: Any, found: Measured, is_video: bool) -> bool:
    """Whether this packet gives a frame; what the frame says about itself goes into ``found``."""
    try:
        frames = packet.decode()
    except av.error.FFmpegError:
        return False
    for frame in frames:
        if is_video:
            found.is_interlaced = found.is_interlaced or bool(frame.interlaced_frame)
            found.rotation = int(frame.rotation or 0)
            found.transfer = int(frame.color_trc or found.transfer or 0)
        return True
    return False


def _describe_video(
    stream: Any, tracks: Measured, start: float, end: float | None, keyframes: list[float] | None
) -> dict[str, Any]:
    context = stream.codec_context
    average = Fraction(stream.average_rate or stream.guessed_rate or 25)
    base = Fraction(stream.base_rate or average)
    constant = abs(base / average - 1) < Fraction(1, 50) and average <= 60
    sar = Fraction(context.sample_aspect_ratio or stream.sample_aspect_ratio or 1)
    duration = float(stream.duration * stream.time_base) if stream.duration else None
    return {
        "index": stream.index,
        "codec": context.name,
        "profile": str(context.profile or ""),
        "level": int(context.level or 0) if hasattr(context, "level") else 0,
        "pixel_format": context.pix_fmt or "",
        "width": context.width,
        "height": context.height,
        "sample_aspect_ratio": str(sar if Fraction(1, 20) < sar < 20 else Fraction(1)),
        "rotation": round(tracks.rotation / 90) * 90 % 360,
        "frame_rate": str(_steady_rate(average, constant)),
        "is_constant_rate": constant,
        "start_s": float((stream.start_time or 0) * stream.time_base) - start,
        "duration_s": end if end is not None else duration,
        "is_interlaced": tracks.is_interlaced,
        "transfer": TRANSFERS.get(tracks.transfer, ""),
        "keyframes_s": keyframes,
    }


def _steady_rate(average: Fraction, constant: bool) -> Fraction:
    """The constant frame rate to make: the source's own, snapped to a standard rate where it is near one; at most 60.

    A variable rate becomes 30, or 60 where it is faster than that on average: enough for bursts without copying frames in masses.
    """
    if not constant:
        return Fraction(30) if average <= Fraction(61, 2) else Fraction(60)
    nearest = min(STANDARD_RATES, key=lambda rate: abs(average / rate - 1))
    if abs(average / nearest - 1) < Fraction(1, 2000):
        return nearest
    return min(average.limit_denominator(1001), Fraction(60))


def _describe_audio(stream: Any, start: float) -> dict[str, Any]:
    context = stream.codec_context
    language = stream.language
    return {
        "index": stream.index,
        "codec": context.name,
        "profile": str(context.profile or ""),
        "channels": context.channels or 2,
        "sample_rate": context.sample_rate,
        "bit_rate": int(context.bit_rate or 0),
        "start_s": float((stream.start_time or 0) * stream.time_base) - start,
        "language": language if language and language != "und" else None,
        "title": stream.metadata.get("title") or None,
        "is_default": bool(stream.disposition & av.stream.Disposition.default),
    }


def _describe_captions(stream: Any) -> dict[str, Any]:
    language = stream.language
    return {
        "index": stream.index,
        "codec": stream.codec_context.name,
        "language": language if language and language != "und" else None,
        "title": stream.metadata.get("title") or None,
        "is_default": bool(stream.disposition & av.stream.Disposition.default),
    }


def had_trouble_reading(logs: list[Log]) -> bool:
    """Whether storage, or the way there, has failed for good: each complaint that is not the last is followed by a new try."""
    complaints = [text for _, component, text in logs if component in TRANSPORTS]
    return bool(complaints) and "Will reconnect" not in complaints[-1]


def answer_to(request: dict[str, Any], logs: list[Log]) -> dict[str, Any]:
    """The answer to one request."""
    try:
        return {"source": probe(request["url"], request["demuxer"], request["size_bytes"], request["max_pixels"], logs)}
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


if __name__ == "__main__":
    main()
