"""The model of many workers can be wrong in these ways, and is not."""

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from matinee.db.tasks import NewTask
from matinee.queues import Queue
from tests.bench.fleet import Film, Fleet, Work
from tests.bench.simulation import Simulation


def work(kind: str = "encode", queue: Queue = "express", priority: int = 1, cpu_s: float = 4.0, **more: float) -> Work:
    """A task that lists its first segment after a quarter of its work."""
    task = NewTask(
        kind, queue, priority, tier=int(more.get("tier", 0)), ordinal=int(more.get("ordinal", 0)),
        start_s=more.get("start_s"), end_s=more.get("end_s"),
    )  # fmt: skip
    return Work(task, cpu_s, cpu_s / 4, more.get("cores", 1.0), more.get("wait_s", 0.0))


def film(works: Sequence[Work], arrives_s: float = 0.0, planning_s: float = 1.0, name: str = "film") -> Film:
    """A film of ten seconds with these tasks."""
    return Film(name, arrives_s, 10.0, work("plan", priority=0, cpu_s=planning_s), works)


def run(fleet: Fleet, *films: Film) -> Simulation:
    simulation = Simulation(fleet, films)
    simulation.run()
    return simulation


works = st.builds(
    work,
    kind=st.sampled_from(["copy", "encode", "audio", "stills"]),
    queue=st.sampled_from(["express", "bulk"]),
    priority=st.integers(1, 4),
    cpu_s=st.floats(0.5, 30),
    cores=st.sampled_from([1.0, 2.0]),
    wait_s=st.floats(0, 2),
    tier=st.integers(0, 1),
    ordinal=st.integers(0, 9),
)
first_picture = st.builds(work, cpu_s=st.floats(0.5, 30))
films = st.lists(
    st.builds(film, st.builds(lambda first, more: [first, *more], first_picture, st.lists(works, max_size=8)), st.floats(0, 60)),
    min_size=1,
    max_size=6,
)


class TestConservation:
    @settings(max_examples=150, deadline=None)
    @given(films=films, workers=st.integers(1, 5))
    def test_every_task_of_every_film_is_done_once_and_costs_its_cpu_seconds(self, films: list[Film], workers: int) -> None:
        # A film whose express tasks never list a first segment of the low tier would never wake its bulk tasks.
        films = [f for f in films if all(w.task.queue == "express" for w in f.first_pictures)]
        simulation = run(Fleet(workers, workers), *films)
        for one in films:
            assert set(one.done_s) == set(one.begun_s) == {one.planning, *one.works}
            assert all(one.arrives_s <= one.begun_s[w] <= one.done_s[w] for w in one.done_s)
        spent = sum(w.cpu_s for one in films for w in (one.planning, *one.works))
        assert simulation.busy_cpu_s == pytest.approx(spent, rel=1e-6)

    @settings(max_examples=100, deadline=None)
    @given(films=films, workers=st.integers(1, 5))
    def test_no_fleet_is_faster_than_its_cores(self, films: list[Film], workers: int) -> None:
        films = [f for f in films if all(w.task.queue == "express" for w in f.first_pictures)]
        if not films:
            return
        fleet = Fleet(workers, workers)
        simulation = run(fleet, *films)
        spent = sum(w.cpu_s for one in films for w in (one.planning, *one.works))
        first = min(one.arrives_s for one in films)
        assert simulation.now - first >= spent / (workers * fleet.cores) - 1e-6
        longest = max(w.wait_s + w.cpu_s / min(w.cores, fleet.cores) for one in films for w in one.works)
        assert simulation.now - first >= longest - 1e-6


class TestOneWorker:
    def test_with_one_core_takes_the_sum_of_all_work(self) -> None:
        one = film([work(cpu_s=4), work("audio", cpu_s=2), work(queue="bulk", priority=3, ordinal=1, cpu_s=30)], planning_s=1)
        simulation = run(Fleet(1, 1, cores=1), one)
        assert simulation.now == pytest.approx(1 + 4 + 2 + 30)

    def test_with_one_slot_takes_the_waits_as_well(self) -> None:
        one = film([work(cpu_s=4, wait_s=0.5), work("audio", cpu_s=2, wait_s=0.25)])
        simulation = run(Fleet(1, 1, cores=2, express_slots=1), one)
        assert simulation.now == pytest.approx(1 + 4.5 + 2.25)

    def test_spends_a_task_that_uses_two_cores_in_half_the_time(self) -> None:
        one = film([work(cpu_s=4, cores=2)])
        assert run(Fleet(1, 1, cores=2), one).now == pytest.approx(1 + 2)

    def test_shares_its_cores_as_nice_10_stands_to_nice_0(self) -> None:
        first, later = work(cpu_s=4, cores=2), work(queue="bulk", priority=3, ordinal=1, cpu_s=10, cores=2)
        early = film([first, later], planning_s=0)
        second = film([work(cpu_s=6, cores=2)], arrives_s=3, planning_s=0)
        run(Fleet(1, 1, cores=2), early, second)
        share = 2 * 1024 / (1024 + 110)
        assert early.done_s[first] == pytest.approx(0.5 + 3 / share)  # alone until its first segment wakes the bulk task
        assert second.ready_s == pytest.approx(3 + 6 / share)
        assert early.done_s[later] == pytest.approx((4 + 10 + 6) / 2)

    def test_what_one_task_cannot_use_goes_to_the_others(self) -> None:
        narrow, wide = work(cpu_s=4, cores=0.5), work("audio", cpu_s=6, cores=2)
        one = film([narrow, wide], planning_s=0)
        run(Fleet(1, 1, cores=2), one)
        assert one.done_s[narrow] == pytest.approx(4 / 0.5)
        assert one.done_s[wide] == pytest.approx(6 / 1.5)


