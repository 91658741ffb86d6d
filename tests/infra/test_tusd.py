"""tusd in its container: what ``serve.sh`` tells it, and what it lets through of its log."""

import re
import subprocess
from pathlib import Path

from infra.local import tusd
from tests.infra.templates import ROOT

SERVE = ROOT / "infra" / "tusd" / "serve.sh"
# A request, a hook, an error and tusd's end, as tusd 2.9 writes them.
LOG = """
2026/11/25 14:51:31.0 level=INFO event=RequestIncoming path=/files/a/b+0123456789abcdef method=PATCH
2026/11/25 14:51:31.1 level=WARN event=HookInvocationError type=post-finish id=a/b+0123456789abcdef error=refused
2026/11/25 14:51:31.2 Shutdown completed. Goodbye!
"""
# Where each place differs from the other: addresses, the bucket, CORS (one machine may be reached under two names), patience.
OWN = {"host", "port", "hooks-http", "s3-bucket", "s3-endpoint", "disable-cors", "cors-allow-origin", "shutdown-timeout"}


def test_the_log_holds_nothing_with_which_one_may_write_to_an_upload(tmp_path: Path) -> None:
    program = tmp_path / "tusd"
    program.write_text(f"#!/bin/sh\ncat <<'END'{LOG}END\n")
    program.chmod(0o755)
    environment = {"PATH": f"{tmp_path}:/usr/bin:/bin", "TMPDIR": str(tmp_path), "MATINEE_BUCKET": "b", "HOOK_SECRET": "s"}
    done = subprocess.run(["/bin/sh", SERVE], env=environment, capture_output=True, text=True, timeout=30, check=True)
    assert done.stdout.splitlines() == [
        "2026/11/25 14:51:31.1 level=WARN event=HookInvocationError type=post-finish id=a/b+… error=refused",
        "2026/11/25 14:51:31.2 Shutdown completed. Goodbye!",
    ]


def test_tusd_is_told_the_same_in_its_container_and_on_one_machine() -> None:
    environment = {"MATINEE_TUSD": "tusd", "MATINEE_BUCKET": "b", "MATINEE_PUBLIC_URL": "http://localhost"}
    here = [word for word in tusd.server(1, 2, "secret", environment).command if word.startswith("-")]
    in_container = re.findall(r"(?<= )-[a-z0-9-]+=\S+", SERVE.read_text())
    assert _options(in_container) == _options(here)


def _options(words: list[str]) -> dict[str, set[str]]:
    pairs = (word.lstrip("-").partition("=") for word in words)
    return {name: set(value.split(",")) for name, _, value in pairs if name not in OWN}
