"""Passwords: argon2id with the parameters of RFC 9106's low-memory profile (64 MiB, 3 passes)."""

import threading
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

from matinee.ids import new_secret

if TYPE_CHECKING:
    from argon2 import PasswordHasher

# 64 MiB each: a burst of logins waits instead of taking all memory.
_at_once = threading.BoundedSemaphore(4)


@cache
def _hasher() -> "PasswordHasher":
    from argon2 import PasswordHasher
    from argon2.profiles import RFC_9106_LOW_MEMORY

    return PasswordHasher.from_parameters(RFC_9106_LOW_MEMORY)


@cache
def _nobodys_hash() -> str:
    """A hash that no password fits, for accounts that do not exist."""
    return hash_password(new_secret())


def hash_password(password: str) -> str:
    """The hash to keep, with its parameters and salt in it."""
    with _at_once:
        return _hasher().hash(_normal(password))


def fits(password: str, password_hash: str | None) -> bool:
    """Whether the password is right; for None (no such account) False, after the same work."""
    from argon2.exceptions import InvalidHashError, VerificationError

    substitute = _nobodys_hash()  # made in either case, so that the first call of a process tells nothing either
    try:
        with _at_once:
            return _hasher().verify(password_hash or substitute, _normal(password)) and password_hash is not None
    except (VerificationError, InvalidHashError):
        return False


def is_outdated(password_hash: str) -> bool:
    """Whether the hash was made with other parameters than today's."""
    return _hasher().check_needs_rehash(password_hash)


def _normal(password: str) -> str:
    """One form for what different keyboards send for the same characters (RFC 8265, 4.2)."""
    return unicodedata.normalize("NFC", password)
