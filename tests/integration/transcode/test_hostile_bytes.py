"""Files with wrong bytes in them: the probe always answers, with a source or with a code."""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from functions.transcode.failures import VideoFailure
from functions.transcode.probe import Prober
from functions.transcode.settings import WorkerSettings
from functions.transcode.sniff import HEAD_BYTES, sniff
from functions.transcode.source import Source
from matinee.errors import VIDEO_FAILURES
from tests.integration.transcode.films.making import File, encoded
from tests.integration.transcode.films.options import FASTSTART, FLAC, MP2, MP3, MPEG2, USUAL, VORBIS, X264
from tests.processes import descendants

SEED = 20_261_125
MUTATIONS = 12  # of each file
ORIGINALS = {
    "mp4": File("small.mp4", encoded(f"{USUAL} {FASTSTART}")),
    "fragmented": File("fragmented.mp4", encoded(f"{USUAL} -movflags +frag_keyframe+empty_moov")),
    "mkv": File("small.mkv", encoded(f"{X264} {FLAC}")),
    "ts": File("small.ts", encoded(USUAL)),
    "avi": File("small.avi", encoded(f"-c:v mpeg4 {MP3}")),
    "flv": File("small.flv", encoded(f"-c:v flv {MP3} -ar 44100")),
    "mpeg": File("small.mpg", encoded(f"{MPEG2} {MP2}")),
    "ogg": File("small.ogv", encoded(f"-c:v libtheora {VORBIS}")),
    "asf": File("small.wmv", encoded("-c:v wmv2 -c:a wmav2")),
}


@pytest.fixture(scope="module")
def prober() -> Iterator[Prober]:
    found = Prober(WorkerSettings())
    yield found
    found.close()


@pytest.mark.timeout(120)
@pytest.mark.parametrize("kind", ORIGINALS)
def test_a_file_with_wrong_bytes_is_a_source_or_has_a_code(kind: str, prober: Prober, tmp_path: Path) -> None:
    whole = ORIGINALS[kind].make(tmp_path).read_bytes()
    chance = random.Random(f"{SEED} {kind}")
    file = tmp_path / "wrong"
    for _ in range(MUTATIONS):
        file.write_bytes(_spoilt(whole, chance))
        outcome = _outcome(prober, file)
        assert outcome.duration_s > 0 if isinstance(outcome, Source) else outcome in VIDEO_FAILURES


def test_one_child_waits_for_the_next_file_and_none_when_the_prober_is_closed(tmp_path: Path) -> None:
    file = ORIGINALS["mp4"].make(tmp_path)
    prober, before = Prober(WorkerSettings()), set(descendants(os.getpid()))
    for _ in range(2):
        assert isinstance(_outcome(prober, file), Source)
        assert len(set(descendants(os.getpid())) - before) == 1
    prober.close()
    assert set(descendants(os.getpid())) < before


def _outcome(prober: Prober, file: Path) -> Source | str:
    try:
        with file.open("rb") as opened:
            return prober.probe(str(file), sniff(opened.read(HEAD_BYTES)), file.stat().st_size)
    except VideoFailure as failure:
        return failure.code


def _spoilt(data: bytes, chance: random.Random) -> bytes:
    """A file with some fields set to extremes, bytes changed, or a piece missing, more of that near its start."""
    spoilt = bytearray(data)
    for _ in range(chance.randint(1, 6)):
        at = min(len(spoilt) - 8, int(chance.expovariate(4 / len(spoilt))))
        match chance.randrange(5):
            case 0:
                spoilt[at : at + 4] = chance.choice([b"\xff\xff\xff\xff", bytes(4), b"\x7f\xff\xff\xff", b"\x80\x00\x00\x00"])
            case 1:
                spoilt[at : at + 8] = chance.choice([b"\xff" * 8, bytes(8)])
            case 2:
                for n in range(at, min(len(spoilt), at + 16)):
                    spoilt[n] = chance.randrange(256)
            case 3:
                del spoilt[at : at + chance.randint(1, 2000)]
            case _:
                del spoilt[chance.randint(len(spoilt) // 4, len(spoilt)) :]
        if len(spoilt) < 16:
            break
    return bytes(spoilt)
