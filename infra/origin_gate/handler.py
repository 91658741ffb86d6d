"""Authorizer of the HTTP API: lets in what comes through CloudFront, which alone knows the secret header.

Whoever called the API directly could pretend any network address, for only CloudFront says truly who is behind it.
"""

import hmac
import os
import time
from contextlib import suppress
from functools import cache, lru_cache
from typing import Any

import boto3

KEPT_SECONDS = 60  # so that a new secret is known long before CloudFront shows it


@cache
def secretsmanager() -> Any:
    """The client."""
    return boto3.client("secretsmanager")


@lru_cache(maxsize=1)
def _secrets(period: int) -> list[bytes]:  # noqa: ARG001 - another one reads anew
    """The secret and the one before it, which CloudFront shows until it has learned of the new one."""
    secret_id = os.environ["MATINEE_ORIGIN_SECRET_ID"]
    known = [secretsmanager().get_secret_value(SecretId=secret_id)["SecretString"]]
    with suppress(secretsmanager().exceptions.ResourceNotFoundException):  # it was never renewed
        known.append(secretsmanager().get_secret_value(SecretId=secret_id, VersionStage="AWSPREVIOUS")["SecretString"])
    return [secret.encode() for secret in known]


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, bool]:  # noqa: ARG001 - the platform's signature
    """API Gateway's simple answer (payload format 2.0); it is kept for as long as the header's value stays the same."""
    given = event.get("headers", {}).get("x-matinee-origin", "").encode()
    known = _secrets(int(time.time() // KEPT_SECONDS))
    return {"isAuthorized": any(hmac.compare_digest(given, secret) for secret in known)}
