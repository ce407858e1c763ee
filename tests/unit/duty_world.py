"""A World in memory for decisions of the duty room: cases, alerts and topics as a test sets them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.domain.alert import Alert, AlertLevel
from services.domain.deed import Deed, Stream, Wish, kind_of
from services.domain.officer import Officer, Role
from services.domain.roster import DAY_AND_NIGHT, DutyShift, OnDuty, shift_before, shifts_from

EVENING = datetime(2026, 11, 22, 11, 55, tzinfo=UTC)  # Sunday 19:55 in Shanghai; the day shift ends at 20:00
WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)
ZHAO = Officer("zhao", "赵晓峰", Role.DUTY)
QIAN = Officer("qian", "钱伟民", Role.SHIFT_LEAD)
CHEN = Officer("chen", "陈志远", Role.DUTY_LEADER)
WALL = Officer("wall", "大屏", Role.WALL)
DAY, NIGHT = (LI, WANG), (QIAN, ZHAO)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def roster(now: datetime = EVENING) -> tuple[DutyShift, ...]:
    """Last night, today, tonight and on: 李 and 王 by day, 钱 and 赵 by night."""
    first, *rest = shifts_from(DAY_AND_NIGHT, now, 6)
    return tuple(
        DutyShift(
            shift.id,
            shift.name,
            shift.starts_at,
            shift.ends_at,
            "乙班" if shift.name == "早班" else "甲班",
            tuple(OnDuty(o.id, o.name, o.role) for o in (DAY if shift.name == "早班" else NIGHT)),
            ("机房钥匙 3 把", "对讲机 4 部"),
        )
        for shift in (shift_before(DAY_AND_NIGHT, first), first, *rest)
    )


def alert(number: int, level: AlertLevel = AlertLevel.YELLOW, at: datetime = EVENING, **fields: Any) -> Alert:
    plain: dict[str, Any] = {
        "id": f"YJ-1122-{number:04d}",
        "version": 1,
        "key": f"R|{number}",
        "rule_id": "R-FIR-06",
        "rule_version": 1,
        "rule_text": "规则",
        "scene": "community",
        "level": level,
        "title": "电动车进电梯",
        "subject": "3 幢",
        "wall_subject": "3 幢",
        "subject_kind": "device",
        "subject_id": str(number),
        "place": "城市花园",
        "occurred_at": at - minutes(5),
        "raised_at": at - minutes(5),
        "last_at": at - minutes(5),
    }
    return Alert(**(plain | fields))


@dataclass
class DutyWorld:
    alerts: list[Alert] = field(default_factory=list)
    held: dict[str, dict[str, Any]] = field(default_factory=dict)
    topics: dict[str, Sequence[Any]] = field(default_factory=lambda: {"roster": roster()})

    def case(self, stream: str, case_id: str) -> Any | None:
        return self.held.get(stream, {}).get(case_id)

    def cases(self, stream: str, *, open_only: bool = True) -> Sequence[Any]:
        return [case for case in self.held.get(stream, {}).values() if case.is_open or not open_only]

    def alert(self, alert_id: str) -> Alert | None:
        return next((one for one in self.alerts if one.id == alert_id), None)

    def open_alerts(self) -> Sequence[Alert]:
        return [one for one in self.alerts if one.is_open]

    def topic(self, topic: str) -> Sequence[Any]:
        return (
            tuple(self.held["handover"].values())
            if topic == "handovers" and "handover" in self.held
            else (self.topics.get(topic, ()))
        )

    def put(self, stream: str, case: Any) -> Any:
        self.held.setdefault(stream, {})[case.id] = case
        return case

    def do(self, stream: Stream, wish: Wish, officer: Officer, at: datetime = EVENING) -> Any:
        """Decide and fold, as the store does. Raises Refused."""
        case = self.case(stream.name, wish.case_id) if wish.case_id else None
        return self.fold(stream, case, stream.decide(case, wish, officer, at, self), officer, at)

    def expire(self, stream: Stream, case: Any, at: datetime) -> Any:
        """Let what is due of it happen."""
        for due in stream.due(case):
            if due.due_at <= at:
                case = self.fold(
                    stream, case, stream.expire(case, due.what, at), Officer("engine", "", Role.ENGINE), at
                )
        return case

    def fold(self, stream: Stream, case: Any, said: Sequence[Any], officer: Officer, at: datetime) -> Any:
        for one in said:
            case_id = case.id if case else f"{stream.prefix}-{len(self.held.get(stream.name, {})) + 1:03d}"
            version = case.version + 1 if case else 1
            kind = kind_of(type(one.fact))
            deed = Deed(stream.name, case_id, version, kind, at, officer.id, officer.name, officer.role.value, one.fact)
            case = self.put(stream.name, stream.evolve(case, deed))
        return case
