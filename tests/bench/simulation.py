"""A model of many workers over time: which task runs where, and when a film can be played and is whole. Nothing is encoded.

As in ``functions.transcode.worker``: a slot serves one queue, wakes on a message, claims by priority plus ordinal and by age, and
goes on claiming until nothing is left, and then lets its message go. What is held is there once its film is playable, and the
bulk queue is woken then. On a worker the tasks share the cores by their weights: those of the bulk queue run at nice 10.
"""

import heapq
import random
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from matinee.queues import Queue
from tests.bench.fleet import Film, Fleet, Work

QUEUES: tuple[Queue, ...] = ("express", "bulk")
WEIGHTS = {"express": 1024, "bulk": 110}  # of the Linux scheduler for nice 0 and nice 10
EPSILON_S = 1e-9


# As in infra/transcode.yaml: target tracking of messages per worker, and a step when first pictures wait.
BACKLOG_PER_WORKER = 6
BACKLOG_MINUTES = 3
STEPS = ((24, 6), (4, 2))  # from so many waiting express messages on, add so many workers
TICK_S = 60.0


@dataclass
class _Running:
    film: Film
    work: Work
    begins_s: float
    done_cpu_s: float = 0.0
    rate: float = 0.0
    is_listed: bool = False

    @property
    def next_cpu_s(self) -> float:
        return self.work.cpu_s if self.is_listed else self.work.first_cpu_s


class _Worker:
    def __init__(self, now: float) -> None:
        self.running: list[_Running] = []
        self.since_s = now
        self.version = 0


