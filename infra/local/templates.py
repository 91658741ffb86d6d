"""CloudFormation templates as data: read, with all short forms written out, and walked."""

import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import yaml  # type: ignore[import-untyped]

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
