"""The images hold what their code needs, and nothing to build or break out with."""

import ast
import re
import shlex
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

from tests.infra.code import aws_calls, nodes_of, reachable, source_of
from tests.infra.dockerfiles import copied, instructions, last_stage
from tests.infra.templates import IMAGES, ROOT, load, of_type
from tests.infra.tools import AWS_TOOLS, run_tool
from tests.infra.workloads import Workload, command, workloads

DOCKERFILES = sorted([*ROOT.glob("functions/*/Dockerfile"), *ROOT.glob("infra/*/Dockerfile")])
NAMES = [str(path.relative_to(ROOT)) for path in DOCKERFILES]
TRIM_PACKAGES = ROOT / "infra" / "images" / "trim_packages.sh"


@pytest.mark.parametrize("name", NAMES)
def test_hadolint_finds_nothing(name: str) -> None:
    run_tool(AWS_TOOLS / "hadolint", ROOT / name)


@pytest.mark.parametrize("name", NAMES)
def test_every_base_is_pinned_to_a_whole_version(name: str) -> None:
    bases = [rest.split()[0] for instruction, rest in instructions(ROOT / name) if instruction == "FROM"]
    for base in bases:
        assert re.search(r":\d+\.\d+\.\d+|@sha256:", base), base


@pytest.mark.parametrize("name", NAMES)
def test_the_image_does_not_run_as_root(name: str) -> None:
    users = [rest for instruction, rest in last_stage(ROOT / name) if instruction == "USER"]
    assert len(users) == 1
    assert int(users[0].split(":")[0]) >= 10_000


@pytest.mark.parametrize("name", NAMES)
def test_what_is_installed_is_installed_by_hash_and_before_the_last_stage(name: str) -> None:
    every = instructions(ROOT / name)
    for _, rest in every:
        assert "pip install" not in rest or ("--require-hashes" in rest and "--only-binary :all:" in rest)
    assert not re.search(r"pip install|apt-get|apk add|go build|curl|wget", str(last_stage(ROOT / name)))


@pytest.mark.parametrize("name", NAMES)
def test_sigterm_reaches_the_program_and_no_shell_around_it(name: str) -> None:
    assert command(ROOT / name)


@pytest.mark.parametrize("name", NAMES)
def test_everything_that_is_copied_is_there_and_in_the_build_context(name: str) -> None:
    ignored = [line for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("infra/")]
    for source in copied(ROOT / name):
        assert (ROOT / source).exists(), source
        assert source.split("/")[0] in ("functions", "infra", "layers")
        assert not source.startswith(tuple(ignored))


@pytest.mark.parametrize("name", workloads())
def test_the_image_holds_every_module_that_its_code_imports(name: str) -> None:
    workload = workloads()[name]
    folders = copied(workload.dockerfile, last_stage(workload.dockerfile))
    for module in {unit[0] for unit in reachable(workload.module)}:
        source = source_of(module)
        assert source is not None
        assert any(source.is_relative_to(ROOT / folder) for folder in folders), module


@pytest.mark.parametrize("name", workloads())
def test_the_image_installs_every_package_that_its_code_imports(name: str) -> None:
    workload = workloads()[name]
    requirements = [ROOT / source for source in copied(workload.dockerfile) if source.endswith("requirements.txt")]
    installed = {
        re.split(r"[=\[ ]", line)[0].lower() for file in requirements for line in file.read_text().splitlines() if "==" in line
    }
    distributions = packages_distributions()
    for package in _foreign_packages(workload):
        assert {d.lower().replace("_", "-") for d in distributions[package]} & installed, package


def _foreign_packages(workload: Workload) -> set[str]:
    found = set()
    for unit in reachable(workload.module):
        for node in nodes_of(unit):
            if isinstance(node, ast.Import):
                found |= {alias.name.split(".")[0] for alias in node.names}
            elif isinstance(node, ast.ImportFrom) and node.module:
                found.add(node.module.split(".")[0])
    stubs = {package for package in found if package.startswith("mypy_boto3")}
    return found - set(sys.stdlib_module_names) - {"matinee", "functions", "infra"} - stubs


@pytest.mark.parametrize("name", workloads())
def test_the_code_is_compiled_into_the_image_where_nobody_can_write_later(name: str) -> None:
    stage = last_stage(workloads()[name].dockerfile)
    code = [rest.split()[-1] for instruction, rest in stage if instruction == "COPY" and "--from=build" not in rest]
    compiled = [word for _, rest in stage if rest.startswith("python -m compileall -q ") for word in shlex.split(rest)[4:]]
    assert code
    assert all(folder.startswith(tuple(compiled)) for folder in code)


@pytest.mark.parametrize("name", workloads())
def test_the_image_keeps_the_descriptions_of_the_services_that_its_code_calls(name: str) -> None:
    workload = workloads()[name]
    kept = re.search(r"trim_packages\.sh /packages ([a-z0-9 -]+)", workload.dockerfile.read_text())
    assert kept is not None
    assert {service for service, _ in aws_calls(workload.module)} <= set(kept[1].split())


def test_only_named_services_and_no_old_pydantic_are_left_and_a_service_that_is_not_there_is_missed(tmp_path: Path) -> None:
    (tmp_path / "pydantic" / "v1").mkdir(parents=True)
    data = tmp_path / "botocore" / "data"
    for service in ("s3", "sqs", "ec2"):
        (data / service).mkdir(parents=True)
    (data / "endpoints.json").touch()
    argv = ["sh", str(TRIM_PACKAGES), str(tmp_path)]
    subprocess.run([*argv, "s3", "sqs"], check=True)
    assert sorted(path.name for path in data.iterdir()) == ["endpoints.json", "s3", "sqs"]
    assert not list((tmp_path / "pydantic").iterdir())
    assert subprocess.run([*argv, "s3", "events"], check=False).returncode != 0


def test_the_worker_finds_its_ffmpeg_and_may_write_to_its_scratch_folder_alone() -> None:
    dockerfile = ROOT / "functions" / "transcode" / "Dockerfile"
    assert "layers/ffmpeg/requirements.txt" in copied(dockerfile)
    worker = workloads()["worker"].properties
    assert worker["ReadonlyRootFilesystem"] is True
    assert [mount["ContainerPath"] for mount in worker["MountPoints"]] == ["/scratch"]
    assert workloads()["worker"].environment["MATINEE_SCRATCH_DIR"] == "/scratch"
    assert ("VOLUME", '["/scratch"]') in last_stage(dockerfile)


def test_every_image_of_fargate_has_its_repository_and_is_pushed() -> None:
    repositories = {properties["RepositoryName"] for properties in of_type(load(IMAGES), "AWS::ECR::Repository").values()}
    templates = (ROOT / "infra" / "uploads.yaml", ROOT / "infra" / "transcode.yaml")
    used = {f"matinee-{name}" for path in templates for name in re.findall(r"\$\{Registry\}-(\w+):", path.read_text())}
    pushed = re.search(r"for name in ([a-z ]+); do", (ROOT / "infra" / "images" / "build.sh").read_text())
    assert pushed is not None
    assert repositories == used == {f"matinee-{name}" for name in pushed[1].split()}
