"""What is printed is safe to look at, and whole."""

import pytest

from matinee_cli.output import one_line, result_json, result_table, size


def test_text_from_elsewhere_can_neither_break_lines_nor_command_the_terminal() -> None:
    assert one_line("a\x1b[2J\nb\r\u202ec\x07\u009b1m\ud800 é🎬") == "a[2J b c1m é🎬"


def test_a_table_is_neither_cut_nor_wrapped(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "20")
    result_table([("A", "LONG"), ("bbb", "x" * 300), ("", "y")])
    assert capsys.readouterr().out == f"A    LONG\nbbb  {'x' * 300}\n-    y\n"


def test_json_is_one_line_of_ascii(capsys: pytest.CaptureFixture[str]) -> None:
    result_json({"title": "é\n\x1b\u202e"})
    assert capsys.readouterr().out == '{"title": "\\u00e9\\n\\u001b\\u202e"}\n'


@pytest.mark.parametrize(
    ("count", "text"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_950, "1.0 MB"), (53_687_091_200, "53.7 GB"), (10**15, "1000.0 TB")],
)
def test_sizes_are_in_powers_of_a_thousand(count: int, text: str) -> None:
    assert size(count) == text
