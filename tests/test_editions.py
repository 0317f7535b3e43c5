"""Two editions: nothing internal is public, all is accounted for, and the office's own works offline."""

from __future__ import annotations

import html as entities
import io
import json
import re
import shutil
import unicodedata
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pdfplumber
import pytest
from browsing import CONTRAST, DARK, ELDER, LIGHT, WIDTHS, Library, Mode, serve
from conftest import table, write_site
from demo_site import DRAFT, SNAPSHOTS, Demo, copy_demo, taizhang
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from playwright.sync_api import Browser
from test_browser import AXE, AXE_OPTIONS, axe_violations

from generator.findings import Finding, Place
from generator.ledger.content import REVIEW_COLUMNS
from generator.ledger.internal_file import INTERNAL_COLUMNS
from generator.ledger.model import TASK_COLUMNS, Edition
from generator.publishing import build, leaks
from generator.publishing.cache import Cache
from generator.publishing.leaks import (
    ALLOWANCES_FILE,
    Secret,
    Secrets,
    find_leaks,
    personal,
    read_secrets,
)
from generator.publishing.survey import survey


def searched(root: Path) -> tuple[Secrets, tuple[Finding, ...]]:
    """What the public tree of a site is looked through for."""
    return read_secrets(survey(root, Edition.PUBLIC), (), Cache(root / "build"))


def page(path: Path) -> Any:
    return html.document_fromstring(path.read_bytes(), parser=html.HTMLParser(encoding="utf-8"))


def readings(path: Path, data: bytes) -> Iterator[str]:
    """Every way to read a file that this test could think of; not the program's own."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield str(archive.comment)
            for name in archive.namelist():
                yield from readings(Path(name), archive.read(name))
    if data.startswith(b"%PDF"):
        with pdfplumber.open(io.BytesIO(data)) as pdf:
            yield str(pdf.metadata)
            yield from (page.extract_text() for page in pdf.pages)
    for encoding in ("utf-8", "utf-16", "gb18030"):
        text = data.decode(encoding, "ignore")
        yield text
        if encoding == "utf-8":
            yield re.sub(r"\\u([0-9a-f]{4})", lambda m: chr(int(m[1], 16)), text)
            yield entities.unescape(re.sub(r"<[^>]*>", "", text))
    yield path.name


def all_readings(folder: Path) -> Iterator[tuple[Path, str]]:
    for path in folder.rglob("*"):
        if path.is_file():
            yield from (
                (path, re.sub(r"\s", "", text)) for text in readings(path, path.read_bytes())
            )


# No leaks


def planted(root: Path) -> dict[str, str]:
    """A site with a word of its own in every field that isn't public; the words by field."""
    words: dict[str, str] = {}

    def word(field: str) -> str:
        words[field] = f"密语{chr(0x4E00 + 97 * len(words))}之{field}"
        return words[field]

    texts = [
        c for c in TASK_COLUMNS if c not in ("no", "unit", "unit_basis", "partners", "withheld")
    ]
    hidden = {c: word(f"tasks-{c}") for c in texts} | {"no": "2", "withheld": "涉及个人隐私"}
    write_site(
        root,
        [
            {"no": "1", "unit": "a", "head": "甲", "goal": "公开的目标。", "progress": "公开的进展。"},
            hidden, {"no": "3", "withheld": "内部事务信息"},
        ],
    )  # fmt: skip
    asides = ("contact", "note", "next_steps")
    rows = [
        {"no": "1", **{c: word(f"aside-{c}") for c in asides}},
        {"no": "3", **{c: word(f"internal-{c}") for c in INTERNAL_COLUMNS[1:] if c != "unit"}},
    ]
    (root / "content/2020H1/internal.csv").write_bytes(table(INTERNAL_COLUMNS, rows))
    draft = {c: word(f"draft-{c}") for c in texts} | {"no": "1", "unit": "b"}
    # A body that nothing but the draft names, and what the registry says of it: what a is to become.
    described = {c: word(f"unit-{c}") for c in ("name", "kind", "aliases", "note")}
    units = [{"id": "a", "name": "市甲局", "kind": "市直部门", "successor": "b"},
             {"id": "b", **described}]  # fmt: skip
    title = f"title: {word('draft-title')}\nkind: report\nstatus: draft\nnotes: [{word('draft-note')}]\n"
    write_site(root, [draft], units, snapshot=title, name="2020H2")
    corrections = [
        ("2", "goal", word("old"), word("new"), word("why")),
        # Task 4 was emptied, withheld, and taken out in the end: what it was stays hidden.
        ("4", "goal", word("gone-goal"), "", word("gone-why")),
        ("4", "withheld", "", "涉及商业秘密", word("gone-why-withheld")),
        ("4", "no", "4", "", word("gone-why-taken-out")),
    ]
    columns = ("date", "task", "field", "old", "new", "reason")
    rows = [dict(zip(columns, ("2021-01-01", *cells), strict=True)) for cells in corrections]
    (root / "content/2020H1/corrections.csv").write_bytes(table(columns, rows))
    return words


