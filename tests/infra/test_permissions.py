"""Each role allows what its function's code calls, and no more."""

from fnmatch import fnmatch
from typing import Any

import pytest

from functions.transcode.mediaconvert.outputs import staging
from matinee.ids import new_id, upload_key
from tests.infra.code import aws_calls, reachable
from tests.infra.templates import MAIN, ROOT, functions, load, references
from tests.infra.workloads import Workload, actions, statements, workloads

# Operation → the actions that IAM knows it by. Where S3 is to say "not found", it asks for the right to list as well:
# https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html
ACTIONS = {
    ("s3", "get_object"): {"s3:GetObject", "s3:ListBucket"},
    ("s3", "head_object"): {"s3:GetObject", "s3:ListBucket"},
    ("s3", "put_object"): {"s3:PutObject"},
    ("s3", "delete_objects"): {"s3:DeleteObject", "s3:DeleteObjectVersion"},
    ("s3", "list_objects_v2"): {"s3:ListBucket"},
    ("s3", "list_object_versions"): {"s3:ListBucketVersions"},
    ("s3", "list_multipart_uploads"): {"s3:ListBucketMultipartUploads"},
    ("s3", "list_parts"): {"s3:ListMultipartUploadParts"},
    ("s3", "complete_multipart_upload"): {"s3:PutObject"},
    ("s3", "abort_multipart_upload"): {"s3:AbortMultipartUpload"},
    ("sqs", "send_message"): {"sqs:SendMessage"},
    ("sqs", "send_message_batch"): {"sqs:SendMessage"},
    ("sqs", "receive_message"): {"sqs:ReceiveMessage"},
    ("sqs", "delete_message"): {"sqs:DeleteMessage"},
    ("sqs", "change_message_visibility"): {"sqs:ChangeMessageVisibility"},
    ("sqs", "get_queue_attributes"): {"sqs:GetQueueAttributes"},
    ("events", "put_events"): {"events:PutEvents"},
    ("mediaconvert", "create_job"): {"mediaconvert:CreateJob", "iam:PassRole"},
    ("mediaconvert", "get_job"): {"mediaconvert:GetJob"},
    ("mediaconvert", "search_jobs"): {"mediaconvert:SearchJobs"},
    ("mediaconvert", "cancel_job"): {"mediaconvert:CancelJob"},
    ("secretsmanager", "get_secret_value"): {"secretsmanager:GetSecretValue"},
    ("secretsmanager", "put_secret_value"): {"secretsmanager:PutSecretValue"},
    ("cloudfront", "create_invalidation"): {"cloudfront:CreateInvalidation"},
    ("cloudfront-keyvaluestore", "describe_key_value_store"): {"cloudfront-keyvaluestore:DescribeKeyValueStore"},
    ("cloudfront-keyvaluestore", "list_keys"): {"cloudfront-keyvaluestore:ListKeys"},
    ("cloudfront-keyvaluestore", "update_keys"): {"cloudfront-keyvaluestore:UpdateKeys"},
}
STAGED = "streams/*/*/mediaconvert/*"
LOGS = {"logs:CreateLogStream", "logs:PutLogEvents"}
CONSUMING = {"sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes"}  # what Lambda does for a queue-fed function
# https://tus.github.io/tusd/storage-backends/aws-s3/ ("Permissions")
TUSD = {"s3:PutObject", "s3:GetObject", "s3:DeleteObject", "s3:AbortMultipartUpload", "s3:ListMultipartUploadParts"}

# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection-endpoint.html (asked of the task's agent)
PROTECTING = {"ecs:GetTaskProtection", "ecs:UpdateTaskProtection"}


def _needed(workload: Workload) -> set[str]:
    needed = set().union(*(ACTIONS[call] for call in aws_calls(workload.module)))
    if workload.name == "hooks":
        needed |= TUSD  # tusd runs in the same task
    if ("functions.transcode.protection", "Protection") in reachable(workload.module):
        needed |= PROTECTING
    if "PackageType" in workload.properties:
        needed |= LOGS
    if "Events" in workload.properties:
        needed |= CONSUMING
    if "EventInvokeConfig" in workload.properties:
        needed |= {"sqs:SendMessage"}  # its failure destination
    return needed


