"""值班表: whose shift it is, who sits in it, and who may sit in for whom."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from services.domain.officer import Officer, Role
from services.domain.timebase import SHANGHAI, local

CREW_ROLES = (Role.DUTY_LEADER, Role.SHIFT_LEAD, Role.DUTY)


@dataclass(frozen=True, slots=True)
class ShiftHours:
    """A shift as it recurs every day. One that ends no later than it starts runs past midnight."""

    name: str  # 早班
    starts: time
    ends: time

    def on(self, day: date) -> Shift:
        starts = datetime.combine(day, self.starts, SHANGHAI)
        ends = datetime.combine(day, self.ends, SHANGHAI)
        if ends <= starts:
            ends += timedelta(days=1)
        return Shift(f"{day:%y%m%d}-{self.name}", self.name, starts.astimezone(UTC), ends.astimezone(UTC))


@dataclass(frozen=True, slots=True)
class Shift:
    """One shift of one day: ``starts_at`` inclusive, ``ends_at`` exclusive."""

    id: str  # 261122-早班
    name: str
    starts_at: datetime
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class OnDuty:
    """One person of a crew. ``instead_of`` is whom an approved swap replaced."""

    officer_id: str
    name: str
    role: Role
    instead_of: str = ""


@dataclass(frozen=True, slots=True)
class DutyShift:
    """A shift with its crew: a record of topic ``roster``. An empty crew is not known, never nobody."""

    id: str
    name: str
    starts_at: datetime
    ends_at: datetime
    team: str = ""  # 乙班
    crew: tuple[OnDuty, ...] = ()
    items: tuple[str, ...] = ()  # what is handed from crew to crew: keys, radios
    earliest_min: int = 10  # [D] before its end it may be handed over
    grace_min: int = 120  # [D] after its end it may still be
    ahead_min: int = 120  # [D] how far its sheet looks for deadlines
    phone_min: int = 20  # [K] an event is told upwards by telephone within
    written_min: int = 40  # [K] and in writing within

    @property
    def opens_at(self) -> datetime:
        """From when it may be handed over."""
        return self.ends_at - timedelta(minutes=self.earliest_min)

    @property
    def lapses_at(self) -> datetime:
        """Until when it is the one to hand over."""
        return self.ends_at + timedelta(minutes=self.grace_min)

    def has(self, officer_id: str) -> bool:
        return any(person.officer_id == officer_id for person in self.crew)

    def of(self, role: Role) -> tuple[OnDuty, ...]:
        return tuple(person for person in self.crew if person.role is role)


@dataclass(frozen=True, slots=True)
class Posting:
    """One line of the month's table: who sits in one shift of one day."""

    day: date
    shift: str
    crew: tuple[str, ...]  # officer ids
    team: str = ""


@dataclass(frozen=True, slots=True)
class Roster:
    """The hours, the people and the month's table. What the table leaves out falls to those officers
    whose own ``shift`` names these hours (乙班 08–20), or who are on duty all day."""

    hours: tuple[ShiftHours, ...]
    people: tuple[Officer, ...] = ()
    postings: tuple[Posting, ...] = ()
    items: tuple[str, ...] = ()
    minutes: tuple[int, ...] = (10, 120, 120, 20, 40)  # in the order of ``MINUTES``

    def manned(self, shift: Shift, swaps: Sequence[Swap] = ()) -> DutyShift:
        posted = next((p for p in self.postings if _id(p) == shift.id), None)
        if posted is not None:
            by_id = {officer.id: officer for officer in self.people}
            officers = [by_id[officer_id] for officer_id in posted.crew if officer_id in by_id]
        else:
            officers = [officer for officer in self.people if _works(officer, shift)]
        crew = [OnDuty(o.id, o.name, o.role) for o in officers if o.role in CREW_ROLES]
        team = posted.team if posted else next((o.shift.split()[0] for o in officers if _is_team(o.shift)), "")
        swapped = tuple(_swapped(person, shift.id, swaps) for person in crew)
        ordered = tuple(sorted(swapped, key=lambda person: CREW_ROLES.index(person.role)))
        named = (shift.id, shift.name, shift.starts_at, shift.ends_at)
        return DutyShift(*named, team, ordered, self.items, *self.minutes)


DAY_AND_NIGHT = (ShiftHours("早班", time(8), time(20)), ShiftHours("晚班", time(20), time(8)))
ROSTER = Roster(DAY_AND_NIGHT)


def shift_at(hours: Sequence[ShiftHours], now: datetime) -> Shift:
    """The shift that runs at ``now``. Raises ValueError when the hours leave a gap there."""
    today = local(now).date()
    for day in (today, today - timedelta(days=1)):
        for shift in (one.on(day) for one in hours):
            if shift.starts_at <= now < shift.ends_at:
                return shift
    raise ValueError(f"没有班次包含 {local(now):%H:%M}")


def shifts_from(hours: Sequence[ShiftHours], now: datetime, count: int) -> tuple[Shift, ...]:
    """The shift at ``now`` and those that follow it."""
    shifts = [shift_at(hours, now)]
    while len(shifts) < count:
        shifts.append(shift_at(hours, shifts[-1].ends_at))
    return tuple(shifts)


def shift_before(hours: Sequence[ShiftHours], shift: Shift) -> Shift:
    return shift_at(hours, shift.starts_at - timedelta(microseconds=1))


def on_duty(roster: Roster, now: datetime, swaps: Sequence[Swap] = ()) -> tuple[OnDuty, ...]:
    """Who sits at the desks now."""
    return roster.manned(shift_at(roster.hours, now), swaps).crew


