"""诱导: texts for roadside signs and text messages, from a template, for a place, until a moment.

What names a kind of vehicle or closes a road is approved by a second officer. A sign is read by everybody:
a text that holds a plate, a telephone or an identity number is refused, whoever wrote it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Wish
from services.domain.telling import scrubbed

NAME = "road_text"


class Kind(StrEnum):
    SIGN = "sign"
    SMS = "sms"


class State(StrEnum):
    DRAFTED = "drafted"  # waits for the second officer
    QUEUED = "queued"
    SHOWN = "shown"
    FAILED = "failed"
    OVER = "over"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


KIND_WORDS: Mapping[Kind, str] = {Kind.SIGN: "诱导屏", Kind.SMS: "短信"}
STATE_WORDS: Mapping[State, str] = {
    State.DRAFTED: "待批",
    State.QUEUED: "待发",
    State.SHOWN: "已上屏",
    State.FAILED: "未送达",
    State.OVER: "已结束",
    State.WITHDRAWN: "已撤下",
    State.REJECTED: "未批准",
}
OPEN = frozenset({State.DRAFTED, State.QUEUED, State.SHOWN, State.FAILED})
OUT = frozenset({State.QUEUED, State.SHOWN, State.FAILED})  # has left the desk


@dataclass(frozen=True, slots=True)
class Template:
    """``{}`` in the text is what the officer fills in."""

    id: str
    kind: Kind
    title: str
    text: str
    asks: str = ""  # what to fill in


TEMPLATES: tuple[Template, ...] = (
    Template("slow", Kind.SIGN, "减速", "前方{} 减速慢行", "何处何事"),
    Template("jam", Kind.SIGN, "拥堵绕行", "{}拥堵 请绕行", "路段"),
    Template("truck", Kind.SIGN, "货车检查", "货车请靠右 进{}接受检查", "检查点"),
    Template("closed", Kind.SIGN, "封闭绕行", "{}封闭 请提前绕行", "路段"),
    Template("weather", Kind.SIGN, "恶劣天气", "{} 保持车距 打开雾灯", "天气"),
    Template("inspect", Kind.SIGN, "检验提示", "排放超标、逾期未检车辆 请到车管所或检测站检验"),
    Template("sms_jam", Kind.SMS, "路况短信", "{}通行缓慢，请错峰或绕行。", "路段"),
    Template("sms_closed", Kind.SMS, "封路短信", "{}临时封闭，请提前绕行，以现场指挥为准。", "路段和时段"),
)
FREE = Template("free", Kind.SIGN, "自拟", "{}", "全文")
OF_ID: Mapping[str, Template] = {one.id: one for one in (*TEMPLATES, FREE)}

_CLASSES = ("货车", "客车", "渣土", "危化", "罐车", "挂车", "摩托", "电动", "校车", "面包车", "轿车", "工程车")
_CLOSURES = ("封闭", "封路", "禁行", "禁止通行", "管制", "断路", "中断")
_UNFIT = re.compile(r"[\x00-\x1f\x7f<>{}]")


def filled(template: Template, words: str) -> str:
    return " ".join(template.text.replace("{}", words.strip()).split())


def names_closure_or_class(text: str) -> str:
    """The word for which a second officer is asked; '' when the first one is enough."""
    return next((word for word in (*_CLOSURES, *_CLASSES) if word in text), "")


def unfit(text: str, kind: Kind, longest: int) -> str:
    """Why a text may stand nowhere; '' when it may."""
    if not text.strip():
        return "请填写内容"
    if _UNFIT.search(text):
        return "内容含有不能显示的字符"
    if scrubbed(text) != " ".join(text.split()):
        return "不得出现号牌、证件或电话号码"
    return f"{KIND_WORDS[kind]}最多 {longest} 字，现 {len(text)} 字" if len(text) > longest else ""


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftText(Wish):
    """``template`` is the id of one in ``TEMPLATES``, or ``free``; ``words`` fill it in."""

    template: str
    words: str = ""
    place: str
    until: datetime
    kind: Kind | None = None  # of a free text
    alert_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ApproveText(Wish):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class RejectText(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawText(Wish):
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SendAgain(Wish):
    pass


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteShown(Wish):
    """By the engine: what the receiver answered, or why it never will."""

    shown: bool
    answer: str


@dataclass(frozen=True, slots=True)
class TextDrafted:
    kind: Kind
    template: str
    text: str
    place: str
    until: datetime
    alert_id: str
    needs_second: str  # the word that asks for one


@dataclass(frozen=True, slots=True)
class TextApproved:
    """``again`` when it is sent once more."""

    again: bool = False


@dataclass(frozen=True, slots=True)
class TextRejected:
    reason: str


@dataclass(frozen=True, slots=True)
class TextShown:
    answer: str


@dataclass(frozen=True, slots=True)
class TextFailed:
    reason: str


@dataclass(frozen=True, slots=True)
class TextWithdrawn:
    reason: str
    was_out: bool


@dataclass(frozen=True, slots=True)
class TextOver:
    """Its moment came. ``late``: noted well after."""

    was_out: bool
    late: bool


@dataclass(frozen=True, slots=True)
class RoadText:
    """One text as it stands. ``queued_version`` is the version its message to the gateway was written with."""

    id: str  # YD-261122-001
    version: int
    state: State
    kind: Kind
    template: str
    text: str
    place: str
    until: datetime
    alert_id: str
    needs_second: str
    drafted_at: datetime
    drafted_by: str  # masked
    drafter_id: str
    approved_by: str = ""  # masked
    queued_version: int = 0
    changed_at: datetime | None = None
    said: str = ""  # what the receiver answered, or why it is over

    @property
    def is_open(self) -> bool:
        return self.state in OPEN
