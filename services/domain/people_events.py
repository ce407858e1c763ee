"""Events of dwellings, registrations, lets and stays: counts and codes, never a name.

A person here is the gate's or the register's pseudonym; who that is, only the register knows. Origin, household
register and health are in none of these records, so no rule can look at them.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class DwellingState:
    """Event ``dwelling_state``: one dwelling on one day, as its own system counted it. None is not counted."""

    dwelling_id: str
    estate_id: str
    estate_name: str
    building: str  # 3 幢
    use: str  # own | let | vacant | unknown
    vacant: int  # 0 or 1: so it stands in the register
    registered: int  # persons
    regular_persons: int | None  # seen on 5 days or more of the last 14
    rooms: int | None
    area_m2: float | None
    water_m3d: float | None
    power_kwhd: float | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RegistrationDue:
    """Event ``registration_due``: one residence registration at a step of its time. ``idle_days`` is how long
    neither a gate nor a meter has told of anybody there; None when they do not tell."""

    registration_id: str
    person_id: str  # pseudonym
    estate_id: str
    estate_name: str
    building: str
    dwelling_id: str
    state: str  # due | renewed | cancelled
    days_left: int
    idle_days: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class RentalState:
    """Event ``rental_state``: what stands open with one let dwelling; told when one of its figures has changed.

    ``unregistered_wd`` counts working days since a new regular person is there without a check-in,
    ``lease_over_wd`` those since the lease of somebody ended who has not checked out. A higher ``colour`` is worse.
    """

    dwelling_id: str
    estate_id: str
    estate_name: str
    building: str
    is_let: int
    checked: int  # 0 or 1: safe to let by a check before it was let
    colour: int  # 0 never checked, 1 green, 2 yellow, 3 orange, 4 red
    colour_before: int
    score: int | None
    check_over_days: int  # since the next check was due; 0 while it is not
    unregistered: int  # new regular persons without a check-in
    unregistered_wd: int
    lease_over_wd: int
    occupants: int  # checked in and not out
    at: datetime


@dataclass(frozen=True, slots=True)
class StayMoved:
    """Event ``stay``: a check-in or a check-out was recorded."""

    stay_id: str
    dwelling_id: str
    estate_id: str
    estate_name: str
    building: str
    move: str  # in | out
    guests: int
    late: int  # 0 or 1: recorded after the landlord's days were up
    at: datetime


@dataclass(frozen=True, slots=True)
class PoliceMatch:
    """Event ``police_match``: the police's own system matched somebody. The number of its alert, the place and the
    level it sent; who it is stays on the police terminal."""

    match_id: str
    estate_id: str
    place: str
    level_no: int  # 1 blue … 4 red
    at: datetime
