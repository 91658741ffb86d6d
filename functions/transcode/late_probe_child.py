"""The start of the child that probes: ``python -m functions.transcode.late_probe_child <seconds>``.

A child that takes the place of one that has just probed a file leaves the machine to that file's first picture for so long,
unless it gets a file of its own, and only then does its imports.
"""

import select
import sys


def main() -> None:
    """Wait for a request, but not longer than this many seconds, and go on as ``probe_child``."""
    select.select([sys.stdin], [], [], float(sys.argv[1]))
    from functions.transcode import probe_child

    probe_child.main()


if __name__ == "__main__":
    main()
