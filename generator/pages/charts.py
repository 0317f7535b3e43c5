"""Charts as inline SVG: drawn by matplotlib, then made part of the page.

matplotlib draws; ``_inline`` turns its drawing into one that belongs
to the page: text stays text in the reader's fonts, colours are the theme's CSS
variables (so light, dark and high contrast apply), ids are the page's own, and
a title and a description say it to those who don't see it. What is drawn alike
is one path, so that a chart of fifty rows is a few kilobytes of its page.

The charts are laid out here, in pixels, and given to matplotlib's SVG renderer
without a figure: axes, ticks and fonts that nobody sees took most of the time. No
date, no font of the build machine: the same numbers give the same bytes anywhere.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any, Literal
from xml.etree import ElementTree as ET

from markupsafe import Markup

from generator.pages.kept import KEPT, key_of

_SVG = "{http://www.w3.org/2000/svg}"
_ROW = 26  # pixels from one bar to the next: a line of text with air
_BAR = 14
_ROOM = 200  # that the longest bar has at least, however long the labels
_CELL, _TOP = 18.0, 22.0  # a matrix' cell and what stands above the first row
_TEXT = 13
# A Chinese character is as wide as it is high, letters and digits somewhat less
# in any font; a little air does no harm.
_WIDE, _NARROW = 1.0, 0.68
_BASELINE = 0.38  # of the size: so far below its middle a line of text stands

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


@dataclass(frozen=True, slots=True)
class _Pen:
    """How something is drawn: colours (empty: none) and the width of the stroke."""

    fill: str = ""
    stroke: str = ""
    width: float = 0.0


@dataclass(frozen=True, slots=True)
class _Shape:
    """Something drawn by its corners, in pixels, y downwards; closed if it is filled."""

    pen: _Pen
    corners: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Rings:
    """Open circles of one kind around these points."""

    pen: _Pen
    size: float
    centres: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class _Text:
    """A text whose middle line is at ``y``; ``x`` is its left, centre or right."""

    x: float
    y: float
    text: str
    align: Literal["left", "center", "right"] = "left"
    size: int = _TEXT


_Piece = _Shape | _Rings | _Text


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
    left, right = _margins(bars)
    most = max((*(bar.value for bar in bars), line or 0), default=0) or 1
    width = max(640, left + right + _ROOM)
    wide = _wide_bars(bars, line, left, (width - left - right) / most)
    narrow = _narrow_bars(bars, line, 320 / most)
    return Chart(
        _inline(ident, title, description, width, _ROW * len(bars) + 8, wide, "wide")
        + _inline(f"{ident}-narrow", title, description, 320, 40 * len(bars) + 4, narrow, "narrow"),
        tuple((bar.label, bar.text) for bar in bars),
    )


def _margins(rows: Sequence[Bar | Parts]) -> tuple[float, float]:
    """What the labels take on the left and the texts on the right."""
    left = max((text_width(row.label) for row in rows), default=0) + 12
    right = max((text_width(row.text) for row in rows), default=0) + 14
    return left, right


def _wide_bars(
    bars: Sequence[Bar], line: float | None, left: float, scale: float
) -> Iterator[_Piece]:
    """Horizontal bars from zero, one a row, each with its label and its number."""
    height = _ROW * len(bars) + 8.0
    for index, bar in enumerate(bars):
        y = 4 + _ROW * index + _ROW / 2
        if bar.value:
            yield _box(left, y - _BAR / 2, bar.value * scale, _BAR, _ONE)
        yield _Text(left - 8, y, bar.label, "right")
        yield _Text(left + bar.value * scale + 6, y, bar.text)
    yield _line((left, 0), (left, height), _GRID, 1)
    if line is not None:
        x = left + line * scale
        yield _line((x, 0), (x, height), _TWO, 1.5)


def _narrow_bars(bars: Sequence[Bar], line: float | None, scale: float) -> Iterator[_Piece]:
    """The same bars with label and number above each, legible 320 pixels wide."""
    for index, bar in enumerate(bars):
        y = 40.0 * index + 12
        yield _Text(0, y, bar.label)
        yield _Text(320, y, bar.text, "right")
        if bar.value:
            yield _box(0, y + 11, bar.value * scale, 9, _ONE)
        if line is not None:
            yield _line((line * scale, y + 8), (line * scale, y + 23), _TWO, 2)


def parts_chart(ident: str, title: str, description: str, rows: Sequence[Parts]) -> Chart:
    """Rows parted by status: completed, on schedule, behind, unquantified, in this order."""
    left, right = _margins(rows)
    most = max((sum(row.numbers) for row in rows), default=0) or 1
    width = max(760, left + right + _ROOM)
    wide = _wide_parts(rows, left, (width - left - right) / most)
    narrow = _narrow_parts(rows, 320 / most)
    return Chart(
        _inline(ident, title, description, width, _ROW * len(rows) + 8, wide, "wide")
        + _inline(f"{ident}-narrow", title, description, 320, 58 * len(rows) + 4, narrow, "narrow"),
        tuple((row.label, row.text) for row in rows),
    )


def _wide_parts(rows: Sequence[Parts], left: float, scale: float) -> Iterator[_Piece]:
    for index, row in enumerate(rows):
        y = 4 + _ROW * index + _ROW / 2
        yield from _stack(row, left, y - _BAR / 2, scale, _BAR)
        yield _Text(left - 8, y, row.label, "right")
        yield _Text(left + sum(row.numbers) * scale + 6, y, row.text)


def _narrow_parts(rows: Sequence[Parts], scale: float) -> Iterator[_Piece]:
    for index, row in enumerate(rows):
        y = 58 * index + 12
        yield _Text(0, y, row.label)
        yield _Text(0, y + 18, row.text)
        yield from _stack(row, 0, y + 29, scale, 9)


def _stack(row: Parts, x: float, y: float, scale: float, height: float) -> Iterator[_Piece]:
    for number, colour in zip(row.numbers, (_ONE, _THREE, _TWO, _GRID), strict=True):
        if number:
            yield _box(x, y, max(number * scale - 1, number * scale / 2), height, colour)
            x += number * scale


def matrix_chart(
    ident: str, title: str, description: str,
    rows: Sequence[str], columns: Sequence[str], marks: Sequence[Mark],
) -> Chart:  # fmt: skip
    """A matrix of marks: strong ones are filled squares, the others open circles."""
    left = max((text_width(row) for row in rows), default=0) + 12
    width, height = left + _CELL * len(columns) + 8, _TOP + _CELL * len(rows) + 8
    pieces = _matrix(left, rows, columns, marks)
    return Chart(_inline(ident, title, description, width, height, pieces))


def _matrix(
    left: float, rows: Sequence[str], columns: Sequence[str], marks: Sequence[Mark]
) -> Iterator[_Piece]:
    for index in range(len(rows) + 1):
        y = _TOP + index * _CELL
        yield _line((left, y), (left + _CELL * len(columns), y), _GRID, 0.5)
    for index, column in enumerate(columns):
        yield _Text(left + (index + 0.5) * _CELL, _TOP - 9, column, "center", 11)
    for index, row in enumerate(rows):
        yield _Text(left - 8, _TOP + (index + 0.5) * _CELL, row, "right", 12)
    rings = []
    for mark in marks:
        x, y = left + (mark.column + 0.5) * _CELL, _TOP + (mark.row + 0.5) * _CELL
        if mark.strong:
            yield _box(x - 5.5, y - 5.5, 11, 11, _ONE)
        else:
            rings.append((x, y))
    if rings:
        yield _Rings(_Pen("", _TWO, 1.4), 8, tuple(rings))


@dataclass(frozen=True, slots=True)
class Slope:
    """One line of a slope chart: its label, its values before and after, how they are written."""

    label: str
    before: float
    after: float
    text: str


# So many lines can carry their names without covering each other; the table has all.
_NAMED, _TALL, _WHOLE = 12, 340.0, 100.0


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
    most = max((max(s.before, s.after) for s in slopes), default=0)
    pieces = _slopes(ends, slopes, max(most, _WHOLE))
    return Chart(
        _inline(ident, title, description, 640, _TALL, pieces),
        tuple((s.label, s.text) for s in slopes),
    )


def _slopes(ends: tuple[str, str], slopes: Sequence[Slope], most: float) -> Iterator[_Piece]:
    left, right, top = 170.0, 420.0, 36.0

    def y(value: float) -> float:
        return _TALL - 12 - value / most * (_TALL - 24 - top)

    for x, name in zip((left, right), ends, strict=True):
        yield _line((x, top - 8), (x, _TALL - 8), _GRID, 1)
        yield _Text(x, 12, name, "center")
    for mark in (0.0, _WHOLE / 2, _WHOLE):
        yield _line((left, y(mark)), (right, y(mark)), _GRID, 0.7)
        yield _Text(left - 8, y(mark), f"{mark:g}%", "right", 11)
    for slope in slopes:
        colour = _ONE if slope.after >= slope.before else _TWO
        yield _line((left, y(slope.before)), (right, y(slope.after)), colour, 1.4)
    named = sorted(slopes, key=lambda s: -abs(s.after - s.before))[:_NAMED]
    for slope, place in _spread([(s, y(s.after)) for s in named], _TALL - 8):
        yield _line((right + 2, y(slope.after)), (right + 16, place), _GRID, 0.7)
        yield _Text(right + 20, place, f"{slope.label} {slope.text}", "left", 11)


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


def _box(x: float, y: float, width: float, height: float, colour: str) -> _Shape:
    right, bottom = x + width, y + height
    return _Shape(_Pen(fill=colour), ((x, y), (right, y), (right, bottom), (x, bottom)))


def _line(
    start: tuple[float, float], end: tuple[float, float], colour: str, width: float
) -> _Shape:
    return _Shape(_Pen(stroke=colour, width=width), (start, end))


def _inline(
    ident: str, title: str, description: str, width: float, height: float,
    pieces: Iterable[_Piece], kind: str = "",
) -> Markup:  # fmt: skip
    """Draw the pieces and make the drawing part of a page; the same is drawn once."""
    drawn = tuple(pieces)
    key = key_of("chart", ident, title, description, width, height, drawn, kind)
    if (kept := KEPT.get(key)) is None:
        root = ET.fromstring(_drawn(ident, width, height, drawn))  # noqa: S314 -- matplotlib's own output
        kept = _as_part_of_page(root, ident, title, description, kind).encode()
        KEPT.put(key, kept)
    return Markup(kept.decode())  # noqa: S704 -- serialised XML


def _drawn(ident: str, width: float, height: float, pieces: Sequence[_Piece]) -> str:
    """The SVG as matplotlib writes it: areas, lines, rings, texts; shapes alike are one path."""
    from matplotlib import rc_context
    from matplotlib.backends.backend_svg import RendererSVG
    from matplotlib.transforms import Affine2D

    shapes: dict[_Pen, list[_Shape]] = {}
    for piece in pieces:
        if isinstance(piece, _Shape):
            shapes.setdefault(piece.pen, []).append(piece)
    stream = io.StringIO()
    nothing: dict[str, Any] = dict.fromkeys(("Date", "Creator", "Format", "Type"))
    with rc_context({"svg.fonttype": "none", "svg.hashsalt": ident, "path.simplify": False}):
        renderer: Any = RendererSVG(  # type: ignore[no-untyped-call]
            width, height, stream, metadata=nothing
        )
        down = Affine2D().scale(1, -1).translate(0, height)
        for pen in sorted(shapes, key=lambda pen: not pen.fill):
            _draw_shapes(renderer, down, pen, shapes[pen])
        for piece in pieces:
            if isinstance(piece, _Rings):
                _draw_rings(renderer, down, piece)
        _draw_texts(renderer, down, (piece for piece in pieces if isinstance(piece, _Text)))
        renderer.finalize()
    return stream.getvalue()


def _draw_shapes(renderer: Any, down: Any, pen: _Pen, shapes: Sequence[_Shape]) -> None:
    from matplotlib.path import Path

    one = Path.make_compound_path(
        *(Path([*s.corners, *s.corners[:1]] if pen.fill else s.corners, closed=bool(pen.fill))
          for s in shapes)
    )  # fmt: skip
    context, fill = _ink(renderer, pen)
    renderer.draw_path(context, one, down, fill)


def _draw_rings(renderer: Any, down: Any, rings: _Rings) -> None:
    from matplotlib.path import Path
    from matplotlib.transforms import Affine2D

    context, fill = _ink(renderer, rings.pen)
    ring = Affine2D().scale(rings.size / 2)
    renderer.draw_markers(context, Path.unit_circle(), ring, Path(rings.centres), down, fill)


def _ink(renderer: Any, pen: _Pen) -> tuple[Any, tuple[float, float, float] | None]:
    """A pen as matplotlib's renderer has it: the stroke's context, and the fill."""
    from matplotlib.colors import to_rgb

    context = renderer.new_gc()
    context.set_linewidth(pen.width)
    if pen.stroke:
        context.set_foreground(pen.stroke)
    return context, to_rgb(pen.fill) if pen.fill else None


def _draw_texts(renderer: Any, down: Any, pieces: Iterable[_Text]) -> None:
    from matplotlib.text import Text

    context = renderer.new_gc()
    context.set_foreground(_INK)
    text = Text(transform=down)  # one for all: making it takes longer than drawing it
    for piece in pieces:
        # On whole pixels: nobody sees the rest, and it would be a tenth of the drawing.
        x, y = round(piece.x), round(piece.y + piece.size * _BASELINE)
        text.set_position((x, y))
        text.set_horizontalalignment(piece.align)
        text.set_fontsize(piece.size)
        font = text.get_fontproperties()
        if piece.text:
            renderer.draw_text(context, x, y, piece.text, font, 0, mtext=text)


def _as_part_of_page(root: ET.Element, ident: str, title: str, description: str, kind: str) -> str:
    """The drawing with its names, its colours and its ids made the page's."""
    hidden = (f"{_SVG}metadata", f"{_SVG}defs")
    placed = [_place(element, root, ident) for element in root if element.tag not in hidden]
    box = _short(root.attrib["viewBox"])
    root.clear()
    # What most texts share is said once, here; see _place.
    root.attrib = {
        "viewBox": box, "font-size": str(_TEXT), "fill": "currentColor", "role": "img",
        "aria-labelledby": f"{ident}-title {ident}-desc", "class": f"chart {kind}".strip(),
    }  # fmt: skip
    for name, text in (("title", title), ("desc", description)):
        ET.SubElement(root, name, {"id": f"{ident}-{name}"}).text = text
    root.extend(_grouped(placed))
    root.tag = "svg"
    ET.indent(root, "")
    return ET.tostring(root, encoding="unicode")


