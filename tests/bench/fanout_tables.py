"""The fan-out simulation's figures as Markdown tables."""

from collections.abc import Sequence
from typing import Any

from functions.transcode.ladder import SEGMENT_S
from tests.bench.tables import print_table

Figures = dict[str, Any]


def _span(chunks: Sequence[int]) -> str:
    return ", ".join(str(length * SEGMENT_S) for length in chunks) + " s"


def print_single(rows: Sequence[Figures]) -> None:
    """A line for each film: playable and ready by the number of workers."""
    lines = []
    for codec in dict.fromkeys(r["codec"] for r in rows):
        for seconds in dict.fromkeys(r["seconds"] for r in rows):
            by_workers = {r["workers"]: r for r in rows if (r["codec"], r["seconds"]) == (codec, seconds)}
            cells = [f"{by_workers[n]['playable']['max']} / {by_workers[n]['ready']['max']:.0f}" for n in by_workers]
            lines.append((f"{codec}, {seconds // 60} min", *cells))
    workers = dict.fromkeys(r["workers"] for r in rows)
    print_table(("one film: playable / ready", *(f"{n} workers" for n in workers)), lines)


def print_scenarios(rows: Sequence[Figures]) -> None:
    """Time to playable and ready, and how many viewers would wait in the middle."""
    head = (
        "scenario",
        "films",
        "workers",
        "playable median",
        "p95",
        "max",
        "ready median",
        "p95",
        "max",
        "stalled",
        "longest stall",
    )
    print_table(
        head,
        [
            (
                r["scenario"],
                r["films"],
                r["workers"],
                *r["playable"].values(),
                *r["ready"].values(),
                f"{r['stalled']:.0%}",
                r["stall"]["max"],
            )
            for r in rows
        ],
    )


def print_sweep(rows: Sequence[Figures]) -> None:
    """What chunk lengths bring and cost."""
    head = (
        "chunks",
        "workers",
        "1 h HEVC: ready",
        "CPU s",
        "burst: playable p95",
        "ready median",
        "stalled",
        "mixed: stalled",
        "longest",
    )
    print_table(
        head,
        [
            (
                _span(r["chunks"]), r["workers"], f"{r['alone']['ready']['max']:.0f}", r["alone"]["cpu_s"],
                r["burst"]["playable"]["p95"], f"{r['burst']['ready']['median']:.0f}", f"{r['burst']['stalled']:.0%}",
                f"{r['hour']['stalled']:.0%}", r["hour"]["stall"]["max"],
            )
            for r in rows
        ],
    )  # fmt: skip


def print_rules(rows: Sequence[Figures]) -> None:
    """What other queues and priorities bring."""
    head = ("rule", "workers", "1 h HEVC alone: playable", "stall", "burst: playable median", "p95", "ready median",
            "longest stall", "mixed: playable p95", "ready p95", "stalled", "longest stall")  # fmt: skip
    print_table(
        head,
        [
            (
                r["rule"].replace("_", " "), r["workers"], r["alone"]["playable"]["max"], r["alone"]["stall"]["max"],
                r["burst"]["playable"]["median"], r["burst"]["playable"]["p95"], f"{r['burst']['ready']['median']:.0f}",
                r["burst"]["stall"]["max"], r["hour"]["playable"]["p95"], f"{r['hour']['ready']['p95']:.0f}",
                f"{r['hour']['stalled']:.0%}", r["hour"]["stall"]["max"],
            )
            for r in rows
        ],
    )  # fmt: skip
