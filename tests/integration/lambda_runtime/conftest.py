"""An account, and its functions under AWS's runtime interface."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.integration.lambda_runtime.account import Account, account_in
from tests.integration.lambda_runtime.emulator import Function, install_runtime, unpacked_function


@pytest.fixture(scope="module")
def account(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Account]:
    """An account of its own: a sweep looks at all there is."""
    with account_in(tmp_path_factory.mktemp("account"), "https://matinee.test") as account:
        yield account


@pytest.fixture(scope="module")
def runtime(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of what AWS's base image brings."""
    folder = tmp_path_factory.mktemp("runtime")
    install_runtime(folder)
    return folder


@pytest.fixture(scope="module")
def function(account: Account, runtime: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Function]]:
    """A function by its name in the template; it starts when it is first asked for, and stays warm."""
    started: dict[str, Function] = {}
    with ExitStack() as running:

        def by_name(name: str) -> Function:
            if name not in started:
                folder = tmp_path_factory.mktemp(name)
                started[name] = running.enter_context(unpacked_function(name, account.values, folder, runtime))
            return started[name]

        yield by_name
