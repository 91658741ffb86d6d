"""LocalStack in host mode: S3, EventBridge, SQS and Secrets Manager on loopback, without Docker.

It has a virtual environment of its own, since its pins of boto3 and others clash with ours.
"""

import os
import re
import signal
from collections.abc import Mapping
from pathlib import Path

from infra.local import readiness
from infra.local.configuration import ROOT
from infra.local.part import Part, StartError

LAUNCHER = Path(__file__).with_name("run_localstack.py")
REGION = "us-east-1"


def server(folder: Path, port: int, environment: Mapping[str, str]) -> Part:
    """The LocalStack process with its files below ``folder``. Raises ``StartError`` where it is not installed."""
    python = Path(environment.get("MATINEE_LOCALSTACK_PYTHON") or ROOT / ".matinee" / "localstack" / "bin" / "python")
    if not python.exists():
        raise StartError(f"LocalStack is not installed at {python}: `make setup` does that.")
    bodies = folder / "bodies"
    bodies.mkdir(mode=0o700, parents=True, exist_ok=True)
    return Part(
        name="localstack",
        command=(str(python), "-P", str(LAUNCHER), str(bodies)),  # -P: this folder is not on its import path
        environment={
            "PATH": environment.get("PATH", os.defpath),
            "HOME": str(folder),
            "LANG": "C.UTF-8",
            "PYTHONUNBUFFERED": "1",
            "OVERRIDE_IN_DOCKER": "0",
            "FILESYSTEM_ROOT": str(folder),
            "LOCALSTACK_VOLUME_DIR": str(folder / "volume"),
            "GATEWAY_LISTEN": f"127.0.0.1:{port}",
            "LOCALSTACK_HOST": f"localhost:{port}",
            "GATEWAY_SERVER": "hypercorn",  # the default server listens on every address
            "SQS_ENDPOINT_STRATEGY": "path",  # queue URLs that need no name server
            "S3_SKIP_SIGNATURE_VALIDATION": "0",
            "EAGER_SERVICE_LOADING": "0",
            "DNS_ADDRESS": "0",
            "SKIP_SSL_CERT_DOWNLOAD": "1",
            "DISABLE_EVENTS": "1",
            "LS_LOG": "warning",
        },
        port=port,
        is_ready=readiness.answers_200(f"{endpoint(port)}/_localstack/health"),
        # It keeps nothing anyway, and asked politely it first waits for long polls to run out.
        stop_signal=signal.SIGKILL,
        hidden_log=re.compile(r"aws\.protocol\.serializer"),  # complaints about its own answers
    )


def endpoint(port: int) -> str:
    """The endpoint URL that the AWS SDKs are given."""
    return f"http://127.0.0.1:{port}"


def client_environment(port: int) -> dict[str, str]:
    """What the AWS SDKs need to talk to LocalStack; the credentials mean nothing to it but must be there."""
    return {
        "AWS_ENDPOINT_URL": endpoint(port),
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,  # boto3 reads this one, Go's SDK the other
        "AWS_ACCESS_KEY_ID": "test",
        "AWS_SECRET_ACCESS_KEY": "test",  # the one pair that LocalStack checks presigned URLs against
        "AWS_EC2_METADATA_DISABLED": "true",
    }
