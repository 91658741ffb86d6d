"""Deploys those parts of the templates that LocalStack's free edition can hold, by its CloudFormation.

From each nested stack the resources of ``HELD`` types are kept, as long as all that they refer to is kept, too, or is known:
buckets, the bus with its rules, the queues with their policies, secrets, log groups and what is made from them. The rest
(network, database, functions, containers, CloudFront, the gateway and their alarms and roles) is left out, and printed.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from infra.local.configuration import ROOT
from infra.local.provisioning import SIGNING_KEY_ID, new_signing_key
from infra.local.templates import Template, load, references, walk

NAME = "matinee"
HELD = (
    "AWS::CloudWatch::Alarm",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::Logs::LogGroup",
    "AWS::Logs::MetricFilter",
    "AWS::S3::Bucket",
    "AWS::SNS::Topic",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::SecretsManager::Secret",
)
GIVEN = ("AWS::Partition", "AWS::Region", "AWS::AccountId", "AWS::StackName", "AWS::URLSuffix", "AWS::NoValue")
DEPLOY_SECONDS = 120

# What a stack on one machine has to be told (``NAMED_ON_AWS``): variable → (nested stack, resource).
NAMES = {
    "MATINEE_BUCKET": ("Storage", "MediaBucket"),
    "MATINEE_EVENT_BUS": ("Events", "Bus"),
    "MATINEE_EXPRESS_QUEUE_URL": ("Events", "ExpressQueue"),
    "MATINEE_BULK_QUEUE_URL": ("Events", "BulkQueue"),
    "MATINEE_DEAD_LETTER_QUEUE_URL": ("Events", "TranscodeDeadLetters"),
    "MATINEE_ON_UPLOAD_QUEUE_URL": ("Events", "OnUploadQueue"),
    "MATINEE_CLEANUP_QUEUE_URL": ("Events", "CleanupQueue"),
    "MATINEE_HOOK_SECRET_ID": ("Uploads", "HookSecret"),
    "MATINEE_SIGNING_KEY_SECRET_ID": ("Delivery", "PrivateKeyA"),
}


@dataclass
class Deployed:
    """What was deployed: (stack, resource) → its physical id, and the resources that were left out, by stack."""

    resources: dict[tuple[str, str], str] = field(default_factory=dict)
    left_out: dict[str, list[str]] = field(default_factory=dict)

    def variables(self) -> dict[str, str]:
        """The environment with which a stack on one machine uses what was deployed."""
        return {name: self.resources[place] for name, place in NAMES.items()} | {"MATINEE_SIGNING_KEY_ID": SIGNING_KEY_ID}


def deploy(session: Any) -> Deployed:
    """Deploy all stacks with the clients of ``session`` (boto3's or localstack_client's). Raises when one does not come up."""
    root, cloudformation = load(ROOT / "template.yaml"), session.client("cloudformation")
    outputs: dict[str, str] = {}
    deployed = Deployed()
    for stack, resource in root["Resources"].items():
        if resource["Type"] != "AWS::CloudFormation::Stack":
            continue
        asked = resource["Properties"]["Parameters"]
        values = {name: value for name, raw in asked.items() if (value := _value(raw, root, outputs)) is not None}
        whole = load(ROOT / resource["Properties"]["TemplateURL"])
        template = kept_of(whole, values)
        deployed.left_out[stack] = sorted(set(whole["Resources"]) - set(template["Resources"]))
        if template["Resources"]:
            made = _create(cloudformation, f"{NAME}-{stack.lower()}", template, values)
            outputs |= {f"{stack}.Outputs.{name}": value for name, value in made.items()}
            found = cloudformation.describe_stack_resources(StackName=f"{NAME}-{stack.lower()}")["StackResources"]
            deployed.resources |= {(stack, each["LogicalResourceId"]): each["PhysicalResourceId"] for each in found}
    # On AWS a custom resource makes it; what makes it there is a function.
    secret = deployed.resources[NAMES["MATINEE_SIGNING_KEY_SECRET_ID"]]
    session.client("secretsmanager").put_secret_value(SecretId=secret, SecretString=new_signing_key())
    return deployed


def kept_of(template: Template, values: Mapping[str, str]) -> Template:
    """The part of a template that can be held when ``values`` are its parameters."""
    known = {*GIVEN, *(name for name in template.get("Parameters", {}) if name in values)}
    kept = {name: resource for name, resource in template["Resources"].items() if resource["Type"] in HELD}
    while lost := [name for name, each in kept.items() if not _names(each) <= known | set(kept)]:
        for name in lost:
            del kept[name]
    outputs = {name: each for name, each in template.get("Outputs", {}).items() if _names(each) <= known | set(kept)}
    asked = {m["Condition"] for m in walk(kept) if isinstance(m.get("Condition"), str)}
    asked |= {m["Fn::If"][0] for m in walk([kept, outputs]) if "Fn::If" in m}
    conditions = {name: each for name, each in template.get("Conditions", {}).items() if name in asked}
    used = _names([kept, outputs, conditions])
    parameters = {name: each for name, each in template.get("Parameters", {}).items() if name in used}
    whole = {"Parameters": parameters, "Conditions": conditions, "Resources": kept, "Outputs": outputs}
    return {
        "AWSTemplateFormatVersion": "2010-09-09",
        **{part: content for part, content in whole.items() if content or part == "Resources"},
    }


def _names(node: Any) -> set[str]:
    """Resources and parameters that a node needs."""
    after = {name for mapping in walk(node) if isinstance(mapping.get("DependsOn"), str) for name in [mapping["DependsOn"]]}
    return {name for name, _ in references(node)} | after


def _value(raw: Any, root: Template, outputs: Mapping[str, str]) -> str | None:
    """What the root template gives a nested stack; None for what was left out."""
    match raw:
        case str() | int():
            return str(raw)
        case {"Ref": name}:
            default = NAME if name == "Name" else root["Parameters"].get(name, {}).get("Default")
            return None if default is None else str(default)
        case {"Fn::GetAtt": [stack, attribute]}:
            return outputs.get(f"{stack}.{attribute}")
        case {"Fn::FindInMap": [mapping, _, key]}:
            return str(root["Mappings"][mapping]["small"][key])
        case _:
            return None


def _create(cloudformation: Any, name: str, template: Template, values: Mapping[str, str]) -> dict[str, str]:
    parameters = [{"ParameterKey": key, "ParameterValue": values[key]} for key in template.get("Parameters", {})]
    cloudformation.create_stack(StackName=name, TemplateBody=json.dumps(template), Parameters=parameters)
    deadline = time.monotonic() + DEPLOY_SECONDS
    while time.monotonic() < deadline:
        (stack,) = cloudformation.describe_stacks(StackName=name)["Stacks"]
        if stack["StackStatus"] == "CREATE_COMPLETE":
            return {each["OutputKey"]: each["OutputValue"] for each in stack.get("Outputs", [])}
        if stack["StackStatus"] != "CREATE_IN_PROGRESS":
            events = cloudformation.describe_stack_events(StackName=name)["StackEvents"]
            failed = [
                f"{e['LogicalResourceId']}: {e.get('ResourceStatusReason')}" for e in events if "FAILED" in e["ResourceStatus"]
            ]
            raise RuntimeError(f"{name} is {stack['StackStatus']}: {'; '.join(failed)}")
        time.sleep(0.2)
    raise TimeoutError(f"{name} was not there after {DEPLOY_SECONDS} s")
