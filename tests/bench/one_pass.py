"""The worker with a plan of one chunk: what cutting into chunks is measured against."""

from functions.transcode import plan
from functions.transcode.__main__ import main

LONGER_THAN_ANY_FILM = 1_000_000  # segments

if __name__ == "__main__":
    plan.FIRST_CHUNK_SEGMENTS = plan.CHUNK_SEGMENTS = LONGER_THAN_ANY_FILM
    main()
