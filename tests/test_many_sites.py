"""Many sites: the same bytes however they are built, whole or not at all, and none in another's way."""

from __future__ import annotations

import csv
import io
import json
import multiprocessing
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Executor, Future
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Any

import openpyxl
import psutil
import pytest
import yaml
from conftest import REPOSITORY, write_site
from demo_site import done, taizhang
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import html

from generator.ledger.model import Edition
from generator.pages.overview_pages import OverviewRow
from generator.pages.overview_tables import overview_csv, overview_xlsx
from generator.pages.site_summary import SiteSummary, summary_of
from generator.publishing import many_sites, one_site
from generator.publishing.executors import InPlace, processes
from generator.publishing.manifest import verify
from generator.publishing.many_sites import build_all, find_sites
from generator.publishing.one_site import SiteBuilt
from generator.publishing.settings import KEYS

NAMES = ("duanzhou", "gaoyao", "sihui")


def write_sites(folder: Path) -> Path:
    for number, name in enumerate(NAMES):
        write_site(
            folder / name,
            [
                {"no": "1", "unit": "a", "head": "甲", "goal": f"{name}建成{number}个。",
                 "progress": "在办。", "problems": "资金不足。"},
                {"no": "2", "goal": "修路10公里。", "progress": "已完成修路10公里，占年度任务的100%。"},
                {"no": "4", "withheld": "涉及国家秘密"},
            ],
        )  # fmt: skip
        text = (folder / name / "mkdocs.yml").read_text("utf-8")
        (folder / name / "mkdocs.yml").write_text(text.replace("肇庆市", f"<{name}>"), "utf-8")
    return folder


def tree(folder: Path) -> dict[str, bytes]:
    """A folder's files, without the locks."""
    paths = (p for p in sorted(folder.rglob("*")) if p.is_file() and p.name != "lock")
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in paths}


def break_site(root: Path) -> None:
    tasks = root / "content/2020H1/tasks.csv"
    tasks.write_bytes(tasks.read_bytes().replace(b"\n1,", "\n甲,".encode()))


