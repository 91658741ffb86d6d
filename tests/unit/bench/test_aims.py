"""Figures are held against the right bounds."""

from typing import Any

from tests.bench.aims import Aim, aims_of_chunking, aims_of_film


def figures(*, is_copied: bool = False, tiers: int = 1, **ours: Any) -> dict[str, Any]:
    made = [{"short_side": side, "bytes": 1000, "vmaf": 90.0, "frames": 240} for side in (720, 360)]
    used = {"cpu_s": 8.0, "together_mb": 130.0, "disk_mb": 3.0, "chunk_mb": 2.0, "renditions": made}
    return {
        "film": "film",
        "is_copied": is_copied,
        "tiers": tiers,
        "engines": {"matinee": used | ours, "plain": used | {"cpu_s": 10.0}},
    }


def cpu(aims: list[Aim]) -> Aim:
    return next(aim for aim in aims if aim.what.startswith("CPU"))


def test_cpu_is_bounded_by_what_the_plan_is() -> None:
    assert [cpu(aims_of_film(figures(is_copied=True))).most, cpu(aims_of_film(figures())).most] == [0.5, 0.9]
    two = cpu(aims_of_film(figures(tiers=2)))
    assert (two.value, two.most, two.is_reached) == (0.8, 1.0, True)
    assert not cpu(aims_of_film(figures(is_copied=True))).is_reached


def test_a_copied_picture_is_held_against_quality_but_not_bytes() -> None:
    whats = [aim.what for aim in aims_of_film(figures(is_copied=True))]
    assert "720p: VMAF below plain's" in whats
    assert "720p: bytes against plain" not in whats
    assert "360p: bytes against plain" in whats


def test_another_number_of_frames_is_a_miss() -> None:
    renditions = [{"short_side": side, "bytes": 1000, "vmaf": 90.0, "frames": 239} for side in (720, 360)]
    missed = [aim for aim in aims_of_film(figures(renditions=renditions)) if not aim.is_reached]
    assert [aim.value for aim in missed] == [1, 1]


def test_scratch_is_two_chunks_at_most() -> None:
    (scratch,) = [aim for aim in aims_of_film(figures(disk_mb=4.1)) if aim.what.startswith("scratch")]
    assert (scratch.most, scratch.is_reached) == (4.0, False)


def test_chunking_is_held_against_one_pass() -> None:
    measured = {"chunks": 5, "workers": 2, "cpu_s": 105.0, "one_pass_cpu_s": 100.0, "bytes": 110, "one_pass_bytes": 100}
    assert [(aim.value, aim.is_reached) for aim in aims_of_chunking(measured)] == [(0.05, True), (0.1, False)]
