"""明文: what one mask on a card hides, for one officer, for a reason, for sixty seconds, never without its row."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from services.domain.deed import Wish
from services.domain.masked import Masked
from services.domain.officer import Officer, Role

SHOWN_FOR = timedelta(seconds=60)
SHIFT = timedelta(hours=12)
MANY = 20  # a shift; one more is said on the screen and written down by itself
REVEALERS = frozenset({Role.DUTY, Role.SHIFT_LEAD, Role.DUTY_LEADER, Role.POLICE_ROOM})
REASON_LEAST = 4  # characters: "核实" explains nothing
REASONS = ("上门核实", "电话联系", "紧急救助", "登记更正", "办理案件")
FIELDS: Mapping[str, Mapping[str, str]] = {
    "dwelling": {"room": "室号", "owner": "产权人"},
    "person": {"name": "姓名"},
    "elder": {"name": "姓名", **{f"phone{rank}": f"第 {rank} 联系人电话" for rank in (1, 2, 3)}},
}


@dataclass(frozen=True, slots=True, kw_only=True)
class RevealSubject(Wish):
    """``field`` is one of ``FIELDS[kind]``; ``reason`` is one of ``REASONS`` and the officer's words."""

    kind: str
    subject_id: str
    field: str
    reason: str


@dataclass(frozen=True, slots=True)
class Clear:
    """The answer. ``value`` shows a mask wherever it is printed; a screen asks it for its value when it paints."""

    audit_id: str
    kind: str
    subject_id: str
    field: str
    value: Masked
    at: datetime
    in_shift: int  # which of this shift this is

    @property
    def until(self) -> datetime:
        return self.at + SHOWN_FOR

    @property
    def is_many(self) -> bool:
        return self.in_shift > MANY


def no_revealer(officer: Officer) -> str:
    """Why this officer sees no clear text at all; '' when he may."""
    return "" if officer.role in REVEALERS else "本岗位不可查看明文"


def unrevealable_field(wish: RevealSubject, officer: Officer) -> str:
    """Why this may not be shown, before anybody looks for it; '' when it may."""
    if why := no_revealer(officer):
        return why
    if wish.field not in FIELDS.get(wish.kind, {}):
        return "该项没有可查看的明文"
    reason, _, words = wish.reason.partition("：")
    if reason not in REASONS:
        return "须先选查看理由"
    if len(words.strip()) < REASON_LEAST:
        return f"查看明文须写明理由，至少 {REASON_LEAST} 个字"
    return ""


def reason_of(choice: int, words: str) -> str:
    """``上门核实：复核登记住址``."""
    return f"{REASONS[choice] if 0 <= choice < len(REASONS) else ''}：{words.strip()}"
