"""Many returns → one snapshot: what each unit handed in, merged by the tasks' numbers.

Nothing is read or written here. Where two files state a task differently, which
one counts is decided by rules that the clerk is told, never by the order in which
the files were named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import PurePath

from rapidfuzz import fuzz, process

from generator.findings import Finding, Place, finding, has_errors
from generator.importing.cleaning import fold_name
from generator.importing.document import Document, Reading, TaskRecord
from generator.importing.form_mark import NOBODY, form_mark
from generator.ledger.answers import empty_answers
from generator.ledger.excerpts import change_shown
from generator.ledger.intake import repeated, title_differs, unregistered
from generator.ledger.model import Kind, Ledger, Registry, Snapshot, Task
from generator.ledger.registry import NameIndex
from generator.ledger.returns import Due, Responsible, plain_title, returns_due
from generator.ledger.roll_call import RollCall
from generator.ledger.suggestions import nearest

# From this likeness (of 100) on two goals are the same task's: a unit that rewords
# its goal keeps most of it. Two different goals of one unit are rarely above 60.
_SAME_TASK = 90.0
_ANSWERS = (
    "progress", "problems", "next_steps", "deadline", "leader", "reported_rate", "reported_status",
)  # fmt: skip
_CONTENT = tuple(f.name for f in fields(TaskRecord) if f.name != "place")
_TWICE = ("handed-twice-own-unit", "handed-twice-fuller", "handed-twice-later")


@dataclass(frozen=True, slots=True)
class Handed:
    """A file that came in, and what it was understood to say."""

    document: Document
    reading: Reading


@dataclass(frozen=True, slots=True)
class Collation:
    """What the files say together.

    Attributes:
        documents: those that count, in order of their names.
        reading: their tasks, each once, in order of their numbers, and all findings
            on these files.
        faults: the findings on files that have errors; none of these is in ``reading``.
        faulty: the names of those files.
        roll: who has handed in and who hasn't.
    """

    documents: tuple[Document, ...]
    reading: Reading
    faults: tuple[Finding, ...]
    faulty: tuple[str, ...]
    roll: RollCall


@dataclass(frozen=True, slots=True)
class _Returned:
    """A file with the units that it is from: the form's, or those of its headings."""

    document: Document
    reading: Reading
    sender: str
    units: tuple[str, ...]  # of each task, as the registry knows it; empty for others
    findings: tuple[Finding, ...]


@dataclass(frozen=True, slots=True)
class _Candidate:
    """One file's word on one task."""

    record: TaskRecord
    unit: str


def expected_from(ledger: Ledger, snapshot: str) -> Snapshot | None:
    """The snapshot whose tasks are to be reported on: the year's last report, else its plan."""
    year = [s for s in ledger.snapshots if s.id[:4] == snapshot[:4] and s.id < snapshot]
    reports = [s for s in year if s.kind is Kind.REPORT]
    plans = [s for s in year if s.kind is Kind.PLAN]
    return max(reports or plans, key=lambda s: s.id, default=None)


def collate(
    handed: Iterable[Handed], snapshot: str, registry: Registry, base: Snapshot | None,
    present: Mapping[int, str],
) -> Collation:  # fmt: skip
    """Merge what was handed in, and say what is missing.

    Args:
        handed: the files with their readings; one that couldn't be read among them.
        snapshot: id of the snapshot to be made.
        registry: the units.
        base: the snapshot that says who has to report on what, if there is one.
        present: the numbers that content/ already has of this snapshot, by unit.
    """
    year = int(snapshot[:4])
    names = NameIndex(registry)
    dues = returns_due(base, registry, year) if base else ()
    expected = {task.no: (task, who) for due in dues for task, who in due.tasks}
    files, refused = _once_each(sorted(handed, key=lambda h: h.document.name))
    returned = [_returned(file, snapshot, registry, names, expected) for file in files]
    sound = [file for file in returned if not has_errors(file.findings)]
    faulty = [file for file in returned if has_errors(file.findings)]
    records, units, more = _merged(sound, expected)
    findings = [f for file in sound for f in file.findings]
    findings += [*more, *_about_tasks(records, units, expected, registry)]
    faults = (*refused, *_faults(faulty, records, expected, registry, snapshot))
    roll = _roll_call(dues, sound, faulty, present, registry, year)
    counts = Counter("handed-twice" if f.code in _TWICE else f.code for f in (*findings, *faults))
    return Collation(
        tuple(file.document for file in sound),
        _joined(sound, records, snapshot, findings),
        faults, tuple(f.place.file for f in refused) + tuple(f.document.name for f in faulty),
        replace(roll, remarks=tuple(sorted(counts.items()))),
    )  # fmt: skip


