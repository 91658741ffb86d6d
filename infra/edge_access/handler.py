"""Tells CloudFront of which sessions access was withdrawn, and which were purged, so that it forgets what it holds of them.

Fed by SQS with the bus's events ``session.ended``, ``session.access_changed`` (``access_epoch``: the session's new one) and
``session.purged``. The store maps a session's id to ``<epoch> <written at>``; by it the edge refuses stream cookies from before.
It runs outside of the private network, in which CloudFront has no endpoint.
"""

import json
import os
import time
from collections.abc import Iterable, Mapping
from functools import cache
from typing import Any

import boto3

ENDED = 0  # no session ever has this epoch, so no cookie carries it
KEPT_SECONDS = 3600  # cookies from before the change live for minutes
CHANGES_AT_ONCE = 50  # the most that UpdateKeys takes


@cache
def store() -> Any:
    """The store's client; its signatures (SigV4A) need the AWS common runtime."""
    return boto3.client("cloudfront-keyvaluestore")


@cache
def cloudfront() -> Any:
    """CloudFront's client."""
    return boto3.client("cloudfront")


def lambda_handler(event: dict[str, Any], context: object) -> None:  # noqa: ARG001 - the platform's signature
    """Handle one batch. Should anything fail all of it comes again, which changes nothing that was done."""
    envelopes = [json.loads(record["body"]) for record in event["Records"]]
    for envelope in envelopes:
        if envelope["detail-type"] == "session.purged":
            forget(envelope["detail"]["session_id"])
    if changed := changes(envelope for envelope in envelopes if envelope["detail-type"] != "session.purged"):
        withdraw(changed)


def forget(session_id: str) -> None:
    """Have CloudFront drop the copies of a session's streams that its edges keep. Asking again for the same one is free."""
    paths = {"Quantity": 1, "Items": [f"/streams/{session_id}/*"]}
    cloudfront().create_invalidation(
        DistributionId=os.environ["MATINEE_DISTRIBUTION_ID"], InvalidationBatch={"Paths": paths, "CallerReference": session_id}
    )


def changes(envelopes: Iterable[Mapping[str, Any]]) -> dict[str, int]:
    """Session → its epoch now. Events come in any order: the end of a session is final, and epochs only rise."""
    found: dict[str, int] = {}
    for envelope in envelopes:
        detail = envelope["detail"]
        epoch = ENDED if envelope["detail-type"] == "session.ended" else int(detail["access_epoch"])
        found[detail["session_id"]] = newest(found.get(detail["session_id"]), epoch)
    return found


def newest(known: int | None, epoch: int) -> int:
    """Which of two epochs of a session counts."""
    return ENDED if ENDED in (known, epoch) else max(known or epoch, epoch)


def withdraw(changed: Mapping[str, int], now: float | None = None) -> None:
    """Put the changes into the store, and delete what is too old to matter.

    Raises botocore's ``ClientError``, also when another run has written since the store was read.
    """
    arn, now = os.environ["MATINEE_ACCESS_STORE_ARN"], int(now or time.time())
    etag = store().describe_key_value_store(KvsARN=arn)["ETag"]
    pages = store().get_paginator("list_keys").paginate(KvsARN=arn)
    entries = {item["Key"]: item["Value"].split() for page in pages for item in page["Items"]}
    puts = {session: newest(int(entries[session][0]) if session in entries else None, e) for session, e in changed.items()}
    old = [session for session, (_, at) in entries.items() if int(at) < now - KEPT_SECONDS and session not in puts]
    store().update_keys(
        KvsARN=arn,
        IfMatch=etag,
        Puts=[{"Key": session, "Value": f"{epoch} {now}"} for session, epoch in puts.items()],
        Deletes=[{"Key": session} for session in old[: CHANGES_AT_ONCE - len(puts)]],
    )
