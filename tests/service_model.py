"""Holds requests and answers of an AWS service against the model of it that botocore brings, more strictly than botocore does."""

import re
from collections.abc import Iterator
from typing import Any

from botocore.model import ListShape, MapShape, OperationModel, Shape, StructureShape
from botocore.validate import ParamValidator


def faults(value: Any, shape: Shape, place: str = "") -> list[str]:
    """What is wrong: members, types and smallest values (botocore's own check); enums, largest values and patterns."""
    report = ParamValidator().validate(value, shape)
    return [*([report.generate_report()] if report.has_errors() else []), *_strict(value, shape, place)]


def check(value: Any, shape: Shape | None) -> None:
    """Raise AssertionError with all faults."""
    assert shape is not None
    found = faults(value, shape)
    assert not found, "\n".join(found)


def check_request(value: Any, operation: OperationModel) -> None:
    """The same for the parameters of a call."""
    check(value, operation.input_shape)


def _strict(value: Any, shape: Shape, place: str) -> Iterator[str]:
    if isinstance(shape, StructureShape) and isinstance(value, dict):
        for name, member in value.items():
            if name in shape.members:
                yield from _strict(member, shape.members[name], f"{place}.{name}")
    elif isinstance(shape, ListShape) and isinstance(value, list):
        for number, member in enumerate(value):
            yield from _strict(member, shape.member, f"{place}[{number}]")
    elif isinstance(shape, MapShape) and isinstance(value, dict):
        for name, member in value.items():
            yield from _strict(member, shape.value, f"{place}.{name}")
    else:
        yield from _of_scalar(value, shape, place)


def _of_scalar(value: Any, shape: Shape, place: str) -> Iterator[str]:
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        yield f"{place}: {value!r} is none of {allowed}"
    most, pattern = shape.metadata.get("max"), shape.metadata.get("pattern")
    size = len(value) if isinstance(value, str) else value
    if most is not None and size > most:
        yield f"{place}: {value!r} is more than {most}"
    if pattern and not re.search(pattern, str(value)):
        yield f"{place}: {value!r} does not fit {pattern}"
