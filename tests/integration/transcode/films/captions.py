"""Captions, as text in two languages with chapters beside them, and as pictures."""

from pathlib import Path

from tests.integration.transcode.films.making import Film, Maker, encoded
from tests.integration.transcode.films.options import USUAL
from tests.integration.transcode.scene import picture, sound

_SRT = "1\n00:00:00,500 --> 00:00:01,500\n{}\n"
_CHAPTERS = ";FFMETADATA1\n" + "".join(
    f"[CHAPTER]\nTIMEBASE=1/1000\nSTART={start}\nEND={start + 1000}\ntitle={title}\n"
    for start, title in ((0, "Arrival"), (1000, "Départ"))
)
_SUBTITLED = (
    f"-map 0:v -map 1:a -map 2 -map 3 -map_chapters 4 {USUAL} -metadata:s:s:0 language=eng -metadata:s:s:1 language=ger"
    " -disposition:s:0 default -disposition:s:1 forced"
)


def _subtitled(codecs: str) -> Maker:
    def write(path: Path) -> None:
        texts = {"eng.srt": _SRT.format("Good evening"), "deu.srt": _SRT.format("Guten Abend"), "chapters.txt": _CHAPTERS}
        for name, text in texts.items():
            path.with_name(name).write_text(text)
        inputs = [["-i", str(path.with_name(name))] for name in texts]
        encoded(f"{_SUBTITLED} {codecs}", picture(), sound(), *inputs)(path)

    return write


SUBTITLED = [
    Film("mov-text.mp4", _subtitled("-c:s mov_text"), captions=2),
    Film("srt-and-ass.mkv", _subtitled("-c:s:0 subrip -c:s:1 ass"), captions=2),
]


def _bitmaps(path: Path) -> None:
    """Captions of a Blu-ray: one empty presentation composition (HDMV PGS) and its end."""
    composition = bytes([0, 64, 0, 36, 0x10, 0, 0, 0x80, 0, 0, 0])
    stamps = (90_000).to_bytes(4) + bytes(4)
    sup = b"PG" + stamps + b"\x16" + len(composition).to_bytes(2) + composition + b"PG" + stamps + b"\x80\x00\x00"
    captions, pictures = path.with_name("captions.sup"), path.with_name("scene.mkv")
    captions.write_bytes(sup)
    encoded(USUAL)(pictures)
    encoded("-map 0 -map 1 -c copy", ["-i", str(pictures)], ["-f", "sup", "-i", str(captions)])(path)


BITMAPS = Film("bitmaps.mkv", _bitmaps, warnings={"bitmap_captions_left_out"})
