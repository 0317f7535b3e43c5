"""A search of every byte of the public tree for what must not be there.

Two kinds: every internal value (drafts, withheld texts, internal.csv), and what looks
like a phone number, an identity card, a bank account or a personal e-mail address. Office
files, archives and PDFs are looked into. The pages are made without opening an internal
file; only this search, which writes nothing, knows the values.
"""

from __future__ import annotations

import hashlib
import html
import io
import json
import pickle
import re
import unicodedata
import zipfile
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from ahocorasick_rs import AhoCorasick
from stdnum import luhn
from stdnum.cn import ric

from generator.catalogues import LOCALES, language
from generator.findings import Finding, Place, Term, finding
from generator.ledger.content import read_snapshot, snapshot_folders
from generator.ledger.model import TASK_COLUMNS, Edition, Registry, Snapshot, Task
from generator.ledger.tables import read_table
from generator.publishing.cache import Cache, digest
from generator.publishing.fingerprint import files_of, program
from generator.publishing.survey import Survey

ALLOWANCES_FILE = "allowances.csv"
_ALLOWANCE_COLUMNS = ("value", "reason")
# A text's clauses are looked for one by one from this length on: a page may show a part.
_CLAUSE = 8
# Shorter values (无, 是, 12) say nothing and are everywhere.
_SHORTEST_HAN, _SHORTEST = 3, 5
_STOPS = re.compile(r"[。；;，,！!？?\n]")
_HAN = re.compile(r"[\u3400-\u9fff]")
_TAGS = re.compile(r"<[^<>]*>")
# Spaces, and the marks that JSON, CSV and HTML write each in their own way.
_SPACES = re.compile(r"""[\s"'\\“”‘’]+""")
# Numbers, dates and periods of a ledger are everywhere, and give nothing away alone.
_COMMON = re.compile(r"[\d年月日第号上下半季度前后初末底至到.,%‰\-—~/:：]+")
_ESCAPED = re.compile(r"\\u([0-9a-fA-F]{4})")
_ZIPS = (".zip", ".xlsx", ".docx")
_MARKUP = (".html", ".xml", ".svg", ".rels")
# How much of what was found is shown, and where a nest of archives ends.
_SHOWN, _DEEPEST = 24, 4
_NOT_BEFORE, _NOT_BEHIND = r"(?<![0-9A-Za-z.-])", r"(?![0-9A-Za-z-]|\.[0-9])"
_COUNTRY = re.compile(r"^86(?=1[3-9][0-9]{9}$)")
# Mobile, landline, and what is called a number: one pattern, so that each is told once.
_PHONE = re.compile(
    _NOT_BEFORE
    + r"(?:(?:\+?86[ -]?)?1[3-9][0-9](?:[ .-]?[0-9]{4}){2}"
    + r"|0[1-9][0-9]{1,2}[ -]?[0-9]{7,8}|[(]0[0-9]{2,3}[)] ?[0-9]{7,8})"
    + _NOT_BEHIND
    + r"|(?:电话|手机|联系方式|传真)(?:号码)?[: ]*[0-9]{7,12}"
    + _NOT_BEHIND
)
_IDENTITY = re.compile(_NOT_BEFORE + r"[1-9][0-9]{16}[0-9Xx]" + _NOT_BEHIND)
_ACCOUNT = re.compile(
    _NOT_BEFORE
    + r"62[0-9]{14,17}"
    + _NOT_BEHIND
    + r"|(?:账号|帐号|账户|卡号)[: ]*[0-9]{9,22}"
    + _NOT_BEHIND
)
# Seven digits in a row, but for single marks between; a label such as 联系方式号码： before.
_RUN = re.compile(r"\(?[0-9](?:[ .()-]{0,2}[0-9]){6,}")
_LABEL = 30
_EMAIL = re.compile(r"[A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Secret:
    """A text that must not be public, folded for comparing, and where it stands."""

    text: str
    place: Place


@dataclass(frozen=True, slots=True)
class Secrets:
    """What to look for, and what has been allowed.

    Attributes:
        values: the internal texts; none of them is anywhere in what is public.
        allowed: texts that look personal and may be public (allowances.csv, settings), bare.
    """

    values: tuple[Secret, ...]
    allowed: frozenset[str]


def read_secrets(
    shown: Survey, settings: Sequence[str], cache: Cache
) -> tuple[Secrets, tuple[Finding, ...]]:
    """What the public tree of a site must not hold.

    Args:
        shown: the content as the public edition has it.
        settings: texts of mkdocs.yml that stand on every page.
        cache: where what was read before is.
    """
    root = shown.root
    allowed, findings = _allowances(root)
    values: dict[str, Secret] = {}
    for path in snapshot_folders(root)[0]:
        values |= _secrets_of(path, cache)
    known: set[str] = set()
    if values:
        texts = list(values)
        search = _search(texts)
        public = (*_registry_texts(shown.ledger.registry), *settings, *allowed, *_own_words())
        known = {texts[n] for n in _matched(search, _fold("\n".join(public)))}
        key = digest(texts)
        for id_ in shown.outlines:
            known |= _said_openly(shown, id_, texts, search, key, cache)
    secrets = tuple(secret for text, secret in values.items() if text not in known)
    open_ = (*allowed, *settings)
    numbers = (value for text in open_ for _, value in personal(text))
    return Secrets(secrets, frozenset(_bare(value) for value in (*open_, *numbers))), findings


def _secrets_of(path: Path, cache: Cache) -> dict[str, Secret]:
    """The internal texts of one snapshot's folder, folded."""
    key = digest(["secrets", program(), path.name, *files_of(path)])
    data = cache.get(key)
    if data is not None:
        kept: dict[str, Secret] = pickle.loads(data)  # noqa: S301 -- our own
        return kept
    snapshot, _ = read_snapshot(path, Edition.INTERNAL)
    found = {
        text: Secret(text, place)
        for value, place in (_internal_texts(snapshot) if snapshot else ())
        for text in _parts(value)
    }
    cache.put(key, pickle.dumps(found))
    return found


def _said_openly(
    shown: Survey, id_: str, texts: Sequence[str], search: AhoCorasick, searched: str, cache: Cache
) -> set[str]:
    """Those of some texts that a public snapshot says itself."""
    key = digest(["said openly", searched, shown.outlines[id_].inputs])
    data = cache.get(key)
    if data is not None:
        return set(json.loads(data))
    public = _fold("\n".join(_public_texts(shown.found(id_).snapshot)))
    found = {texts[n] for n in _matched(search, public)}
    cache.put(key, json.dumps(sorted(found)).encode())
    return found


def find_leaks(
    folder: Path,
    secrets: Secrets,
    clean: Collection[bytes] = (),
    files: Iterable[str] | None = None,
) -> tuple[list[Finding], frozenset[bytes]]:  # fmt: skip
    """Every file of a finished tree that holds what it mustn't, with the words.

    Args:
        folder: the tree.
        secrets: what to look for.
        files: the names of those to be looked into; by default all.
        clean: SHA-256 of contents in which the same search has found nothing before.

    Returns:
        What was found, and the sums of all contents that were looked into.
    """
    seen = set(clean)
    if files is None:
        files = (p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file())
    leaks = _find_leaks(folder, files, secrets, seen)
    return told_once(leaks), frozenset(seen)


def is_leak(found: Finding) -> bool:
    """Whether a finding is one of this search."""
    return found.code in ("leak-internal", "leak-personal")


def told_once(leaks: Iterable[Finding]) -> list[Finding]:
    """Each word that was found once, where it is first."""
    found: dict[tuple[str, str], Finding] = {}
    for leak in leaks:
        text = str(dict(leak.values)["text"])
        found.setdefault((leak.code, _bare(text) if leak.code == "leak-personal" else text), leak)
    return list(found.values())


def _find_leaks(
    folder: Path, files: Iterable[str], secrets: Secrets, seen: set[bytes]
) -> Iterator[Finding]:
    search = _search(secret.text for secret in secrets.values)
    # Archives come last: what stands beside them too is told of the plain file.
    for name in sorted(files, key=lambda n: (n.endswith(_ZIPS), n)):
        path = folder / name
        for where, text in _texts(name, path.read_bytes(), seen, 0):
            for number in sorted(_matched(search, _fold(text))) if secrets.values else ():
                secret = secrets.values[number]
                yield finding(
                    "leak-internal", Place(where), text=secret.text[:_SHOWN],
                    origin=secret.place,
                )  # fmt: skip
            for kind, value in personal(text):
                if _bare(value) not in secrets.allowed:
                    yield finding("leak-personal", Place(where), kind=kind, text=value)


def personal(text: str) -> Iterator[tuple[Term, str]]:
    """What looks like a person's own number or address in a text: (kind, the words).

    The words are as they are compared: in half-width forms.
    """
    text = unicodedata.normalize("NFKC", text)
    yield from _addresses(text) if "@" in text else ()
    # One pass for all patterns: what has no run of digits is none of these.
    text = "\n".join(_around(text))
    yield from ((Term("电话号码"), match[0]) for match in _PHONE.finditer(text))
    yield from (
        (Term("身份证号码"), match[0])
        for match in _IDENTITY.finditer(text)
        if ric.is_valid(match[0])
    )
    for match in _ACCOUNT.finditer(text):
        if not match[0][0].isdigit() or luhn.is_valid(match[0]):
            yield Term("银行账号"), match[0]


def _around(text: str) -> Iterator[str]:
    """Every run of digits that is long enough for a number, with what tells what it is."""
    last = 0
    for match in _RUN.finditer(text):
        start = max(match.start() - _LABEL, last)
        yield text[start : match.end() + 3]
        last = match.end()


def _addresses(text: str) -> Iterator[tuple[Term, str]]:
    for match in _EMAIL.finditer(text):
        if not match[0].lower().endswith(".gov.cn"):
            yield Term("电子邮箱"), match[0]


def _bare(value: str) -> str:
    """A number or an address by itself: the same, however it is written and announced.

    Whole ones are compared: part of what may be public is somebody else's.
    """
    value = unicodedata.normalize("NFKC", value).strip().lower()
    return value if "@" in value else _COUNTRY.sub("", re.sub(r"[^0-9x]", "", value))


def _search(texts: Iterable[str]) -> AhoCorasick:
    return AhoCorasick(list(texts))


def _matched(search: AhoCorasick, text: str) -> set[int]:
    return {number for number, _, _ in search.find_matches_as_indexes(text, overlapping=True)}


def _texts(name: str, data: bytes, seen: set[bytes], depth: int) -> Iterator[tuple[str, str]]:
    """What a file says, in every way in which somebody could read it: (place, text).

    Of a content that was seen before only its name: ``seen`` holds the sums of all so
    far. An archive holds again what stands beside it.
    """
    total = hashlib.sha256(data).digest()
    if total in seen:
        yield name, name
        return
    seen.add(total)
    kind = PurePosixPath(name).suffix.lower()
    if kind in _ZIPS and depth < _DEEPEST:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for info in archive.infolist():
                inside = f"{name}!{info.filename}"
                yield inside, info.comment.decode("utf-8", "replace")
                yield from _texts(inside, archive.read(info), seen, depth + 1)
        return
    if kind == ".pdf":
        yield name, _pdf_text(data)
        return
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        for encoding in ("utf-8", "utf-16-le", "gb18030"):
            yield name, data.decode(encoding, "ignore")
        return
    text = _ESCAPED.sub(lambda match: chr(int(match[1], 16)), text) if "\\u" in text else text
    yield name, f"{name}\n{html.unescape(text) if '&' in text else text}"
    if kind in _MARKUP:
        yield name, html.unescape(_TAGS.sub(" ", text))


def _pdf_text(data: bytes) -> str:
    from pypdfium2 import PdfDocument  # twenty times as fast as a reader in Python

    document = PdfDocument(data)
    try:
        about = [f"{key}: {value}" for key, value in document.get_metadata_dict().items()]
        pages = (page.get_textpage() for page in document)
        return "\n".join([*about, *(page.get_text_bounded() for page in pages)])
    finally:
        document.close()


def _fold(text: str) -> str:
    """Text as it is compared: without spaces, quotation marks, width and case."""
    return _SPACES.sub("", unicodedata.normalize("NFKC", text)).lower()


def _parts(value: str) -> Iterator[str]:
    """A value whole, and its longer clauses."""
    whole = _fold(value)
    shortest = _SHORTEST_HAN if _HAN.search(whole) else _SHORTEST
    clauses = (folded for c in _STOPS.split(value) if len(folded := _fold(c)) >= _CLAUSE)
    whole_too = (whole,) if len(whole) >= shortest else ()
    yield from (text for text in (*whole_too, *clauses) if not _COMMON.fullmatch(text))


def _internal_texts(snapshot: Snapshot) -> Iterator[tuple[str, Place]]:
    if snapshot.is_draft:
        place = Place(f"content/{snapshot.id}/snapshot.yml")
        yield from ((text, place) for text in _description(snapshot))
    for task in snapshot.tasks:
        if task.aside:
            place = Place(f"content/{snapshot.id}/internal.csv")
            for text in (task.aside.contact, task.aside.note, task.aside.next_steps):
                yield text, place
        if snapshot.is_draft or task.withheld:
            yield from ((text, task.place) for text in _cells(task))
    hidden = snapshot.hidden_numbers
    for c in snapshot.corrections:
        if snapshot.is_draft or c.no in hidden:
            yield from ((text, c.place) for text in (c.old, c.new, c.reason))


def _registry_texts(registry: Registry) -> Iterator[str]:
    for unit in registry.units:
        yield from (unit.id, unit.name, unit.kind, *unit.aliases, unit.note)


def _public_texts(snapshot: Snapshot) -> Iterator[str]:
    yield from _description(snapshot)
    for task in snapshot.tasks:
        yield from (*_cells(task), task.withheld)
    for c in snapshot.corrections:
        yield from (c.old, c.new, c.reason)


def _cells(task: Task) -> Iterator[str]:
    """A task's texts but the reason why it is withheld, which is public in any case."""
    for column in TASK_COLUMNS:
        value = getattr(task, column, "")
        if isinstance(value, str) and column != "withheld":
            yield value
    yield from (party.text for party in task.partners)


def _description(snapshot: Snapshot) -> Iterator[str]:
    yield snapshot.title
    yield from (source.file for source in snapshot.sources)
    yield from (*snapshot.preamble, *snapshot.missing_parts, *snapshot.notes)
    header = snapshot.disclosure
    if header:
        yield from (header.index_no, header.category, header.issuer, header.name, header.doc_no)


def _own_words() -> Iterable[str]:
    """The interface's words: public, whoever else says them too."""
    for locale in LOCALES:
        for message, said in language(locale).words.items():
            yield message
            yield from (said,) if isinstance(said, str) else said


def _allowances(root: Path) -> tuple[set[str], tuple[Finding, ...]]:
    path = root / "content" / ALLOWANCES_FILE
    if not path.is_file():
        return set(), ()
    file = f"content/{ALLOWANCES_FILE}"
    records, findings = read_table(file, path.read_bytes(), _ALLOWANCE_COLUMNS, _ALLOWANCE_COLUMNS)
    found = list(findings)
    found += [
        finding("cell-empty", record.place(column), column=column)
        for record in records
        for column in _ALLOWANCE_COLUMNS
        if not record.cells[column]
    ]
    return {record.cells["value"] for record in records if record.cells["value"]}, tuple(found)