def seven_days(roster: Roster, now: datetime, swaps: Sequence[Swap] = ()) -> tuple[DutyShift, ...]:
    """The records of topic ``roster``: the shift before, this one, and those of the next seven days."""
    this = shift_at(roster.hours, now)
    coming = shifts_from(roster.hours, now, 7 * len(roster.hours) + 1)
    return tuple(roster.manned(shift, swaps) for shift in (shift_before(roster.hours, this), *coming))


def current(shifts: Sequence[DutyShift], now: datetime) -> DutyShift | None:
    """The record of the shift that runs at ``now``."""
    return next((shift for shift in shifts if shift.starts_at <= now < shift.ends_at), None)


def read_roster(duty: Mapping[str, Any], people: Sequence[Officer], table: Sequence[Mapping[str, str]] = ()) -> Roster:
    """The roster of ``[duty]``: ``shifts``, ``roster``, ``items``, ``handover_…_min``; ``table`` are the
    rows of a CSV roster.

    Raises ValueError with the place and the reason in Chinese.
    """
    hours = tuple(_hours(one, n) for n, one in enumerate(duty.get("shifts", ()), 1)) or DAY_AND_NIGHT
    _cover_the_day(hours)
    listed = duty.get("roster", ())
    rows = [*(listed if isinstance(listed, list) else ()), *table]
    known = {officer.id for officer in people}
    names = {one.name for one in hours}
    postings = tuple(_posting(row, n, names, known) for n, row in enumerate(rows, 1))
    items = duty.get("items", ())
    if not isinstance(items, list | tuple) or not all(isinstance(item, str) for item in items):
        raise ValueError('duty.items 须为文字列表，例如 ["机房钥匙 3 把"]')
    return Roster(hours, tuple(people), postings, tuple(items), _minutes(duty))


MINUTES = (
    *("handover_earliest_min", "handover_grace_min", "handover_ahead_min"),
    *("report_phone_min", "report_written_min"),
)


def _minutes(duty: Mapping[str, Any]) -> tuple[int, ...]:
    found = []
    for name, plain in zip(MINUTES, ROSTER.minutes, strict=True):
        value = duty.get(name, plain)
        if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= 720:
            raise ValueError(f"duty.{name}：须为 0 至 720 的分钟数，读到 {value!r}")
        found.append(value)
    return tuple(found)


def _hours(table: Mapping[str, Any], number: int) -> ShiftHours:
    where = f"duty.shifts 第 {number} 班"
    if not isinstance(table.get("name"), str):
        raise ValueError(f"{where}：缺少 name")
    return ShiftHours(table["name"], *(_time(table.get(key), f"{where} {key}") for key in ("starts", "ends")))


def _time(value: Any, where: str) -> time:
    if isinstance(value, time):
        return value
    try:
        return time.fromisoformat(str(value))
    except ValueError as why:
        raise ValueError(f'{where}：{value!r} 须写作 "08:00"') from why


def _cover_the_day(hours: Sequence[ShiftHours]) -> None:
    """Each shift must begin where another ends, and together they last 24 hours."""
    day = date(2026, 1, 1)
    total = sum(((s := one.on(day)).ends_at - s.starts_at for one in hours), timedelta())
    if total != timedelta(days=1) or {one.starts for one in hours} != {one.ends for one in hours}:
        raise ValueError("duty.shifts：各班须首尾相接，合计 24 小时")


def _posting(row: Mapping[str, Any], number: int, shifts: set[str], known: set[str]) -> Posting:
    where = f"duty.roster 第 {number} 行"
    day, shift, crew = row.get("day"), row.get("shift"), row.get("crew")
    try:
        day = day if isinstance(day, date) else date.fromisoformat(str(day))
    except ValueError as why:
        raise ValueError(f"{where}：day {day!r} 须写作 2026-11-22") from why
    if shift not in shifts:
        raise ValueError(f"{where}：shift {shift!r} 不认识，可用：{'、'.join(sorted(shifts))}")
    ids = tuple(crew.split()) if isinstance(crew, str) else tuple(crew or ())
    for officer_id in ids:
        if officer_id not in known:
            raise ValueError(f"{where}：没有编号为 {officer_id!r} 的人员")
    return Posting(day, shift, ids, str(row.get("team", "")))


def _id(posting: Posting) -> str:
    return f"{posting.day:%y%m%d}-{posting.shift}"


def _works(officer: Officer, shift: Shift) -> bool:
    hours = f"{local(shift.starts_at):%H}–{local(shift.ends_at):%H}"
    return hours in officer.shift or officer.shift.endswith("带班")


def _is_team(shift: str) -> bool:
    return shift.split()[:1] != [] and shift.split()[0].endswith("班") and not shift.endswith("带班")


def _swapped(person: OnDuty, shift_id: str, swaps: Sequence[Swap]) -> OnDuty:
    for swap in swaps:
        if swap.state == APPROVED and swap.shift_id == shift_id and swap.asked_by == person.officer_id:
            return replace(person, officer_id=swap.other_id, name=swap.other_name, instead_of=person.name)
    return person


ASKED, AGREED, APPROVED, DECLINED = "asked", "agreed", "approved", "declined"


@dataclass(frozen=True, slots=True)
class Swap:
    """换班: asked by one, agreed by the other, approved by a shift lead. It counts once approved."""

    id: str
    version: int
    state: str
    shift_id: str
    shift_name: str
    starts_at: datetime
    asked_by: str
    asked_name: str
    other_id: str
    other_name: str
    reason: str
    answer: str = ""  # why it was declined

    @property
    def is_open(self) -> bool:
        return self.state in (ASKED, AGREED)
