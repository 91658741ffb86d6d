"""Where the token lies, and whom it is shown to."""

import stat
from pathlib import Path

import pytest

from matinee_cli import account
from matinee_cli.account import Account, Kept
from matinee_cli.errors import Misuse, NotSignedIn

HOME = Kept(server="https://matinee.example.com", email="a@example.com", token="a-token")


def test_only_the_owner_can_read_the_token(home: Path) -> None:
    account.keep(HOME)
    file = home / "config" / "matinee" / "credentials.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(file.parent.stat().st_mode) == 0o700
    assert [path.name for path in file.parent.iterdir()] == ["credentials.json"]


def test_a_kept_token_goes_to_its_own_server(monkeypatch: pytest.MonkeyPatch) -> None:
    account.keep(HOME)
    assert account.signed_in() == Account("https://matinee.example.com", "a-token")
    monkeypatch.setenv("MATINEE_SERVER", "https://MATINEE.example.com:443/")
    assert account.signed_in() == Account("https://matinee.example.com", "a-token")


@pytest.mark.parametrize("other", ["https://evil.example.com", "http://matinee.example.com", "https://matinee.example.com:444"])
def test_a_kept_token_goes_to_no_other_server(other: str, monkeypatch: pytest.MonkeyPatch) -> None:
    account.keep(HOME)
    monkeypatch.setenv("MATINEE_SERVER", other)
    with pytest.raises(NotSignedIn, match="not to"):
        account.signed_in()


def test_the_environment_goes_before_the_file(monkeypatch: pytest.MonkeyPatch) -> None:
    account.keep(HOME)
    monkeypatch.setenv("MATINEE_TOKEN", "another")
    assert account.signed_in() == Account("https://matinee.example.com", "another")
    monkeypatch.setenv("MATINEE_SERVER", "http://localhost:9000")
    assert account.signed_in() == Account("http://localhost:9000", "another")


def test_nobody_is_signed_in_without_a_file_or_with_a_broken_one(home: Path) -> None:
    with pytest.raises(NotSignedIn):
        account.signed_in()
    file = account.credentials_file()
    file.parent.mkdir(parents=True)
    file.write_text("{")
    with pytest.raises(NotSignedIn):
        account.signed_in()


def test_a_token_is_in_no_representation() -> None:
    assert "a-token" not in repr(Account("https://matinee.example.com", "a-token"))


@pytest.mark.parametrize(
    "address", ["", "matinee.example.com", "ftp://a.example.com", "https://me:secret@a.example.com", "http://", "http://a:b"]
)
def test_what_is_no_servers_address_is_refused(address: str) -> None:
    with pytest.raises(Misuse):
        account.origin(address)
