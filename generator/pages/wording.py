"""Names that many pages share: of snapshots, forms, kinds of bodies and the header's fields."""

from __future__ import annotations

from collections.abc import Callable

from generator.ledger.model import DISCLOSURE_LABELS, Kind, Snapshot

Say = Callable[..., str]


def label(snapshot: Snapshot, say: Say) -> str:
    """The snapshot in words: 2017年上半年, 2014年; of a draft that it is one."""
    match snapshot.id[5:]:
        case "1":
            name = say("%(year)d年上半年", year=snapshot.year)
        case "2":
            name = say("%(year)d年下半年", year=snapshot.year)
        case _:
            name = say("%(year)d年", year=snapshot.year)
    return say("%(snapshot)s（草稿）", snapshot=name) if snapshot.is_draft else name


def content_name(snapshot: Snapshot, say: Say) -> str:
    """What the snapshot holds: 2017年上半年落实情况, 2014年任务安排."""
    name = label(snapshot, say)
    if snapshot.kind is Kind.REPORT:
        return say("%(snapshot)s落实情况", snapshot=name)
    return say("%(snapshot)s任务安排", snapshot=name)


def form_name(snapshot: Snapshot, say: Say) -> str:
    """The official form's name."""
    return say("落实情况表") if snapshot.kind is Kind.REPORT else say("任务安排表")


def disclosure_labels(say: Say) -> dict[str, str]:
    """Field of the disclosure header → its label, in the catalogues' customary order."""
    return {key: say(label) for key, label in DISCLOSURE_LABELS.items()}


def size(count: int) -> str:
    """A file's size as people write it: 312 KB."""
    return f"{count} B" if count < 1024 else f"{round(count / 1024)} KB"


def field_name(field: str, say: Say) -> str:
    """A column's or a file's name as readers know it."""
    names = {
        "goal": say("年内目标"), "progress": say("进展情况"), "problems": say("存在问题"),
        "next_steps": say("下一步措施"), "unit": say("责任单位"), "unit_text": say("责任单位"),
        "head": say("责任人"), "partners": say("配合单位"), "partners_text": say("配合单位"),
        "deadline": say("完成时限"), "title": say("任务"), "section": say("章节"),
        "snapshot.yml": say("本期基本信息"), "reviews.csv": say("数字的复核"),
    }  # fmt: skip
    return names.get(field, field)
