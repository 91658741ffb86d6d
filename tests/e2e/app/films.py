"""Films with what the player has menus for."""

from pathlib import Path

from tests.e2e.films import make

_SPOKEN = """1
00:00:00,000 --> 00:00:08,000
Curtain up.

2
00:00:08,000 --> 00:00:20,000
And down again.
"""


def with_menus(folder: Path, seconds: int = 20) -> Path:
    """Several qualities, two languages of sound, one of captions."""
    captions = folder / "captions.srt"
    captions.write_text(_SPOKEN)
    picture = ("-f", "lavfi", "-i", f"testsrc2=size=1280x720:rate=24:duration={seconds}")
    sounds = [("-f", "lavfi", "-i", f"sine=frequency={hertz}:duration={seconds}") for hertz in (330, 440)]
    tracks = ("-map", "0:v", "-map", "1:a", "-map", "2:a", "-map", "3:s", "-c:s", "srt")
    languages = ("-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=spa", "-metadata:s:s:0", "language=eng")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "48", "-c:a", "aac")
    return make(folder / "with-menus.mkv", *picture, *sounds[0], *sounds[1], "-i", str(captions), *tracks, *codecs, *languages)


def long(folder: Path) -> Path:
    """Two minutes of 360p that can be copied, at some 100 kB a second."""
    picture = ("-f", "lavfi", "-i", "testsrc2=size=640x360:rate=25:duration=120,noise=alls=20:allf=t")
    sound = ("-f", "lavfi", "-i", "sine=frequency=330:duration=120")
    codecs = ("-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-g", "50", "-b:v", "800k", "-c:a", "aac")
    return make(folder / "long.mp4", *picture, *sound, *codecs)
