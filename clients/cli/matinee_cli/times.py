"""Times as people and scripts give them, and as people read them."""

import re
from datetime import UTC, datetime, timedelta

from matinee_cli.errors import Misuse

_UNITS = {"w": "weeks", "d": "days", "h": "hours", "m": "minutes"}
_SPAN = re.compile(r"(?:(\d{1,4})w)?(?:(\d{1,5})d)?(?:(\d{1,6})h)?(?:(\d{1,7})m)?")
_MOMENT = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d(:\d\d(\.\d{1,6})?)?([Zz]|[+-]\d\d:\d\d)?")


def parse_end(text: str, now: datetime | None = None) -> str:
    """The moment that ``--ends`` names, RFC 3339 in UTC.

    A moment (RFC 3339; without a zone it is this machine's local time), or a span from now: ``90m``, ``2h``, ``1d12h``, ``2w``.
    Raises ``Misuse`` for anything else; whether the moment lies ahead, the server says.
    """
    stripped = text.strip()
    try:
        if _MOMENT.fullmatch(stripped):
            moment = datetime.fromisoformat(stripped.upper()).astimezone(UTC)  # a naive time is taken for a local one
        elif (span := _SPAN.fullmatch(stripped.lower())) and any(span.groups()):
            amounts = {unit: int(amount) for unit, amount in zip(_UNITS.values(), span.groups(), strict=True) if amount}
            moment = (now or datetime.now(UTC)) + timedelta(**amounts)
        else:
            raise ValueError
    except (ValueError, OverflowError):
        raise Misuse(
            f"{text!r} is no time: give one like 2026-12-24T20:00+01:00, or a span from now like 90m, 2h, 1d12h."
        ) from None
    return moment.isoformat(timespec="seconds").replace("+00:00", "Z")


def shown(moment: datetime | None) -> str:
    """A moment in this machine's local time, to the minute; a dash for none."""
    return "-" if moment is None else f"{moment.astimezone():%Y-%m-%d %H:%M}"
