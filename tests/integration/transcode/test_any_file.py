"""Whatever phones, cameras, screen recorders and archives make becomes a right stream, or fails with the right code."""

import io
import json
import statistics
from itertools import pairwise

import av
import pytest

from functions.transcode.playlists import segment_name
from tests.integration.transcode.films import FILMS
from tests.integration.transcode.films.captions import BITMAPS, SUBTITLED
from tests.integration.transcode.films.colours import COLOURS, INTERLACED, SDR
from tests.integration.transcode.films.making import Film, Refused
from tests.integration.transcode.films.refused import REFUSED
from tests.integration.transcode.films.sounds import ALL_LOUD, CHANNELS, LANGUAGES
from tests.integration.transcode.library import Library, Outcome

SOUND_FRAME_S = 1024 / 44_100
LOSS_S = 0.06  # what encoders and containers of coarse clocks move a sound by


@pytest.mark.parametrize("film", FILMS, ids=[film.name for film in FILMS])
def test_a_film_becomes_a_right_stream(library: Library, film: Film) -> None:
    made = library.outcome(film)
    assert made.verdict == ("ready", None)
    assert set(made.video.warnings) == film.warnings
    assert len(made.names("audio")) == film.sounds
    assert len(made.names("captions")) == film.captions
    assert made.video.poster
    assert float(made.video.duration_s or 0) == pytest.approx(film.seconds, abs=0.15)
    if film.size is None:
        assert not made.names("video")
    else:
        seen = made.see()
        assert seen.size == film.size
        assert seen.pixel_format in ("yuv420p", "yuvj420p")
        assert seen.frames == pytest.approx(film.frames, abs=1)
        assert seen.frame_s == pytest.approx(film.frame_s, rel=0.02)
        assert abs(seen.first_s) <= film.frame_s
        assert film.corners in (None, seen.corners)
        if film.flash_s is not None:
            assert seen.flash_s == pytest.approx(film.flash_s, abs=film.frame_s + 0.001)
    if film.sounds:
        heard = made.hear()
        assert heard.tone_s == pytest.approx(film.tone_s, abs=LOSS_S)
        assert heard.seconds + heard.first_s == pytest.approx(film.sound_s or film.seconds, abs=0.15)


@pytest.mark.parametrize("film", [film for film in FILMS if film.name == "sound-ends-early.mp4"], ids=lambda film: film.name)
def test_sound_that_ends_early_is_encoded_and_the_picture_is_copied_all_the_same(library: Library, film: Film) -> None:
    assert library.outcome(film).names("video")[0] == "source"


@pytest.mark.parametrize("film", REFUSED, ids=[film.name for film in REFUSED])
def test_what_cannot_be_shown_fails_with_the_right_code_and_nothing_is_left_of_it(library: Library, film: Refused) -> None:
    made = library.outcome(film)
    assert made.verdict == ("failed", film.code)
    assert made.video.error_message
    assert not made.upload.keys()


COLOUR_BOUND = 10  # of 256, mean of red, green and blue; a plain look at HDR is off by more than 30, ffmpeg's Hable curve by 40
BT709, BT601 = 1, 6


@pytest.mark.parametrize("film", [*COLOURS, SDR], ids=lambda film: film.name)
def test_every_range_and_gamut_comes_out_as_the_same_picture_in_sdr(library: Library, film: Film) -> None:
    reference, made = colours(library.outcome(SDR)), library.outcome(film)
    seen, poster = colours(made), Colours(first_picture(made.upload.read(str(made.video.poster)), "image2pipe"))
    assert seen.means == pytest.approx(reference.means, abs=COLOUR_BOUND)
    assert poster.means == pytest.approx(seen.means, abs=4)
    assert seen.brightest > 210, "white is white"
    assert seen.darkest < 24, "black is black"
    assert seen.tags == (BT709, BT709, BT601 if film.name.startswith("untagged-sd") else BT709), "primaries, transfer and matrix"


@pytest.mark.parametrize("film", INTERLACED, ids=lambda film: film.name)
def test_fields_become_whole_pictures(library: Library, film: Film) -> None:
    made = library.outcome(film)
    assert made.verdict == ("ready", None)
    assert made.see().frames == film.frames
    stream = b"".join(made.upload.segments(made.names("video")[0]))
    with av.open(io.BytesIO(stream), "r", format="mpegts") as container:
        assert max(combing(frame) for frame in container.decode(video=0)) < COMB_BOUND


