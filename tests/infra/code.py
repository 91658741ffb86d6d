"""What the code of a function can reach, read from its source: settings, AWS calls and modules.

A unit is a module's top level, or one function or class of it. A unit reaches what it names, and the top level of every module
that it imports. Routes are reached by their decorators. More may be found than ever runs, never less, as long as nothing is
looked up by a computed name.
"""

import ast
import importlib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from matinee.settings import Settings
from tests.infra.templates import ROOT

TOP = ""
FACTORIES = {  # of matinee.aws
    "s3": "s3", "sqs": "sqs", "eventbridge": "events", "secretsmanager": "secretsmanager", "mediaconvert": "mediaconvert"
}  # fmt: skip
Unit = tuple[str, str]  # module, name of a function or class (TOP for the module's top level)
Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef


def source_of(module: str) -> Path | None:
    """The file of one of our modules; None for other people's."""
    relative = Path(*module.split("."))
    base = ROOT / "layers" / "common" if module.split(".", maxsplit=1)[0] == "matinee" else ROOT
    if module.split(".", maxsplit=1)[0] not in ("matinee", "functions", "infra"):
        return None
    candidates = (base / relative.with_suffix(".py"), base / relative / "__init__.py")
    return next((path for path in candidates if path.is_file()), None)


@dataclass(frozen=True)
class Module:
    """A parsed module."""

    name: str
    definitions: dict[str, Definition]
    top: list[ast.stmt]
    imports: dict[str, str]  # local name → dotted name of a module or of something in one


@cache
def parsed(name: str) -> Module:
    """One of our modules. What stands under ``if TYPE_CHECKING`` never runs and is left out."""
    path = source_of(name)
    assert path is not None, name
    body = [s for s in ast.parse(path.read_text()).body if not (isinstance(s, ast.If) and ast.unparse(s.test) == "TYPE_CHECKING")]
    definitions = {s.name: s for s in body if isinstance(s, Definition)}
    registered = [s for s in definitions.values() if any(_registers(d) for d in s.decorator_list)]
    top = [s for s in body if not isinstance(s, Definition)] + registered
    return Module(name, definitions, top, _imports(body))


def _registers(decorator: ast.expr) -> bool:
    """``@router.get("/…")``, unlike ``@cache``, makes something reachable that nobody names."""
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Attribute)


def _imports(body: list[ast.stmt]) -> dict[str, str]:
    found = {}
    for node in (node for statement in body for node in ast.walk(statement)):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.update({alias.asname or alias.name: f"{node.module}.{alias.name}" for alias in node.names})
        elif isinstance(node, ast.Import):
            found.update({(alias.asname or alias.name): alias.name for alias in node.names})
    return found


def nodes_of(unit: Unit) -> Iterator[ast.AST]:
    """Every syntax node of a unit."""
    module, name = unit
    statements: list[ast.stmt] = parsed(module).top if name == TOP else [parsed(module).definitions[name]]
    return (node for statement in statements for node in ast.walk(statement))


def _modules_imported(dotted: str) -> Iterator[str]:
    """A module and the packages that it lies in, as far as they are ours."""
    parts = dotted.split(".")
    return (name for name in (".".join(parts[:n]) for n in range(1, len(parts) + 1)) if source_of(name))


def _reached_from(unit: Unit) -> Iterator[Unit]:
    module = parsed(unit[0])
    for node in nodes_of(unit):
        match node:
            case ast.ImportFrom(module=str(of)):
                for alias in node.names:
                    yield from ((name, TOP) for name in _modules_imported(f"{of}.{alias.name}"))
            case ast.Import():
                for alias in node.names:
                    yield from ((name, TOP) for name in _modules_imported(alias.name))
            case ast.Name(id=name) if name in module.definitions:
                yield module.name, name
            case ast.Name(id=name) if name in module.imports:
                yield from _definition(module.imports[name])
            case ast.Attribute(value=ast.Name(id=name), attr=attribute) if name in module.imports:
                yield from _definition(f"{module.imports[name]}.{attribute}")


def _definition(dotted: str) -> Iterator[Unit]:
    of, _, name = dotted.rpartition(".")
    if of and source_of(of) and name in parsed(of).definitions:
        yield of, name


@cache
def reachable(*entries: str) -> frozenset[Unit]:
    """All units that the modules named reach, with their own top level and everything that is defined in them."""
    todo: list[Unit] = [(name, TOP) for entry in entries for name in _modules_imported(entry)]
    todo += [(entry, name) for entry in entries for name in parsed(entry).definitions]
    seen: set[Unit] = set()
    while todo:
        unit = todo.pop()
        if unit not in seen:
            seen.add(unit)
            todo.extend(_reached_from(unit))
    return frozenset(seen)


def settings_of(*entries: str) -> set[type[Settings]]:
    """The groups of settings that are read."""
    found = set()
    for unit in reachable(*entries):
        module = parsed(unit[0])
        for node in nodes_of(unit):
            if isinstance(node, ast.Call):  # settings(Group) or Group()
                found |= {thing for name in [node.func, *node.args] if (thing := _settings_class(module, name))}
    return found


def _settings_class(module: Module, node: ast.expr) -> type[Settings] | None:
    if not isinstance(node, ast.Name) or node.id not in module.imports:
        return None
    of, _, name = module.imports[node.id].rpartition(".")
    thing = getattr(importlib.import_module(of), name, None) if source_of(of) else None
    return thing if isinstance(thing, type) and issubclass(thing, Settings) and thing is not Settings else None


def aws_calls(*entries: str) -> set[tuple[str, str]]:
    """(service, operation in boto3's spelling) of every call that can be made."""
    return {call for unit in reachable(*entries) for call in _calls_in(unit)}


def _calls_in(unit: Unit) -> Iterator[tuple[str, str]]:
    nodes = list(nodes_of(unit))
    made_here = {name: service for name, made in parsed(unit[0]).definitions.items() if (service := _client_made_in(made))}
    clients = made_here | {
        target.id: service
        for node in nodes
        if isinstance(node, ast.Assign) and (service := _client(node.value, {}))
        for target in node.targets
        if isinstance(target, ast.Name)
    }
    for node in nodes:
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
            service = _client(node.func.value, clients)
            if service:
                yield service, _operation(node.func.attr, node)


def _client(node: ast.expr, named: dict[str, str]) -> str | None:
    """The service of ``aws.s3()``, or of a name that such a client was given."""
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name(id="aws"), attr=factory)):
            return FACTORIES[factory]
        case ast.Name(id=name) | ast.Call(func=ast.Name(id=name)):
            return named.get(name)
    return None


def _client_made_in(definition: Definition) -> str | None:
    """The service of ``boto3.client("…")``, where a function makes one of its own."""
    for node in ast.walk(definition):
        match node:
            case ast.Call(func=ast.Attribute(value=ast.Name(id="boto3"), attr="client"), args=[ast.Constant(value=str(service))]):
                return service
    return None


def _operation(method: str, call: ast.Call) -> str:
    if method in ("get_paginator", "generate_presigned_url"):
        assert isinstance(call.args[0], ast.Constant)
        return str(call.args[0].value)
    return method
