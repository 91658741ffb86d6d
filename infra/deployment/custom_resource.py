"""How a Lambda function answers CloudFormation about a custom resource.

https://docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/crpg-ref.html
"""

import json
import urllib.request
from collections.abc import Callable, Mapping
from typing import Any

from matinee.observability import logger

ANSWER_SECONDS = 30
Event = Mapping[str, Any]


def answer(event: Event, physical_id: str, make: Callable[[], Mapping[str, str]]) -> None:
    """Run ``make`` and tell CloudFormation its result, the resource's attributes; what it raises becomes a failure.

    An event that nobody answers holds a deployment for its whole time-out, so every exception is answered. The reason names the
    exception's type only: its text may hold an address with a password.
    """
    status, reason, attributes = "SUCCESS", "", {}
    try:
        attributes = dict(make())
    except Exception as error:  # noqa: BLE001 - see above
        logger.exception("custom resource failed", resource=event["LogicalResourceId"])
        status, reason = "FAILED", f"{type(error).__name__}, see the function's log"
    body = {
        "Status": status,
        "Reason": reason,
        "PhysicalResourceId": event.get("PhysicalResourceId", physical_id),
        "StackId": event["StackId"],
        "RequestId": event["RequestId"],
        "LogicalResourceId": event["LogicalResourceId"],
        "Data": attributes,
    }
    request = urllib.request.Request(  # noqa: S310 - a presigned address that CloudFormation gives
        event["ResponseURL"], data=json.dumps(body).encode(), method="PUT", headers={"Content-Type": ""}
    )
    with urllib.request.urlopen(request, timeout=ANSWER_SECONDS):  # noqa: S310 - likewise
        logger.info("custom resource answered", resource=event["LogicalResourceId"], status=status)
