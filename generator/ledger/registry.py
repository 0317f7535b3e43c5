"""Finding a unit by the name that a document gives it."""

from __future__ import annotations

from rapidfuzz import fuzz, process

from generator.importing.cleaning import fold_name
from generator.ledger.model import Registry, Unit

# Below this likeness (of 100) a name is no help to the clerk. 市财证局 and
# 市财政局 are 75 alike.
_NEAR = 60.0


class NameIndex:
    """Names and aliases of a registry, folded for comparing."""

    def __init__(self, registry: Registry) -> None:
        self._names: dict[str, list[Unit]] = {}
        for unit in registry.units:
            for name in {fold_name(name): None for name in (unit.name, *unit.aliases)}:
                self._names.setdefault(name, []).append(unit)

    def find(self, name: str, year: int) -> Unit | None:
        """The unit of that name; where several bore it, the one that did in that year."""
        candidates = self._names.get(fold_name(name), [])
        return next((u for u in candidates if u.exists_in(year)), next(iter(candidates), None))

    def nearest(self, name: str) -> tuple[str, ...]:
        """Up to three known names that resemble it, the likest first."""
        found = process.extract(
            fold_name(name), list(self._names), scorer=fuzz.ratio, limit=3, score_cutoff=_NEAR
        )
        return tuple(self._names[match][0].name for match, _, _ in found)

    def shared(self) -> tuple[tuple[str, tuple[Unit, ...]], ...]:
        """Names that more than one unit claims."""
        return tuple((name, tuple(units)) for name, units in self._names.items() if len(units) > 1)
