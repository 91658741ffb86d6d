"""The engine benchmark's figures as Markdown tables, ready for the page that keeps them."""

from collections.abc import Iterable, Sequence
from typing import Any

from tests.bench.aims import Aim

Figures = dict[str, Any]
NAMES = {"matinee": "Matinee", "plain": "plain ffmpeg", "least": "the least, pictures alone", "shaka": "shaka-streamer"}


def print_table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """A Markdown table; columns after the first are figures."""
    print("| " + " | ".join(head) + " |")
    print("|---|" + "---:|" * (len(head) - 1))
    for row in rows:
        print("| " + " | ".join(str(cell) for cell in row) + " |")
    print()


def print_engines(figures: Figures) -> None:
    """One film: what each engine used."""
    plain = figures["engines"]["plain"]
    print(f"### {figures['film']}: {figures['codec']}, {figures['seconds']:.0f} s\n")
    head = ("engine", "CPU s", "of plain", "wall s", "playable s", "MB out", "program MB", "others MB", "ffmpeg MB", "disk MB")
    rows = [
        (
            NAMES[name],
            f"{used['cpu_s']:.1f}",
            f"{used['cpu_s'] / plain['cpu_s']:.2f}",
            f"{used['wall_s']:.1f}",
            f"{used['playable_s']:.2f}",
            f"{used['bytes'] / 1e6:.1f}",
            f"{used['program_mb']:.0f}",
            f"{used['children_mb']:.0f}",
            f"{used['ffmpeg_mb']:.0f}",
            f"{used['disk_mb']:.1f}",
        )
        for name, used in figures["engines"].items()
    ]
    print_table(head, rows)
    ours = figures["engines"]["matinee"]
    works = ", ".join(f"{work} {seconds}" for work, seconds in ours["cpu_by_work_s"].items())
    print(f"Matinee's CPU seconds: {works}, worker itself {ours['worker_cpu_s']}; PostgreSQL and LocalStack besides "
          f"{ours['services_cpu_s']}.\n")  # fmt: skip
    of_runs = "; ".join(f"{NAMES[name]} {', '.join(map(str, runs))}" for name, runs in figures["cpu_s_of_runs"].items())
    print(f"CPU seconds of the runs: {of_runs}.\n")


def print_renditions(figures: Figures) -> None:
    """One film: bytes and VMAF of each rendition by each engine."""
    engines = {name: used for name, used in figures["engines"].items() if used["renditions"]}
    head = ["rendition", *(f"{NAMES[name]} {what}" for name in engines for what in ("MB", "VMAF"))]
    by_side = {name: {r["short_side"]: r for r in used["renditions"]} for name, used in engines.items()}
    rows = []
    for side in by_side["plain"]:
        cells: list[object] = [f"{side}p"]
        for name in engines:
            made = by_side[name].get(side)
            cells += [f"{made['bytes'] / 1e6:.2f}", f"{made['vmaf']:.2f}"] if made else ["-", "-"]
        rows.append(cells)
    print_table(head, rows)


def print_aims(aims: Sequence[Aim]) -> None:
    """Each aim, and whether it is reached."""
    print_table(
        ("film", "aim", "figure", "at most", "reached"),
        [(aim.film, aim.what, aim.value, aim.most, "yes" if aim.is_reached else "**no**") for aim in aims],
    )
