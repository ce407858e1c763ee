"""值班日志: manual lines as cases of their own, and how every entry of the log reads as a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.happening import HAPPENING_WORDS, Happening, HappeningKind
from services.domain.masked import mask_name
from services.domain.officer import Officer
from services.domain.roles import DUTY_UP, PEOPLE

LONGEST = 500


class LineKind(StrEnum):
    NOTE = "note"  # 记事
    INSTRUCTION = "instruction"  # 领导指示: open until it is settled, and on every sheet until then
    EQUIPMENT = "equipment"  # 设备
    CALL = "call"  # 通话


LINE_WORDS: Mapping[LineKind, str] = {
    LineKind.NOTE: "记事",
    LineKind.INSTRUCTION: "领导指示",
    LineKind.EQUIPMENT: "设备",
    LineKind.CALL: "通话",
}


class CallResult(StrEnum):
    REACHED = "reached"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    WRONG = "wrong"


CALL_WORDS: Mapping[CallResult, str] = {
    CallResult.REACHED: "已接通",
    CallResult.BUSY: "占线",
    CallResult.NO_ANSWER: "无人接听",
    CallResult.WRONG: "号码有误",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class WriteLine(Wish):
    """A new line. ``refers`` names the line it corrects; that one stays as it was."""

    line_kind: LineKind
    text: str
    alert_id: str = ""
    refers: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Called(Wish):
    """Somebody of the contact tree was called."""

    contact: str  # 区渔业局 值守 林*
    result: CallResult
    text: str = ""
    alert_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettleLine(Wish):
    """An instruction was carried out."""

    text: str = ""


@dataclass(frozen=True, slots=True)
class LineWritten:
    line_kind: LineKind
    text: str
    alert_id: str
    refers: str


@dataclass(frozen=True, slots=True)
class CallMade:
    contact: str
    result: CallResult
    text: str
    alert_id: str


@dataclass(frozen=True, slots=True)
class LineSettled:
    text: str


@dataclass(frozen=True, slots=True)
class LogNote:
    """One manual line as a case. Only an instruction stays open."""

    id: str  # RZ-261122-007
    version: int
    is_open: bool
    line_kind: LineKind
    text: str
    at: datetime
    by: str  # masked name
    alert_id: str = ""
    refers: str = ""
    settled: str = ""


def decide(note: LogNote | None, wish: Wish, officer: Officer, _at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in PEOPLE:
        raise Refused("须为值班或承办人员")
    match wish:
        case WriteLine():
            return [Said(_written(wish, officer, world))]
        case Called():
            _require_alert(wish.alert_id, world)
            return [Said(CallMade(_short(wish.contact, "请选联系人"), wish.result, wish.text.strip(), wish.alert_id))]
        case SettleLine(text=text):
            if note is None or not note.is_open:
                raise Refused("没有待落实的指示")
            if officer.role not in DUTY_UP:
                raise Refused("须值班员")
            return [Said(LineSettled(text.strip()))]
        case _:
            raise Refused("不认识的日志动作")


def _written(wish: WriteLine, officer: Officer, world: World) -> LineWritten:
    if wish.line_kind is LineKind.INSTRUCTION and officer.role not in DUTY_UP:
        raise Refused("领导指示须由值班人员记录")
    if wish.refers and world.case("duty_log", wish.refers) is None:
        raise Refused(f"没有编号为 {wish.refers} 的日志，不能更正")
    _require_alert(wish.alert_id, world)
    return LineWritten(wish.line_kind, _short(wish.text, "请写明内容"), wish.alert_id, wish.refers)


def _require_alert(alert_id: str, world: World) -> None:
    if alert_id and world.alert(alert_id) is None:
        raise Refused(f"没有编号为 {alert_id} 的预警")


def _short(text: str, otherwise: str) -> str:
    text = text.strip()
    if not text:
        raise Refused(otherwise)
    if len(text) > LONGEST:
        raise Refused(f"最多 {LONGEST} 字，请分条记录")
    return text


def evolve(note: LogNote | None, deed: Deed) -> LogNote:
    by = mask_name(deed.officer_name)
    match deed.fact:
        case LineWritten(line_kind, text, alert_id, refers):
            stays = line_kind is LineKind.INSTRUCTION
            return LogNote(deed.case_id, deed.version, stays, line_kind, text, deed.at, by, alert_id, refers)
        case CallMade(alert_id=alert_id) as call:
            return LogNote(deed.case_id, deed.version, False, LineKind.CALL, _call_text(call), deed.at, by, alert_id)
        case LineSettled(text):
            assert note is not None
            return replace(note, version=deed.version, is_open=False, settled=text or "已落实")
    raise TypeError(f"no fact of the duty log: {deed.fact!r}")


def _call_text(call: CallMade) -> str:
    return "，".join(part for part in (f"{call.contact} {CALL_WORDS[call.result]}", call.text) if part)


STREAM = Stream(
    name="duty_log",
    prefix="RZ",
    topic="duty_notes",
    case=LogNote,
    facts=(LineWritten, CallMade, LineSettled),
    wishes=(WriteLine, Called, SettleLine),
    decide=decide,
    evolve=evolve,
)


# ------------------------------------------------------------------------ the log as lines to read

QUIET = frozenset({HappeningKind.REPEATED})  # a repeat is a count on the alert, no transition


@dataclass(frozen=True, slots=True)
class LogLine:
    """One entry of the case log as 值班日志 shows it: a record of topic ``duty_log``."""

    id: str  # number in the log
    at: datetime
    what: str  # 签收, 记事, 承诺
    about: str  # id of the case
    text: str
    who: str  # masked name, 系统 for the engine
    manual: bool = False
    late: bool = False


_STREAM_WORDS = {
    "promise": "承诺",
    "handover": "交接班",
    "duty_log": "日志",
    "plan_run": "预案",
    "roster": "换班",
    "report": "信息报送",
    "rule": "规则",
    "release": "规则",
    "account": "账号",
    "window": "停用时段",
}
_FACT_WORDS = {
    "promise_made": "承诺",
    "promise_kept": "承诺兑现",
    "promise_broken": "承诺未兑现",
    "promise_moved": "承诺改期",
    "promise_passed": "承诺到时",
    "handover_prepared": "编制交接单",
    "line_accepted": "交接接收",
    "handover_signed": "交接签字",
    "handover_done": "交接完成",
    "handover_withdrawn": "交接撤回",
    "line_settled": "指示落实",
    "call_made": "通话",
    "swap_asked": "申请换班",
    "swap_agreed": "同意换班",
    "swap_approved": "批准换班",
    "swap_declined": "换班未成",
    "plan_proposed": "建议启动预案",
    "plan_started": "启动预案",
    "step_done": "预案步骤完成",
    "step_skipped": "预案步骤跳过",
    "step_passed": "预案步骤到时",
    "plan_ended": "结束预案",
    "plan_declined": "不启动预案",
    "report_opened": "信息报送",
    "report_sent": "已报送",
    "report_passed": "报送到时",
}
ROLE_WORDS = {
    "duty": "值班员",
    "shift_lead": "值班长",
    "duty_leader": "带班领导",
    "dept_liaison": "部门联络员",
    "department": "承办部门",
    "chief": "中心负责人",
}
_SAID = ("what", "title", "text", "reason", "remark", "contact")


def line_of(said: Happening, seq: int, title: str = "") -> LogLine:
    """A happening of an alert as a line."""
    told = [title, said.department, ROLE_WORDS.get(said.text, said.text)]
    who = mask_name(said.officer_name) if said.role != "engine" else "系统"
    text = " · ".join(part for part in told if part)
    return LogLine(str(seq), said.at, HAPPENING_WORDS[said.kind], said.alert_id, text, who, late=said.late)


def line_of_deed(deed: Deed, seq: int) -> LogLine:
    """A deed of a stream as a line. Of a stream not known here its own words are shown."""
    fact = deed.fact
    word = _FACT_WORDS.get(deed.kind, _STREAM_WORDS.get(deed.stream, deed.stream))
    manual = isinstance(fact, LineWritten | CallMade)
    if isinstance(fact, LineWritten):
        word = ("更正 " if fact.refers else "") + LINE_WORDS[fact.line_kind]
    who = mask_name(deed.officer_name) if deed.role != "engine" else "系统"
    text = _call_text(fact) if isinstance(fact, CallMade) else _fact_text(fact)
    return LogLine(str(seq), deed.at, word, deed.case_id, text, who, manual, bool(getattr(fact, "late", False)))


def _fact_text(fact: Any) -> str:
    parts = [getattr(fact, "to_whom", ""), *(getattr(fact, name, "") for name in _SAID)]
    refers = getattr(fact, "refers", "")
    return " · ".join(part for part in (*parts, f"更正 {refers}" if refers else "") if isinstance(part, str) and part)
