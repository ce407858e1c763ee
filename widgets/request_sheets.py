"""The sheets of the queue: which hand-ins stand on each, and in what order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from services.domain.boats import HAND_IN_ORDER, HandInRequest, HandInState
from services.domain.hand_in_times import is_overdue
from services.domain.timebase import midnight_before
from widgets.hand_ins import due_at

_S = HandInState
_UNDER_WAY = frozenset({*HAND_IN_ORDER[3:9], _S.DISPUTED})  # EN_ROUTE … IN_TRANSIT
SHEETS: Mapping[str, frozenset[HandInState]] = {
    "全部": frozenset(_S),
    "新": frozenset({_S.FILED, _S.ACCEPTED, _S.REASSIGNED, _S.NO_SHOW}),
    "已派": frozenset({_S.ASSIGNED}),
    "在途": _UNDER_WAY,
    "超时": frozenset(_S),
    "已结": frozenset({_S.CLOSED, _S.REJECTED, _S.CANCELLED}),
}


def sheet_of(requests: Sequence[HandInRequest], sheet: str, now: datetime) -> Sequence[HandInRequest]:
    """Today's, and what of earlier days is not stored yet; by limit, what is over by when it ended."""
    midnight = midnight_before(now)
    known = [r for r in requests if r.state in SHEETS[sheet]]
    if sheet == "已结":
        ended = [r for r in known if r.history[-1].at >= midnight]
        return sorted(ended, key=lambda r: r.history[-1].at, reverse=True)
    opened = [r for r in known if r.is_open and (r.filed_at >= midnight or r.reached(_S.STORED) is None)]
    return sorted((r for r in opened if sheet != "超时" or is_overdue(r, now)), key=due_at)
