"""Where and when something was measured."""

import os
import platform
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any


def describe() -> dict[str, Any]:
    """Date, command, machine and its load: what a figure is worth little without."""
    processors = [
        line.partition(":")[2].strip() for line in Path("/proc/cpuinfo").read_text().splitlines() if "model name" in line
    ]
    return {
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
        "command": f"python -m {sys.modules['__main__'].__spec__.name} {' '.join(sys.argv[1:])}".strip(),  # type: ignore[union-attr]
        "platform": platform.platform(),
        "processor": processors[0] if processors else platform.machine(),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "load_before": os.getloadavg(),
    }
