"""What a build takes over: whatever was edited, the site is the one that a new build makes."""

from __future__ import annotations

import csv
import importlib
import io
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from demo_site import Demo, done, taizhang

from generator.ledger.content import TASK_COLUMNS
from generator.ledger.model import Edition
from generator.publishing import build
from generator.publishing import survey as surveying
from generator.publishing.cache import cache_folder
from generator.publishing.survey import survey

MADE = re.compile(r"生成 ?(\S+)（")


@pytest.fixture(scope="module")
def built(demo_site: Demo, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up city, built in both editions, with all that a build keeps."""
    root = tmp_path_factory.mktemp("built") / "city"
    shutil.copytree(demo_site.root, root, symlinks=True)
    # Builds fork: what is imported here needn't be imported in each of their processes.
    for module in ("matplotlib.backends.backend_svg", "mkdocs.commands.build"):
        importlib.import_module(module)
    done("build", "--site", root)
    return root


@pytest.fixture
def city(built: Path, tmp_path: Path) -> Path:
    root = tmp_path / "city"
    shutil.copytree(built, root, symlinks=True)
    return root


def cells(root: Path, snapshot: str, no: int, **changed: str) -> None:
    path = root / "content" / snapshot / "tasks.csv"
    rows = list(csv.DictReader(io.StringIO(path.read_bytes().decode(), newline="")))
    (row,) = (row for row in rows if row["no"] == str(no))
    row.update(changed)
    stream = io.StringIO(newline="")
    writer = csv.DictWriter(stream, TASK_COLUMNS, restval="", lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    path.write_bytes(stream.getvalue().encode())


def replaced(root: Path, file: str, old: str, new: str) -> None:
    path = root / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


def trees(root: Path) -> dict[str, bytes]:
    site = root / "site"
    return {
        p.relative_to(site).as_posix(): p.read_bytes()
        for edition in Edition
        for p in (site / edition).rglob("*")
        if p.is_file()
    }


def a_task(root: Path) -> None:
    cells(root, "2021H2", 1, goal="新建道路30公里。", progress="已完成3公里，占年度任务的10%。")


def a_unit_s_name(root: Path) -> None:
    replaced(root, "content/units.csv", "市水务局", "市水利局")


def a_page_by_hand(root: Path) -> None:
    pages = root / "content" / "pages"
    pages.mkdir(exist_ok=True)
    (pages / "method.md").write_text("---\ntitle: 办法\n---\n\n办法。\n", "utf-8")


def a_setting(root: Path) -> None:
    replaced(root, "mkdocs.yml", "site_name: ", "site_name: 新")


def a_note_for_the_office(root: Path) -> None:
    replaced(root, "content/2021H2/internal.csv", "拟改在", "可能改在")


def a_correction(root: Path) -> None:
    done("correct", "2020H2", "--task", 1, "--field", "problems", "--to", "没有新的问题。",
         "--reason", "来函更正。", "--site", root, "--date", "2022-02-09")  # fmt: skip


def the_last_half_year(root: Path) -> None:
    shutil.rmtree(root / "content" / "2021H2")


def a_task_withheld(root: Path) -> None:
    cells(root, "2021H2", 2, withheld="涉及商业秘密")


def nothing_but_a_file_of_the_site(root: Path) -> None:
    (root / "site/public/2020H1/index.html").write_bytes(b"gone wrong")
    (root / "site/internal/2020H2/data/tasks.json").unlink()


EDITS: tuple[Callable[[Path], None], ...] = (
    a_task, a_unit_s_name, a_page_by_hand, a_setting, a_note_for_the_office,
    a_correction, the_last_half_year, a_task_withheld, nothing_but_a_file_of_the_site,
)  # fmt: skip


@pytest.mark.parametrize("edit", EDITS, ids=lambda edit: edit.__name__)
def test_after_any_edit_the_site_is_what_a_new_build_makes(
    city: Path, edit: Callable[[Path], None]
) -> None:
    edit(city)
    told = done("build", "--site", city)
    taken_over = trees(city)
    shutil.rmtree(city / "build")
    shutil.rmtree(city / "site")
    done("build", "--site", city)
    assert trees(city) == taken_over, told


def test_an_edit_makes_only_what_tells_of_it(city: Path) -> None:
    a_task(city)
    told = done("build", "--edition", "public", "--site", city)
    # The year's other half-year links to the task and says how far it has got.
    assert set(MADE.findall(told)) <= {"2021H2", "2021H1", "首页与历年"}
    assert "沿用 2020H1" in told and "沿用 2020H2" in told
    a_page_by_hand(city)
    told = done("build", "--edition", "public", "--site", city)
    assert MADE.findall(told) == ["首页与历年"]


def test_what_is_taken_over_is_read_and_compared(city: Path) -> None:
    (city / "site/public/2020H1/index.html").write_bytes(b"gone wrong")
    told = done("build", "--edition", "public", "--site", city)
    assert MADE.findall(told) == ["2020H1"]
    assert "gone wrong" not in (city / "site/public/2020H1/index.html").read_text("utf-8")


def test_the_old_tree_stays_whole_where_files_can_be_linked_and_a_build_fails(city: Path) -> None:
    """Files are taken by a second name for the same file: nothing may write into them."""
    before = trees(city)
    cells(city, "2021H2", 1, goal="联系人13800138000。")
    assert taizhang("build", "--edition", "public", "--site", city).exit_code == 1
    assert trees(city) == before


def test_where_no_links_can_be_made_files_are_copied(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError

    monkeypatch.setattr(os, "link", refuse)  # the processes beside this one are forked from it
    a_task(city)
    done("build", "--edition", "public", "--site", city)
    assert "全部与公布时相符" in done("verify", city / "site/public")


def test_a_release_shares_no_file_with_the_site_that_it_was_taken_from(city: Path) -> None:
    done("publish", "--site", city, "--date", "2022-03-01")
    release = city / "site/published/current/2020H1/index.html"
    assert release.read_bytes() == (city / "site/public/2020H1/index.html").read_bytes()
    assert release.stat().st_nlink == 1


def test_a_damaged_or_emptied_cache_costs_time_alone(city: Path) -> None:
    before = trees(city)
    kept = sorted(cache_folder(city, Edition.PUBLIC).iterdir())
    for path in kept[::2]:
        path.write_bytes(path.read_bytes()[:-1] + b"!")
    for path in kept[1::4]:
        path.unlink()
    (city / "build/public.json").unlink()
    done("build", "--edition", "public", "--site", city)
    assert trees(city) == before


def test_what_was_found_is_brought_back_and_read_anew_where_it_is_gone(city: Path) -> None:
    shown = survey(city, Edition.PUBLIC)
    id_ = shown.ledger.newest.id
    found = shown.found(id_)
    assert len(found.by_no) == shown.outlines[id_].tasks > 0
    for path in cache_folder(city, Edition.PUBLIC).iterdir():
        path.unlink()
    surveying._stored.cache_clear()
    assert shown.found(id_) == found


def test_a_task_that_changed_is_read_anew_and_the_others_arent(city: Path) -> None:
    before = survey(city, Edition.PUBLIC).found("2021H2")
    a_task(city)
    after = survey(city, Edition.PUBLIC).found("2021H2")
    assert after.by_no[1] != before.by_no[1]
    assert after.by_no[1].completions[0].percent == 10
    assert {n: f for n, f in after.by_no.items() if n != 1} == {
        n: f for n, f in before.by_no.items() if n != 1
    }


def test_what_is_edited_while_it_is_built_is_neither_shown_nor_kept(
    city: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = trees(city)
    shutil.copytree(city / "content", city / "kept")
    a_page_by_hand(city)  # so that there is something to be made
    surveyed = build.survey

    def and_then_edited(*arguments: Any, **options: Any) -> Any:
        found = surveyed(*arguments, **options)
        a_task(city)
        for path in cache_folder(city, Edition.PUBLIC).iterdir():
            path.unlink()  # what was read is gone: the edited file is read in its place
        surveying._stored.cache_clear()
        return found

    with monkeypatch.context() as patch:
        patch.setattr(build, "survey", and_then_edited)
        result = taizhang("build", "--edition", "public", "--site", city)
    assert result.exit_code == 1 and "生成期间文件有改动" in result.output
    assert trees(city) == before
    shutil.rmtree(city / "content")
    (city / "kept").rename(city / "content")
    (city / "build/public.json").unlink()
    done("build", "--edition", "public", "--site", city)
    assert trees(city) == before
