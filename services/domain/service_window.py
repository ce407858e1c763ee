"""Out of service 停用: for a while, alerts of a device, checkpoint, source or rule are not shown.

An officer says what, from when until when and why. Alerts of it raised meanwhile are kept and
counted, and come back when the time is over. Life safety (fire, gas) and red alerts stay in sight
unless a shift lead took them out too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Alert, AlertLevel
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.happening import Due
from services.domain.masked import mask_name
from services.domain.noise import NOISE, NoiseCounts, NoiseLimits
from services.domain.officer import Officer, Role

NAME = "service_window"
RULE = "rule"
SUBJECTS: Mapping[str, str] = {
    "device": "设备",
    "checkpoint": "卡口",
    "warehouse": "云仓",
    "dwelling": "住户",
    "estate": "小区",
    "source": "数据源",
    RULE: "规则",
}
LEADS = frozenset({Role.SHIFT_LEAD, Role.DUTY_LEADER})
OPENERS = LEADS | {Role.DUTY}
LONGEST = timedelta(days=30)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenWindow(Wish):
    """Take something out of service. ``begins_at`` None is at once."""

    subject_kind: str
    subject_id: str
    ends_at: datetime
    reason: str
    begins_at: datetime | None = None
    life_safety: bool = False  # red alerts and life safety too


@dataclass(frozen=True, slots=True, kw_only=True)
class EndWindow(Wish):
    """Put it back into service before its time."""

    reason: str = ""


@dataclass(frozen=True, slots=True)
class WindowOpened:
    subject_kind: str
    subject_id: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    life_safety: bool
    begun: bool


@dataclass(frozen=True, slots=True)
class WindowBegan:
    late: bool


@dataclass(frozen=True, slots=True)
class WindowEnded:
    reason: str
    by_time: bool
    late: bool = False


@dataclass(frozen=True, slots=True)
class ServiceWindow:
    """One thing out of service."""

    id: str
    version: int
    subject_kind: str
    subject_id: str
    begins_at: datetime
    ends_at: datetime
    reason: str
    life_safety: bool
    by: str  # masked name
    begun: bool = False
    ended_at: datetime | None = None
    ended_why: str = ""

    @property
    def is_open(self) -> bool:
        return self.ended_at is None

    @property
    def holds(self) -> bool:
        return self.begun and self.ended_at is None

    def covers(self, alert: Alert, life_safety: Sequence[str] = NOISE.life_safety) -> bool:
        """Whether this alert is out of service now."""
        if not self.holds or (not self.life_safety and is_life_safety(alert.rule_id, alert.level, life_safety)):
            return False
        if self.subject_kind == RULE:
            return alert.rule_id == self.subject_id
        return f"{self.subject_kind}:{self.subject_id}" in (*alert.links, *alert.within)


def is_life_safety(rule_id: str, level: AlertLevel, beginnings: Sequence[str] = NOISE.life_safety) -> bool:
    return level is AlertLevel.RED or rule_id.startswith(tuple(beginnings))


def decide(case: ServiceWindow | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in OPENERS:
        raise Refused("须值班员")
    if isinstance(wish, OpenWindow):
        return [Said(_opened(wish, officer, at, world))]
    if not isinstance(wish, EndWindow) or case is None:
        raise Refused("没有这条停用")
    if not case.is_open:
        raise Refused("停用已结束")
    return [Said(WindowEnded(wish.reason.strip(), by_time=False))]


def _opened(wish: OpenWindow, officer: Officer, at: datetime, world: World) -> WindowOpened:
    begins = max(wish.begins_at or at, at)
    if wish.subject_kind not in SUBJECTS or not wish.subject_id.strip():
        raise Refused(f"选择停用对象：{'、'.join(SUBJECTS.values())}")
    if not wish.reason.strip():
        raise Refused("填写停用原因")
    if wish.ends_at <= begins:
        raise Refused("停用须有晚于开始的结束时间")
    if wish.ends_at - begins > LONGEST:
        raise Refused(f"停用最长 {LONGEST.days} 天")
    if officer.role not in LEADS:
        limits = next(iter(world.topic("noise")), NoiseCounts()).limits
        _require_lead_is_not_needed(wish, begins, limits)
    if any(_same(window, wish) for window in world.cases(NAME)):
        raise Refused("该对象已停用")
    return WindowOpened(
        wish.subject_kind,
        wish.subject_id.strip(),
        begins,
        wish.ends_at,
        wish.reason.strip(),
        wish.life_safety,
        begun=begins <= at,
    )


def _require_lead_is_not_needed(wish: OpenWindow, begins: datetime, limits: NoiseLimits) -> None:
    """As the collector last said the site's settings are."""
    if wish.ends_at - begins > limits.window_duty:
        raise Refused(f"停用超过 {limits.window_duty / timedelta(hours=1):g} 小时须值班长")
    is_vital = wish.subject_kind == RULE and is_life_safety(wish.subject_id, AlertLevel.BLUE, limits.life_safety)
    if wish.life_safety or is_vital:
        raise Refused("红色与消防燃气类停用须值班长")


def _same(window: ServiceWindow, wish: OpenWindow) -> bool:
    return (window.subject_kind, window.subject_id) == (wish.subject_kind, wish.subject_id.strip())


def evolve(case: ServiceWindow | None, deed: Deed) -> ServiceWindow:
    fact: Any = deed.fact
    if isinstance(fact, WindowOpened):
        return ServiceWindow(
            deed.case_id,
            deed.version,
            fact.subject_kind,
            fact.subject_id,
            fact.begins_at,
            fact.ends_at,
            fact.reason,
            fact.life_safety,
            mask_name(deed.officer_name),
            begun=fact.begun,
        )
    assert case is not None
    if isinstance(fact, WindowBegan):
        return replace(case, version=deed.version, begun=True)
    return replace(case, version=deed.version, ended_at=deed.at, ended_why=fact.reason)


def due(case: ServiceWindow) -> Sequence[Due]:
    if not case.is_open:
        return ()
    begin = () if case.begun else (Due("begin", case.begins_at),)
    return (*begin, Due("end", case.ends_at))


def expire(case: ServiceWindow, what: str, at: datetime) -> Sequence[Said]:
    if not case.is_open:
        return ()
    if what == "end":
        return [Said(WindowEnded("到时", by_time=True, late=at - case.ends_at > timedelta(minutes=1)))]
    return [] if case.begun else [Said(WindowBegan(late=at - case.begins_at > timedelta(minutes=1)))]


STREAM = Stream(
    name=NAME,
    prefix="TY",
    case=ServiceWindow,
    facts=(WindowOpened, WindowBegan, WindowEnded),
    wishes=(OpenWindow, EndWindow),
    decide=decide,
    evolve=evolve,
    topic="service_windows",
    due=due,
    expire=expire,
)
