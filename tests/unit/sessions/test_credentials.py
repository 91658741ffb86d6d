"""Credentials are read from plain header values; network addresses from what our own proxies wrote."""

import pytest
from fastapi import Request

from functions.sessions.account_routes import client_address
from functions.sessions.accounts import _network
from matinee.auth import Credentials
from matinee.settings import forget_settings


@pytest.mark.parametrize(
    ("authorization", "cookie", "token", "guest"),
    [
        (None, None, None, None),
        ("Bearer t", None, "t", None),
        ("bearer  t ", None, "t", None),
        ("Basic dXNlcjpw", "matinee_auth=c", "c", None),
        ("Bearer t", "matinee_auth=c", "t", None),
        ("Bearer", "matinee_auth=c", "c", None),
        (None, "a=b; matinee_auth=c;matinee_guest=g", "c", "g"),
        (None, "matinee_guest=first; matinee_guest=second", None, "first"),
        (None, "xmatinee_auth=c; matinee_auth=; =; ;", None, None),
        (None, f"matinee_auth={'x' * 129}", None, None),
    ],
)
def test_credentials_are_read(authorization: str | None, cookie: str | None, token: str | None, guest: str | None) -> None:
    assert Credentials.of_headers(authorization, cookie) == Credentials(token, guest)


@pytest.mark.parametrize(
    ("hops", "forwarded", "address"),
    [
        (1, [], "192.0.2.9"),
        (1, ["198.51.100.1"], "198.51.100.1"),
        (1, ["203.0.113.5, 198.51.100.1"], "198.51.100.1"),
        (1, ["203.0.113.5", "198.51.100.1"], "198.51.100.1"),
        (2, ["203.0.113.5, 198.51.100.1, 10.0.0.1"], "198.51.100.1"),
        (2, ["198.51.100.1"], "192.0.2.9"),
    ],
)
def test_only_what_our_own_proxies_wrote_is_believed(
    monkeypatch: pytest.MonkeyPatch, hops: int, forwarded: list[str], address: str
) -> None:
    monkeypatch.setenv("MATINEE_PROXY_HOPS", str(hops))
    forget_settings()
    headers = [(b"x-forwarded-for", value.encode()) for value in forwarded]
    assert client_address(Request({"type": "http", "headers": headers, "client": ("192.0.2.9", 5)})) == address
    forget_settings()


@pytest.mark.parametrize(
    ("address", "network"),
    [("192.0.2.9", "192.0.2.9"), ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"), ("unknown", "unknown"), ("", "")],
)
def test_an_ipv6_subscriber_counts_as_one(address: str, network: str) -> None:
    assert _network(address) == network