@pytest.fixture(scope="module")
def planted_site(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, dict[str, str]]:
    root = tmp_path_factory.mktemp("planted")
    words = planted(root)
    result = taizhang("build", "--site", root)
    assert result.exit_code == 0, result.output
    return root, words


def test_no_internal_word_is_anywhere_in_the_public_tree(
    planted_site: tuple[Path, dict[str, str]],
) -> None:
    root, words = planted_site
    assert len(words) > 40
    for path, text in all_readings(root / "site/public"):
        for field, word in words.items():
            assert word not in text, (path, field)


def test_every_internal_word_is_in_the_internal_tree(
    planted_site: tuple[Path, dict[str, str]],
) -> None:
    """So that the test before this one looks for words that a page would show."""
    root, words = planted_site
    text = "".join(text for _, text in all_readings(root / "site/internal"))
    # Columns that no page shows yet are none that could be missed in public.
    unseen = {field for field, word in words.items() if word not in text}
    assert {field.split("-")[-1] for field in unseen} <= {"leader", "deadline", "reported_rate"}


def test_the_search_for_leaks_finds_each_kind_of_file(
    planted_site: tuple[Path, dict[str, str]], tmp_path: Path
) -> None:
    root, words = planted_site
    secrets, findings = searched(root)
    assert not findings
    word = words["tasks-goal"]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as inner:
        inner.writestr("a.xml", f"<t>{word[:5]}</t><t>{word[5:]}</t>")
    nested = io.BytesIO()
    with zipfile.ZipFile(nested, "w") as outer:
        outer.writestr("b.docx", archive.getvalue())
    files = {
        "plain.txt": word.encode(),
        "spaced.html": f"<p>{word[:4]} <b>{word[4:]}</b></p>".encode(),
        "attribute.html": f'<p title="{word}">x</p>'.encode(),
        "entity.html": ("<p>" + "".join(f"&#{ord(c)};" for c in word) + "</p>").encode(),
        "escaped.json": json.dumps([word]).encode(),
        "wide.svg": f"<svg><!-- {word} --></svg>".encode(),
        "gb.bin": b"\xff\xfe\x00" + word.encode("gb18030"),
        "office.docx": archive.getvalue(),
        "nest.zip": nested.getvalue(),
        f"{word}.css": b"a{}",
    }
    for name, data in files.items():
        folder = tmp_path / name.split(".")[1] / name.split(".")[0]
        folder.mkdir(parents=True)
        (folder / name).write_bytes(data)
        assert find_leaks(folder, secrets)[0], name
    (tmp_path / "clean.html").write_text("<p>公开的目标。涉及个人隐私</p>", "utf-8")
    clean = tmp_path / "clean"
    clean.mkdir()
    shutil.move(tmp_path / "clean.html", clean)
    assert not find_leaks(clean, secrets)[0]


