"""The rules catch the events that the code emits, and the queues fit those who take from them."""

import json
from collections.abc import Iterator, Mapping
from typing import Any
from uuid import UUID

import pytest
from moto.events.models import EventPattern

from functions.transcode.lease import VISIBILITY_MARGIN_S
from functions.transcode.settings import WorkerSettings
from infra.local import provisioning
from matinee import aws, events
from matinee.settings import forget_settings
from tests.infra.templates import ROOT, follow, functions, load, of_type, references

EVENTS = load(ROOT / "infra" / "events.yaml")
RULES = of_type(EVENTS, "AWS::Events::Rule")
QUEUES = of_type(EVENTS, "AWS::SQS::Queue")
SESSION, VIDEO = UUID("01999999-0000-7000-8000-000000000001"), UUID("01999999-0000-7000-8000-000000000002")
BUCKET = "the-bucket"

# As S3 sends it: https://docs.aws.amazon.com/AmazonS3/latest/userguide/ev-events.html
OBJECT_CREATED = {
    "version": "0",
    "id": "17793124-05d4-b198-2fde-7ededc63b103",
    "detail-type": "Object Created",
    "source": "aws.s3",
    "account": "111122223333",
    "time": "2026-11-12T00:00:00Z",
    "region": "eu-central-1",
    "resources": [f"arn:aws:s3:::{BUCKET}"],
    "detail": {
        "version": "0",
        "bucket": {"name": BUCKET},
        "object": {"key": f"uploads/{SESSION}/{VIDEO}", "size": 5, "etag": "b1946ac92492d2347c6235b4d2611184"},
        "request-id": "N4N7GDK58NMKJ12R",
        "requester": "123456789012",
        "reason": "CompleteMultipartUpload",
    },
}


class FakeEventBridge:
    """Keeps the events that it is given, in the envelope that EventBridge delivers."""

    def __init__(self) -> None:
        self.delivered: list[dict[str, Any]] = []

    def put_events(self, *, Entries: list[Mapping[str, Any]]) -> dict[str, int]:  # noqa: N803 - boto3's name
        for entry in Entries:
            envelope = {"source": entry["Source"], "detail-type": entry["DetailType"], "detail": json.loads(entry["Detail"])}
            self.delivered.append(envelope)
        return {"FailedEntryCount": 0}


@pytest.fixture
def bus(monkeypatch: pytest.MonkeyPatch) -> Iterator[FakeEventBridge]:
    """Where ``emit`` puts its events."""
    fake = FakeEventBridge()
    monkeypatch.setattr(aws, "eventbridge", lambda: fake)
    monkeypatch.setenv("MATINEE_EVENT_BUS", "matinee")
    forget_settings()
    yield fake
    forget_settings()


def _catches(rule: str, event: Mapping[str, Any], template: Mapping[str, Any] = RULES) -> bool:
    pattern = json.dumps(template[rule]["EventPattern"]).replace('{"Ref": "MediaBucket"}', f'"{BUCKET}"')
    return bool(EventPattern.load(pattern).matches_event(dict(event)))  # type: ignore[arg-type]


def _target(rule: str) -> str:
    return next(references(RULES[rule]["Targets"][0]["Arn"]))[0]


def test_an_ended_session_reaches_cleanup_and_nothing_else_does(bus: FakeEventBridge) -> None:
    events.emit(
        events.SessionEnded(session_id=SESSION),
        events.SessionPurged(session_id=SESSION),
        events.UploadFinished(session_id=SESSION, video_id=VIDEO, size_bytes=1),
        events.VideoFailed(session_id=SESSION, video_id=VIDEO, code="corrupt"),
    )
    caught = [event["detail-type"] for event in bus.delivered if _catches("SessionEnded", event)]
    assert caught == ["session.ended"]
    assert _target("SessionEnded") == "CleanupQueue"
    assert RULES["SessionEnded"]["EventBusName"] == {"Ref": "Bus"}


@pytest.mark.parametrize("reason", ["CompleteMultipartUpload", "PutObject", "s3:ObjectCreated:CompleteMultipartUpload"])
def test_an_original_in_the_bucket_reaches_its_intake_however_it_was_written(reason: str) -> None:
    event = {**OBJECT_CREATED, "detail": {**OBJECT_CREATED["detail"], "reason": reason}}  # type: ignore[dict-item]
    assert _catches("ObjectCreated", event)
    assert _target("ObjectCreated") == "OnUploadQueue"
    assert "EventBusName" not in RULES["ObjectCreated"]  # S3's events are on the default bus


@pytest.mark.parametrize(
    "change",
    [
        {"object": {"key": f"streams/{SESSION}/{VIDEO}/0.ts"}},
        {"bucket": {"name": "another-bucket"}},
    ],
)
def test_other_objects_do_not_reach_the_intake(change: dict[str, Any]) -> None:
    assert not _catches("ObjectCreated", {**OBJECT_CREATED, "detail": {**OBJECT_CREATED["detail"], **change}})  # type: ignore[dict-item]


def test_the_sweep_is_what_it_is_on_one_machine() -> None:
    sweep = RULES["Sweep"]
    assert sweep["ScheduleExpression"] == "rate(1 minute)"
    assert json.loads(sweep["Targets"][0]["Input"]) == provisioning.SWEEP
    assert _target("Sweep") == "CleanupQueue"


def test_every_rule_tries_again_and_keeps_what_it_cannot_deliver() -> None:
    for rule in RULES.values():
        for target in rule["Targets"]:
            assert target["RetryPolicy"]["MaximumRetryAttempts"] > 0
            assert target["DeadLetterConfig"]["Arn"] == {"Fn::GetAtt": ["UndeliveredEvents", "Arn"]}


