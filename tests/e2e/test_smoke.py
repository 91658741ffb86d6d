"""The smoke test itself: what it says of a Matinee that works, and of one that is not there."""

import pytest

from tests.smoke import smoke
from tests.stack import Stack, free_ports


def test_a_matinee_that_works_passes(stack: Stack) -> None:
    assert smoke(stack.url) == 0


def test_one_that_cannot_be_reached_fails_with_a_sentence(capsys: pytest.CaptureFixture[str]) -> None:
    assert smoke(f"http://127.0.0.1:{free_ports()}") == 1
    assert capsys.readouterr().err.startswith("FAILED: ")
