"""The parts of the templates that LocalStack holds, deployed by its CloudFormation: they are wired as on AWS."""

import json
import os
from collections.abc import Iterator
from typing import Any

import pytest
from localstack_client.session import Session

from infra.local import deployment, localstack
from infra.local.configuration import NAMED_ON_AWS
from tests.stack import Server, free_ports


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    """Clients of an empty LocalStack, found by localstack-client."""
    folder, port = tmp_path_factory.mktemp("localstack"), free_ports()
    with Server(localstack.server(folder / "files", port, os.environ), folder / "log"), pytest.MonkeyPatch.context() as patch:
        for name, value in localstack.client_environment(port).items():
            patch.setenv(name, value)
        yield Session()


@pytest.fixture(scope="module")
def deployed(session: Any) -> deployment.Deployed:
    """The templates, deployed."""
    return deployment.deploy(session)


def _next_message(session: Any, url: str) -> Any:
    sqs = session.client("sqs")
    (message,) = sqs.receive_message(QueueUrl=url, MaxNumberOfMessages=1, WaitTimeSeconds=20).get("Messages", [])
    sqs.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
    return json.loads(message["Body"])


def test_everything_that_a_stack_must_be_told_was_deployed(deployed: deployment.Deployed) -> None:
    assert set(NAMED_ON_AWS) - {"AWS_REGION"} == set(deployed.variables())
    assert deployed.left_out["Events"] == deployed.left_out["Storage"] == []


def test_an_original_in_the_bucket_reaches_the_queue_of_its_intake(session: Any, deployed: deployment.Deployed) -> None:
    variables = deployed.variables()
    session.client("s3").put_object(Bucket=variables["MATINEE_BUCKET"], Key="streams/session/video/0.ts", Body=b"ignored")
    session.client("s3").put_object(Bucket=variables["MATINEE_BUCKET"], Key="uploads/session/video", Body=b"12345")
    event = _next_message(session, variables["MATINEE_ON_UPLOAD_QUEUE_URL"])
    assert (event["detail-type"], event["detail"]["object"]["key"]) == ("Object Created", "uploads/session/video")


def test_the_end_of_a_session_reaches_the_edge(session: Any, deployed: deployment.Deployed) -> None:
    entry = {"EventBusName": deployed.resources["Events", "Bus"], "Source": "matinee", "DetailType": "session.ended"}
    session.client("events").put_events(Entries=[entry | {"Detail": '{"session_id": "1"}'}])
    assert _next_message(session, deployed.resources["EdgeAccess", "Queue"])["detail"] == {"session_id": "1"}


def test_a_resource_is_left_out_with_what_it_needs() -> None:
    template = {
        "Parameters": {"Given": {"Type": "String"}, "Unknown": {"Type": "String"}},
        "Resources": {
            "Kept": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Given"}}},
            "NeedsUnknown": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": {"Ref": "Unknown"}}},
            "NeedsLost": {"Type": "AWS::SQS::QueuePolicy", "Properties": {"Queues": [{"Ref": "NeedsUnknown"}]}},
            "NotHeld": {"Type": "AWS::ECS::Cluster"},
        },
        "Outputs": {"Name": {"Value": {"Ref": "Kept"}}, "Lost": {"Value": {"Ref": "NeedsLost"}}},
    }
    kept = deployment.kept_of(template, {"Given": "x"})
    assert (list(kept["Resources"]), list(kept["Outputs"]), list(kept["Parameters"])) == (["Kept"], ["Name"], ["Given"])
