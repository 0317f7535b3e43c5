"""Sites for the tests: the real one, built once for all workers, and small ones made on the spot."""

from __future__ import annotations

import csv
import io
import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import provision
import pytest
from browsing import Library, launch, serve
from filelock import FileLock
from hypothesis import settings
from playwright.sync_api import Browser, sync_playwright

from generator.findings import Severity
from generator.ledger.content import TASK_COLUMNS, UNIT_COLUMNS, read_content
from generator.ledger.model import Ledger
from generator.publishing.build import build_site

# Machines differ in speed; a test fails for what it finds, never for its time.
settings.register_profile("taizhang", deadline=None, derandomize="CI" in os.environ)
settings.load_profile("taizhang")

REPOSITORY = Path(__file__).parent.parent
SEEDS = {
    "2014": REPOSITORY / "content/2014/source/2014-work-plan.txt",
    "2017H1": REPOSITORY / "content/2017H1/source/2017H1-status-table.txt",
}


@dataclass(frozen=True)
class Site:
    root: Path
    ledger: Ledger

    @property
    def public(self) -> Path:
        return self.root / "site" / "public"

    def pages(self) -> list[Path]:
        """All pages but those that only lead to the newest snapshot's."""
        found = self.public.rglob("*.html")
        return sorted(p for p in found if p.relative_to(self.public).parts[0] != "latest")


BROWSER = provision.find_browser()


@pytest.fixture(scope="session", autouse=True)
def no_fonts() -> Iterator[None]:
    """A PDF takes most of a second; only the real site's forms get one."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TAIZHANG_FONTS", str(REPOSITORY / "no fonts"))
        yield


def build(root: Path, workers: int = 1) -> Site:
    content = read_content(root)
    errors = [f for f in content.findings if f.severity is Severity.ERROR]
    assert not errors, errors
    findings = build_site(root, lambda *_, **__: None, workers=workers)
    assert [f for f in findings if f.severity is not Severity.NOTE] == []
    return Site(root, content.ledger)


def copy_site(root: Path) -> Path:
    shutil.copytree(REPOSITORY / "content", root / "content")
    shutil.copy(REPOSITORY / "mkdocs.yml", root)
    return root


@contextmanager
def with_fonts() -> Iterator[None]:
    """Let a build make PDFs, where there is a Chinese font."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("TAIZHANG_FONTS")
        yield


def made_once(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], object]) -> Path:
    """A folder that the first worker to ask for it makes, and all read: nobody may change it."""
    run = factory.getbasetemp()
    folder = (run.parent if "PYTEST_XDIST_WORKER" in os.environ else run) / name
    done = folder.with_suffix(".done")
    with FileLock(folder.with_suffix(".lock")):
        if not done.exists():
            shutil.rmtree(folder, ignore_errors=True)  # of a worker that failed
            folder.mkdir()
            make(folder)
            done.touch()
    return folder


@pytest.fixture(scope="session")
def real_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    def make(root: Path) -> None:
        with with_fonts():
            build(copy_site(root), workers=2)

    root = made_once(tmp_path_factory, "real", make)
    return Site(root, read_content(root).ledger)


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The made-up city of tests/demo, sealed, corrected and built (see demo_site.py)."""
    from demo_site import Demo, build_demo

    return Demo(made_once(tmp_path_factory, "made-up", build_demo) / "demo")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """A real browser, one a worker."""
    if BROWSER is None:
        missing("没有 Chromium，见 make test 的提示 (no Chromium; see what make test says)")
    assert BROWSER is not None
    with sync_playwright() as playwright, launch(playwright, str(BROWSER)) as browser:
        yield browser


@pytest.fixture(scope="session")
def library(real_site: Site, chromium: Browser) -> Iterator[Library]:
    """The real site in a real browser."""
    with (
        serve(real_site.public) as http,
        serve(real_site.public, wait=0.4) as slow,
    ):
        yield Library(chromium, real_site.public, http, slow)


def missing(what: str) -> None:
    """Leave a test out for want of a tool, except where all tools are to be there."""
    (pytest.fail if provision.required() else pytest.skip)(what)


def table(columns: Iterable[str], rows: Iterable[Mapping[str, str]]) -> bytes:
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(columns), restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode("utf-8", "surrogatepass")


@pytest.fixture
def make_site(tmp_path: Path) -> Callable[..., Path]:
    """Write a small site: one report with the given tasks."""
    return lambda **parts: write_site(tmp_path / "site", **parts)


def write_site(
    root: Path,
    tasks: Iterable[Mapping[str, str]] = (
        {"no": "1", "unit": "a", "head": "甲", "goal": "目标。"},
    ),
    units: Iterable[Mapping[str, str]] = ({"id": "a", "name": "市甲局", "kind": "市直部门"},),
    snapshot: str = "title: 落实情况表\nkind: report\n",
    name: str = "2020H1",
) -> Path:
    folder = root / "content" / name
    folder.mkdir(parents=True, exist_ok=True)
    (root / "content" / "units.csv").write_bytes(table(UNIT_COLUMNS, units))
    (folder / "tasks.csv").write_bytes(table(TASK_COLUMNS, tasks))
    (folder / "snapshot.yml").write_text(snapshot, encoding="utf-8")
    shutil.copy(REPOSITORY / "mkdocs.yml", root)
    return root
