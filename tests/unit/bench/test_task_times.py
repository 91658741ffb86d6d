"""Synthetic films and what their tasks cost."""

import math
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.transcode.plan import Plan, plan_video
from functions.transcode.schedule import Schedule
from tests.bench.cutting import WHOLE, chunks_of, cut
from tests.bench.fleet import Work
from tests.bench.task_times import TaskTimes, film, source

TIMES = TaskTimes("never", 0.5, 0.0, 0.1, 0.002, 0.03, 0.5, 0.006, 0.02, 0.0)
CORES = 2.0


def encodes(works: list[Work]) -> list[Work]:
    return [w for w in works if w.task.kind == "encode"]


def cpu_s(codec: str, seconds: float, times: TaskTimes = TIMES) -> float:
    return sum(w.cpu_s for w in encodes(list(film("film", codec, seconds, 0.0, times, CORES).works)))


def plan(frames: int) -> Plan:
    return Plan(frame_rate=Fraction(25), gop_frames=50, segment_frames=100, total_frames=frames)


@given(frames=st.integers(0, 100_000), lengths=st.lists(st.integers(1, 60), min_size=1, max_size=5))
def test_chunks_of_any_lengths_cover_every_frame_once_and_begin_with_a_segment(frames: int, lengths: list[int]) -> None:
    chunks = cut(plan(frames), lengths)
    assert [first for first, _ in chunks[1:]] == [end for _, end in chunks[:-1]]
    assert sum(end - first for first, end in chunks) == frames
    assert all(first % 100 == 0 for first, _ in chunks)


def test_the_plans_of_a_while_are_cut_otherwise_and_then_as_before() -> None:
    original = source("hevc", 600)
    long = plan_video(original)
    before = Schedule(original, long).encodes
    with chunks_of(WHOLE):
        assert Schedule(original, long).encodes == [(0, long.total_frames)]
    assert Schedule(original, long).encodes == before
    assert len(before) > 2


def test_an_encode_costs_its_decoded_and_its_made_pixels() -> None:
    (low, *_) = encodes(list(film("film", "hevc", 600, 0.0, TIMES, CORES).works))
    frames = ((low.task.end_s or 0) - (low.task.start_s or 0)) * 24
    assert low.cpu_s == pytest.approx(frames * (0.006 * 1920 * 1080 / 1e6 + 0.02 * 640 * 360 / 1e6))
    assert low.first_cpu_s == pytest.approx(low.cpu_s / 2)  # the first chunk is two segments


def test_without_a_price_on_chunks_their_length_changes_nothing_and_with_one_short_chunks_cost_more() -> None:
    dear = replace(TIMES, chunk_cpu_s_per_mpx=0.3)
    with chunks_of((1, 2)):
        short, short_dear = cpu_s("hevc", 3600), cpu_s("hevc", 3600, dear)
    with chunks_of((1, 60)):
        long, long_dear = cpu_s("hevc", 3600), cpu_s("hevc", 3600, dear)
    assert math.isclose(short, long, rel_tol=1e-9)
    assert short_dear > long_dear > long


def test_a_film_that_is_copied_is_playable_from_its_copy_alone() -> None:
    assert [w.task.kind for w in film("film", "h264", 600, 0.0, TIMES, CORES).first_pictures if w.task.kind != "audio"] == [
        "copy"
    ]


def test_constants_that_a_report_gives_price_that_report_again() -> None:
    """Decoding and encoding are solved from two tiers; put together again they make the tiers' CPU seconds."""
    frames, decode, encode = 720, 0.007, 0.021
    mpx = {side: side * round(side * 16 / 9) / 1e6 for side in (1080, 720, 480, 360)}
    low = frames * (decode * mpx[1080] + encode * mpx[360])
    high = frames * (decode * mpx[1080] + encode * (mpx[1080] + mpx[720] + mpx[480]))
    ours = {
        "cpu_s": low + high + 2.0,
        "worker_cpu_s": 0.7,
        "cpu_by_work_s": {"encode v360": low, "encode v1080 v720 v480": high, "stills": 0.8},
        "renditions": [{"short_side": side} for side in mpx],
    }
    copied = {"cpu_by_work_s": {"copy": 0.06, "sound": 0.9}}
    report = {
        "machine": {"date": "2026-01-01", "processor": "one", "cores": 2, "load_before": (0.0, 0.0, 0.0)},
        "films": [
            {"film": "copied", "seconds": 30.0, "frames": frames, "engines": {"matinee": copied}},
            {"film": "hevc", "seconds": 30.0, "frames": frames, "engines": {"matinee": ours}},
        ],
        "chunking": {"encode_cpu_s": 20.0, "one_pass_encode_cpu_s": 19.0, "chunks": 6},
    }
    times = TaskTimes.of_report(report)
    assert times.decode_cpu_s_per_mpx == pytest.approx(decode, abs=1e-6)
    assert times.encode_cpu_s_per_mpx == pytest.approx(encode, abs=1e-6)
    assert times.plan_cpu_s == pytest.approx(0.5, abs=0.01)
    assert times.copy_cpu_s_per_s == pytest.approx(0.002)
    assert times.sound_cpu_s_per_s == pytest.approx(0.03)
    assert times.chunk_cpu_s_per_mpx == pytest.approx(0.2 / (854 * 480 / 1e6), abs=1e-3)
