"""Publishing: the served site is always one whole version, and anybody can check a copy of it."""

from __future__ import annotations

import errno
import json
import os
import random
import re
import resource
import shutil
import subprocess
import sys
import threading
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from conftest import REPOSITORY, table, write_site
from demo_site import done, taizhang
from killing import killed
from lxml import html

from generator.ledger.internal_file import INTERNAL_COLUMNS
from generator.ledger.model import Edition
from generator.pages.record_pages import seals_json
from generator.publishing import release
from generator.publishing.cache import Cache
from generator.publishing.fingerprint import fingerprint
from generator.publishing.inspection import inspect
from generator.publishing.links import check_across
from generator.publishing.manifest import verify
from generator.publishing.survey import survey


def page(path: Path) -> Any:
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def silent(*_: object, **__: object) -> None:
    pass


def small_site(root: Path, goal: str = "旧目标。") -> Path:
    write_site(root, [{"no": "1", "unit": "a", "head": "甲", "goal": goal, "progress": "在办。"}])
    return root


def served(target: Path) -> str:
    """The goal that the served site shows, after its whole tree was checked."""
    current = target / "current"
    findings, number = verify(current, None)
    assert not findings and number > 30
    tasks = json.loads((current / "2020H1/data/tasks.json").read_text("utf-8"))
    return str(tasks[0]["goal"])


