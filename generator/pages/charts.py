"""Charts as inline SVG: drawn by matplotlib, then made part of the page.

matplotlib lays out and draws; ``_inline`` turns its drawing into one that belongs
to the page: text stays text in the reader's fonts, colours are the theme's CSS
variables (so light, dark and high contrast apply), ids are the page's own, and
a title and a description say it to those who don't see it. No pyplot, no date,
no font of the build machine: the same numbers give the same bytes anywhere.
"""

from __future__ import annotations

import io
import re
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree as ET

from markupsafe import Markup

if TYPE_CHECKING:
    from matplotlib.axes import Axes

_SVG = "http://www.w3.org/2000/svg"
_XLINK = "http://www.w3.org/1999/xlink"
_DPI = 72  # one drawing unit is one CSS pixel
_ROW = 26  # pixels from one bar to the next: a line of text with air
_BAR = 14
_TEXT = 13
# A Chinese character is as wide as it is high, letters and digits somewhat less
# in any font; a little air does no harm.
_WIDE, _NARROW = 1.0, 0.68

# Drawn in these colours, shown in the theme's.
_COLOURS = {
    "#0000f1": "var(--chart-1)",
    "#0000f2": "var(--chart-2)",
    "#0000f3": "var(--chart-grid)",
    "#0000f4": "currentColor",
    "#0000f5": "var(--chart-3)",
}
_ONE, _TWO, _GRID, _INK, _THREE = _COLOURS


