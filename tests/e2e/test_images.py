"""The whole way with all that is ours run from its images, where ``infra/images/build_offline.sh`` has built them.

As on AWS: functions under Lambda's runtime interface, with the events of API Gateway and SQS, and everything with the variables
that the templates give it.
"""

import os
import re
import socket
import sys
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

import pytest

from infra.local import parts
from infra.local.configuration import PORT_OFFSETS, Configuration, read_configuration
from infra.local.part import Part
from tests.e2e import films
from tests.e2e.containers import container, running, unusable
from tests.e2e.gateway import Gateway
from tests.e2e.people import eventually
from tests.infra.templates import containers
from tests.infra.workloads import command, workloads
from tests.integration.lambda_runtime.account import account_in
from tests.integration.lambda_runtime.emulator import EMULATOR, Function, filled, handler, variables
from tests.smoke import whole_way
from tests.stack import Server, free_ports

FUNCTIONS = {"Sessions": "sessions", "GetStream": "get-stream", "OnUpload": "on-upload", "Cleanup": "cleanup"}  # → image
QUEUES = {"OnUpload": "MATINEE_ON_UPLOAD_QUEUE_URL", "Cleanup": "MATINEE_CLEANUP_QUEUE_URL"}
UNUSABLE = unusable(*FUNCTIONS.values(), "hooks", "tusd", "transcode")

pytestmark = pytest.mark.skipif(bool(UNUSABLE), reason=UNUSABLE)


@contextmanager
def function(name: str, values: Mapping[str, str], folder: Path) -> Iterator[Function]:
    """A function of the template, in a container of its image."""
    with container(FUNCTIONS[name], variables(name, values), EMULATOR) as words:
        runtime = ("python", "-m", "awslambdaric", handler(name))
        with Function([*words, f"/{EMULATOR.name}"], runtime, os.environ, folder / f"{name}.log") as started:
            started.wait_until_it_listens()
            yield started


def fed_by(queue: str, function: Function, configuration: Configuration, values: Mapping[str, str], folder: Path) -> Server:
    """What Lambda does between a queue and a function."""
    name = f"feeder-{queue.rsplit('/', 1)[1]}"
    environment = {**parts.base_environment(configuration), **values, "FUNCTION_URL": function.url}
    command = (sys.executable, "-m", "infra.local.event_source", "tests.e2e.invoking", queue)
    return Server(Part(name, command, environment), folder / f"{name}.log")


@contextmanager
def everything_on_fargate(configuration: Configuration, secret: str, values: Mapping[str, str], folder: Path) -> Iterator[None]:
    """The containers of the two services; ``secret`` is what tusd shows to its hooks.

    On AWS each task has a network of its own; here they get ports of the one there is.
    """
    hooks, tusd = configuration.ports["hooks"], configuration.ports["tusd"]
    options = {
        "host": "127.0.0.1",
        "port": str(tusd),
        "hooks-http": f"http://tusd:{secret}@127.0.0.1:{hooks}/hooks/tusd",
        "s3-endpoint": values["AWS_ENDPOINT_URL"],
    }
    argv = {
        "hooks": [str(hooks) if word == "8000" else word for word in command(workloads()["hooks"].dockerfile)],
        "tusd": ["serve", *(f"-{name}={value}" for name, value in options.items())],
        "worker": command(workloads()["worker"].dockerfile),
    }
    with ExitStack() as started:
        for name, words in argv.items():
            described = containers()[name][1]
            environment = filled({entry["Name"]: entry["Value"] for entry in described["Environment"]}, values)
            environment |= {variable: value for variable, value in values.items() if variable.startswith("AWS_")}
            environment |= {entry["Name"]: secret for entry in described.get("Secrets", [])}
            inside = started.enter_context(container("transcode" if name == "worker" else name, environment))
            started.enter_context(running([*inside, *words], folder / f"{name}.log"))
        for port in (hooks, tusd):
            eventually(partial(_listens, port))
        yield


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def test_a_video_goes_the_whole_way_through_the_images(tmp_path: Path) -> None:
    ports = {"MATINEE_PORT": str(free_ports(1 + len(PORT_OFFSETS)))}
    configuration = read_configuration({"PATH": os.environ["PATH"], **ports})
    with ExitStack() as up:
        account = up.enter_context(account_in(tmp_path, configuration.public_url))
        values = account.values | {
            "MATINEE_MAX_UPLOAD_BYTES": str(50 << 30),
            "MATINEE_MAX_SOURCE_BYTES": str(50 << 30),
            "MATINEE_TRANSCODE_BACKEND": "fargate",
            "MATINEE_MEDIACONVERT_ROLE": "",
        }
        secret = account.client("secretsmanager").get_secret_value(SecretId=values["MATINEE_HOOK_SECRET_ID"])["SecretString"]
        functions = {name: up.enter_context(function(name, values, tmp_path)) for name in FUNCTIONS}
        up.enter_context(Gateway(configuration.ports["api"], functions))
        for name, variable in QUEUES.items():
            up.enter_context(fed_by(values[variable], functions[name], configuration, values, tmp_path))
        up.enter_context(everything_on_fargate(configuration, secret, values, tmp_path))
        environment = parts.base_environment(configuration) | values | {"MATINEE_DATABASE_URL": account.database_url}
        up.enter_context(Server(parts.edge(configuration, environment), tmp_path / "edge.log"))
        whole_way(configuration.public_url, films.short(tmp_path))
        assert "REPORT RequestId" in functions["OnUpload"].log, "S3's events did not reach their function"
        errors = [line for each in functions.values() for line in each.log_lines() if line.get("level") in ("ERROR", "CRITICAL")]
        assert errors == []
    assert "worker stopped" in (tmp_path / "worker.log").read_text(), (
        "SIGTERM did not reach the worker, or it did not end by itself"
    )
    logs = {log.name: log.read_text(errors="replace") for log in tmp_path.glob("*.log")}
    assert re.findall(r"\+[\w.-]{16,}", logs["tusd.log"]) == [], "with the last part of an upload's id anybody may write to it"
    assert [name for name, text in logs.items() if secret in text] == []