class Simulation:
    """Runs films through a fleet; ``run`` fills in their times."""

    def __init__(self, fleet: Fleet, films: Sequence[Film], seed: int = 1) -> None:
        self.now = 0.0
        self.busy_cpu_s = 0.0  # that all workers have spent
        self.workers = 0
        self.most_workers = 0
        self._fleet, self._films = fleet, films
        self._random = random.Random(seed)
        self._serial = count()
        self._events: list[tuple[float, int, str, object, int]] = []
        self._pending: dict[Queue, list[tuple[int, float, int, Film, Work]]] = {queue: [] for queue in QUEUES}
        self._messages: dict[Queue, int] = dict.fromkeys(QUEUES, 0)
        self._idle: dict[Queue, deque[_Worker]] = {queue: deque() for queue in QUEUES}
        self._desired = fleet.floor
        self._backlogs: deque[float] = deque(maxlen=BACKLOG_MINUTES)
        self._left = len(films)

    def run(self) -> None:
        """Until every film's last task is over."""
        for _ in range(self._fleet.floor):
            self._add_worker()
        for film in self._films:
            self._at(film.arrives_s, "arrival", film)
        if self._fleet.ceiling > self._fleet.floor:
            self._at(TICK_S, "tick", None)
        while self._left:
            self.now, _, kind, what, version = heapq.heappop(self._events)
            if kind == "arrival" and isinstance(what, Film):
                self._add_tasks(what, [what.planning])
                self._wake("express", 1)
            elif kind == "worker" and isinstance(what, _Worker) and what.version == version:
                self._advance(what)
            elif kind == "start":
                self._add_worker()
            elif kind == "tick":
                self._scale()
                self._at(self.now + TICK_S, "tick", None)

    def _at(self, when: float, kind: str, what: object, version: int = 0) -> None:
        heapq.heappush(self._events, (when, next(self._serial), kind, what, version))

    # ---------------------------------------------------------------- queues

    def _add_tasks(self, film: Film, works: Sequence[Work]) -> None:
        for w in works:
            heapq.heappush(self._pending[w.task.queue], (w.task.priority + w.task.ordinal, self.now, next(self._serial), film, w))

    def _wake(self, queue: Queue, messages: int) -> None:
        self._messages[queue] += messages
        while self._messages[queue] and self._idle[queue]:
            self._messages[queue] -= 1
            self._claim(self._idle[queue].popleft(), queue)

    def _claim(self, worker: _Worker, queue: Queue) -> None:
        """A free slot takes the next task, or waits for a message."""
        while not self._pending[queue]:
            if not self._messages[queue]:
                self._idle[queue].append(worker)
                return
            self._messages[queue] -= 1  # there is nothing to do: the message is let go
        *_, film, work = heapq.heappop(self._pending[queue])
        film.begun_s[work] = self.now
        self._catch_up(worker)
        worker.running.append(_Running(film, work, self.now + work.wait_s))
        self._plan_next(worker)

    # --------------------------------------------------------------- workers

    def _add_worker(self) -> None:
        worker = _Worker(self.now)
        self.workers += 1
        self.most_workers = max(self.most_workers, self.workers)
        for queue, slots in zip(QUEUES, (self._fleet.express_slots, self._fleet.bulk_slots), strict=True):
            for _ in range(slots):
                self._claim_if_woken(worker, queue)

    def _claim_if_woken(self, worker: _Worker, queue: Queue) -> None:
        if self._messages[queue]:
            self._messages[queue] -= 1
            self._claim(worker, queue)
        else:
            self._idle[queue].append(worker)

    def _catch_up(self, worker: _Worker) -> None:
        for running in worker.running:
            done = running.rate * (self.now - worker.since_s)
            running.done_cpu_s += done
            self.busy_cpu_s += done
        worker.since_s = self.now

    def _plan_next(self, worker: _Worker) -> None:
        """Share the cores anew, and come back when the first of the running tasks has something to say."""
        next_s = min((r.begins_s for r in worker.running if not self._works(r)), default=float("inf"))
        sharing = sorted(filter(self._works, worker.running), key=lambda r: r.work.cores / WEIGHTS[r.work.task.queue])
        free, weights = self._fleet.cores, sum(WEIGHTS[r.work.task.queue] for r in sharing)
        for running in sharing:  # what one cannot use goes to the others
            weight = WEIGHTS[running.work.task.queue]
            running.rate = min(running.work.cores, free * weight / weights)
            free, weights = free - running.rate, weights - weight
            next_s = min(next_s, self.now + max(0.0, running.next_cpu_s - running.done_cpu_s) / running.rate)
        worker.version += 1
        if next_s < float("inf"):
            self._at(next_s, "worker", worker, worker.version)

    def _works(self, running: _Running) -> bool:
        """Whether it is past its wait for the network."""
        return running.begins_s <= self.now + EPSILON_S

    def _advance(self, worker: _Worker) -> None:
        self._catch_up(worker)
        freed: list[Queue] = []
        for running in list(worker.running):
            if not self._works(running) or running.done_cpu_s + EPSILON_S < running.next_cpu_s:
                continue
            if not running.is_listed:
                running.is_listed = True
                self._list_first(running.film, running.work)
            if running.done_cpu_s + EPSILON_S >= running.work.cpu_s:
                worker.running.remove(running)
                freed.append(running.work.task.queue)
                self._finish(running.film, running.work)
        self._plan_next(worker)
        for queue in freed:
            self._claim(worker, queue)

    # ----------------------------------------------------------------- films

    def _list_first(self, film: Film, work: Work) -> None:
        film.first_listed_s[work] = self.now
        if film.playable_s is None and work is not film.planning and all(w in film.first_listed_s for w in film.first_pictures):
            film.playable_s = self.now
            self._add_tasks(film, held := [w for w in film.works if w.task.held_s])
            self._wake("express", len(held))
            self._wake("bulk", sum(w.task.queue == "bulk" and w not in film.begun_s for w in film.works))

    def _finish(self, film: Film, work: Work) -> None:
        film.done_s[work] = self.now
        if work is film.planning:
            self._add_tasks(film, [w for w in film.works if not w.task.held_s])
            self._wake("express", sum(w.task.queue == "express" and not w.task.held_s for w in film.works))
            return
        if film.ready_s is None and all(w in film.done_s for w in film.stream):
            film.ready_s = self.now
        if len(film.done_s) == len(film.works) + 1:
            self._left -= 1

    # --------------------------------------------------------------- scaling

    def _scale(self) -> None:
        backlog = sum(self._messages.values()) / max(1, self.workers)
        self._backlogs.append(backlog)
        wanted = self._desired
        if len(self._backlogs) == BACKLOG_MINUTES and min(self._backlogs) > BACKLOG_PER_WORKER:
            wanted = max(wanted, -(-int(max(1, self.workers) * backlog) // BACKLOG_PER_WORKER))
        step = next((more for waiting, more in STEPS if self._messages["express"] >= waiting), 0)
        wanted = min(self._fleet.ceiling, max(wanted, self._desired + step, int(bool(backlog) and self._fleet.floor == 0)))
        for _ in range(wanted - self._desired):
            self._at(self.now + self._random.uniform(*self._fleet.start_s), "start", None)
        self._desired = max(self._desired, wanted)
