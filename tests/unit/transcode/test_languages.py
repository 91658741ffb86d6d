"""What containers call a language, and what HLS calls it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from functions.transcode.languages import bcp47, own_name


@pytest.mark.parametrize(
    ("code", "tag", "name"),
    [
        ("eng", "en", "English"),
        ("ger", "de", "Deutsch"),
        ("deu", "de", "Deutsch"),
        ("fre", "fr", "français"),
        ("pt-br", "pt-BR", "português (Brasil)"),
        ("jpn", "ja", "日本語"),
    ],
)
def test_a_language_has_one_tag_and_is_called_as_its_speakers_call_it(code: str, tag: str, name: str) -> None:
    assert bcp47(code) == tag
    assert own_name(tag) == name


@pytest.mark.parametrize("code", ["und", "mul", "zxx", "qaa", "", "e", "english", "??", "x" * 300, None, 7])
def test_what_says_nothing_is_no_language(code: object) -> None:
    assert bcp47(code) is None


@given(st.text(max_size=40))
def test_any_text_is_a_tag_with_a_name_or_none(text: str) -> None:
    tag = bcp47(text)
    assert tag is None or (bcp47(tag) == tag and own_name(tag))
