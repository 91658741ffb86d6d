"""The command line of tusd, the upload server."""

import os
import re
import shutil
from collections.abc import Mapping

from infra.local import readiness
from infra.local.configuration import ROOT
from infra.local.part import Part, StartError

MIB = 1 << 20
# Smaller than tusd's own 50 MiB: what is still to be sent to the store after the last byte came in is one part at most.
PART_BYTES = 16 * MIB


def server(port: int, hooks_port: int, hook_secret: str, environment: Mapping[str, str]) -> Part:
    """The tusd process. Raises ``StartError`` where it is not installed."""
    program = environment.get("MATINEE_TUSD") or _installed()
    endpoint = environment.get("AWS_ENDPOINT_URL_S3") or environment.get("AWS_ENDPOINT_URL")
    options = {
        "host": "127.0.0.1",
        "port": str(port),
        "base-path": "/files/",
        "behind-proxy": "true",
        "disable-download": "true",
        "disable-concatenation": "true",
        # No max-size: the pre-create hook refuses at the limit, with our problem document, where tusd would answer in plain text.
        "cors-allow-origin": f"^{re.escape(environment['MATINEE_PUBLIC_URL'])}$",
        "s3-bucket": environment["MATINEE_BUCKET"],
        "s3-object-prefix": "uploads/",
        "s3-part-size": str(PART_BYTES),
        **({"s3-endpoint": endpoint} if endpoint else {}),
        "hooks-http": f"http://tusd:{hook_secret}@127.0.0.1:{hooks_port}/hooks/tusd",
        "hooks-enabled-events": "pre-create,post-create,pre-terminate,post-finish,post-terminate",
        "hooks-http-retry": "3",
        "show-startup-logs": "false",  # they hold the hooks' URL and thereby its secret
        "show-greeting": "false",
        "expose-metrics": "false",
        "verbose": "false",
        "shutdown-timeout": "3s",
    }
    return Part(
        name="tusd",
        command=(program, *(f"-{name}={value}" for name, value in options.items())),
        environment={
            name: value
            for name, value in environment.items()
            if name.startswith(("AWS_", "SSL_CERT")) or name in ("PATH", "HOME", "TMPDIR", "LANG")
        },
        port=port,
        hidden_log=re.compile("level=INFO"),  # two lines for each request
        # Whoever has the last part of an upload's id may write to it: PATCH asks no hook.
        masked_log=re.compile(r"(?<=\+)[\w.-]{16,}"),
        is_ready=readiness.accepts_connections(port),
    )


def _installed() -> str:
    built = ROOT / ".matinee" / "bin" / "tusd"
    program = str(built) if os.access(built, os.X_OK) else shutil.which("tusd")
    if program is None:
        raise StartError("tusd is not installed: `make setup` does that.")
    return program
