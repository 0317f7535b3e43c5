"""Precision and recall of the analysis against annotated rows; run by ``make accuracy``.

An annotation pairs with a finding of the same row one to one, in order. Pairs,
misses and false alarms of entries marked optional count neither way. Completions
agree in their percentage and their words, measures in both numbers, claims in the
stated number and the verdict, obstacles in their class.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from generator.analysis.items import itemise
from generator.analysis.problems import states_problem
from generator.analysis.task_findings import TaskFindings, analyse_task
from generator.findings import Place
from generator.ledger.content import read_content
from generator.ledger.model import Kind, Snapshot, Task

ROOT = Path(__file__).parent.parent
GOLD = ROOT / "tests" / "gold"
_SCALES = {"亿": 1e8, "千万": 1e7, "百万": 1e6, "万": 1e4}
_CELLS = ("goal", "progress", "problems")


@dataclass
class Tally:
    """Counts of one kind, and what went wrong in words."""

    right: int = 0
    missed: int = 0
    false: int = 0
    told: list[str] = field(default_factory=list)

    @property
    def precision(self) -> float:
        """Right findings among all findings."""
        return self.right / max(1, self.right + self.false)

    @property
    def recall(self) -> float:
        """Right findings among all annotations."""
        return self.right / max(1, self.right + self.missed)


def score(path: Path) -> dict[str, Tally]:
    """Tallies by kind: completions, scope, measures, audit, inconsistent, obstacles, items, …"""
    texts = {
        t.no: t for s in read_content(ROOT).ledger.snapshots if s.id == "2017H1" for t in s.tasks
    }
    kinds = (
        "completions",
        "scope",
        "measures",
        "audit",
        "inconsistent",
        "obstacles",
        "items",
        "has_problem",
    )
    tallies = {kind: Tally() for kind in kinds}
    for line in path.read_text(encoding="utf-8").splitlines():
        gold = json.loads(line)
        if "goal" in gold:
            cells = {name: gold[name] for name in _CELLS}
            task = Task(2017, gold["no"], Place(path.name), **cells)
        else:
            task = texts[gold["no"]]
        found = analyse_task(Snapshot("2017H1", "", Kind.REPORT, "", None, ()), task)
        _score_row(gold, task, found, tallies)
    return tallies


def _score_row(
    gold: dict[str, Any], task: Task, found: TaskFindings, tallies: dict[str, Tally]
) -> None:
    pairs = _match(
        tallies["completions"], gold["no"], gold["completion"], found.completions,
        lambda g, f: abs(g["percent"] - f.percent) < 1e-9 and _overlap(g["quote"], f.quote),
    )  # fmt: skip
    for wanted, got in pairs:
        same = wanted["kind"] == got.scope
        _count(
            tallies["scope"], same, f"{gold['no']}: {wanted['kind']} not {got.scope}: {got.quote}"
        )
    _match(tallies["measures"], gold["no"], gold["indicators"], found.measures, _same_measure)
    pairs = _match(
        tallies["audit"], gold["no"], gold["audit"], found.audit,
        lambda g, f: f.stated in (g["stated"], g.get("or_stated"))
        and (g["verdict"] == f.verdict or g.get("optional", False)),
    )  # fmt: skip
    told = {(c.start, c.field) for c in found.audit if c.verdict == "inconsistent"}
    rightly = {(f.start, f.field) for g, f in pairs if f.verdict == "inconsistent"}
    optional = {g["stated"] for g in gold["audit"] if g.get("optional")}
    for claim in found.audit:
        if (claim.start, claim.field) in told and claim.stated not in optional:
            right = (claim.start, claim.field) in rightly
            _count(tallies["inconsistent"], right, f"{gold['no']}: {claim.claim} = {claim.formula}")
    if "obstacles" in gold:
        got = {o.kind for o in found.obstacles}
        want, free = set(gold["obstacles"]["classes"]), set(gold["obstacles"]["optional"])
        tally = tallies["obstacles"]
        tally.right += len(want & got)
        tally.missed += len(want - got)
        tally.false += len(got - want - free)
        if want - got or got - want - free:
            tally.told.append(
                f"{gold['no']}: missed {sorted(want - got)} false {sorted(got - want - free)}"
            )
    for cell in _CELLS:
        same = len(itemise(getattr(task, cell)).items) == gold["items"][cell]
        _count(tallies["items"], same, f"{gold['no']} {cell}: {gold['items'][cell]}")
    same = states_problem(task.problems) == gold["has_problem"]
    _count(tallies["has_problem"], same, f"{gold['no']}: {task.problems}")


def _count(tally: Tally, right: bool, words: str) -> None:
    if right:
        tally.right += 1
    else:
        tally.missed += 1
        tally.false += 1
        tally.told.append(words)


def _match(
    tally: Tally, no: int, wanted: Sequence[dict[str, Any]], found: Sequence[Any],
    same: Callable[[dict[str, Any], Any], bool],
) -> list[tuple[dict[str, Any], Any]]:  # fmt: skip
    left, pairs = list(found), []
    for gold in wanted:
        hit = next((f for f in left if same(gold, f)), None)
        if hit is not None:
            left.remove(hit)
        if gold.get("optional"):
            continue
        if hit is None:
            tally.missed += 1
            tally.told.append(f"{no}: missed {json.dumps(gold, ensure_ascii=False)}")
        else:
            tally.right += 1
            pairs.append((gold, hit))
    tally.false += len(left)
    tally.told += [f"{no}: false {f}" for f in left]
    return pairs


def _same_measure(gold: dict[str, Any], found: Any) -> bool:
    targets = gold["target"] if isinstance(gold["target"], list) else [gold["target"]]
    stated = [found.target, found.target_high] if found.direction == "range" else [found.target]
    return len(targets) == len(stated) and all(
        _same(a, gold["target_unit"], b, found.target_unit)
        for a, b in zip(targets, stated, strict=True)
    ) and _same(gold["actual"], gold["actual_unit"], found.actual, found.actual_unit)  # fmt: skip


def _same(a: float, unit_a: str, b: float, unit_b: str) -> bool:
    x, y = a * _scale(unit_a), b * _scale(unit_b)
    return abs(x - y) <= 1e-6 * max(1.0, abs(x), abs(y))


def _scale(unit: str) -> float:
    return next((size for word, size in _SCALES.items() if unit.startswith(word)), 1.0)


def _overlap(a: str, b: str) -> bool:
    a, b = (re.sub(r"[\s$\\_{}<>/p]", "", text) for text in (a, b))
    return a in b or b in a or any(a[i : i + 6] in b for i in range(max(1, len(a) - 5)))


def main(paths: Sequence[Path]) -> None:
    """Print the tallies of each file."""
    for path in paths:
        print(f"== {path.name}")
        for kind, tally in score(path).items():
            if not tally.right + tally.missed + tally.false:
                print(f"{kind:<13} none")
                continue
            f1 = 2 * tally.right / max(1, 2 * tally.right + tally.missed + tally.false)
            print(
                f"{kind:<13} right {tally.right:>3}  precision {tally.precision:.3f}"
                f"  recall {tally.recall:.3f}  F1 {f1:.3f}"
            )
            for words in tally.told:
                print(f"    {words[:300]}")


if __name__ == "__main__":
    main([Path(p) for p in sys.argv[1:]] or sorted(GOLD.glob("*.jsonl")))
