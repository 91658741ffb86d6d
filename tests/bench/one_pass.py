"""The worker with a plan of one chunk: what cutting into chunks is measured against."""

from functions.transcode.__main__ import main
from tests.bench.cutting import WHOLE, chunks_of

if __name__ == "__main__":
    with chunks_of(WHOLE):
        main()
