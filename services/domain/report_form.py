"""信息报送: a telephone report, then 首报, 续报 and 终报 with six elements, against two clocks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.alert import Alert
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.happening import Due
from services.domain.masked import mask_name
from services.domain.officer import Officer
from services.domain.roles import DUTY_UP, LEADS
from services.domain.roster import ROSTER, current
from services.domain.timebase import local

LATE_AFTER = timedelta(minutes=1)


class Part(StrEnum):
    """The parts of a report in the order they are made."""

    PHONE = "phone"
    FIRST = "first"
    FOLLOW_UP = "follow_up"
    FINAL = "final"


PART_WORDS = {Part.PHONE: "电话报告", Part.FIRST: "首报", Part.FOLLOW_UP: "续报", Part.FINAL: "终报"}


@dataclass(frozen=True, slots=True)
class Elements:
    """The six elements. All are told in every written part; a later part says what changed."""

    time: str
    place: str
    source: str
    kind: str
    scope: str
    measures: str

    @property
    def missing(self) -> str:
        """The first element left empty, in words."""
        return next((ELEMENT_WORDS[f.name] for f in fields(self) if not getattr(self, f.name).strip()), "")


ELEMENT_WORDS = {
    "time": "时间",
    "place": "地点",
    "source": "信息来源",
    "kind": "事件类型",
    "scope": "影响范围",
    "measures": "已采取措施",
}


def elements_of(alert: Alert) -> Elements:
    """What the alert itself knows; scope and measures are the officer's to tell."""
    when = f"{local(alert.occurred_at):%Y-%m-%d %H:%M}"
    source = f"规则 {alert.rule_id} 第 {alert.rule_version} 版"
    return Elements(when, alert.place, source, alert.title, "", alert.task or alert.disposition)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenReport(Wish):
    """The clocks start: this alert must be told upwards."""

    alert_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class TellByPhone(Wish):
    to_whom: str  # an office, not a person
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendReport(Wish):
    """A written part. ``final`` ends the report."""

    elements: Elements
    final: bool = False


@dataclass(frozen=True, slots=True)
class ReportOpened:
    alert_id: str
    title: str
    phone_due_at: datetime
    written_due_at: datetime


@dataclass(frozen=True, slots=True)
class ReportTold:
    to_whom: str
    text: str


@dataclass(frozen=True, slots=True)
class ReportSent:
    part: Part
    elements: Elements

    @property
    def text(self) -> str:
        return PART_WORDS[self.part]


@dataclass(frozen=True, slots=True)
class ReportPassed:
    part: Part
    due_at: datetime
    late: bool

    @property
    def text(self) -> str:
        return PART_WORDS[self.part]


@dataclass(frozen=True, slots=True)
class Sent:
    part: Part
    at: datetime
    by: str  # masked name
    elements: Elements | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class EventReport:
    """One event told upwards."""

    id: str  # BS-261122-001
    version: int
    alert_id: str
    title: str
    opened_at: datetime
    phone_due_at: datetime
    written_due_at: datetime
    sent: tuple[Sent, ...] = ()
    passed: tuple[Part, ...] = ()
    is_open: bool = True

    def done(self, part: Part) -> bool:
        return any(one.part is part for one in self.sent)

    @property
    def elements(self) -> Elements | None:
        """As told last."""
        return next((one.elements for one in reversed(self.sent) if one.elements is not None), None)


def decide(report: EventReport | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in DUTY_UP:
        raise Refused("须为值班人员")
    if isinstance(wish, OpenReport):
        return [Said(_opened(wish, at, world))]
    if report is None or not report.is_open:
        raise Refused("报送已终报" if report is not None else "没有这次报送")
    match wish:
        case TellByPhone(to_whom=to_whom, text=text):
            if not to_whom.strip():
                raise Refused("请写明报告给哪个单位")
            return [Said(ReportTold(to_whom.strip(), text.strip()))]
        case SendReport(elements=elements, final=final):
            return [Said(_sent(report, elements, officer, final=final))]
        case _:
            raise Refused("不认识的报送动作")


def _opened(wish: OpenReport, at: datetime, world: World) -> ReportOpened:
    alert = world.alert(wish.alert_id)
    if alert is None:
        raise Refused(f"没有编号为 {wish.alert_id} 的预警")
    if any(one.alert_id == wish.alert_id for one in world.cases("report")):
        raise Refused("此预警已在报送")
    shift = current(world.topic("roster"), at)
    phone, written = (shift.phone_min, shift.written_min) if shift is not None else ROSTER.minutes[3:]
    return ReportOpened(alert.id, alert.title, at + timedelta(minutes=phone), at + timedelta(minutes=written))


def _sent(report: EventReport, elements: Elements, officer: Officer, *, final: bool) -> ReportSent:
    if elements.missing:
        raise Refused(f"六要素缺“{elements.missing}”")
    part = Part.FINAL if final else Part.FOLLOW_UP if report.done(Part.FIRST) else Part.FIRST
    if part is Part.FINAL and not report.done(Part.FIRST):
        raise Refused("先首报，再终报")
    if part is Part.FINAL and officer.role not in LEADS:
        raise Refused("终报须值班长")
    return ReportSent(part, elements)


def evolve(report: EventReport | None, deed: Deed) -> EventReport:
    by = mask_name(deed.officer_name)
    match deed.fact:
        case ReportOpened(alert_id, title, phone_due_at, written_due_at):
            dated = (deed.at, phone_due_at, written_due_at)
            return EventReport(deed.case_id, deed.version, alert_id, title, *dated)
        case fact:
            assert report is not None
            now = replace(report, version=deed.version)
    match fact:
        case ReportTold(to_whom, text):
            told = " ".join(part for part in (to_whom, text) if part)
            return replace(now, sent=(*now.sent, Sent(Part.PHONE, deed.at, by, text=told)))
        case ReportSent(part, elements):
            sent = (*now.sent, Sent(part, deed.at, by, elements))
            return replace(now, sent=sent, is_open=part is not Part.FINAL)
        case ReportPassed(part):
            return replace(now, passed=(*now.passed, part))
    raise TypeError(f"no fact of a report: {fact!r}")


def dues(report: EventReport) -> Sequence[Due]:
    """The two clocks, each until its part is made or its passing noted."""
    if not report.is_open:
        return ()
    clocks = ((Part.PHONE, report.phone_due_at), (Part.FIRST, report.written_due_at))
    return tuple(Due(part, due) for part, due in clocks if not report.done(part) and part not in report.passed)


def expire(report: EventReport, what: str, at: datetime) -> Sequence[Said]:
    return [
        Said(ReportPassed(Part(due.what), due.due_at, at - due.due_at > LATE_AFTER))
        for due in dues(report)
        if due.what == what and due.due_at <= at
    ]


STREAM = Stream(
    name="report",
    prefix="BS",
    topic="reports",
    case=EventReport,
    facts=(ReportOpened, ReportTold, ReportSent, ReportPassed),
    wishes=(OpenReport, TellByPhone, SendReport),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
)
