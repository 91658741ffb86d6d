"""Whatever phones, cameras, screen recorders and archives make becomes a right stream, or fails with the right code."""

import pytest

from tests.integration.transcode.films import FILMS, Film
from tests.integration.transcode.library import Library

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
    assert made.video.duration_s == pytest.approx(film.seconds, abs=0.15)
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
