"""Typed settings, read from the environment (prefix ``MATINEE_``) once per process.

Each group names what one part needs; a function combines the groups it uses and reads them at cold start, so that a missing
variable stops it there, by name. Values that are secret are never in the environment: it holds their Secrets Manager ids.
"""

import os
from typing import Any, TypeVar, cast
from urllib.parse import quote

from pydantic import AliasGenerator, BaseModel, ConfigDict, Field, model_validator

MIB = 1 << 20
GIB = 1 << 30


class Settings(BaseModel):
    """Base of all groups: what is not given is read from the environment, ``bucket`` from ``MATINEE_BUCKET``.

    pydantic-settings could do it too, and would be a fifth of the cold start of a function.
    """

    model_config = ConfigDict(
        frozen=True,
        extra="ignore",
        hide_input_in_errors=True,  # a URL may hold a password
        populate_by_name=True,
        alias_generator=AliasGenerator(validation_alias=lambda field: f"MATINEE_{field}".upper()),
    )

    @model_validator(mode="before")
    @classmethod
    def _with_the_environment(cls, given: dict[str, Any]) -> dict[str, Any]:
        variables = {name: str(field.validation_alias) for name, field in cls.model_fields.items() if name not in given}
        return given | {variable: os.environ[variable] for variable in variables.values() if variable in os.environ}


class DatabaseSettings(Settings):
    """Where PostgreSQL is: a URL, or the id of a secret with ``host``, ``port``, ``username``, ``password``, ``dbname``."""

    database_url: str | None = None
    database_secret: str | None = None
    database_pool_max: int = 8
    database_idle_transaction_seconds: float = 120  # a playlist is written within a transaction: S3 may be slow

    @model_validator(mode="after")
    def _one_of_both(self) -> "DatabaseSettings":
        if not self.database_url and not self.database_secret:
            raise ValueError("set MATINEE_DATABASE_URL or MATINEE_DATABASE_SECRET")
        return self

    def url(self) -> str:
        """The libpq URL, with the secret looked up where one is named."""
        if self.database_url:
            return self.database_url
        from matinee.secrets import read_json_secret

        # Asked for each new connection, of which there are few. A rotation makes the old password void at once, so one that is
        # kept for longer would keep new connections out; the few seconds are for many that are opened together.
        secret = read_json_secret(str(self.database_secret), keep_seconds=5)
        user, password = quote(str(secret["username"]), safe=""), quote(str(secret["password"]), safe="")
        return f"postgresql://{user}:{password}@{secret['host']}:{secret['port']}/{secret['dbname']}?sslmode=require"


class StorageSettings(Settings):
    """The bucket that holds ``uploads/`` and ``streams/``."""

    bucket: str


class EventSettings(Settings):
    """The EventBridge bus."""

    event_bus: str = "matinee"


class QueueSettings(Settings):
    """The SQS queues that wake the transcode workers."""

    express_queue_url: str
    bulk_queue_url: str
    dead_letter_queue_url: str


class ConversionSettings(Settings):
    """MediaConvert: the ARN of the queue that takes the jobs (empty where it is not the back end), and for how long (seconds)
    a job is trusted to be running without news of it."""

    mediaconvert_queue: str = ""
    job_news_seconds: float = Field(180, gt=0)


class OriginSettings(Settings):
    """The one origin that browsers see, without a trailing slash."""

    public_url: str

    @property
    def is_https(self) -> bool:
        """Whether cookies can be marked ``Secure``."""
        return self.public_url.startswith("https://")


class AccountSettings(Settings):
    """Accounts, how long their tokens last (seconds), and how many failed logins a window (seconds) takes.

    One network address can stand for a whole office, so it is allowed more failures than one e-mail address. ``proxy_hops`` is
    the number of our own proxies in front of the API: so many entries at the end of ``X-Forwarded-For`` can be believed.
    """

    signup_open: bool = True
    token_seconds: int = Field(30 * 24 * 3600, ge=60)
    login_failures_allowed: int = Field(10, ge=1)
    login_failures_allowed_per_address: int = Field(50, ge=1)
    login_window_seconds: int = Field(15 * 60, ge=1)
    proxy_hops: int = Field(1, ge=1)


class HookSettings(Settings):
    """What tusd may let in. Sizes in bytes."""

    hook_secret_id: str
    max_upload_bytes: int = 50 * GIB
    max_videos_per_session: int = Field(50, ge=1)


class StreamSettings(Settings):
    """Signing of the stream cookies."""

    signing_key_secret_id: str
    signing_key_id: str
    stream_cookie_seconds: int = Field(300, ge=1)


GroupT = TypeVar("GroupT", bound=Settings)

_read: dict[type[Settings], Settings] = {}


def settings(group: type[GroupT]) -> GroupT:
    """The one instance of a group of settings; read on first use, raises ``ValidationError`` naming what is missing."""
    if group not in _read:
        _read[group] = group()
    return cast("GroupT", _read[group])


def forget_settings() -> None:
    """Read the environment anew next time (for tests)."""
    _read.clear()
