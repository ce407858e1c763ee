"""A year of elders whose truth is known: ordinary mornings, daughters who fetch mother unannounced, dripping taps,
meters that break, and the few times when somebody must come.

Readings come every hour; what the rules look at is made of them by the same functions the collector calls.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from random import Random

from services.district.truth import Planted, Told, Year
from services.district.year_elder_devices import device_events, outings_of, visit_events
from services.district.year_elder_lives import (
    DAY,
    HOUR,
    SLOT,
    Episode,
    Person,
    active,
    away_times,
    episodes,
    people,
    water,
)
from services.domain.community import Elder, Safety
from services.domain.community_told import MeterReading
from services.domain.elder_baseline import baseline_of
from services.domain.elder_view import SETTLING
from services.domain.elder_watch import Heard, activity_of, event_of, is_quiet_stage, stage_of
from services.domain.elder_water import Use, quiet_of
from services.domain.event import Event
from services.domain.masked import Masked

ELDERS = 8
_DRIP_M3H, _TAP_M3 = 0.002, 0.15  # of an hour


def year(seed: int, start: datetime, days: int) -> Year:
    events: list[Event] = []
    planted: list[Planted] = []
    away: dict[Person, list[tuple[datetime, datetime]]] = {}
    end = start + timedelta(days=days)
    for person in people(seed, ELDERS):
        rng = Random(f"{seed}/{person.elder_id}")
        befalls = episodes(rng, start, end)
        away[person] = away_times(befalls)
        readings = list(_readings(person, rng, befalls, start, days))
        out = outings_of(person, rng, befalls, away[person], start, days)
        events += [_reading(person, at, used, total) for at, used, total in readings]
        events += _activities(person, readings, befalls, away[person], out)
        planted += _planted(person, befalls)
        for made, true in (device_events(person, rng, start, end), visit_events(person, rng, away[person], start, end)):
            events += made
            planted += true
    return Year(tuple(events), tuple(planted), tuple(_told(away, start, end)))


def _readings(
    person: Person, rng: Random, befalls: Sequence[Episode], start: datetime, days: int
) -> Iterator[tuple[datetime, float, float]]:
    """Moment, used, counter. A meter that is silent counts on, and tells it all when it speaks again."""
    total, unsaid = rng.uniform(40, 400), 0.0
    for day in range(days):
        for at, amount in water(person, rng, start + day * DAY).items():
            now = {one.kind: one for one in active(befalls, at)}
            if now.keys() & {"fetched", "trip", "collapse"} or _in_hospital(befalls, at):
                amount = 0.0
            if "drip" in now:
                amount += _DRIP_M3H * rng.uniform(0.95, 1.05)
            if "tap" in now:
                amount += _TAP_M3
            total, unsaid = total + amount, unsaid + amount
            if not now.keys() & {"broken", "gap"}:
                yield at, round(unsaid, 4), round(total, 4)
                unsaid = 0.0


def _in_hospital(befalls: Sequence[Episode], at: datetime) -> bool:
    return any(one.kind == "collapse" and one.ends < at <= one.ends + 4 * DAY for one in befalls)


def _reading(person: Person, at: datetime, used: float, total: float) -> Event:
    ident = f"{person.meter_id}:{at:%Y%m%d%H}"
    record = MeterReading(
        ident, person.meter_id, "water", at, total, "m3", person.dwelling_id, person.dwelling_id[:4], used
    )
    return Event("year_meters", ident, "meter_reading", at, record)


def _activities(
    person: Person,
    readings: Sequence[tuple[datetime, float, float]],
    befalls: Sequence[Episode],
    away: Sequence[tuple[datetime, datetime]],
    out: Sequence[datetime],
) -> list[Event]:
    """As the keeper tells them: when something turned or lasted on."""
    found: list[Event] = []
    uses: list[Use] = []
    firsts: list[datetime] = []
    told: tuple[object, ...] | None = None
    base, learned = None, None
    for at, used, _ in readings:
        uses.append(Use(at, used))
        while uses[0].at <= at - timedelta(hours=60):
            del uses[0]
        if used >= 0.002:
            firsts = [*firsts[-200:], at]
        if learned != at.date():
            learned, base = at.date(), baseline_of(firsts, at)
        heard = _heard(person, uses, at, base, befalls, away, out)
        activity = activity_of(heard, at)
        stage = stage_of(activity)
        if stage != told and not (told is None and is_quiet_stage(stage)):
            found.append(event_of(activity))
        told = stage
    return found


def _heard(
    person: Person,
    uses: Sequence[Use],
    at: datetime,
    base: object,
    befalls: Sequence[Episode],
    away: Sequence[tuple[datetime, datetime]],
    out: Sequence[datetime],
) -> Heard:
    gone = bisect_right(out, at)
    month = gone - bisect_right(out, at - 28 * DAY)
    back = max((end for _, end in away if end <= at), default=None)
    down = next((one for one in active(befalls, at) if one.kind in ("collapse", "fetched")), None)
    lost = next((one for one in active(befalls, at) if one.kind == "button"), None)
    motion: dict[str, datetime] = {"motion": down.begins if down else at}
    if gone:
        motion |= {"outing": out[gone - 1], "homecoming": min(at, out[gone - 1] + HOUR)}
    calls = down is not None and at - down.begins > 13 * HOUR and (down.kind == "collapse" or not down.reached)
    return Heard(
        elder=_elder(person, Safety.PENDING),
        quiet=quiet_of(uses),
        feed_at=at,
        baseline=base,  # type: ignore[arg-type]
        away=any(begin < at <= end for begin, end in away),
        watched_from=back,
        proofs=motion,
        outings=month,
        devices={"求助按钮": lost.begins} if lost else {},
        unanswered=2 if calls else 0,
    )


def _elder(person: Person, safety: Safety, *, settling: bool = False) -> Elder:
    return Elder(
        person.elder_id, Masked(""), person.care, "年度小区", "1 幢", safety, (), None, "", "", "",
        dwelling_id=person.dwelling_id, estate_id=person.dwelling_id[:4], settling=settling,
    )  # fmt: skip


def _planted(person: Person, befalls: Sequence[Episode]) -> Iterator[Planted]:
    for one in befalls:
        who, at = person.elder_id, one.begins
        match one.kind:
            case "collapse":
                yield Planted("R-ELD-01", who, at, at + 30 * HOUR)
                yield Planted("R-ELD-02", person.meter_id, at, one.ends)
                yield Planted("R-ELD-03", who, at, one.ends)
            case "tap" | "drip":
                yield Planted("R-ELD-04", who, at, one.ends + SLOT)
            case "broken":
                yield Planted("R-ELD-10", person.meter_id, at, one.ends + 2 * HOUR)
            case "button":
                yield Planted("R-ELD-10B", who, at, one.ends)
            case "sick" if person.goes_out:
                yield Planted("R-ELD-05", who, at, one.ends)
            case _:
                pass


def _told(away: Mapping[Person, Sequence[tuple[datetime, datetime]]], start: datetime, end: datetime) -> Iterator[Told]:
    """The list of elders each time a notice begins or ends, or a first day back is over."""
    turns = {start}
    for times in away.values():
        turns |= {at for begin, back in times for at in (begin, back, back + SETTLING)}
    for at in sorted(turn for turn in turns if start <= turn <= end):
        records: list[Elder] = []
        for person, times in away.items():
            gone = any(begin <= at < back for begin, back in times)
            settling = any(back <= at < back + SETTLING for _, back in times)
            records.append(_elder(person, Safety.AWAY if gone else Safety.PENDING, settling=settling))
        yield Told("elders", at, tuple(records))
