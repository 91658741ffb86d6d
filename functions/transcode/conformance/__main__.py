"""``python -m functions.transcode.conformance <playlist>``: check a stream and print the report.

Exit status: 0 passed, 1 a rule that must hold is broken, 2 the stream could not be checked.
"""

import argparse
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from functions.transcode.conformance.check import COPIED, Sample, check, snapshot
from functions.transcode.conformance.rules import RULES
from functions.transcode.conformance.sources import Folder, Origin

PASSED, BROKEN, UNCHECKED = 0, 1, 2


def main(argv: list[str] | None = None) -> int:
    """Run the command; gives the exit status."""
    options = _parser().parse_args(argv)
    if options.rules:
        for rule in RULES.values():
            print(f"{rule.severity:<7}{rule.name:<24}{rule.source:<32}{rule.says}")
        return PASSED
    if not options.playlist:
        _parser().error("which playlist?")
    try:
        source, name = _open(options.playlist, options.header, options.cookie)
        earlier = None
        source.read(name)
        if options.wait is not None:
            earlier = snapshot(source.read, name)
            time.sleep(options.wait)
    except (OSError, ValueError) as error:
        print(f"cannot read {options.playlist}: {error}", file=sys.stderr)
        return UNCHECKED
    report = check(
        source.read,
        name,
        sample=Sample(options.sample),
        read_range=source.read_range,
        earlier=earlier,
        copied=options.copied,
        waived=options.waive,
    )
    print(report.to_json() if options.json else report.to_text(most=options.most))
    return PASSED if report.passed else BROKEN


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m functions.transcode.conformance", description="Check a published HLS stream."
    )
    parser.add_argument("playlist", nargs="?", help="path or URL of the multivariant playlist")
    samples = [s.value for s in Sample if s is not Sample.RECORDED]
    parser.add_argument("--sample", choices=samples, default=Sample.WHOLE, help="how much is read")
    parser.add_argument("--cookie", action="append", default=[], metavar="NAME=VALUE", help="sent with every request")
    parser.add_argument("--header", action="append", default=[], metavar="NAME: VALUE", help="sent with every request")
    parser.add_argument("--wait", type=float, metavar="SECONDS", help="look twice, so far apart, at a stream that grows")
    parser.add_argument("--copied", action="append", default=list(COPIED), metavar="FOLDER", help="rendition with its own cuts")
    parser.add_argument("--waive", action="append", default=[], choices=sorted(RULES), metavar="RULE", help="pass over a rule")
    parser.add_argument("--most", type=int, default=5, help="findings to print of each rule")
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    parser.add_argument("--rules", action="store_true", help="print the rules and end")
    return parser


def _open(playlist: str, headers: list[str], cookies: list[str]) -> tuple[Folder | Origin, str]:
    """The place that a stream is read from, and the playlist's name there. Raises ValueError."""
    parts = urlsplit(playlist)
    if parts.scheme not in ("http", "https"):
        path = Path(playlist)
        return Folder(path.parent), path.name
    sent = {name.strip(): value.strip() for name, _, value in (h.partition(":") for h in headers)}
    if cookies:
        sent["Cookie"] = "; ".join(cookies)
    base, _, name = parts.path.rpartition("/")
    return Origin(urlunsplit((parts.scheme, parts.netloc, base, "", "")), sent), name


if __name__ == "__main__":
    sys.exit(main())
