"""Stops a rule that would flood the desk, says so, and lets it go on when its rate has fallen."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Connection, func, select, true

from services.domain.alert import Alert, AlertLevel, Condition, Detection, Evidence, Parameter, Stance
from services.domain.budget import DEFAULT, Budget, said
from services.domain.rule import Clearing, Rule
from services.domain.timebase import local
from services.store import codec
from services.store.schema import alert as alert_table

ENGINE = "ENGINE"
TEXT = "一条规则的新预警超过其预算时停发并计数。红色不停"

Finding = Detection | Clearing


@dataclass(slots=True)
class _Gauge:
    """One rule: what it raised lately, as far as we know, and what it would have raised while stopped."""

    bound: deque[tuple[datetime, int]] = field(default_factory=deque)  # never less than was really raised
    would: deque[tuple[datetime, int]] = field(default_factory=deque)
    stopped_at: datetime | None = None
    held_day: str = ""
    held: int = 0  # today

    def hold(self, at: datetime, count: int) -> None:
        day = f"{local(at):%Y%m%d}"
        self.held = count + (self.held if day == self.held_day else 0)
        self.held_day = day


class Budgets:
    """Counts new alerts only: a repeat of an open one, a clearing and everything red pass.

    What is on record counts, so a restart changes nothing: raised alerts are the store's, and a rule is
    stopped while the engine's alert about it is open and active. Closing that alert activates the rule.
    """

    def __init__(self, default: Budget | None = DEFAULT) -> None:
        self._default = default
        self._gauges: dict[str, _Gauge] = {}
        self._loaded = False

    def forget(self) -> None:
        """What was counted lately did not happen; held-back counts stay as they are."""
        for gauge in self._gauges.values():
            gauge.bound.clear()
            gauge.would.clear()
            gauge.stopped_at = None
        self._loaded = False

    @property
    def stopped(self) -> frozenset[str]:
        gauges = list(self._gauges.items())  # asked while another thread judges
        return frozenset(rule_id for rule_id, gauge in gauges if gauge.stopped_at is not None)

    def held_today(self, rule_id: str, now: datetime) -> int:
        gauge = self._gauges.get(rule_id)
        return gauge.held if gauge is not None and gauge.held_day == f"{local(now):%Y%m%d}" else 0

    def restore(self, rule_id: str, held: int, at: datetime) -> None:
        """What was held back today before a restart."""
        self._gauges.setdefault(rule_id, _Gauge()).hold(at, held)

    def load(self, rules: Iterable[Rule], at: datetime, reader: Connection) -> None:
        """Once after a start: which rules stand stopped. They are watched for a whole window again."""
        if self._loaded:
            return
        self._loaded = True
        known = {key_of(rule.id): rule.id for rule in rules}
        engine = select(alert_table.c.body).where(alert_table.c.rule_id == ENGINE, alert_table.c.is_open == true())
        for (body,) in reader.execute(engine):
            alert = codec.decode(Alert, body)
            if alert.condition is Condition.ACTIVE and alert.key in known:
                self._gauges.setdefault(known[alert.key], _Gauge()).stopped_at = at

    def passed(self, rule: Rule, found: Sequence[Finding], at: datetime, reader: Connection) -> Sequence[Finding]:
        """What may be raised, with the engine's own word where the rule is stopped or released."""
        budget = rule.budget or self._default
        if budget is None:
            return found
        keys = dict.fromkeys(f.key for f in found if isinstance(f, Detection) and f.level is not AlertLevel.RED)
        gauge = self._gauges.setdefault(rule.id, _Gauge())
        if not keys or (gauge.stopped_at is None and self._has_room(gauge, rule, budget, len(keys), at, reader)):
            return found
        fresh = [key for key in keys if key not in _open_keys(reader, list(keys))]
        if gauge.stopped_at is not None and key_of(rule.id) not in _open_keys(reader, [key_of(rule.id)]):
            gauge.stopped_at = None  # an officer closed the engine's alert
        if gauge.stopped_at is not None:
            return self._held(gauge, found, fresh, at)
        room = max(0, budget.alerts - _raised(reader, rule.id, budget, at))
        if len(fresh) <= room:
            gauge.bound = deque([(at, budget.alerts - room + len(fresh))])
            return found
        gauge.stopped_at = at
        gauge.would.clear()
        return [*self._held(gauge, found, fresh[room:], at), _stopped(rule, budget, len(fresh) - room, at)]

    def released(self, rules: Iterable[Rule], at: datetime) -> list[Clearing]:
        """The rules whose would-be rate has been within budget for a whole window."""
        over = []
        for rule in rules:
            gauge, budget = self._gauges.get(rule.id), rule.budget or self._default
            if gauge is None or budget is None or gauge.stopped_at is None or at - gauge.stopped_at < budget.within:
                continue
            _drop(gauge.would, at - budget.within)
            if sum(count for _, count in gauge.would) <= budget.alerts:
                gauge.stopped_at = None
                over.append(Clearing(key_of(rule.id)))
        return over

    def _has_room(
        self, gauge: _Gauge, rule: Rule, budget: Budget, count: int, at: datetime, reader: Connection
    ) -> bool:
        """Whether so many more fit even if all were new: most batches need not ask the store."""
        if not gauge.bound:
            gauge.bound.append((at, _raised(reader, rule.id, budget, at)))
        _drop(gauge.bound, at - budget.within)
        if sum(raised for _, raised in gauge.bound) + count > budget.alerts:
            return False
        gauge.bound.append((at, count))
        return True

    def _held(self, gauge: _Gauge, found: Sequence[Finding], fresh: Sequence[str], at: datetime) -> list[Finding]:
        """Without the detections of these keys, unless a red one opens the key before them."""
        gauge.would.append((at, len(fresh)))
        held = set(fresh)
        passed: list[Finding] = []
        for finding in found:
            if isinstance(finding, Detection) and finding.level is AlertLevel.RED:
                held.discard(finding.key)
            if finding.key not in held:
                passed.append(finding)
        gauge.hold(at, len(held))
        return passed