def _once_each(handed: Sequence[Handed]) -> tuple[list[Handed], list[Finding]]:
    """The files, those of one name and content once; others of one name are refused."""
    found: dict[str, Handed] = {}
    findings: list[Finding] = []
    for file in handed:
        place = Place(file.document.name)
        # Names that differ in capitals alone are one file on Windows.
        first = found.setdefault(file.document.name.casefold(), file)
        if first is not file and first.document.data != file.document.data:
            findings.append(finding("file-name-twice", place))
    return list(found.values()), findings


def _returned(
    handed: Handed, snapshot: str, registry: Registry, names: NameIndex,
    expected: Mapping[int, tuple[Task, Responsible]],
) -> _Returned:  # fmt: skip
    """A file with its units and everything that is to be said of it alone."""
    document, reading = handed.document, handed.reading
    year = int(snapshot[:4])
    mark = form_mark(document)
    sender = mark.unit if mark and mark.unit in registry.by_id else ""
    place = Place(document.name)
    more = []
    if mark and mark.snapshot != snapshot:
        more.append(finding("form-of-other-snapshot", place, form=mark.snapshot, snapshot=snapshot))
    if mark and not sender and mark.unit != NOBODY:
        near = nearest(mark.unit, registry.by_id)
        more.append(finding("form-unit-unknown", place, id=mark.unit, nearest=near))
    more += [*repeated(reading.tasks), *title_differs(snapshot, document, reading)]
    reading = _settled(reading, expected, names, registry, year)
    findings = [*reading.findings, *more]
    tasks, units = [], []
    for task in reading.tasks:
        known = names.find(task.unit, year) if task.unit else None
        unit = registry.current(known, year).id if known else ""
        if sender and not unit:
            task = replace(task, unit=registry.by_id[sender].name)
            unit = sender
        tasks.append(task)
        units.append(unit)
    for written, unit in dict.fromkeys(
        (before.unit, unit) for before, unit in zip(reading.tasks, units, strict=True)
    ):
        if sender and (unit != sender or not names.find(written, year)):
            taken = registry.by_id[unit].name
            of = registry.by_id[sender].name
            findings.append(
                finding("form-unit-differs", place, name=written or "—", of=of, taken=taken)
            )
    if mark:
        findings += empty_answers(reading)
    findings += _mistyped(tasks, units, expected)
    sender = sender or next(filter(None, units), "") or _named(document.name, names, year)
    return _Returned(
        document, replace(reading, tasks=tuple(tasks)), sender, tuple(units), tuple(findings)
    )


def _settled(
    reading: Reading, expected: Mapping[int, tuple[Task, Responsible]], names: NameIndex,
    registry: Registry, year: int,
) -> Reading:  # fmt: skip
    """A reading in which a jump in the numbers has lost no heading after all.

    By the table alone the rows behind a jump may be anybody's. Where they are
    expected from the very unit of the last heading, heading and plan agree on whose
    they are; not so where a heading was there that couldn't be read.
    """
    if any(f.code == "heading-unclear" for f in reading.findings):
        return reading
    tasks: list[TaskRecord] = []
    above, above_id = TaskRecord(0, Place("")), ""
    for task in reading.tasks:
        if task.unit:
            known = names.find(task.unit, year)
            above, above_id = task, registry.current(known, year).id if known else ""
        elif above_id and task.no in expected and expected[task.no][1].unit == above_id:
            task = replace(task, unit=above.unit, head=above.head)
        tasks.append(task)
    lost = {task.no for task in tasks if not task.unit}
    findings = tuple(f for f in reading.findings if not _tells_nothing(f, lost))
    return replace(reading, tasks=tuple(tasks), findings=findings)


def _tells_nothing(found: Finding, lost: set[int]) -> bool:
    """Whether a finding speaks of lost headings and none of its tasks lacks one any more."""
    values = dict(found.values)
    return found.code == "heading-lost" and not any(
        int(str(values["first"])) <= no <= int(str(values["last"])) for no in lost
    )


