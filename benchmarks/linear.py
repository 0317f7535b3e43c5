"""Whether each stage takes time in proportion: at once, ten and a hundred times the real table.

``make bench ARGS=linear``. One half-year of 200, 2,000 and 20,000 tasks, with four to five
tasks a unit as in the real one; charts are those of one, ten and a hundred half-years,
for a larger half-year has no larger ones.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from benchmarks import importing
from benchmarks.sites import Shape, write_site
from generator.analysis.task_findings import SnapshotFindings, analyse
from generator.catalogues import LOCALES, language
from generator.ledger.content import read_content
from generator.ledger.model import Ledger
from generator.pages.charts import Bar, Parts, bar_chart, parts_chart
from generator.pages.downloads import downloads

_TIMES = (1, 10, 100)
_UNITS, _TASKS = 45, 200
# The charts of a half-year that are drawn bar by bar and part by part.
_CHARTS = 4
# Tasks in one workbook: much larger ones are refused before they are opened.
_LARGEST = 2_000


@dataclass(frozen=True, slots=True)
class _Size:
    """A half-year of some size, read and analysed."""

    times: int
    ledger: Ledger
    found: SnapshotFindings


def main() -> None:
    """Print a table: seconds of each stage, and of each against the first, task by task."""
    sizes = [_size(times) for times in _TIMES]
    print(f"| stage | {' | '.join(f'{_TASKS * s.times:,} tasks' for s in sizes)} | a task |")
    print(f"|---|{'--:|' * (len(sizes) + 1)}")
    for name, work in _STAGES.items():
        spent = [_timed(work, size) for size in sizes]
        each = ", ".join(f"{s / n / spent[0]:.2f}" for n, s in zip(_TIMES, spent, strict=True))
        print(f"| {name} | {' | '.join(f'{s:.2f} s' for s in spent)} | {each} |", flush=True)


def _size(times: int) -> _Size:
    with tempfile.TemporaryDirectory() as folder:
        write_site(Path(folder), Shape(_UNITS * times, 1, _TASKS * times))
        ledger = read_content(Path(folder)).ledger
    return _Size(times, ledger, analyse(ledger.newest))


def _timed(work: Callable[[_Size], object], size: _Size) -> float:
    work(size)  # what is made once, as imports, isn't of the size
    start = time.perf_counter()
    work(size)
    return time.perf_counter() - start


def _import(size: _Size) -> list[object]:
    tasks = _TASKS * size.times
    return [
        importing.read(importing.workbook(min(tasks, _LARGEST))) for _ in range(0, tasks, _LARGEST)
    ]


def _analysis(size: _Size) -> object:
    return analyse(size.ledger.newest)


_names = iter(range(10**9))


def _charts(size: _Size) -> list[object]:
    return list(_drawn(size.times))


def _drawn(times: int) -> Iterator[object]:
    # A name of its own, since what was drawn once isn't drawn again.
    bars = [Bar(f"第{n}局", n, f"{n}项") for n in range(_UNITS)]
    parts = [Parts(f"第{n}局", (n % 3, 2, 1, n % 5), "落后2") for n in range(_UNITS)]
    for _ in range(times * _CHARTS):
        yield bar_chart(f"c{next(_names)}", "各单位任务数", "最多的是第44局", bars)
        yield parts_chart(f"c{next(_names)}", "进度状态", "落后的在前", parts)


def _downloads(size: _Size) -> object:
    say = language(LOCALES[0]).say
    return downloads(size.found, size.ledger.registry, say, with_audit=True)


_STAGES: dict[str, Callable[[_Size], object]] = {
    "import (.xlsx, made too)": _import, "analysis": _analysis, "charts": _charts,
    "downloads (no PDF)": _downloads,
}  # fmt: skip
