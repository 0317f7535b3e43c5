"""Ordinals in Chinese numerals."""

from __future__ import annotations

NUMERAL = "[一二三四五六七八九十百]+"


def chinese_number(numeral: str) -> int:
    """An ordinal in Chinese numerals, up to 999: 三十九 → 39, 一百零二 → 102.

    Raises:
        ValueError: for a text that is no numeral.
    """
    total, digit = 0, 0
    for character in numeral:
        if character in "零〇":
            continue
        if character in "十百":
            total += (digit or 1) * (10 if character == "十" else 100)
            digit = 0
        else:
            digit = "一二三四五六七八九".index(character) + 1
    return total + digit
