"""Quantities in their sentences: what each number is a number of.

A mention is a quantity with the words that name it: those to its left in its
clause, those to its right up to the next stop, and, where its own clause only
says that something grew, the subject of the clause before.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import cached_property, lru_cache

from generator.analysis.items import itemise
from generator.analysis.quantities import Quantity, read_quantities

# A cell of a table states some dozens of numbers; one with more is no cell, and
# only its first numbers are read, so that no text takes more than a moment.
_MOST = 150
# How far back a sentence's words still belong to a number.
_CONTEXT = 240
_SENTENCE = re.compile(r"[。；;！？!?]")
_CLAUSE = re.compile(r"[，,：:]")
_BRACKETS = re.compile(r"[（(][^（）()。]{0,30}[）)]")
_UPWARDS = r"增长|增加|上升|上涨|提高(?!到|至)|增幅|增速|涨幅|增量|递增"
_DOWNWARDS = r"下降|减少|下滑|降低(?!到|至)|回落|降幅|跌幅|负增长"
_GROWTH = re.compile(rf"(?P<up>{_UPWARDS})|(?P<down>{_DOWNWARDS})")
_LEVEL = re.compile(r"(?:达到?|提高到|提高至|占|为|至|到)\s*$")
# Words that say how or when, never what: they name no indicator.
_EMPTY = re.compile(
    r"\d{1,4}年(?:\d{1,2}月)?|1?\d[-—~至]?\d{0,2}月(?:份|底|末)?(?:\d{1,2}日)?|上半年|下半年|全年|年内|年度|"
    r"年底前?|今年以来|今年|目前|当前|截至|截止|到|至|其中|分别|同比|环比|比上年同期|比上年|比去年同期|比去年|"
    r"比年初|较上年|较年初|增长率|增长|增加|下降|上升|上涨|减少|下滑|增速|增幅|涨幅|降幅|超过|达到|达|为|约|"
    r"近|已经|已|累计|共计|总计|合计|共有|共|全部|全面|基本|力争|争取|确保|努力|进一步|提高到|提高至|提高|"
    r"控制在|不低于|不少于|不超过|以上|以内|以下|左右|完成|实现|开展|推进|推动|加快|组织|新增|新建|建设|建成|新|计划|预计|"
    r"全市|我市|全区|全县|全省|市|(?<!人)均(?!衡)|占|率|的|了|在|和|与|及|等|各|对|有|将|并|于|比|"
    r"[\s“”\"'‘’《》（）()〔〕、，,。；;：:/％%·]"
)
# Two words for one thing.
_SAME = (
    ("引进", "引"), ("引入", "引"), ("动工", "开工"), ("完工", "竣工"), ("补贴", "补助"),
    ("办理", "办"), ("总额", "额"), ("数量", "数"), ("人口数", "人口"),
)  # fmt: skip
_CHINESE = re.compile(r"[一-鿿A-Za-z₀-₉]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A quantity with the words around it.

    Attributes:
        quantity: the number, with its place in the field.
        item: number of the item that it stands in; 0 outside of items.
        sentence, clause: their spans in the field.
        left, right: the words that touch it, up to the next number or stop.
        subject: the words that name it; ``left`` where that says anything, else the
            nearest clause before it in the sentence that does.
        change: 1 for growth, -1 for a fall, 0 for a level.
        among: whether it is one of a part (其中…).
    """

    quantity: Quantity
    item: int
    sentence: tuple[int, int]
    clause: tuple[int, int]
    left: str
    right: str
    subject: str
    change: int
    among: bool

    @property
    def signed(self) -> float:
        """The value, negative for a fall."""
        value = self.quantity.value
        return -value if self.change < 0 and value > 0 else value


