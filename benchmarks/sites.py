"""Made-up sites of any size: the real texts' sentences, shuffled anew into as many tasks.

The same shape gives the same site. What is written is an ordinary site: units.csv
and tasks.csv as a clerk would have them, and the real mkdocs.yml, but without PDFs:
they would measure Typst.
"""

from __future__ import annotations

import csv
import io
import random
import re
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from generator.ledger.content import TASK_COLUMNS, UNIT_COLUMNS, read_content
from generator.ledger.model import Task
from generator.ledger.tables import write_table

ROOT = Path(__file__).parent.parent
_REAL = "2017H1"
_FIELDS = ("goal", "progress", "problems")
_BUREAUS = (
    "教育局", "科技局", "民政局", "财政局", "住房城乡建设局", "交通运输局", "水务局", "农业局",
    "林业局", "商务局", "卫生和计划生育局", "环境保护局", "城乡规划局", "安全监管局", "旅游局",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a site is: units, half-years, and tasks in each half-year."""

    units: int
    snapshots: int
    tasks: int

    @property
    def unit_pages(self) -> int:
        """The pages of units in half-years; those of units over the years come on top."""
        return self.units * self.snapshots

    def __str__(self) -> str:
        return f"{self.units}x{self.snapshots}x{self.tasks}"


# By number of unit pages: half-years as large as the real one, more and more of them;
# then by number of tasks: half-years as large as a province's.
SHAPES: Mapping[str, Shape] = {
    "45": Shape(45, 1, 200),
    "500": Shape(45, 11, 200),
    "5000": Shape(45, 111, 200),
    "20000": Shape(45, 444, 200),
    "tasks-5000": Shape(250, 1, 5_000),
    "tasks-100000": Shape(250, 20, 5_000),
}


def shape_of(name: str) -> Shape:
    """A shape by its name in ``SHAPES``, or written as UNITSxSNAPSHOTSxTASKS."""
    if name in SHAPES:
        return SHAPES[name]
    if match := re.fullmatch(r"([1-9]\d*)x([1-9]\d*)x([1-9]\d*)", name):
        return Shape(*map(int, match.groups()))
    raise ValueError(f"{name}: none of {', '.join(SHAPES)}, nor UNITSxSNAPSHOTSxTASKS")


def write_site(root: Path, shape: Shape) -> None:
    """Write content/ and mkdocs.yml of a made-up site below ``root``."""
    content = root / "content"
    content.mkdir(parents=True)
    settings = (ROOT / "mkdocs.yml").read_text("utf-8")
    (root / "mkdocs.yml").write_text(settings.replace("  pdf: true ", "  pdf: false "), "utf-8")
    shutil.copytree(ROOT / "content" / "pages", content / "pages")
    names = [
        f"第{n // len(_BUREAUS) + 1}区{_BUREAUS[n % len(_BUREAUS)]}" for n in range(shape.units)
    ]
    units = [[f"u{n}", name, "市直部门"] for n, name in enumerate(names)]
    rows = [[*unit, *[""] * (len(UNIT_COLUMNS) - len(unit))] for unit in units]
    (content / "units.csv").write_bytes(write_table(UNIT_COLUMNS, rows))
    real = _real_tasks()
    for number in range(shape.snapshots):
        year, half = 2017 + number // 2, number % 2 + 1
        folder = content / f"{year}H{half}"
        folder.mkdir()
        heading = f"{year}年市政府重点工作落实情况表（{'上下'[half - 1]}半年）"
        (folder / "snapshot.yml").write_text(f"title: {heading}\nkind: report\n", encoding="utf-8")
        made = _tasks(real, names, shape.tasks, random.Random(number))
        table = [[row.get(column, "") for column in TASK_COLUMNS] for row in made]
        (folder / "tasks.csv").write_bytes(write_table(TASK_COLUMNS, table))


def change_one_task(root: Path, text: str) -> None:
    """Append to the progress of the last half-year's first task."""
    path = max(root.glob("content/*/tasks.csv"))
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode(), newline="")))
    rows[1][TASK_COLUMNS.index("progress")] += text
    path.write_bytes(write_table(rows[0], rows[1:]))


def _real_tasks() -> tuple[Task, ...]:
    (snapshot,) = (s for s in read_content(ROOT).ledger.snapshots if s.id == _REAL)
    return snapshot.tasks


def _tasks(
    real: Sequence[Task], names: Sequence[str], total: int, chance: random.Random
) -> Iterator[dict[str, str]]:
    """Rows of tasks.csv: each field as many sentences as some real row has, from all of them."""
    pools = {field: [s for task in real for s in _sentences(task, field)] for field in _FIELDS}
    for n in range(total):
        model, unit = chance.choice(real), n * len(names) // total
        row = {
            field: "".join(chance.choices(pools[field], k=len(_sentences(model, field))))
            for field in _FIELDS
        }
        yield {
            "no": str(n + 1), "unit": f"u{unit}", "unit_text": names[unit], "head": model.head,
            "unit_basis": "stated", **row,
        }  # fmt: skip


def _sentences(task: Task, field: str) -> list[str]:
    return re.findall(r"[^。；]+[。；]?", getattr(task, field))
