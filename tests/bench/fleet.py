"""What a simulation is made of: tasks with their prices, films, and a fleet of workers."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from matinee.db.tasks import NewTask

STREAM_KINDS = ("copy", "encode", "audio", "captions")  # what a film is whole without: stills


@dataclass(frozen=True, eq=False)
class Work:
    """A task and what it takes.

    CPU seconds in all, and until its first segment is listed; the most cores that it can use at once; seconds of waiting for
    the network before its CPU work.
    """

    task: NewTask
    cpu_s: float
    first_cpu_s: float
    cores: float
    wait_s: float = 0.0


@dataclass(eq=False)
class Film:
    """A video that is uploaded at ``arrives_s``: its planning, then its tasks. Times to be filled in are None at first."""

    name: str
    arrives_s: float
    duration_s: float
    planning: Work
    works: Sequence[Work]
    playable_s: float | None = None
    ready_s: float | None = None
    begun_s: dict[Work, float] = field(default_factory=dict)
    first_listed_s: dict[Work, float] = field(default_factory=dict)
    done_s: dict[Work, float] = field(default_factory=dict)

    @property
    def first_pictures(self) -> list[Work]:
        """The tasks whose first segments make the film playable."""
        return [w for w in self.works if w.task.kind in STREAM_KINDS and w.task.tier == 0 and w.task.ordinal == 0]

    @property
    def stream(self) -> list[Work]:
        """The tasks without which the film is not whole."""
        return [w for w in self.works if w.task.kind in STREAM_KINDS]

    def stall_s(self, segment_s: float) -> float:
        """How long a viewer who starts when the film becomes playable stands still, all pauses together."""
        if self.playable_s is None:
            raise ValueError("the film was never playable")
        late = 0.0
        for kind in ("copy", "encode", "audio"):
            whole_until = 0.0  # segments are listed up to the first hole
            for work in sorted(
                (w for w in self.stream if w.task.kind == kind and w.task.tier == 0), key=lambda w: w.task.ordinal
            ):
                start_s, end_s = work.task.start_s or 0.0, work.task.end_s or self.duration_s
                late = max(late, max(whole_until, self.first_listed_s[work]) - self.playable_s - start_s)
                whole_until = max(whole_until, self.done_s[work])
                if end_s - start_s > segment_s:  # its last segment is not its first
                    late = max(late, whole_until - self.playable_s - (end_s - segment_s))
        return late


@dataclass(frozen=True)
class Fleet:
    """Workers: ``floor`` run from the start, up to ``ceiling`` are added as the deployment's scaling does."""

    floor: int
    ceiling: int
    cores: float = 2.0
    express_slots: int = 2
    bulk_slots: int = 1
    start_s: tuple[float, float] = (20.0, 70.0)  # from the request to a running container
