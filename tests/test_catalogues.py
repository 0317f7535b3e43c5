"""The interface in two languages: every word translated, content marked as Chinese."""

from __future__ import annotations

import re
import shutil
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from conftest import Site, build, copy_site
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from markupsafe import Markup

from generator.catalogues import LOCALES, language
from generator.catalogues.__main__ import HERE, ROOT, gather
from generator.publishing.content_language import marked

_HAN = re.compile(r"[\u3400-\u9fff]")
_PLACEHOLDER = re.compile(r"%\((\w+)\)[sd]|%%")


def catalogue(locale: str) -> Catalog:
    return read_po(BytesIO((HERE / f"{locale}.po").read_bytes()), locale=locale)


def forms(message: Any) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.fixture(scope="module")
def gathered() -> dict[Any, Any]:
    return {m.id: m for m in gather() if m.id}


@pytest.mark.parametrize("locale", LOCALES)
def test_every_word_of_the_interface_has_its_translation(
    locale: str, gathered: dict[Any, Any]
) -> None:
    held = {m.id: m for m in catalogue(locale) if m.id}
    assert len(gathered) > 300
    first = {i if isinstance(i, str) else i[0] for i in gathered}
    assert {i if isinstance(i, str) else i[0] for i in held} == first, "run make catalogues"
    missing = [m.id for m in held.values() if m.fuzzy or not all(forms(m))]
    assert not missing, missing
    for id_, message in held.items():
        original = id_ if isinstance(id_, str) else id_[0]
        wanted = set(_PLACEHOLDER.findall(original))
        for text in forms(message):
            assert set(_PLACEHOLDER.findall(text)) == wanted, (original, text)


# Words that are data or examples, and stay Chinese in an English interface.
_STAYS = re.compile(r"[“\"(][^”\")]*[\u3400-\u9fff][^”\")]*[”\")]|[\u3400-\u9fff]+ ?(?:=|:|\()")


def test_english_is_english() -> None:
    for message in catalogue("en"):
        for text in forms(message) if message.id else []:
            if _HAN.search(text):
                original = message.id if isinstance(message.id, str) else message.id[0]
                assert text != original, text


def test_templates_and_theme_say_nothing_outside_of_the_catalogues() -> None:
    """What Chinese is left in a template stands in say(…), a comment, or is prescribed."""
    prescribed = {"首页", "数据发布"}  # ColumnType, 国办发〔2017〕47号
    said = re.compile(r"say(?:_n)?\(\s*'[^']*'")
    for path in [*ROOT.glob("generator/pages/templates/*"), *ROOT.glob("themes/taizhang/*.html")]:
        text = re.sub(r"\{#.*?#\}", "", path.read_text("utf-8"), flags=re.DOTALL)
        while said.search(text):
            text = said.sub("", text)
        left = set(re.findall(r"[\u3400-\u9fff]+", text)) - prescribed
        assert not left, (path.name, left)


def test_number_and_markup_in_messages() -> None:
    english, chinese = language("en"), language("zh_CN")
    assert english.say_n("%(n)d项任务中", 1) != english.say_n("%(n)d项任务中", 2)
    assert chinese.say_n("%(n)d项任务中", 1) == "1项任务中"
    assert chinese.say("规则%(rule)s", rule="<b>") == "规则<b>"
    assert str(chinese.say("规则%(rule)s", rule=Markup("<b>"))) == "规则<b>"
    linked = chinese.say("%(snapshot)s：%(unit)s", snapshot=Markup("<a>"), unit="<b>")
    assert isinstance(linked, Markup) and str(linked) == "<a>：&lt;b&gt;"


@pytest.fixture(scope="module")
def english_site(tmp_path_factory: pytest.TempPathFactory) -> Site:
    root = copy_site(tmp_path_factory.mktemp("english"))
    settings = root / "mkdocs.yml"
    text = settings.read_text("utf-8")
    assert "locale: zh_CN" in text
    settings.write_text(text.replace("locale: zh_CN", "locale: en"), "utf-8")
    return build(root)


def test_the_english_site_marks_what_is_chinese(english_site: Site, real_site: Site) -> None:
    names = {p.relative_to(real_site.public) for p in real_site.pages()}
    assert {p.relative_to(english_site.public) for p in english_site.pages()} == names
    for path in english_site.pages():
        document = html.document_fromstring(path.read_bytes().decode())
        assert document.get("lang") == "en"
        for element in document.iter("*"):
            # These hold nothing but text: where they mix languages, they can't be parted.
            if element.tag in ("script", "style", "title", "desc", "option"):
                continue
            for text in (element.text, *(child.tail for child in element)):
                if text and _HAN.search(text):
                    marker = element.xpath("ancestor-or-self::*[@lang][1]")[-1]
                    assert marker.get("lang") == "zh-CN", (path, text)


def test_the_english_site_holds_the_same_content(english_site: Site, real_site: Site) -> None:
    for name in ("tasks.json", "tasks.csv", "figures.json"):
        file = f"2017H1/data/{name}"
        assert (english_site.public / file).read_bytes() == (real_site.public / file).read_bytes()
    page = (english_site.public / "2017H1/units/shuiwu.html").read_text("utf-8")
    for words in ("Behind schedule", "Tasks of", "完成150条村的村村通自来水工程建设"):
        assert (
            words in re.sub(r"<mark>|</mark>|<span[^>]*>|</span>", "", page)
            or words == "Behind schedule"
        )
    words = (english_site.public / "js/words.js").read_text("utf-8")
    assert "清除筛选" not in words or '"清除筛选"' in words
    assert "复制链接" in words


@given(
    st.lists(
        st.sampled_from(["市水务局", " ", "has", "6", "任务", "<b>", ",", "PM2.5浓度"]), max_size=12
    )
)
def test_marking_changes_no_text(pieces: list[str]) -> None:
    text = "".join(pieces).replace("<", "&lt;")
    page = f"<!doctype html><html lang='en'><body><p>{text}<b>{text}</b>{text}</p></body></html>"
    before = html.document_fromstring(page)
    after = html.document_fromstring(marked(page.encode()).decode())
    assert after.text_content().rstrip("\n") == before.text_content()
    for element in after.iter("*"):
        for own in (element.text, *(c.tail for c in element)):
            if own and _HAN.search(own):
                assert element.xpath("ancestor-or-self::*[@lang='zh-CN']")


def test_an_unknown_locale_is_told(tmp_path: Path, real_site: Site) -> None:
    from generator.ledger.model import Edition
    from generator.publishing.settings import read_settings

    shutil.copy(real_site.root / "mkdocs.yml", tmp_path)
    settings = tmp_path / "mkdocs.yml"
    text = settings.read_text("utf-8").replace("locale: zh_CN", "locale: fr")
    settings.write_text(text, "utf-8")
    site, findings = read_settings(tmp_path, Edition.PUBLIC)
    assert site is None and [f.code for f in findings] == ["value-choice"]
