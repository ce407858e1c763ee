"""A simulated year of gates, registrations and dwellings whose truth is known.

What makes rules err in life is in it: parents who visit for weeks and are on no list, nannies by day, couriers on
their first round, friends at week-ends, tenants who work away, flats under repair, somebody fetched by a side gate.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random

from services.district.truth import Year
from services.district.year_fire_parts import DAY, HOUR, MINUTE
from services.district.year_people_lets import lets
from services.district.year_people_parts import PeoplePen
from services.domain.community_told import PersonCategory

_OUT, _IN = (6, 30), (18, 30)  # hours a working day begins and ends


def year(seed: int, start: datetime, days: int) -> Year:
    pen = PeoplePen(Random(f"{seed}/people"), start, days)
    for write in (_tenants, _parents, _weekends, _nannies, _couriers, _strangers, _protected):
        write(pen)
    for write in (_registrations, _crowded, _vacant, _police):
        write(pen)
    lets(pen)
    return Year(tuple(pen.events), tuple(pen.planted))


# -- gates --------------------------------------------------------------------------------------------


def _tenants(pen: PeoplePen) -> None:
    """Somebody moved in and registered nowhere; most are registered after a month, when somebody called. Some work
    nights, so that nothing says they sleep here."""
    for at, place in pen.many(26):
        who, nights = pen.person(place), pen.rng.random() < 0.3
        pen.plant("R-POP-01", f"{place.estate_id}|{who}", at, 60 * DAY)
        for day in range(pen.rng.randrange(35, 110)):
            if pen.rng.random() < 0.12:
                continue
            status = PersonCategory.UNKNOWN if day < 32 else PersonCategory.FLOATING
            morning, evening = (_IN, _OUT) if nights else (_OUT, _IN)
            pen.passage(place, who, pen.at(at + day * DAY, *morning), inward=False, category=status)
            pen.passage(place, who, pen.at(at + day * DAY, *evening, late_h=4), category=status)


def _parents(pen: PeoplePen) -> None:
    """Two or three weeks in the family; two of three are on a resident's list."""
    for at, place in pen.many(34):
        who, kin = pen.person(place), int(pen.rng.random() < 0.66)
        for day in range(pen.rng.randrange(9, 24)):
            pen.passage(place, who, pen.at(at + day * DAY, 8, 30), inward=False, kin=kin)
            pen.passage(place, who, pen.at(at + day * DAY, 10, 0), kin=kin)


def _weekends(pen: PeoplePen) -> None:
    """A friend from Friday evening to Sunday; some go out on Saturday too. Two of five say so at the desk."""
    for at, place in pen.many(16):
        who, announced = pen.person(place), int(pen.rng.random() < 0.4)
        friday = at + timedelta(days=(4 - at.weekday()) % 7)
        for week in range(pen.rng.randrange(4, 16)):
            day = friday + week * 7 * DAY
            pen.passage(place, who, pen.at(day, 19, 0, late_h=2), visitor=announced)
            if pen.rng.random() < 0.3:
                pen.passage(place, who, pen.at(day + DAY, 14, 0), inward=False, visitor=announced)
                pen.passage(place, who, pen.at(day + DAY, 18, 0), visitor=announced)
            pen.passage(place, who, pen.at(day + 2 * DAY, 16, 0), inward=False, visitor=announced)


def _nannies(pen: PeoplePen) -> None:
    """In by eight, out by six, five days a week: most are on the property's list; and children who come to lessons."""
    for at, place in pen.many(24):
        who, minor = pen.person(place), int(pen.rng.random() < 0.3)
        listed = pen.rng.random() < 0.75
        status = PersonCategory.PROPERTY if listed else PersonCategory.UNKNOWN
        for day in range(pen.rng.randrange(20, 60)):
            if (at + day * DAY).weekday() < 5:
                pen.passage(place, who, pen.at(at + day * DAY, 7, 40), category=status, minor=minor)
                pen.passage(place, who, pen.at(at + day * DAY, 18, 5), inward=False, category=status, minor=minor)


def _couriers(pen: PeoplePen) -> None:
    """On the list after a few days; a slow company takes a week."""
    for at, place in pen.many(20):
        who, unlisted = pen.person(place), pen.rng.choice((1, 2, 3, 7))
        for day in range(pen.rng.randrange(10, 30)):
            status = PersonCategory.UNKNOWN if day < unlisted else PersonCategory.COURIER
            noon = pen.at(at + day * DAY, 11, 30)
            pen.passage(place, who, noon, category=status)
            pen.passage(place, who, noon + 12 * MINUTE, inward=False, category=status)


def _strangers(pen: PeoplePen) -> None:
    """Who comes once or twice and never again."""
    for at, place in pen.many(420, 9, 21):
        who = pen.person(place)
        pen.passage(place, who, at)
        pen.passage(place, who, at + pen.rng.randrange(10, 200) * MINUTE, inward=False)


