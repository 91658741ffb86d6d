"""What CloudFormation does with the stacks: in an empty account, at an upgrade, and when something fails."""

import json
import re
from itertools import pairwise
from typing import Any

import pytest

from tests.infra.templates import IMAGES, MAIN, ROOT, all_templates, load, of_type, references, walk
from tests.infra.tools import AWS_TOOLS, run_tool

SCALED = {
    (file, next(name for name, attribute in references(target["ResourceId"]) if attribute == "Name"))
    for file, template in all_templates().items()
    for target in of_type(template, "AWS::ApplicationAutoScaling::ScalableTarget").values()
}


def test_an_upgrade_takes_no_task_away_from_a_service_that_has_grown() -> None:
    assert {file for file, _ in SCALED} == {"transcode.yaml", "uploads.yaml"}
    for file, service in SCALED:
        assert "DesiredCount" not in all_templates()[file]["Resources"][service]["Properties"]


def test_what_was_uploaded_outlives_the_stack_but_a_first_deployment_that_fails_leaves_no_bucket() -> None:
    bucket = load(ROOT / "infra" / "storage.yaml")["Resources"]["MediaBucket"]
    assert bucket["DeletionPolicy"] == "RetainExceptOnCreate"
    assert bucket["UpdateReplacePolicy"] == "Retain"


def test_the_registry_goes_with_its_images() -> None:
    assert all(repository["EmptyOnDelete"] is True for repository in of_type(load(IMAGES), "AWS::ECR::Repository").values())


def test_cloudfront_learns_of_a_renewed_secret_by_a_parameter() -> None:
    """A reference to a secret is looked up anew only when its own text changes."""
    distribution = of_type(load(ROOT / "infra" / "delivery.yaml"), "AWS::CloudFront::Distribution")["Distribution"]
    (api,) = [origin for origin in distribution["DistributionConfig"]["Origins"] if origin["Id"] == "api"]
    (value,) = [header["HeaderValue"]["Fn::Sub"] for header in api["OriginCustomHeaders"]]
    assert re.fullmatch(r"\{\{resolve:secretsmanager:\$\{OriginSecretArn\}:SecretString:::\$\{OriginSecretVersion\}\}\}", value)
    given = load(MAIN)["Resources"]["Delivery"]["Properties"]["Parameters"]
    assert given["OriginSecretVersion"] == {"Ref": "OriginSecretVersion"}


def _holds(condition: Any, keys: str) -> bool:
    """Whether a condition of the delivery's template holds when ``keys`` is the parameter ``SigningKeys``."""
    match condition:
        case {"Fn::Equals": [{"Ref": "SigningKeys"}, value]}:
            return bool(keys == value)
        case {"Fn::Not": [inner]}:
            return not _holds(inner, keys)
        case {"Fn::Or": list(inner)}:
            return any(_holds(each, keys) for each in inner)
    raise AssertionError(condition)


def test_a_key_is_trusted_before_it_signs_and_for_one_more_deployment_after_it_has_signed() -> None:
    conditions = load(ROOT / "infra" / "delivery.yaml")["Conditions"]
    told = re.findall(r"`([AB](?:\+[AB])?)`", (ROOT / "docs" / "deploy.md").read_text().partition("SigningKeys=")[2])
    steps = ["A", *told]
    assert steps == ["A", "B+A", "A+B", "B", "A+B", "B+A", "A"]
    trusted = [{key for key in "AB" if _holds(conditions[f"HasKey{key}"], step)} for step in steps]
    signing = ["B" if _holds(conditions["SignsWithB"], step) else "A" for step in steps]
    for n, (before, after) in enumerate(pairwise(signing), 1):
        assert after in trusted[n - 1]
        assert before in trusted[n]


def test_sam_takes_every_allowed_value_as_a_shell_hands_it_over() -> None:
    """It reads a value up to the first space, and takes no notice of the rest."""
    parameters = load(MAIN)["Parameters"]
    given = [f"{name}={value}" for name, parameter in parameters.items() for value in parameter.get("AllowedValues", [])]
    assert "SigningKeys=B+A" in given
    reader = "import json, sys; from samcli.cli.types import CfnParameterOverridesType as T; "
    reader += "print(json.dumps([T().convert([word], None, None) for word in sys.argv[1:]]))"
    taken = json.loads(run_tool(AWS_TOOLS / "python", "-c", reader, *given))
    assert [f"{name}={value}" for each in taken for name, value in each.items()] == given


def test_the_network_lies_in_the_zones_that_are_named_or_in_the_first_two() -> None:
    subnets = of_type(load(ROOT / "infra" / "network.yaml"), "AWS::EC2::Subnet")
    zones = [subnets[name]["AvailabilityZone"] for name in ("SubnetA", "SubnetB")]
    named_or_all = {"Fn::If": ["HasZones", {"Ref": "Zones"}, {"Fn::GetAZs": ""}]}
    assert zones == [{"Fn::Select": [0, named_or_all]}, {"Fn::Select": [1, named_or_all]}]


def test_every_rule_may_leave_what_it_could_not_deliver() -> None:
    """EventBridge names the rule, and the rules lie in several stacks."""
    policy = of_type(load(ROOT / "infra" / "events.yaml"), "AWS::SQS::QueuePolicy")["UndeliveredEventsPolicy"]
    (allowed,) = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
    rules = "arn:${AWS::Partition}:events:${AWS::Region}:${AWS::AccountId}:rule/*"
    assert allowed["Condition"] == {"ArnLike": {"aws:SourceArn": {"Fn::Sub": rules}}}


@pytest.mark.parametrize("file", all_templates())
def test_no_name_is_fixed_that_two_deployments_in_one_account_would_share(file: str) -> None:
    """Only the registry's repositories are: images are built once for all of them."""
    names = [
        value
        for node in walk(all_templates()[file])
        for key, value in node.items()
        if key in ("QueueName", "LogGroupName", "DashboardName", "DBClusterIdentifier", "RotationLambdaName")
        or (key == "RepositoryName" and file != "images.yaml")
    ]
    assert not [name for name in names if isinstance(name, str)]
