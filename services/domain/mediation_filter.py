"""Which disputes a list shows: those of a state, an age, a type or a mark, as pointed at in the funnel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.domain.mediation import STATE_WORDS, Mediation, State
from services.domain.mediation_figures import age_band

FILTER = "dispute_filter"  # kind of the selection that carries it
ALL, OPEN, COLLECTIVE, RISK, LATE = "all", "open", "mark:联名", "mark:激化", "mark:逾期"


def is_late(case: Mediation, now: datetime) -> bool:
    """A limit of it that runs is over."""
    clock = case.running
    return case.is_open and clock is not None and clock.due_at < now


def is_risky(case: Mediation) -> bool:
    return bool(case.risk) or case.violent or case.called_110


def hand_up_due(case: Mediation, now: datetime) -> str:
    """Where it should have gone by its age: after the second age to the street, after the third to the centre."""
    if not case.is_unresolved or case.state is State.CENTRE:
        return ""
    passed = sum(clock.what.startswith("age") and clock.due_at <= now for clock in case.clocks)
    if passed >= 3:
        return "应上交区中心"
    return "应上交街道" if passed == 2 and case.state is not State.STREET else ""


def together(cases: Sequence[Mediation]) -> dict[tuple[str, str], int]:
    """How many households are unresolved over the same matter of the same estate."""
    found: dict[tuple[str, str], set[str]] = {}
    for case in cases:
        if case.is_unresolved and case.topic:
            found.setdefault((case.estate_id, case.topic), set()).update(case.households)
    return {matter: len(households) for matter, households in found.items()}


def matches(case: Mediation, wanted: str, now: datetime) -> bool:
    """``wanted`` is ``state:调解中``, ``age:8–15 天``, ``type:物业`` or one of the marks; anything else is all."""
    what, _, word = wanted.partition(":")
    match what:
        case "open":
            return case.is_open
        case "state":
            return _state_word(case) == word
        case "age":
            return case.is_unresolved and age_band(case.open_days(now)) == word
        case "type":
            return case.type.value == word
        case "mark":
            return (
                case.is_open
                and {
                    "联名": case.collective,
                    "激化": is_risky(case) and case.is_unresolved,
                    "逾期": is_late(case, now),
                }[word]
            )
        case _:
            return True


def ordered(cases: Sequence[Mediation], now: datetime) -> list[Mediation]:
    """Open ones first: dangerous, late, unresolved, then by the limit that runs; of those that ended the newest."""
    still = [case for case in cases if case.is_open]
    ended = [case for case in cases if not case.is_open]
    still.sort(key=lambda case: _urgency(case, now))
    ended.sort(key=lambda case: case.ended_at.timestamp() if case.ended_at else 0.0, reverse=True)
    return [*still, *ended]


def _urgency(case: Mediation, now: datetime) -> tuple[bool, bool, bool, float, str]:
    clock = case.running
    due = clock.due_at.timestamp() if clock is not None else float("inf")
    return not (is_risky(case) and case.is_unresolved), not is_late(case, now), not case.is_unresolved, due, case.id


def _state_word(case: Mediation) -> str:
    """A failed mediation stands with those under way: it is to be handed up."""
    return STATE_WORDS[State.MEDIATING if case.state is State.FAILED else case.state]
