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
    content = b"" if body is None else json.dumps(body).encode()
    sent = {"content-type": "application/json", "content-length": str(len(content))} if content else {}
    return gateway_event(method, path, sent, [f"{name}={value}" for name, value in (cookies or {}).items()], content)


def gateway_event(method: str, path: str, headers: dict[str, str], cookies: list[str], content: bytes) -> Event:
    """API Gateway's event (payload format 2.0); ``path`` may have a query, names of ``headers`` are in lower case."""
    event = recorded("api_gateway")
    event["rawPath"], _, event["rawQueryString"] = path.partition("?")
    event["requestContext"]["http"] |= {"method": method, "path": event["rawPath"]}
    event["pathParameters"]["proxy"] = event["rawPath"].removeprefix("/api/")
    event["cookies"] = cookies
    event["headers"] |= headers
    if content:
        event |= {"body": base64.b64encode(content).decode(), "isBase64Encoded": True}
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
