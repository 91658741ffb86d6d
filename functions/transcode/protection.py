"""Protection from scale-in: ECS stops no task of a service that has asked it not to, for as long as it works.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import urllib3

from matinee.observability import logger

EXPIRES_MINUTES = 10  # a worker that died loses its protection by itself
RENEW_SECONDS = 5 * 60.0
IDLE_SECONDS = 5.0  # work comes in bursts: not every second without any is the end of it
CALL_SECONDS = 5.0
RETRY_SECONDS = 10.0  # after a call that failed


class Protection:
    """Keeps the task protected while anybody holds it. Without an agent (outside ECS) it does nothing.

    The calls are made in the background, so no work waits for them; one that fails is logged and made again.

    Parameters
    ----------
    agent_uri
        the agent's address, that ECS gives in ``ECS_AGENT_URI``
    renew_seconds, idle_seconds
        how often a protection is renewed, and how long it outlives the work
    """

    def __init__(
        self, agent_uri: str | None, *, renew_seconds: float = RENEW_SECONDS, idle_seconds: float = IDLE_SECONDS
    ) -> None:
        self._url = f"{agent_uri.rstrip('/')}/task-protection/v1/state" if agent_uri else None
        self._renew_seconds, self._idle_seconds = renew_seconds, idle_seconds
        self._changed = threading.Condition()
        self._holders = 0
        self._is_closed = False
        self._thread = threading.Thread(target=self._keep, name="protection", daemon=True)
        if self._url:
            self._thread.start()

    @contextmanager
    def held(self) -> Iterator[None]:
        """The task is protected while the block runs (and a little longer)."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    def close(self) -> None:
        """Give the protection up at once."""
        with self._changed:
            self._is_closed = True
            self._changed.notify()
        if self._thread.is_alive():
            self._thread.join(CALL_SECONDS)

    def _count(self, change: int) -> None:
        with self._changed:
            self._holders += change
            self._changed.notify()

    def _keep(self) -> None:
        while self._wait(self._is_held, None):
            renew_at = self._protect()
            while not self._is_closed:
                if not self._wait(self._is_free, renew_at - time.monotonic()):
                    renew_at = self._protect()
                elif not self._wait(self._is_held, self._idle_seconds):
                    break
            self._put(enabled=False)

    def _is_held(self) -> bool:
        return self._holders > 0

    def _is_free(self) -> bool:
        return self._holders == 0

    def _wait(self, condition: Callable[[], bool], seconds: float | None) -> bool:
        """Whether the condition holds within ``seconds``, and before the end."""
        with self._changed:
            return self._changed.wait_for(lambda: condition() or self._is_closed, seconds) and not self._is_closed

    def _protect(self) -> float:
        """Ask for protection; gives when to ask again."""
        return time.monotonic() + (self._renew_seconds if self._put(enabled=True) else min(RETRY_SECONDS, self._renew_seconds))

    def _put(self, *, enabled: bool) -> bool:
        body = {"ProtectionEnabled": enabled} | ({"ExpiresInMinutes": EXPIRES_MINUTES} if enabled else {})
        try:
            answer = urllib3.request("PUT", str(self._url), json=body, timeout=CALL_SECONDS, retries=False)
        except urllib3.exceptions.HTTPError:
            logger.warning("protection from scale-in not changed", enabled=enabled, exc_info=True)
            return False
        if answer.status != 200 or b'"failure"' in answer.data:
            logger.warning(
                "protection from scale-in refused", enabled=enabled, status=answer.status, answer=str(answer.data[:300])
            )
            return False
        return True
