"""Refusals are problem documents, for every error of the table."""

import pytest

from matinee.errors import ERRORS, MatineeError
from matinee.http import PROBLEM, problem_response, problems


@pytest.mark.parametrize("code", ERRORS)
def test_every_error_of_the_table_is_a_problem_document(code: str) -> None:
    response = problem_response(MatineeError(code, retry_after=7))
    assert response.status_code == ERRORS[code][0]
    assert response.media_type == PROBLEM
    assert response.headers["retry-after"] == "7"
    assert f'"code":"{code}"'.encode() in bytes(response.body)
    assert ("www-authenticate" in response.headers) == (response.status_code == 401)


def test_errors_of_one_status_share_its_description() -> None:
    described = problems("session_ended", "email_taken", "forbidden")
    assert described.keys() == {409, 403}
    assert "`session_ended`" in described[409]["description"]
    assert "`email_taken`" in described[409]["description"]
