"""Which day it is."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

_BEIJING = timezone(timedelta(hours=8))


def today() -> str:
    """The day in China, which is where the offices are."""
    return datetime.now(tz=_BEIJING).date().isoformat()
