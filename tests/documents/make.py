"""Writes the documents of this folder: one of each shape in which offices send their tables.

Run it from anywhere (``python tests/documents/make.py``); it gives the same
documents each time. The city, 云溪市, and all that is said of it are made up. What each
document should be read as stands beside it, in a file of the same name and .yml.
"""

from __future__ import annotations

import copy
import io
import re
import zipfile
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path

import docx
import openpyxl
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls
from docx.table import Table
from openpyxl.comments import Comment
from reportlab.lib.pagesizes import A4, landscape
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.platypus import PageBreak, Paragraph, SimpleDocTemplate
from reportlab.platypus import Table as PdfTable

FOLDER = Path(__file__).parent
HEADING = ("序号", "年内具体目标任务", "进展情况", "存在问题")
TITLE = "2020年云溪市政府重点工作落实情况表（上半年）"
WATER = (
    "完成青石水库除险加固，新建碧道12公里。",
    "已完成坝体灌浆；碧道完成7.5公里，占年度任务的62.5%。",
    "雨季施工进度受影响。",
)
PIPES = ("改造老旧供水管网30公里。", "已改造18公里。", "无")
HOMES = (
    "改造老旧小区25个。",
    "1.已开工21个。2.已完工9个。",
    "1.部分居民意见不统一。2.管线单位配合不及时。",
)
ROADS = ("建成云岭大道二期。", "路基工程完成85%。", "征地尚余3宗未签约。")


def steady(data: bytes) -> bytes:
    """The same zip with the same bytes: no dates but one."""
    target = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            part = re.sub(
                rb"(<dcterms:\w+[^>]*>)[^<]*", rb"\g<1>2020-07-01T00:00:00Z", source.read(name)
            )
            info = zipfile.ZipInfo(name, (2020, 7, 1, 0, 0, 0))
            info.compress_type = zipfile.ZIP_DEFLATED
            archive.writestr(info, part)
    return target.getvalue()


def with_part(data: bytes, name: str, part: str, target: str, kind: str) -> bytes:
    """A .docx with one more part, related to its document."""
    base = "http://schemas.openxmlformats.org/"
    result = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(result, "w") as archive:
        for member in source.namelist():
            text = source.read(member)
            if member == "[Content_Types].xml":
                text = text.replace(
                    b"</Types>",
                    f'<Override PartName="/word/{name}" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.{kind}+xml"/></Types>'.encode(),
                )
            if member == "word/_rels/document.xml.rels":
                text = text.replace(
                    b"</Relationships>",
                    f'<Relationship Id="rIdX{kind}" Type="{base}officeDocument/2006/relationships/{target}" Target="{name}"/></Relationships>'.encode(),
                )
            archive.writestr(member, text)
        archive.writestr(f"word/{name}", part)
    return result.getvalue()


