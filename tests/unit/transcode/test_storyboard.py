"""Sheets of small pictures."""

import re

import pytest

from functions.transcode.storyboard import storyboard_of
from tests.unit.transcode.sources import picture, source


@pytest.mark.parametrize("duration_s", [0.5, 30.0, 299.0, 7200.0])
def test_the_cues_cover_the_video_with_pictures_that_lie_on_their_sheets(duration_s: float) -> None:
    board = storyboard_of(source(picture(), duration_s=duration_s))
    assert board
    assert board.tiles <= 300
    cues = re.findall(r"storyboard-(\d+)\.jpg#xywh=(\d+),(\d+),160,90", board.webvtt(duration_s))
    assert len(cues) == board.tiles
    assert {int(sheet) for sheet, *_ in cues} == set(range(board.sheets))
    assert all(int(x) + 160 <= 1600 and int(y) + 90 <= 900 for _, x, y in cues)


def test_a_portrait_video_gets_portrait_pictures_and_sound_alone_none() -> None:
    board = storyboard_of(source(picture(rotation=90)))
    assert board
    assert (board.width, board.height) == (90, 160)
    assert storyboard_of(source(None)) is None
