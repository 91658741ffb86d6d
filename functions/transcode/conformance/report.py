"""What a check found: findings with place and value, as JSON and as a table."""

import json
import textwrap
from collections import Counter
from collections.abc import Collection
from dataclasses import asdict, dataclass, field

from functions.transcode.conformance.rules import RULES, Severity

KEPT_PER_RULE = 20  # a fault of the whole stream shows in every segment; the rest is counted


@dataclass(frozen=True)
class Finding:
    """A rule that is broken, where, and by what value."""

    rule: str
    place: str
    value: str


@dataclass
class Report:
    """The outcome. ``counts`` has all findings of a rule, ``findings`` the first of them; ``media_bytes`` were read."""

    sample: str
    waived: tuple[str, ...] = ()
    findings: list[Finding] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)
    renditions: int = 0
    segments: int = 0
    media_bytes: int = 0
    seconds: float = 0.0

    def add(self, rule: str, place: str, value: object) -> None:
        """Note a finding."""
        if RULES[rule].name in self.waived:
            return
        self.counts[rule] += 1
        if self.counts[rule] <= KEPT_PER_RULE:
            self.findings.append(Finding(rule, place, str(value)))

    def broken(self, severity: Severity | None = None) -> Collection[str]:
        """The names of the rules that are broken."""
        return [name for name in RULES if self.counts[name] and severity in (None, RULES[name].severity)]

    @property
    def passed(self) -> bool:
        """Whether no ``must`` is broken."""
        return not self.broken(Severity.MUST)

    def to_json(self) -> str:
        """The report as JSON."""
        rules = [
            asdict(RULES[name]) | {"count": self.counts[name], "findings": [asdict(f) for f in self.findings if f.rule == name]}
            for name in self.broken()
        ]
        facts = {"renditions": self.renditions, "segments": self.segments, "media_bytes": self.media_bytes}
        return json.dumps(
            {
                "passed": self.passed,
                "sample": self.sample,
                "waived": self.waived,
                **facts,
                "seconds": self.seconds,
                "broken": rules,
            },
            indent=1,
        )

    def to_text(self, width: int = 130, most: int = 5) -> str:
        """The report as a table for people; at most ``most`` findings of each rule."""
        lines = []
        for name in self.broken():
            rule = RULES[name]
            lines.append(f"{rule.severity.upper():<7}{name:<24}{rule.source:<32}{rule.says}")
            shown = [f for f in self.findings if f.rule == name][:most]
            for finding in shown:
                text = f"{finding.place}: {finding.value}"
                lines += textwrap.wrap(text, width, initial_indent=" " * 7, subsequent_indent=" " * 9)
            if self.counts[name] > len(shown):
                lines.append(f"{'':<7}and {self.counts[name] - len(shown)} more")
        speed = f", {self.media_bytes / 1e6 / self.seconds:.0f} MB/s" if self.media_bytes and self.seconds else ""
        lines.append(
            f"{'PASSED' if self.passed else 'FAILED'}: {len(self.broken(Severity.MUST))} must and"
            f" {len(self.broken(Severity.SHOULD))} should broken of {len(RULES)} rules"
            f"{f' ({len(self.waived)} waived)' if self.waived else ''}; {self.renditions} renditions, {self.segments} segments,"
            f" sample {self.sample}, {self.media_bytes / 1e6:.1f} MB in {self.seconds:.2f} s{speed}"
        )
        return "\n".join(lines)
