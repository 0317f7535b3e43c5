"""A change of wording in a line: what differs, with a little of what stands around it."""

from __future__ import annotations

# How much of a text stands around a change that is shown, and of the change itself.
_AROUND, _SHOWN = 8, 40


def change_shown(old: str, new: str) -> tuple[str, str]:
    """The parts in which two texts differ, with a few characters around them.

    >>> change_shown("全年完成投资十亿元以上。", "全年完成投资八亿元以上。")
    ('全年完成投资十亿元以上。', '全年完成投资八亿元以上。')
    """
    start = _same(old, new)
    end = _same(old[start:][::-1], new[start:][::-1])
    return _part(old, start, len(old) - end), _part(new, start, len(new) - end)


def _same(one: str, other: str) -> int:
    """How many characters two texts have in common at their beginning."""
    shorter = min(len(one), len(other))
    return next((n for n in range(shorter) if one[n] != other[n]), shorter)


def _part(text: str, start: int, end: int) -> str:
    first, last = max(0, start - _AROUND), min(len(text), end + _AROUND)
    shown = text[first:last]
    if len(shown) > _SHOWN:
        shown, last = shown[:_SHOWN], 0
    return f"{'…' if first else ''}{shown}{'…' if last < len(text) else ''}" if text else "—"
