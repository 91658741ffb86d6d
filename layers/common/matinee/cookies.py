"""CloudFront's signed cookies with a custom policy, which let a browser read one session's streams for a short while.

Source: Amazon CloudFront Developer Guide, "Set signed cookies using a custom policy". Nothing here signs: the caller brings the
signature, so that whoever only checks cookies needs no key and no cryptography.
"""

import base64
import json
from collections.abc import Callable
from uuid import UUID

POLICY_COOKIE = "CloudFront-Policy"
SIGNATURE_COOKIE = "CloudFront-Signature"
KEY_COOKIE = "CloudFront-Key-Pair-Id"

# CloudFront's alphabet: the characters of base64 that a URL or a cookie would not take, exchanged.
_TO_CLOUDFRONT = str.maketrans("+=/", "-_~")


def stream_path(session_id: UUID) -> str:
    """The path below which a session's streams lie, and to which its cookies are bound."""
    return f"/streams/{session_id}/"


def stream_policy(public_url: str, session_id: UUID, not_before: int, expires: int) -> str:
    """The policy, as the compact JSON that is signed: everything of one session, between two times (epoch seconds).

    ``not_before`` is the session's ``access_epoch``: raising that makes cookies void that were given out before.
    """
    condition = {"DateLessThan": {"AWS:EpochTime": expires}, "DateGreaterThan": {"AWS:EpochTime": not_before}}
    statement = {"Resource": f"{public_url}{stream_path(session_id)}*", "Condition": condition}
    return json.dumps({"Statement": [statement]}, separators=(",", ":"))


def signed_cookies(policy: str, key_id: str, sign: Callable[[bytes], bytes]) -> dict[str, str]:
    """The three cookies by name; ``sign`` makes the RSA-SHA1 signature of the policy."""
    text = policy.encode()
    return {POLICY_COOKIE: cloudfront_base64(text), SIGNATURE_COOKIE: cloudfront_base64(sign(text)), KEY_COOKIE: key_id}


def cloudfront_base64(data: bytes) -> str:
    """Base64 in CloudFront's alphabet."""
    return base64.b64encode(data).decode().translate(_TO_CLOUDFRONT)