def _protected(pen: PeoplePen) -> None:
    """Five people walk each second day; now and then one does not find back, or is fetched by a gate that counts
    nobody, or goes out in the dark."""
    for i in range(5):
        place, who = pen.place(), f"protected{i}"
        key = f"{place.estate_id}|{who}"
        for day in range(i % 2, max(1, pen.days - 1), 2):
            out = pen.at(pen.start + day * DAY, 14, 0)
            with_them = int(pen.rng.random() < 0.5)
            draw, back = pen.rng.random(), out + pen.rng.randrange(30, 150) * MINUTE
            if draw < 0.006 and not with_them:
                pen.plant("R-POP-07", key, out, 12 * HOUR)
                back = out + pen.rng.randrange(300, 500) * MINUTE
            pen.passage(place, who, out, inward=False, protected=1, accompanied=with_them, category="resident")
            if draw < 0.994 or with_them:
                pen.passage(place, who, back, protected=1, accompanied=with_them, category="resident")
            if draw > 0.985:
                night = pen.at(pen.start + day * DAY, 22, 30)
                fetched = pen.rng.random() < 0.25  # by a daughter who waits at the gate
                if not fetched:
                    pen.plant("R-POP-07N", key, night, 2 * HOUR)
                pen.passage(place, who, night, inward=False, protected=1, accompanied=0, category="resident")
                pen.passage(place, who, night + 40 * MINUTE, protected=1, accompanied=1, category="resident")


# -- registrations and dwellings ------------------------------------------------------------------------


def _registrations(pen: PeoplePen) -> None:
    """Most are renewed before the end; some people moved away and nobody cancelled, some only work elsewhere."""
    for at, place in pen.many(90, 9, 10):
        number, person = f"DJ{len(pen.events)}", pen.person(place)
        renews = pen.rng.randrange(1, 45)
        for left in (30, 7):
            if 30 - left < renews:
                pen.plant("R-POP-02", number, at, 35 * DAY)
                pen.registration(place, number, person, at + (30 - left) * DAY, days_left=left, idle=3)
        pen.registration(place, number, person, at + renews * DAY, days_left=365, idle=0, state="renewed")
    for at, place in pen.many(30, 9, 10):
        number, gone = f"DJ{len(pen.events)}", pen.rng.random() < 0.6
        if gone:
            pen.plant("R-POP-03", number, at, 20 * DAY)
        pen.registration(place, number, pen.person(place), at, days_left=200, idle=45)
        pen.registration(place, number, pen.person(place), at + 9 * DAY, days_left=191, idle=0 if not gone else 54)


def _crowded(pen: PeoplePen) -> None:
    """Too many for weeks; and a family that has everybody for the holidays."""
    for at, place in pen.many(9):
        dwelling, true = pen.dwelling(place), pen.rng.random() < 0.6
        lasts = pen.rng.randrange(20, 60) if true else pen.rng.randrange(4, 9)
        if true:
            pen.plant("R-POP-04", dwelling, at, lasts * DAY)
        for day in range(lasts + 3):
            heads = pen.rng.choice((5, 6, 6, 7)) if day < lasts else 3
            pen.dwelling_state(place, dwelling, at + day * DAY, registered=3, regular=heads, rooms=3, area=92.0)
    for at, place in pen.many(20):
        dwelling = pen.dwelling(place)
        for day in range(20):
            pen.dwelling_state(place, dwelling, at + day * DAY, registered=3, regular=4, rooms=None, area=None)


def _vacant(pen: PeoplePen) -> None:
    """Somebody lives in a vacant dwelling; others are repaired for a week, or have a fridge on and a tap that drips."""
    for at, place in pen.many(10):
        dwelling, true = pen.dwelling(place), pen.rng.random() < 0.65
        lasts = pen.rng.randrange(15, 60) if true else pen.rng.randrange(2, 9)
        if true:
            pen.plant("R-POP-05", dwelling, at, lasts * DAY)
        for day in range(lasts):
            home = pen.rng.random() > 0.1
            water = pen.rng.uniform(0.06, 0.3) if home and true else 0.01
            power = pen.rng.uniform(1.5, 6.0) if home else 0.3
            pen.dwelling_state(place, dwelling, at + day * DAY, water=water, power=power)
    for at, place in pen.many(12):
        dwelling = pen.dwelling(place)
        for day in range(25):
            pen.dwelling_state(place, dwelling, at + day * DAY, water=0.02, power=pen.rng.uniform(0.4, 0.9))


def _police(pen: PeoplePen) -> None:
    for i, (at, place) in enumerate(pen.many(10)):
        pen.plant("R-POP-06", f"GA-{i:04d}", at, HOUR)
        pen.police(place, f"GA-{i:04d}", at, pen.rng.choice((1, 2, 2, 3)))
