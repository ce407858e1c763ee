"""What a site sets for 布控 and 查询, as a topic: the store decides by it and the panes offer it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from services.collect.summary import Summary
from services.domain.control_rules import TOPIC, ControlRules

if TYPE_CHECKING:
    from services.store.store import Store


def summary(rules: ControlRules) -> Summary:
    def told(_store: Store, _now: datetime) -> Mapping[str, Sequence[Any]]:
        return {TOPIC: (rules,)}

    return Summary(TOPIC, 60.0, (TOPIC,), told)
