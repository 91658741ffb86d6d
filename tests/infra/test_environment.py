"""The templates give each function the environment that its code reads, and nothing else of ours."""

import re
from pathlib import Path

import pytest

from matinee.settings import Settings
from tests.infra.code import settings_of, source_of
from tests.infra.templates import Template, all_templates, load, references
from tests.infra.workloads import workloads

PREFIX = "MATINEE_"


def _as_text(value: object, template: Template) -> str:
    """What a variable may hold at run time; a reference is only known then, and "1" is a number, a truth and a name."""
    if isinstance(value, str):
        return value
    parameters = template.get("Parameters", {})
    allowed = [v for name, _ in references(value) for v in parameters.get(name, {}).get("AllowedValues", ())]
    return allowed[-1] if allowed else "1"


@pytest.mark.parametrize("name", workloads())
def test_a_function_finds_every_variable_that_its_settings_need(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    workload = workloads()[name]
    template = all_templates()[workload.file]
    for variable, value in workload.environment.items():
        monkeypatch.setenv(variable, _as_text(value, template))
    for group in settings_of(workload.module):
        group()  # raises when a variable is missing or not of its type


@pytest.mark.parametrize("name", workloads())
def test_a_function_is_given_no_variable_that_its_code_does_not_read(name: str) -> None:
    workload = workloads()[name]
    read = {f"{PREFIX}{field}".upper() for group in settings_of(workload.module) for field in group.model_fields}
    read |= set(re.findall(r'environ\["(\w+)"\]', Path(str(source_of(workload.module))).read_text()))
    assert {variable for variable in workload.environment if variable.startswith(PREFIX)} <= read


@pytest.mark.parametrize("name", workloads())
def test_a_function_finds_a_missing_variable_at_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Guards the two tests above: were no settings found in the code, they could not fail."""
    groups = settings_of(workloads()[name].module)
    for variable in workloads()[name].environment:
        monkeypatch.delenv(variable, raising=False)
    needy = [group for group in groups if any(field.is_required() for field in group.model_fields.values())]
    for group in needy:
        with pytest.raises(ValueError, match="Field required"):
            group()
    assert groups or name in ("MakeKey", "EdgeAccess")


@pytest.mark.parametrize("name", [name for name, workload in workloads().items() if settings_of(workload.module)])
def test_every_function_names_itself_in_its_logs_and_metrics(name: str) -> None:
    assert workloads()[name].environment["POWERTOOLS_SERVICE_NAME"]


def test_no_secret_is_in_an_environment() -> None:
    for workload in workloads().values():
        assert not [v for v, value in workload.environment.items() if "resolve:secretsmanager" in str(value)]


def test_the_upload_limit_of_tusd_its_hooks_and_the_worker_is_one() -> None:
    limit = {"Ref": "MaxUploadBytes"}
    environments = workloads()
    assert environments["hooks"].environment["MATINEE_MAX_UPLOAD_BYTES"] == limit
    assert environments["worker"].environment["MATINEE_MAX_SOURCE_BYTES"] == limit
    main = load(workloads()["hooks"].dockerfile.parents[2] / "template.yaml")
    default = main["Parameters"]["MaxUploadBytes"]["Default"]
    assert {group.model_fields["max_upload_bytes"].default for group in _groups_with("max_upload_bytes")} == {default}


def _groups_with(field: str) -> list[type[Settings]]:
    return [group for group in settings_of("functions.on_upload.hooks") if field in group.model_fields]
