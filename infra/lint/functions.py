"""Our own rules for cfn-lint: what every function and every queue of Matinee has. Run with ``cfn-lint -a infra/lint``."""

import json
from collections.abc import Iterator
from typing import Any

from cfnlint.rules import CloudFormationLintRule, RuleMatch  # type: ignore[import-not-found]

Resources = dict[str, dict[str, Any]]
FUNCTIONS = ("AWS::Lambda::Function", "AWS::Serverless::Function")
SYNCHRONOUS_CALLERS = ("AWS::ApiGatewayV2::Integration", "AWS::ApiGatewayV2::Authorizer")


def referred(value: Any) -> str | None:
    """The logical id that a ``Ref`` or ``Fn::GetAtt`` names."""
    if not isinstance(value, dict):
        return None
    target = value.get("Ref") or value.get("Fn::GetAtt")
    return (target if isinstance(target, str) else target[0]).split(".")[0] if target else None


def mentions(resource: Any, logical_id: str) -> bool:
    """Whether anything in a resource refers to a logical id, in a string to be substituted, too."""
    text = json.dumps(resource, default=str)
    return any(form in text for form in (f'"{logical_id}"', f"${{{logical_id}}}", f"${{{logical_id}.", f'"{logical_id}.'))


class _Rule(CloudFormationLintRule):  # type: ignore[misc]
    """A rule that looks at the resources of some types."""

    tags = ("matinee",)
    source_url = ""
    resource_types: tuple[str, ...] = FUNCTIONS

    def problem(self, name: str, properties: dict[str, Any], resources: Resources) -> str | None:
        """What is wrong with a resource, or None."""
        raise NotImplementedError

    def match(self, cfn: Any) -> list[RuleMatch]:
        """cfn-lint's entry point."""
        resources = cfn.get_resources()
        shared = cfn.template.get("Globals", {}).get("Function", {}) if self.resource_types is FUNCTIONS else {}
        found = (
            (name, self.problem(name, {**shared, **resources[name].get("Properties", {})}, resources))
            for name in self._names(resources)
        )
        return [RuleMatch(["Resources", name], f"{name} {problem}") for name, problem in found if problem]

    def _names(self, resources: Resources) -> Iterator[str]:
        return (name for name, resource in resources.items() if resource["Type"] in self.resource_types)


class OwnRole(_Rule):
    """No function can do what another needs."""

    id = "E9101"
    shortdesc = "Every function has a role of its own"
    description = shortdesc

    def problem(self, name: str, properties: dict[str, Any], resources: Resources) -> str | None:
        role = referred(properties.get("Role"))
        if role not in resources:
            return "has no role in its template"
        sharing = [other for other in self._names(resources) if referred(resources[other]["Properties"].get("Role")) == role]
        return f"shares its role with {', '.join(sorted({*sharing} - {name}))}" if len(sharing) > 1 else None


class LogsEnd(_Rule):
    """Lambda makes log groups by itself, which keep everything for ever."""

    id = "E9102"
    shortdesc = "Every function has a log group with a retention"
    description = shortdesc

    def problem(self, name: str, properties: dict[str, Any], resources: Resources) -> str | None:  # noqa: ARG002 - see _Rule
        group = resources.get(referred(properties.get("LoggingConfig", {}).get("LogGroup")) or "")
        if group is None:
            return "names no log group of its template"
        return None if group.get("Properties", {}).get("RetentionInDays") else "has a log group without retention"


class Bounded(_Rule):
    """The defaults (3 s, 128 MB) fit nothing here."""

    id = "E9103"
    shortdesc = "Every function has a time-out and a size"
    description = shortdesc

    def problem(self, name: str, properties: dict[str, Any], resources: Resources) -> str | None:  # noqa: ARG002 - see _Rule
        missing = [wanted for wanted in ("Timeout", "MemorySize") if wanted not in properties]
        return f"lacks {' and '.join(missing)}" if missing else None


class FailuresLand(_Rule):
    """What a function fails at goes back to who waits for it, to the queue that it came from, or to a named place."""

    id = "E9104"
    shortdesc = "Every function's failures land somewhere"
    description = shortdesc

    def problem(self, name: str, properties: dict[str, Any], resources: Resources) -> str | None:
        sources = properties.get("Events", {}).values()
        if sources and all(source["Type"] == "SQS" for source in sources):  # E9105 sees to the queue
            return None
        if "DeadLetterQueue" in properties or any(_values(properties.get("EventInvokeConfig"), "OnFailure")):
            return None
        callers = (resource for resource in resources.values() if resource["Type"] in SYNCHRONOUS_CALLERS)
        if any(mentions(caller.get("Properties"), name) for caller in callers):
            return None
        return "has no caller that waits, no queue, no failure destination and no dead-letter queue"


class Redrive(_Rule):
    """A message that cannot be handled must not come again for ever."""

    id = "E9105"
    shortdesc = "Every queue has a dead-letter queue, or is one"
    description = shortdesc
    resource_types = ("AWS::SQS::Queue",)

    def problem(self, name: str, properties: dict[str, Any], resources: Resources) -> str | None:
        if "RedrivePolicy" in properties:
            return None
        ends = (
            found
            for resource in resources.values()
            for key in ("RedrivePolicy", "DeadLetterConfig", "OnFailure", "DeadLetterQueue")
            for found in _values(resource.get("Properties", {}), key)
        )
        return None if any(mentions(end, name) for end in ends) else "has no RedrivePolicy, and nothing ends in it"


def _values(node: Any, key: str) -> Iterator[Any]:
    """Everything that is found under ``key`` at any depth."""
    if isinstance(node, dict):
        for name, value in node.items():
            if name == key:
                yield value
            yield from _values(value, key)
    elif isinstance(node, list):
        for value in node:
            yield from _values(value, key)
