"""Marks the documents' Chinese as Chinese in pages whose interface speaks another language.

Catalogues translate the interface; what is left in Chinese characters is
content. A screen reader needs to be told which is which (WCAG 2.2, 3.1.2).
"""

from __future__ import annotations

import re

from lxml import html

_HAN = "\u3400-\u9fff"
_HAS_HAN = re.compile(f"[{_HAN}]")
# From the first Chinese character's word to the last: a space ends it unless
# Chinese goes on behind it.
_RUN = re.compile(f"[^\\s{_HAN}]*[{_HAN}](?:\\S|\\s+(?=\\S*[{_HAN}]))*")
# These hold text only: what mixes languages there stays in the interface's.
_WHOLE = {"title", "option", "desc", "textarea"}
_SKIPPED = {"script", "style"}


def marked(page: bytes) -> bytes:
    """The page with ``lang="zh-CN"`` around its Chinese text."""
    root = html.document_fromstring(page, parser=html.HTMLParser(encoding="utf-8"))
    for element in list(root.iter("*")):
        if element.tag in _SKIPPED:
            continue
        if element.tag in _WHOLE or not len(element):
            if element.text and _RUN.fullmatch(element.text.strip()):
                element.set("lang", "zh-CN")
            elif element.tag not in _WHOLE:
                _wrap_text(element)
        else:
            _wrap_text(element)
        parent = element.getparent()
        if parent is not None and parent.tag not in _WHOLE:
            _wrap_tail(element)
    text: bytes = html.tostring(root, encoding="utf-8", doctype="<!doctype html>")
    return text + b"\n"


def _wrap_text(element: html.HtmlElement) -> None:
    if element.text and _HAS_HAN.search(element.text):
        first, spans = _spans(element.text, "tspan" if element.tag == "text" else "span")
        element.text = first
        for position, span in enumerate(spans):
            element.insert(position, span)


def _wrap_tail(element: html.HtmlElement) -> None:
    if element.tail and _HAS_HAN.search(element.tail):
        first, spans = _spans(element.tail, "span")
        element.tail = first
        for span in reversed(spans):
            tail = span.tail
            element.addnext(span)
            span.tail = tail


def _spans(text: str, tag: str) -> tuple[str, list[html.HtmlElement]]:
    """The text before the first Chinese run, then a span for each run with what follows it."""
    runs = list(_RUN.finditer(text))
    ends = [*(run.start() for run in runs[1:]), len(text)]
    spans = []
    for run, end in zip(runs, ends, strict=True):
        span = html.Element(tag, {"lang": "zh-CN"})
        span.text = run[0]
        span.tail = text[run.end() : end]
        spans.append(span)
    return text[: runs[0].start()], spans
