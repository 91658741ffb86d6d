"""Films with what the player has menus for."""

import random
from pathlib import Path

from tests.e2e.films import make

_SPOKEN = """1
00:00:00,000 --> 00:00:08,000
Curtain up.

2
00:00:08,000 --> 00:00:20,000
And down again.
"""

_FOREIGN = """1
00:00:00,000 --> 00:00:20,000
(en inglés)
"""

_CHAPTERS = """;FFMETADATA1
[CHAPTER]
TIMEBASE=1/1
START=2
END=7
title=Arrival
[CHAPTER]
TIMEBASE=1/1
START=7
END=13
[CHAPTER]
TIMEBASE=1/1
START=13
END=18
title=Départ
"""


def with_menus(folder: Path, seconds: int = 20) -> Path:
    """Several qualities, two languages of sound; English captions marked as default, forced Spanish ones; chapters from seconds
    2 (Arrival), 7 (untitled) and 13 (Départ).
    """
    captions, forced, chapters = folder / "captions.srt", folder / "forced.srt", folder / "chapters.txt"
    captions.write_text(_SPOKEN)
    forced.write_text(_FOREIGN)
    chapters.write_text(_CHAPTERS)
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=1280x720:rate=24:duration={seconds}")
    sounds = [("-f", "lavfi", "-i", f"sine=frequency={hertz}:duration={seconds}") for hertz in (330, 440)]
    texts = ("-i", str(captions), "-i", str(forced), "-i", str(chapters))
    maps = [word for stream in ("0:v", "1:a", "2:a", "3:s", "4:s") for word in ("-map", stream)]
    tracks = (*maps, "-map_chapters", "5", "-c:s", "srt", "-disposition:s:0", "default", "-disposition:s:1", "forced")
    spoken = {"a:0": "eng", "a:1": "spa", "s:0": "eng", "s:1": "spa"}
    languages = [word for stream, language in spoken.items() for word in (f"-metadata:s:{stream}", f"language={language}")]
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48", "-c:a", "aac")
    return make(folder / "with-menus.mkv", *picture, *sounds[0], *sounds[1], *texts, *tracks, *codecs, *languages)


Colour = tuple[int, int, int]


def landscape(path: Path, sky: tuple[Colour, Colour], ground: Colour, sun: tuple[float, float], seconds: int = 24) -> Path:
    """Hills before a sky (its colours at the top and at the horizon), a sun at a share of width and height; slowly nearer."""
    sunlight = f"exp(-hypot(X-W*{sun[0]}\\,Y-H*{sun[1]})/(H*0.16))"
    disc = f"lt(hypot(X-W*{sun[0]}\\,Y-H*{sun[1]})\\,H*0.075)"
    far = "gt(Y\\,H*(0.70+0.05*sin(X/170)+0.02*sin(X/61)))"
    near = "gt(Y\\,H*(0.83+0.06*sin(X/230+2)+0.015*sin(X/47)))"

    def channel(top: int, horizon: int, earth: int) -> str:
        air = f"({top}+({horizon - top})*min(1\\,Y/(H*0.72)))"
        lit = f"min(255\\,{air}+({255}-{air})*max({sunlight}\\,{disc}*0.95))"
        hills = f"({earth}*0.55+{horizon}*0.22)"
        return f"if({near}\\,{earth}\\,if({far}\\,{hills}\\,{lit}))"

    red, green, blue = (channel(*levels) for levels in zip(*sky, ground, strict=True))
    still = f"color=size=1280x720:rate=1:duration=1,format=gbrp,geq=r='{red}':g='{green}':b='{blue}'"
    nearer = f"zoompan=z='1+on/4000':x='iw/2-iw/zoom/2':y='ih/2-ih/zoom/2':d={seconds * 24}:s=1280x720:fps=24"
    codecs = ("-c:v", "libx264", "-preset", "veryfast", "-crf", "14", "-pix_fmt", "yuv420p", "-g", "48")
    return make(path, "-f", "lavfi", "-i", f"{still},{nearer}", *codecs)


def long(folder: Path) -> Path:
    """Two minutes of 360p that can be copied, at some 100 kB a second."""
    picture = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=120,noise=alls=20:allf=t")
    sound = ("-f", "lavfi", "-i", "sine=frequency=330:duration=120")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-b:v", "800k", "-c:a", "aac")
    return make(folder / "long.mp4", *picture, *sound, *codecs)


def damaged(segment: bytes) -> bytes:
    """An MPEG-TS segment in which all packets of media but those that begin a picture carry noise."""
    noise, packets = random.Random(1), bytearray(segment)
    for start in range(0, len(packets), 188):
        pid = int.from_bytes(packets[start + 1 : start + 3]) & 0x1FFF
        begins_unit, has_adaptation = packets[start + 1] & 0x40, packets[start + 3] & 0x20
        payload = start + 4 + (1 + packets[start + 4] if has_adaptation else 0)
        if 0 < pid < 0x1000 and not begins_unit and payload < start + 188:
            packets[payload : start + 188] = noise.randbytes(start + 188 - payload)
    return bytes(packets)
