"""What may be done with a candidate floor, and by whom: two different officers, each with the track before him."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Alert
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.floor_candidate import (
    NAME,
    TOPIC,
    CandidatesDropped,
    CandidatesOpened,
    DropCandidates,
    FloorCandidate,
    FloorConfirmed,
    FloorUndecided,
    Look,
    LookAtTrack,
    OpenCandidates,
    State,
    TrackLookedAt,
)
from services.domain.following import by_deed
from services.domain.happening import Happening, HappeningKind
from services.domain.masked import mask_name
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP, READERS, VERIFIERS
from services.domain.scope import Scope

RULE = "R-EYE-01"
_READS = VERIFIERS | {Role.ENGINE}
_FLOOR = r"[0-9０-９一二三四五六七八九十百]+\s*(?:层|楼|[Ff](?![A-Za-z])|室)"
_ROOM = r"(?<![\d:：.-])(?!(?:11[09]|12[02])(?!\d))\d{3,4}(?!\s*[\d:：年米分秒])"
_NAMES_A_FLOOR = re.compile(f"{_FLOOR}|{_ROOM}")


def names_a_floor(text: str) -> bool:
    """``7 层``, ``十二楼``, ``702 室``, a bare ``702``; ``3 幢`` is a building."""
    return bool(_NAMES_A_FLOOR.search(text))


def decide(case: FloorCandidate | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, OpenCandidates):
        return [Said(_opened(wish, officer, world))]
    if case is None or not case.is_open:
        raise Refused("楼层核实已了结")
    match wish:
        case LookAtTrack():
            return [Said(fact) for fact in _looked(case, wish, officer)]
        case DropCandidates(reason=reason):
            if officer.role not in DUTY_UP:
                raise Refused(READERS.get(officer.role, "须值班员"))
            if not reason.strip():
                raise Refused("请写明无法认定的原因")
            if names_a_floor(reason):
                raise Refused("原因中不写楼层、房号")
            return [Said(CandidatesDropped(reason.strip()))]
        case _:
            raise Refused("不认识的核实动作")


def _opened(wish: OpenCandidates, officer: Officer, world: World) -> CandidatesOpened:
    if officer.role is not Role.ENGINE:
        raise Refused("由系统建立")
    alert = world.alert(wish.alert_id)
    if alert is None or not wish.candidates or not wish.track:
        raise Refused("没有可核实的候选楼层")
    if any(case.event_id == wish.event_id for case in world.cases(NAME, open_only=False)):
        raise Refused("该事件已在核实")
    said = {name: getattr(wish, name) for name in CandidatesOpened.__slots__ if name != "demo"}
    return CandidatesOpened(**said, demo=alert.demo)


def _looked(case: FloorCandidate, wish: LookAtTrack, officer: Officer) -> Sequence[Any]:
    if officer.role not in VERIFIERS:
        raise Refused(READERS.get(officer.role, "须值班员或警务室"))
    if wish.picture != case.picture:
        raise Refused("请先看轨迹图")
    if any(look.officer_id == officer.id for look in case.current):
        raise Refused("须另一人核实")
    if wish.floor is not None and not any((c.floor, c.column) == (wish.floor, wish.column) for c in case.candidates):
        raise Refused("选择一个候选楼层")
    looked = TrackLookedAt(wish.floor, wish.column if wish.floor is not None else "", wish.words.strip())
    before = case.current
    if not before:
        return [looked]
    same = looked.floor is not None and (before[0].floor, before[0].column) == (looked.floor, looked.column)
    return [looked, FloorConfirmed(looked.floor, looked.column) if same and looked.floor else FloorUndecided()]


def evolve(case: FloorCandidate | None, deed: Deed) -> FloorCandidate:
    fact = deed.fact
    if isinstance(fact, CandidatesOpened):
        said = {name: getattr(fact, name) for name in CandidatesOpened.__slots__}
        return FloorCandidate(id=deed.case_id, version=deed.version, state=State.OPEN, opened_at=deed.at, **said)
    assert case is not None
    changed = replace(case, version=deed.version)
    match fact:
        case TrackLookedAt(floor, column, words):
            look = Look(deed.officer_id, mask_name(deed.officer_name), deed.at, case.round, floor, column, words)
            return replace(changed, state=State.OPEN, looks=(*case.looks, look))
        case FloorConfirmed(floor, column):
            return replace(changed, state=State.CONFIRMED, floor=floor, column=column, ended_at=deed.at)
        case FloorUndecided():
            return replace(changed, state=State.UNDECIDED, round=case.round + 1)
        case CandidatesDropped(reason):
            return replace(changed, state=State.DROPPED, reason=reason, ended_at=deed.at)
    raise TypeError(f"no fact of a candidate floor: {fact!r}")


def moves(alert: Alert, case: FloorCandidate, deed: Deed) -> Happening | None:
    """The alert learns how it stands, never the floor."""
    if not alert.is_open:
        return None
    match deed.fact:
        case FloorConfirmed():
            who = "、".join(look.by for look in case.current)
            return by_deed(HappeningKind.NOTED, alert, deed, text=f"楼层 {case.id} 经两人核实（{who}）")
        case FloorUndecided():
            return by_deed(HappeningKind.NOTED, alert, deed, text=f"楼层 {case.id} 两人意见不一，须再看")
        case CandidatesDropped(reason):
            return by_deed(HappeningKind.NOTED, alert, deed, text=f"楼层 {case.id} 无法认定：{reason}")
        case _:
            return None


def seen_by(scope: Scope, case: FloorCandidate) -> FloorCandidate | None:
    """Only by those who verify; a department reads the confirmed floor in its task."""
    return case if scope.role in _READS else None


STREAM = Stream(
    name=NAME,
    prefix="LC",
    topic=TOPIC,
    case=FloorCandidate,
    facts=(CandidatesOpened, TrackLookedAt, FloorConfirmed, FloorUndecided, CandidatesDropped),
    wishes=(OpenCandidates, LookAtTrack, DropCandidates),
    decide=decide,
    evolve=evolve,
    shown_for=timedelta(days=30),
    seen_by=seen_by,
    moves=moves,
)