def test_a_leak_stops_the_build_and_names_file_and_origin(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = planted(tmp_path)
    monkeypatch.setattr(build, "read_manuscript", _reading_everything(tmp_path))
    result = taizhang("build", "--edition", "public", "--site", tmp_path)
    assert result.exit_code == 1 and not (tmp_path / "site/public").exists()
    assert words["tasks-goal"] in result.output and "content/2020H1/tasks.csv" in result.output
    assert "2020H1/data/tasks.json" in result.output


def test_corrections_that_are_not_shown_are_counted(
    planted_site: tuple[Path, dict[str, str]],
) -> None:
    said = page(planted_site[0] / "site/public/about/corrections.html").text_content()
    assert "另有4处更正涉及暂不公开的任务" in said
    assert (
        "另有" not in page(planted_site[0] / "site/internal/about/corrections.html").text_content()
    )


def test_a_page_written_by_hand_makes_no_secret_public(tmp_path: Path) -> None:
    words = planted(tmp_path)
    pages = tmp_path / "content/pages"
    pages.mkdir()
    (pages / "method.md").write_text(f"# 办法\n\n{words['tasks-goal']}\n", "utf-8")
    assert words["tasks-goal"] in {secret.text for secret in searched(tmp_path)[0].values}


def test_a_secret_is_told_once_where_it_is_first(tmp_path: Path) -> None:
    for name in ("a.html", "b.html", "c.json"):
        (tmp_path / name).write_text("蓝鲸电子整机厂；13800138000，手机：138 0013 8000", "utf-8")
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr("d.txt", "蓝鲸电子整机厂")
    secrets = leaks.Secrets((Secret("蓝鲸电子整机厂", Place("content")),), frozenset())
    found, _ = find_leaks(tmp_path, secrets)
    assert [(f.code, f.place.file) for f in found] == [
        ("leak-internal", "a.html"), ("leak-personal", "a.html")
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("text", "secret"),
    [
        ("无", False), ("资金", False), ("2017年12月底前", False), ("2017-06-30", False),
        ("第12号", False), ("1,200", False), ("abcd", False),
        # Of the interface's own words, of what is public anyway:
        ("责任单位", False), ("公开的目标", False),
        ("林某某", True), ("abcde", True), ("2017年引进蓝鲸电子", True),
    ],
)  # fmt: skip
def test_words_that_are_everywhere_are_no_secrets(tmp_path: Path, text: str, secret: bool) -> None:
    root = write_site(tmp_path, [{"no": "1", "unit": "a", "head": "甲", "goal": "公开的目标。"}])
    aside = table(INTERNAL_COLUMNS, [{"no": "1", "note": text}])
    (root / "content/2020H1/internal.csv").write_bytes(aside)
    secrets, findings = searched(root)
    assert not findings and [s.text for s in secrets.values] == ([text] if secret else [])


def _reading_everything(root: Path) -> Any:
    read = build.read_manuscript

    def careless(_: Any, *rest: Any) -> Any:
        return read(survey(root, Edition.INTERNAL), *rest)

    return careless


def test_the_public_edition_opens_no_internal_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its pages are made the same where there is none, or one that nobody could read."""
    planted(tmp_path)
    monkeypatch.setattr(build, "read_secrets", lambda *_: (leaks.Secrets((), frozenset()), ()))
    trees = []
    for damage in (None, b"\xff\xff\xff", "gone"):
        for path in [*tmp_path.rglob("internal.csv"), tmp_path / "content/2020H2/tasks.csv"]:
            if isinstance(damage, bytes):
                path.write_bytes(damage)
        if damage == "gone":
            (tmp_path / "content/2020H1/internal.csv").unlink()
        result = taizhang("build", "--edition", "public", "--site", tmp_path)
        assert result.exit_code == 0, result.output
        tree = tmp_path / "site/public"
        trees.append({p.relative_to(tree): p.read_bytes() for p in tree.rglob("*") if p.is_file()})
    assert trees[0] == trees[1] == trees[2]


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("联系人13800138000。", "电话号码"), ("手机：138 0013 8000", "电话号码"),
        ("电话0758-2231234", "电话号码"), ("（0758）2231234", "电话号码"),
        ("电话：2231234", "电话号码"), ("身份证11010519491231002X", "身份证号码"),
        ("卡6222021234567890128转", "银行账号"), ("账号：200301040004567", "银行账号"),
        ("发至li.si@163.com即可", "电子邮箱"),
        ("手机１３８００１３８０００", "电话号码"), ("手机138-0013-8000", "电话号码"),
        ("138.0013.8000", "电话号码"), ("+86 13800138000", "电话号码"),
        ("8613800138000", "电话号码"), ("010 62231234", "电话号码"), ("075822312345", "电话号码"),
        ("电话0758－2231234", "电话号码"), ("甲/13800138000/乙", "电话号码"),
        ("传真号码：2231234", "电话号码"), ("身份证１１０１０５１９４９１２３１００２Ｘ", "身份证号码"),
        ("卡号：６２２２０２１２３４５６７８９０１２８", "银行账号"),
    ],
)  # fmt: skip
def test_what_looks_personal_is_found(text: str, kind: str) -> None:
    assert [found.text for found, _ in personal(text)] == [kind]


@pytest.mark.parametrize(
    "text",
    [
        "完成投资13800138000.5万元", "sha256:f138001380005e", "占12623户，增长13.8%",
        "2017-0758-12345", "文号〔2017〕0758号", "11010519491231002A", "szf@zhaoqing.gov.cn",
        "6222021234567890129", "K138+001—K380+00", "1380013800012",
    ],
)  # fmt: skip
def test_what_only_resembles_it_is_left(text: str) -> None:
    assert not list(personal(text))


@given(st.text(max_size=200))
def test_any_text_can_be_looked_through(text: str) -> None:
    assert all(value in unicodedata.normalize("NFKC", text) for _, value in personal(text))


def test_a_number_that_may_be_public_is_listed_with_its_reason(tmp_path: Path) -> None:
    root = write_site(
        tmp_path, [{"no": "1", "unit": "a", "head": "甲", "goal": "公布举报电话0758-2231234。"}]
    )
    result = taizhang("build", "--edition", "public", "--site", root)
    assert result.exit_code == 1 and "0758-2231234" in result.output
    allowances = root / "content" / "allowances.csv"
    allowances.write_text("value,reason\n0758-2231234,\n", "utf-8")
    assert "reason" in taizhang("build", "--edition", "public", "--site", root).output
    allowances.write_text("value,reason\n0758-2231234,举报电话\n", "utf-8")
    assert taizhang("build", "--edition", "public", "--site", root).exit_code == 0


@pytest.mark.parametrize(
    ("allowed", "text", "passes"),
    [
        ("0758-2231234", "电话0758-2231234。", True), ("0758-2231234", "（0758）2231234", True),
        ("电话：2231234", "电话：2231234", True), ("2231234", "联系方式 2231234", True),
        ("138 0013 8000", "+86 13800138000", True), ("Li.Si@163.com", "li.si@163.com", True),
        ("办公室0758-2231234、0758-2231235", "0758-2231235", True),
        ("0758-2231234", "0758-2231235", False), ("138", "13800138000", False),
        ("0758-22312345", "0758-2231234", False), ("0758-2231234", "0758-22312345", False),
        ("li.si@163.com", "si@163.com", False), ("li.si@163.com", "lisi@163.com", False),
    ],
)  # fmt: skip
def test_an_allowance_passes_one_number_however_it_is_written_and_no_other(
    tmp_path: Path, allowed: str, text: str, passes: bool
) -> None:
    root = write_site(tmp_path / "site")
    (root / "content" / ALLOWANCES_FILE).write_text(f"value,reason\n{allowed},公布\n", "utf-8")
    from_list, from_settings = (
        searched(root)[0],
        read_secrets(survey(root, Edition.PUBLIC), (allowed,), Cache(root / "build"))[0],
    )
    tree = tmp_path / "tree"
    tree.mkdir()
    (tree / "a.html").write_text(f"<p>{text}</p>", "utf-8")
    assert [not find_leaks(tree, s)[0] for s in (from_list, from_settings)] == [passes, passes]


# Reviews


def test_reviews_of_what_an_edition_does_not_have_are_passed_over(tmp_path: Path) -> None:
    root = write_site(
        tmp_path,
        [
            {"no": "1", "unit": "a", "head": "甲", "goal": "修路10公里。",
             "progress": "已完成9公里，占年度任务的90%。"},
            {"no": "2", "withheld": "涉及商业秘密"},
        ],
    )  # fmt: skip
    folder = root / "content/2020H1"
    hidden = {"no": "2", "goal": "建房10套。", "progress": "已完成8套，占年度任务的80%。"}
    (folder / "internal.csv").write_bytes(table(INTERNAL_COLUMNS, [hidden]))
    told = {"decision": "confirm", "role": "督查室", "date": "2020-07-01"}

    def faults(quotes: dict[str, str]) -> list[list[str]]:
        reviews = [{"task": no, "quote": quote, **told} for no, quote in quotes.items()]
        (folder / "reviews.csv").write_bytes(table(REVIEW_COLUMNS, reviews))
        read = (survey(root, edition).findings for edition in Edition)
        return [[f.place.text("en") for f in found if f.code == "review-quote"] for found in read]

    quotes = {"1": "已完成9公里，占年度任务的90%", "2": "已完成8套，占年度任务的80%"}
    assert faults(quotes) == [[], []]
    file = "content/2020H1/reviews.csv"
    public, internal = faults({"1": "占年度任务的91%", "2": "占年度任务的81%"})
    assert internal == [f"{file} line 2 column quote", f"{file} line 3 column quote"]
    assert public == internal[:1]


# Faults in internal.csv


def test_faults_of_internal_csv_are_told_all_at_once(tmp_path: Path) -> None:
    root = write_site(
        tmp_path,
        [
            {"no": "1", "unit": "a", "head": "甲", "goal": "一"},
            {"no": "2", "unit": "a", "head": "甲", "goal": "二", "withheld": "不便"},
        ],
    )
    rows = [
        {"no": "1", "goal": "暗"}, {"no": "2", "goal": "暗"}, {"no": "2", "note": "又"},
        {"no": "9", "note": "无"},
    ]  # fmt: skip
    (root / "content/2020H1/internal.csv").write_bytes(table(INTERNAL_COLUMNS, rows))
    output = taizhang("check", "--site", root).output
    for words in ("没有注明暂不公开", "都有", "序号 2 重复", "没有序号“9”", "没有说明属于哪一类"):
        assert words in output


# Everything is accounted for


@pytest.mark.parametrize("edition", list(Edition))
def test_rows_are_shown_withheld_or_of_nobody_and_nothing_else(
    demo_site: Demo, edition: Edition
) -> None:
    folder = demo_site.root / "site" / edition
    for snapshot in SNAPSHOTS:
        source = (demo_site.root / "content" / snapshot / "tasks.csv").read_text("utf-8")
        total = len(source.splitlines()) - 1
        tasks = json.loads((folder / snapshot / "data/tasks.json").read_text("utf-8"))
        withheld = [t for t in tasks if not t["goal"]]
        assert len(tasks) == total
        assert [t["no"] for t in withheld] == (
            [14] if edition is Edition.PUBLIC and snapshot == "2020H2" else []
        )
        for name in ("tasks", "table"):
            rows = page(folder / snapshot / f"{name}.html").xpath(
                "//tbody/tr[td][not(@class='gap')]"
            )
            assert len(rows) == total
            hidden = [row for row in rows if "（暂不公开）" in row.text_content()]
            assert len(hidden) == len(withheld)
        overview = page(folder / snapshot / "index.html")
        text = re.sub(r"\s", "", overview.text_content())
        shown = [int(n) for n in re.findall(r"(?:写明的|推断的|不明的|，暂不公开的)(\d+)项", text)]
        assert f"共有{total}项任务" in text and (not shown or sum(shown) == total)
        status = overview.xpath("//h2[@id='status']/following-sibling::dl[1]//strong")
        assert sum(int(n.text) for n in status) == total
        by_unit = overview.xpath("//table[contains(@class, 'by-unit')]/tbody/tr/td[3]")
        assert sum(int(n.text_content()) for n in by_unit) == total
        units = page(folder / snapshot / "progress.html").xpath("//p[@class='lead']")[0]
        assert sum(int(n) for n in re.findall(r"(\d+)项(?=[，。])", units.text_content())) == total


@pytest.mark.parametrize("edition", list(Edition))
def test_units_are_counted_without_those_of_nobody(demo_site: Demo, edition: Edition) -> None:
    folder = demo_site.root / "site" / edition / "2020H2"
    overview = page(folder / "index.html")
    rows = overview.xpath("//h2[@id='kinds']/following::table[1]//tr[th[@scope='row']]")
    counts = {
        row[0].text_content(): tuple(int(cell.text_content()) for cell in row[1:]) for row in rows
    }
    units = [
        p.stem for p in (folder / "units").glob("*.html")
        if p.stem not in ("index", "unknown", "withheld")
    ]  # fmt: skip
    total = counts.pop("合计")
    assert total == (len(units), 18) == tuple(map(sum, zip(*counts.values(), strict=True)))
    assert counts.get("暂不公开") == ((0, 1) if edition is Edition.PUBLIC else None)
    caption = overview.xpath("//h2[@id='kinds']/following::figcaption[1]")[0].text_content()
    assert f"共{len(units)}个" in caption


def test_of_a_withheld_task_nothing_is_judged(demo_site: Demo) -> None:
    for folder, judged in ((demo_site.public, False), (demo_site.internal, True)):
        tasks = json.loads((folder / "2020H2/data/tasks.json").read_text("utf-8"))
        (task,) = [task for task in tasks if task["no"] == 14]
        assert (task["status"] is not None, task["has_problem"] is not None) == (judged, judged)


def test_a_withheld_task_says_why_and_no_more(demo_site: Demo) -> None:
    document = page(demo_site.public / "2020H2/units/withheld.html")
    (task,) = document.xpath("//div[@class='task']")
    assert re.sub(r"\s", "", task.text_content()) == "本项任务暂不公开。原因：涉及商业秘密"
    inside = page(demo_site.internal / "2020H2/units/shanglv.html").text_content()
    assert "蓝鲸电子" in inside and "公开版不显示本项文字" in inside and "0799-5550123" in inside


def test_only_the_internal_edition_has_drafts_audit_queue_and_quality(demo_site: Demo) -> None:
    assert (demo_site.internal / DRAFT / "index.html").is_file()
    assert not (demo_site.public / DRAFT).exists()
    assert (demo_site.internal / "2020H1/quality.html").is_file()
    assert not list(demo_site.public.rglob("quality.html"))
    quality = page(demo_site.internal / "2020H2/quality.html")
    silent = quality.xpath("//h2[@id='repeated']/following-sibling::ul[1]/li")
    assert [re.sub(r"\D", "", li.text_content()[:4]) for li in silent] == ["8", "11"]
    assert page(demo_site.internal / DRAFT / "index.html").xpath("//aside[@class='newer']")


def test_every_internal_page_is_marked_on_screen_and_on_paper(demo_site: Demo) -> None:
    pages = [p for p in demo_site.internal.rglob("*.html") if "latest" not in p.parts]
    assert len(pages) > 100
    for path in pages:
        text = path.read_text("utf-8")
        if path.name != "404.html":
            assert '<p class="internal-mark">内部资料' in text and "noindex" in text, path
            assert '@top-right { content: "内部资料"' in text
    for path in demo_site.public.rglob("*.html"):
        assert "内部资料" not in path.read_text("utf-8"), path


# The internal edition from a memory stick


@pytest.fixture(scope="module")
def internal_library(demo_site: Demo, chromium: Browser) -> Iterator[Library]:
    with serve(demo_site.internal) as http:
        yield Library(chromium, demo_site.internal, http, http)


def test_every_internal_page_is_reached_by_links_from_the_first(
    demo_site: Demo, internal_library: Library
) -> None:
    """In the browser, from file://, without a failed request or a complaint."""
    waiting, seen = ["index.html"], {"index.html"}
    while waiting:
        name = waiting.pop()
        with internal_library.visit(name) as tab:
            links = tab.eval_on_selector_all("a[href]", "links => links.map(a => a.href)")
        base = demo_site.internal.as_uri() + "/"
        for link in links:
            file = link.partition("#")[0]
            assert file.startswith(base) or not file.startswith("file:"), (name, link)
            target = file.removeprefix(base)
            if target.endswith(".html") and target not in seen:
                seen.add(target)
                waiting.append(target)
    every = {
        p.relative_to(demo_site.internal).as_posix() for p in demo_site.internal.rglob("*.html")
    }
    assert every - seen == {n for n in every if n.startswith("latest/")} | {"404.html"}


def test_the_internal_search_finds_what_is_internal(internal_library: Library) -> None:
    with internal_library.visit("search.html?q=蓝鲸电子") as tab:
        tab.wait_for_selector("#results li")
        assert "第14号" in (tab.text_content("#results") or "")


@pytest.mark.parametrize("mode", [LIGHT, DARK, CONTRAST, ELDER], ids=lambda mode: mode.name)
@pytest.mark.parametrize(
    "name",
    ["2020H2/changes.html", "2021H1/changes.html", "2020H1/units/jiaotong.html",
     "2020H2/units/shanglv.html", "2020H2/quality.html", "2020H2/audit.html",
     "about/corrections.html", "2022/index.html"],
)  # fmt: skip
def test_axe_finds_nothing_on_pages_that_the_real_site_lacks(
    internal_library: Library, name: str, mode: Mode
) -> None:
    with internal_library.visit(name, mode=mode, device="phone") as tab:
        tab.evaluate("document.querySelectorAll('details').forEach(d => { d.open = true; })")
        assert tab.evaluate("document.documentElement.scrollWidth") <= WIDTHS["phone"]
        for heard in tab.query_selector_all(".heard"):
            assert (heard.bounding_box() or {"width": 0})["width"] <= 1
        tab.evaluate(AXE)
        assert not axe_violations(tab, AXE_OPTIONS)


def test_internal_settings_and_unknown_ones_are_checked(tmp_path: Path) -> None:
    root = copy_demo(tmp_path)
    settings = (root / "mkdocs.yml").read_text("utf-8")
    (root / "mkdocs.yml").write_text(
        settings.replace("organiser:", "organizer:").replace(
            "publish_audit: true ", "publish_audit: yes "
        ),
        "utf-8",
    )
    output = taizhang("build", "--site", root).output
    assert "organizer" in output and "organiser" in output and "publish_audit" not in output
    assert "true、false" in output and not (root / "site" / "public").exists()
