"""Events as AWS sends them, with what a test wants put in. The shapes are those of the services' documentation."""

import base64
import json
from pathlib import Path
from typing import Any

Event = dict[str, Any]
EVENTS = Path(__file__).with_name("events")


def recorded(name: str) -> Event:
    """A fresh copy of a recorded event."""
    event: Event = json.loads((EVENTS / f"{name}.json").read_text())
    return event


def http_request(method: str, path: str, body: object = None, cookies: dict[str, str] | None = None) -> Event:
    """API Gateway's event (payload format 2.0) for a request that came through CloudFront."""
    event = recorded("api_gateway")
    event["rawPath"] = event["requestContext"]["http"]["path"] = path
    event["requestContext"]["http"]["method"] = method
    event["pathParameters"]["proxy"] = path.removeprefix("/api/")
    event["cookies"] = [f"{name}={value}" for name, value in (cookies or {}).items()]
    if body is not None:
        content = json.dumps(body).encode()
        event |= {"body": base64.b64encode(content).decode(), "isBase64Encoded": True}
        event["headers"] |= {"content-type": "application/json", "content-length": str(len(content))}
    return event


def sqs_batch(*bodies: str) -> Event:
    """What Lambda makes of messages with these bodies; their ids are ``0``, ``1``, …"""
    return {"Records": [recorded("sqs_record") | {"messageId": str(n), "body": body} for n, body in enumerate(bodies)]}


def object_created(bucket: str, key: str, size: int) -> str:
    """EventBridge's event of an object that was put together from parts, as a message's body."""
    event = recorded("object_created")
    event["detail"]["bucket"]["name"] = bucket
    event["detail"]["object"] |= {"key": key, "size": size}
    return json.dumps(event)


def custom_resource(answer_to: str, **properties: str) -> Event:
    """CloudFormation's request to create a resource; the answer is to be put to ``answer_to``."""
    event = recorded("custom_resource") | {"ResponseURL": answer_to}
    event["ResourceProperties"] |= properties
    return event
