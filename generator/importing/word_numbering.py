"""The numbers that Word's lists show: 1. 2. （1） 一、, which stand in no text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field

from lxml import etree

from generator.importing.package import local

_LEVEL = re.compile(r"%([1-9])")
_CHINESE = "零一二三四五六七八九"
_LEGAL = "零壹贰叁肆伍陆柒捌玖"
_STEMS = "甲乙丙丁戊己庚辛壬癸"
_ROMAN = ((1000, "m"), (900, "cm"), (500, "d"), (400, "cd"), (100, "c"), (90, "xc"),
          (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Level:
    start: int = 1
    format: str = "decimal"
    text: str = ""


@dataclass(frozen=True, slots=True)
class _List:
    abstract: str
    levels: dict[int, _Level]
    restarts: dict[int, int]


@dataclass
class Numbering:
    """The lists of a document, counting as its paragraphs go by."""

    lists: dict[str, _List]
    styles: dict[str, tuple[str, int]]
    _counts: dict[str, dict[int, int]] = field(default_factory=lambda: defaultdict(dict))
    _begun: set[tuple[str, int]] = field(default_factory=set)

    def next(self, properties: etree._Element | None) -> str:
        """The number that a paragraph of these properties shows; it counts as passed."""
        number, level = _number_of(properties, self.styles)
        found = self.lists.get(number)
        if found is None or level not in found.levels:
            return ""
        counts = self._counts[found.abstract]
        if level in found.restarts and (number, level) not in self._begun:
            counts[level] = found.restarts[level] - 1
        self._begun.add((number, level))
        counts[level] = counts.get(level, found.levels[level].start - 1) + 1
        for deeper in [other for other in counts if other > level]:
            del counts[deeper]
        if found.levels[level].format in ("bullet", "none"):
            return ""

        def shown(match: re.Match[str]) -> str:
            above = int(match[1]) - 1
            shape = found.levels.get(above, _Level())
            return _shown(counts.get(above, shape.start), shape.format)

        return _LEVEL.sub(shown, found.levels[level].text)


def read_numbering(numbering: etree._Element | None, styles: etree._Element | None) -> Numbering:
    """The lists that numbering.xml defines, and the styles that belong to one of them."""
    abstracts: dict[str, dict[int, _Level]] = {}
    lists: dict[str, _List] = {}
    for node in numbering if numbering is not None else ():
        if local(node.tag) == "abstractNum":
            abstracts[attribute(node, "abstractNumId")] = dict(_levels(node))
    for node in numbering if numbering is not None else ():
        if local(node.tag) == "num":
            abstract = value(node, "abstractNumId")
            overrides = [child for child in node if local(child.tag) == "lvlOverride"]
            levels = dict(abstracts.get(abstract, {}))
            restarts = {}
            for override in overrides:
                levels |= dict(_levels(override))
                if start := value(override, "startOverride"):
                    restarts[_whole(attribute(override, "ilvl"))] = _whole(start)
            lists[attribute(node, "numId")] = _List(abstract, levels, restarts)
    return Numbering(lists, _styles(styles))


def attribute(node: etree._Element, name: str) -> str:
    """An attribute by its local name; empty where there is none."""
    return next((str(v) for k, v in node.attrib.items() if local(str(k)) == name), "")


def child(node: etree._Element | None, name: str) -> etree._Element | None:
    """The first child of that local name."""
    return next((c for c in node if local(c.tag) == name), None) if node is not None else None


def value(node: etree._Element | None, name: str) -> str:
    """The ``val`` of a child element."""
    found = child(node, name)
    return attribute(found, "val") if found is not None else ""


def _levels(node: etree._Element) -> Iterator[tuple[int, _Level]]:
    for level in node:
        if local(level.tag) == "lvl":
            yield _whole(attribute(level, "ilvl")), _Level(
                _whole(value(level, "start") or "1"), value(level, "numFmt") or "decimal",
                value(level, "lvlText"),
            )  # fmt: skip


def _styles(styles: etree._Element | None) -> dict[str, tuple[str, int]]:
    """Style → its list and level, inherited from the style that it is based on."""
    own: dict[str, tuple[str, int]] = {}
    based: dict[str, str] = {}
    for style in styles if styles is not None else ():
        if local(style.tag) == "style":
            name = attribute(style, "styleId")
            based[name] = value(style, "basedOn")
            properties = child(child(style, "pPr"), "numPr")
            if properties is not None:
                own[name] = value(properties, "numId"), _whole(value(properties, "ilvl"))
    for name in based:
        seen, ancestor = {name}, name
        while ancestor not in own and based.get(ancestor) and based[ancestor] not in seen:
            ancestor = based[ancestor]
            seen.add(ancestor)
        if ancestor in own:
            own[name] = own[ancestor]
    return own


def _number_of(
    properties: etree._Element | None, styles: dict[str, tuple[str, int]]
) -> tuple[str, int]:
    number = child(properties, "numPr")
    by_style = styles.get(value(properties, "pStyle"), ("", 0))
    if number is None:
        return by_style
    level = value(number, "ilvl")
    return value(number, "numId") or by_style[0], _whole(level) if level else by_style[1]


def _whole(text: str) -> int:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else 0


def _shown(number: int, shape: str) -> str:
    """A number in one of Word's formats; as digits where the format isn't one of ours."""
    if shape in ("chineseCounting", "chineseCountingThousand", "ideographDigital",
                 "japaneseCounting", "taiwaneseCounting", "taiwaneseCountingThousand"):  # fmt: skip
        return _chinese(number, _CHINESE, "十百")
    if shape in ("chineseLegalSimplified", "ideographLegalTraditional", "japaneseLegal"):
        return _chinese(number, _LEGAL, "拾佰")
    if shape.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(0x2460 + number - 1)
    if shape.startswith("decimalFullWidth"):
        return str(number).translate({0x30 + n: 0xFF10 + n for n in range(10)})
    if shape == "ideographTraditional" and 1 <= number <= 10:
        return _STEMS[number - 1]
    if shape == "decimalZero":
        return f"{number:02}"
    if shape in ("lowerLetter", "upperLetter") and number >= 1:
        letters = chr(0x61 + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters.upper() if shape == "upperLetter" else letters
    if shape in ("lowerRoman", "upperRoman") and 1 <= number < 4000:
        roman = ""
        for amount, letters in _ROMAN:
            roman += letters * (number // amount)
            number %= amount
        return roman.upper() if shape == "upperRoman" else roman
    return str(number)


def _chinese(number: int, digits: str, tens: str) -> str:
    """A number up to 999 in Chinese numerals; larger ones in digits.

    >>> _chinese(105, "零一二三四五六七八九", "十百")
    '一百零五'
    """
    if not 0 <= number < 1000:
        return str(number)
    hundred, ten, one = number // 100, number // 10 % 10, number % 10
    text = digits[hundred] + tens[1] if hundred else ""
    if ten:
        text += ("" if ten == 1 and not hundred else digits[ten]) + tens[0]
    elif hundred and one:
        text += digits[0]
    return text + (digits[one] if one or not number else "")
