r"""Text as the reader should see it: markup gone, nothing reworded.

The documents come out of converters that leave HTML paragraphs (``<p>``) and
fragments of LaTeX (``PM _{2.5}``, ``$a \div b$``) in the cells. Those are not
the office's words and go; every word, number and punctuation mark stays.
"""

from __future__ import annotations

import re
import unicodedata

_PARAGRAPH = re.compile(r"</?(?:p|br|span|div)(?:\s[^<>]*)?/?>", re.IGNORECASE)
_FORMULA = re.compile(r"[ \t]*\$([^$\n]{1,200})\$[ \t]*")
_LATEX_WORDS = {
    r"\div": "÷", r"\times": "×", r"\cdot": "·", r"\pm": "±", r"\approx": "≈",
    r"\leq": "≤", r"\le": "≤", r"\geq": "≥", r"\ge": "≥", r"\%": "%", r"\sim": "～",
}  # fmt: skip
_LATEX_WORD = re.compile(
    "|".join(re.escape(w) for w in sorted(_LATEX_WORDS, key=len, reverse=True))
)
_SUBSCRIPT = re.compile(r"[ \t]*_\{([0-9.]{1,6})\}[ \t]*")
_SPACED_SUBSCRIPT = re.compile(r"[ \t]+([₀-₉]+)[ \t]*|([₀-₉]+)[ \t]+(?=[、，。）)])")
_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")
_SPACES = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f]+")

# Explicit direction marks and isolates: invisible, and able to reorder what
# stands beside them, so they are shown by name (Unicode Standard Annex 9, 2.1-2.7).
_DIRECTION_MARKS = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"

# All that _visible_character changes: controls, the marks above, surrogates,
# non-characters and the byte order mark.
_NON_CHARACTERS = "".join(
    chr(plane << 16 | 0xFFFE) + chr(plane << 16 | 0xFFFF) for plane in range(17)
)
_UNSEEN = re.compile(
    f"[\\x00-\\x1f\\x7f-\\x9f\\u2028\\u2029{_DIRECTION_MARKS}"
    f"\\ud800-\\udfff\\ufdd0-\\ufdef\\ufeff{_NON_CHARACTERS}]"
)


def clean(text: str) -> str:
    r"""A cell's text without markup, LaTeX and stray spaces, on one line.

    >>> clean("<p>PM _{2.5} 、PM ₁₀ 年均浓度</p>")
    'PM₂.₅、PM₁₀年均浓度'
    >>> clean(r"为 $18006 \div 408.46 = 44.09$ 元")
    '为18006÷408.46=44.09元'
    """
    text = _PARAGRAPH.sub(" ", text)
    text = _FORMULA.sub(_plain_formula, text)
    text = _SUBSCRIPT.sub(lambda m: m[1].translate(_SUBSCRIPTS), text)
    text = _SPACED_SUBSCRIPT.sub(lambda m: m[1] or m[2], text)
    return _SPACES.sub(" ", visible(text)).strip()


def visible(text: str) -> str:
    """The same text with what can't be seen or would disturb a page made visible.

    Control characters become their Unicode pictures (␛), direction marks their
    names (``[U+202E]``), lone surrogates and non-characters U+FFFD; line breaks
    become spaces, since a cell is one paragraph. Everything after the ledger's
    gate may rely on this.
    """
    if text.isascii() and text.isprintable():
        return text
    return _UNSEEN.sub(lambda match: _visible_character(match[0]), text)


def _visible_character(character: str) -> str:
    if character in "\n\r\t\v\f\u0085\u2028\u2029":
        return " "
    if character in _DIRECTION_MARKS:
        return f"[U+{ord(character):04X}]"
    category = unicodedata.category(character)
    if category == "Cc":
        code = ord(character)
        return chr(0x2400 + code) if code < 0x20 else "␡" if code == 0x7F else "\ufffd"
    if category == "Cs" or ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF:
        return "\ufffd"
    return "" if character == "\ufeff" else character


def _plain_formula(match: re.Match[str]) -> str:
    """A LaTeX formula as plain text; dollars that hold no formula (prices) stay."""
    body = match[1]
    if not re.search(r"[\\=_^]", body):
        return match[0]
    body = _LATEX_WORD.sub(lambda m: _LATEX_WORDS[m[0]], body)
    return re.sub(r"\s+", "", body.replace("{", "").replace("}", ""))


def fold_name(name: str) -> str:
    """A unit's name for comparing: width of letters and brackets, and spaces, don't matter.

    The 2014 plan writes ``各县(市、区)政府``, the 2017 table ``（肇庆）``.
    """
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", name))
