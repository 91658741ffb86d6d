"""Passwords are hashed slowly, and checked without telling whose they are."""

from functions.sessions import passwords


def test_only_the_right_password_fits() -> None:
    kept = passwords.hash_password("päßwort für heute")
    assert passwords.fits("päßwort für heute", kept)
    assert passwords.fits("pa\u0308ßwort fu\u0308r heute", kept)  # the same, typed on another keyboard
    assert not passwords.fits("passwort fur heute", kept)
    assert not passwords.fits("päßwort für heute", None)
    assert not passwords.fits("", "")


def test_two_hashes_of_one_password_differ() -> None:
    assert passwords.hash_password("the same password") != passwords.hash_password("the same password")


def test_a_hash_made_with_weaker_parameters_is_outdated() -> None:
    from argon2 import PasswordHasher

    assert not passwords.is_outdated(passwords.hash_password("the same password"))
    assert passwords.is_outdated(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1).hash("the same password"))
