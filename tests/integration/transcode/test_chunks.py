"""Long films in chunks: what different workers make follows without a seam, and the whole stream keeps the rules."""

import subprocess
from array import array
from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise
from pathlib import Path
from typing import Any

import av
import pytest

from functions.transcode.conformance import Report, check
from functions.transcode.ffmpeg import binary
from tests.integration.transcode.media import make, pictures, tone
from tests.integration.transcode.world import Upload, WorkerProcess

StartWorker = Callable[..., WorkerProcess]
Packet = tuple[Fraction, bytes]
SECONDS = 150


@pytest.fixture(scope="session")
def film(media: Path) -> Path:
    """Two and a half minutes that can be copied, with keyframes at odd distances, and one track of sound that cannot."""
    return make(
        media / "long.mp4", *pictures("320x180", "24", SECONDS), *tone(SECONDS), *tone(SECONDS, 200),
        "-map", "0:v", "-map", "1:a", "-map", "2:a",
        "-c:v", "libx264", "-preset", "ultrafast", "-bf", "2", "-pix_fmt", "yuv420p", "-threads", "2",
        "-force_key_frames", "3.1,7,12.4,19.9,23.3,31,37.5,47,58,67.25,78,89,99.9,111,122,133,144",
        "-c:a:0", "aac", "-ac:a:0", "2", "-c:a:1", "ac3", "-ac:a:1", "6",
        "-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=fra",
    )  # fmt: skip


@pytest.fixture(scope="session")
def open_groups(media: Path) -> Path:
    """A film whose header promises that it can be copied, while its groups of pictures lean on each other."""
    return make(
        media / "open.mp4", *pictures("320x180", "25", 20), *tone(20),
        "-c:v", "libx264", "-preset", "veryfast", "-bf", "3", "-pix_fmt", "yuv420p", "-threads", "2",
        "-x264-params", "open-gop=1:keyint=50:min-keyint=50:scenecut=0:bluray-compat=0", "-c:a", "aac", "-ac", "2",
    )  # fmt: skip


def packets(data: bytes | Path, kind: str, folder: Path) -> list[Packet]:
    """Time and content of every packet of the first stream of a kind."""
    file = data if isinstance(data, Path) else folder / "joined.ts"
    if isinstance(data, bytes):
        file.write_bytes(data)
    with av.open(str(file)) as container:
        stream = next(s for s in container.streams if s.type == kind)
        return [(p.pts * Fraction(p.time_base), bytes(p)) for p in container.demux(stream) if p.pts is not None]


def is_the_same(mine: Sequence[Packet], theirs: Sequence[Packet], shift: Fraction, within_s: Fraction) -> bool:
    """Whether there are as many packets as in an original, each at its time."""
    return len(mine) == len(theirs) and all(abs(a[0] - b[0] - shift) < within_s for a, b in zip(mine, theirs, strict=True))


def whole_report(upload: Upload) -> Report:
    """The finished stream, read from the bucket and held against every rule."""
    copied = {name for name, r in upload.renditions().items() if r.task_kind == "copy"}
    return check(upload.read, "full.m3u8", copied=copied)


def samples(data: bytes, folder: Path) -> "array[int]":
    """The sound of a rendition, decoded to one channel of 16 bits."""
    (folder / "joined.ts").write_bytes(data)
    argv = [binary(), "-loglevel", "error", "-i", str(folder / "joined.ts"), "-ac", "1", "-f", "s16le", "-"]
    return array("h", subprocess.run(argv, check=True, capture_output=True).stdout)


