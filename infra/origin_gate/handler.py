"""Authorizer of the HTTP API: lets in what comes through CloudFront, which alone knows the secret header.

Whoever called the API directly could pretend any network address, for only CloudFront says truly who is behind it.
"""

import hmac
import os
from functools import cache
from typing import Any

import boto3


@cache
def _secret() -> str:
    client = boto3.client("secretsmanager")
    return str(client.get_secret_value(SecretId=os.environ["MATINEE_ORIGIN_SECRET_ID"])["SecretString"])


def lambda_handler(event: dict[str, Any], context: object) -> dict[str, bool]:  # noqa: ARG001 - the platform's signature
    """API Gateway's simple answer (payload format 2.0); it is kept for as long as the header's value stays the same."""
    given = event.get("headers", {}).get("x-matinee-origin", "")
    return {"isAuthorized": hmac.compare_digest(given.encode(), _secret().encode())}