COMB_BOUND = 3.0  # of 256, mean difference of neighbouring lines; the fields of these films differ by 20 and more


def combing(frame: av.VideoFrame) -> float:
    """How much neighbouring lines of a picture differ, where upright edges are all that is in it."""
    plane = frame.planes[0]
    data = bytes(plane)
    rows = [data[y * plane.line_size : y * plane.line_size + plane.width] for y in range(plane.height)]
    return statistics.fmean(abs(a - b) for upper, lower in pairwise(rows) for a, b in zip(upper, lower, strict=True))


class Colours:
    """Mean values of a picture's planes, its extremes of luma, and what it is tagged as."""

    def __init__(self, frame: av.VideoFrame) -> None:
        planes = []
        for plane in frame.planes:
            data = bytes(plane)
            rows = (data[y * plane.line_size : y * plane.line_size + plane.width] for y in range(plane.height))
            planes.append(b"".join(rows))
        self.pixel_format = frame.format.name
        rgb = frame.reformat(format="gbrp", src_color_range=frame.color_range, dst_color_range=2)
        self.means = [statistics.fmean(bytes(plane)) for plane in rgb.planes]  # bytes at the ends of rows are the same everywhere
        self.brightest, self.darkest = max(planes[0]), min(planes[0])
        self.tags = int(frame.color_primaries), int(frame.color_trc), int(frame.colorspace)


def colours(made: Outcome) -> Colours:
    """The first picture of the largest rendition."""
    assert made.verdict == ("ready", None)
    return Colours(first_picture(b"".join(made.upload.segments(made.names("video")[0])), "mpegts"))


def first_picture(data: bytes, demuxer: str) -> av.VideoFrame:
    with av.open(io.BytesIO(data), "r", format=demuxer) as container:
        return next(iter(container.decode(video=0)))


@pytest.mark.parametrize(("film", "peaks"), CHANNELS.values(), ids=CHANNELS)
def test_surround_sound_is_mixed_down_as_itu_r_bs_775_says(library: Library, film: Film, peaks: tuple[float, float]) -> None:
    assert library.outcome(film).hear().peaks == pytest.approx(peaks, abs=0.03)


@pytest.mark.parametrize("film", [ALL_LOUD], ids=lambda film: film.name)
def test_surround_sound_that_is_loud_everywhere_does_not_clip(library: Library, film: Film) -> None:
    assert all(0.7 < peak < 0.999 for peak in library.outcome(film).hear().peaks)


@pytest.mark.parametrize("film", SUBTITLED, ids=lambda film: film.name)
def test_captions_become_renditions_with_their_language_and_chapters_are_kept(library: Library, film: Film) -> None:
    made = library.outcome(film)
    listed = [m for m in made.upload.playlist(str(made.video.playlist)).media if m.type == "SUBTITLES"]
    assert [(m.language, m.name, m.default, m.forced) for m in listed] == [
        ("en", "English", "YES", None),
        ("de", "Deutsch", "NO", "YES"),
    ]
    texts = [made.upload.read(f"{name}/{segment_name('captions', 0)}").decode() for name in made.names("captions")]
    assert ["Good evening" in texts[0], "Guten Abend" in texts[1]] == [True, True]
    assert all("00:00:00.500 --> 00:00:01.500" in text for text in texts)
    chapters = json.loads(made.upload.read("chapters.json"))
    assert [(c["start-time"], c["duration"], c["titles"][0]["title"]) for c in chapters] == [(0, 1, "Arrival"), (1, 1, "Départ")]
    assert made.upload.playlist("full.m3u8").session_data[0].uri == "chapters.json"


@pytest.mark.parametrize("film", [BITMAPS], ids=lambda film: film.name)
def test_captions_that_are_pictures_are_left_out_and_the_row_says_so(library: Library, film: Film) -> None:
    assert library.outcome(film).video.warnings == ["bitmap_captions_left_out"]


@pytest.mark.parametrize("film", [LANGUAGES], ids=lambda film: film.name)
def test_each_language_is_a_rendition_and_the_source_says_which_is_the_default(library: Library, film: Film) -> None:
    made = library.outcome(film)
    listed = made.upload.playlist(str(made.video.playlist)).media
    assert [(m.language, m.name, m.default) for m in listed] == [
        ("en", "English", "NO"),
        ("fr", "français", "YES"),
        ("en", "Commentary", "NO"),
    ]
