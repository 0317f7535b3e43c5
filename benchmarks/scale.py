"""How long sites of all sizes take: cold, warm, with one task changed, and beside others.

``make bench ARGS="scale --sizes 45,500 --date 2026-11-25"``. Every run is a process
of its own through the command line, without PDFs; the kinds of run take
turns, so that a machine's moods fall on all of them. ``--against`` takes another
taizhang along, to compare two states of this repository in one go.
"""

from __future__ import annotations

import argparse
import os
import platform
import re
import shutil
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.measuring import Run, run
from benchmarks.rivals import RIVALS, Rival, command_of, lay_out, written
from benchmarks.sites import ROOT, SHAPES, change_one_task, shape_of, write_site

RESULTS = Path(__file__).parent / "RESULTS.md"
_OWN = Path(sys.executable).with_name("taizhang")
_START = "start, read, check"
_SAME = "taizhang, the same Markdown as below"
# By what the progress begins with; any other step goes by its own words.
_STAGES = {
    "读取任务": "read anew, leaks", "沿用": "partitions", "生成": "partitions",
    "检查网站": "check the whole", "完成": "end",
}  # fmt: skip
_QUIET = {"PYTHONUNBUFFERED": "1"}


@dataclass(frozen=True, slots=True)
class Row:
    """What was measured of one kind of run on one site."""

    what: str
    pages: int
    runs: tuple[Run, ...]

    @property
    def seconds(self) -> float:
        return statistics.median(run.seconds for run in self.runs)


def main(arguments: Sequence[str]) -> None:
    """Measure what is asked for, print it, and write it down where a date is given."""
    options = _options(arguments)
    report = [
        "# Times",
        "",
        f"{options.date or 'today'}, {_machine()}. Medians of {options.runs} runs, taking turns; "
        "without PDFs. Compare the figures of one table only.",
        "",
        *([options.note, ""] if options.note else []),
    ]
    print("\n".join(report))
    for name in options.sizes:
        for line in _site(name, options):
            report.append(line)
            print(line, flush=True)
        if options.date:  # after each site: large ones take long, and may be broken off
            RESULTS.write_text("\n".join(report).rstrip() + "\n", encoding="utf-8")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='make bench ARGS="scale …"', description=__doc__)
    parser.add_argument(
        "--sizes", type=lambda text: text.split(","), default=["45", "500"],
        help=f"{', '.join(SHAPES)}, or UNITSxSNAPSHOTSxTASKS; by default 45,500",
    )  # fmt: skip
    parser.add_argument("--runs", type=int, default=3, help="of each kind; by default 3")
    parser.add_argument("--date", help=f"today's date; with it {RESULTS.name} is written")
    parser.add_argument("--note", help="what else is to be known, as that others used the machine")
    parser.add_argument("--against", type=Path, help="another taizhang to compare with")
    parser.add_argument(
        "--without", type=lambda text: text.split(";"), default=[], metavar="NAMES",
        help="rivals to be left out, parted by semicolons",
    )  # fmt: skip
    parser.add_argument("--no-rivals", action="store_true", help="Taizhang alone")
    options = parser.parse_args(arguments)
    try:
        for name in options.sizes:
            shape_of(name)
    except ValueError as fault:
        parser.error(str(fault))
    return options


def _site(name: str, options: argparse.Namespace) -> Iterator[str]:
    """The lines that report on one site."""
    shape = shape_of(name)
    yield f"## {name}: {shape.unit_pages:,} unit pages, {shape.snapshots * shape.tasks:,} tasks"
    yield ""
    with tempfile.TemporaryDirectory() as place:
        rows, notes = _measured(Path(place), name, options)
    cold = rows[0].seconds
    yield "| | seconds | slowest | of the first | pages | ms a page | peak MB |"
    yield "|---|--:|--:|--:|--:|--:|--:|"
    for row in rows:
        slowest, peak = max(r.seconds for r in row.runs), max(r.peak for r in row.runs)
        yield (
            f"| {row.what} | {row.seconds:.2f} | {slowest:.2f} | {row.seconds / cold:.2f} "
            f"| {row.pages:,} | {1000 * row.seconds / row.pages:.1f} | {peak / 1e6:.0f} |"
        )
    yield ""
    stages = [(row.what, _stages(row.runs)) for row in rows if row.what.startswith("taizhang")]
    names = list(dict.fromkeys(stage for _, found in stages for stage in found))
    yield f"| seconds of each stage | {' | '.join(names)} |"
    yield f"|---|{'--:|' * len(names)}"
    for what, found in stages:
        yield f"| {what} | {' | '.join(f'{found.get(stage, 0):.2f}' for stage in names)} |"
    yield ""
    yield from (f"{note}\n" for note in notes)


