"""值班日志: lines written by hand, and calls; a correction is a new line that refers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
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
            return LogNote(deed.case_id, deed.version, False, LineKind.CALL, call_words(call), deed.at, by, alert_id)
        case LineSettled(text):
            assert note is not None
            return replace(note, version=deed.version, is_open=False, settled=text or "已落实")
    raise TypeError(f"no fact of the duty log: {deed.fact!r}")


def call_words(call: CallMade) -> str:
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
