"""Doing the same for many things, several at once, where the failure of one is no reason to leave the others undone."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from functions.cleanup.deadline import Deadline, OutOfTimeError
from matinee.observability import logger

AT_ONCE = 6  # fewer than the database pool has connections

ThingT = TypeVar("ThingT")
ResultT = TypeVar("ResultT")


def for_each(things: Iterable[ThingT], act: Callable[[ThingT, Deadline], ResultT], deadline: Deadline) -> list[ResultT]:
    """The results of those that succeeded; the others are logged, or left for the next run when time is up."""

    def guarded(thing: ThingT) -> list[ResultT]:
        try:
            deadline.check()
            return [act(thing, deadline)]
        except OutOfTimeError:
            return []
        except Exception:  # noqa: BLE001 - see above
            logger.exception("not swept", step=act.__name__, thing=str(thing))
            return []

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="sweep") as workers:
        return [result for results in workers.map(guarded, things) for result in results]
