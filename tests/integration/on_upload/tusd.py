"""tusd as its hooks show it, and S3 as its events do."""

import json
import uuid
from typing import Any

from starlette.testclient import TestClient

from functions.on_upload import events, hooks
from tests.integration.sessions.world import HOOK_SECRET, Host

MULTIPART = "fWKSxTEhCzhDzB0UVOqFvk"


def call_hook(kind: str, upload: dict[str, Any], headers: dict[str, list[str]], secret: str = HOOK_SECRET) -> Any:
    """The answer's status and body."""
    info = {"ID": "", "Size": 0, "SizeIsDeferred": False, "Offset": 0, "MetaData": {}, "IsPartial": False, "IsFinal": False}
    request = {"Method": "POST", "URI": "/files/", "RemoteAddr": "127.0.0.1:5", "Header": {"Host": ["matinee.test"], **headers}}
    body = {
        "Type": kind,
        "Event": {"Upload": {**info, "PartialUploads": None, "Storage": None, **upload}, "HTTPRequest": request},
    }
    browser = TestClient(hooks.app, raise_server_exceptions=False)
    response = browser.post("/hooks/tusd", json=body, auth=("tusd", secret))
    return response.status_code, response.json()


def bearer(host: Host) -> dict[str, list[str]]:
    """The header of a client that signs in by token."""
    return {"Authorization": [f"Bearer {host.token}"]}


def begin(host: Host | None, session_id: str, *, size: int = 1000, **fields: Any) -> dict[str, Any]:
    """tusd asks whether an upload may begin. ``fields`` are metadata, or Go field names of the upload."""
    upload = {name: fields.pop(name) for name in list(fields) if name[0].isupper()}
    metadata = {"session": session_id, "filename": "a.mp4", "filetype": "video/mp4", **fields}
    status, answer = call_hook("pre-create", {"Size": size, "MetaData": metadata, **upload}, bearer(host) if host else {})
    assert status == 200, answer
    return dict(answer)


def begun(host: Host, session_id: str, *, size: int = 1000, **metadata: str) -> str:
    """The id (session/video) of an upload that was let in and exists in the store."""
    upload_id: str = begin(host, session_id, size=size, **metadata)["ChangeFileInfo"]["ID"]
    after("post-create", host, upload_id, size)
    return upload_id


def after(kind: str, host: Host, upload_id: str, size: int = 1000) -> None:
    """tusd tells that something happened to an upload."""
    assert call_hook(kind, {"ID": f"{upload_id}+{MULTIPART}", "Size": size, "Offset": size}, bearer(host)) == (200, {})


def refused(answer: dict[str, Any], what: str = "RejectUpload") -> tuple[int, str]:
    """Status and code of a refusal as the client gets it."""
    assert answer[what] is True
    assert "ChangeFileInfo" not in answer
    response = answer["HTTPResponse"]
    assert response["Header"] == {"Content-Type": "application/problem+json"}
    problem = json.loads(response["Body"])
    assert problem["status"] == response["StatusCode"]
    return problem["status"], problem["code"]


def object_created(key: str, size: int) -> dict[str, Any]:
    """EventBridge's envelope of S3's event."""
    return {
        "version": "0",
        "id": str(uuid.uuid4()),
        "detail-type": "Object Created",
        "source": "aws.s3",
        "detail": {
            "version": "0",
            "bucket": {"name": "bucket"},
            "object": {"key": key, "size": size, "etag": "e", "sequencer": "1"},
            "reason": "CompleteMultipartUpload",
        },
    }


def deliver(*bodies: dict[str, Any] | str) -> list[int]:
    """Hand a batch to the handler as Lambda's event source mapping does; gives the positions of the messages that failed."""
    records = [
        {
            "messageId": f"message-{position}",
            "receiptHandle": "r",
            "body": body if isinstance(body, str) else json.dumps(body),
            "attributes": {},
            "messageAttributes": {},
            "eventSource": "aws:sqs",
            "eventSourceARN": "arn:aws:sqs:eu-central-1:123456789012:matinee-on-upload",
            "awsRegion": "eu-central-1",
        }
        for position, body in enumerate(bodies)
    ]
    context: Any = None  # the handler needs nothing of Lambda's context
    answer = events.lambda_handler({"Records": records}, context)
    return [int(str(failure["itemIdentifier"]).removeprefix("message-")) for failure in answer["batchItemFailures"]]
