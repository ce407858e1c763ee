"""What stands open with each let dwelling, from the register of lets and our own check-ins and checks.

Pure: the collector's keeper, the panes and a simulated year all ask here.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta

from services.domain.let_room import LetRoom
from services.domain.levels import WorkCalendar
from services.domain.people_events import RentalState
from services.domain.rental_check import RentalCheck, State
from services.domain.rental_safety import SafetyColour, next_check
from services.domain.rental_terms import RentalTerms
from services.domain.stay import Stay
from services.domain.timebase import SHANGHAI, local

FIGURES = "let_figures"
_STEPS_OVER = (1, 7, 30)  # days over at which a missed check is told again
_MOST_WD = 10  # working days that are told one by one


@dataclass(frozen=True, slots=True)
class Safety:
    """The colour in force, when it was found and when the next check is due; nothing when never checked."""

    colour: SafetyColour = SafetyColour.NONE
    score: int | None = None
    found_at: datetime | None = None
    next_due: datetime | None = None
    colour_before: SafetyColour = SafetyColour.NONE


@dataclass(frozen=True, slots=True)
class LetFigures:
    """Topic ``let_figures``: how the lets stand. ``colours`` counts dwellings by colour, 未查 first."""

    colours: tuple[int, int, int, int, int]
    checks_overdue: int
    checks_soon: int  # due within 7 days
    unregistered: int  # dwellings with new faces and no check-in
    came_today: int
    left_today: int
    inside: int  # open stays
    leave_overdue: int


def safety_of(room: LetRoom, checks: Iterable[RentalCheck], terms: RentalTerms) -> Safety:
    """The newest of the register's check and of ours."""
    ours = max((c for c in checks if c.state is State.DONE and c.done_at), key=_done_at, default=None)
    theirs = room.checked_on
    if ours is not None and ours.done_at is not None and (theirs is None or local(ours.done_at).date() >= theirs):
        return Safety(ours.colour, ours.score, ours.done_at, ours.next_due, ours.colour_before)
    if theirs is None:
        return Safety()
    at = _noon(theirs)
    return Safety(room.colour, None, at, next_check(room.colour, at, terms), room.colour)


def _done_at(check: RentalCheck) -> datetime:
    assert check.done_at is not None
    return check.done_at


def _noon(on: date) -> datetime:
    return datetime.combine(on, time(12), SHANGHAI)


def working_days(after: date, until: date, calendar: WorkCalendar) -> int:
    """Worked days in ``(after, until]``."""
    return sum(calendar.is_worked(after + timedelta(days=i + 1)) for i in range(max(0, (until - after).days)))


def state_of(
    room: LetRoom, stays: Sequence[Stay], checks: Sequence[RentalCheck], now: datetime, terms: RentalTerms
) -> RentalState:
    """``at`` is when the newest of its matters began, ``now`` when nothing stands open."""
    today, safety, calendar = local(now).date(), safety_of(room, checks, terms), terms.calendar
    inside = [stay for stay in stays if stay.is_open]
    known = {guest.person_id for stay in inside for guest in stay.guests}
    strangers = max(0, room.strangers - len(known)) if room.strangers_since else 0
    over = max(0, (today - local(safety.next_due).date()).days) if safety.next_due else 0
    since, ended = room.strangers_since if strangers else None, _lease_over(room, inside, today)
    began = [_noon(since)] if since else []
    began += [safety.next_due] if over and safety.next_due else []
    began += [_noon(ended)] if ended else []
    began += [safety.found_at] if safety.found_at and safety.colour > safety.colour_before else []
    unchecked = safety.found_at is None and room.let_since is not None
    began += [_noon(room.let_since)] if unchecked and room.let_since else []
    return RentalState(
        dwelling_id=room.dwelling_id,
        estate_id=room.estate_id,
        estate_name=room.estate_name,
        building=room.building,
        is_let=int(room.let_since is not None or bool(inside)),
        checked=int(safety.found_at is not None),
        colour=int(safety.colour),
        colour_before=int(safety.colour_before),
        score=safety.score,
        check_over_days=over,
        unregistered=strangers,
        unregistered_wd=working_days(since, today, calendar) if since else 0,
        lease_over_wd=working_days(ended, today, calendar) if ended else 0,
        occupants=max(room.guests, sum(len(stay.guests) for stay in inside)),
        at=min(now, max(began, default=now)),
    )


def _lease_over(room: LetRoom, inside: Sequence[Stay], today: date) -> date | None:
    """The earliest lease that is over while somebody is still there."""
    ends = [stay.lease_end for stay in inside if stay.lease_end is not None]
    if not inside and room.lease_end is not None and room.guests:
        ends.append(room.lease_end)
    return min((end for end in ends if end < today), default=None)


def told_as(state: RentalState) -> tuple[int, ...]:
    """What makes a state worth telling again: the first days singly, then in steps."""
    over = sum(state.check_over_days >= step for step in _STEPS_OVER)
    days = (min(state.unregistered_wd, _MOST_WD), min(state.lease_over_wd, _MOST_WD))
    return (state.is_let and not state.checked, state.colour, over, bool(state.unregistered), *days)


def is_open(state: RentalState) -> bool:
    """Whether anything stands open with the dwelling."""
    unchecked = bool(state.is_let and not state.checked)
    worse = state.colour > state.colour_before
    return unchecked or worse or bool(state.check_over_days or state.unregistered or state.lease_over_wd)


def moved(state: RentalState, before: RentalState | None, now: datetime, *, news: bool) -> RentalState | None:
    """The state as it is to be told; None when it says nothing new. Of a dwelling that was told before, the colour
    before is the one last told, and the moment is now; so it is for all ``news``."""
    if before is None:
        if not is_open(state):
            return None
        return replace(state, at=now) if news else state
    if told_as(before) == told_as(state):
        return None
    return replace(state, colour_before=before.colour, at=now)


def figures(
    states: Iterable[RentalState], stays: Iterable[Stay], dues: Mapping[str, datetime | None], now: datetime
) -> LetFigures:
    """``dues`` is the next check of each dwelling."""
    colours = [0] * len(SafetyColour)
    overdue = unregistered = soon = 0
    for state in states:
        colours[state.colour] += 1
        overdue += state.check_over_days > 0
        unregistered += state.unregistered > 0
        due = dues.get(state.dwelling_id)
        soon += due is not None and now <= due <= now + timedelta(days=7)
    all_stays, today = list(stays), local(now).date()
    return LetFigures(
        colours=(colours[0], colours[1], colours[2], colours[3], colours[4]),
        checks_overdue=overdue,
        checks_soon=soon,
        unregistered=unregistered,
        came_today=sum(local(stay.entered_at).date() == today for stay in all_stays),
        left_today=sum(stay.left_at is not None and local(stay.left_at).date() == today for stay in all_stays),
        inside=sum(stay.is_open for stay in all_stays),
        leave_overdue=sum(stay.is_open and stay.overdue_at is not None for stay in all_stays),
    )
