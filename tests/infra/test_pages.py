"""What the pages for operators tell them to run or to look for is there."""

import json
import re
import subprocess
import sys

from tests.infra.templates import MAIN, ROOT, all_templates, load

DEPLOY, OPERATIONS = ((ROOT / "docs" / page).read_text() for page in ("deploy.md", "operations.md"))
PAGES = DEPLOY + OPERATIONS


def test_every_value_that_stands_for_an_output_or_a_parameter_is_one() -> None:
    main = load(MAIN)
    assert set(re.findall(r"<([A-Z]\w+)>", PAGES)) <= set(main["Outputs"]) | set(main["Parameters"])
    overridden = set(re.findall(r"(?:--parameter-overrides |`)(\w+)=", PAGES))
    assert {"Version", "SigningKeys", "OriginSecretVersion", "Zones"} <= overridden <= set(main["Parameters"])


def test_every_parameter_in_the_table_has_the_default_that_it_is_said_to_have() -> None:
    parameters = load(MAIN)["Parameters"]
    rows = re.findall(r"^\| ((?:`\w+`(?:, )?)+) \| (\S+) \|", DEPLOY, re.MULTILINE)
    assert len(rows) > 5
    for names, said in rows:
        for name in re.findall(r"`(\w+)`", names):
            default = str(parameters[name]["Default"])
            assert said in ("empty", "50") if default in ("", "53687091200") else said.strip("`") == default, name


def test_every_size_that_is_named_is_in_the_mapping() -> None:
    sizes = load(MAIN)["Mappings"]["Sizes"]
    named = set(re.findall(r"`((?:Worker|Workers|Api|Database|UploadTasks)(?:Min|Max|Cpu|Memory|Rate|Burst))`", PAGES))
    assert {"WorkersMin", "WorkersMax", "DatabaseMax", "ApiRate", "ApiBurst", "WorkerCpu", "WorkerMemory"} <= named
    assert named <= set(sizes["small"]) == set(sizes["big"])


def test_the_rule_that_is_switched_off_for_a_restore_is_there() -> None:
    (rule,) = set(re.findall(r"rule\s+`(\w+)`", PAGES))
    assert rule in all_templates()["events.yaml"]["Resources"]


def test_the_task_that_looks_into_the_database_runs_in_the_workers_container_and_prints_rows(
    matinee_environment: dict[str, str],
) -> None:
    written = re.search(r"--overrides '(\{.*?\})'\n", OPERATIONS, re.DOTALL)
    assert written is not None
    (override,) = json.loads(written[1])["containerOverrides"]
    assert override["name"] in str(all_templates()["transcode.yaml"]["Resources"]["TaskDefinition"])
    program, *arguments = override["command"]
    assert program == "python"
    environment = {**matinee_environment, "PYTHONPATH": str(ROOT / "layers" / "common")}
    done = subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("[")
