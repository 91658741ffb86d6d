"""What settings read, and what they say of what is missing."""

import pytest
from pydantic import ValidationError

from functions.transcode.settings import WorkerSettings
from matinee.settings import StorageSettings


def test_a_setting_is_read_from_the_variable_of_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_LEASE_SECONDS", "3.5")
    assert WorkerSettings().lease_seconds == 3.5


def test_a_variable_that_another_names_is_read_by_that_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ECS_AGENT_URI", "http://169.254.170.2/api")
    assert WorkerSettings().ecs_agent_uri == "http://169.254.170.2/api"


def test_what_is_given_goes_before_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_LEASE_SECONDS", "3.5")
    assert WorkerSettings(lease_seconds=9).lease_seconds == 9


def test_a_missing_variable_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("MATINEE_BUCKET", raising=False)
    with pytest.raises(ValidationError, match="MATINEE_BUCKET"):
        StorageSettings.model_validate({})


def test_no_value_is_told_where_one_is_wrong(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MATINEE_LEASE_SECONDS", "not to be told")
    with pytest.raises(ValidationError, match="MATINEE_LEASE_SECONDS") as refused:
        WorkerSettings()
    assert "not to be told" not in str(refused.value)
