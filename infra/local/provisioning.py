"""Makes what the templates make on AWS: the bucket, the bus, the rules, the queues and the secrets.

Everything is idempotent, since LocalStack forgets all of it when it is started again.
"""

import json
import secrets
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

BUS = "matinee"
HOOK_SECRET_ID = "matinee/hook-secret"  # noqa: S105 - the name of a secret, not the secret
SIGNING_KEY_SECRET_ID = "matinee/signing-key"  # noqa: S105 - likewise
SIGNING_KEY_ID = "KLOCALMATINEE"
ATTEMPTS_BEFORE_DEAD_LETTER = 5

SWEEP = {"source": "matinee", "detail-type": "sweep", "detail": {}}


@dataclass(frozen=True)
class Queue:
    """An SQS queue. ``visibility`` is how long (seconds) a message stays with who received it."""

    name: str
    dead_letter: str
    visibility: int


# A worker extends the visibility while it lives, so a short one only makes a dead worker noticed sooner.
QUEUES = {
    "MATINEE_ON_UPLOAD_QUEUE_URL": Queue("matinee-on-upload", "matinee-on-upload-dlq", 60),
    "MATINEE_CLEANUP_QUEUE_URL": Queue("matinee-cleanup", "matinee-cleanup-dlq", 120),
    "MATINEE_EXPRESS_QUEUE_URL": Queue("matinee-transcode-express", "matinee-transcode-dlq", 30),
    "MATINEE_BULK_QUEUE_URL": Queue("matinee-transcode-bulk", "matinee-transcode-dlq", 30),
}


def new_signing_key() -> str:
    """A private RSA key for the stream cookies, as PEM."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return pem.decode()


@dataclass(frozen=True)
class Secrets:
    """The secrets of one stack, made at its start and kept over a restart of the place that stores them."""

    hook: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    signing_key: str = field(default_factory=new_signing_key, repr=False)


class Provisioner:
    """Puts one stack's resources where ``environment`` (AWS_…) points."""

    def __init__(self, environment: Mapping[str, str], bucket: str, *, own_bucket: bool) -> None:
        self._bucket = bucket
        self._own_bucket = own_bucket
        self._environment = environment
        self.secrets = Secrets()

    def provision(self) -> dict[str, str]:
        """Make everything that is not there yet; gives the environment variables that name it. Takes seconds."""
        with ThreadPoolExecutor(3) as pool:  # each service is loaded on first use: side by side that costs the slowest
            bucket = pool.submit(self._make_bucket)
            queues = pool.submit(self._make_queues)
            kept = pool.submit(self._keep_secrets)
            self._make_bus()
            bucket.result()
            urls, arns = queues.result()
            kept.result()
        self._make_rules(arns)
        return {
            "MATINEE_BUCKET": self._bucket,
            "MATINEE_EVENT_BUS": BUS,
            "MATINEE_HOOK_SECRET_ID": HOOK_SECRET_ID,
            "MATINEE_SIGNING_KEY_SECRET_ID": SIGNING_KEY_SECRET_ID,
            "MATINEE_SIGNING_KEY_ID": SIGNING_KEY_ID,
            **urls,
        }

    def _client(self, service: str) -> Any:
        make: Any = boto3.session.Session().client  # its types know literal service names only
        return make(
            service,
            endpoint_url=self._environment.get(f"AWS_ENDPOINT_URL_{service.upper()}") or self._environment["AWS_ENDPOINT_URL"],
            region_name=self._environment["AWS_REGION"],
            aws_access_key_id=self._environment["AWS_ACCESS_KEY_ID"],
            aws_secret_access_key=self._environment["AWS_SECRET_ACCESS_KEY"],
            config=Config(connect_timeout=5, read_timeout=60, retries={"mode": "standard"}),
        )

    def _make_bucket(self) -> None:
        if self._own_bucket:
            return
        s3 = self._client("s3")
        s3.create_bucket(Bucket=self._bucket)
        s3.put_bucket_notification_configuration(Bucket=self._bucket, NotificationConfiguration={"EventBridgeConfiguration": {}})

    def _make_queues(self) -> tuple[dict[str, str], dict[str, str]]:
        """→ (variable → URL, queue name → ARN)."""
        sqs = self._client("sqs")

        def make(name: str, attributes: dict[str, str]) -> tuple[str, str]:
            url = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
            got = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])
            return url, got["Attributes"]["QueueArn"]

        fourteen_days = {"MessageRetentionPeriod": "1209600"}
        dead_letters = {name: make(name, fourteen_days) for name in {queue.dead_letter for queue in QUEUES.values()}}
        urls, arns = {"MATINEE_DEAD_LETTER_QUEUE_URL": dead_letters["matinee-transcode-dlq"][0]}, {}
        for variable, queue in QUEUES.items():
            redrive = {
                "deadLetterTargetArn": dead_letters[queue.dead_letter][1],
                "maxReceiveCount": ATTEMPTS_BEFORE_DEAD_LETTER,
            }
            urls[variable], arns[queue.name] = make(
                queue.name, {"VisibilityTimeout": str(queue.visibility), "RedrivePolicy": json.dumps(redrive)}
            )
        return urls, arns

    def _keep_secrets(self) -> None:
        store = self._client("secretsmanager")
        for name, value in {HOOK_SECRET_ID: self.secrets.hook, SIGNING_KEY_SECRET_ID: self.secrets.signing_key}.items():
            try:
                store.create_secret(Name=name, SecretString=value)
            except ClientError as error:
                if error.response["Error"]["Code"] != "ResourceExistsException":
                    raise
                store.put_secret_value(SecretId=name, SecretString=value)

    def _make_bus(self) -> None:
        try:
            self._client("events").create_event_bus(Name=BUS)
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceAlreadyExistsException":
                raise

    def _make_rules(self, arns: Mapping[str, str]) -> None:
        events = self._client("events")

        def make(rule: str, bus: str, to: str, constant: dict[str, Any] | None = None, **when: str) -> None:
            events.put_rule(Name=rule, EventBusName=bus, **when)
            target: dict[str, str] = {"Id": "queue", "Arn": arns[to]}
            if constant is not None:
                target["Input"] = json.dumps(constant)
            events.put_targets(Rule=rule, EventBusName=bus, Targets=[target])

        uploaded = {
            "source": ["aws.s3"],
            "detail-type": ["Object Created"],
            "detail": {"bucket": {"name": [self._bucket]}, "object": {"key": [{"prefix": "uploads/"}]}},
        }
        ended = {"source": ["matinee"], "detail-type": ["session.ended"]}
        make("matinee-object-created", "default", "matinee-on-upload", EventPattern=json.dumps(uploaded))
        make("matinee-session-ended", BUS, "matinee-cleanup", EventPattern=json.dumps(ended))
        make("matinee-sweep", "default", "matinee-cleanup", SWEEP, ScheduleExpression="rate(1 minute)")
