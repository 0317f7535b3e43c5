"""`taizhang build-all`: many sites here, on processes or on a cluster."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Executor
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from generator.catalogues import language
from generator.desk.telling import print_findings, stop, tell
from generator.findings import LOCALE_OF, Place, finding, has_errors
from generator.ledger.model import Edition

if TYPE_CHECKING:  # the publishing modules are imported when they are needed
    from generator.publishing.one_site import SiteBuilt

# So many sites are handed to a cluster at a time: enough for all its workers, and few
# enough to be remembered.
_ON_A_CLUSTER = 512

# Seconds until a cluster's scheduler and a first worker have answered.
_PATIENCE = 15


def build_all(
    sites: tuple[str, ...], target: str, workers: int, cluster: str | None, edition: str,
    name: str, lang: str,
) -> None:  # fmt: skip
    """Build the sites that changed, and the overview of them all."""
    from generator.publishing import many_sites
    from generator.publishing.new_site import check_name
    from generator.publishing.overview import write_overview

    place, findings = many_sites.find_target(target)
    found, faults = many_sites.find_sites(sites)
    findings += (*faults, *check_name(name))
    if has_errors(findings):
        stop(findings, lang)
    executor = _executor(workers, cluster, lang)
    window = _ON_A_CLUSTER if cluster else workers
    outcomes = many_sites.build_all(found, place, Edition(edition), executor, window)
    built = list(_watched(outcomes, len(found), lang))
    told = write_overview(built, place, name, Edition(edition))
    broken = sorted((one for one in built if not one.ok), key=lambda one: one.name)
    print_findings([*(f for one in broken for f in one.findings), *told], lang)
    taken_over = sum(one.taken_over for one in built)
    tell(
        lang, "%(n)d个网站：新生成%(new)d个，没有改动、沿用的%(old)d个，没有生成的%(broken)d个。",
        n=len(built), new=len(built) - taken_over - len(broken), old=taken_over,
        broken=len(broken),
    )  # fmt: skip
    if broken:
        names = language(LOCALE_OF[lang]).say("、").join(one.name for one in broken)
        tell(lang, "没有生成的：%(names)s。改正后再运行一次，只生成这些。", err=True, names=names)
    if not has_errors(told):
        tell(lang, "总览：%(file)s", file=f"{place}/index.html")
    if broken or has_errors(told):
        sys.exit(1)


def _watched(outcomes: Iterable[SiteBuilt], number: int, lang: str) -> Iterator[SiteBuilt]:
    """The sites as they come: a bar on a terminal, else a line each."""
    say = language(LOCALE_OF[lang]).say
    if sys.stderr.isatty():
        label = say("正在生成网站")
        with click.progressbar(
            outcomes, length=number, label=label, file=sys.stderr, show_pos=True,
            item_show_func=lambda one: one.name if one else "",
        ) as bar:  # fmt: skip
            yield from bar
        return
    for one in outcomes:
        words = say("没有改动") if one.taken_over else say("已生成") if one.ok else say("没有生成")
        seconds = say("%(seconds)s秒", seconds=f"{one.seconds:.1f}")
        click.echo(f"· {one.name} {words} {seconds}")
        yield one


def _executor(
    workers: int, cluster: str | None, lang: str
) -> Callable[[], AbstractContextManager[Executor]]:
    """What the work is handed to: this process, processes beside it, or a cluster."""
    from generator.publishing.executors import InPlace, processes

    if cluster is None:
        return InPlace if workers == 1 else partial(processes, workers)
    connect = partial(_on_cluster, cluster)
    place = Place(f"--cluster {cluster}")
    try:
        with connect():
            return connect
    except ImportError:
        stop([finding("cluster-library", place)], lang)
    except (OSError, ValueError) as fault:
        stop([finding("cluster-unreachable", place, fault=fault)], lang)


@contextmanager
def _on_cluster(address: str) -> Iterator[Executor]:
    from distributed import Client

    with Client(address, timeout=_PATIENCE) as client:  # type: ignore[no-untyped-call]
        client.wait_for_workers(1, timeout=_PATIENCE)
        # Pure would mean: the same call needn't be made twice; a site tried again must be.
        yield client.get_executor(pure=False)
