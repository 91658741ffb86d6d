"""What axe-core, the checker that the frontend's packages bring along, has to say about a page."""

from pathlib import Path
from typing import Any

from playwright.sync_api import Page

from infra.local.configuration import ROOT

AXE = ROOT / "frontend" / "node_modules" / "axe-core" / "axe.min.js"
# WCAG 2.2 AA contains all that came before it.
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Page) -> list[str]:
    """One line for each rule that the page breaks, with the first element that does."""
    page.evaluate(Path(AXE).read_text())
    found: dict[str, Any] = page.evaluate("rules => axe.run(document, { runOnly: rules })", RULES)
    return [f"{broken['id']}: {broken['help']}: {broken['nodes'][0]['html'][:200]}" for broken in found["violations"]]
