"""Secrets from Secrets Manager, kept for five minutes so that a rotation reaches warm processes."""

import json
import time
from typing import Any

from matinee import aws

KEEP_SECONDS = 300
_kept: dict[str, tuple[float, str]] = {}


def read_secret(secret_id: str, keep_seconds: float = KEEP_SECONDS) -> str:
    """The secret string named ``secret_id``, read within the last ``keep_seconds``.

    Raises botocore's ``ClientError`` when it is not there or not ours.
    """
    kept = _kept.get(secret_id)
    if kept and time.monotonic() - kept[0] < keep_seconds:
        return kept[1]
    value = aws.secretsmanager().get_secret_value(SecretId=secret_id)["SecretString"]
    _kept[secret_id] = (time.monotonic(), value)
    return value


def read_json_secret(secret_id: str, keep_seconds: float = KEEP_SECONDS) -> dict[str, Any]:
    """The secret as a JSON object."""
    value: dict[str, Any] = json.loads(read_secret(secret_id, keep_seconds))
    return value


def forget_secrets() -> None:
    """Read secrets anew next time (for tests)."""
    _kept.clear()
