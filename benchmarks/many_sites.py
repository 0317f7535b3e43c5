"""How much two workers save on many sites: processes and a Dask cluster, against one worker.

``make bench ARGS=sites``; ``ARGS="sites --help"`` says what it can be told. All kinds of run
take turns, so that a machine's moods fall on all of them; each starts with nothing built.
A cluster is up before its run begins, as clusters are; its workers have imported nothing.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import shutil
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

from distributed import Client, LocalCluster

from benchmarks.sites import shape_of, write_site
from generator.ledger.model import Edition
from generator.publishing.executors import InPlace, processes
from generator.publishing.many_sites import OpenExecutor, build_all, find_sites

_Opened = AbstractContextManager[OpenExecutor]


@contextmanager
def _one_core() -> Iterator[OpenExecutor]:
    yield InPlace


@contextmanager
def _processes(workers: int) -> Iterator[OpenExecutor]:
    yield partial(processes, workers)


@contextmanager
def _dask(workers: int) -> Iterator[OpenExecutor]:
    with LocalCluster(
        n_workers=workers, processes=True, threads_per_worker=1, dashboard_address=":0"
    ) as cluster:
        yield partial(_connected, cluster.scheduler_address)


@contextmanager
def _connected(address: str) -> Iterator[Executor]:
    with Client(address) as client:
        yield client.get_executor(pure=False)


KINDS: dict[str, Callable[[], _Opened]] = {
    "this process": _one_core,
    "processes, 1": partial(_processes, 1),
    "processes, 2": partial(_processes, 2),
    "dask, 1": partial(_dask, 1),
    "dask, 2": partial(_dask, 2),
}


def main(arguments: Sequence[str]) -> None:
    """Measure and print."""
    options = _options(arguments)
    times: dict[str, list[float]] = {kind: [] for kind in KINDS}
    with tempfile.TemporaryDirectory() as place:
        sites = Path(place) / "sites"
        for number in range(options.sites):
            write_site(sites / f"city{number:03d}", shape_of(options.shape))
        trees = set()
        for turn in range(options.runs):
            for kind, opened in KINDS.items():
                target = Path(place) / "out"
                times[kind].append(_timed(sites, target, opened))
                trees.add(_sum(target))
                shutil.rmtree(target)
                print(f"turn {turn + 1}, {kind}: {times[kind][-1]:.1f} s", flush=True)
    print(f"\n{options.sites} sites of {options.shape}, {os.cpu_count()} cores, ", end="")
    print(f"medians of {options.runs}; load {os.getloadavg()[0]:.1f}; ", end="")
    print("all trees the same" if len(trees) == 1 else "TREES DIFFER")
    print(f"{'':<14}{'seconds':>9}{'sites/s':>9}")
    for kind, taken in times.items():
        seconds = statistics.median(taken)
        print(f"{kind:<14}{seconds:>9.1f}{options.sites / seconds:>9.2f}")
    for name in ("processes", "dask"):
        pairs = zip(times[f"{name}, 1"], times[f"{name}, 2"], strict=True)
        ratios = [one / two for one, two in pairs]
        each = ", ".join(f"{ratio:.2f}" for ratio in ratios)
        print(f"{name}: 2 workers {statistics.median(ratios):.2f} times as fast as 1 ({each})")


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog='make bench ARGS="sites …"', description=__doc__)
    parser.add_argument("--sites", type=int, default=40, help="how many; by default 40")
    parser.add_argument("--shape", default="10x2x40", help="UNITSxSNAPSHOTSxTASKS of each")
    parser.add_argument("--runs", type=int, default=3, help="of each kind; by default 3")
    return parser.parse_args(arguments)


def _timed(sites: Path, target: Path, opened: Callable[[], _Opened]) -> float:
    """The seconds of a run that finds nothing built."""
    for site in sites.iterdir():
        for left in ("build", "site"):
            shutil.rmtree(site / left, ignore_errors=True)
    found, _ = find_sites([str(sites)])
    with opened() as open_executor:
        start = time.perf_counter()
        built = list(build_all(found, str(target), Edition.PUBLIC, open_executor, 4))
        seconds = time.perf_counter() - start
    assert len(built) == len(found) and all(one.ok and not one.taken_over for one in built)
    return seconds


def _sum(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(p for p in folder.rglob("*") if p.is_file()):
        digest.update(path.relative_to(folder).as_posix().encode() + path.read_bytes())
    return digest.hexdigest()
