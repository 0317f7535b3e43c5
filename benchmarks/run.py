"""How long each stage takes on the real content, whole builds of made-up sites, Lighthouse.

Run by ``make bench``; ``make bench ARGS=stages`` (or ``linear``, ``scale``, ``lighthouse``) for one
of them; ``ARGS="scale --help"`` says what scale.py can be told. ``ARGS=sites`` measures many
sites on one worker and on two; it takes long, and is run only where it is asked for.
Machines are noisy: compare figures of one run only.
"""

from __future__ import annotations

import shutil
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from benchmarks import importing, lighthouse, linear, many_sites, scale
from generator.analysis.task_findings import analyse
from generator.importing.readers import read_document, read_tasks
from generator.ledger.checks import check
from generator.ledger.content import read_content
from generator.ledger.model import Ledger
from generator.publishing.build import build_site

ROOT = Path(__file__).parent.parent
RUNS = 3


def main(parts: list[str]) -> None:
    """What is asked for, by default everything."""
    if parts[:1] == ["scale"]:
        scale.main(parts[1:])
        return
    if parts[:1] == ["sites"]:
        many_sites.main(parts[1:])
        return
    if parts == ["linear"]:
        linear.main()
        return
    if unknown := set(parts) - {"stages", "lighthouse"}:
        known = "stages, linear, scale, sites, lighthouse"
        sys.exit(f"unknown: {', '.join(sorted(unknown))}; known: {known}")
    if not parts or "stages" in parts:
        stages()
    if not parts:
        scale.main([])
    if not parts or "lighthouse" in parts:
        with tempfile.TemporaryDirectory() as folder:
            shutil.copytree(ROOT / "content", Path(folder) / "content")
            shutil.copy(ROOT / "mkdocs.yml", folder)
            list(build_site(Path(folder), lambda *_, **__: None))
            lighthouse.main(Path(folder) / "site" / "public")


def stages() -> None:
    """Time the stages and print a table."""
    content = read_content(ROOT)
    sources = [
        (ROOT / "content" / s.id / "source" / source.file)
        for s in content.ledger.snapshots
        for source in s.sources
    ]
    with tempfile.TemporaryDirectory() as folder:
        site = Path(folder)
        shutil.copytree(ROOT / "content", site / "content")
        shutil.copy(ROOT / "mkdocs.yml", site)
        rows: list[tuple[str, Callable[[], object]]] = [
            ("import both documents", lambda: [_read(path) for path in sources]),
            ("load and check content/", lambda: check(read_content(ROOT).ledger)),
            *((f"analyse {239 * n} tasks", _analysis(content.ledger, n)) for n in (1, 10, 100)),
            (
                "build the whole site",
                lambda: build_site(site, lambda *_, **__: None),
            ),
        ]
        print(f"{'stage':<28}{'median':>10}{'min':>10}   of {RUNS} runs")
        for name, work in rows:
            times = [_timed(work) for _ in range(RUNS)]
            print(f"{name:<28}{statistics.median(times):>9.3f}s{min(times):>9.3f}s")
        runs = [importing.measured(importing.TASKS) for _ in range(RUNS)]
        times, peaks = zip(*runs, strict=True)
        name = f"import {importing.TASKS} tasks (.xlsx)"
        print(f"{name:<28}{statistics.median(times):>9.3f}s{min(times):>9.3f}s", end="")
        print(f"   peak {max(peaks):.0f} MB")


def _analysis(ledger: Ledger, times: int) -> Callable[[], object]:
    return lambda: [analyse(s) for _ in range(times) for s in ledger.snapshots]


def _read(path: Path) -> object:
    return read_tasks(read_document(path.name, path.read_bytes()), None)


def _timed(work: Callable[[], object]) -> float:
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


if __name__ == "__main__":
    main(sys.argv[1:])
