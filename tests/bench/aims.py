"""What the engine is to reach, and whether measured figures do."""

from dataclasses import asdict, dataclass
from typing import Any

Figures = dict[str, Any]

COPIED_CPU, ONE_TIER_CPU, TWO_TIERS_CPU = 0.50, 0.90, 1.00  # shares of the plain command's CPU seconds
VMAF_LOSS = 0.5
WORKER_MB = 150
CHUNKING_OVERHEAD = 0.05


@dataclass(frozen=True)
class Aim:
    """One figure and the most it may be."""

    film: str
    what: str
    value: float
    most: float

    @property
    def is_reached(self) -> bool:
        """Whether the figure is within its bound."""
        return self.value <= self.most

    def as_json(self) -> Figures:
        """For the report."""
        return asdict(self) | {"is_reached": self.is_reached}


def aims_of_film(figures: Figures) -> list[Aim]:
    """The aims that one film's figures are held against."""
    name, ours, plain = figures["film"], figures["engines"]["matinee"], figures["engines"]["plain"]
    most_cpu = COPIED_CPU if figures["is_copied"] else ONE_TIER_CPU if figures["tiers"] == 1 else TWO_TIERS_CPU
    kind = "picture copied" if figures["is_copied"] else "one tier" if figures["tiers"] == 1 else "two tiers"
    found = [Aim(name, f"CPU against plain, {kind}", round(ours["cpu_s"] / plain["cpu_s"], 3), most_cpu)]
    yardstick = {r["short_side"]: r for r in plain["renditions"]}
    for made in ours["renditions"]:
        side = made["short_side"]
        other = yardstick[side]
        found.append(Aim(name, f"{side}p: VMAF below plain's", round(other["vmaf"] - made["vmaf"], 2), VMAF_LOSS))
        is_copy = figures["is_copied"] and made is ours["renditions"][0]
        if not is_copy:  # a copied picture has the bytes of the source
            found.append(Aim(name, f"{side}p: bytes against plain", round(made["bytes"] / other["bytes"], 3), 1.0))
        if made["frames"] != other["frames"]:
            found.append(Aim(name, f"{side}p: frames that plain has not, or lacks", abs(made["frames"] - other["frames"]), 0))
    found.append(Aim(name, "worker memory, MB", ours["together_mb"], WORKER_MB))
    found.append(Aim(name, "scratch disk, MB", ours["disk_mb"], round(2 * ours["chunk_mb"], 1)))
    return found


def aims_of_chunking(figures: Figures) -> list[Aim]:
    """Chunks on all cores against one pass."""
    name = f"{figures['chunks']} chunks, {figures['workers']} workers"
    overhead = figures["cpu_s"] / figures["one_pass_cpu_s"] - 1
    growth = figures["bytes"] / figures["one_pass_bytes"] - 1
    return [
        Aim(name, "CPU above one pass", round(overhead, 3), CHUNKING_OVERHEAD),
        Aim(name, "bytes above one pass", round(growth, 3), CHUNKING_OVERHEAD),
    ]
