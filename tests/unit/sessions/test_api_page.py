"""The page about the API names every call and every refusal, and none that is not there."""

import json
import re
from pathlib import Path

from functions.sessions.docs_routes import DOCUMENT
from matinee.errors import ERRORS

PAGE = (Path(__file__).parents[3] / "docs" / "api.md").read_text(encoding="utf-8")


def test_the_page_has_a_row_for_each_call() -> None:
    paths = json.loads(DOCUMENT.read_text(encoding="utf-8"))["paths"]
    described = {(method.upper(), path) for path, methods in paths.items() for method in methods}
    assert set(re.findall(r"^\| `([A-Z]+) (/api/[^`]*)` \|", PAGE, re.MULTILINE)) == described


def test_the_page_has_each_refusal_under_its_status() -> None:
    listed = {
        (int(status), code)
        for status, codes in re.findall(r"^\| (\d{3}) \| (.*) \|$", PAGE, re.MULTILINE)
        for code in re.findall(r"`([a-z_]+)`", codes)
    }
    assert listed == {(status, code) for code, (status, _) in ERRORS.items()}
