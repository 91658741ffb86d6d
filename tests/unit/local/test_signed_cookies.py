import base64
import json

import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from infra.local.signed_cookies import KEY_ID, POLICY, SIGNATURE, CookieRefusedError, CookieVerifier
from tests.unit.local.cookies import signed_cookies

ORIGIN = "https://matinee.example"
OURS = f"{ORIGIN}/streams/ours/*"
SEGMENT = f"{ORIGIN}/streams/ours/video/720/3.ts"
ISSUED, EXPIRES, NOW = 1_700_000_000, 1_700_000_300, 1_700_000_100


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def verifier(key: rsa.RSAPrivateKey) -> CookieVerifier:
    return CookieVerifier(key.public_key(), "KTEST")


@pytest.fixture
def cookies(key: rsa.RSAPrivateKey) -> dict[str, str]:
    return signed_cookies(key, OURS, before=EXPIRES, after=ISSUED)


def test_cookies_of_the_session_open_its_segments_and_tell_their_epoch(verifier: CookieVerifier, cookies: dict[str, str]) -> None:
    assert verifier.verify(cookies, SEGMENT, NOW).access_epoch == ISSUED


def test_cookies_do_not_open_another_session(verifier: CookieVerifier, cookies: dict[str, str]) -> None:
    with pytest.raises(CookieRefusedError, match="another resource"):
        verifier.verify(cookies, f"{ORIGIN}/streams/theirs/video/720/3.ts", NOW)


def test_cookies_do_not_open_another_origin(verifier: CookieVerifier, cookies: dict[str, str]) -> None:
    with pytest.raises(CookieRefusedError, match="another resource"):
        verifier.verify(cookies, SEGMENT.replace("matinee.example", "matineeXexample"), NOW)


@pytest.mark.parametrize("moment", [EXPIRES, EXPIRES + 1000])
def test_cookies_end_with_their_expiry(verifier: CookieVerifier, cookies: dict[str, str], moment: int) -> None:
    assert verifier.verify(cookies, SEGMENT, EXPIRES - 0.01)
    with pytest.raises(CookieRefusedError, match="expired"):
        verifier.verify(cookies, SEGMENT, moment)


def test_cookies_are_not_valid_before_their_time(verifier: CookieVerifier, cookies: dict[str, str]) -> None:
    with pytest.raises(CookieRefusedError, match="not valid yet"):
        verifier.verify(cookies, SEGMENT, ISSUED - 1)


@pytest.mark.parametrize("missing", [POLICY, SIGNATURE, KEY_ID])
def test_every_cookie_is_needed(verifier: CookieVerifier, cookies: dict[str, str], missing: str) -> None:
    del cookies[missing]
    with pytest.raises(CookieRefusedError, match=missing):
        verifier.verify(cookies, SEGMENT, NOW)


def test_a_policy_changed_after_signing_is_refused(verifier: CookieVerifier, cookies: dict[str, str]) -> None:
    policy = {
        "Statement": [
            {
                "Resource": f"{ORIGIN}/*",
                "Condition": {
                    "DateLessThan": {"AWS:EpochTime": EXPIRES},
                    "DateGreaterThan": {"AWS:EpochTime": ISSUED},
                },
            }
        ]
    }
    cookies[POLICY] = base64.b64encode(json.dumps(policy).encode()).decode().translate(str.maketrans("+=/", "-_~"))
    with pytest.raises(CookieRefusedError, match="bad signature"):
        verifier.verify(cookies, SEGMENT, NOW)


def test_another_key_pair_is_refused_by_id_and_by_signature(verifier: CookieVerifier) -> None:
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    with pytest.raises(CookieRefusedError, match="another key id"):
        verifier.verify(signed_cookies(stranger, OURS, before=EXPIRES, after=ISSUED, key_id="KOTHER"), SEGMENT, NOW)
    with pytest.raises(CookieRefusedError, match="bad signature"):
        verifier.verify(signed_cookies(stranger, OURS, before=EXPIRES, after=ISSUED), SEGMENT, NOW)


@pytest.mark.parametrize("junk", ["", "not base64 at all!", "é", "e30_"])
def test_junk_in_a_cookie_is_a_refusal_and_no_error(verifier: CookieVerifier, cookies: dict[str, str], junk: str) -> None:
    for name in (POLICY, SIGNATURE):
        with pytest.raises(CookieRefusedError):
            verifier.verify({**cookies, name: junk}, SEGMENT, NOW)


def test_a_question_mark_stands_for_exactly_one_character(verifier: CookieVerifier, key: rsa.RSAPrivateKey) -> None:
    cookies = signed_cookies(key, f"{ORIGIN}/streams/ours/?.ts", before=EXPIRES, after=ISSUED)
    assert verifier.verify(cookies, f"{ORIGIN}/streams/ours/3.ts", NOW)
    for url in (f"{ORIGIN}/streams/ours/33.ts", f"{ORIGIN}/streams/ours/.ts"):
        with pytest.raises(CookieRefusedError, match="another resource"):
            verifier.verify(cookies, url, NOW)


def test_a_condition_that_is_not_understood_is_not_taken_for_fulfilled(verifier: CookieVerifier, key: rsa.RSAPrivateKey) -> None:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding

    condition = {
        "DateLessThan": {"AWS:EpochTime": EXPIRES},
        "DateGreaterThan": {"AWS:EpochTime": ISSUED},
        "IpAddress": {"AWS:SourceIp": "192.0.2.1/32"},
    }
    policy = json.dumps({"Statement": [{"Resource": OURS, "Condition": condition}]}).encode()
    signature = key.sign(policy, padding.PKCS1v15(), hashes.SHA1())  # noqa: S303 - as above
    encoded = {
        name: base64.b64encode(value).decode().translate(str.maketrans("+=/", "-_~"))
        for name, value in {POLICY: policy, SIGNATURE: signature}.items()
    }
    with pytest.raises(CookieRefusedError, match="not a policy"):
        verifier.verify({**encoded, KEY_ID: "KTEST"}, SEGMENT, NOW)