@pytest.mark.parametrize("name", workloads())
def test_a_role_allows_exactly_what_the_code_calls(name: str) -> None:
    workload = workloads()[name]
    assert actions(workload.role) == _needed(workload)


@pytest.mark.parametrize("name", workloads())
def test_a_role_names_what_it_may_touch(name: str) -> None:
    for statement in workloads()[name].role:
        resources = statement["Resource"] if isinstance(statement["Resource"], list) else [statement["Resource"]]
        assert "*" not in resources
        assert not [a for a in actions([statement]) if a.endswith("*")]


@pytest.mark.parametrize("name", workloads())
def test_a_function_may_read_each_secret_that_its_environment_names(name: str) -> None:
    workload = workloads()[name]
    named = [value for variable, value in workload.environment.items() if variable.endswith(("_SECRET", "_SECRET_ID"))]
    readable = _resources_of(workload, "secretsmanager:GetSecretValue")
    assert all(value in readable for value in named)


@pytest.mark.parametrize("name", ["OnUpload", "OnJob", "Cleanup", "EdgeAccess"])
def test_a_queue_fed_function_may_take_from_its_queue(name: str) -> None:
    workload = workloads()[name]
    queue = workload.properties["Events"]["Messages"]["Properties"]["Queue"]
    for action in CONSUMING:
        assert queue in _resources_of(workload, action)


def test_the_worker_writes_streams_only_and_reads_uploads_and_what_a_job_made_only() -> None:
    worker = workloads()["worker"]
    assert _resources_of(worker, "s3:PutObject") == [{"Fn::Sub": "${MediaBucketArn}/streams/*"}]
    assert _resources_of(worker, "s3:GetObject") == [
        {"Fn::Sub": f"${{MediaBucketArn}}/{prefix}"} for prefix in ("uploads/*", STAGED)
    ]


def test_a_job_reads_uploads_only_and_writes_where_its_outputs_are_looked_for_only() -> None:
    template = load(ROOT / "infra" / "mediaconvert.yaml")
    allowed = {s["Action"]: s["Resource"] for s in statements(template, "JobRole")}
    assert allowed == {
        "s3:GetObject": {"Fn::Sub": "${MediaBucketArn}/uploads/*"},
        "s3:PutObject": {"Fn::Sub": f"${{MediaBucketArn}}/{STAGED}"},
    }
    assert fnmatch(f"{staging(new_id(), new_id())}stream-v360_00001.ts", STAGED)
    assert fnmatch(upload_key(new_id(), new_id()), "uploads/*")


def test_the_worker_passes_one_role_to_one_service_and_only_where_it_is_the_back_end() -> None:
    template = load(ROOT / "infra" / "transcode.yaml")
    (passing,) = [s for s in workloads()["worker"].role if "iam:PassRole" in actions([s])]
    assert passing["Resource"] == {"Ref": "JobRoleArn"}
    assert passing["Condition"] == {"StringEquals": {"iam:PassedToService": "mediaconvert.amazonaws.com"}}
    assert template["Resources"]["Conversions"]["Condition"] == "UsesMediaConvert"
    assert load(MAIN)["Resources"]["CleanupOfJobs"]["Condition"] == "UsesMediaConvert"


def test_only_mediaconvert_itself_may_take_the_role_of_a_job_and_only_for_our_queue() -> None:
    role = load(ROOT / "infra" / "mediaconvert.yaml")["Resources"]["JobRole"]["Properties"]
    (trust,) = role["AssumeRolePolicyDocument"]["Statement"]
    assert trust["Principal"] == {"Service": "mediaconvert.amazonaws.com"}
    assert trust["Condition"]["ArnEquals"] == {"aws:SourceArn": {"Fn::GetAtt": ["JobQueue", "Arn"]}}


def test_only_the_stream_call_may_read_the_signing_key() -> None:
    holders = {
        name
        for name, workload in workloads().items()
        if any("SigningKey" in str(r) or "PrivateKey" in str(r) for s in workload.role for r in _list(s["Resource"]))
    }
    assert holders == {"GetStream", "MakeKey"}


def test_functions_share_no_role() -> None:
    roles = [(file, next(references(properties["Role"]))) for file, properties in functions().values()]
    assert len(set(roles)) == len(roles)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _resources_of(workload: Workload, action: str) -> list[Any]:
    return [r for s in workload.role if action in actions([s]) for r in _list(s["Resource"])]
