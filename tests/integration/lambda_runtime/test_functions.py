"""Each function under AWS's own runtime interface, with recorded events, answers right."""

import base64
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from infra.local.provisioning import SWEEP
from matinee.ids import new_id, upload_key
from tests.infra.custom_resources import cloudformation
from tests.infra.templates import ROOT, functions, load
from tests.integration.lambda_runtime.account import ORIGIN_SECRET, Account
from tests.integration.lambda_runtime.emulator import Function, unpacked_function
from tests.integration.lambda_runtime.key_value_store import key_value_store
from tests.integration.lambda_runtime.recorded import (
    Event,
    custom_resource,
    http_request,
    object_created,
    recorded,
    sqs_batch,
)

ByName = Callable[[str], Function]


def _body(answer: Event) -> Any:
    """The answer's body; API Gateway takes off the Base64 that a type it does not know as text comes in."""
    body = answer["body"]
    return json.loads(base64.b64decode(body) if answer["isBase64Encoded"] else body)


def _cookies(answer: Event) -> dict[str, str]:
    pairs = (cookie.partition(";")[0].partition("=") for cookie in answer.get("cookies", []))
    return {name: value for name, _, value in pairs}


def _signed_in(sessions: Function) -> dict[str, str]:
    """The cookies of a new host."""
    account = {"email": f"{new_id()}@example.com", "password": "correct horse battery", "name": "Ada"}
    assert sessions(http_request("POST", "/api/users", account))["statusCode"] == 201
    return _cookies(sessions(http_request("POST", "/api/login", account)))


def _session(sessions: Function, cookies: dict[str, str]) -> UUID:
    answer = sessions(http_request("POST", "/api/sessions", {"title": "Première ★"}, cookies))
    assert answer["statusCode"] == 201, answer
    assert _body(answer)["title"] == "Première ★"
    return UUID(_body(answer)["id"])


def _uploading(account: Account, session_id: UUID, size: int = 5) -> UUID:
    """A video whose bytes lie in the bucket, and of which nobody has told yet."""
    video_id = new_id()
    account.sql(
        "insert into videos (id, session_id, filename, size_bytes) values (%s, %s, 'a.mp4', %s)", video_id, session_id, size
    )
    key = upload_key(session_id, video_id)
    account.client("s3").put_object(Bucket=account.values["MATINEE_BUCKET"], Key=key, Body=b"x" * size)
    return video_id


def _status(account: Account, video_id: UUID) -> str:
    return str(account.sql("select status from videos where id = %s", video_id)[0][0])


def test_a_host_signs_up_and_in_and_opens_a_session(function: ByName) -> None:
    sessions = function("Sessions")
    cookies = _signed_in(sessions)
    assert list(cookies) == ["matinee_auth"]
    assert _body(sessions(http_request("GET", "/api/me", cookies=cookies)))["name"] == "Ada"
    _session(sessions, cookies)


def test_refusals_are_problem_documents_and_no_errors_of_the_function(function: ByName) -> None:
    refused = function("Sessions")(http_request("POST", "/api/sessions", {"title": "x"}))
    assert (refused["statusCode"], refused["headers"]["content-type"]) == (401, "application/problem+json")
    assert _body(refused)["code"] == "not_authenticated"
    unknown = function("GetStream")(http_request("GET", f"/api/sessions/{new_id()}/stream", cookies={"matinee_guest": "nobody"}))
    assert (unknown["statusCode"], _body(unknown)["code"]) == (404, "session_not_found")


def test_the_host_gets_the_streams_cookies_and_strangers_do_not(function: ByName, account: Account) -> None:
    sessions, stream = function("Sessions"), function("GetStream")
    cookies = _signed_in(sessions)
    session_id = _session(sessions, cookies)
    video_id = _uploading(account, session_id)
    answer = stream(http_request("GET", f"/api/sessions/{session_id}/stream", cookies=cookies))
    assert answer["statusCode"] == 200
    assert [video["id"] for video in _body(answer)["videos"]] == [str(video_id)]
    assert set(_cookies(answer)) == {"CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"}
    assert all(f"Path=/streams/{session_id}/" in cookie and "Secure" in cookie for cookie in answer["cookies"])
    other = stream(http_request("GET", f"/api/sessions/{session_id}/stream", cookies=_signed_in(sessions)))
    assert (other["statusCode"], _body(other)["code"]) == (403, "forbidden")


def test_an_object_that_s3_tells_of_is_taken_in_and_only_messages_that_failed_come_again(
    function: ByName, account: Account
) -> None:
    sessions = function("Sessions")
    session_id = _session(sessions, _signed_in(sessions))
    video_id, bucket = _uploading(account, session_id), account.values["MATINEE_BUCKET"]
    key = upload_key(session_id, video_id)
    batch = sqs_batch(object_created(bucket, key + ".info", 2), "no JSON", object_created(bucket, key, 5))
    assert function("OnUpload")(batch) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert _status(account, video_id) == "uploaded"
    assert json.loads(account.take("MATINEE_EXPRESS_QUEUE_URL")[0]) == {"video_id": str(video_id)}