def _place(element: ET.Element, root: ET.Element, ident: str) -> ET.Element:
    """One drawn element as the page has it, without what goes without saying."""
    if element.tag == f"{_SVG}g":
        return _markers(element, root, ident)
    if element.tag == f"{_SVG}path":
        return _path(element.attrib)
    style = _style(element.attrib)
    placed = ET.Element("text")
    if (size := style["font-size"].removesuffix("px")) != str(_TEXT):
        placed.set("font-size", size)
    if (anchor := style["text-anchor"]) != "start":
        placed.set("text-anchor", anchor)
    placed.attrib |= {axis: _short(element.attrib[axis]) for axis in "xy"}
    placed.text = element.text
    return placed


def _markers(group: ET.Element, root: ET.Element, ident: str) -> ET.Element:
    """One path that carries a marker at each of its points, instead of an element a point."""
    uses = group.findall(f"{_SVG}use")
    (shape,) = root.findall(f"{_SVG}defs/{_SVG}path")
    name = f"{ident}-mark"
    placed = ET.Element("g", {"fill": "none"})
    marker = ET.SubElement(
        placed, "marker", {"id": name, "overflow": "visible", "markerUnits": "userSpaceOnUse"}
    )
    marker.append(_path(shape.attrib | {"style": uses[0].attrib["style"]}))
    points = " ".join(f"{_short(use.attrib['x'])} {_short(use.attrib['y'])}" for use in uses)
    ET.SubElement(placed, "path", {"style": f"marker:url(#{name})", "d": f"M{points}"})
    return placed


