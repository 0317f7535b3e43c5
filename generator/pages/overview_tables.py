"""The overview's figures as tables: a row a site and their sums, as CSV and as a workbook."""

from __future__ import annotations

import io
from collections.abc import Sequence
from typing import TYPE_CHECKING

from generator.analysis.status import status_name
from generator.catalogues import language
from generator.pages.downloads import inert
from generator.pages.overview_pages import STATUSES, OverviewRow, total
from generator.pages.workbooks import TEXTS_ONLY, describe, fitting

if TYPE_CHECKING:
    import pandas as pd

# Of SiteSummary, and what each is called. Part of the data, in every language the same.
_COLUMNS = {
    "name": "网站", "label": "最新一期", "day": "数据截止", "tasks": "任务",
    **{status.value: status_name(status) for status in STATUSES},
    "held_back": "暂不公开", "with_problem": "列有问题", "stated": "责任单位写明",
    "inferred": "责任单位推断", "unknown": "责任单位不明", "missing": "缺号", "remark": "备注",
}  # fmt: skip
_SHEET = "各网站"
_WIDE, _NARROW = 36, 14


def overview_csv(rows: Sequence[OverviewRow]) -> bytes:
    """``overview.csv``: UTF-8 that Excel opens as such, and that runs no formula."""
    frame = _frame(rows)
    texts = frame.select_dtypes("object").columns
    frame[texts] = frame[texts].map(inert)
    return frame.to_csv(index=False, lineterminator="\r\n").encode("utf-8-sig")


def overview_xlsx(rows: Sequence[OverviewRow], title: str) -> bytes:
    """``overview.xlsx``: one sheet, its heading row frozen."""
    import pandas as pd

    frame = _frame(rows)
    stream = io.BytesIO()
    with pd.ExcelWriter(
        stream, engine="xlsxwriter", engine_kwargs={"options": TEXTS_ONLY}
    ) as writer:
        frame.to_excel(writer, sheet_name=_SHEET, index=False)
        describe(writer.book, title)
        sheet = writer.sheets[_SHEET]
        for column, name in enumerate(frame.columns):
            sheet.set_column(column, column, _WIDE if name == _COLUMNS["name"] else _NARROW)
        sheet.freeze_panes(1, 1)
        sheet.repeat_rows(0)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
    return stream.getvalue()


def _frame(rows: Sequence[OverviewRow]) -> pd.DataFrame:
    """A row a site, then the sums. Where nothing is known of a site there is no number."""
    import pandas as pd  # slow to load, and only needed above many sites

    in_chinese = language("zh_CN").say

    known = [
        {
            **(row.summary.to_json() if row.summary and row.summary.report else {}),
            "name": row.name,
            "remark": row.remark(in_chinese),
        }
        for row in rows
    ]
    sums = {**total(rows).to_json(), "name": "合计"}
    frame = pd.DataFrame([*known, sums], columns=list(_COLUMNS))
    texts = ["name", "label", "day", "remark"]
    frame[texts] = frame[texts].fillna("").map(fitting).astype("object")
    numbers = [name for name in _COLUMNS if name not in texts]
    frame[numbers] = frame[numbers].astype("Int64")
    return frame.rename(columns=_COLUMNS)