def key_of(rule_id: str) -> str:
    return f"{ENGINE}|budget|{rule_id}"


def _drop(counts: deque[tuple[datetime, int]], until: datetime) -> None:
    while counts and counts[0][0] <= until:
        counts.popleft()


def _open_keys(reader: Connection, keys: list[str]) -> frozenset[str]:
    asked = select(alert_table.c.key).where(alert_table.c.key.in_(keys), alert_table.c.is_open == true())
    return frozenset(reader.execute(asked).scalars())


def _raised(reader: Connection, rule_id: str, budget: Budget, at: datetime) -> int:
    """New alerts of the window, or since an officer activated the rule again."""
    since = at - budget.within
    ended = select(func.max(alert_table.c.ended_at)).where(alert_table.c.key == key_of(rule_id))
    activated = reader.execute(ended).scalar()
    if activated is not None:
        since = max(since, activated)
    count = select(func.count()).where(
        alert_table.c.rule_id == rule_id, alert_table.c.raised_at > since, alert_table.c.level < AlertLevel.RED
    )
    return reader.execute(count).scalar_one()


def _stopped(rule: Rule, budget: Budget, held: int, at: datetime) -> Detection:
    """The engine's own alert about a rule."""
    within = said(budget.within)
    title = f"规则 {rule.id} 超出预算，已停发"
    return Detection(
        key=key_of(rule.id),
        rule_id=ENGINE,
        rule_version=1,
        rule_text=TEXT,
        scene=rule.scene,
        level=AlertLevel.YELLOW,
        title=title,
        subject=f"{rule.id} v{rule.version} · {rule.text}",
        wall_subject=f"{rule.id} v{rule.version}",
        subject_kind="rule",
        subject_id=rule.id,
        place="规则引擎",
        occurred_at=at,
        parameters=(
            Parameter("新预警", f"{budget.alerts} 条 / {within}", f"≤ {budget.alerts} 条 / {within}"),
            Parameter("停发时扣住", f"{held} 条", "逐日计数见规则台"),
        ),
        evidence=(
            Evidence(f"{within}内的新预警已达预算，其余扣住并计数", "", Stance.FOR, at),
            Evidence("可能真有大面积事件，不一定是规则过宽", "未知", Stance.AGAINST, at),
        ),
        guidance=(
            "看规则台中该规则的检出与扣住数，判断是规则过宽、数据源出错还是真有大面积事件",
            "规则过宽：在规则台改出新版本，回测后发布",
            "确需继续发出：办结本条，规则即恢复",
        ),
        standing=True,
    )
