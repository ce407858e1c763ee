"""Which clocks of a dispute wait for nothing more once it is in a state."""

from __future__ import annotations

from services.domain.mediation import ENDED, CaseClock, State, What

_S = State


def settled(state: State) -> frozenset[str]:
    if state is _S.FILED:
        return frozenset()
    if state in (_S.ACCEPTED, _S.MEDIATING):
        return frozenset({What.ACCEPT})
    if state in (_S.FAILED, _S.STREET, _S.CENTRE):
        return frozenset({What.ACCEPT, What.MEETING})
    if state in (_S.AGREED, _S.PERFORMING):
        return frozenset({What.ACCEPT, What.MEETING, What.RESOLVE})
    return frozenset(What)


def is_settled(clock: CaseClock, state: State) -> bool:
    """Ages stop when it is resolved or ended; visits when it is ended."""
    if clock.what.startswith("age"):
        return state in (_S.AGREED, _S.PERFORMING, _S.VISITING) or is_end(state)
    return clock.what.startswith("visit") and is_end(state)


def is_end(state: State) -> bool:
    return state in ENDED