def test_the_event_of_a_sessions_end_leads_to_its_receipt(function: ByName, account: Account) -> None:
    sessions, cleanup = function("Sessions"), function("Cleanup")
    cookies = _signed_in(sessions)
    session_id = _session(sessions, cookies)
    _uploading(account, session_id)
    assert sessions(http_request("POST", f"/api/sessions/{session_id}/end", cookies=cookies))["statusCode"] == 202
    # LocalStack's bus and rule bring the event that the function really sent.
    bodies = account.take("MATINEE_CLEANUP_QUEUE_URL")
    assert str(session_id) in str(bodies)
    assert cleanup(sqs_batch(*bodies)) == {"batchItemFailures": []}
    answer = sessions(http_request("GET", f"/api/sessions/{session_id}/receipt", cookies=cookies))
    assert answer["statusCode"] == 200, answer
    left = account.client("s3").list_objects_v2(Bucket=account.values["MATINEE_BUCKET"], Prefix=f"uploads/{session_id}")
    assert left["KeyCount"] == 0


def test_cleanups_metrics_have_the_namespace_and_the_dimension_that_alarms_look_at(function: ByName) -> None:
    cleanup = function("Cleanup")
    assert cleanup(sqs_batch(json.dumps(SWEEP))) == {"batchItemFailures": []}
    metrics = [line for line in cleanup.log_lines() if "SessionsPurged" in line]
    assert metrics, "the session of another test was purged"
    described = metrics[0]["_aws"]["CloudWatchMetrics"][0]
    alarm = load(ROOT / "infra" / "observability.yaml")["Resources"]["PurgeFails"]["Properties"]
    assert described["Namespace"] == alarm["Namespace"]
    assert described["Dimensions"] == [[dimension["Name"] for dimension in alarm["Dimensions"]]]
    assert [metrics[0][dimension["Name"]] for dimension in alarm["Dimensions"]] == [d["Value"] for d in alarm["Dimensions"]]


def test_a_message_that_cleanup_cannot_handle_comes_again(function: ByName) -> None:
    answer = function("Cleanup")(sqs_batch('{"source": "matinee", "detail-type": "unheard-of", "detail": {}}'))
    assert answer == {"batchItemFailures": [{"itemIdentifier": "0"}]}


def test_the_end_of_a_job_lets_its_task_go_and_wakes_a_worker(function: ByName, account: Account) -> None:
    sessions = function("Sessions")
    video_id, job_id = _uploading(account, _session(sessions, _signed_in(sessions))), str(new_id())
    account.sql(
        """
        insert into tasks (id, video_id, kind, priority, queue, status, job_id, lease_owner, lease_until)
        values (%s, %s, 'convert', 0, 'express', 'leased', %s, %s, now() + interval '1 hour')
        """,
        *(new_id(), video_id, job_id, job_id),
    )
    ended = recorded("job_state_change")
    ended["detail"]["jobId"] = job_id
    assert function("OnJob")(sqs_batch(json.dumps(ended), "no JSON")) == {"batchItemFailures": [{"itemIdentifier": "1"}]}
    assert account.sql("select status, lease_owner from tasks where video_id = %s", video_id) == [("pending", None)]
    assert json.dumps({"video_id": str(video_id)}) in account.take("MATINEE_EXPRESS_QUEUE_URL")


@pytest.mark.parametrize(("given", "allowed"), [(ORIGIN_SECRET, True), ("guessed", False)])
def test_the_gate_lets_in_what_comes_through_cloudfront(function: ByName, given: str, allowed: bool) -> None:
    event = recorded("authorizer")
    event["headers"]["x-matinee-origin"] = event["identitySource"][0] = given
    assert function("Gate")(event) == {"isAuthorized": allowed}


def test_a_deployment_finds_the_schema_there_and_makes_a_key(function: ByName, account: Account) -> None:
    secret_id = account.client("secretsmanager").create_secret(Name="new-signing-key")["ARN"]
    with cloudformation() as (address, answers):
        function("Migrate")(custom_resource(address))
        function("MakeKey")(custom_resource(address, SecretId=secret_id))
    assert [answer["Status"] for answer in answers] == ["SUCCESS", "SUCCESS"]
    assert answers[0]["Data"] == {"Applied": "0"}
    assert load_pem_public_key(answers[1]["Data"]["PublicKey"].encode()) is not None


def test_cloudfront_is_told_of_withdrawn_access(account: Account, runtime: Path, tmp_path: Path) -> None:
    session_id = str(new_id())
    with key_value_store() as store:
        values = account.values | {
            "HTTP_PROXY": store.url,
            "AWS_ENDPOINT_URL": "http://store.test",
            "MATINEE_ACCESS_STORE_ARN": store.arn,
            "MATINEE_DISTRIBUTION_ID": "E1",
        }
        with unpacked_function("EdgeAccess", values, tmp_path, runtime) as edge_access:
            edge_access(sqs_batch(json.dumps({"detail-type": "session.ended", "detail": {"session_id": session_id}})))
    assert store.entries[session_id].split()[0] == "0"


def test_every_function_of_the_template_is_run_here(request: pytest.FixtureRequest) -> None:
    source = request.path.read_text()
    assert {name for name in functions() if f'unction("{name}"' not in source} == set()
