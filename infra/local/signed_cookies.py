"""CloudFront's signed cookies with a custom policy, verified as CloudFront verifies them, plus the session's access epoch.

https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/private-content-setting-signed-cookie-custom-policy.html
"""

import base64
import binascii
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from pydantic import BaseModel, ConfigDict, Field, ValidationError

POLICY, SIGNATURE, KEY_ID = "CloudFront-Policy", "CloudFront-Signature", "CloudFront-Key-Pair-Id"

# CloudFront's alphabet: what base64 uses and cookies or URLs do not like is replaced.
_FROM_CLOUDFRONT = str.maketrans("-_~", "+=/")


class CookieRefusedError(Exception):
    """The cookies do not open this address; the message says why, for the log and never for the viewer."""


@dataclass(frozen=True)
class Grant:
    """What verified cookies say beyond yes: the access epoch (epoch seconds) that they were issued under."""

    access_epoch: int


class _Strict(BaseModel):
    # A condition that is not understood (an IpAddress, say) must not be taken for fulfilled.
    model_config = ConfigDict(extra="forbid")


class _Time(_Strict):
    epoch: int = Field(alias="AWS:EpochTime", strict=True)


class _Condition(_Strict):
    before: _Time = Field(alias="DateLessThan")
    after: _Time = Field(alias="DateGreaterThan")


class _Statement(_Strict):
    resource: str = Field(alias="Resource")
    condition: _Condition = Field(alias="Condition")


class _Policy(_Strict):
    statements: list[_Statement] = Field(alias="Statement", min_length=1, max_length=1)


@dataclass(frozen=True)
class CookieVerifier:
    """Knows the public key that the cookies of one distribution are signed with, and the key's id."""

    public_key: rsa.RSAPublicKey
    key_id: str

    def verify(self, cookies: Mapping[str, str], url: str, now: float | None = None) -> Grant:
        """The grant that the cookies give for ``url`` at ``now`` (epoch seconds); raises ``CookieRefusedError``."""
        try:
            policy, signature, key_id = cookies[POLICY], cookies[SIGNATURE], cookies[KEY_ID]
        except KeyError as missing:
            raise CookieRefusedError(f"no cookie {missing}") from None
        if key_id != self.key_id:
            raise CookieRefusedError("another key id")
        statement = self._signed_statement(_decode(policy), _decode(signature))
        if not _matches(statement.resource, url):
            raise CookieRefusedError("another resource")
        moment = time.time() if now is None else now
        if moment >= statement.condition.before.epoch:
            raise CookieRefusedError("expired")
        if moment < statement.condition.after.epoch:
            raise CookieRefusedError("not valid yet")
        return Grant(access_epoch=statement.condition.after.epoch)

    def _signed_statement(self, policy: bytes, signature: bytes) -> _Statement:
        try:
            self.public_key.verify(signature, policy, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - CloudFront's choice
            return _Policy.model_validate_json(policy).statements[0]
        except InvalidSignature:
            raise CookieRefusedError("bad signature") from None
        except ValidationError:
            raise CookieRefusedError("not a policy that is issued here") from None


def _decode(text: str) -> bytes:
    try:
        return base64.b64decode(text.translate(_FROM_CLOUDFRONT), validate=True)
    except (binascii.Error, ValueError):
        raise CookieRefusedError("not CloudFront's base64") from None


def _matches(resource: str, url: str) -> bool:
    return _pattern(resource).fullmatch(url) is not None


@cache
def _pattern(resource: str) -> re.Pattern[str]:
    """``*`` stands for any characters, ``?`` for exactly one; all else for itself. Reached with signed resources only."""
    wildcards = {"*": ".*", "?": "."}
    return re.compile("".join(wildcards.get(char) or re.escape(char) for char in resource), re.DOTALL)
