"""How long a function's code takes to import: ``python -m tests.bench.cold_import [--runs N] [--json FILE] [NAME…]``.

Each function is imported from what its image holds and nothing else, compiled, in a fresh interpreter, N times (default 10)
after two that warm the disk's cache. The time is that of the import statement alone, without the interpreter's own start
(about 15 ms): on the clock, which the budgets are for, and of the processor, which other work on the machine disturbs less.
The five heaviest imports are those of ``-X importtime``, by what they cost with all that they import first.
"""

import argparse
import compileall
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from tests.infra.image_contents import fill
from tests.infra.workloads import Workload, workloads

HTTP_BUDGET_MS = 400
OTHER_BUDGET_MS = 250
HTTP = ("Sessions", "GetStream")
NOT_A_HANDLER = ("worker", "hooks")  # tasks of Fargate, started long before they are needed

IMPORT = """
import sys, time
clock, processor = time.perf_counter(), time.process_time()
__import__(sys.argv[1])
print((time.perf_counter() - clock) * 1000, (time.process_time() - processor) * 1000)
"""
LINE = re.compile(r"import time:\s+(\d+) \|\s+(\d+) \|( +)(\S+)")


def python(folder: Path, workload: Workload, *arguments: str) -> subprocess.CompletedProcess[str]:
    """A fresh interpreter that finds the image's content alone."""
    environment = {name: value if isinstance(value, str) else "1" for name, value in workload.environment.items()}
    environment |= {"AWS_REGION": "eu-central-1", "AWS_DEFAULT_REGION": "eu-central-1", "PATH": os.environ["PATH"]}
    argv = [sys.executable, "-S", *arguments, workload.module]
    return subprocess.run(
        argv, env=environment | {"PYTHONPATH": str(folder)}, cwd="/", capture_output=True, text=True, check=True
    )


def milliseconds(folder: Path, workload: Workload, runs: int) -> tuple[list[float], list[float]]:
    """The import's duration on the clock and of the processor, once for each run."""
    said = [python(folder, workload, "-c", IMPORT).stdout.split() for _ in range(runs + 2)][2:]
    return [float(clock) for clock, _ in said], [float(processor) for _, processor in said]


def heaviest(folder: Path, workload: Workload, count: int = 5) -> list[tuple[str, float]]:
    """(module, milliseconds with all that it imports first) of the packages that cost most; their own parts are left out."""
    said = python(folder, workload, "-X", "importtime", "-c", IMPORT).stderr
    costs = {found[4]: int(found[2]) / 1000 for found in LINE.finditer(said)}
    ours = ("functions", "infra", "matinee")
    tops = {name: cost for name, cost in costs.items() if not name.startswith(ours) and name.rpartition(".")[0] not in costs}
    return sorted(tops.items(), key=lambda item: -item[1])[:count]


def main() -> int:
    """Measure, print one line for each function; the exit status is 1 when one is over its budget."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.cold_import", description=__doc__)
    parser.add_argument("--runs", type=int, default=10)
    parser.add_argument("--json", type=Path, help="also write the figures to this file")
    parser.add_argument("names", nargs="*", default=[name for name in workloads() if name not in NOT_A_HANDLER])
    asked = parser.parse_args()
    report: dict[str, dict[str, Any]] = {}
    print(f"{'function':12} {'median':>7} {'max':>7} {'CPU':>7} {'budget':>7}  heaviest imports (ms)")
    for name in asked.names:
        workload = workloads()[name]
        budget = HTTP_BUDGET_MS if name in HTTP else OTHER_BUDGET_MS
        with tempfile.TemporaryDirectory() as folder:
            fill(Path(folder), workload)
            compileall.compile_dir(folder, quiet=2)
            times, processor = milliseconds(Path(folder), workload, asked.runs)
            heavy = heaviest(Path(folder), workload)
        median = statistics.median(times)
        cpu = statistics.median(processor)
        report[name] = {"median_ms": median, "max_ms": max(times), "cpu_ms": cpu, "budget_ms": budget, "heaviest_ms": dict(heavy)}
        listed = ", ".join(f"{module} {cost:.0f}" for module, cost in heavy)
        print(f"{name:12} {median:7.0f} {max(times):7.0f} {cpu:7.0f} {budget:7}  {listed}", flush=True)
    if asked.json:
        asked.json.write_text(json.dumps(report, indent=1) + "\n")
    return int(any(each["median_ms"] > each["budget_ms"] for each in report.values()))


if __name__ == "__main__":
    sys.exit(main())
