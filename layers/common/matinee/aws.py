"""AWS clients, made once per process on first use; ``AWS_ENDPOINT_URL`` and the like are honoured by boto3 itself."""

from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mypy_boto3_events import EventBridgeClient
    from mypy_boto3_mediaconvert import MediaConvertClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient


@cache
def s3() -> "S3Client":
    """The S3 client: SigV4, path-style where a custom endpoint is set, room for parallel segment uploads.

    It sends an object without asking first whether it may (``Expect: 100-continue``): an answer that does not come costs a whole
    second, which is more than most segments take.
    """
    import boto3
    from botocore.config import Config
    from botocore.handlers import add_expect_header

    client = boto3.client(
        "s3",
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "auto"},
            max_pool_connections=32,
            connect_timeout=5,
            read_timeout=20,
            retries={"mode": "standard", "max_attempts": 4},
        ),
    )
    client.meta.events.unregister("before-call.s3", add_expect_header)
    return client


@cache
def sqs() -> "SQSClient":
    """The SQS client; its read time-out exceeds the longest long poll (20 s)."""
    import boto3
    from botocore.config import Config

    return boto3.client("sqs", config=Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard"}))


@cache
def eventbridge() -> "EventBridgeClient":
    """The EventBridge client."""
    import boto3

    return boto3.client("events")


@cache
def secretsmanager() -> "SecretsManagerClient":
    """The Secrets Manager client."""
    import boto3

    return boto3.client("secretsmanager")


@cache
def mediaconvert() -> "MediaConvertClient":
    """The MediaConvert client; a call gives up before the lease of a task (30 s) that it is made for."""
    import boto3
    from botocore.config import Config

    config = Config(connect_timeout=3, read_timeout=8, retries={"mode": "standard", "total_max_attempts": 2})
    return boto3.client("mediaconvert", config=config)


def forget_clients() -> None:
    """Make clients anew next time (for tests, and after a change of credentials)."""
    for factory in (s3, sqs, eventbridge, secretsmanager, mediaconvert):
        factory.cache_clear()
