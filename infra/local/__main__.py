"""``python -m infra.local up``: all of Matinee on this machine until Ctrl-C."""

import argparse
import asyncio
import sys

from infra.local.configuration import ConfigurationError, read_configuration
from infra.local.stack import up
from infra.local.terminal import Terminal


def main() -> int:
    """Read the command line and the environment, run the stack, give the exit status."""
    parser = argparse.ArgumentParser(prog="python -m infra.local", description=__doc__)
    parser.add_argument("command", choices=["up"], help="start everything; Ctrl-C stops it")
    parser.parse_args()
    try:
        return asyncio.run(up(read_configuration(), Terminal()))
    except ConfigurationError as error:
        print(error, file=sys.stderr)
        return 2


if __name__ == "__main__":
    sys.exit(main())
