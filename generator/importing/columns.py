"""Which column of a table holds what: headings in one level or two, compared with columns.toml."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from typing import Any

from rapidfuzz import fuzz, process

from generator.findings import Finding, Place, finding
from generator.importing.cleaning import clean, fold_name
from generator.importing.document import Cell, Column, Document, Reading, Row

IGNORED = "ignore"
_OF_A_PERIOD = ("problems", "next_steps", "reported_rate", "reported_status")
_IGNORED_WORDS = (IGNORED, "忽略")
# A heading's words; a task's text is longer.
_LONGEST_HEADING = 30
_BRACKETED = re.compile(r"^(.+)\(([^()]+)\)$")
_YEAR = re.compile(r"^(?:19|20)\d{2}年度?")
_MONTHS = re.compile(
    r"^(?:截至|截止|至|到)?(?:(?:19|20)\d{2}年)?"
    r"(?:\d{1,2}月?[-—–~～至到])?(?P<month>\d{1,2})月(?:份)?(?:\d{1,2}日|底|末)?"
)


@dataclass(frozen=True, slots=True)
class Heading:
    """The columns that a table's heading names, and how many rows it takes (0 for none)."""

    columns: tuple[Column, ...] = ()
    depth: int = 0


def read_heading(row: Row, below: Row | None, mapping: Mapping[str, str]) -> Heading:
    """The columns that a row heads, together with the row below where that is a second level.

    Args:
        row: any row.
        below: the row below it in the same table, if any.
        mapping: what the clerk said of headings, as ``read_mapping`` gives it.
    """
    heading = columns_of(row, mapping)
    if below and _is_second_level(row, below, mapping):
        two = tuple(_columns(row, below, mapping))
        if _is_heading(two):
            return Heading(two, 2)
    return Heading(heading, 1) if _is_heading(heading) else Heading()


def columns_of(row: Row, mapping: Mapping[str, str]) -> tuple[Column, ...]:
    """The columns that a row would head, whether or not it is a heading."""
    return tuple(_columns(row, None, mapping))


def fields_of(
    heading: Heading, mapping: Mapping[str, str]
) -> tuple[tuple[Column, ...], tuple[Finding, ...]]:
    """The columns with one for each field, and what the clerk should know of the choice.

    Of columns for several periods the last is taken, unless the clerk maps another.
    An unrecognised heading, or two columns for one field, is an error: the content
    of one of them would be lost.
    """
    columns = tuple(_without_derived(_with_number(tuple(_with_title(heading.columns))), mapping))
    findings = [
        finding("heading-column", column.place, text=column.heading)
        for column in columns
        if not column.field and column.heading
    ]
    chosen: dict[str, Column] = {}
    # Progress first: what is said beside it must be of the same period.
    for column in sorted(columns, key=lambda column: column.field != "progress"):
        if column.field in ("", IGNORED):
            continue
        main = chosen.get("progress")
        if column.field in _OF_A_PERIOD and main and _differ(main, column):
            findings.append(_chosen(main, column))
        else:
            best, told = _better(chosen.get(column.field), column, mapping)
            chosen[column.field] = best
            findings += told
    kept = set(chosen.values())
    return tuple(
        column if column in kept or not column.field else replace(column, field=IGNORED)
        for column in columns
    ), tuple(findings)


def read_mapping(settings: Iterable[str]) -> tuple[dict[str, str], tuple[Finding, ...]]:
    """``列名=字段`` of the command line → folded heading → field.

    A field may be named in English or by any of its headings; 忽略 drops the column.
    """
    mapping: dict[str, str] = {}
    findings: list[Finding] = []
    for setting in settings:
        heading, _, name = setting.rpartition("=")
        known = _words() | {field: field for field in field_names()}
        known |= dict.fromkeys(_IGNORED_WORDS, IGNORED)
        field = known.get(_fold(name)) or known.get(name.strip())
        if heading and field:
            # What the clerk calls the number is the number, beside 序号 too.
            mapping[_fold(heading)] = "no" if field == "code" else field
        else:
            fields = "、".join([*field_names().values(), "忽略"])
            findings.append(finding("map-unknown", Place(f"--map {setting}"), fields=fields))
    return mapping, tuple(findings)


