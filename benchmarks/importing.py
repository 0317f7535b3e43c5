"""A workbook of many tasks, imported in a process of its own: seconds and peak memory."""

from __future__ import annotations

import io
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import xlsxwriter

from generator.importing.readers import read_document, read_tasks
from generator.ledger.intake import prepare
from generator.ledger.model import Registry

TASKS = 5_000
_COLUMNS = ("序号", "目标任务", "责任单位", "责任人", "进展情况", "存在问题", "下一步措施")


def measured(tasks: int) -> tuple[float, float]:
    """Seconds and peak memory in megabytes of importing so many tasks, Python's own included."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "tasks.xlsx"
        path.write_bytes(workbook(tasks))
        command = [sys.executable, "-m", "benchmarks.importing", str(path)]
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    seconds, megabytes = map(float, done.stdout.split())
    return seconds, megabytes


def workbook(tasks: int) -> bytes:
    """A status table of so many tasks of 45 units, some 200 characters a row."""
    stream = io.BytesIO()
    with xlsxwriter.Workbook(stream) as book:
        sheet = book.add_worksheet("表")
        sheet.write_row(0, 0, _COLUMNS)
        for no in range(1, tasks + 1):
            goal = f"完成第{no}号工程投资{no}万元，新建公路{no % 97}公里。" * 3
            progress = f"完成投资{no}万元，占年计划的{no % 101}%。" * 4
            row = (no, goal, f"市{no % 45}局", "张三", progress, "资金不足。", "抓紧办理。")
            sheet.write_row(no, 0, row)
    return stream.getvalue()


def read(data: bytes) -> object:
    """Read a workbook's tasks and make content of them, without writing it."""
    document = read_document("tasks.xlsx", data)
    return prepare(Path("2020H1"), [document], read_tasks(document, None), Registry())


def _main(path: Path) -> None:
    start = time.perf_counter()
    read(path.read_bytes())
    print(time.perf_counter() - start, _peak())


def _peak() -> float:
    """This process's peak memory in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():  # getrusage counts the process that started this one, too
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    # The system counts in kilobytes, that of a Mac in bytes.
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit


if __name__ == "__main__":
    _main(Path(sys.argv[1]))
