"""Sheets of small pictures from the keyframes of a finished stream."""

import re
from decimal import Decimal
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from functions.transcode.storyboard import MOST_TILES, smallest_picture, storyboard_of
from matinee.db.streams import RenditionState, Segment


def rendition(seconds: int, width: int = 640, height: int = 360, distance_s: float = 2.0) -> RenditionState:
    """Segments of four seconds with a keyframe at every ``distance_s``."""
    segments = []
    for ordinal in range(-(-seconds // 4)):
        start, end = ordinal * 4.0, min(ordinal * 4.0 + 4, seconds)
        count = max(1, round((end - start) / distance_s))
        keyframes = [(564 + n * 9400, 9400, start + n * distance_s) for n in range(count)]
        segments.append(Segment(ordinal, Decimal(start), Decimal(end) - Decimal(start), 100_000, None, keyframes))
    facts = {"name": f"v{height}", "kind": "video", "task_kind": "encode", "tier": 0, "position": 0}
    return RenditionState(**facts, width=width, height=height, is_whole=True, segments=segments)  # type: ignore[arg-type] # a row


@given(st.integers(1, 4 * 3600), st.sampled_from([0.5, 1.0, 2.0, 4.0]))
def test_cues_cover_all_of_the_film_each_with_a_place_of_its_own(seconds: int, distance_s: float) -> None:
    board = storyboard_of(rendition(seconds, distance_s=distance_s))
    assert len(board.stills) <= MOST_TILES + 1
    text = board.webvtt()
    places = re.findall(r"storyboard-(\d+)\.jpg#xywh=(\d+),(\d+),160,90", text)
    assert len(places) == len(set(places)) == len(board.stills)
    assert {int(sheet) for sheet, *_ in places} == set(range(board.sheets))
    times = re.findall(r"(\S+) --> (\S+)", text)
    assert times[0][0] == "00:00:00.000"
    assert all(end == start for (_, end), (start, _) in pairwise(times))


def test_pictures_are_at_least_a_second_apart_and_every_keyframe_of_a_short_film_is_one() -> None:
    assert [s.shown_s for s in storyboard_of(rendition(8)).stills] == [0, 2, 4, 6]
    assert [s.shown_s for s in storyboard_of(rendition(4, distance_s=0.5)).stills] == [0, 1, 2, 3]


def test_a_portrait_film_has_portrait_pictures() -> None:
    board = storyboard_of(rendition(8, 360, 640))
    assert (board.width, board.height) == (90, 160)


def test_the_smallest_picture_is_taken() -> None:
    renditions = [rendition(8, 1920, 1080), rendition(8, 640, 360), rendition(8, 1280, 720)]
    assert smallest_picture(renditions) == renditions[1]
    assert smallest_picture([]) is None
