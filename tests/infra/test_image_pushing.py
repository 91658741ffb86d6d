"""``build.sh push``, with a docker and an aws that write down what they are told."""

import os
import subprocess
from pathlib import Path

import pytest

from tests.infra.templates import ROOT

DOCKER = """#!/bin/sh
case "$1 $2" in
    "image inspect") echo 1000000 ;;
    "save "*) echo layers ;;
    "login "*) cat >/dev/null ;;
esac
echo "$*" >>"$CALLS"
"""
AWS = """#!/bin/sh
case "$*" in
    "sts get-caller-identity"*) echo 111122223333 ;;
    "ecr get-login-password") echo password ;;
    "ecr describe-images"*"$THERE"*) ;;
    *) exit 255 ;;
esac
"""


def _push(folder: Path, **environment: str) -> tuple[subprocess.CompletedProcess[str], list[str]]:
    for name, text in (("docker", DOCKER), ("aws", AWS)):
        (folder / name).write_text(text)
        (folder / name).chmod(0o755)
    calls = folder / "calls"
    ours = {"PATH": f"{folder}:{os.environ['PATH']}", "CALLS": str(calls), "THERE": "nothing", "VERSION": "v1"}
    argv = [str(ROOT / "infra" / "images" / "build.sh"), "push"]
    done = subprocess.run(argv, env=ours | environment, capture_output=True, text=True, check=False)
    return done, [line.split()[-1] for line in calls.read_text().splitlines() if line.startswith("push ")]


@pytest.mark.parametrize("variable", ["AWS_REGION", "AWS_DEFAULT_REGION"])
def test_images_go_to_the_region_of_the_environment_where_no_profile_names_one(variable: str, tmp_path: Path) -> None:
    done, pushed = _push(tmp_path, **{variable: "eu-central-1"})
    assert done.returncode == 0, done.stderr
    registry = "111122223333.dkr.ecr.eu-central-1.amazonaws.com"
    assert pushed == [f"{registry}/matinee-{name}:v1" for name in ("transcode", "hooks", "tusd")]
    assert done.stdout.splitlines()[-1] == "Version=v1"


def test_what_a_run_before_has_pushed_is_left_as_it_is(tmp_path: Path) -> None:
    done, pushed = _push(tmp_path, AWS_REGION="eu-central-1", THERE="matinee-transcode ")
    assert done.returncode == 0, done.stderr
    assert [image.partition("/")[2] for image in pushed] == ["matinee-hooks:v1", "matinee-tusd:v1"]


def test_without_any_region_nothing_is_pushed(tmp_path: Path) -> None:
    done, pushed = _push(tmp_path)
    assert done.returncode != 0
    assert pushed == []
