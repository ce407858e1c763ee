"""The topic ``rule_health``: one record a rule, worked out from the store and the runner."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Column, Connection, func, select

from services.collect.reload import Reloading
from services.collect.summary import Summary
from services.domain.rule import Rule
from services.domain.rule_health import RuleHealth, RuleState
from services.domain.timebase import local
from services.store.schema import alert, shadow
from services.store.store import Store

EVERY_S = 5.0
TOPIC = "rule_health"

Fired = Mapping[str, tuple[int, datetime | None]]  # rule → how often today, when last


class HealthTally:
    """Goes on after a restart with what was held back that day."""

    def __init__(self, rules: Reloading) -> None:
        self._rules = rules
        self._begun = False

    @property
    def summary(self) -> Summary:
        return Summary(TOPIC, EVERY_S, (TOPIC,), lambda store, now: {TOPIC: self.records(store, now)})

    def records(self, store: Store, now: datetime) -> tuple[RuleHealth, ...]:
        if not self._begun:
            self._begun = True
            self._go_on(store, now)
        morning = local(now).replace(hour=0, minute=0, second=0, microsecond=0)
        with store.read() as reader:
            fired = _fired(reader, alert.c.rule_id, alert.c.raised_at, morning)
            shadowed = _fired(reader, shadow.c.rule_id, shadow.c.occurred_at, morning)
        return tuple(self._records(fired, shadowed, now))

    def _records(self, fired: Fired, shadowed: Fired, now: datetime) -> Iterator[RuleHealth]:
        runner, errors = self._rules.runner, dict(self._rules.errors)
        for rule in runner.active:
            error = errors.pop(rule.file, "")
            state = RuleState.REFUSED if error else RuleState.ACTIVE
            if rule.id in runner.budgets.stopped:
                state = RuleState.STOPPED
            yield _health(rule, rule.id, state, fired, runner.budgets.held_today(rule.id, now), error)
        for rule in runner.shadow:
            yield _health(rule, f"{rule.id}#shadow", RuleState.SHADOW, shadowed, 0, "")
        for file, error in errors.items():
            yield RuleHealth(file, file.removesuffix(".toml"), 0, RuleState.REFUSED, error=error)

    def _go_on(self, store: Store, now: datetime) -> None:
        before = store.snapshot(TOPIC, now)
        if before.taken_at is None or local(before.taken_at).date() != local(now).date():
            return
        for record in before.records:
            if record.held_back:
                self._rules.runner.budgets.restore(record.rule_id, record.held_back, now)


def _health(rule: Rule, name: str, state: RuleState, fired: Fired, held: int, error: str) -> RuleHealth:
    count, last = fired.get(rule.id, (0, None))
    return RuleHealth(name, rule.id, rule.version, state, count, held, error, last)


def _fired(reader: Connection, rule: Column[Any], at: Column[Any], morning: datetime) -> Fired:
    """How often since ``morning``, and when last within a week."""
    query = select(rule, func.count(), func.max(at)).where(at >= morning).group_by(rule)
    fired = {name: (count, last) for name, count, last in reader.execute(query)}
    older = select(rule, func.max(at)).where(at >= morning - timedelta(days=7), at < morning).group_by(rule)
    return {**{name: (0, last) for name, last in reader.execute(older)}, **fired}
