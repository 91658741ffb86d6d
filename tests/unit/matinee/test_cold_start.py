"""What a function does not load or build when it starts."""

import subprocess
import sys

import pytest


def said_after(statement: str) -> str:
    """What a fresh interpreter prints."""
    return subprocess.run([sys.executable, "-c", statement], capture_output=True, text=True, check=True).stdout.strip()


@pytest.mark.parametrize("app", ["functions.sessions.app", "functions.get_stream.app"])
def test_models_of_openapi_documents_are_not_built(app: str) -> None:
    asked = f"import {app}; from fastapi.openapi.models import OpenAPI; print(OpenAPI.__pydantic_complete__)"
    assert said_after(asked) == "False"


@pytest.mark.parametrize("handler", ["functions.cleanup.handler", "functions.on_upload.events", "functions.on_job.handler"])
@pytest.mark.parametrize("heavy", ["boto3", "psycopg", "asyncio", "fastapi", "aws_lambda_powertools.utilities.data_classes"])
def test_what_only_a_message_needs_or_nobody_is_not_loaded(handler: str, heavy: str) -> None:
    assert said_after(f"import sys, {handler}; print({heavy!r} in sys.modules)") == "False"


@pytest.mark.parametrize("app", ["functions.sessions.app", "functions.get_stream.app"])
def test_email_validator_is_loaded_with_the_first_address_that_is_to_be_checked(app: str) -> None:
    asked = f"import sys, {app}; from functions.sessions.bodies import _email as given; "
    assert said_after(asked + "print('email_validator' in sys.modules, given('A@x.org'))") == "False A@x.org"


@pytest.mark.parametrize("app", ["functions.sessions.app", "functions.get_stream.app"])
def test_the_garbage_collector_rests_while_a_function_is_loaded_and_no_longer(app: str) -> None:
    runs = "[each['collections'] for each in gc.get_stats()]"
    asked = f"import gc, matinee.cold_start; before = {runs}; import {app}; "
    assert said_after(asked + f"print({runs} == before, gc.isenabled(), gc.get_freeze_count() > 0)") == "True True True"


def test_models_look_for_no_plugins() -> None:
    asked = "import functions.get_stream.app; from pydantic.plugin import _loader; "
    assert said_after(asked + "print(_loader._plugins, list(_loader.get_plugins()))") == "None []"
