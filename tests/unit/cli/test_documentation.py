"""docs/cli.md and `matinee --help` tell the same, and all of it."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

from matinee_cli.errors import ExitCode
from matinee_cli.main import app, run

ROOT = Path(__file__).resolve().parents[3]
PAGE = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
PROGRAM: Any = typer.main.get_command(app)
COMMANDS: dict[str, Any] = PROGRAM.commands


def section(command: str) -> str:
    """What the page says about a command."""
    found = re.search(rf"^### `matinee {command}`\n(.*?)(?=^##)", PAGE, re.MULTILINE | re.DOTALL)
    assert found, command
    return found[1]


def rows(text: str) -> list[list[str]]:
    """The cells of a table's rows, without its head."""
    return [[cell.strip() for cell in line[2:-2].split(" | ")] for line in text.splitlines() if line.startswith("| `")]


def names_of(parameter: Any) -> str:
    """As the page writes them."""
    names = [parameter.metavar] if parameter.param_type_name == "argument" else parameter.opts
    return ", ".join(f"`{name}`" for name in names)


def help_of(capsys: pytest.CaptureFixture[str], *command: str) -> str:
    """What --help prints, without its line breaks."""
    assert run([*command, "--help"]) == ExitCode.OK
    return " ".join(capsys.readouterr().out.split())


def test_the_page_has_every_command_in_the_order_of_help() -> None:
    assert re.findall(r"^### `matinee (\w+)`$", PAGE, re.MULTILINE) == list(COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_the_page_has_every_option_with_the_sentence_of_help(name: str) -> None:
    parameters = [parameter for parameter in COMMANDS[name].params if "--help" not in parameter.opts]
    assert rows(section(name)) == [[names_of(parameter), parameter.help] for parameter in parameters]


@pytest.mark.parametrize("name", COMMANDS)
def test_a_command_is_introduced_by_the_same_sentence(name: str) -> None:
    assert section(name).strip().splitlines()[0] == COMMANDS[name].help.split("\n\n")[0].replace("\n", " ")


@pytest.mark.parametrize("name", COMMANDS)
def test_help_prints_every_sentence(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    printed = help_of(capsys, name)
    for names, sentence in rows(section(name)):
        assert names.split(",")[0].strip("`") in printed
        assert sentence in printed


def test_every_exit_status_is_on_the_page_and_in_help(capsys: pytest.CaptureFixture[str]) -> None:
    statuses = {int(status) for status in re.findall(r"^\| (\d+) \|", PAGE, re.MULTILINE)}
    assert statuses == set(ExitCode)
    printed = help_of(capsys).split("Exit status: ")[1]
    assert {int(status) for status in re.findall(r"\d+", printed)} == set(ExitCode)


def test_every_variable_that_is_read_is_on_the_page() -> None:
    sources = (ROOT / "clients" / "cli" / "matinee_cli").rglob("*.py")
    read = {name for source in sources for name in re.findall(r"\"(MATINEE_[A-Z_]+)\"", source.read_text(encoding="utf-8"))}
    assert read == set(re.findall(r"^\| `(MATINEE_[A-Z_]+)`", PAGE, re.MULTILINE))


def test_the_package_asks_for_what_the_development_environment_has() -> None:
    package = tomllib.loads((ROOT / "clients" / "cli" / "pyproject.toml").read_text(encoding="utf-8"))
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    assert package["project"]["dependencies"] == project["dependency-groups"]["cli"]