def test_every_queue_that_a_rule_feeds_lets_that_rule_in_and_no_other() -> None:
    for policy in of_type(EVENTS, "AWS::SQS::QueuePolicy").values():
        queues = {queue["Ref"] for queue in policy["Queues"]}
        allowed = [s for s in policy["PolicyDocument"]["Statement"] if s["Effect"] == "Allow"]
        feeding = {name for name in RULES if _target(name) in queues}
        named = {
            next(references(arn))[0] for s in allowed for arn in s["Condition"].get("ArnEquals", {}).get("aws:SourceArn", [])
        }
        assert named == feeding


def test_all_queues_refuse_what_comes_without_tls() -> None:
    guarded = {
        queue["Ref"]
        for policy in of_type(EVENTS, "AWS::SQS::QueuePolicy").values()
        if any(
            s["Effect"] == "Deny" and "aws:SecureTransport" in str(s["Condition"]) for s in policy["PolicyDocument"]["Statement"]
        )
        for queue in policy["Queues"]
    }
    assert guarded == set(QUEUES)


@pytest.mark.parametrize("name", ["OnUpload", "Cleanup"])
def test_a_message_stays_away_for_six_time_outs_of_its_function(name: str) -> None:
    _, function = functions()[name]
    message_source = function["Events"]["Messages"]["Properties"]
    where = follow(message_source["Queue"])
    assert where is not None
    assert QUEUES[where[1]]["VisibilityTimeout"] >= 6 * function["Timeout"]
    assert message_source["FunctionResponseTypes"] == ["ReportBatchItemFailures"]


@pytest.mark.parametrize("queue", ["ExpressQueue", "BulkQueue"])
def test_a_transcode_message_stays_away_for_longer_than_a_lease(queue: str) -> None:
    assert QUEUES[queue]["VisibilityTimeout"] >= WorkerSettings().lease_seconds + VISIBILITY_MARGIN_S


def test_the_queues_are_those_of_one_machine_with_the_same_dead_letter_queues() -> None:
    def name(logical_id: str) -> str:
        return str(QUEUES[logical_id]["QueueName"]["Fn::Sub"]).replace("${Name}", provisioning.BUS)

    on_aws = {
        name(queue): (name(properties["RedrivePolicy"]["deadLetterTargetArn"]["Fn::GetAtt"][0]))
        for queue, properties in QUEUES.items()
        if "RedrivePolicy" in properties
    }
    assert on_aws == {queue.name: queue.dead_letter for queue in provisioning.QUEUES.values()}


def test_the_end_of_a_session_its_purge_and_a_change_of_access_reach_the_edge(bus: FakeEventBridge) -> None:
    template = load(ROOT / "infra" / "edge_access.yaml")
    rules = of_type(template, "AWS::Events::Rule")
    events.emit(events.SessionEnded(session_id=SESSION), events.SessionPurged(session_id=SESSION))
    changed = {"source": "matinee", "detail-type": "session.access_changed", "detail": {"session_id": str(SESSION)}}
    caught = [e["detail-type"] for e in [*bus.delivered, changed] if _catches("AccessWithdrawn", e, rules)]
    assert caught == ["session.ended", "session.purged", "session.access_changed"]
    timeout = functions()["EdgeAccess"][1]["Timeout"]
    assert of_type(template, "AWS::SQS::Queue")["Queue"]["VisibilityTimeout"] >= 6 * timeout


@pytest.mark.parametrize(
    ("change", "is_caught"),
    [
        ({"status": "COMPLETE"}, True),
        ({"status": "ERROR", "errorCode": 1040, "errorMessage": "Example error message"}, True),
        ({"status": "CANCELED"}, True),
        ({"status": "STATUS_UPDATE"}, True),
        ({"status": "INPUT_INFORMATION"}, False),
        ({"status": "COMPLETE", "queue": "arn:aws:mediaconvert:eu-central-1:111122223333:queues/Default"}, False),
    ],
)
def test_what_becomes_of_our_jobs_reaches_its_intake_and_of_others_nothing(change: dict[str, Any], is_caught: bool) -> None:
    template = load(ROOT / "infra" / "mediaconvert.yaml")
    queue = "arn:aws:mediaconvert:eu-central-1:111122223333:queues/matinee"
    pattern = json.dumps(of_type(template, "AWS::Events::Rule")["JobStateChange"]["EventPattern"])
    pattern = pattern.replace('{"Fn::GetAtt": ["JobQueue", "Arn"]}', f'"{queue}"')
    # As the service sends it: https://docs.aws.amazon.com/mediaconvert/latest/ug/ev_status_canceled.html
    event: Any = {
        "source": events.JobStateChange.source,
        "detail-type": events.JobStateChange.name,
        "detail": {"timestamp": 1515368087458, "queue": queue, "jobId": "1515368087458-qnoxtd", "userMetadata": {}} | change,
    }
    assert EventPattern.load(pattern).matches_event(event) is is_caught
    timeout = functions()["OnJob"][1]["Timeout"]
    assert of_type(template, "AWS::SQS::Queue")["Queue"]["VisibilityTimeout"] >= 6 * timeout


def test_every_event_becomes_a_line_of_the_log_that_the_metrics_are_made_of(bus: FakeEventBridge) -> None:
    events.emit(events.VideoPlayable(session_id=SESSION, video_id=VIDEO, seconds_since_upload=1.5))
    rules = of_type(load(ROOT / "infra" / "observability.yaml"), "AWS::Events::Rule")
    assert _catches("AllEvents", bus.delivered[0], rules)
