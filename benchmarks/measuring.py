"""One run of a command: how long, how much memory, and when it said what."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_INTERVAL = 0.05  # seconds between two looks at the memory


@dataclass(frozen=True, slots=True)
class Run:
    """What one run took.

    Attributes:
        seconds: from start to end, interpreter and imports included.
        peak: the most memory at any time in bytes, of the whole tree of processes;
            memory that they share counts once. 0 where the system doesn't tell.
        said: each line of its output with the second in which it came.
    """

    seconds: float
    peak: int
    said: tuple[tuple[float, str], ...]


def run(command: Sequence[str], folder: Path, environment: Mapping[str, str]) -> Run:
    """Run a command to its end; raises with its output where it fails."""
    start = time.perf_counter()
    process = subprocess.Popen(
        command, cwd=folder, env={**os.environ, **environment}, text=True, encoding="utf-8",
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )  # fmt: skip
    done, peaks = threading.Event(), [0]
    watcher = threading.Thread(target=_watch, args=(process.pid, done, peaks))
    watcher.start()
    assert process.stdout is not None
    said = tuple((time.perf_counter() - start, line.rstrip("\n")) for line in process.stdout)
    code = process.wait()
    seconds = time.perf_counter() - start
    done.set()
    watcher.join()
    if code:
        output = "\n".join(line for _, line in said[-20:])
        raise RuntimeError(f"{' '.join(command)} ({code}):\n{output}")
    return Run(seconds, max(peaks), said)


def _watch(root: int, done: threading.Event, peaks: list[int]) -> None:
    while True:
        peaks.append(sum(_memory(process) for process in _tree(root)))
        if done.wait(_INTERVAL):
            return


def _tree(root: int) -> list[int]:
    """A process and all below it, as Linux tells."""
    found = [root]
    for process in found:
        try:
            for task in Path(f"/proc/{process}/task").glob("*/children"):
                found += map(int, task.read_text("ascii").split())
        except OSError:  # gone in the meantime
            continue
    return found


def _memory(process: int) -> int:
    try:
        lines = Path(f"/proc/{process}/smaps_rollup").read_text("ascii").splitlines()
    except OSError:  # gone in the meantime, or no Linux
        return 0
    return sum(int(line.split()[1]) * 1024 for line in lines if line.startswith("Pss:"))
