"""The child of ``probe_child``, at rest: ``python -m functions.transcode.late_probe_child <seconds>``.

It takes the place of one that has just probed a file, whose first picture is being made now. So it leaves the machine to that
for a while, unless it gets a file of its own, and only then does its imports.
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
