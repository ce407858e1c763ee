"""Buttons, radars, wearables and smoke alarms of a simulated year, the mornings out, and the visits made."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from random import Random

from services.district.truth import Planted
from services.district.year_elder_lives import DAY, HOUR, Episode, Person
from services.domain.elder_events import ElderDevice, ElderVisitState
from services.domain.elder_terms import TERMS
from services.domain.event import Event

_MINUTE = timedelta(minutes=1)
Made = tuple[list[Event], list[Planted]]
Times = Sequence[tuple[datetime, datetime]]
# Kind of matter, how often a year, whether somebody must come.
_MATTERS = (
    ("sos_true", 0.9, True),
    ("sos_pressed_by_mistake", 0.6, False),
    ("fall_true", 0.8, True),
    ("fall_up_again", 6.0, False),
    ("fall_of_a_chair", 0.3, False),
    ("smoke_true", 0.4, True),
    ("smoke_of_cooking", 0.4, False),
    ("vital_once", 9.0, False),
    ("vital_true", 0.9, True),
    ("vital_loose", 0.3, False),
)


def device_events(person: Person, rng: Random, start: datetime, end: datetime) -> Made:
    events: list[Event] = []
    planted: list[Planted] = []
    years = (end - start) / timedelta(days=365)
    for name, often, true in _MATTERS:
        for at in _moments(rng, often * years, start, end - 2 * DAY):
            events += _matter(person, name, at)
            if true:
                planted.append(_truth(person, name, at))
    return events, planted


def _moments(rng: Random, often: float, start: datetime, end: datetime) -> list[datetime]:
    """At least three days apart, so that no matter is counted with another."""
    count = int(often) + (rng.random() < often % 1)
    found: list[datetime] = []
    for _ in range(count):
        at = start + timedelta(seconds=rng.uniform(0, (end - start).total_seconds()))
        if all(abs(at - other) > 3 * DAY for other in found):
            found.append(at)
    return sorted(found)


def _matter(person: Person, name: str, at: datetime) -> list[Event]:
    kind = name.partition("_")[0]
    told = [(at, kind, 0)]
    match name:
        case "fall_up_again":
            told.append((at + timedelta(seconds=25), "fall_recovered", 0))
        case "vital_once":
            told = [(at, "vital", 1), (at + 5 * _MINUTE, "vital", 0)]
        case "vital_true" | "vital_loose":
            told = [(at + i * 5 * _MINUTE, "vital", 1) for i in range(4)] + [(at + HOUR, "vital", 0)]
        case _:
            pass
    return [_event(person, moment, kind, beyond) for moment, kind, beyond in told]


def _truth(person: Person, name: str, at: datetime) -> Planted:
    who = person.elder_id
    match name:
        case "sos_true":
            return Planted("R-ELD-06", who, at, at + 10 * _MINUTE)
        case "fall_true":
            return Planted("R-ELD-06F", who, at, at + 90 * _MINUTE)
        case "smoke_true":
            return Planted("R-ELD-07", f"{who}|smoke", at, at + 10 * _MINUTE)
        case _:
            return Planted("R-ELD-08", f"{who}|vital-{who}", at, at + 20 * _MINUTE)


def _event(person: Person, at: datetime, kind: str, beyond: int) -> Event:
    device = f"{kind.partition('_')[0]}-{person.elder_id}"
    ident = f"{device}:{at:%Y%m%d%H%M%S%f}:{kind}"
    estate = person.dwelling_id[:4]
    record = ElderDevice(
        ident, person.elder_id, person.dwelling_id, device, kind, None, "", beyond, estate, "年度小区", "1 幢", at
    )
    return Event("year_elder_devices", ident, "elder_device", at, record)


def outings_of(
    person: Person, rng: Random, befalls: Sequence[Episode], away: Times, start: datetime, days: int
) -> list[datetime]:
    """Each morning of those who go out; not while away, ill or on a rainy day."""
    found: list[datetime] = []
    for day in range(days if person.goes_out else 0):
        at = start + day * DAY + timedelta(hours=rng.uniform(7.0, 8.8))
        home = any(one.holds(at) and one.kind in ("collapse", "fetched", "sick", "lazy") for one in befalls)
        if not home and not any(begin < at <= end for begin, end in away):
            found.append(at)
    return found


def visit_events(person: Person, rng: Random, away: Times, start: datetime, end: datetime) -> Made:
    """Visits within the time of her class; now and then one is forgotten for half as long again."""
    events: list[Event] = []
    planted: list[Planted] = []
    every = TERMS.visit_every(person.care)
    visited = start
    while visited + every < end - 3 * DAY:
        due = visited + every
        forgotten = rng.random() < 0.08 and not any(begin < due <= back for begin, back in away)
        made = due + every * 0.6 if forgotten else due - DAY * rng.uniform(0.2, 2.0)
        if forgotten:
            planted.append(Planted("R-ELD-09", person.elder_id, due, made))
            at = due + HOUR
            while at < made:
                events.append(_visit(person, "overdue", visited, due, at))
                at += DAY
            events.append(_visit(person, "planned", made, made + every, made))
        visited = made
    return events, planted


def _visit(person: Person, state: str, visited: datetime, due: datetime, at: datetime) -> Event:
    limit_d = float(TERMS.visit_days(person.care))
    ident = f"{person.elder_id}:{at:%Y%m%d%H%M%S}"
    estate, since_d = person.dwelling_id[:4], round((at - visited) / DAY, 2)
    record = ElderVisitState(
        person.elder_id, person.dwelling_id, estate, "年度小区", "1 幢", person.care.value, state,
        since_d, limit_d, False, due, at,
    )  # fmt: skip
    return Event("year_elder_visits", ident, "elder_visit", at, record)
