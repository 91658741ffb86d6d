"""The parts that run Matinee's own code, each with the command line and environment it gets."""

import sys
from collections.abc import Mapping

from infra.local import readiness
from infra.local.configuration import ROOT, Configuration
from infra.local.part import Part

# The functions that SQS feeds on AWS: part name → (module of the Lambda handler, variable that names the queue).
QUEUE_FED = {
    "on-upload": ("functions.on_upload.events", "MATINEE_ON_UPLOAD_QUEUE_URL"),
    "cleanup": ("functions.cleanup.handler", "MATINEE_CLEANUP_QUEUE_URL"),
}


def base_environment(configuration: Configuration) -> dict[str, str]:
    """What every part of ours gets besides the names of what was provisioned."""
    inherited = {name: value for name, value in configuration.environment.items() if not name.startswith("PYTHON")}
    own_ports = {f"MATINEE_{name.upper()}_PORT": str(port) for name, port in configuration.ports.items()}
    return {
        **inherited,
        "PYTHONPATH": f"{ROOT}:{ROOT / 'layers' / 'common'}",
        "PYTHONUNBUFFERED": "1",
        "MATINEE_PUBLIC_URL": configuration.public_url,
        "MATINEE_HOST": configuration.host,
        "MATINEE_PORT": str(configuration.port),
        **own_ports,
        # X-Ray and CloudWatch's metric lines are for AWS.
        "POWERTOOLS_TRACE_DISABLED": "true",
        "POWERTOOLS_METRICS_DISABLED": "true",
    }


def migrations(environment: Mapping[str, str]) -> Part:
    """Brings the database to the newest schema and ends."""
    return _python("migrations", "infra.migrations", environment=environment)


def api(port: int, environment: Mapping[str, str]) -> Part:
    """The HTTP functions below /api."""
    return _web("api", "infra.local.api:app", port, environment, readiness.answers_200(_local(port) + "/api/health"))


def hooks(port: int, environment: Mapping[str, str]) -> Part:
    """The hook intake that tusd calls."""
    return _web("hooks", "functions.on_upload.hooks:app", port, environment, readiness.accepts_connections(port))


def queue_fed(name: str, environment: Mapping[str, str]) -> Part:
    """One of ``QUEUE_FED`` in a process of its own, as on Lambda."""
    module, variable = QUEUE_FED[name]
    own = {**environment, "POWERTOOLS_SERVICE_NAME": name}
    return _python(name, "infra.local.event_source", module, environment[variable], environment=own)


def worker(number: int, environment: Mapping[str, str]) -> Part:
    """A transcode worker; it hands its task back before it ends."""
    name = f"worker-{number}"
    return _python(name, "functions.transcode", environment={**environment, "POWERTOOLS_SERVICE_NAME": "transcode"})


def edge(configuration: Configuration, environment: Mapping[str, str]) -> Part:
    """The one origin that browsers see."""
    host = "127.0.0.1" if configuration.host in ("0.0.0.0", "::") else configuration.host  # noqa: S104 - compared, not bound
    return _python(
        "edge",
        "infra.local.edge",
        environment=environment,
        port=configuration.port,
        is_ready=readiness.answers_200(f"http://{host}:{configuration.port}/api/health"),
    )


def _local(port: int) -> str:
    return f"http://127.0.0.1:{port}"


def _web(name: str, app: str, port: int, environment: Mapping[str, str], is_ready: readiness.Question) -> Part:
    # Only the edge and tusd can connect, so the forwarded headers are the edge's.
    options = ("--host", "127.0.0.1", "--port", str(port), "--log-level", "warning", "--no-access-log")
    own = {**environment, "POWERTOOLS_SERVICE_NAME": name}
    return _python(name, "uvicorn", app, *options, environment=own, port=port, is_ready=is_ready)


def _python(
    name: str,
    module: str,
    *arguments: str,
    environment: Mapping[str, str],
    port: int | None = None,
    is_ready: readiness.Question | None = None,
) -> Part:
    command = (sys.executable, "-m", module, *arguments)
    return Part(name=name, command=command, environment=environment, port=port, is_ready=is_ready)