@pytest.fixture(scope="module")
def published(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A site that was published once, and has changed since."""
    root = small_site(tmp_path_factory.mktemp("published"))
    done("publish", "--site", root, "--date", "2021-01-01")
    small_site(root, "新目标。")
    return root


@pytest.fixture
def root(published: Path, tmp_path: Path) -> Path:
    shutil.copytree(published, tmp_path / "site", symlinks=True)
    return tmp_path / "site"


# Killed anywhere

STEPS = (
    ("generator.publishing.build:read_manuscript", "before"),
    ("generator.publishing.typesetting:run_mkdocs", "after"),
    ("generator.publishing.build:write_manifest", "before"),
    ("generator.publishing.release:verify", "after"),
    ("pathlib:Path.rename", "before"),  # among the other releases
    ("pathlib:Path.rename", "after"),
    ("pathlib:Path.symlink_to", "before"),
    ("pathlib:Path.symlink_to", "after"),  # all but the switch itself
    ("generator.publishing.release:point", "after"),
)


@pytest.mark.parametrize(("step", "when"), STEPS)
def test_killed_at_any_step_the_served_site_is_whole(root: Path, step: str, when: str) -> None:
    target = root / "site" / "published"
    assert killed(step, when, "publish", "--site", root, "--date", "2021-02-01")
    switched = step in ("pathlib:Path.replace", "generator.publishing.release:point")
    expected = (
        "新目标。" if (switched and when == "after") or step == "shutil:rmtree" else "旧目标。"
    )
    assert served(target) == expected
    done("publish", "--site", root, "--date", "2021-03-01")
    assert served(target) == "新目标。"
    left = {p.name for p in target.iterdir()} | {p.name for p in (target / "releases").iterdir()}
    assert not {name for name in left if name.startswith((".new", ".current-"))}


def test_two_at_once_the_second_says_so_and_stops(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, go_on = threading.Event(), threading.Event()
    make = release.make_tree

    def slow(*arguments: Any, **options: Any) -> Any:
        begun.set()
        assert go_on.wait(60)
        return make(*arguments, **options)

    monkeypatch.setattr(release, "make_tree", slow)
    shown = survey(root, Edition.PUBLIC)
    target = root / "site" / "published"
    first = threading.Thread(target=release.publish, args=(shown, target, "2021-02-01", silent))
    first.start()
    try:
        assert begun.wait(60)
        result = taizhang("publish", "--site", root)
        assert result.exit_code == 1 and "另一个程序正在" in result.output
        assert "另一个程序正在" in taizhang("rollback", "--site", root).output
    finally:
        go_on.set()
        first.join()
    assert served(target) == "新目标。"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 200 KB, where this machine lets us have one."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=200k", "tmpfs", str(disk)]
    if os.name == "nt" or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no tmpfs may be mounted here")
    try:
        yield disk
    finally:
        subprocess.run(["umount", str(disk)], check=True)


def test_a_full_disk_leaves_the_old_site(published: Path, small_disk: Path) -> None:
    target = small_disk / "served"
    old = target / "releases" / "2021-01-01-001"
    old.mkdir(parents=True)
    (old / "index.html").write_text("旧站")
    (target / "current").symlink_to("releases/2021-01-01-001")
    result = taizhang("publish", "--site", published, "--to", target)
    assert result.exit_code == 1 and "磁盘已满" in result.output, result.output
    assert (target / "current/index.html").read_text() == "旧站"
    assert [p.name for p in (target / "releases").iterdir()] == ["2021-01-01-001"]


def test_a_file_that_cannot_be_written_leaves_the_old_site(root: Path) -> None:
    """The same where no small disk can be had: files may not grow beyond some size."""
    code = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000));"
        "from generator.cli import main; main(sys.argv[1:])"
    )
    done_ = subprocess.run(
        [sys.executable, "-c", code, "publish", "--site", str(root)], cwd=REPOSITORY,
        check=False, capture_output=True,
    )  # fmt: skip
    assert done_.returncode == 1 and b"Traceback" not in done_.stderr, done_.stderr.decode()
    assert os.strerror(errno.EFBIG).encode() in done_.stderr or "文件".encode() in done_.stderr
    assert served(root / "site" / "published") == "旧目标。"
    assert resource.getrlimit(resource.RLIMIT_FSIZE)[0] != 20_000


@pytest.mark.parametrize("lang", [["--lang", "en"], ["--lang=en"]], ids=len)
@pytest.mark.parametrize(
    ("command", "said"),
    [
        (["seal", "2020H1"], "a file of that name is there already"),
        (["publish", "--to", "elsewhere"], "current in it isn't the link that publishing makes"),
        (["publish", "--to", "content/releases"], "it lies within content"),
    ],
)
def test_trouble_with_the_disk_is_told_in_the_language_asked_for(
    root: Path, monkeypatch: pytest.MonkeyPatch, command: list[str], said: str, lang: list[str]
) -> None:
    monkeypatch.chdir(root)
    (root / "content/2020H1/sealed").write_bytes(b"")
    (root / "elsewhere/current").mkdir(parents=True)
    result = taizhang(*command, *lang)
    assert result.exit_code == 1 and said in result.output
    assert not re.search("[\u3400-\u9fff]", result.output), result.output


def test_a_build_killed_between_its_two_renames_is_put_right_by_the_next(tmp_path: Path) -> None:
    root = small_site(tmp_path)
    done("build", "--edition", "public", "--site", root)
    (root / "site/public").rename(root / "site/.public-old")
    small_site(root, "坏")
    (root / "mkdocs.yml").write_text("site_name: [", "utf-8")
    assert taizhang("build", "--edition", "public", "--site", root).exit_code == 1
    assert "旧目标。" in (root / "site/public/2020H1/tasks.html").read_text("utf-8")


# What is checked before the switch


def test_a_dry_run_checks_and_leaves_nothing(root: Path) -> None:
    target = root / "site" / "published"
    before = sorted(target.rglob("*"))
    assert "没有发布" in done("publish", "--dry-run", "--site", root)
    assert sorted(target.rglob("*")) == before and served(target) == "旧目标。"


def test_errors_stop_a_release(root: Path) -> None:
    small_site(root, "联系人13800138000。")
    result = taizhang("publish", "--site", root)
    assert result.exit_code == 1 and "13800138000" in result.output
    assert served(root / "site" / "published") == "旧目标。"


@pytest.mark.parametrize(
    ("damage", "code"),
    [
        (lambda s: s.replace("<h1", "<h2").replace("</h1", "</h2"), "page-empty"),
        (lambda s: re.sub(r"(?s)</h1>.*</main>", "</h1></main>", s), "page-empty"),
        (lambda s: s.replace('name="SiteName"', 'name="x"'), "tag-missing"),
        (lambda s: s.replace('name="ColumnType"', 'name="x"'), "tag-missing"),
        (lambda s: s.replace('href="tasks.html"', 'href="task.html"'), "link-broken"),
    ],
)  # fmt: skip
def test_each_check_can_fail(published: Path, tmp_path: Path, damage: Any, code: str) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(published / "site/published/current", tree)
    path = tree / "2020H1/index.html"
    text = damage(path.read_text("utf-8"))
    assert text != path.read_text("utf-8")
    path.write_text(text, "utf-8")
    names = [p.relative_to(tree).as_posix() for p in tree.rglob("*") if p.is_file()]
    part = inspect(tree, names)
    found = [*part.findings, *check_across(lambda: [part.seams], names)]
    assert code in [f.code for f in found]


def test_pages_that_are_gone_since_the_last_release_are_named(root: Path) -> None:
    write_site(root, [{"no": "1", "unit_text": "市他局", "head": "他", "goal": "新。"}])
    assert "2020H1/units/a.html" in done("publish", "--site", root, "--date", "2021-02-01")


# Releases


def test_rolling_back_serves_the_release_before(root: Path) -> None:
    target = root / "site" / "published"
    done("publish", "--site", root, "--date", "2021-02-01")
    done("publish", "--site", root, "--date", "2021-02-01")
    assert release.release_names(target) == ["2021-01-01-001", "2021-02-01-001", "2021-02-01-002"]
    done("rollback", "--site", root)
    done("rollback", "--site", root)
    assert served(target) == "旧目标。"
    assert "没有更早" in taizhang("rollback", "--site", root).output
    done("publish", "--site", root, "--date", "2021-04-01", "--keep", "2")
    # What was gone back from isn't kept: the two that were served last are.
    assert release.release_names(target) == ["2021-01-01-001", "2021-04-01-001"]
    assert served(target) == "新目标。"


@pytest.mark.parametrize(
    ("there", "noted", "served", "past"),
    [
        ("123", "123", "3", "123"),
        ("12", "1", "2", "12"),  # killed after the switch, before it was noted
        ("123", "123", "2", "12"),  # the same, going back
        ("23", "123", "3", "23"),  # somebody removed the oldest
        ("13", "123", "3", "13"),
        ("12", "", "2", "2"),  # a folder of releases from before there was a history
        ("123", "131", "1", "1"),  # published, gone back from
        ("12", "12", "", "12"),
    ],
)
def test_what_was_served_before_is_known_after_any_kill(
    tmp_path: Path, there: str, noted: str, served: str, past: str
) -> None:
    name = "2021-01-01-00{}".format
    for number in there:
        (tmp_path / "releases" / name(number)).mkdir(parents=True)
    (tmp_path / "history").write_text("".join(f"{name(n)}\n" for n in noted))
    if served:
        release.point(tmp_path / "current", name(served))
    assert release.history(tmp_path) == [name(n) for n in past]


def test_what_is_withheld_by_now_is_in_no_archive_and_not_gone_back_to(root: Path) -> None:
    target = root / "site" / "published"
    write_site(root, [{"no": "1", "withheld": "涉及商业秘密"},
                      {"no": "2", "unit": "a", "head": "甲", "goal": "新目标。"}])  # fmt: skip
    internal = table(INTERNAL_COLUMNS, [{"no": "1", "goal": "旧目标。"}])
    (root / "content/2020H1/internal.csv").write_bytes(internal)
    done("seal", "2020H1", "--site", root, "--date", "2021-01-02")
    command = ("publish", "--site", root, "--date", "2021-02-01")
    result = taizhang(*command)
    assert result.exit_code == 1 and "--drop-archive 2020H1" in result.output
    assert "第 1 号任务" in result.output and "第 2 号任务" not in result.output
    assert "2020H9" in taizhang(*command, "--drop-archive", "2020H9").output
    assert release.release_names(target) == ["2021-01-01-001"]
    done(*command, "--drop-archive", "2020H1")
    result = taizhang("rollback", "--site", root)
    assert result.exit_code == 1 and "旧目标" in result.output
    now = release.served(target)
    assert now is not None and now.name == "2021-02-01-001"


@pytest.mark.parametrize(
    "undo",
    [
        lambda folder: shutil.rmtree(folder / "sealed"),
        lambda folder: shutil.rmtree(folder / "sealed/2"),
        lambda folder: shutil.rmtree(folder),
        lambda folder: (shutil.rmtree(folder / "sealed"),
                        done("seal", folder.name, "--site", folder.parents[1])),
    ],
    ids=["all", "last", "snapshot", "sealed anew"],
)  # fmt: skip
def test_a_seal_that_was_published_cannot_be_undone(root: Path, undo: Any) -> None:
    folder = root / "content/2020H1"
    write_site(root, name="2020H2")
    done("seal", "2020H1", "--site", root, "--date", "2021-01-02")
    first = {path: path.read_bytes() for path in folder.glob("*.csv")}
    done("correct", "2020H1", "--task", 1, "--field", "goal", "--to", "再新目标。", "--reason",
         "误", "--site", root, "--date", "2021-01-03")  # fmt: skip
    seals = root / "site/published/current/seals.json"
    seals.write_bytes(seals_json(survey(root, Edition.PUBLIC).ledger))
    (folder / "corrections.csv").unlink()
    for path, data in first.items():
        path.write_bytes(data)
    undo(folder)
    result = taizhang("publish", "--site", root)
    assert result.exit_code == 1 and "封存不能撤销" in result.output, result.output
    assert "content/2020H1/sealed" in result.output and "第 2 次" in result.output
    assert release.release_names(root / "site/published") == ["2021-01-01-001"]


def test_a_damaged_release_is_not_gone_back_to(root: Path) -> None:
    target = root / "site" / "published"
    done("publish", "--site", root, "--date", "2021-02-01")
    (target / "releases/2021-01-01-001/index.html").write_text("x")
    assert "内容与公布的不同" in taizhang("rollback", "--site", root).output
    assert served(target) == "新目标。"


def test_pages_as_first_published_stay_when_they_are_made_anew(root: Path) -> None:
    target = root / "site" / "published"
    done("seal", "2020H1", "--site", root, "--date", "2021-01-02")
    done("publish", "--site", root, "--date", "2021-02-01")
    first = target / "current/2020H1/as-published-2021-01-01.zip"
    kept = first.read_bytes()
    with zipfile.ZipFile(first) as archive:
        assert "旧目标。" in archive.read("2020H1/tasks.html").decode()
        assert archive.read("2020H1/css/site.css")
    document = page(target / "current/2020H1/index.html")
    assert document.xpath("//a[@href='as-published-2021-01-01.zip']")
    assert "已归档" in document.text_content()
    done("correct", "2020H1", "--task", 1, "--field", "goal", "--to", "再新目标。", "--reason",
         "误", "--site", root, "--date", "2021-02-02")  # fmt: skip
    done("publish", "--site", root, "--date", "2021-03-01")
    assert (target / "current/2020H1/as-published-2021-01-01.zip").read_bytes() == kept
    assert served(target) == "再新目标。"
    done("publish", "--site", root, "--date", "2021-04-01", "--drop-archive", "2020H1")
    assert not list((target / "current/2020H1").glob("*.zip"))


def test_versions_and_latest_lead_to_the_newest(demo_site: Any) -> None:
    versions = json.loads((demo_site.public / "versions.json").read_text("utf-8"))
    assert [(v["version"], v["aliases"]) for v in versions] == [
        ("2021H2", ["latest"]), ("2021H1", []), ("2020H2", []), ("2020H1", [])
    ]  # fmt: skip
    newest = {p.relative_to(demo_site.public / "2021H2") for p in
              (demo_site.public / "2021H2").rglob("*.html")}  # fmt: skip
    latest = demo_site.public / "latest"
    assert {p.relative_to(latest) for p in latest.rglob("*.html")} == newest
    for path in latest.rglob("*.html"):
        (link,) = page(path).xpath("//a/@href")
        assert (path.parent / link).resolve().is_file()
        assert f"url={link}" in page(path).xpath("//meta[@http-equiv='refresh']/@content")[0]
    # An internal reader's newest is what the public knows, not the draft.
    inside = json.loads((demo_site.internal / "versions.json").read_text("utf-8"))
    assert [v["version"] for v in inside if v["aliases"]] == ["2021H2"]


# Checking a copy


def test_any_byte_of_any_published_file_is_missed(published: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(published / "site/published/current", tree)
    chance = random.Random(2021)
    files = sorted(p for p in tree.rglob("*") if p.is_file())
    assert len(files) > 50
    for path in files:
        kept = path.read_bytes()
        changed = bytearray(kept or b"\0")
        if kept:
            changed[chance.randrange(len(kept))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed)
        findings, _ = verify(tree, None)
        assert findings, path
        path.write_bytes(kept)
    assert verify(tree, None) == ((), len(files) - 1)  # MANIFEST itself is in no list


def test_sha256sum_checks_it_too(published: Path, tmp_path: Path) -> None:
    if not shutil.which("sha256sum"):
        pytest.skip("no sha256sum on this machine")
    tree = tmp_path / "tree"
    shutil.copytree(published / "site/published/current", tree)
    command = ["sha256sum", "--check", "--strict", "--quiet", "MANIFEST"]
    assert subprocess.run(command, cwd=tree, check=False).returncode == 0
    (tree / "feed.xml").write_text("x")
    assert subprocess.run(command, cwd=tree, check=False, capture_output=True).returncode


def test_files_put_in_or_taken_out_are_found(published: Path, tmp_path: Path) -> None:
    tree = tmp_path / "tree"
    shutil.copytree(published / "site/published/current", tree)
    (tree / "新闻.html").write_text("假")
    (tree / "feed.xml").unlink()
    result = taizhang("verify", tree)
    assert result.exit_code == 1
    assert "新闻.html" in result.output and "feed.xml" in result.output
    assert "MANIFEST" in taizhang("verify", tmp_path).output
    assert "MANIFEST" in taizhang("verify", tmp_path / "nowhere").output


def test_a_link_in_a_copy_is_told_whatever_it_leads_to(published: Path, tmp_path: Path) -> None:
    """What stands behind it can be changed later, and isn't copied everywhere."""
    tree, outside = tmp_path / "tree", tmp_path / "outside"
    shutil.copytree(published / "site/published/current", tree)
    outside.mkdir()
    for name in ("feed.xml", "css"):
        (tree / name).rename(outside / name)
        (tree / name).symlink_to(outside / name)
    (tree / "more").symlink_to(outside)
    (tree / "nowhere").symlink_to(tmp_path / "nowhere")
    findings, _ = verify(tree, None)
    unlisted = {f.place.file for f in findings if f.code == "file-unlisted"}
    assert unlisted == {"feed.xml", "css", "more", "nowhere"}
    gone = {f.place.file for f in findings if f.code == "file-gone"}
    assert gone and all(name.startswith("css/") for name in gone)


# What is taken over from the build before


def test_a_damaged_entry_of_the_cache_is_made_anew(tmp_path: Path) -> None:
    kept = Cache(tmp_path / "cache/public")
    kept.put("key", b"finished")
    assert kept.get("key") == b"finished"
    path = tmp_path / "cache/public/key"
    whole = path.read_bytes()
    damaged = [whole[:n] + bytes([byte ^ 1]) + whole[n + 1 :] for n, byte in enumerate(whole)]
    for data in (*damaged, *(whole[:n] for n in range(len(whole))), whole + b"\0"):
        path.write_bytes(data)
        assert kept.get("key") is None, data
    kept.put("key", b"finished")
    assert kept.get("key") == b"finished"


def test_another_signing_key_makes_another_build(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Wherever it is set, and also where it was replaced under the same name."""
    root = small_site(tmp_path / "site")
    settings = root / "mkdocs.yml"
    for name in ("key", "key.pub", "other"):
        (tmp_path / name).write_text(name)
    seen = [fingerprint(root, Edition.PUBLIC)]

    def changed() -> bool:
        seen.append(fingerprint(root, Edition.PUBLIC))
        return seen[-1] not in seen[:-1]

    text = settings.read_text("utf-8")
    settings.write_text(text.replace('signing_key: ""', "signing_key: ../key"), "utf-8")
    assert changed()
    (tmp_path / "key").write_text("new")
    assert changed()
    (tmp_path / "key.pub").write_text("new")
    assert changed()
    assert not changed()
    monkeypatch.setenv("TAIZHANG_SIGNING_KEY", "../other")
    assert changed()
    (tmp_path / "other").write_text("new")
    assert changed()


def test_a_signature_says_who_published(tmp_path: Path) -> None:
    if not shutil.which("ssh-keygen"):
        pytest.skip("no ssh-keygen on this machine")
    root = small_site(tmp_path / "site")
    for name in ("key", "other"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)]
        subprocess.run(command, check=True)
    settings = root / "mkdocs.yml"
    settings.write_text(
        settings.read_text("utf-8").replace('signing_key: ""', "signing_key: ../key"), "utf-8"
    )
    done("publish", "--site", root)
    tree = root / "site/published/current"
    ours = tmp_path / "ours"
    shutil.copy(tree / "allowed_signers", ours)
    done("verify", tree, "--signers", ours)
    assert "ssh-keygen -Y verify" in page(tree / "about/verify.html").text_content()
    command = ["ssh-keygen", "-Y", "verify", "-f", str(ours), "-I", "taizhang", "-n", "taizhang",
               "-s", "MANIFEST.sig"]  # fmt: skip
    with (tree / "MANIFEST").open("rb") as stream:
        assert subprocess.run(command, cwd=tree, stdin=stream, check=False).returncode == 0
    # Somebody else's tree, whole and signed by them, isn't ours.
    settings.write_text(settings.read_text("utf-8").replace("../key", "../other"), "utf-8")
    done("publish", "--site", root)
    assert "签名与 MANIFEST 不符" in taizhang("verify", tree, "--signers", ours).output
    (tree / "MANIFEST.sig").unlink()
    assert "缺少签名" in taizhang("verify", tree, "--signers", ours).output
    settings.write_text(settings.read_text("utf-8").replace("../other", "../none"), "utf-8")
    assert "密钥文件" in taizhang("publish", "--site", root).output
