"""Cookies made by an independent hand: botocore's CloudFront signer, whose signed URL carries the same three values."""

from datetime import UTC, datetime
from urllib.parse import parse_qs, urlsplit

from botocore.signers import CloudFrontSigner
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

from infra.local.signed_cookies import KEY_ID, POLICY, SIGNATURE


def signed_cookies(key: rsa.RSAPrivateKey, resource: str, *, before: int, after: int, key_id: str = "KTEST") -> dict[str, str]:
    """The three cookies that open ``resource`` from ``after`` until ``before`` (epoch seconds)."""
    signer = CloudFrontSigner(key_id, lambda message: key.sign(message, padding.PKCS1v15(), hashes.SHA1()))  # noqa: S303 - CloudFront's choice
    policy = signer.build_policy(
        resource, datetime.fromtimestamp(before, UTC), date_greater_than=datetime.fromtimestamp(after, UTC)
    )
    query = parse_qs(urlsplit(signer.generate_presigned_url("https://any.example/", policy=policy)).query)
    return {POLICY: query["Policy"][0], SIGNATURE: query["Signature"][0], KEY_ID: query["Key-Pair-Id"][0]}
