"""A day of alerts with everything in it, for tests and pictures of the scene 绩效."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta

from services.domain.alert import AlertLevel, Clock, Step, Verdict
from services.domain.course import Course, Entry, Found, follow
from services.domain.happening import HappeningKind
from services.domain.performance import Performance, measure
from services.domain.snapshot import Quality, Snapshot
from services.domain.yardstick import Yardstick, periods

NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)
RULES = (
    ("R-ELD-10", "老人水表失联", AlertLevel.BLUE, 0.62),
    ("R-CKP-23", "低置信度复核", AlertLevel.BLUE, 0.34),
    ("R-POP-01", "疑似未办理居住登记", AlertLevel.YELLOW, 0.61),
    ("R-FSH-04", "云仓将满", AlertLevel.YELLOW, 0.97),
    ("R-CKP-08", "布控车辆", AlertLevel.ORANGE, 0.88),
    ("R-FIR-01", "烟感报警", AlertLevel.RED, 0.45),
)
STEPS = {Step.ACK: 10, Step.DISPATCH: 30, Step.CLOSE: 300}


def courses(seed: int = 7, days: int = 30) -> tuple[Course, ...]:
    """Some forty alerts a day, a flood of 23 this morning, and one of each nuisance."""
    chance = random.Random(seed)
    moments = [(NOW - timedelta(minutes=chance.random() * days * 1440), None) for _ in range(40 * days)]
    flood = [(NOW.replace(hour=2, minute=10) + timedelta(seconds=25 * n), RULES[4]) for n in range(23)]
    made = [_lived(chance, n, at, rule or chance.choices(RULES, (9, 8, 5, 3, 1.5, 0.6))[0]) for n, (at, rule) in
            enumerate(sorted(moments + flood, key=lambda m: m[0]))]  # fmt: skip
    return (*made, *_nuisances())


def _lived(chance: random.Random, number: int, at: datetime, rule: tuple[str, str, AlertLevel, float]) -> Course:
    rule_id, title, level, right = rule
    subject = chance.choice(["门禁 A7", "浙J·8T56K", "林*", "白云新村 2 幢", "浙椒渔 61027", "大陈云仓", "陈*"])
    found = Found(f"k{number}", rule_id, "community", level, title, subject, "thing", subject, "东苑")
    clocks = tuple(Clock(step, at + timedelta(minutes=m), started_at=at) for step, m in STEPS.items())
    told = [Entry(HappeningKind.RAISED, "", 1, at, "engine", clocks=clocks, detection=found)]
    signed = at + timedelta(seconds=chance.expovariate(1 / (90 + 120 * (4 - level))))
    closed = signed + timedelta(minutes=5 + chance.expovariate(1 / 70))
    verdict = Verdict.TRUE if chance.random() < right else Verdict.FALSE_ALARM

    def then(kind: HappeningKind, when: datetime, stop: tuple[Step, ...] = (), said: Verdict | None = None) -> None:
        nonlocal clocks
        clocks = tuple(
            Clock(c.step, c.due_at, when, c.started_at) if c.step in stop and not c.stopped_at else c for c in clocks
        )
        if when < NOW:
            told.append(Entry(kind, "", 0, when, "duty", said, clocks=clocks))

    then(HappeningKind.SIGNED, signed, (Step.ACK,))
    if chance.random() < 0.3:
        then(HappeningKind.DISPATCHED, signed + timedelta(minutes=2), (Step.DISPATCH,))
        if chance.random() < 0.12:
            then(HappeningKind.RETURNED, signed + timedelta(minutes=3))
    then(HappeningKind.JUDGED, closed, (), verdict)
    then(HappeningKind.CLOSED, closed, tuple(Step), verdict)
    return _course(f"YJ-1121-{number:04d}", told)


def _nuisances() -> list[Course]:
    made = []
    for n, (hours, level, title) in enumerate(
        [(71, AlertLevel.BLUE, "卡口失联"), (52, AlertLevel.YELLOW, "24 时未用水"), (26, AlertLevel.BLUE, "消火栓低压")]
    ):
        at = NOW - timedelta(hours=hours)
        found = Found(f"s{n}", f"R-OLD-{n}", "community", level, title, "老街卡口", "thing", f"s{n}", "老街")
        made.append(_course(f"YJ-1118-{n:04d}", [Entry(HappeningKind.RAISED, "", 1, at, "engine", detection=found)]))
    at = NOW - timedelta(hours=3)
    found = Found("c", "R-EBK-01", "community", AlertLevel.YELLOW, "电动车进电梯", "门禁 A7", "thing", "A7", "城市花园")
    told = [Entry(HappeningKind.RAISED, "", 1, at, "engine", detection=found)]
    for n in range(6):
        told.append(Entry(HappeningKind.CLEARED, "", 0, at + timedelta(seconds=40 * n + 20), "engine"))
        told.append(Entry(HappeningKind.REPEATED, "", 0, at + timedelta(seconds=40 * n + 40), "engine"))
    return [*made, _course("YJ-1121-9001", told)]


def _course(id_: str, told: list[Entry]) -> Course:
    course: Course | None = None
    for version, entry in enumerate(told, 1):
        course = follow(course, Entry(entry.kind, id_, version, entry.at, entry.role, entry.verdict, entry.level,
                                      entry.clocks, entry.detection))  # fmt: skip
    assert course is not None
    return course


def performances(
    every: tuple[Course, ...] | None = None, yardstick: Yardstick | None = None
) -> tuple[Performance, ...]:
    yardstick = yardstick or Yardstick()
    every = courses() if every is None else every
    return tuple(measure(every, period, yardstick) for period in periods(NOW, yardstick))


def snapshots(measured: tuple[Performance, ...], quality: Quality = Quality.GOOD) -> tuple[Snapshot, ...]:
    at = NOW - timedelta(seconds=4)
    return (
        Snapshot("alarm_performance", measured, at, quality, "连接被拒" if quality is Quality.STALE else ""),
        Snapshot("yardstick", (Yardstick(),), at, quality),
    )
