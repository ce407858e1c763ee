"""Which rule texts run: what officers released takes the place of the shipped files, nothing else does."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from services.domain.release import NAME, Stage
from services.store import casework
from services.store.store import Store

_ID = re.compile(r'(?m)^id\s*=\s*"([^"]+)"')
_RUNNING = (Stage.ACTIVE, Stage.SHADOW, Stage.READY)


@dataclass(frozen=True, slots=True)
class Released:
    """Rule id → TOML text. ``mark`` differs whenever what runs does."""

    active: Mapping[str, str] = field(default_factory=dict)
    shadow: Mapping[str, str] = field(default_factory=dict)
    mark: tuple[tuple[str, str], ...] = ()

    def over(self, shipped: Mapping[str, str]) -> dict[str, str]:
        """File → text as it runs: each shipped text, or the released one of the same rule."""
        return {file: self.active.get(id_of(text), text) for file, text in shipped.items()}


def texts(store: Store) -> Released:
    """The texts of the versions that are active or in the shadow now. One small query."""
    with store.read() as reader:
        cases = casework.open_by_id(reader, NAME)
    active = {case.rule_id: case.text for case in cases if case.stage is Stage.ACTIVE}
    shadow = {case.rule_id: case.text for case in cases if case.stage in (Stage.SHADOW, Stage.READY)}
    return Released(active, shadow, tuple((case.id, case.stage.value) for case in cases if case.stage in _RUNNING))


def id_of(text: str) -> str:
    """The id a rule text gives itself; empty when it gives none."""
    found = _ID.search(text)
    return found[1] if found else ""
