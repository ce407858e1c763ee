"""What a row of the bureau's brings new to a case, and where the two contradict each other.

The bureau's history only ever grows: a row that lacks what it said before, or says it of another moment, is
refused. A state counts by how often it was reached, so that our own order, echoed by the bureau, is known
again. What was ordered here stands until the water says otherwise: a vessel alongside is a fact.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import Any

from services.domain.boats import (
    HAND_IN_ENDED,
    HAND_IN_ORDER,
    STATE_WORDS,
    HandInRequest,
    HandInState,
    StateAt,
    may_follow,
)
from services.domain.hand_in_case import BUREAU, CHANNEL_WORDS, Told, is_ordered_here

NOTHING = Told()
SAME_MOMENT = timedelta(seconds=1)
ETA_MOVES = timedelta(minutes=2)  # an arrival expected earlier or later by less is not written
_S = HandInState
_RANK = {state: rank for rank, state in enumerate(HAND_IN_ORDER)}
_ALONGSIDE = _RANK[_S.ALONGSIDE]


@dataclass(frozen=True, slots=True)
class Brought:
    """What is new. ``fault`` is a code and Chinese words of what cannot be; then nothing else is taken."""

    steps: tuple[StateAt, ...] = ()
    told: Told = NOTHING
    fault: tuple[str, str] = ("", "")

    @property
    def is_new(self) -> bool:
        return bool(self.steps) or self.told != NOTHING


def brought(case: HandInRequest, row: HandInRequest) -> Brought:
    """Pure: the same case and row give the same answer, and a row that was taken brings nothing more."""
    fault = _fault(case, row)
    if fault[0]:
        return Brought(fault=fault)
    if not case.is_open:
        return Brought()
    steps, fault = _steps(case, row)
    if fault[0]:
        return Brought(fault=fault)
    after = (*case.history, *steps)[-1].state
    return Brought(tuple(told_by(row, step) for step in steps), _news(case, row, after, steps))


def told_by(row: HandInRequest, step: StateAt) -> StateAt:
    """Who brought it about, as far as the bureau says."""
    return replace(step, by=_who(row, step.state) or "渔业局", told=BUREAU)


def _who(row: HandInRequest, state: HandInState) -> str:
    if state is _S.FILED:
        return "渔民" if row.channel == "zlb" else CHANNEL_WORDS.get(row.channel, "")
    if state is _S.CANCELLED:
        return "渔民"
    if state is _S.NO_SHOW or _RANK[_S.EN_ROUTE] <= _RANK.get(state, -1) <= _RANK[_S.IN_TRANSIT]:
        return row.vessel_name
    if state in (_S.STORED, _S.REDUCED):
        return row.warehouse
    return {_S.TRANSFERRED: row.carrier, _S.DISPOSED: row.disposer}.get(state, "")


# ------------------------------------------------------------------------------------------- faults


def _fault(case: HandInRequest, row: HandInRequest) -> tuple[str, str]:
    if (row.boat_id, row.pollutant) != (case.boat_id, case.pollutant):
        return "other_hand_in", f"{row.number} 的渔船或污染物变了"
    said: dict[HandInState, list[datetime]] = {}
    for step in row.history:
        said.setdefault(step.state, []).append(step.at)
    seen: Counter[HandInState] = Counter()
    for step in case.history:
        if step.told != BUREAU:
            continue
        moments = said.get(step.state, [])
        nth = seen[step.state]
        seen[step.state] += 1
        if not any(abs(at - step.at) <= SAME_MOMENT for at in moments):
            if nth < len(moments):
                return "rewritten", f"{row.number} 的{STATE_WORDS[step.state]}时刻变了"
            return "went_back", f"{row.number} 从{STATE_WORDS[step.state]}退回{STATE_WORDS[row.state]}"
    if not case.is_open and case.state is not row.state and _collected(row) and not _collected(case):
        return "after_end", f"{row.number} 已{case.state_word}，上游仍报{STATE_WORDS[row.state]}"
    return "", ""


def _collected(request: HandInRequest) -> bool:
    return request.reached(_S.COLLECTING) is not None


# ------------------------------------------------------------------------------------------- states


def _steps(case: HandInRequest, row: HandInRequest) -> tuple[list[StateAt], tuple[str, str]]:
    """The states to add, in an order that may be. A dispute holds everything until it is settled."""
    steps: list[StateAt] = []
    state = case.state
    for step in _unknown(case, row):
        if state in HAND_IN_ENDED or _is_behind(state, step.state) or _is_moot(case, row, state, step.state):
            continue
        if state is _S.DISPUTED and not _settles(row, step):
            break
        way = _way(state, step, row)
        if way is None:
            return [], ("out_of_order", f"{row.number} {STATE_WORDS[state]}之后不能是{STATE_WORDS[step.state]}")
        steps += way
        state = step.state
    return steps, ("", "")


def _unknown(case: HandInRequest, row: HandInRequest) -> Sequence[StateAt]:
    """What the row tells after the last state that the case has reached as often."""
    had = Counter(step.state for step in case.history)
    seen: Counter[HandInState] = Counter()
    known = 0
    for nth, step in enumerate(row.history, 1):
        seen[step.state] += 1
        if seen[step.state] <= had[step.state]:
            known = nth
    return row.history[known:]


def _is_behind(state: HandInState, told: HandInState) -> bool:
    """An echo of what was done here, or of what the case has passed."""
    return state in _RANK and told in _RANK and _RANK[told] <= _RANK[state]


def _is_moot(case: HandInRequest, row: HandInRequest, state: HandInState, told: HandInState) -> bool:
    """The bureau sends, or moves, another vessel than was ordered here: the order is still on its way."""
    ordered = is_ordered_here(case) and row.vessel_id != case.vessel_id and _RANK.get(row.state, 0) < _ALONGSIDE
    before = {_S.ASSIGNED, _S.EN_ROUTE, _S.REASSIGNED, _S.NO_SHOW}
    return ordered and told in before and state in (_S.ASSIGNED, _S.EN_ROUTE)


def _settles(row: HandInRequest, step: StateAt) -> bool:
    """The bureau told of the dispute itself and tells how it ended."""
    return step.state in (_S.SIGNED, _S.STORED, _S.CANCELLED) and any(h.state is _S.DISPUTED for h in row.history)


def _way(state: HandInState, step: StateAt, row: HandInRequest) -> list[StateAt] | None:
    """With the states between, where the case was moved here and the row's own came before; None where there
    is no way."""
    if may_follow(state, step.state):
        return [step]
    if step.state not in _RANK:
        return None
    begin = _RANK.get(state, _RANK[_S.ACCEPTED] if state is _S.REASSIGNED else -1)
    if begin < 0:
        return None
    told = {h.state: h for h in row.history}
    between = [told[s] for s in HAND_IN_ORDER[begin + 1 : _RANK[step.state]] if s in told]
    whole = [*between, step]
    states = [state, *(one.state for one in whole)]
    return whole if all(may_follow(a, b) for a, b in pairwise(states)) else None


# ------------------------------------------------------------------------------------------- figures

_MASSES = ("weighed_t", "stored_t", "reduced_t", "transferred_t", "disposed_t")
_TEXTS = ("warehouse", "manifest", "carrier", "disposer", "photos", "signers")


def _news(case: HandInRequest, row: HandInRequest, after: HandInState, steps: Sequence[StateAt]) -> Told:
    """Only what differs from the case."""
    news: dict[str, Any] = {
        name: getattr(row, name)
        for name in (*_MASSES, *_TEXTS)
        if getattr(row, name) not in (None, "", ()) and getattr(row, name) != getattr(case, name)
    }
    if row.reason and any(step.state not in _RANK for step in steps):
        news["reason"] = row.reason
    return Told(**news, **_vessel(case, row, after, bool(steps)))


def _vessel(case: HandInRequest, row: HandInRequest, after: HandInState, moved: bool) -> dict[str, Any]:
    if not row.vessel_id or after in (_S.REASSIGNED, _S.NO_SHOW) or after in HAND_IN_ENDED:
        return {}
    other = row.vessel_id != case.vessel_id
    if other and is_ordered_here(case) and not (moved and _RANK.get(after, 0) >= _ALONGSIDE):
        return {}
    if other and not moved and case.vessel_id:
        return {}
    news: dict[str, Any] = {"vessel_id": row.vessel_id, "vessel_name": row.vessel_name} if other else {}
    if row.eta is not None and (other or case.eta is None or abs(row.eta - case.eta) >= ETA_MOVES):
        news["eta"] = row.eta
    if row.window_to is not None and row.window_to != case.window_to and (other or case.window_to is None):
        news["window_to"] = row.window_to
    return news
