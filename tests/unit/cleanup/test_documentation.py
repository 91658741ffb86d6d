"""docs/deletion.md names what there is, and nothing else."""

import re
from pathlib import Path

from functions.cleanup.settings import CleanupSettings
from functions.cleanup.sweep import PARTS
from matinee.db.receipts import Tally

PAGE = (Path(__file__).resolve().parents[3] / "docs" / "deletion.md").read_text()


def rows_of(heading: str) -> list[list[str]]:
    """The cells of the table below a heading, without its first two lines."""
    section = PAGE.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]
    lines = [line for line in section.splitlines() if line.startswith("|")]
    return [[cell.strip().strip("`") for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in lines[2:]]


def test_every_setting_is_documented_with_its_default() -> None:
    fields = CleanupSettings.model_fields
    assert {row[0]: row[1] for row in rows_of("Settings")} == {name.upper(): str(f.default) for name, f in fields.items()}


def test_every_part_of_the_sweep_is_documented_in_its_order() -> None:
    assert [row[0] for row in rows_of("The sweep")] == [part.__name__ for part in PARTS]


def test_every_counter_of_a_receipt_is_documented() -> None:
    assert [row[0] for row in rows_of("The receipt")] == list(Tally.__dataclass_fields__)
