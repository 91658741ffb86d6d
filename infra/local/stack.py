"""Brings up the whole of Matinee on one machine: the order of the parts and what each is told by those before it."""

import asyncio
import fcntl
import os
import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

from infra.local import localstack, parts, tusd
from infra.local.configuration import Configuration, ConfigurationError
from infra.local.part import StartError, run_to_end
from infra.local.postgres import Cluster
from infra.local.provisioning import Provisioner
from infra.local.supervisor import Supervisor, stop_requested
from infra.local.terminal import Terminal

OWN_FOLDERS = ("postgres", "localstack")


async def up(configuration: Configuration, terminal: Terminal) -> int:
    """Run the stack until Ctrl-C; gives the exit status: 0 when it was stopped, 1 when it could not start."""
    stop = stop_requested()
    with sole_use_of_state(configuration):
        check_ports(configuration)
        supervisor = Supervisor(terminal, configuration.state / "stack.json")
        starting = asyncio.create_task(_start_all(configuration, supervisor, terminal))
        stopping = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait([starting, stopping], return_when=asyncio.FIRST_COMPLETED)
            if starting.done() and not stopping.done():
                starting.result()
                await stopping
            terminal.say("Stopping …")
        except StartError as error:
            terminal.say(f"Matinee could not start: {error}")
            return 1
        else:
            return 0
        finally:
            starting.cancel()
            stopping.cancel()
            await asyncio.wait([starting, stopping])
            await supervisor.stop()
            _remove_own_folders(configuration)


async def _start_all(configuration: Configuration, supervisor: Supervisor, terminal: Terminal) -> None:
    terminal.say("Starting Matinee, empty: what an earlier start held is gone, unless you named stores of your own.")
    environment = parts.base_environment(configuration)
    hook_secret: list[str] = []

    async def database() -> None:
        if not configuration.own_database:
            cluster = Cluster(configuration.state / "postgres", configuration.ports["postgres"], environment)
            await run_to_end(cluster.creation(), terminal)
            await supervisor.start(cluster.server())
            environment["MATINEE_DATABASE_URL"] = cluster.url
        await run_to_end(parts.migrations(environment), terminal)

    async def cloud() -> None:
        hook_secret.append(await _start_cloud(configuration, supervisor, environment))

    try:
        async with asyncio.TaskGroup() as side_by_side:
            side_by_side.create_task(database())
            side_by_side.create_task(cloud())
    except ExceptionGroup as failures:
        raise failures.exceptions[0] from None
    ports = configuration.ports
    await supervisor.start(
        tusd.server(ports["tusd"], ports["hooks"], hook_secret[0], environment),
        parts.api(ports["api"], environment),
        parts.hooks(ports["hooks"], environment),
        *(parts.queue_fed(name, environment) for name in parts.QUEUE_FED),
        *(parts.worker(number, environment) for number in range(1, configuration.workers + 1)),
        parts.edge(configuration, environment),
    )
    supervisor.state_ready(configuration.public_url, environment)
    terminal.say(f"Matinee is ready: {configuration.public_url}  (Ctrl-C stops it; everything is gone afterwards)")


async def _start_cloud(configuration: Configuration, supervisor: Supervisor, environment: dict[str, str]) -> str:
    """Start and fill what stands for AWS, complete ``environment``, give the secret that tusd's hooks carry."""
    if not configuration.provisions:
        from matinee.secrets import read_secret

        os.environ.update({name: value for name, value in environment.items() if name.startswith("AWS_")})
        return await asyncio.to_thread(read_secret, environment["MATINEE_HOOK_SECRET_ID"])
    own_store = bool(environment.get("AWS_ENDPOINT_URL_S3"))
    port = configuration.ports["localstack"]
    if not configuration.own_aws:
        client = localstack.client_environment(port)
        if own_store:  # the credentials are for the store that was named; LocalStack takes any
            environment.update({name: value for name, value in client.items() if not environment.get(name)})
        else:  # a profile or token of the user's real account has no business here
            for name in [name for name in environment if name.startswith("AWS_")]:
                del environment[name]
            environment.update(client)
    provisioner = Provisioner(environment, environment.get("MATINEE_BUCKET", "matinee"), own_bucket=own_store)

    async def provision() -> None:
        environment.update(await asyncio.to_thread(provisioner.provision))

    if configuration.own_aws:
        await provision()
    else:
        server = localstack.server(configuration.state / "localstack", port, configuration.environment)
        await supervisor.start(replace(server, after_start=provision))
    return provisioner.secrets.hook


def check_ports(configuration: Configuration) -> None:
    """Raise ``ConfigurationError`` for the first port that something else listens on, naming its variable."""
    for variable, (host, port) in configuration.needed_ports.items():
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with socket.socket(family) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except OSError as error:
                raise ConfigurationError(
                    f"Port {port} on {host} cannot be used ({error.strerror}): is Matinee running already? "
                    f"Set {variable} to another port, or MATINEE_PORT to move all of them."
                ) from None


@contextmanager
def sole_use_of_state(configuration: Configuration) -> Iterator[None]:
    """Hold the state folder alone, with the leavings of an earlier start removed."""
    configuration.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (configuration.state / "lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ConfigurationError(
                f"Matinee is running already with the state folder {configuration.state}: "
                "stop it, or set MATINEE_STATE_DIR (and MATINEE_PORT) for a second one."
            ) from None
        _remove_own_folders(configuration)
        yield


def _remove_own_folders(configuration: Configuration) -> None:
    for name in OWN_FOLDERS:
        with suppress(FileNotFoundError):
            shutil.rmtree(configuration.state / name)
