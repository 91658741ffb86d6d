"""Other ways of cutting a video into chunks than the engine's own, for comparison."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from unittest.mock import patch

from functions.transcode.plan import Plan
from functions.transcode.schedule import Schedule

WHOLE = (1_000_000,)  # longer than any film


def cut(plan: Plan, lengths: Sequence[int]) -> list[tuple[int, int]]:
    """Frame ranges of chunks of these lengths (in segments), the last of which repeats."""
    edges, number = [0], 0
    while (end := edges[-1] + lengths[min(number, len(lengths) - 1)] * plan.segment_frames) < plan.total_frames:
        edges.append(end)
        number += 1
    return list(zip(edges, [*edges[1:], plan.total_frames], strict=True)) if plan.total_frames else []


@contextmanager
def chunks_of(lengths: Sequence[int]) -> Iterator[None]:
    """Every schedule cuts its encode tasks like this for a while."""
    with patch.object(Schedule, "encodes", property(lambda schedule: cut(schedule.plan, lengths))):
        yield