def change_site(root: Path) -> None:
    tasks = root / "content/2020H1/tasks.csv"
    tasks.write_bytes(tasks.read_bytes().replace("在办。".encode(), "已开工。".encode()))


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three sites below sites/, and what one core makes of them below out/."""
    folder = tmp_path_factory.mktemp("many")
    write_sites(folder / "sites")
    done("build-all", folder / "sites", "--to", folder / "out")
    return folder


@pytest.fixture
def folder(built: Path, tmp_path: Path) -> Path:
    """A copy of them that a test may change."""
    shutil.copytree(built, tmp_path / "many")
    return tmp_path / "many"


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    """Two workers, each a process, and their scheduler, which is spoken to over TCP."""
    from distributed import LocalCluster

    with LocalCluster(
        n_workers=2, processes=True, threads_per_worker=1, dashboard_address=":0"
    ) as cluster:
        assert cluster.scheduler_address.startswith("tcp://")
        yield cluster


def build(
    sites: Path, target: Path, open_executor: Callable[[], Any], window: int = 2
) -> Iterator[SiteBuilt]:
    found, findings = find_sites([str(sites)])
    assert not findings
    return build_all(found, str(target), Edition.PUBLIC, open_executor, window)


def assert_whole(target: Path) -> None:
    for name in NAMES:
        findings, number = verify(target / name, None)
        assert not findings and number > 30, name
    assert {p.name for p in target.iterdir() if p.name.startswith(".")} == {".taizhang"}


# The same bytes


def test_processes_build_what_one_core_builds(built: Path, tmp_path: Path) -> None:
    assert_whole(built / "out")
    said = done("build-all", built / "sites", "--to", tmp_path, "--workers", 2)
    assert "新生成3个" in said
    assert tree(tmp_path) == tree(built / "out")


def test_a_cluster_builds_what_one_core_builds(built: Path, tmp_path: Path, cluster: Any) -> None:
    said = done(
        "build-all", built / "sites", "--to", tmp_path, "--cluster", cluster.scheduler_address
    )
    assert "新生成3个" in said
    assert tree(tmp_path) == tree(built / "out")


# Started again


def test_what_is_there_is_taken_over_and_what_changed_is_built(folder: Path) -> None:
    before = tree(folder / "out")
    assert "沿用的3个" in done("build-all", folder / "sites", "--to", folder / "out")
    assert tree(folder / "out") == before
    change_site(folder / "sites/gaoyao")
    said = done("build-all", folder / "sites", "--to", folder / "out")
    assert "新生成1个" in said and "沿用的2个" in said and "gaoyao 已生成" in said
    changed = {
        path.split("/")[0]
        for path, data in tree(folder / "out").items()
        if before.get(path) != data
    }
    assert changed == {"gaoyao", ".taizhang"}


@pytest.mark.parametrize(
    "damage",
    [
        lambda out: (out / "gaoyao/MANIFEST").unlink(),
        lambda out: (out / ".taizhang/gaoyao/built.json").write_text("{", "utf-8"),
        lambda out: (out / ".taizhang/gaoyao/built.json").write_text('{"inputs": "", "manifest": "", "summary": 1}'),
        lambda out: (out / "gaoyao").rename(out / ".gaoyao-old"),  # killed between two renames
        lambda out: (out / ".taizhang/gaoyao/new").mkdir(),  # killed while copying
    ],
)  # fmt: skip
def test_after_a_kill_or_damage_the_sites_are_whole(
    folder: Path, damage: Callable[[Path], object]
) -> None:
    before = tree(folder / "out")
    damage(folder / "out")
    done("build-all", folder / "sites", "--to", folder / "out")
    shutil.rmtree(folder / "out/.taizhang/gaoyao/new", ignore_errors=True)
    assert tree(folder / "out") == before
    assert_whole(folder / "out")


# Killed on the way


@pytest.mark.parametrize("workers", [1, 2])
def test_a_run_that_was_killed_goes_on_where_it_stopped(
    built: Path, tmp_path: Path, workers: int
) -> None:
    """Its processes, which nobody gives work any more, go with it."""
    code = "from generator.cli import main; main()"
    command = [
        sys.executable,
        "-u",
        "-c",
        code,
        "build-all",
        str(built / "sites"),
        "--to",
        str(tmp_path),
    ]
    command += ["--workers", str(workers)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None
        first = run.stdout.readline().split()[1]
        children = psutil.Process(run.pid).children(recursive=True)
        run.kill()
    assert (len(children) > workers) == (workers > 1)
    _, alive = psutil.wait_procs(children, timeout=60)
    assert not alive
    assert f"{first} 没有改动" in done("build-all", built / "sites", "--to", tmp_path)
    assert tree(tmp_path) == tree(built / "out")


def test_a_killed_process_costs_no_site(built: Path, tmp_path: Path) -> None:
    opened: list[Executor] = []

    def pool() -> Executor:
        opened.append(processes(2))
        return opened[-1]

    others = set(multiprocessing.active_children())
    outcomes = build(built / "sites", tmp_path, pool)
    found = [next(outcomes)]
    (set(multiprocessing.active_children()) - others).pop().kill()
    found += outcomes
    assert sorted(one.name for one in found) == list(NAMES)
    assert all(one.ok for one in found), found
    assert len(opened) > 1
    assert_whole(tmp_path)


def test_a_killed_worker_of_a_cluster_costs_no_site(
    built: Path, tmp_path: Path, cluster: Any
) -> None:
    from distributed import Client

    @contextmanager
    def opened() -> Iterator[Executor]:
        with Client(cluster.scheduler_address) as client:
            yield client.get_executor(pure=False)

    with Client(cluster.scheduler_address) as client:
        pids = list(client.run(os.getpid).values())
    assert len(pids) == 2
    outcomes = build(built / "sites", tmp_path, opened, window=9)
    found = [next(outcomes)]
    os.kill(pids[0], signal.SIGKILL)
    found += outcomes
    assert sorted((one.name, one.ok) for one in found) == [(name, True) for name in NAMES]
    assert_whole(tmp_path)


class Mortal(InPlace):
    """Breaks, as a pool of processes does, when it is handed gaoyao: so often, in all."""

    def __init__(self, lives: list[int]) -> None:
        self.deaths, self.broken = lives, False

    def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
        if self.broken:
            raise BrokenExecutor
        if args[0].endswith("gaoyao") and self.deaths:
            self.deaths.pop()
            self.broken = True
            dead: Future[Any] = Future()
            dead.set_exception(BrokenExecutor("terminated abruptly"))
            return dead
        return super().submit(fn, *args, **kwargs)


@pytest.mark.parametrize("deaths", [1, 2, 99])
def test_a_site_that_kills_its_worker_is_tried_alone_and_then_named(
    built: Path, tmp_path: Path, deaths: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What was handed out with it, and what comes after, is built all the same."""

    def quick(site: str, target: str, edition: str) -> SiteBuilt:
        return SiteBuilt(Path(site).name, ok=True)

    monkeypatch.setattr(many_sites, "build_one", quick)
    outcomes = build(built / "sites", tmp_path, partial(Mortal, [0] * deaths))
    found = {one.name: one for one in outcomes}
    assert sorted(found) == list(NAMES)
    assert found["duanzhou"].ok and found["sihui"].ok
    assert found["gaoyao"].ok == (deaths < 3)
    assert [f.code for f in found["gaoyao"].findings] == (["site-lost"] if deaths > 2 else [])


