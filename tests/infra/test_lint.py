"""The templates as AWS's own tools see them, and our own rules for them."""

from pathlib import Path

import pytest

from tests.infra.templates import IMAGES, MAIN, ROOT, load, nested
from tests.infra.tools import AWS_TOOLS, CHECKOV, run_tool

TEMPLATES = [MAIN, IMAGES, *nested(load(MAIN)).values()]
SAM = [path for path in TEMPLATES if "Transform" in load(path)]
RULES = ROOT / "infra" / "lint"

# Everything that our rules forbid, once each.
BAD = """
AWSTemplateFormatVersion: "2010-09-09"
Transform: AWS::Serverless-2016-10-31
Resources:
  One: &bad
    Type: AWS::Serverless::Function
    Properties:
      InlineCode: "def handler(event, context): pass"
      Handler: index.handler
      Runtime: python3.13
      Role: !GetAtt Role.Arn
      LoggingConfig: {LogGroup: !Ref Logs}
  Two: *bad
  Logs:
    Type: AWS::Logs::LogGroup
  Role:
    Type: AWS::IAM::Role
    Properties:
      AssumeRolePolicyDocument:
        Version: "2012-10-17"
        Statement: [{Effect: Allow, Action: sts:AssumeRole, Principal: {Service: lambda.amazonaws.com}}]
  Queue:
    Type: AWS::SQS::Queue
"""


@pytest.mark.parametrize("path", SAM, ids=lambda path: path.name)
def test_sam_validates_the_template(path: Path) -> None:
    run_tool(AWS_TOOLS / "sam", "validate", "--lint", "--template", path)


def test_cfn_lint_finds_nothing_with_our_own_rules() -> None:
    run_tool(AWS_TOOLS / "cfn-lint", "--append-rules", RULES, "--regions", "eu-central-1", "us-east-1", "--", *TEMPLATES)


def test_our_rules_find_what_they_forbid(tmp_path: Path) -> None:
    template = tmp_path / "bad.yaml"
    template.write_text(BAD)
    found = run_tool(AWS_TOOLS / "cfn-lint", "--append-rules", RULES, "--", template, succeeds=False)
    for says in (
        "E9101 One shares its role with Two",
        "E9102 One has a log group without retention",
        "E9103 One lacks Timeout and MemorySize",
        "E9104 One has no caller that waits",
        "E9105 Queue has no RedrivePolicy",
    ):
        assert says in found


def test_checkov_finds_nothing_but_what_is_excused_in_place() -> None:
    said = run_tool(CHECKOV / "checkov", "--config-file", ROOT / "infra" / "checkov.yaml", "--file", *TEMPLATES)
    assert "Failed checks: 0" in said


def test_every_excuse_to_checkov_gives_its_reason() -> None:
    for path in TEMPLATES:
        for resource in load(path)["Resources"].values():
            for excuse in resource.get("Metadata", {}).get("checkov", {}).get("skip", []):
                assert len(excuse["comment"]) > 10