class TestOrder:
    def test_one_slot_takes_tasks_by_priority_plus_ordinal_then_age(self) -> None:
        old = film([work(ordinal=0), work("copy", ordinal=2, priority=1), work("audio", ordinal=0, priority=2)], name="old")
        young = film([work(ordinal=0), work("copy", ordinal=1, priority=1)], arrives_s=0.5, name="young")
        run(Fleet(1, 1, cores=1, express_slots=1), old, young)
        begun = sorted((at, one.name, w.task.kind, w.task.ordinal) for one in (old, young) for w, at in one.begun_s.items())
        assert [entry[1:] for entry in begun] == [
            ("old", "plan", 0),
            ("young", "plan", 0),
            ("old", "encode", 0),
            ("young", "encode", 0),
            ("old", "audio", 0),
            ("young", "copy", 1),
            ("old", "copy", 2),
        ]

    def test_bulk_tasks_wait_until_the_film_is_playable(self) -> None:
        first, bulk = work(cpu_s=8), work(queue="bulk", priority=3, ordinal=1)
        one = film([first, bulk])
        run(Fleet(3, 3), one)
        assert one.playable_s == pytest.approx(1 + 8 / 4)
        assert one.begun_s[bulk] == one.playable_s

    def test_a_film_is_playable_when_picture_and_sound_have_a_segment_and_ready_without_its_stills(self) -> None:
        one = film([work(cpu_s=4), work("audio", cpu_s=8), work("stills", queue="bulk", cpu_s=100)])
        run(Fleet(2, 2), one)
        assert one.playable_s == pytest.approx(1 + 2)
        assert one.ready_s == pytest.approx(1 + 8)

    def test_slots_are_never_overfull(self) -> None:
        many = film([work(ordinal=n) for n in range(12)], planning_s=0)
        run(Fleet(2, 2, cores=8, express_slots=2), many)
        for moment in sorted(many.begun_s.values()):
            assert sum(many.begun_s[w] <= moment < many.done_s[w] for w in many.begun_s) <= 4


class TestPlayback:
    def test_a_chunk_that_comes_late_is_a_pause_of_the_viewer(self) -> None:
        low = [work(cpu_s=2, start_s=0, end_s=4), work(queue="bulk", priority=3, ordinal=1, cpu_s=40, start_s=4, end_s=10)]
        one = film(low, planning_s=0)
        run(Fleet(1, 1), one)
        # Playable after 0.5 s; the second chunk begins then (one core is free), and is whole after 40 s more,
        # when its last segment, due at second 6 of the film, is listed.
        assert one.done_s[low[1]] == pytest.approx(40.5)
        assert one.stall_s(4.0) == pytest.approx(40 - 6)

    def test_chunks_in_time_are_no_pause(self) -> None:
        low = [work(cpu_s=2, start_s=0, end_s=4), work(queue="bulk", priority=3, ordinal=1, cpu_s=2, start_s=4, end_s=10)]
        one = film(low, planning_s=0)
        run(Fleet(1, 1), one)
        assert one.stall_s(4.0) == 0


class TestScaling:
    def test_a_fleet_that_sleeps_starts_for_the_first_message(self) -> None:
        one = film([work()])
        simulation = run(Fleet(0, 10), one)
        assert simulation.most_workers == 1
        assert one.playable_s is not None
        assert 60 + 20 <= one.begun_s[one.planning] <= 60 + 70

    def test_a_backlog_of_first_pictures_brings_more_workers_up_to_the_ceiling(self) -> None:
        burst = [film([work(cpu_s=200)], name=str(n)) for n in range(40)]
        simulation = run(Fleet(1, 4), *burst)
        assert simulation.most_workers == 4