def test_an_executor_that_takes_nothing_ends_too(built: Path, tmp_path: Path) -> None:
    class Dead(InPlace):
        def submit(self, fn: Callable[..., Any], /, *args: Any, **kwargs: Any) -> Future[Any]:
            raise BrokenExecutor

    found = list(build(built / "sites", tmp_path, Dead))
    assert [f.code for one in found for f in one.findings] == ["site-lost"] * 3


# One site's trouble


def test_a_broken_site_is_named_and_in_nobodys_way(folder: Path) -> None:
    break_site(folder / "sites/gaoyao")
    result = taizhang("build-all", folder / "sites", "--to", folder / "new")
    assert result.exit_code == 1
    assert "gaoyao/content/2020H1/tasks.csv 第2行" in result.output
    assert "新生成2个" in result.output and "没有生成的：gaoyao" in result.output
    assert not (folder / "new/gaoyao").exists()
    assert verify(folder / "new/sihui", None)[0] == ()
    page = html.parse(folder / "new/index.html")
    assert "没有生成" in page.xpath("string(//tr[th[text()='gaoyao']])")
    assert not page.xpath("//main//a[contains(@href, 'gaoyao')]")


def test_a_broken_site_that_was_built_before_stays_as_it_was_and_is_marked(folder: Path) -> None:
    before = tree(folder / "out/gaoyao")
    break_site(folder / "sites/gaoyao")
    assert taizhang("build-all", folder / "sites", "--to", folder / "out").exit_code == 1
    assert tree(folder / "out/gaoyao") == before
    page = html.parse(folder / "out/index.html")
    row = page.xpath("string(//tr[.//a[@href='gaoyao/index.html']])")
    assert "未更新" in row and "2020年上半年" in row
    assert "未更新" not in page.xpath("string(//tr[.//a[@href='sihui/index.html']])")


