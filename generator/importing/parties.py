"""Who is responsible: names of bodies and persons in a clause, a bracket or a cell."""

from __future__ import annotations

import re

_RULE = re.compile(r"(?:按(?:各自)?职责(?:分工)?|分别|共同|联合)?负责[,，;；]?(.*)$")
# （市甲局牵头负责，市乙局、市丙局配合） and （责任单位：市甲局；配合单位：市乙局）
_LEAD_AND_PARTNERS = re.compile(
    r"^由?(?P<lead>[^,，;；]+?)牵头(?:负责)?(?:[,，;；、](?:由|会同)?(?P<rest>.+?)(?:配合|协助|参与|协办)(?:负责)?)?$"
)
_LABELLED = re.compile(
    r"^(?:牵头|责任|负责|主办|承办)(?:责任)?(?:单位|部门)?[:：](?P<lead>[^;；]+?)"
    r"(?:[;；,，。]\s*(?:配合|协办|参与|协助|责任)(?:单位|部门)?[:：](?P<rest>.+))?$"
)
# What a bracket behind a name says of its part; the leads stand first.
_LEADS = re.compile(r"[(（](?:牵头|牵头单位|主办|总牵头)[)）]$")
_HELPS = re.compile(r"[(（](?:配合|配合单位|协办|参与)[)）]$")
_SAYS_WHO = re.compile(r"负责|牵头|(?:责任|主办|承办)(?:单位|部门)")
_BRACKETS = {")": "(", "）": "（", "〕": "〔", "]": "[", "】": "【"}
# What the name of a public body or a company ends in.
_BODY = r"(?:[局委办厅府会院行社队站处所部校学联团县市区镇科馆台署室]|中心|公司|集团|街道)"
_BODY_END = re.compile(rf"{_BODY}(?:[(（][^()（）]*[)）])?$")
# A person's name: two to four characters, or two names of minorities with a dot between.
_PERSON = r"(?:[\u4e00-\u9fff]{2,4}|[\u4e00-\u9fff]{2,8}[·•][\u4e00-\u9fff]{2,8})"
_UNIT_AND_HEAD = re.compile(
    rf"^(?P<unit>\S+?)(?:\s+(?P<behind>{_PERSON})|\s*[(（](?P<inside>{_PERSON})[)）])$"
)


def responsible_units(clause: str) -> tuple[tuple[str, ...], bool, str]:
    """Names, open list?, rule: the inside of （市编办、各县(市、区)政府等负责,下同）.

    A 、 inside of brackets belongs to a name. What follows 负责 is a rule about
    the document, not a unit.

    >>> responsible_units("市编办、各县(市、区)政府等负责,下同")
    (('市编办', '各县(市、区)政府'), True, '下同')
    """
    for form in (_LABELLED, _LEAD_AND_PARTNERS):
        if match := form.match(clause.strip()):
            lead, _ = split_names(match["lead"])
            rest, open_list = split_names(match["rest"] or "")
            return (*lead, *rest), open_list, ""
    rule_match = _RULE.search(clause)
    rule = rule_match[1].strip() if rule_match else ""
    names_text = clause[: rule_match.start()] if rule_match else clause
    names, open_list = split_names(names_text)
    return names, open_list, rule


def split_names(text: str) -> tuple[tuple[str, ...], bool]:
    """The names of a list, and whether it ends in 等; a 、 inside of brackets parts nothing."""
    open_list = text.endswith("等")
    names: list[str] = [""]
    depth = 0
    for character in text.removesuffix("等"):
        depth += (character in "(（〔[") - (character in ")）〕]")
        if character in "、,，;；" and depth == 0:
            names.append("")
        else:
            names[-1] += character
    return tuple(name for part in names if (name := part.strip())), open_list


def split_responsible(text: str) -> tuple[str, str]:
    """Text and the inside of its last brackets where these name who is responsible."""
    text = text.rstrip("。．.；; ")
    if not text or text[-1] not in _BRACKETS:
        return text, ""
    depth = 0
    for index in range(len(text) - 1, -1, -1):
        if text[index] in _BRACKETS:
            depth += 1
        elif text[index] in _BRACKETS.values():
            depth -= 1
            if depth == 0:
                inside = text[index + 1 : -1]
                return (text[:index].rstrip(), inside) if _names_units(inside) else (text, "")
    return text, ""


def _names_units(clause: str) -> bool:
    """Whether a bracket says who is responsible: （专人负责） names no unit."""
    return _SAYS_WHO.search(clause) is not None and any(
        len(name) > 2 for name in responsible_units(clause)[0]
    )


def unit_and_head(text: str) -> tuple[str, str]:
    """A body and the person named with it: 市住建局 张三, 市住建局（张三）, or one below the other.

    The person is empty where it can't be told from the body's name: all stays the
    body's then, for the clerk to part.

    >>> unit_and_head("市住建局（张三）")
    ('市住建局', '张三')
    >>> unit_and_head("市住建局（牵头）")
    ('市住建局（牵头）', '')
    """
    match = _UNIT_AND_HEAD.match(text.strip())
    if not match or not _BODY_END.search(match["unit"]):
        return text.strip(), ""
    person = match["behind"] or match["inside"]
    if _BODY_END.search(person) or person in ("牵头", "配合", "主办", "协办", "负责", "联合牵头"):
        return text.strip(), ""
    return match["unit"], person


def names_in_cell(text: str) -> tuple[tuple[str, ...], bool]:
    """The bodies that a cell names, one a line or parted by 、, and whether it ends in 等.

    A break or space inside of a name, as narrow columns have it, parts nothing.
    """
    if match := _LABELLED.match(re.sub(r"\s*\n\s*", "；", text.strip())):
        lead, open_list = names_in_cell(match["lead"])
        rest, more_open = names_in_cell(match["rest"] or "")
        return (*lead, *rest), open_list or more_open
    joined = ""
    for part in text.split():
        within = not joined or joined[-1] in "、,，;；" or part[0] in "(（"
        joined += part if within or not _BODY_END.search(joined[-40:]) else "、" + part
    names, open_list = split_names(joined.rstrip("。、；;"))
    names = tuple(sorted(names, key=lambda name: not _LEADS.search(name)))
    return tuple(_HELPS.sub("", _LEADS.sub("", name)) for name in names), open_list
