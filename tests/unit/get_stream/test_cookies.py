"""Stream cookies are what CloudFront documents, and what AWS's own library makes."""

import base64
from datetime import UTC, datetime
from uuid import UUID

import pytest
from botocore.signers import CloudFrontSigner
from hypothesis import given
from hypothesis import strategies as st

from functions.get_stream.signing import signer
from matinee.cookies import cloudfront_base64, signed_cookies, stream_policy

SESSION = UUID("01a205a1-5027-7763-af62-8373d0414d77")


def test_the_policy_is_the_one_that_botocore_builds() -> None:
    theirs = CloudFrontSigner("K", lambda data: data).build_policy(
        f"https://matinee.example/streams/{SESSION}/*",
        datetime.fromtimestamp(1_800_000_000, UTC),
        date_greater_than=datetime.fromtimestamp(1_700_000_000, UTC),
    )
    assert stream_policy("https://matinee.example", SESSION, 1_700_000_000, 1_800_000_000) == theirs


@given(st.binary(max_size=100))
def test_values_are_base64_in_characters_that_a_cookie_takes(data: bytes) -> None:
    value = cloudfront_base64(data)
    assert not set(value) & set('+=/;, "')
    assert base64.b64decode(value.replace("-", "+").replace("_", "=").replace("~", "/"), validate=True) == data


def test_what_is_signed_is_the_policy_as_sent() -> None:
    cookies = signed_cookies('{"Statement":[]}', "K", lambda data: b"signed " + data)
    assert cookies == {
        "CloudFront-Policy": cloudfront_base64(b'{"Statement":[]}'),
        "CloudFront-Signature": cloudfront_base64(b'signed {"Statement":[]}'),
        "CloudFront-Key-Pair-Id": "K",
    }


def test_a_key_that_is_not_rsa_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
    from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

    pem = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    for name in ("SIGNING_KEY_SECRET_ID", "SIGNING_KEY_ID"):
        monkeypatch.setenv(f"MATINEE_{name}", "any")
    monkeypatch.setattr("functions.get_stream.signing.read_secret", lambda _: pem)
    with pytest.raises(TypeError, match="must be an RSA key"):
        signer()