def unknown_headings(
    settings: Iterable[str], read: Iterable[tuple[Document, Reading]]
) -> tuple[Finding, ...]:
    """The ``列名=字段`` of the command line whose heading stands in no table of any document.

    Args:
        settings: as for ``read_mapping``.
        read: documents with their readings; those that couldn't be read don't count.
    """
    readable = [pair for pair in read if pair[0].rows]
    known = {name: heading for pair in readable for heading in _headings(*pair)
             for name in _names(heading)}  # fmt: skip
    findings = []
    for setting in settings if readable else ():
        heading, _, field = setting.rpartition("=")
        if not heading or _fold(heading) in known:
            continue
        near = process.extractOne(_fold(heading), known.keys(), scorer=fuzz.ratio, score_cutoff=30)
        findings.append(
            finding(
                "map-heading", Place(f"--map {setting}"), heading=heading, field=field,
                nearest=known[near[0]] if near else "—",
            )
        )  # fmt: skip
    return tuple(findings)


def _headings(document: Document, reading: Reading) -> Iterator[str]:
    """What heads the columns of a document's tables; any cell's words where none was recognised."""
    places = {column.place for column in reading.columns}
    tables = {row.table for row in document.rows if any(c.place in places for c in row.cells)}
    yield from (column.heading for column in reading.columns)
    for row in document.rows:
        if row.table not in tables:
            yield from (c.heading for c in columns_of(row, {}) if len(c.heading) < _LONGEST_HEADING)


@cache
def field_names() -> dict[str, str]:
    """Each field with its name in Chinese."""
    return {field: words[0] for field, words in _data()["fields"].items()}


def words_of(*fields: str) -> tuple[str, ...]:
    """The headings of some fields, longest first, as a pattern needs them."""
    words = (word for field in fields for word in _data()["fields"][field])
    return tuple(sorted(words, key=len, reverse=True))


def _is_heading(columns: Iterable[Column]) -> bool:
    found = {column.field for column in columns}
    return bool(found & {"no", "code"}) and bool(found & {"goal", "task"})


def _is_second_level(row: Row, below: Row, mapping: Mapping[str, str]) -> bool:
    """Whether the row below holds only more headings: none is long, and one is known."""
    own = [cell for cell in below.cells if cell.text.strip() and not cell.continued]
    if row.table != below.table or not own or any(len(c.text) > _LONGEST_HEADING for c in own):
        return False
    columns = tuple(_columns(row, below, mapping))
    number = next((c.index for c in columns if c.field in ("no", "code")), None)
    if number is None or (cell := _at(below, number)) is None or cell in own:
        return False
    places = {cell.place for cell in own}
    return any(column.field and column.place in places for column in columns)


def _columns(row: Row, below: Row | None, mapping: Mapping[str, str]) -> Iterator[Column]:
    group = ""  # in flattened text only the first cell of a merged heading has its words
    for index in range(max(len(row.cells), len(below.cells) if below else 0)):
        top, bottom = _at(row, index), _at(below, index)
        group = _words_in(top) or group
        levels = [_words_in(top)]
        place = top.place if top else row.place
        if bottom and _words_in(bottom) and not (bottom.continued and _same(top, bottom)):
            levels = [group, _words_in(bottom)]
            place = bottom.place
        levels = [level for level in dict.fromkeys(levels) if level]
        if top and top.continued and len(levels) == 1:
            continue  # a merged heading stands at its first column
        field, measure, period = _recognise(levels, mapping)
        yield Column(index, "／".join(levels), place, field, measure, period)


def _at(row: Row | None, index: int) -> Cell | None:
    return row.cells[index] if row and index < len(row.cells) else None


def _words_in(cell: Cell | None) -> str:
    if cell is None:
        return ""
    # A text too long for a heading needn't be cleaned to see that it is none.
    return clean(cell.text) if len(cell.text) < 4 * _LONGEST_HEADING else cell.text


def _same(top: Cell | None, bottom: Cell) -> bool:
    return top is not None and top.place == bottom.place


def _recognise(levels: list[str], mapping: Mapping[str, str]) -> tuple[str, str, int]:
    """Field, measure and period of a heading; the field is empty where nobody knows it."""
    if not levels or any(len(level) > _LONGEST_HEADING for level in levels):
        return "", "", 0
    last, joined = levels[-1], "".join(levels)
    if field := _mapped(levels, mapping):
        _, measure, period = _recognise_words(_fold(joined))
        return field, measure, period or _period(_fold(joined))[0]
    for candidate in dict.fromkeys([last, "".join(reversed(levels)), joined]):
        found = _recognise_words(_fold(candidate))
        if found[0]:
            return found
    return "", "", 0


