"""A number or date of a workbook as its cell shows it: 0.31 in the format 0% is 31%."""

from __future__ import annotations

import re
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

_QUOTED = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]')
_DIGITS = re.compile(r"[#0?](?:[#0?,]*[#0?])?(?:\.[#0?]*)?")
_DATE_TOKEN = re.compile(r'"([^"]*)"|\\(.)|(y+|m+|d+|h+|s+)|(\[[^\]]*\])|(.)', re.IGNORECASE)


def displayed(value: object, code: str) -> str:
    """A cell's value in words.

    Args:
        value: text, number, truth, date or None, as the workbook holds it.
        code: the cell's number format (``0.0%``, ``yyyy"年"m"月"``, ``General``).
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return _number(value, code)
    if isinstance(value, datetime | date | time):
        return _date(value, code)
    if isinstance(value, timedelta):
        return str(value)
    return str(value)


def _number(value: float, code: str) -> str:
    if value != value or value in (float("inf"), float("-inf")):
        return str(value)
    sections = (code or "General").split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    bare = _QUOTED.sub("", section)
    shape = _DIGITS.search(bare)
    if shape is None or abs(value) >= 1e15 or re.search("E[+-]|/", bare):
        return _general(value)
    amount = abs(Decimal(repr(value))) * 100 ** bare.count("%")
    decimals = shape[0].partition(".")[2]
    rounded = amount.quantize(Decimal(1).scaleb(-len(decimals)), ROUND_HALF_UP)
    text = f"{rounded:,f}" if "," in shape[0] else f"{rounded:f}"
    optional = len(decimals) - len(decimals.rstrip("#?"))
    for _ in range(optional if "." in text else 0):
        text = text.removesuffix("0")
    text = text.removesuffix(".")
    sign = "-" if value < 0 and section == sections[0] and rounded else ""
    literal = _QUOTED.sub(lambda m: m[1] or m[2] or "", section)
    match = _DIGITS.search(literal)
    around = (literal[: match.start()], literal[match.end() :]) if match else ("", "")
    return sign + around[0].strip() + text + around[1].strip()


def _general(value: float) -> str:
    if value == int(value) and abs(value) < 1e15:
        return str(int(value))
    return f"{Decimal(format(value, '.15g')):f}"


def _date(value: datetime | date | time, code: str) -> str:
    """A date as 2017-12-31; in the format's own words where these are Chinese."""
    if isinstance(value, time):
        return value.isoformat("minutes")
    day = value if isinstance(value, datetime) else datetime.combine(value, time())
    if "年" in code or "月" in code:
        return _chinese_date(day, code.split(";")[0])
    return day.date().isoformat() + (
        f" {day.time().isoformat('minutes')}" if day.time() != time() else ""
    )


def _chinese_date(day: datetime, code: str) -> str:
    text = ""
    for match in _DATE_TOKEN.finditer(code):
        quoted, escaped, token, _, other = match.groups()
        if token:
            letter = token[0].lower()
            number = {"y": day.year, "m": day.month, "d": day.day, "h": day.hour, "s": day.second}[
                letter
            ]
            width = 2 if len(token) == 2 else 1
            text += f"{number % 100:02}" if letter == "y" and width == 2 else f"{number:0{width}}"
        else:
            text += quoted or escaped or (other if other not in (None, "@") else "")
    return text.strip()