def word(*parts: Callable[[Document], object]) -> bytes:
    document = docx.Document()
    for part in parts:
        part(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def line(text: str) -> Callable[[Document], object]:
    return lambda document: document.add_paragraph(text)


def table(
    rows: Sequence[Sequence[str]],
    merges: Iterable[tuple[int, int, int, int]] = (),
    then: Callable[[Table], object] = lambda _: None,
) -> Callable[[Document], None]:
    """A table; merges are top, left, bottom, right, from 0."""

    def add(document: Document) -> None:
        made = document.add_table(len(rows), max(map(len, rows)), style="Table Grid")
        for cells, texts in zip(made.rows, rows, strict=True):
            for cell, text in zip(cells.cells, texts, strict=False):
                cell.text = text
        for top, left, bottom, right in merges:
            text = made.cell(top, left).text
            made.cell(top, left).merge(made.cell(bottom, right)).text = text
        then(made)

    return add


def workbook(*sheets: tuple[str, Sequence[Sequence[object]], Sequence[str]]) -> openpyxl.Workbook:
    """Sheets by name, rows and merged areas."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows, merges in sheets:
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
        for area in merges:
            sheet.merge_cells(area)
    return book


def saved(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def unit_headings_docx() -> bytes:
    """The official form: units as rows across the table."""
    rows = [
        HEADING,
        ("责任单位：市水务局", "", "责任人：周远航", ""),
        ("1", *WATER),
        ("2", *PIPES),
        ("责任单位：市住房城乡建设局", "", "责任人：沈一诺", ""),
        ("3", *HOMES),
    ]
    merges = [(1, 0, 1, 1), (1, 2, 1, 3), (4, 0, 4, 1), (4, 2, 4, 3)]
    return steady(
        word(
            line(TITLE),
            line("填报日期：2020年7月3日"),
            table(rows, merges),
            line("注：本表每半年报送一次。"),
        )
    )


def unit_column_docx() -> bytes:
    """Units and their heads in a column whose cells span rows; categories across the table."""
    rows = [
        (
            "序号",
            "工作任务",
            "年度目标",
            "牵头单位及主要负责人",
            "分管领导",
            "落实进展情况",
            "存在问题",
            "下一步措施",
        ),
        ("一、水利建设", *[""] * 7),
        (
            "1",
            "水库除险加固",
            WATER[0],
            "市水务局\n周远航",
            "陈立秋",
            WATER[1],
            WATER[2],
            "抢抓枯水期施工。",
        ),
        ("2", "供水管网改造", PIPES[0], "", "", PIPES[1], PIPES[2], ""),
        ("二、城市更新", *[""] * 7),
        (
            "3",
            "老旧小区改造",
            HOMES[0],
            "市住房城乡建设局（沈一诺）",
            "林向阳",
            HOMES[1],
            HOMES[2],
            "逐户上门做工作。",
        ),
        ("4", "云岭大道", ROADS[0], "市交通运输局 欧阳明", "林向阳", ROADS[1], ROADS[2], ""),
    ]
    merges = [(1, 0, 1, 7), (4, 0, 4, 7), (2, 3, 3, 3), (2, 4, 3, 4)]
    return steady(word(line("附件1"), line(TITLE), table(rows, merges)))


_LISTS = f"""<w:numbering {nsdecls("w")}>
<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="decimal"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>
<w:abstractNum w:abstractNumId="3"><w:lvl w:ilvl="0"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="%1、"/></w:lvl>
<w:lvl w:ilvl="1"><w:start w:val="1"/><w:numFmt w:val="chineseCounting"/><w:lvlText w:val="（%2）"/></w:lvl></w:abstractNum>
<w:num w:numId="11"><w:abstractNumId w:val="1"/></w:num>
<w:num w:numId="12"><w:abstractNumId w:val="2"/></w:num>
<w:num w:numId="13"><w:abstractNumId w:val="2"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride></w:num>
<w:num w:numId="14"><w:abstractNumId w:val="3"/></w:num>
</w:numbering>"""


def numbered(paragraph: object, number: int, level: int = 0) -> None:
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(
            f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{number}"/></w:numPr>'
        )
    )


def lists(document: Document) -> None:
    numbering = document.part.numbering_part.element
    for node in list(numbering):
        numbering.remove(node)
    for node in parse_xml(_LISTS):
        numbering.append(copy.deepcopy(node))


def automatic_numbers_docx() -> bytes:
    """序号 and the parts of goals numbered by Word's lists; nothing of it is typed."""

    def fill(made: Table) -> None:
        for row in made.rows[2:]:
            numbered(row.cells[0].paragraphs[0], 11)
        for row in made.rows[2:]:
            for cell in row.cells[1:3]:
                texts = cell.text.split("|")
                cell.paragraphs[0].text = texts[0]
                for text in texts[1:]:
                    cell.add_paragraph(text)
        for paragraph, level in zip(made.rows[2].cells[1].paragraphs, (0, 1, 1, 0), strict=True):
            numbered(paragraph, 12, level)
        for paragraph in made.rows[3].cells[1].paragraphs:
            numbered(paragraph, 13)

    rows = [
        HEADING,
        ("责任单位：市水务局　责任人：周远航", "", "", ""),
        (
            "",
            "水库建设：|加固青石水库。|加固石桥水库。|新建碧道12公里。",
            "已完成坝体灌浆。|碧道完成7.5公里。",
            "无",
        ),
        ("", "改造管网30公里。|新建泵站2座。", "已改造18公里。|泵站已开工1座。", ""),
    ]
    return steady(word(lists, line(TITLE), table(rows, [(1, 0, 1, 3)], fill)))


def tracked_changes_docx() -> bytes:
    """Changes not yet accepted, a footnote, a comment and hidden text."""
    run = "<w:r><w:t>{}</w:t></w:r>"

    def fill(made: Table) -> None:
        goal = made.cell(1, 1).paragraphs[0]._p
        for xml in (
            run.format("新建碧道"),
            '<w:del w:id="1" w:author="甲"><w:r><w:delText>10</w:delText></w:r></w:del>',
            f'<w:ins w:id="2" w:author="甲">{run.format("12")}</w:ins>',
            run.format("公里。"),
            '<w:r><w:footnoteReference w:id="2"/></w:r>',
        ):
            goal.append(parse_xml(re.sub(r"^<w:(\w+)", rf"<w:\1 {nsdecls('w')}", xml)))
        hidden = made.cell(1, 2).paragraphs[0].add_run("内部掌握：预计10月完工。")
        hidden.font.hidden = True
        made.cell(1, 2).paragraphs[0].add_run("已完成7.5公里。")
        row = made.rows[2]._tr.get_or_add_trPr()
        row.append(parse_xml(f'<w:del {nsdecls("w")} w:id="3" w:author="甲"/>'))

    rows = [
        ("序号", "目标任务", "进展情况", "责任单位", "责任人"),
        ("1", "", "", "市水务局", "周远航"),
        ("2", "这一行已被删除。", "无", "市水务局", "周远航"),
        ("2", *PIPES[:2], "市水务局", "周远航"),
    ]
    notes = f'<w:footnotes {nsdecls("w")}><w:footnote w:id="2"><w:p><w:r><w:t>不含石桥镇在建碧道。</w:t></w:r></w:p></w:footnote></w:footnotes>'
    return steady(
        with_part(
            word(line(TITLE), table(rows, (), fill)),
            "footnotes.xml",
            notes,
            "footnotes",
            "footnotes",
        )
    )


def several_tables_docx() -> bytes:
    """A list of contacts and two status tables whose columns differ; units above the tables."""
    contacts = [("单位", "联系人", "手机"), ("市水务局", "小周", "略")]
    first = [("序号", "目标任务", "完成情况", "完成时限"), ("1", *WATER[:2], "12月底")]
    second = [
        ("序号", "目标任务", "存在问题", "进展情况"),
        ("2", HOMES[0], HOMES[2], HOMES[1]),
        ("3", ROADS[0], ROADS[2], ROADS[1]),
    ]
    return steady(
        word(
            line(TITLE), table(contacts), line("责任单位：市水务局"), line("责任人：周远航"), table(first),
            line("责任单位：市住房城乡建设局　责任人：沈一诺"), table(second),
        )
    )  # fmt: skip


def continued_docx() -> bytes:
    """One table that Word holds as two, the heading repeated, with a text box's worth of nesting."""

    def nest(made: Table) -> None:
        inner = made.cell(1, 2).add_table(2, 2)
        for cell, text in zip(
            (c for r in inner.rows for c in r.cells),
            ("指标", "数值", "碧道", "7.5公里"),
            strict=True,
        ):
            cell.text = text

    first = [HEADING, ("1", WATER[0], "完成情况如下：", "无")]
    second = [HEADING, ("2", *PIPES), ("3", *HOMES)]
    third = [("4", *ROADS)]
    return steady(
        word(
            line(TITLE),
            line("责任单位：市水务局　责任人：周远航"),
            table(first, (), nest),
            line(""),
            table(second),
            line(""),
            table(third),
        )
    )


def plan_table_docx() -> bytes:
    """A plan as a table: no progress yet."""
    rows = [
        ("序号", "类别", "工作任务", "完成时限", "责任单位（牵头）", "配合单位", "责任领导"),
        ("1", "民生", WATER[0], "2020年12月底", "市水务局", "市财政局、各县（区）政府等", "周远航"),
        ("2", "", PIPES[0], "2020年10月底", "市水务局", "", "周远航"),
        (
            "3",
            "交通",
            ROADS[0],
            "2020年12月底",
            "市交通运输局",
            "市自然资源局\n云岭区政府",
            "欧阳明",
        ),
    ]
    return steady(word(line("2020年云溪市政府重点工作任务分解表"), table(rows, [(1, 1, 2, 1)])))


def outline_docx() -> bytes:
    """A plan in paragraphs, chapters and items numbered by Word, units in brackets."""

    def item(text: str, level: int) -> Callable[[Document], object]:
        return lambda document: numbered(document.add_paragraph(text), 14, level)

    return steady(
        word(
            lists, line("2020年云溪市重点工作安排"), item("水利建设", 0),
            item("除险加固水库。完成青石水库除险加固。（责任单位：市水务局；配合单位：市财政局、青石镇政府）", 1),
            item("改造管网。改造老旧供水管网30公里。（市水务局牵头，市住房城乡建设局配合）", 1),
            item("城市更新", 0),
            item("改造小区。改造老旧小区25个。（市住房城乡建设局负责）", 1),
        )
    )  # fmt: skip


def prose_docx() -> bytes:
    """A report in prose, the parts of a task labelled; numbers within a part are not tasks."""
    return steady(
        word(
            line("云溪市水务局2020年上半年重点工作落实情况报告"),
            line("一、水利建设"),
            line("1.完成青石水库除险加固。"),
            line("责任人：周远航"),
            line("进展情况：主要做了两件事："),
            line("1.完成坝体灌浆。"),
            line("2.完成溢洪道清淤。"),
            line("存在问题：雨季施工进度受影响。下一步措施：抢抓枯水期施工。"),
            line(
                "2.改造老旧供水管网30公里。责任单位：市水务局。进展情况：已改造18公里。存在问题：无。"
            ),
        )
    )


def two_levels_xlsx() -> bytes:
    """Headings in two levels, merged; the lead and the partners, and two periods."""
    rows = [
        (TITLE.replace("上半年", "11月"), *[None] * 8),
        ("序号", "目标任务", "责任单位", None, "进展情况", None, "完成率(%)", "存在问题", "责任人"),
        (None, None, "牵头", "配合", "1-10月", "1-11月", None, None, None),
        (
            1,
            WATER[0],
            "市水务局",
            "市财政局、青石镇政府",
            "坝体灌浆过半。",
            WATER[1],
            62.5,
            WATER[2],
            "周远航",
        ),
        (2, PIPES[0], "市水务局", None, "已改造15公里。", PIPES[1], 60, PIPES[2], "周远航"),
        ("填报人：小周", *[None] * 8),
    ]
    merges = ["A1:I1", "A2:A3", "B2:B3", "C2:D2", "E2:F2", "G2:G3", "H2:H3", "I2:I3"]
    return steady(saved(workbook(("Sheet1", rows, merges))))


def formats_xlsx() -> bytes:
    """Numbers, shares and dates as cells show them; the measure in the heading; periods."""
    rows = [
        ("2020年云溪市民生实事进展情况", *[None] * 8),
        (
            "序号",
            "项目名称",
            "全年任务目标(个)",
            "牵头单位",
            "负责人",
            "1-10月推进情况",
            "1-11月推进情况",
            "占全年计划",
            "完成时限",
            "是否达序",
        ),
        (
            1,
            "改造老旧小区",
            25,
            "市住房城乡建设局",
            "沈一诺",
            "开工21个",
            "完工16个",
            0.64,
            date(2020, 12, 31),
            "是",
        ),
        (
            2,
            "新建泵站",
            2.0,
            "市水务局",
            "周远航",
            "开工1座",
            "开工2座",
            0.5,
            date(2020, 10, 31),
            "否",
        ),
        (3, "建成幼儿园", "３", "市教育局", "白露", "封顶", "投用", 1.0451, date(2020, 9, 1), "是"),
    ]
    book = workbook(("民生实事", rows, ["A1:J1"]))
    sheet = book.active
    for row, form in zip((3, 4, 5), ("0%", "0%", "0.0%"), strict=True):
        sheet.cell(row, 8).number_format = form
        sheet.cell(row, 9).number_format = 'yyyy"年"m"月"d"日"' if row < 5 else "yyyy/m/d"
    return steady(saved(book))


def hidden_xlsx() -> bytes:
    """What isn't shown isn't read: a row, a column, a sheet; a comment; formulas never computed."""
    rows = [
        ("序号", "目标任务", "责任单位", "责任人", "内部评价", "进展情况", "完成率"),
        (1, WATER[0], "市水务局", "周远航", "偏慢", WATER[1], "=7.5/12"),
        (2, PIPES[0], "市水务局", "周远航", "正常", PIPES[1], 0.6),
        (3, HOMES[0], "市住房城乡建设局", "沈一诺", "正常", HOMES[1], 0.36),
    ]
    book = workbook(("台账", rows, ()), ("底稿", [("序号", "目标任务"), (9, "底稿里的任务。")], ()))
    sheet = book["台账"]
    sheet.column_dimensions["E"].hidden = True
    sheet.row_dimensions[3].hidden = True
    book["底稿"].sheet_state = "hidden"
    sheet["F2"].comment = Comment("数据待核", "督查室")
    sheet["G4"].number_format = "0%"
    return steady(saved(book))


def sub_rows_xlsx() -> bytes:
    """Rows without numbers that go on with their task; categories spanning rows; remarks."""
    rows = [
        (
            "大类",
            "序号",
            "主要任务",
            "责任主体与协同单位",
            "责任人",
            "完成情况",
            "存在问题及困难",
            "备注",
        ),
        (
            "水利",
            1,
            "加固青石水库。",
            "市水务局、市财政局；\n青石镇政府",
            "周远航",
            "坝体灌浆完成。",
            "雨季影响施工。",
            None,
        ),
        (None, None, "新建碧道12公里。", None, None, "完成7.5公里。", None, None),
        (None, 2, PIPES[0], "市水务局", "周远航", PIPES[1], "无", "拟调整目标，勿公开"),
        (None, None, None, None, None, "另有6公里正在施工。", None, None),
        ("城建", 3, HOMES[0], "市住房城\n乡建设局", "沈一诺", HOMES[1], HOMES[2], None),
    ]
    merges = ["A2:A5", "B2:B3", "D2:D3", "E2:E3"]
    return steady(saved(workbook(("任务", rows, merges))))


def unknown_column_xlsx() -> bytes:
    """Headings that nobody foresaw: the clerk settles them with --map."""
    rows = [
        ("序号", "目标任务", "责任单位", "责任人", "推动成效", "督办文号"),
        (1, WATER[0], "市水务局", "周远航", WATER[1], "云督〔2020〕3号"),
    ]
    return steady(saved(workbook(("Sheet1", rows, ()))))


def several_sheets_xlsx() -> bytes:
    """A sheet for each unit, and one that explains the form."""

    def sheet(unit: str, head: str, *tasks: tuple[object, ...]) -> list[tuple[object, ...]]:
        return [(TITLE,), (f"责任单位：{unit}", None, f"责任人：{head}"), HEADING, *tasks]

    return steady(
        saved(
            workbook(
                ("填表说明", [("各单位请于7月5日前报送。",), ("进展情况要写明数字。",)], ()),
                ("水务局", sheet("市水务局", "周远航", (1, *WATER), (2, *PIPES)), ["A1:D1"]),
                ("住建局", sheet("市住房城乡建设局", "沈一诺", (3, *HOMES)), ["A1:D1"]),
            )
        )
    )


def exported_xls() -> bytes:
    """What many systems call Excel: a web page by another name."""
    rows = "".join(
        f"<tr><td>{no}</td><td>{goal}</td><td x:str>市水务局</td><td>周远航</td><td>{progress}</td></tr>"
        for no, (goal, progress, _) in enumerate((WATER, PIPES), start=1)
    )
    page = (
        '<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312">'
        f"<style>td {{color: red}}</style></head><body><table><tr><td colspan=5>{TITLE}</td></tr>"
        f"<tr><th>序号</th><th>目标任务</th><th>责任单位</th><th>责任人</th><th>进展<br>情况</th></tr>{rows}</table></body></html>"
    )
    return page.encode("gb18030")


def page_html() -> bytes:
    """A page of a web site: the table inside of a table for layout, paragraphs in cells."""
    return f"""<!DOCTYPE html><html><head><title>云溪市政府</title><script>var a = "<table>";</script></head><body>
<table width="100%"><tr><td>
<h1>{TITLE}</h1>
<div style="display:none">访问量：1024</div>
<table border="1">
<thead><tr><th rowspan="2">序号</th><th rowspan="2"><p>目标任务</p></th><th colspan="2">责任单位</th><th rowspan="2">进展情况</th><th rowspan=2>存在问题</th></tr>
<tr><th>牵头单位</th><th>责任人</th></tr></thead>
<tr><td>1</td><td><p>{WATER[0]}</p></td><td rowspan="2"><p>市水务局</p></td><td rowspan="2">周远航</td><td><p>{WATER[1]}</p><p>坝体已验收。</p></td><td>{WATER[2]}</td></tr>
<tr><td>2</td><td>{PIPES[0]}</td><td>{PIPES[1]}</td><td>&nbsp;</td></tr>
<tr><td colspan="6">二、城市更新</td></tr>
<tr><td>3</td><td>{HOMES[0]}</td><td>市住房城乡建设局</td><td>沈一诺</td><td>1.已开工21个。<br>2.已完工9个。</td><td></td></tr>
</table>
</td></tr></table></body></html>""".encode()


def old_xls() -> bytes:
    """Excel 97. xlwt, its only writer, is no longer kept up: install it by hand to make this anew."""
    import xlwt

    book = xlwt.Workbook(encoding="utf-8")
    sheet = book.add_sheet("落实情况")
    share, day = xlwt.easyxf(num_format_str="0%"), xlwt.easyxf(num_format_str="yyyy-mm-dd")
    sheet.write_merge(0, 0, 0, 6, TITLE)
    for column, text in enumerate(
        ("序号", "目标任务", "责任单位", "责任人", "进展情况", "完成率", "完成时限")
    ):
        sheet.write(1, column, text)
    sheet.write_merge(2, 3, 2, 2, "市水务局")
    sheet.write_merge(2, 3, 3, 3, "周远航")
    for row, (text, rate) in enumerate(((WATER, 0.625), (PIPES, 0.6)), start=2):
        sheet.write(row, 0, row - 1)
        sheet.write(row, 1, text[0])
        sheet.write(row, 4, text[1])
        sheet.write(row, 5, rate, share)
        sheet.write(row, 6, date(2020, 12, 31), day)
    hidden = book.add_sheet("底稿")
    hidden.write(0, 0, "不公开")
    hidden.visibility = 1
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def semicolons_csv() -> bytes:
    """As Excel saves it where the comma is the decimal point."""
    return (
        f"{TITLE};;;;;\n序号;类别;目标任务;牵头单位;责任人;进展情况\n1;水利;{WATER[0]};市水务局;周远航;已完成坝体灌浆\n"
        f'2;水利;{PIPES[0]};市水务局;周远航;"已改造18公里;\n其余年底前完成"\n'
    ).encode("utf-8-sig")


def merged_away_csv() -> bytes:
    """Saved from a sheet with merged cells: the unit is left in the first row only."""
    return (
        "序号,目标任务,责任单位,,进展情况\r\n,,牵头,配合,\r\n"
        f'1,"{WATER[0]}",市水务局,市财政局,"{WATER[1]}"\r\n2,"{PIPES[0]}",,,"{PIPES[1]}"\r\n'
        f'3,"{HOMES[0]}",市住房城乡建设局,,"{HOMES[1]}"\r\n'
    ).encode("gb18030")


def number_lost_csv() -> bytes:
    """A row without a number that has a goal and a unit of its own: a task, or part of one?"""
    return f"序号,目标任务,责任单位,进展情况\n1,{WATER[0]},市水务局,已开工\n,{PIPES[0]},市住房城乡建设局,已改造\n".encode()


def tabs_lost_txt() -> bytes:
    """Copied out of a page that drops empty cells."""
    return f"{TITLE}\n序号\t目标任务\t责任单位\t责任人\t进展情况\n1\t{WATER[0]}\t市水务局\t周远航\t{WATER[1]}\n2\t{PIPES[0]}\t市水务局\t{PIPES[1]}\n".encode()


def full_width_txt() -> bytes:
    """Full-width figures and brackets, traditional characters among simplified ones: all kept."""
    return (
        "２０２０年雲溪市重點工作落實情況表\n序　号\t目标任务\t进 展 情 况\t存在问题\n"
        "责 任 单 位：市水務局　责任人：周遠航\n１\t新建碧道１２公里（Ａ段）。\t完成７．５公里。\t無\n"
        "（２）\t改造管網３０公里。\t已改造１８公里，占６０％。\t—\n"
    ).encode()


def outline_lines_txt() -> bytes:
    """Items numbered anew in each chapter, the units on lines of their own."""
    return (
        "2020年云溪市政府工作报告任务分工\n一、水利建设\n1.完成青石水库除险加固。\n牵头单位：市水务局\n配合单位：市财政局、青石镇政府\n"
        "2.改造老旧供水管网30公里。\n责任单位：市水务局\n二、城市更新\n1、改造老旧小区25个，\n惠及群众6000户。\n责任单位：市住房城乡建设局；配合单位：各县（区）政府\n"
    ).encode()


def prose_txt() -> bytes:
    """A report in prose, units as headings above their tasks."""
    return (
        f"{TITLE.replace('表', '')}\n责任单位：市水务局　责任人：周远航\n（一）{WATER[0]}\n进展情况：{WATER[1]}\n存在问题：{WATER[2]}\n"
        f"（二）{PIPES[0]}\n进展情况：{PIPES[1]}\n责任单位：市交通运输局　责任人：欧阳明\n（三）{ROADS[0]}\n工作进展：{ROADS[1]}\n存在的问题：{ROADS[2]}\n"
    ).encode("gb18030")


def _pdf(*tables: tuple[list[list[str]], list[tuple[object, ...]]]) -> bytes:
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    plain = ParagraphStyle(
        "plain", fontName="STSong-Light", fontSize=10, leading=14, wordWrap="CJK"
    )
    stream = io.BytesIO()
    story: list[object] = [Paragraph(TITLE, plain)]
    for index, (rows, spans) in enumerate(tables):
        cells = [[Paragraph(text, plain) for text in row] for row in rows]
        style = [
            ("GRID", (0, 0), (-1, -1), 0.5, "black"),
            ("VALIGN", (0, 0), (-1, -1), "TOP"),
            *spans,
        ]
        story += [PageBreak()] * (index > 0)
        story.append(PdfTable(cells, colWidths=[40, 200, 220, 160], style=style, repeatRows=1))

    def page_mark(canvas: object, template: object) -> None:
        canvas.setFont("STSong-Light", 9)
        canvas.drawString(400, 20, f"- {canvas.getPageNumber()} -")

    template = SimpleDocTemplate(stream, pagesize=landscape(A4), invariant=1, title=TITLE)
    template.build(story, onFirstPage=page_mark, onLaterPages=page_mark)
    return stream.getvalue()


def continued_pdf() -> bytes:
    """A table over several pages, its heading repeated on each; units across the table."""
    rows: list[list[str]] = [list(HEADING), ["责任单位：市水务局　责任人：周远航", "", "", ""]]
    spans: list[tuple[object, ...]] = [("SPAN", (0, 1), (-1, 1))]
    for number in range(1, 13):
        goal, progress, problems = (WATER, PIPES, HOMES, ROADS)[number % 4]
        rows.append(
            [
                str(number),
                goal + "同时做好施工期间的安全管理和群众出行保障工作。",
                progress,
                problems,
            ]
        )
        if number == 9:
            spans.append(("SPAN", (0, len(rows)), (-1, len(rows))))
            rows.append(["责任单位：市交通运输局　责任人：欧阳明", "", "", ""])
    return _pdf((rows, spans))


def split_row_pdf() -> bytes:
    """A row that breaks in the middle of its sentences where the page ends."""
    first = [
        list(HEADING),
        ["1", *WATER],
        [
            "2",
            "改造老旧供水管网30公里，并对沿线",
            "已改造18公里，其余12公里正在办理",
            "道路开挖审批时间较",
        ],
    ]
    second = [list(HEADING), ["", "小区泵房进行更新。", "占道手续。", "长。"], ["3", *HOMES]]
    return _pdf((first, []), (second, []))


def documents() -> dict[str, Callable[[], bytes]]:
    """File name → its maker, for every function above that is named like a file."""
    endings = ("_docx", "_xlsx", "_xls", "_html", "_csv", "_txt", "_pdf")
    return {
        f"{name.rpartition('_')[0].replace('_', '-')}.{name.rpartition('_')[2]}": maker
        for name, maker in globals().items()
        if name.endswith(endings) and not name.startswith("_")
    }  # fmt: skip


if __name__ == "__main__":
    for name, maker in documents().items():
        try:
            (FOLDER / name).write_bytes(maker())
        except ModuleNotFoundError as missing:
            print(f"{name}: {missing}")  # noqa: T201