@dataclass(frozen=True, slots=True)
class Chart:
    """A chart for a page: its drawings, and the same numbers as rows of label and text."""

    drawing: Markup
    rows: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a bar chart: its label, its value and how the value is written."""

    label: str
    value: float
    text: str


@dataclass(frozen=True, slots=True)
class Parts:
    """One row of a chart of parts: how many are completed, on schedule, behind, unquantified."""

    label: str
    numbers: tuple[int, int, int, int]
    text: str


@dataclass(frozen=True, slots=True)
class Mark:
    """One cell of a matrix: where it stands and whether it is the stronger of two kinds."""

    row: int
    column: int
    strong: bool


def bar_chart(
    ident: str, title: str, description: str, bars: Sequence[Bar], line: float | None = None
) -> Chart:
    """Horizontal bars in two drawings, a wide one and one for phones; CSS shows one of them.

    Args:
        ident: unique on the page; ids inside the drawings start with it.
        title: what the chart shows, for those who hear it.
        description: its main message in a sentence.
        bars: from top to bottom; values are ≥ 0 and share one unit.
        line: a value to be marked across all bars, as the schedule is.
    """
    drawing = _wide_bars(ident, title, description, bars, line) + _narrow_bars(
        f"{ident}-narrow", title, description, bars, line
    )
    return Chart(drawing, tuple((bar.label, bar.text) for bar in bars))


def parts_chart(ident: str, title: str, description: str, rows: Sequence[Parts]) -> Chart:
    """Rows parted by status: completed, on schedule, behind, unquantified, in this order."""
    most = max((sum(row.numbers) for row in rows), default=0) or 1
    left = max((text_width(row.label) for row in rows), default=0) + 12
    right = max((text_width(row.text) for row in rows), default=0) + 14

    def wide(axes: Axes) -> None:
        scale = max(10.0, 760 - left - right) / most
        for index, row in enumerate(rows):
            y = 4 + _ROW * index + _ROW / 2
            _stack(axes, row, left, y - _BAR / 2, scale, _BAR)
            _write(axes, left - 8, y, row.label, "right")
            _write(axes, left + sum(row.numbers) * scale + 6, y, row.text, "left")

    def narrow(axes: Axes) -> None:
        for index, row in enumerate(rows):
            y = 58 * index + 12
            _write(axes, 0, y, row.label, "left")
            _write(axes, 0, y + 18, row.text, "left")
            _stack(axes, row, 0, y + 29, 320 / most, 9)

    drawn = _inline(ident, title, description, 760, _ROW * len(rows) + 8.0, wide, "wide")
    phone = f"{ident}-narrow"
    drawn += _inline(phone, title, description, 320, 58 * len(rows) + 4.0, narrow, "narrow")
    return Chart(drawn, tuple((row.label, row.text) for row in rows))


def _stack(axes: Axes, row: Parts, x: float, y: float, scale: float, height: float) -> None:
    for number, colour in zip(row.numbers, (_ONE, _THREE, _TWO, _GRID), strict=True):
        if number:
            end = x + number * scale
            axes.fill(
                [x, end - 1, end - 1, x], [y, y, y + height, y + height], color=colour, linewidth=0
            )
            x = end


def _narrow_bars(
    ident: str, title: str, description: str, bars: Sequence[Bar], line: float | None
) -> Markup:
    """The same bars with label and number above each, legible 320 pixels wide."""
    width, row = 320.0, 40
    most = max((bar.value for bar in bars), default=0) or 1

    def draw(axes: Axes) -> None:
        for index, bar in enumerate(bars):
            y = row * index + 12
            _write(axes, 0, y, bar.label, "left")
            _write(axes, width, y, bar.text, "right")
            if bar.value:
                end = bar.value / most * width
                axes.fill(
                    [0, end, end, 0], [y + 11, y + 11, y + 20, y + 20], color=_ONE, linewidth=0
                )
            if line is not None:
                x = line / most * width
                axes.plot([x, x], [y + 8, y + 23], color=_TWO, linewidth=2)

    return _inline(ident, title, description, width, row * len(bars) + 4.0, draw, "narrow")


def _wide_bars(
    ident: str, title: str, description: str, bars: Sequence[Bar], line: float | None
) -> Markup:
    """Horizontal bars from zero, one a row, each with its label and its number."""
    left = max((text_width(bar.label) for bar in bars), default=0) + 12
    right = max((text_width(bar.text) for bar in bars), default=0) + 14
    width, height = 640.0, _ROW * len(bars) + 8.0
    most = max((bar.value for bar in bars), default=0) or 1

    def draw(axes: Axes) -> None:
        scale = (width - left - right) / most
        for index, bar in enumerate(bars):
            y = 4 + _ROW * index + _ROW / 2
            if bar.value:
                end = left + bar.value * scale
                axes.fill(
                    [left, end, end, left],
                    [y - _BAR / 2, y - _BAR / 2, y + _BAR / 2, y + _BAR / 2],
                    color=_ONE, linewidth=0,
                )  # fmt: skip
            _write(axes, left - 8, y, bar.label, "right")
            _write(axes, left + bar.value * scale + 6, y, bar.text, "left")
        axes.plot([left, left], [0, height], color=_GRID, linewidth=1)
        if line is not None:
            x = left + line * scale
            axes.plot([x, x], [0, height], color=_TWO, linewidth=1.5)

    return _inline(ident, title, description, width, height, draw, "wide")


def matrix_chart(
    ident: str, title: str, description: str,
    rows: Sequence[str], columns: Sequence[str], marks: Sequence[Mark],
) -> Chart:  # fmt: skip
    """A matrix of marks: strong ones are filled squares, the others open circles."""
    left = max((text_width(row) for row in rows), default=0) + 12
    cell, top = 18.0, 22.0
    width, height = left + cell * len(columns) + 8, top + cell * len(rows) + 8

    def draw(axes: Axes) -> None:
        for index in range(len(rows) + 1):
            y = top + index * cell
            axes.plot([left, left + cell * len(columns)], [y, y], color=_GRID, linewidth=0.5)
        for index, column in enumerate(columns):
            _write(axes, left + (index + 0.5) * cell, top - 9, column, "center", size=11)
        for index, row in enumerate(rows):
            _write(axes, left - 8, top + (index + 0.5) * cell, row, "right", size=12)
        for strong, marker, size in ((True, "s", 9.5), (False, "o", 8.0)):
            chosen = [mark for mark in marks if mark.strong is strong]
            axes.plot(
                [left + (mark.column + 0.5) * cell for mark in chosen],
                [top + (mark.row + 0.5) * cell for mark in chosen],
                linestyle="", marker=marker, markersize=size,
                markerfacecolor=_ONE if strong else "none",
                markeredgecolor=_ONE if strong else _TWO, markeredgewidth=1.4,
            )  # fmt: skip

    return Chart(_inline(ident, title, description, width, height, draw))


@dataclass(frozen=True, slots=True)
class Slope:
    """One line of a slope chart: its label, its values before and after, how they are written."""

    label: str
    before: float
    after: float
    text: str


# So many lines can carry their names without covering each other; the table has all.
_NAMED = 12
_WHOLE = 100.0


def slope_chart(
    ident: str, title: str, description: str, ends: tuple[str, str], slopes: Sequence[Slope]
) -> Chart:
    """Values in percent before and after, a line each; those that moved most have their names.

    Args:
        ident: as in ``bar_chart``.
        title: as in ``bar_chart``.
        description: as in ``bar_chart``.
        ends: what the left and the right end are called.
        slopes: values from 0 up, on one scale.
    """
    width, height, left, right, top = 640.0, 340.0, 170.0, 420.0, 36.0
    most = max((max(s.before, s.after) for s in slopes), default=0)
    most = max(most, _WHOLE)
    named = sorted(slopes, key=lambda s: -abs(s.after - s.before))[:_NAMED]

    def y(value: float) -> float:
        return height - 12 - value / most * (height - 24 - top)

    def draw(axes: Axes) -> None:
        for x, name in zip((left, right), ends, strict=True):
            axes.plot([x, x], [top - 8, height - 8], color=_GRID, linewidth=1)
            _write(axes, x, 12, name, "center")
        for mark in (0.0, _WHOLE / 2, _WHOLE):
            axes.plot([left, right], [y(mark), y(mark)], color=_GRID, linewidth=0.7)
            _write(axes, left - 8, y(mark), f"{mark:g}%", "right", size=11)
        for slope in slopes:
            colour = _ONE if slope.after >= slope.before else _TWO
            axes.plot([left, right], [y(slope.before), y(slope.after)], color=colour, linewidth=1.4)
        for slope, place in _spread([(s, y(s.after)) for s in named], height - 8):
            axes.plot([right + 2, right + 16], [y(slope.after), place], color=_GRID, linewidth=0.7)
            _write(axes, right + 20, place, f"{slope.label} {slope.text}", "left", size=11)

    return Chart(
        _inline(ident, title, description, width, height, draw),
        tuple((s.label, s.text) for s in slopes),
    )


def _spread(labels: Sequence[tuple[Slope, float]], most: float) -> list[tuple[Slope, float]]:
    """Labels moved apart, so that none covers another: downwards, and back up from the end."""
    order = sorted(labels, key=lambda pair: pair[1])
    places: list[float] = []
    for _, wanted in order:
        places.append(max(wanted, places[-1] + _TEXT) if places else wanted)
    for index in range(len(places) - 1, -1, -1):
        places[index] = min(places[index], most)
        most = places[index] - _TEXT
    return [(slope, place) for (slope, _), place in zip(order, places, strict=True)]


def text_width(text: str, size: float = _TEXT) -> float:
    """About how many pixels a text takes, without asking for any font."""
    return sum(size * (_NARROW if character.isascii() else _WIDE) for character in text)


def _write(axes: Axes, x: float, y: float, text: str, align: str, size: float = _TEXT) -> None:
    axes.text(
        x, y, text, horizontalalignment=align, verticalalignment="center_baseline",
        fontsize=size, color=_INK, parse_math=False,
    )  # fmt: skip


def _inline(
    ident: str, title: str, description: str, width: float, height: float,
    draw: Callable[[Any], None], kind: str = "",
) -> Markup:  # fmt: skip
    """Draw on bare axes in pixels (y downwards) and make the result part of a page."""
    from matplotlib import rc_context
    from matplotlib.figure import Figure

    settings: dict[Any, Any] = {
        "svg.fonttype": "none", "svg.hashsalt": ident, "font.family": ["DejaVu Sans"],
        "path.simplify": False,
    }  # fmt: skip
    stream = io.StringIO()
    with rc_context(settings), warnings.catch_warnings():
        # The build machine need not have Chinese glyphs: the reader's browser does.
        warnings.filterwarnings("ignore", message=r"Glyph \d+ .* missing from")
        figure = Figure(figsize=(width / _DPI, height / _DPI), dpi=_DPI)
        axes = figure.add_axes((0, 0, 1, 1))
        figure.patch.set_visible(False)
        axes.set_axis_off()
        axes.set_xlim(0, width)
        axes.set_ylim(height, 0)
        draw(axes)
        figure.savefig(
            stream, format="svg", transparent=True,
            metadata={"Date": None, "Creator": None, "Format": None, "Type": None},
        )  # fmt: skip
    root = ET.fromstring(stream.getvalue())  # noqa: S314 -- matplotlib's own output
    return Markup(_as_part_of_page(root, ident, title, description, kind))  # noqa: S704 -- serialised XML


def _as_part_of_page(root: ET.Element, ident: str, title: str, description: str, kind: str) -> str:
    """The drawing with its names, its colours and its ids made the page's."""
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{{{_SVG}}}metadata", f"{{{_SVG}}}style") or (
                child.tag == f"{{{_SVG}}}defs" and any(c.tag == f"{{{_SVG}}}style" for c in child)
            ):
                parent.remove(child)
    _flatten(root)
    used = {
        match
        for element in root.iter()
        for value in element.attrib.values()
        for match in re.findall(r"#([\w-]+)", value)
    }
    shapes: dict[str, str] = {}
    for element in root.iter():
        if (old := element.attrib.pop("id", None)) and old in used:
            shapes[old] = f"{ident}-{len(shapes)}"
            element.set("id", shapes[old])
    for element in root.iter():
        element.attrib.pop("clip-path", None)
        element.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
        for name, value in list(element.attrib.items()):
            element.set(name, _page_value(name, value, shapes))
            if not element.get(name):
                del element.attrib[name]
    box = root.attrib["viewBox"]
    root.attrib.clear()
    # What most texts share is said once, here; see _page_value.
    root.attrib.update({"viewBox": box, "font-size": str(_TEXT), "fill": "currentColor"})
    root.set("role", "img")
    root.set("aria-labelledby", f"{ident}-title {ident}-desc")
    root.set("class", f"chart {kind}".strip())
    for name, text in (("desc", description), ("title", title)):
        element = ET.Element(f"{{{_SVG}}}{name}", {"id": f"{ident}-{name}"})
        element.text = text
        root.insert(0, element)
    # Inside of an HTML page the elements have their namespace without its name.
    for element in root.iter():
        element.tag = element.tag.removeprefix(f"{{{_SVG}}}")
        if (target := element.attrib.pop(f"{{{_XLINK}}}href", None)) is not None:
            element.set("href", target)
    ET.indent(root, "")
    return ET.tostring(root, encoding="unicode")


