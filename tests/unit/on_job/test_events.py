"""MediaConvert's events, as its documentation shows them."""

import json
from typing import Any

import pytest

from functions.on_job import handler, news
from matinee.events import Envelope, JobStateChange

JOB = "1671477617078-2886ye"


def envelope(**detail: Any) -> dict[str, Any]:
    """An event as EventBridge delivers it: https://docs.aws.amazon.com/mediaconvert/latest/ug/mediaconvert_event_list.html"""
    common = {
        "timestamp": 1671477681737,
        "accountId": "111122223333",
        "queue": "arn:aws:mediaconvert:eu-central-1:111122223333:queues/matinee",
        "jobId": JOB,
        "userMetadata": {},
    }
    return {
        "version": "0",
        "id": "1234abcd-12ab-34cd-56ef-1234567890ab",
        "detail-type": "MediaConvert Job State Change",
        "source": "aws.mediaconvert",
        "account": "111122223333",
        "time": "2022-12-19T19:21:21Z",
        "region": "eu-central-1",
        "resources": [f"arn:aws:mediaconvert:eu-central-1:111122223333:jobs/{JOB}"],
        "detail": common | detail,
    }


UPDATE = envelope(
    status="STATUS_UPDATE",
    framesDecoded=353,
    jobProgress={
        "phaseProgress": {
            "PROBING": {"status": "COMPLETE", "percentComplete": 100},
            "TRANSCODING": {"status": "PROGRESSING", "percentComplete": 2},
            "UPLOADING": {"status": "SUBMITTED", "percentComplete": 0},
        },
        "jobPercentComplete": 7,
        "currentPhase": "TRANSCODING",
        "retryCount": 0,
    },
)


def change(event: dict[str, Any]) -> JobStateChange:
    return JobStateChange.model_validate(Envelope.model_validate(event).detail)


@pytest.mark.parametrize(
    ("event", "status", "progress"),
    [
        (envelope(status="PROGRESSING"), "PROGRESSING", 0),
        (UPDATE, "STATUS_UPDATE", 0.07),
        (envelope(status="STATUS_UPDATE", framesDecoded=353), "STATUS_UPDATE", 0),
        (envelope(status="COMPLETE", outputGroupDetails=[], warnings=[{"code": 0, "count": 1}]), "COMPLETE", 0),
        (envelope(status="ERROR", errorCode=1040, errorMessage="Example error message"), "ERROR", 0),
        (envelope(status="CANCELED"), "CANCELED", 0),
    ],
)
def test_an_event_says_which_job_and_how_far_it_is(event: dict[str, Any], status: str, progress: float) -> None:
    found = change(event)
    assert (found.job_id, found.status, found.progress) == (JOB, status, progress)


def test_each_message_is_taken_in_by_itself_and_only_the_failed_ones_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    taken: list[tuple[str, str, float]] = []

    def take(job_id: str, status: str, progress: float) -> None:
        if status == "CANCELED":
            raise ConnectionError("the database is away")
        taken.append((job_id, status, progress))

    monkeypatch.setattr(news, "take", take)
    bodies = [json.dumps(UPDATE), "rubbish", json.dumps(envelope(status="CANCELED")), json.dumps(UPDATE | {"source": "aws.s3"})]
    records = [{"messageId": str(n), "receiptHandle": "r", "eventSource": "aws:sqs", "body": b} for n, b in enumerate(bodies)]
    answer = handler.lambda_handler({"Records": records}, None)
    assert [failure["itemIdentifier"] for failure in answer["batchItemFailures"]] == ["1", "2"]
    assert taken == [(JOB, "STATUS_UPDATE", 0.07)]
