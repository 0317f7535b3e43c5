"""changes.json: what moved since the snapshot before, for programs."""

from __future__ import annotations

import json

from generator.analysis.changes import Changes, TaskChange


def changes_json(changes: Changes) -> bytes:
    """changes.json: one object a task that was dropped, is new or changed, and the bodies."""
    tasks = [_record(c) for c in changes.tasks if not (c.before and c.after) or c.is_changed]
    content = {
        "before": changes.before.id, "after": changes.after.id,
        "basis": "year_no" if changes.same_year else "lineage",
        "counts": {"before": len(changes.before.tasks), "after": len(changes.after.tasks)},
        "changes": tasks,
        "units": [
            {
                "before": [s.key for s in unit.before], "after": [s.key for s in unit.after],
                "tasks": list(unit.numbers),
            }
            for unit in changes.units
        ],
    }  # fmt: skip
    return (json.dumps(content, ensure_ascii=False, indent=1) + "\n").encode()


def _record(change: TaskChange) -> dict[str, object]:
    fate = "changed"
    if not change.before or not change.after:
        fate = "new" if change.after else "dropped"
    return {
        "task": change.task.id,
        "change": fate,
        "goal": [[p.kept.value, p.text] for p in change.goal],
        "figures": [
            {"name": m.name, "before": m.before, "after": m.after, "unit": m.unit,
             "before_quote": m.before_quote, "after_quote": m.after_quote}
            for m in change.moves
        ],
        "status": [s.value for s in change.status] if change.status else None,
        "unit": list(change.unit) if change.unit else None,
        "head": list(change.head) if change.head else None,
        "repeated": list(change.repeated),
        "problem": change.problem.value,
    }  # fmt: skip