def _flatten(parent: ET.Element) -> None:
    """Replace groups that only name what they hold by what they hold."""
    index = 0
    while index < len(parent):
        child = parent[index]
        _flatten(child)
        named_only = set(child.attrib) <= {"id", "clip-path"}
        if child.tag in (f"{{{_SVG}}}g",) and named_only:
            parent.remove(child)
            for offset, grandchild in enumerate(list(child)):
                parent.insert(index + offset, grandchild)
            index += len(child)
        elif child.tag == f"{{{_SVG}}}defs" and all("clipPath" in c.tag for c in child):
            parent.remove(child)
        else:
            index += 1


def _page_value(name: str, value: str, shapes: dict[str, str]) -> str:
    for old, new in shapes.items():
        if value in (f"#{old}", f"url(#{old})"):
            return value.replace(f"#{old}", f"#{new}")
    for drawn, shown in _COLOURS.items():
        value = value.replace(drawn, shown)
    if name == "style":
        value = re.sub(r"font: ([\d.]+)px [^;]*", r"font-size: \1px", value)
        value = re.sub(r"font-family: [^;]*", "", value)
        value = re.sub(r"stroke-linejoin: miter|stroke-linecap: (?:butt|square)", "", value)
        parts = (part.strip().replace(": ", ":") for part in value.split(";"))
        inherited = ("", f"font-size:{_TEXT}px", "fill:currentColor", "text-anchor:start")
        value = ";".join(part for part in parts if part not in inherited)
    if name == "transform":
        value = re.sub(r"rotate\(-?0(?: [^)]*)?\)", "", value).strip()
    if name in ("d", "x", "y", "transform", "viewBox"):
        value = re.sub(r"\d+\.\d+", lambda m: f"{float(m[0]):.1f}".removesuffix(".0"), value)
        value = re.sub(r"\s+", " ", value).strip()
    return value