def _mapped(levels: list[str], mapping: Mapping[str, str]) -> str:
    """The field that the clerk gave to a heading, named in full or by its last level."""
    return next((mapping[name] for name in _names("／".join(levels)) if name in mapping), "")


def _names(heading: str) -> tuple[str, ...]:
    """By what the clerk may call a heading, folded: its levels with or without ／, the last one."""
    return tuple(map(_fold, (heading, heading.replace("／", ""), heading.split("／")[-1])))


def _recognise_words(text: str) -> tuple[str, str, int]:
    if text in _words():
        return _words()[text], "", 0
    if match := _BRACKETED.match(text):
        field, measure, period = _recognise_words(match[1])
        if match[2] in _measures():
            return field, match[2], period
        inside, rest = _period(match[2])
        if inside and not rest:
            return field, measure, inside
        return "", "", 0
    period, rest = _period(text)
    if rest != text and rest in _words():
        return _words()[rest], "", period
    return "", "", 0


def _period(text: str) -> tuple[int, str]:
    """The month in which the period ends that a text begins with, and the rest of the text."""
    if (match := _MONTHS.match(text)) and 1 <= int(match["month"]) <= 12:
        return int(match["month"]), text[match.end() :]
    rest = _YEAR.sub("", text)
    for name, month in _data()["periods"].items():
        if rest.startswith(name):
            return int(month), rest[len(name) :]
    return 0, rest


def _with_title(columns: tuple[Column, ...]) -> Iterator[Column]:
    """The column 工作任务 is the goal, or the title where another column is the goal."""
    field = "title" if any(column.field == "goal" for column in columns) else "goal"
    for column in columns:
        yield replace(column, field=field) if column.field == "task" else column


def _with_number(columns: tuple[Column, ...]) -> tuple[Column, ...]:
    """The column 编号 is the tasks' number, unless another column is: then it is left."""
    field = IGNORED if any(column.field == "no" for column in columns) else "no"
    return tuple(replace(c, field=field) if c.field == "code" else c for c in columns)


def _without_derived(columns: tuple[Column, ...], mapping: Mapping[str, str]) -> Iterator[Column]:
    """Where a table tells what was inferred, the columns that say what was made of it are left."""
    tells = any(column.field == "unit_basis" for column in columns)
    for column in columns:
        derived = tells and _fold(column.heading) in _derived()
        settled = _mapped(column.heading.split("／"), mapping)
        yield replace(column, field=IGNORED) if derived and not settled else column


def _better(
    before: Column | None, column: Column, mapping: Mapping[str, str]
) -> tuple[Column, tuple[Finding, ...]]:
    if before is None:
        return column, ()
    mapped = [bool(_mapped(c.heading.split("／"), mapping)) for c in (before, column)]
    if mapped[0] == mapped[1] and not _differ(before, column):
        return before, (
            finding("column-ambiguous", column.place, text=column.heading, other=before.heading),
        )
    first = mapped[0] or (not mapped[1] and before.period > column.period)
    taken, left = (before, column) if first else (column, before)
    return taken, (_chosen(taken, left),)


def _differ(one: Column, other: Column) -> bool:
    """Whether two columns speak of different periods."""
    return bool(one.period and other.period and one.period != other.period)


def _chosen(taken: Column, left: Column) -> Finding:
    return finding("period-chosen", taken.place, text=taken.heading, other=left.heading)


def _fold(text: str) -> str:
    """A heading for comparing: folded like a name, brackets in one form, no colon behind."""
    folded = fold_name(text).translate(str.maketrans("[]【】〔〕", "()()()"))
    return folded.strip(":*★")


@cache
def _data() -> dict[str, dict[str, Any]]:
    text = files(__package__).joinpath("columns.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


@cache
def _words() -> dict[str, str]:
    ignored = dict.fromkeys(map(_fold, _data()["ignored"]["words"]), IGNORED)
    return ignored | {
        _fold(word): field for field, words in _data()["fields"].items() for word in words
    }


@cache
def _derived() -> frozenset[str]:
    return frozenset(map(_fold, _data()["derived"]["words"]))


@cache
def _measures() -> frozenset[str]:
    return frozenset(map(_fold, _data()["measures"]["words"]))