def test_a_copied_film_has_every_packet_of_its_original_once_over_all_chunks(
    film: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker()
    start_worker()
    upload = Upload.of(film).tell()
    upload.wait("ready", seconds=180)
    made: list[Any] = [t for t in upload.tasks() if t["kind"] in ("copy", "audio")]
    assert sorted((t["kind"], t["ordinal"]) for t in made) == [(k, n) for k in ("audio", "copy") for n in (0, 1)]

    picture = packets(b"".join(upload.segments("source")), "video", tmp_path)
    original = packets(film, "video", tmp_path)
    assert len(picture) == SECONDS * 24
    shift = picture[0][0] - original[0][0]
    assert is_the_same(picture, original, shift, Fraction(1, 10_000))

    sound = packets(b"".join(upload.segments("a0")), "audio", tmp_path)
    assert is_the_same(sound, packets(film, "audio", tmp_path), shift, Fraction(1, 1_000))
    report = whole_report(upload)
    assert report.passed, report.to_text()


def test_sound_encoded_in_chunks_lies_on_one_grid_and_has_no_click_at_the_seams(
    film: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker()
    upload = Upload.of(film).tell()
    upload.wait("ready", seconds=180)
    joined = b"".join(upload.segments("a1"))
    times = [time for time, _ in packets(joined, "audio", tmp_path)]
    frame = Fraction(1024, 48000)
    assert all(abs(b - a - frame) < Fraction(1, 10_000) for a, b in pairwise(times))
    heard = samples(joined, tmp_path)
    steps = [abs(b - a) for a, b in pairwise(heard[4800:-4800])]
    # A sine of 200 Hz moves by at most 2π·200/48000 of its height from one sample to the next; a click moves by much more.
    assert max(steps) < 1.5 * 2 * 3.1416 * 200 / 48000 * max(heard)


def test_a_copy_that_breaks_the_rules_is_made_anew_by_encoding(open_groups: Path, start_worker: StartWorker) -> None:
    start_worker()
    upload = Upload.of(open_groups).tell()
    upload.wait("ready", "failed")
    assert upload.video.status == "ready"
    assert {name for name, r in upload.renditions().items() if r.kind == "video"} == {"v180-2"}
    report = whole_report(upload)
    assert report.passed, report.to_text()
    assert abs(upload.length("v180-2") - 20) < Fraction(1, 10)


@pytest.fixture(scope="session")
def spoken(media: Path) -> Path:
    """Two and a half minutes whose picture has to be encoded, with sound that is right as it is."""
    return make(
        media / "spoken.mp4", *pictures("160x90", "24", SECONDS), *tone(SECONDS),
        "-c:v", "mpeg4", "-q:v", "8", "-c:a", "aac", "-ac", "2",
    )  # fmt: skip


def rewritten(film: Path, name: str, sound_filter: str) -> Path:
    """A film with other packets of sound, which nothing in its header tells."""
    return make(film.with_name(name), "-i", str(film), "-c", "copy", "-bsf:a", sound_filter)


def test_sound_that_is_copied_beside_an_encoded_picture_has_every_packet_of_its_original_once(
    spoken: Path, start_worker: StartWorker, tmp_path: Path
) -> None:
    start_worker()
    start_worker()
    upload = Upload.of(spoken).tell()
    upload.wait("ready", seconds=180)
    assert sorted(t["ordinal"] for t in upload.tasks() if t["kind"] == "copy") == [0, 1]
    sound, original = packets(b"".join(upload.segments("a0")), "audio", tmp_path), packets(spoken, "audio", tmp_path)
    assert is_the_same(sound, original, sound[0][0] - original[0][0], Fraction(1, 1_000))
    report = whole_report(upload)
    assert report.passed, report.to_text()


@pytest.mark.parametrize(
    ("name", "sound_filter"),
    [("broken.mp4", "noise=amount='if(eq(n,3300),2,0)'"), ("holes.mp4", "noise=drop='between(n,3200,3300)'")],
)
def test_sound_that_turns_out_not_to_be_right_is_encoded_and_its_picture_stays(
    spoken: Path, name: str, sound_filter: str, start_worker: StartWorker
) -> None:
    start_worker()
    upload = Upload.of(rewritten(spoken, name, sound_filter)).tell()
    upload.wait("ready", "failed", seconds=180)
    assert upload.video.status == "ready"
    assert set(upload.renditions()) == {"v90", "a0-2"}
    assert all(t["attempts"] == 1 for t in upload.tasks() if t["kind"] == "encode")
    assert abs(upload.length("a0-2") - SECONDS) < Fraction(1, 10)
    report = whole_report(upload)
    assert report.passed, report.to_text()