def _named(file: str, names: NameIndex, year: int) -> str:
    """The unit whose name a file's name begins with, for files that can't be read."""
    stem = PurePath(file).stem
    for end in range(len(stem), 1, -1):
        if unit := names.find(stem[:end], year):
            return unit.id
    return ""


def _mistyped(
    tasks: Sequence[TaskRecord], units: Sequence[str],
    expected: Mapping[int, tuple[Task, Responsible]],
) -> Iterator[Finding]:  # fmt: skip
    """Numbers under which a unit hands in what is another of its tasks by the goal's words."""
    own = {task.no for task in tasks}
    goals: dict[str, dict[int, str]] = {}  # of the tasks not handed in, by unit, folded once
    for task, unit in zip(tasks, units, strict=True):
        if not expected or _fits(task, unit, expected.get(task.no)):
            continue
        if unit not in goals:
            goals[unit] = {
                no: fold_name(other.goal)
                for no, (other, who) in expected.items()
                if no not in own and (not unit or who.unit == unit)
            }
        meant = process.extract(
            fold_name(task.goal), goals[unit], scorer=fuzz.ratio, score_cutoff=_SAME_TASK, limit=2
        )
        if len(meant) == 1:
            yield finding("number-mistyped", task.place, no=task.no, meant=meant[0][2])


def _fits(task: TaskRecord, unit: str, expected: tuple[Task, Responsible] | None) -> bool:
    """Whether a number is this task's: it is the unit's own, or the goal is the same."""
    if expected is None:
        return False
    before, who = expected
    return _alike(task.goal, before.goal) or bool(unit and who.unit == unit)


def _alike(one: str, other: str) -> bool:
    return fuzz.ratio(fold_name(one), fold_name(other), score_cutoff=_SAME_TASK) > 0


def _merged(
    files: Sequence[_Returned], expected: Mapping[int, tuple[Task, Responsible]]
) -> tuple[list[TaskRecord], list[str], list[Finding]]:
    """Each task once, with its unit, in order of numbers, and what was chosen among several."""
    candidates: dict[int, list[_Candidate]] = {}
    for file in files:
        for record, unit in zip(file.reading.tasks, file.units, strict=True):
            candidates.setdefault(record.no, []).append(_Candidate(record, unit))
    records, units, findings = [], [], []
    for no in sorted(candidates):
        taken, told = _chosen(candidates[no], expected.get(no))
        records.append(taken.record)
        units.append(taken.unit)
        findings += told
    return records, units, findings


def _chosen(
    candidates: Sequence[_Candidate], expected: tuple[Task, Responsible] | None
) -> tuple[_Candidate, list[Finding]]:
    """The word that counts: the task's own unit's, then the fuller, then the last by name."""

    def rank(candidate: _Candidate) -> tuple[bool, int]:
        own = expected is not None and bool(candidate.unit) and candidate.unit == expected[1].unit
        return own, sum(bool(getattr(candidate.record, name)) for name in _ANSWERS)

    # The files are in order of their names: of equals the last counts.
    taken = max(enumerate(candidates), key=lambda pair: (*rank(pair[1]), pair[0]))[1]
    findings = []
    for other in candidates:
        if other is taken or _content(other.record) == _content(taken.record):
            continue
        why = next(
            (code for code, a, b in zip(_TWICE, rank(taken), rank(other), strict=False) if a != b),
            _TWICE[2],
        )
        findings.append(
            finding(
                why, taken.record.place, no=taken.record.no, other=other.record.place,
            )
        )  # fmt: skip
    return taken, findings


def _content(record: TaskRecord) -> tuple[object, ...]:
    return tuple(getattr(record, name) for name in _CONTENT)


def _about_tasks(
    records: Sequence[TaskRecord], units: Sequence[str],
    expected: Mapping[int, tuple[Task, Responsible]], registry: Registry,
) -> Iterator[Finding]:  # fmt: skip
    """What the tasks taken are, held against those expected."""
    for record, unit in zip(records, units, strict=True):
        if not expected:
            return
        if record.no not in expected:
            yield finding("task-new", record.place, no=record.no)
            continue
        task, who = expected[record.no]
        if unit and who.name and unit != who.unit:
            yield finding(
                "number-of-other-unit", record.place, no=record.no, owner=who.name,
                unit=registry.by_id[unit].name,
            )  # fmt: skip
        if fold_name(record.goal) != fold_name(task.goal):
            old, new = change_shown(task.goal, record.goal)
            yield finding("goal-reworded", record.place, no=record.no, old=old, new=new)


