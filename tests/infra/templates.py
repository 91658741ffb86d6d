"""The CloudFormation templates as data: read, walked, and connected as the stacks are."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

ROOT = Path(__file__).resolve().parents[2]
MAIN = ROOT / "template.yaml"
IMAGES = ROOT / "infra" / "images.yaml"
NESTED_STACK = "AWS::CloudFormation::Stack"
FUNCTION = "AWS::Serverless::Function"

Template = dict[str, Any]


class _Loader(yaml.SafeLoader):  # type: ignore[misc]
    """YAML with CloudFormation's short forms, which become the long ones."""


def _long_form(loader: yaml.SafeLoader, tag: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)
        value = loader.construct_mapping(node, deep=True)
    if tag == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {tag if tag in ("Ref", "Condition") else f"Fn::{tag}": value}


_Loader.add_multi_constructor("!", _long_form)


@cache
def load(path: Path) -> Template:
    """A template, with all short forms written out."""
    loader = _Loader(path.read_text())
    try:
        template: Template = loader.get_single_data()
    finally:
        loader.dispose()
    return template


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


def walk(node: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in a node, at any depth."""
    if isinstance(node, dict):
        yield node
        for value in node.values():
            yield from walk(value)
    elif isinstance(node, list):
        for value in node:
            yield from walk(value)


def references(node: Any) -> Iterator[tuple[str, str | None]]:
    """(logical id or parameter, attribute or None) of everything that a node refers to."""
    for mapping in walk(node):
        if isinstance(mapping.get("Ref"), str):
            yield mapping["Ref"], None
        if "Fn::GetAtt" in mapping:
            name, attribute = mapping["Fn::GetAtt"]
            yield name, attribute
        if "Fn::Sub" in mapping:
            yield from _substituted(mapping["Fn::Sub"])


def _substituted(value: Any) -> Iterator[tuple[str, str | None]]:
    text, own = (value, {}) if isinstance(value, str) else value
    for found in re.findall(r"\$\{([^!}][^}]*)\}", text):
        name, _, attribute = found.partition(".")
        if found not in own:
            yield name, attribute or None


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
