"""矛盾纠纷: the words of a dispute and the case as it stands. Stream ``mediation``.

Households are pseudonyms (``YJ01-3f9a…``), parties and telephone numbers masks, the words of a request are kept
with both masked. Who a pseudonym is, only the community's own system knows.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.timebase import local

NAME = "mediation"
PREFIX = "TJ"
TOPIC = "mediations"
FILED_TOPIC = "filed_disputes"  # the community's rows as polled


class DisputeType(StrEnum):
    NEIGHBOUR = "邻里"
    FAMILY = "婚姻家庭"
    PROPERTY = "物业"
    LABOUR = "劳动争议"
    DAMAGE = "损害赔偿"
    CONTRACT = "合同"
    LAND = "征地拆迁"
    CONSUMER = "消费"
    MEDICAL = "医疗"
    OTHER = "其他"


TOPICS: Mapping[DisputeType, tuple[str, ...]] = {
    DisputeType.NEIGHBOUR: ("噪声", "漏水", "占用楼道", "宠物"),
    DisputeType.FAMILY: ("赡养", "离婚", "财产"),
    DisputeType.PROPERTY: ("停车收费", "物业费", "电梯故障", "公共收益"),
    DisputeType.LABOUR: ("欠薪", "工伤", "辞退"),
    DisputeType.DAMAGE: ("人身损害", "财物损坏"),
    DisputeType.CONTRACT: ("租赁", "装修", "借款"),
    DisputeType.LAND: ("补偿", "安置"),
    DisputeType.CONSUMER: ("退款", "质量", "预付卡"),
    DisputeType.MEDICAL: ("诊疗", "费用"),
    DisputeType.OTHER: (),
}
CHANNELS: Mapping[str, str] = {
    "window": "窗口",
    "phone": "电话",
    "grid": "网格员",
    "zlb": "浙里办",
    "police": "警务室",
    "upper": "上级转办",
}


class State(StrEnum):
    FILED = "filed"
    ACCEPTED = "accepted"
    MEDIATING = "mediating"
    AGREED = "agreed"
    PERFORMING = "performing"
    VISITING = "visiting"
    ARCHIVED = "archived"
    FAILED = "failed"
    STREET = "street"
    CENTRE = "centre"
    GUIDED = "guided"  # to arbitration or a court: ended here, not resolved
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    JOINED = "joined"  # goes on in its main case


STATE_WORDS: Mapping[State, str] = {
    State.FILED: "登记",
    State.ACCEPTED: "受理",
    State.MEDIATING: "调解中",
    State.AGREED: "达成协议",
    State.PERFORMING: "履行中",
    State.VISITING: "回访",
    State.ARCHIVED: "归档",
    State.FAILED: "调解不成",
    State.STREET: "上交街道",
    State.CENTRE: "区中心",
    State.GUIDED: "引导仲裁诉讼",
    State.DECLINED: "不予受理",
    State.WITHDRAWN: "撤回",
    State.JOINED: "并入主案",
}
RESOLVED = frozenset({State.AGREED, State.PERFORMING, State.VISITING, State.ARCHIVED})
ENDED = frozenset({State.ARCHIVED, State.GUIDED, State.DECLINED, State.WITHDRAWN, State.JOINED})
UNRESOLVED = frozenset(State) - RESOLVED - ENDED
BEFORE_AGREEMENT = frozenset({State.ACCEPTED, State.MEDIATING, State.FAILED, State.STREET, State.CENTRE})


class VisitResult(StrEnum):
    SATISFIED = "satisfied"
    SETTLED = "settled"
    UNREACHED = "unreached"  # no visit: it stays due
    RELAPSED = "relapsed"  # back to mediation


VISIT_WORDS: Mapping[VisitResult, str] = {
    VisitResult.SATISFIED: "满意",
    VisitResult.SETTLED: "基本满意",
    VisitResult.UNREACHED: "未联系上",
    VisitResult.RELAPSED: "反复",
}


class Court(StrEnum):
    ARBITRATION = "仲裁"
    LAWSUIT = "诉讼"


class What(StrEnum):
    """What a clock of a case counts. Ages and visits carry their days: ``age7``, ``visit30``."""

    ACCEPT = "accept"
    MEETING = "meeting"
    RESOLVE = "resolve"
    PERFORM = "perform"


CLOCK_WORDS: Mapping[str, str] = {
    What.ACCEPT: "受理",
    What.MEETING: "约调",
    What.RESOLVE: "化解",
    What.PERFORM: "履行",
}


def clock_word(what: str) -> str:
    if what.startswith("age"):
        return f"在办 {what[3:]} 日"
    return f"{what[5:]} 日回访" if what.startswith("visit") else CLOCK_WORDS[what]


@dataclass(frozen=True, slots=True)
class CaseClock:
    """``passed_at`` when its passing was noted, once; ``stopped_at`` when what it waited for was done."""

    what: str
    due_at: datetime
    passed_at: datetime | None = None
    stopped_at: datetime | None = None

    @property
    def runs(self) -> bool:
        return self.stopped_at is None


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the timeline."""

    state: State
    at: datetime
    by: str  # masked
    text: str = ""


@dataclass(frozen=True, slots=True)
class Visit:
    days: int
    at: datetime
    result: VisitResult
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mediation:
    """One dispute. ``number`` is the community's own, empty for one filed here; ``department`` is who leads now;
    ``risk`` are the words of escalation that were found."""

    id: str  # TJ-261122-001
    version: int
    state: State
    number: str
    type: DisputeType
    topic: str  # 停车收费; empty when not said
    estate_id: str
    estate_name: str
    building: str
    grid_code: str
    households: tuple[str, ...]
    opponent: str  # masked
    parties_id: str  # the same two sides, whoever filed
    words: str  # masked
    channel: str
    collective: bool  # 联名
    filed_at: datetime
    filed_by: str  # masked
    department: str
    clocks: tuple[CaseClock, ...] = ()
    steps: tuple[Step, ...] = ()
    visits: tuple[Visit, ...] = ()
    notes: tuple[Step, ...] = ()
    risk: tuple[str, ...] = ()
    violent: bool = False
    called_110: bool = False
    mediator: str = ""  # masked
    accepted_at: datetime | None = None
    meeting_at: datetime | None = None
    meeting_place: str = ""
    agreement: str = ""
    resolved_at: datetime | None = None
    ended_at: datetime | None = None
    reason: str = ""
    joined: tuple[str, ...] = ()
    main_id: str = ""
    alert_id: str = ""
    demo: bool = True

    @property
    def is_open(self) -> bool:
        return self.state not in ENDED

    @property
    def is_unresolved(self) -> bool:
        return self.state in UNRESOLVED

    @property
    def where(self) -> str:
        return f"{self.estate_name} {self.building}".strip()

    @property
    def title(self) -> str:
        return f"{self.type.value} {self.topic}".strip()

    def clock(self, what: str) -> CaseClock | None:
        return next((clock for clock in self.clocks if clock.what == what), None)

    @property
    def running(self) -> CaseClock | None:
        """The time limit that counts now: the earliest that still runs and is no age."""
        return min(
            (clock for clock in self.clocks if clock.runs and not clock.what.startswith("age")),
            key=lambda clock: clock.due_at,
            default=None,
        )

    def open_days(self, now: datetime) -> int:
        """Whole days of Shanghai since it was filed, to its resolution or end if there was one."""
        until = self.resolved_at or self.ended_at or now
        return max(0, (local(until).date() - local(self.filed_at).date()).days)