class Reading:
    """A field's text with its items, quantities and mentions, each worked out once."""

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def quantities(self) -> tuple[Quantity, ...]:
        """All quantities, from left to right."""
        return read_quantities(self.text, _MOST)

    @cached_property
    def item_spans(self) -> tuple[tuple[int, int, int], ...]:
        """(number, start, end) of the items."""
        return tuple((i.no, i.start, i.end) for i in itemise(self.text).items)

    @cached_property
    def stops(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where sentences and clauses begin."""
        text = self.text
        sentences = [0, *(m.end() for m in _SENTENCE.finditer(text)), len(text)]
        sentences += [start for _, start, _ in self.item_spans]
        inside = sorted(
            [(q.start, q.end) for q in self.quantities]
            + [m.span() for m in _BRACKETS.finditer(text)]
        )
        clauses = [
            m.end()
            for m in _CLAUSE.finditer(text)
            if not any(s <= m.start() < e - 1 for s, e in _near(inside, m.start()))
        ]
        return tuple(sorted(set(sentences))), tuple(sorted({*sentences, *clauses}))

    @cached_property
    def mentions(self) -> tuple[Mention, ...]:
        """All quantities in their sentences."""
        result: list[Mention] = []
        for index, quantity in enumerate(self.quantities):
            result.append(self._mention(index, quantity, result))
        return tuple(_distributed(self.text, result))

    def clause_words(self, mention: Mention) -> str:
        """The words of the mention's clause before its number."""
        start = mention.quantity.start
        return self.text[max(mention.clause[0], start - _CONTEXT) : start]

    def sentence_words(self, mention: Mention) -> str:
        """The words of the mention's sentence before its number."""
        start = mention.quantity.start
        return self.text[max(mention.sentence[0], start - _CONTEXT) : start]

    def _mention(self, index: int, quantity: Quantity, before: Sequence[Mention]) -> Mention:
        sentences, clauses = self.stops
        sentence = _span(sentences, quantity.start, len(self.text))
        clause = _span(clauses, quantity.start, len(self.text))
        previous = self.quantities[index - 1].end if index else 0
        following = (
            self.quantities[index + 1].start if index + 1 < len(self.quantities) else len(self.text)
        )
        left = self.text[max(clause[0], previous, quantity.start - _CONTEXT) : quantity.start]
        behind = min(clause[1], max(following, quantity.end), quantity.end + _CONTEXT)
        right = self.text[quantity.end : behind]
        right = re.split(r"[、，,。；;：:（(]", right, maxsplit=1)[0]
        subject, inherited = left, None
        if not content(left) and not content(right):
            inherited = _nearest_subject(before, sentence)
            subject = (inherited.subject if inherited else "") + left
        elif left.rstrip().endswith("等") and content(right):
            subject = right  # 甲、乙等7家众创空间: the names before 等 are examples
        change = _change(left, quantity)
        if not change and inherited and _listed(self.text, before[-1].quantity, quantity):
            change = inherited.change if inherited is before[-1] else before[-1].change
        prefix = self.text[max(sentence[0], quantity.start - _CONTEXT) : quantity.start]
        among = "其中" in prefix[max(0, prefix.rfind("，") - 40) :]
        item = next((n for n, s, e in self.item_spans if s <= quantity.start < e), 0)
        return Mention(quantity, item, sentence, clause, left, right, subject, change, among)


@lru_cache(maxsize=4096)  # the phrases of a task are compared again and again
def content(text: str) -> str:
    """The characters of a phrase that name something; empty words gone.

    >>> content("1-6月，全市固定资产投资完成")
    '固定资产投资'
    """
    return "".join(_CHINESE.findall(_EMPTY.sub(" ", _one_word(text))))


def _one_word(text: str) -> str:
    for other, word in _SAME:
        text = text.replace(other, word)
    return text


@lru_cache(maxsize=4096)
def bigrams(text: str) -> frozenset[str]:
    """The pairs of neighbouring characters that a phrase's content is made of."""
    parts = ("".join(_CHINESE.findall(p)) for p in _EMPTY.sub("\n", _one_word(text)).split("\n"))
    found: set[str] = set()
    for part in parts:
        found.update(part[i : i + 2] for i in range(len(part) - 1))
        if len(part) == 1:
            found.add(part)
    return frozenset(found)


def _distributed(text: str, mentions: list[Mention]) -> list[Mention]:
    """Give each number of a list its own subject: 分别为33%、200%、31%.

    The subjects are those of as many numbers before it in the sentence (肉牛2万头，
    肉羊4万只，分别增长2.5%和3%), or as many names joined before 分别. Where the counts
    differ the numbers of the list are left without a subject: nobody knows whose
    they are.
    """
    result = list(mentions)
    index = 0
    while index < len(result):
        end = index
        while end + 1 < len(result) and _same_list(text, result[end], result[end + 1]):
            end += 1
        size = end - index + 1
        if size > 1:
            run = result[index : end + 1]
            subjects = _subjects_before(text, result, index, size) or _names_before(run[0], size)
            for offset, mention in enumerate(run):
                if subjects:
                    result[index + offset] = replace(mention, subject=subjects[offset])
                elif "分别" in run[0].left or "各" in run[0].left:
                    result[index + offset] = replace(mention, subject="", right="")
        index = end + 1
    return result


def _same_list(text: str, one: Mention, other: Mention) -> bool:
    return (
        one.sentence == other.sentence
        and one.quantity.dimension == other.quantity.dimension
        and _listed(text, one.quantity, other.quantity)
        and not content(one.right)
    )


def _subjects_before(
    text: str, mentions: Sequence[Mention], index: int, size: int
) -> tuple[str, ...]:
    """The subjects of the ``size`` numbers before a list, if there are just so many."""
    first = mentions[index]
    if content(first.left):
        return ()
    before = [m for m in mentions[:index] if m.sentence == first.sentence]
    if before and before[0].quantity.dimension in ("percent", "point"):
        return ()
    chosen = before[-size:]
    if len(chosen) < size or (len(before) > size and "其中" not in chosen[0].left):
        return ()
    return tuple(m.subject + m.right + first.left for m in chosen)


def _names_before(first: Mention, size: int) -> tuple[str, ...]:
    """The names joined by 、 or 和 before or behind 分别, if there are just so many."""
    left = first.left
    if "分别" not in left:
        return ()
    before, _, behind = left.rpartition("分别")
    for phrase in (before, behind):
        names = re.split(r"、|和|与|及", phrase)
        if len(names) == size and all(content(name) for name in names):
            tail = first.right + (behind if phrase is before else "")
            return tuple(name + tail for name in names)
    return ()


def _change(left: str, quantity: Quantity) -> int:
    if quantity.dimension not in ("percent", "point"):
        return 0
    words = list(_GROWTH.finditer(left))
    if not words:
        return 0
    last = words[-1]
    behind = left[last.end() :]
    if _LEVEL.search(behind) and len(content(behind)) > 0:
        return 0
    return 1 if last["up"] else -1


def _nearest_subject(before: Sequence[Mention], sentence: tuple[int, int]) -> Mention | None:
    for mention in reversed(before):
        if mention.sentence != sentence:
            return None
        if content(mention.subject + mention.right):
            return mention
    return None


def _listed(text: str, one: Quantity, other: Quantity) -> bool:
    return re.fullmatch(r"\s*(?:[、和与及]|以及)\s*", text[one.end : other.start]) is not None


def _span(stops: Sequence[int], position: int, end: int) -> tuple[int, int]:
    from bisect import bisect_right

    index = bisect_right(stops, position)
    return stops[index - 1], stops[index] if index < len(stops) else end


def _near(spans: Sequence[tuple[int, int]], position: int) -> Sequence[tuple[int, int]]:
    from bisect import bisect_right

    index = bisect_right(spans, (position, 1 << 60))
    return spans[max(0, index - 4) : index]