def _measured(place: Path, name: str, options: argparse.Namespace) -> tuple[list[Row], list[str]]:
    """All kinds of run on one site, taking turns."""
    programs = {"taizhang": _OWN} | ({"taizhang B": options.against} if options.against else {})
    for label in programs:
        write_site(place / label, shape_of(name))
    runs: dict[str, list[Run]] = {}
    pages: dict[str, int] = {}
    notes: dict[str, None] = {}
    for turn in range(options.runs):
        for label, program in programs.items():
            for what, taken in _own_runs(program, place / label, turn):
                runs.setdefault(f"{label}, {what}", []).append(taken)
                pages[f"{label}, {what}"] = len(list((place / label).glob("site/**/*.html")))
        if not options.no_rivals:
            runs.setdefault(_SAME, []).append(_typeset(place / "taizhang", place / "typeset"))
            pages[_SAME] = len(list((place / "typeset").rglob("*.html")))
        for rival in () if options.no_rivals else _asked(options, turn):
            command = command_of(rival)
            if command is None:
                notes[f"{rival.name} isn't installed: {rival.install}"] = None
                continue
            folder = place / rival.name
            number = lay_out(rival, place / "taizhang" / "build" / "public", folder)
            try:
                taken = run(command, folder, rival.environment)
            except RuntimeError as fault:
                notes[f"{rival.name} failed: {fault}"] = None
                continue
            if written(folder) < number:
                notes[f"{rival.name} left out: {written(folder)} of {number} pages"] = None
                continue
            runs.setdefault(rival.name, []).append(taken)
            pages[rival.name] = number
    return [Row(what, pages[what], tuple(found)) for what, found in runs.items()], list(notes)


def _asked(options: argparse.Namespace, turn: int) -> list[Rival]:
    """The rivals whose turn it is; one whose time grows with the square has only one."""
    asked = (rival for rival in RIVALS if rival.name not in options.without)
    return [rival for rival in asked if turn == 0 or not rival.name.endswith("nav")]


def _typeset(site: Path, target: Path) -> Run:
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir()
    command = [sys.executable, "-m", "benchmarks.typesetting", str(site), str(target)]
    return run(command, ROOT, {})


def _own_runs(program: Path, site: Path, turn: int) -> Iterator[tuple[str, Run]]:
    """A build with nothing there, one with all there, one with a single task changed."""
    for left in site.iterdir():
        if left.is_dir() and left.name != "content":
            shutil.rmtree(left)
    # One edition, as the others make one site.
    command = [str(program), "build", "--edition", "public", "--site", str(site)]
    yield "cold", run(command, site, _QUIET)
    yield "nothing changed", run(command, site, _QUIET)
    change_one_task(site, f"第{turn + 1}次补报。")
    yield "one task changed", run(command, site, _QUIET)


def _stages(runs: Sequence[Run]) -> dict[str, float]:
    """The median seconds of each stage, as the progress lines part them."""
    each: dict[str, list[float]] = {}
    for taken in runs:
        spent: dict[str, float] = {}
        stage, since = _START, 0.0
        for moment, line in (*taken.said, (taken.seconds, "· ")):
            if line.startswith("· "):
                spent[stage] = spent.get(stage, 0) + moment - since
                stage, since = _stage(line[2:]), moment
        for name, seconds in spent.items():
            each.setdefault(name, []).append(seconds)
    return {name: statistics.median(found) for name, found in each.items()}


def _stage(told: str) -> str:
    return next(
        (name for words, name in _STAGES.items() if told.startswith(words)),
        re.split(r"[\s\d：（]", told)[0],
    )


def _machine() -> str:
    """This machine in a few words."""
    names = re.findall(r"^model name\s*: (.*)$", _read("/proc/cpuinfo"), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s+(\d+) kB", _read("/proc/meminfo"))
    parts = [
        names[0] if names else platform.processor() or platform.machine(),
        f"{os.cpu_count()} cores",
        *([f"{int(memory[1]) / 1e6:.0f} GB"] if memory else []),
        platform.system(),
        f"Python {platform.python_version()}",
    ]
    return ", ".join(parts)


def _read(path: str) -> str:
    try:
        return Path(path).read_text("utf-8")
    except OSError:
        return ""