def _path(drawn: Mapping[str, str]) -> ET.Element:
    style = ";".join(f"{name}:{value}" for name, value in _style(drawn).items())
    return ET.Element("path", {"style": style, "d": _short_path(drawn["d"])})


def _style(drawn: Mapping[str, str]) -> dict[str, str]:
    """A drawn element's style, in the theme's colours."""
    style: dict[str, str] = dict(re.findall(r"([\w-]+): ([^;]+)", drawn["style"]))
    return {name: _COLOURS.get(value, value) for name, value in style.items()}


def _grouped(elements: Iterable[ET.Element]) -> Iterator[ET.Element]:
    """The elements; three and more texts in a row that look alike say how only once."""
    for look, run in groupby(elements, key=_look):
        alike = list(run)
        if not look or len(alike) < 3:
            yield from alike
            continue
        group = ET.Element("g", look)
        for element in alike:
            element.attrib = {k: v for k, v in element.attrib.items() if k not in look}
            group.append(element)
        yield group


def _look(element: ET.Element) -> dict[str, str]:
    return {n: element.attrib[n] for n in ("font-size", "text-anchor") if n in element.attrib}


def _short_path(path: str) -> str:
    """A path with short numbers, and one coordinate where the other stays."""
    short, last = [], ["", ""]
    for command, numbers in re.findall(r"([MLCz])([^MLCz]*)", path):
        point = [_short(number) for number in numbers.split()]
        if command == "L" and point[1] == last[1]:
            short.append(f"H{point[0]}")
        elif command == "L" and point[0] == last[0]:
            short.append(f"V{point[1]}")
        else:
            short.append(command + " ".join(point))
        last = point[-2:] or last
    return "".join(short)


def _short(numbers: str) -> str:
    """Numbers to a tenth of a pixel."""
    return " ".join(f"{round(float(number), 1) + 0.0:g}" for number in numbers.split())
