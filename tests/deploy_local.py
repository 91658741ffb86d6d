"""``make deploy-local``: the templates in LocalStack, a stack on what they made, and the smoke test."""

import os
import sys
import tempfile
from pathlib import Path

from localstack_client.session import Session

from infra.local import localstack
from infra.local.deployment import deploy
from tests.smoke import smoke
from tests.stack import Server, free_ports, start_stack


def main() -> int:
    """Deploy, start, try, stop; gives the smoke test's exit status."""
    with tempfile.TemporaryDirectory(prefix="matinee-") as temporary:
        folder, port = Path(temporary), free_ports()
        part = localstack.server(folder / "localstack", port, os.environ)
        with Server(part, folder / "localstack.log"):
            environment = localstack.client_environment(port)
            os.environ |= environment  # where localstack_client looks
            deployed = deploy(Session())
            for name, left_out in deployed.left_out.items():
                held = sorted(resource for owner, resource in deployed.resources if owner == name)
                print(f"{name}: deployed {', '.join(held) or 'nothing'}; left out {', '.join(left_out) or 'nothing'}")
            stack = start_stack(folder, None, MATINEE_AWS="1", **environment, **deployed.variables())
            try:
                return smoke(stack.url)
            finally:
                stack.stop()


if __name__ == "__main__":
    sys.exit(main())
