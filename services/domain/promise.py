"""承诺: every spoken promise is a case with a clock until it is kept, broken or moved."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.happening import Due
from services.domain.masked import mask_name, mask_phone
from services.domain.officer import Officer
from services.domain.roles import PEOPLE

LATE_AFTER = timedelta(minutes=1)  # noted later than this after its moment: the collector was down
FURTHEST = timedelta(days=30)


class PromiseState(StrEnum):
    OPEN = "open"
    KEPT = "kept"
    BROKEN = "broken"


STATE_WORDS = {PromiseState.OPEN: "待兑现", PromiseState.KEPT: "已兑现", PromiseState.BROKEN: "未兑现"}


@dataclass(frozen=True, slots=True, kw_only=True)
class MakePromise(Wish):
    """``to_whom`` may hold a name and a telephone number; the log gets their masks only."""

    to_whom: str
    what: str
    due_at: datetime
    alert_id: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeepPromise(Wish):
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class BreakPromise(Wish):
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MovePromise(Wish):
    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PromiseMade:
    to_whom: str  # masked
    what: str
    due_at: datetime
    alert_id: str


@dataclass(frozen=True, slots=True)
class PromiseKept:
    text: str


@dataclass(frozen=True, slots=True)
class PromiseBroken:
    reason: str


@dataclass(frozen=True, slots=True)
class PromiseMoved:
    due_at: datetime
    reason: str


@dataclass(frozen=True, slots=True)
class PromisePassed:
    """Its moment came and it was not kept. ``late``: noted well after, because nobody was counting."""

    due_at: datetime
    late: bool


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise as it stands. ``passed_at`` is the moment that was missed, noted once a moment."""

    id: str  # CN-261122-003
    version: int
    state: PromiseState
    to_whom: str
    what: str
    due_at: datetime
    alert_id: str
    made_at: datetime
    made_by: str  # masked name
    moved: int = 0
    passed_at: datetime | None = None
    text: str = ""  # how it was kept, or why not

    @property
    def is_open(self) -> bool:
        return self.state is PromiseState.OPEN


_PHONE = re.compile(r"(?<!\d)(?:1\d{10}|0\d{2,3}[-\s]?\d{7,8}|\d{7,8})(?!\d)")


def masked(to_whom: str) -> str:
    """``林女士 13812345678`` → ``林女士 138****5678``; a bare Chinese name keeps its first character."""

    def hidden(found: re.Match[str]) -> str:
        return mask_phone(re.sub(r"\D", "", found.group()))

    words = _PHONE.sub(hidden, to_whom.strip()).split()
    return " ".join(mask_name(word) if _is_name(word) else word for word in words)


_TITLED = (
    *("女士", "先生", "师傅", "阿姨", "同志", "主任", "经理", "家属"),
    *("局", "社区", "街道", "物业", "中心", "办", "所", "室", "站", "队", "公司"),
)


def _is_name(word: str) -> bool:
    """Two to four Chinese characters that are neither an address of courtesy nor a body."""
    return bool(re.fullmatch(r"[一-鿿]{2,4}", word)) and not word.endswith(_TITLED)


def decide(promise: Promise | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in PEOPLE:
        raise Refused("须为值班或承办人员")
    if isinstance(wish, MakePromise):
        return [Said(_made(wish, at, world))]
    if promise is None or not promise.is_open:
        raise Refused("承诺已了结，不能再改")
    match wish:
        case KeepPromise(text=text):
            return [Said(PromiseKept(text.strip()))]
        case BreakPromise(reason=reason):
            return [Said(PromiseBroken(_needed(reason, "请写明未兑现的原因")))]
        case MovePromise(due_at=due_at, reason=reason):
            _require_ahead(due_at, at)
            return [Said(PromiseMoved(due_at, _needed(reason, "请写明改期的原因")))]
        case _:
            raise Refused("不认识的承诺动作")


def _made(wish: MakePromise, at: datetime, world: World) -> PromiseMade:
    to_whom = _needed(wish.to_whom, "请写明对谁承诺")
    what = _needed(wish.what, "请写明承诺什么")
    _require_ahead(wish.due_at, at)
    if wish.alert_id and world.alert(wish.alert_id) is None:
        raise Refused(f"没有编号为 {wish.alert_id} 的预警")
    return PromiseMade(masked(to_whom), _PHONE.sub(lambda m: mask_phone(m.group()), what), wish.due_at, wish.alert_id)


def _needed(text: str, otherwise: str) -> str:
    if not text.strip():
        raise Refused(otherwise)
    return text.strip()


def _require_ahead(due_at: datetime, at: datetime) -> None:
    if due_at <= at:
        raise Refused("时限须晚于现在")
    if due_at > at + FURTHEST:
        raise Refused(f"时限不能超过 {FURTHEST.days} 天")


def evolve(promise: Promise | None, deed: Deed) -> Promise:
    match deed.fact:
        case PromiseMade(to_whom, what, due_at, alert_id):
            by = mask_name(deed.officer_name)
            state = PromiseState.OPEN
            return Promise(deed.case_id, deed.version, state, to_whom, what, due_at, alert_id, deed.at, by)
        case fact:
            assert promise is not None
            changed = replace(promise, version=deed.version)
    match fact:
        case PromiseKept(text):
            return replace(changed, state=PromiseState.KEPT, text=text)
        case PromiseBroken(reason):
            return replace(changed, state=PromiseState.BROKEN, text=reason)
        case PromiseMoved(due_at, reason):
            return replace(changed, due_at=due_at, moved=changed.moved + 1, passed_at=None, text=reason)
        case PromisePassed(due_at):
            return replace(changed, passed_at=due_at)
    raise TypeError(f"no fact of a promise: {fact!r}")


def dues(promise: Promise) -> Sequence[Due]:
    return (Due("due", promise.due_at),) if promise.is_open and promise.passed_at is None else ()


def expire(promise: Promise, _what: str, at: datetime) -> Sequence[Said]:
    """Its moment passed: noted once."""
    if not dues(promise) or promise.due_at > at:
        return ()
    return [Said(PromisePassed(promise.due_at, at - promise.due_at > LATE_AFTER))]


STREAM = Stream(
    name="promise",
    prefix="CN",
    topic="promises",
    case=Promise,
    facts=(PromiseMade, PromiseKept, PromiseBroken, PromiseMoved, PromisePassed),
    wishes=(MakePromise, KeepPromise, BreakPromise, MovePromise),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
)
