"""``python -m functions.transcode``: the worker process of a Fargate task, or of a laptop. SIGTERM hands all tasks back."""

import ctypes
import os
import signal
import threading

from functions.transcode.settings import WorkerSettings
from functions.transcode.worker import Worker
from matinee import aws
from matinee.observability import logger
from matinee.settings import DatabaseSettings, QueueSettings, StorageSettings, settings

STOP_SECONDS = 25.0  # Fargate gives 30
WAKE_SECONDS = 0.5
GLIBC_MALLOC = {-8: 1, -3: 128 << 10, -1: 128 << 10}  # M_ARENA_MAX, M_MMAP_THRESHOLD and M_TRIM_THRESHOLD of mallopt(3)


def give_memory_back() -> None:
    """Have what held a segment go back to the system at once; glibc would keep some for each of the threads."""
    libc = ctypes.CDLL(None)
    if hasattr(libc, "mallopt"):
        for option, value in GLIBC_MALLOC.items():
            libc.mallopt(option, value)


def main() -> None:
    """Serve until SIGTERM or SIGINT."""
    give_memory_back()
    for needed in (DatabaseSettings, QueueSettings, StorageSettings):
        settings(needed)
    aws.s3()  # a client takes a tenth of a second to make, which the first video shall not wait for
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    worker = Worker(settings(WorkerSettings))
    worker.start()
    logger.info("worker ready")
    # The kernel may give the signal to any thread, but Python handles it in this one, which has to wake up for that.
    while not stop.wait(WAKE_SECONDS):
        pass
    worker.stop(STOP_SECONDS)
    logger.info("worker stopped")
    os._exit(0)  # slots that wait for a message would hold the process for the rest of their long poll


if __name__ == "__main__":
    main()
