"""One short scene for all films of the tests, in which everything that can go wrong with a picture or its sound shows.

A corner of each colour says whether the picture stands upright and is whole; its middle flashes while a tone sounds, so picture
and sound can be held against each other.
"""

import io
from array import array
from collections.abc import Iterable
from dataclasses import dataclass

import av

SECONDS = 2.0
FLASH_S, FLASH_END_S = 1.0, 1.3
GREY = 0x80
SOUND_RATE = 48_000
CORNERS = {"red": (255, 0, 0), "lime": (0, 255, 0), "blue": (0, 0, 255), "yellow": (255, 255, 0)}  # from the top left, by rows
UPRIGHT = ("red", "lime", "blue", "yellow")
LOUD = 0.1  # of full scale; the tone has 0.5


def picture(size: str = "320x180", rate: str = "25", seconds: float = SECONDS, flash_s: float = FLASH_S) -> list[str]:
    """Input of the picture."""
    width, height = map(int, size.split("x"))
    flash = f"between(t,{flash_s - 0.001},{flash_s + FLASH_END_S - FLASH_S - 0.001})"
    boxes = [
        f"drawbox=x={x * 3 * width // 4}:y={y * 3 * height // 4}:w={width // 4}:h={height // 4}:c={colour}:t=fill"
        for (x, y), colour in zip([(0, 0), (1, 0), (0, 1), (1, 1)], UPRIGHT, strict=True)
    ]
    middle = f"drawbox=x={width // 4}:y={height // 4}:w={width // 2}:h={height // 2}:t=fill"
    chain = [f"color=c=0x{GREY:02x}{GREY:02x}{GREY:02x}:s={size}:r={rate}:d={seconds}", *boxes, f"{middle}:c=black"]
    return ["-f", "lavfi", "-i", ",".join([*chain, f"{middle}:c=white:enable='{flash}'"])]


def sound(channels: int = 2, sounding: Iterable[int] | None = None, *, seconds: float = SECONDS, level: float = 0.5) -> list[str]:
    """Input of the sound: the tone in some channels (in all, by default)."""
    tone = f"{level}*sin(2*PI*1000*t)*between(t,{FLASH_S},{FLASH_END_S})"
    chosen = set(range(channels)) if sounding is None else set(sounding)
    parts = "|".join(tone if channel in chosen else "0" for channel in range(channels))
    layout = {1: "mono", 2: "stereo", 6: "5.1", 8: "7.1"}.get(channels)
    return ["-f", "lavfi", "-i", f"aevalsrc='{parts}':s={SOUND_RATE}:d={seconds}" + (f":c={layout}" if layout else "")]


@dataclass(frozen=True)
class Seen:
    """What the pictures of a stream show. Times in seconds, counted from where the engine puts 0."""

    frames: int
    first_s: float
    frame_s: float
    size: tuple[int, int]
    pixel_format: str
    corners: tuple[str, ...]
    flash_s: float | None
    middles: tuple[int, ...]


@dataclass(frozen=True)
class Heard:
    """What is to be heard: when the tone begins, and its peak in each channel (1 is full scale)."""

    first_s: float
    seconds: float
    tone_s: float | None
    peaks: tuple[float, float]


def see(stream: bytes, offset_s: float, demuxer: str = "mpegts") -> Seen:
    """Look at every picture of a stream whose clock is ``offset_s`` ahead."""
    times: list[float] = []
    middles: list[int] = []
    corners: tuple[str, ...] = ()
    size, pixels = (0, 0), ""
    with av.open(io.BytesIO(stream), "r", format=demuxer) as container:
        for frame in container.decode(video=0):
            times.append(float(frame.time or 0) - offset_s)
            plane = frame.planes[0]
            middles.append(bytes(plane)[frame.height // 2 * plane.line_size + frame.width // 2])
            if not corners:
                size, pixels, corners = (frame.width, frame.height), frame.format.name, _corners(frame)
    flash = next((time for time, middle in zip(times, middles, strict=True) if middle > GREY), None)
    step = (times[-1] - times[0]) / max(1, len(times) - 1)
    return Seen(len(times), times[0], step, size, pixels, corners, flash, tuple(middles))


def _corners(frame: av.VideoFrame) -> tuple[str, ...]:
    rgb = frame.reformat(format="rgb24")
    data, line = bytes(rgb.planes[0]), rgb.planes[0].line_size
    found = []
    for y in (rgb.height // 8, rgb.height - 1 - rgb.height // 8):
        for x in (rgb.width // 8, rgb.width - 1 - rgb.width // 8):
            pixel = data[y * line + 3 * x : y * line + 3 * x + 3]
            distance = {name: sum((a - b) ** 2 for a, b in zip(pixel, rgb_, strict=True)) for name, rgb_ in CORNERS.items()}
            nearest = min(distance, key=lambda name: distance[name])
            found.append(nearest if distance[nearest] < 3 * 80**2 else f"#{pixel.hex()}")
    return tuple(found)


def hear(stream: bytes, offset_s: float, demuxer: str = "mpegts") -> Heard:
    """Listen to a stream whose clock is ``offset_s`` ahead."""
    resampler = av.AudioResampler(format="s16", layout="stereo", rate=SOUND_RATE)
    samples, first = array("h"), None
    with av.open(io.BytesIO(stream), "r", format=demuxer) as container:
        for frame in container.decode(audio=0):
            first = float(frame.time or 0) - offset_s if first is None else first
            for part in resampler.resample(frame):
                samples.frombytes(bytes(part.planes[0])[: part.samples * 4])
    left, right = samples[0::2], samples[1::2]
    onsets = [next((n for n, value in enumerate(channel) if abs(value) > LOUD * 32768), None) for channel in (left, right)]
    heard = [n for n in onsets if n is not None]
    peaks = (max(map(abs, left), default=0) / 32768, max(map(abs, right), default=0) / 32768)
    start = first or 0.0
    return Heard(start, len(left) / SOUND_RATE, start + min(heard) / SOUND_RATE if heard else None, peaks)
