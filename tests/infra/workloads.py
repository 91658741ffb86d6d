"""Everything of ours that runs on AWS: where its code begins, its environment, its role, its image."""

import json
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.infra.templates import ROOT, Template, containers, functions, load, of_type, references

# Container → folder of its Dockerfile. tusd is not our code.
IMAGES_OF_CONTAINERS = {"worker": "functions/transcode", "hooks": "infra/hooks"}


@dataclass(frozen=True)
class Workload:
    """A Lambda function or a container. ``role`` is the list of its policies' statements; ``file`` the template's name."""

    name: str
    file: str
    module: str
    dockerfile: Path
    environment: dict[str, Any]
    role: list[dict[str, Any]]
    properties: Template


def command(dockerfile: Path) -> list[str]:
    """What an image runs."""
    found = re.search(r"^CMD (\[.*\])", dockerfile.read_text().replace("\\\n", ""), re.MULTILINE)
    assert found is not None, dockerfile
    argv: list[str] = json.loads(found[1])
    return argv


def module_of(argv: list[str]) -> str:
    """The module that a command begins in: a Lambda handler, an ASGI application, or one that is run."""
    if len(argv) == 1:
        return argv[0].rpartition(".")[0]
    application = next((word for word in argv if ":" in word), None)
    return application.split(":")[0] if application else f"{argv[-1]}.__main__"


def statements(template: Template, role: str) -> list[dict[str, Any]]:
    """The statements of a role's inline policies, and of those that a condition adds to it."""
    added = [p for p in of_type(template, "AWS::IAM::RolePolicy").values() if p["RoleName"] == {"Ref": role}]
    policies = [*template["Resources"][role]["Properties"]["Policies"], *added]
    return [s for p in policies for s in p["PolicyDocument"]["Statement"]]


def actions(role: list[dict[str, Any]]) -> set[str]:
    """All actions that some statements allow."""
    return {a for s in role for a in ([s["Action"]] if isinstance(s["Action"], str) else s["Action"])}


def workloads() -> dict[str, Workload]:
    """By name; without tusd and the API's gate, which are none of the application's modules."""
    found = {}
    for name, (file, properties) in functions().items():
        template = load(ROOT / file if file == "template.yaml" else ROOT / "infra" / file)
        metadata = template["Resources"][name].get("Metadata", {})
        if "Dockerfile" not in metadata:
            continue
        dockerfile = ROOT / metadata["Dockerfile"]
        argv = properties.get("ImageConfig", {}).get("Command") or command(dockerfile)
        role = statements(template, next(references(properties["Role"]))[0])
        environment = properties["Environment"]["Variables"]
        found[name] = Workload(name, file, module_of(argv), dockerfile, environment, role, properties)
    for name, folder in IMAGES_OF_CONTAINERS.items():
        file, container = containers()[name]
        dockerfile = ROOT / folder / "Dockerfile"
        environment = {entry["Name"]: entry["Value"] for entry in container["Environment"]}
        role = statements(load(ROOT / "infra" / file), "TaskRole")
        found[name] = Workload(name, file, module_of(command(dockerfile)), dockerfile, environment, role, container)
    return found
