"""Captions, cut into segments."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from functions.transcode import captions
from functions.transcode.captions import Cue

FILE = """WEBVTT

NOTE made by hand

1
00:01.500 --> 00:04.000 align:start
Good evening.
Second line.

00:00:28.000 --> 00:00:33.000
Over the edge.

01:00:00.000 --> 01:00:02.500
Much later.

00:05.000 --> 00:05.000
never shown
"""


def test_cues_are_read_with_their_settings_lines_and_hours() -> None:
    assert captions.read_cues(FILE) == [
        Cue(1.5, 4.0, " align:start", "Good evening.\nSecond line."),
        Cue(28.0, 33.0, "", "Over the edge."),
        Cue(3600.0, 3602.5, "", "Much later."),
    ]


def test_a_cue_over_an_edge_is_in_both_segments_and_times_stay_those_of_the_video() -> None:
    cues = captions.read_cues(FILE)
    first, second = (captions.segment(cues, start, end) for start, end in captions.stretches(60)[:2])
    assert "00:00:28.000 --> 00:00:33.000" in first
    assert "00:00:28.000 --> 00:00:33.000" in second
    assert "Good evening." not in second


def test_every_segment_says_how_its_times_map_to_those_of_the_pictures() -> None:
    assert captions.segment([], 0, 30).splitlines()[:2] == ["WEBVTT", "X-TIMESTAMP-MAP=MPEGTS:900000,LOCAL:00:00:00.000"]


@given(st.floats(0.01, 40_000))
def test_stretches_cover_a_video_of_any_length_once(duration_s: float) -> None:
    found = captions.stretches(duration_s)
    assert found[0][0] == 0
    assert found[-1][1] >= duration_s
    assert all(a[1] == b[0] for a, b in pairwise(found))
    assert all(0 < end - start <= captions.SEGMENT_S for start, end in found)


@given(st.text(max_size=300))
def test_rubbish_gives_no_error(text: str) -> None:
    captions.read_cues(text)