def _faults(
    files: Sequence[_Returned], taken: Sequence[TaskRecord],
    expected: Mapping[int, tuple[Task, Responsible]], registry: Registry, snapshot: str,
) -> Iterator[Finding]:  # fmt: skip
    """All that is to be said of faulty files, of their tasks too: the clerk mends them once.

    Names that the tasks taken have as well are told with those.
    """
    tasks: list[TaskRecord] = []
    for file in files:
        yield from file.findings
        if any(f.code == "form-of-other-snapshot" for f in file.findings):
            continue  # another form will come, and of this one nothing is to be mended
        mistyped = {f.place for f in file.findings if f.code == "number-mistyped"}
        pairs = [
            (task, unit)
            for task, unit in zip(file.reading.tasks, file.units, strict=True)
            if task.place not in mistyped
        ]
        yield from _about_tasks([t for t, _ in pairs], [u for _, u in pairs], expected, registry)
        tasks += file.reading.tasks
    names, year = NameIndex(registry), int(snapshot[:4])
    told = {f.values for f in unregistered(taken, names, year)}
    yield from (f for f in unregistered(tasks, names, year) if f.values not in told)


def _joined(
    files: Sequence[_Returned], records: Sequence[TaskRecord], snapshot: str,
    findings: Sequence[Finding],
) -> Reading:  # fmt: skip
    """One reading of all files: the title that most of them have, the notes of each."""
    titles = Counter(file.reading.title for file in files if file.reading.title)
    kinds = Counter(file.reading.kind for file in files)
    told = list(findings)
    if files and not titles:
        told.append(finding("titles-missing", Place(f"content/{snapshot}/snapshot.yml")))
    return Reading(
        # A half-year is reported on, whatever columns a unit has left out.
        "report" if "H" in snapshot or not kinds else kinds.most_common(1)[0][0],
        titles.most_common(1)[0][0] if titles else plain_title(snapshot),
        tuple(records),
        next((file.reading.disclosure for file in files if file.reading.disclosure), ()),
        missing_parts=_all(file.reading.missing_parts for file in files),
        notes=_all(file.reading.notes for file in files),
        findings=tuple(told),
    )  # fmt: skip


def _all(parts: Iterable[tuple[str, ...]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(text for part in parts for text in part))


def _roll_call(
    dues: Sequence[Due], sound: Sequence[_Returned], faulty: Sequence[_Returned],
    present: Mapping[int, str], registry: Registry, year: int,
) -> RollCall:  # fmt: skip
    """Who has handed in: by the form, by a heading, or by their own tasks' numbers."""
    by_number: dict[int, set[str]] = {}
    for file in (*sound, *faulty):
        for record, unit in zip(file.reading.tasks, file.units, strict=True):
            by_number.setdefault(record.no, set()).add(unit)
    for no, id_ in present.items():
        known = registry.by_id.get(id_)
        by_number.setdefault(no, set()).add(registry.current(known, year).id if known else "")
    senders = {unit for file in (*sound, *faulty) for unit in (file.sender, *file.units) if unit}
    numbers = {r.no for file in sound for r in file.reading.tasks} | present.keys()
    faulty_units = {file.sender for file in faulty} - {file.sender for file in sound} - {""}
    named = [due for due in dues if due.name]
    missing = tuple(
        due
        for due in named
        if due.unit not in senders
        and not any(by_number.get(task.no, set()) & {due.unit, ""} for task, _ in due.tasks)
    )
    lacking = tuple(
        (due.name, tuple(task.no for task, _ in due.tasks if task.no not in numbers))
        for due in dues
        if due not in missing and due.unit not in faulty_units
    )
    due_numbers = {task.no for due in dues for task, _ in due.tasks}
    return RollCall(
        bool(dues),
        len(named) - len(missing) if dues else len(senders),
        len(named),
        len(numbers & due_numbers) if dues else len(numbers),
        len(due_numbers),
        missing,
        tuple(
            (registry.by_id[file.sender].name if file.sender else "", file.document.name)
            for file in faulty
        ),
        tuple((name, lost) for name, lost in lacking if lost),
    )