def test_a_disk_that_refuses_is_one_sites_trouble(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    switch = one_site.switch

    def full(new: Path, place: Path) -> None:
        if place.name == "gaoyao":
            raise OSError(28, "No space left on device", str(place))
        switch(new, place)

    monkeypatch.setattr(one_site, "switch", full)
    before = tree(folder / "out/gaoyao")
    for name in ("gaoyao", "sihui"):
        change_site(folder / "sites" / name)
    result = taizhang("build-all", folder / "sites", "--to", folder / "out")
    assert result.exit_code == 1 and "磁盘已满" in result.output and "新生成1个" in result.output
    assert tree(folder / "out/gaoyao") == before
    page = html.parse(folder / "out/index.html")
    assert "未更新" in page.xpath("string(//tr[.//a[@href='gaoyao/index.html']])")
    monkeypatch.undo()
    assert "新生成1个" in done("build-all", folder / "sites", "--to", folder / "out")
    assert tree(folder / "out/gaoyao") != before
    assert_whole(folder / "out")


# The overview


def test_the_overview_counts_every_task_once_and_leads_to_each_site(built: Path) -> None:
    page = html.parse(built / "out/index.html")
    rows = page.xpath("//main//tbody/tr")
    assert [r.xpath("string(th)") for r in rows] == [f"<{n}>政府重点工作台账" for n in NAMES]
    for row, name in zip(rows, NAMES, strict=True):
        (target,) = row.xpath("th/a/@href")
        assert (built / "out" / target).is_file() and target == f"{name}/index.html"
        cells = [c.text_content() for c in row.xpath("td")]
        # Period, day, tasks; behind, on schedule, completed, unquantified, withheld; problems, unit unknown, missing.
        assert cells == ["2020年上半年", "未标明", "3", "0", "0", "1", "1", "1", "1", "1", "1"]
    total = [c.text_content() for c in page.xpath("//main//tfoot//td")][2:]
    assert total == ["9", "0", "0", "3", "3", "3", "3", "3", "3"]
    assert "责任单位由文件写明的3项，推断的0项，不明的3项，暂不公开的3项" in page.xpath(
        "string(//main)"
    )
    data = json.loads((built / "out/overview.json").read_text("utf-8"))
    for figures in (*(s["figures"] for s in data["sites"]), data["total"]):
        unit = sum(figures[k] for k in ("stated", "inferred", "unknown", "held_back"))
        status = sum(
            figures[k] for k in ("behind", "on_schedule", "completed", "unquantified", "held_back")
        )
        assert figures["tasks"] == unit == status


def test_the_overview_says_what_each_site_says_itself(built: Path) -> None:
    """The same numbers as on the site's own home page."""
    data = json.loads((built / "out/overview.json").read_text("utf-8"))
    for site in data["sites"]:
        home = html.parse(built / "out" / site["url"])
        numbers = {
            "".join(n.xpath(".//dt//text()")).strip(): n.xpath("string(.//strong)")
            for n in home.xpath("//div[@class='number']")
        }
        assert numbers["任务"] == str(site["figures"]["tasks"])
        assert numbers["列有存在问题的任务"] == str(site["figures"]["with_problem"])
        assert numbers["缺失序号"] == str(site["figures"]["missing"])
        assert numbers["暂不公开"] == str(site["figures"]["held_back"])


def test_the_overview_s_tables_say_what_its_json_says(built: Path) -> None:
    sites = json.loads((built / "out/overview.json").read_text("utf-8"))
    with (built / "out/overview.csv").open(encoding="utf-8-sig", newline="") as stream:
        said = list(csv.DictReader(stream))
    book = openpyxl.load_workbook(built / "out/overview.xlsx")
    heading, *rows = book.active.iter_rows(values_only=True)
    written = [
        dict(zip(heading, ("" if c is None else str(c) for c in r), strict=True)) for r in rows
    ]
    assert said == written
    *each, sums = said
    for row, figures in zip(
        (*each, sums), (*(s["figures"] for s in sites["sites"]), sites["total"]), strict=True
    ):
        assert (row["任务"], row["落后序时进度"], row["缺号"]) == tuple(
            str(figures[name]) for name in ("tasks", "behind", "missing")
        )
        parts = ("责任单位写明", "责任单位推断", "责任单位不明", "暂不公开")
        assert sum(int(row[name]) for name in parts) == int(row["任务"])
    assert sums["网站"] == "合计"


def test_the_overview_s_tables_know_of_sites_without_figures_and_run_no_formula() -> None:
    figures = SiteSummary("=1+1", 1, "2020H1", "2020年上半年", "", 3, 3)
    rows = [
        OverviewRow("a", figures, True), OverviewRow("b", None, False),
        OverviewRow("c", SiteSummary("丙市"), True), OverviewRow("d", figures, False),
    ]  # fmt: skip
    table = list(csv.DictReader(io.StringIO(overview_csv(rows).decode("utf-8-sig"))))
    assert [(row["网站"], row["任务"], row["备注"]) for row in table] == [
        ("'=1+1", "3", ""), ("b", "", "没有生成"), ("丙市", "", "还没有公布落实情况表"),
        ("'=1+1", "3", "未更新"), ("合计", "6", ""),
    ]  # fmt: skip
    sheet = openpyxl.load_workbook(io.BytesIO(overview_xlsx(rows, "t"))).active
    assert sheet["A2"].value == "=1+1" and sheet["A2"].data_type == "s"
    assert overview_xlsx(rows, "t") == overview_xlsx(rows, "t")


_TEXTS = st.text(max_size=20)
_NUMBERS = st.integers(0, 10**6)


@settings(max_examples=30)
@given(st.builds(SiteSummary, _TEXTS, _NUMBERS, _TEXTS, _TEXTS, _TEXTS, *[_NUMBERS] * 11))
def test_a_summary_comes_back_from_its_json(summary: SiteSummary) -> None:
    assert summary_of(json.loads(json.dumps(summary.to_json()))) == summary


@given(
    st.dictionaries(
        st.sampled_from(["name", "tasks", "day"]), st.integers() | st.text() | st.none()
    )
)
def test_what_is_no_summary_is_refused(content: dict[str, object]) -> None:
    with pytest.raises(ValueError):
        summary_of(content)


def test_the_internal_edition_is_marked_and_says_more(built: Path, tmp_path: Path) -> None:
    done("build-all", built / "sites/sihui", "--to", tmp_path, "--edition", "internal")
    assert "内部资料" in (tmp_path / "index.html").read_text("utf-8")
    assert (tmp_path / "sihui/2020H1/quality.html").is_file()


# Addresses


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    """A local S3 server with an empty bucket."""
    import s3fs
    from moto.server import ThreadedMotoServer

    for name, value in {
        "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test",
        "AWS_DEFAULT_REGION": "us-east-1",
    }.items():  # fmt: skip
        monkeypatch.setenv(name, value)
    server = ThreadedMotoServer(port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}:{port}")
    s3fs.S3FileSystem.clear_instance_cache()
    s3fs.S3FileSystem().mkdir("taizhang")
    try:
        yield "s3://taizhang"
    finally:
        s3fs.S3FileSystem.clear_instance_cache()
        server.stop()


def test_sites_and_target_may_lie_in_an_object_store(built: Path, tmp_path: Path, s3: str) -> None:
    import s3fs

    store = s3fs.S3FileSystem()
    for part in ("content", "mkdocs.yml"):
        place = f"taizhang/sites/gaoyao/{part}"
        store.put(str(built / "sites/gaoyao" / part), place, recursive=True)
    done("build-all", built / "sites/gaoyao", "--to", tmp_path / "disk")
    assert "新生成1个" in done("build-all", f"{s3}/sites", "--to", f"{s3}/out")
    store.invalidate_cache()
    store.get("taizhang/out/", str(tmp_path / "s3"), recursive=True)
    assert tree(tmp_path / "s3") == tree(tmp_path / "disk")
    assert "沿用的1个" in done("build-all", f"{s3}/sites", "--to", f"{s3}/out")
    # A page that the site no longer has is gone there too; without its mark a site is made anew.
    store.pipe("taizhang/out/gaoyao/old.html", b"old")
    store.rm("taizhang/out/.taizhang/gaoyao/built.json")
    assert "新生成1个" in done("build-all", f"{s3}/sites", "--to", f"{s3}/out")
    store.invalidate_cache()
    assert not store.exists("taizhang/out/gaoyao/old.html")


def test_the_way_into_a_site_and_its_mark_come_last_in_an_object_store(
    built: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed at any file, no first page leads into a site that isn't whole."""
    from fsspec.implementations.memory import MemoryFileSystem

    written: list[str] = []
    put, pipe = MemoryFileSystem.put_file, MemoryFileSystem.pipe_file

    def putting(self: Any, lpath: str, rpath: str, *rest: Any, **more: Any) -> Any:
        written.append(rpath)
        return put(self, lpath, rpath, *rest, **more)

    def piping(self: Any, path: str, *rest: Any, **more: Any) -> Any:
        written.append(path)
        return pipe(self, path, *rest, **more)

    monkeypatch.setattr(MemoryFileSystem, "put_file", putting)
    monkeypatch.setattr(MemoryFileSystem, "pipe_file", piping)
    try:
        done("build-all", built / "sites/sihui", "--to", "memory://out")
        of_site = [path for path in written if "sihui" in path]
        assert len(of_site) > 30
        assert of_site[-2:] == ["/out/sihui/index.html", "/out/.taizhang/sihui/built.json"]
        assert written[-1] == "/out/index.html"
    finally:
        MemoryFileSystem.store.clear()


# What is asked for wrongly


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["{sites}/nowhere", "--to", "{out}"], "不存在"),
        (["{empty}", "--to", "{out}"], "没有网站"),
        (["{sites}", "{sites}/../more", "--to", "{out}"], "都叫 gaoyao"),
        (["{css}", "--to", "{out}"], "不能叫 css"),
        (["{sites}", "--to", "{file}"], "不是文件夹"),
        (["{sites}", "--to", "gibberish://x"], "程序库没有安装"),
        (["{sites}", "--to", "{out}", "--cluster", "tcp://127.0.0.1:1"], "连不上集群"),
        (["{sites}", "--to", "{out}", "--cluster", "x://y"], "连不上集群"),
        (["{sites}", "--to", "{out}", "--name", "甲\n乙"], "换行"),
    ],
)  # fmt: skip
def test_what_is_asked_for_wrongly_is_told_and_nothing_is_built(
    built: Path, tmp_path: Path, arguments: list[str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("generator.desk.many_sites._PATIENCE", 1)
    for name in ("more/gaoyao", "css"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "mkdocs.yml").touch()
    (tmp_path / "empty").mkdir()
    (tmp_path / "file").touch()
    shutil.copytree(built / "sites", tmp_path / "sites")
    places = {n: tmp_path / n for n in ("sites", "empty", "css", "file", "out")}
    result = taizhang("build-all", *(a.format(**places) for a in arguments))
    assert result.exit_code == 1 and said in result.output, result.output
    assert not (tmp_path / "out").exists()


def test_without_its_library_a_cluster_is_refused_in_words(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)
    arguments = ("build-all", built / "sites", "--to", tmp_path / "out", "--cluster", "tcp://x:1")
    result = taizhang(*arguments)
    assert result.exit_code == 1 and "taizhang[cluster]" in result.output


# Another city


def test_a_new_site_can_be_built_at_once_and_says_that_nothing_is_published(
    tmp_path: Path,
) -> None:
    done("new", tmp_path / "site", "--name", "端州区")
    said = done("build", "--site", tmp_path / "site")
    assert "还没有任何一期数据" in said
    for edition in Edition:
        page = html.parse(tmp_path / "site/site" / edition / "index.html")
        assert page.xpath("string(//title)") == "端州区政府重点工作台账"
        assert "还没有公布任何一期" in page.xpath("string(//main)")
    assert verify(tmp_path / "site/site/public", None)[0] == ()
    again = taizhang("publish", "--site", tmp_path / "site")
    assert again.exit_code == 1 and "没有可以发布的内容" in again.output


def test_a_first_import_into_a_new_site_is_built(tmp_path: Path) -> None:
    done("new", tmp_path / "site")
    rows = "序号,责任单位,年内目标,进展情况\n1,市甲局,修路10公里。,在办。\n"
    (tmp_path / "table.csv").write_text(rows, "utf-8")
    with (tmp_path / "site/content/units.csv").open("a", encoding="utf-8") as units:
        units.write("jia,市甲局,市直部门,,,,,,\n")
    done("import", tmp_path / "table.csv", "--snapshot", "2020H1", "--site", tmp_path / "site")
    done("build", "--site", tmp_path / "site", "--edition", "public")
    assert (tmp_path / "site/site/public/2020H1/units/jia.html").is_file()


def test_a_new_site_has_every_setting(tmp_path: Path) -> None:
    done("new", tmp_path / "site", "--name", 'a: "b" # {{ c }} $d <e>')
    text = (tmp_path / "site/mkdocs.yml").read_text("utf-8")
    node = yaml.compose(text, Loader=yaml.BaseLoader)
    top = {key.value: value for key, value in node.value}
    assert top["site_name"].value == 'a: "b" # {{ c }} $d <e>政府重点工作台账'
    assert {key.value for key, _ in top["extra"].value} == set(KEYS)
    ours = (REPOSITORY / "mkdocs.yml").read_text("utf-8").split("theme:")[1].split("extra:")[0]
    assert ours == text.split("theme:")[1].split("extra:")[0]


@pytest.mark.parametrize(
    ("place", "name", "said"),
    [("full", "", "已有内容"), ("full/file", "", "已有内容"), ("new", "甲" * 61, "60"), ("new", "甲\n", "换行")],
)  # fmt: skip
def test_a_new_site_takes_no_folder_with_something_in_it(
    tmp_path: Path, place: str, name: str, said: str
) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full/file").write_text("da", "utf-8")
    result = taizhang("new", tmp_path / place, "--name", name)
    assert result.exit_code == 1 and said in result.output
    assert tree(tmp_path) == {"full/file": b"da"}
