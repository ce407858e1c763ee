"""What an owner is told: to have the vehicle inspected, by when and where. Never a fine on the spot."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum

from services.domain.alert import Alert
from services.domain.masked import wall_plate
from services.domain.timebase import local

STATIONS = "车管所或检测站"
NOTICED = ("R-CKP-01", "R-CKP-02", "R-CKP-04")  # with their variants: rules whose usual end is a notice


class Way(StrEnum):
    SMS = "sms"
    LETTER = "letter"
    SIGN = "sign"


WAY_WORDS: Mapping[Way, str] = {Way.SMS: "短信", Way.LETTER: "信函", Way.SIGN: "诱导屏"}
_EXHAUST = "排放遥感检测超过限值"
_FOUND: Mapping[str, str] = {
    "R-CKP-01": _EXHAUST,
    "R-CKP-02": f"再次{_EXHAUST}",
    "R-CKP-04": "检验有效期已过",
}


def is_noticed(rule_id: str) -> bool:
    return _family(rule_id) in NOTICED


def _family(rule_id: str) -> str:
    """``R-CKP-02N`` is a variant of ``R-CKP-02``."""
    return rule_id.rstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def vehicle_of(alert: Alert) -> str:
    """The plate of the one vehicle an alert is about; '' when it names none, or more than one."""
    plates = [link.removeprefix("vehicle:") for link in alert.links if link.startswith("vehicle:")]
    return plates[0] if len(plates) == 1 else ""


def text_for(way: Way, alert: Alert, due_at: datetime, signed: str) -> str:
    """A sign stands where everybody reads it: it names no vehicle. A text message shows a masked plate."""
    until = f"{local(due_at):%Y年%m月%d日}"
    found = _FOUND.get(_family(alert.rule_id), "检出异常")
    if way is Way.SIGN:
        return f"排放超标、逾期未检车辆 请到{STATIONS}检验"
    where = alert.place.partition(" ")[0] or "本区卡口"
    met = f"{local(alert.occurred_at):%m月%d日 %H:%M}在{where}{found}"
    plate = wall_plate(vehicle_of(alert))
    if way is Way.SMS:
        return f"【{signed}】{plate} {met}。请于{until}前到{STATIONS}检验。本短信为告知，不作处罚。"
    return "\n".join(
        (
            "机动车检验告知书",
            f"号牌号码：{plate}",
            f"您的车辆于{met}{_reading(alert)}。",
            f"请于 {until} 前将车辆送{STATIONS}检验，检验结果由检测站直接报送，无须另行提交。",
            "期限内检验合格的，本事项即告了结。本告知不是处罚决定。",
            signed,
        )
    )


def _reading(alert: Alert) -> str:
    """The parameter that was met, as the card shows it; nothing that was not measured."""
    known = [p for p in alert.parameters if p.value and p.value not in ("未测", "未知")]
    return f"（{known[0].label} {known[0].value}，限值 {known[0].limit}）" if known else ""
