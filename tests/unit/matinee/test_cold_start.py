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
