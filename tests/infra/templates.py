"""The CloudFormation templates as data: read, walked, and connected as the stacks are."""

from pathlib import Path
from typing import Any

from infra.local.configuration import ROOT
from infra.local.templates import Template, load, references, walk

__all__ = ["ROOT", "Template", "load", "references", "walk"]
MAIN = ROOT / "template.yaml"
IMAGES = ROOT / "infra" / "images.yaml"
NESTED_STACK = "AWS::CloudFormation::Stack"
FUNCTION = "AWS::Serverless::Function"


def nested(template: Template) -> dict[str, Path]:
    """Logical id → file of each nested stack."""
    return {
        name: ROOT / resource["Properties"]["TemplateURL"]
        for name, resource in template["Resources"].items()
        if resource["Type"] == NESTED_STACK
    }


def all_templates() -> dict[str, Template]:
    """Every template by its file's name."""
    return {path.name: load(path) for path in (MAIN, IMAGES, *nested(load(MAIN)).values())}


def of_type(template: Template, *kinds: str) -> dict[str, Any]:
    """Logical id → properties of the resources of some types."""
    return {name: r.get("Properties", {}) for name, r in template["Resources"].items() if r["Type"] in kinds}


def follow(value: Any) -> tuple[str, str, str | None] | None:
    """Where a reference in the main template ends: (template, logical id, attribute), through the outputs of nested stacks."""
    found = next(references(value), None)
    if found is None:
        return None
    name, attribute = found
    main = load(MAIN)
    if attribute and attribute.startswith("Outputs."):
        path = nested(main)[name]
        output = load(path)["Outputs"][attribute.removeprefix("Outputs.")]["Value"]
        inner = next(references(output))
        return path.name, inner[0], inner[1]
    return MAIN.name, name, attribute


def functions() -> dict[str, tuple[str, Template]]:
    """Logical id → (template's file name, properties with the globals) of every Lambda function."""
    found = {}
    for file, template in all_templates().items():
        shared = template.get("Globals", {}).get("Function", {})
        for name, properties in of_type(template, FUNCTION).items():
            variables = {
                **shared.get("Environment", {}).get("Variables", {}),
                **properties.get("Environment", {}).get("Variables", {}),
            }
            found[name] = file, {**shared, **properties, "Environment": {"Variables": variables}}
    return found


def containers() -> dict[str, tuple[str, Template]]:
    """Container's name → (template's file name, definition) of every container on ECS."""
    return {
        container["Name"]: (file, container)
        for file, template in all_templates().items()
        for task in of_type(template, "AWS::ECS::TaskDefinition").values()
        for container in task["ContainerDefinitions"]
    }
