"""The simulated year of lets: reports that never come, leases that end, checks that are missed or written late."""

from __future__ import annotations

from services.district.year_fire_parts import DAY
from services.district.year_people_parts import PeoplePen
from services.domain.let_watch import working_days
from services.domain.rental_terms import TERMS
from services.domain.timebase import local


def lets(pen: PeoplePen) -> None:
    for write in (_new_faces, _leases, _unchecked, _missed, _colours, _short_lets):
        write(pen)


def _new_faces(pen: PeoplePen) -> None:
    """Most landlords report within three working days, some do not; one new face in five is a nanny or a guest."""
    for at, place in pen.many(60, 9, 18):
        dwelling, reports = pen.dwelling(place), pen.rng.choice((1, 2, 3, 3, 4, 9, 14))
        guest = pen.rng.random() < 0.2
        over = False
        for day in range(reports + 1):
            days = working_days(local(at).date(), local(at + day * DAY).date(), TERMS.calendar)
            over |= days > 3
            pen.rental(place, dwelling, at + day * DAY, unregistered=1, unregistered_wd=days)
        if over and not guest:
            pen.plant("R-RNT-01", dwelling, at, 25 * DAY)
        pen.rental(place, dwelling, at + (reports + 1) * DAY)


def _leases(pen: PeoplePen) -> None:
    """People who stayed on and told nobody; and those who renewed by word of mouth, which is no holding over."""
    for at, place in pen.many(45, 9, 18):
        dwelling, renewed = pen.dwelling(place), pen.rng.random() < 0.45
        told_after = pen.rng.randrange(1, 12)
        longest = 0
        for day in range(told_after + 1):
            longest = working_days(local(at).date(), local(at + day * DAY).date(), TERMS.calendar)
            pen.rental(place, dwelling, at + day * DAY, lease_over_wd=longest)
        if longest > 3 and not renewed:
            pen.plant("R-RNT-02", dwelling, at, 25 * DAY)
        pen.rental(place, dwelling, at + (told_after + 1) * DAY)


def _unchecked(pen: PeoplePen) -> None:
    """Let without a look; one in four was looked at by the street office, which wrote it elsewhere."""
    for at, place in pen.many(14, 9, 18):
        dwelling = pen.dwelling(place)
        if pen.rng.random() < 0.75:
            pen.plant("R-RNT-03", dwelling, at, 20 * DAY)
        pen.rental(place, dwelling, at, checked=0, colour=0, colour_before=0, score=None)
        pen.rental(place, dwelling, at + pen.rng.randrange(2, 12) * DAY, colour_before=0)


def _missed(pen: PeoplePen) -> None:
    """A cycle that passed; one in six was walked in time and written down two days late."""
    for at, place in pen.many(36, 0, 1):
        dwelling, late = pen.dwelling(place), pen.rng.random() < 0.16
        if not late:
            pen.plant("R-RNT-04", dwelling, at - DAY, 20 * DAY)
        pen.rental(place, dwelling, at, check_over_days=1, colour=2, colour_before=2)
        pen.rental(place, dwelling, at + (2 if late else 6) * DAY, colour=2, colour_before=2)


def _colours(pen: PeoplePen) -> None:
    """What a check found worse than before; and one that found it better, which is nobody's alert."""
    for at, place in pen.many(22, 9, 18):
        dwelling, colour = pen.dwelling(place), pen.rng.choice((2, 2, 2, 3, 4))
        pen.plant("R-RNT-05", dwelling, at, DAY)
        pen.rental(place, dwelling, at, colour=colour, colour_before=1, score=10 * colour)
        pen.rental(place, dwelling, at + 25 * DAY, colour=1, colour_before=colour)
    for at, place in pen.many(15, 9, 18):
        pen.rental(place, pen.dwelling(place), at, colour=2, colour_before=3, score=9)


def _short_lets(pen: PeoplePen) -> None:
    """Rooms by the day; and flat mates who move in one after another."""
    for at, place in pen.many(7, 9, 18):
        dwelling, day = pen.dwelling(place), 0.0
        pen.plant("R-RNT-06", dwelling, at, 45 * DAY)
        while day < 40:
            pen.stay(place, dwelling, at + day * DAY)
            day += pen.rng.uniform(2, 8)
    for at, place in pen.many(30, 9, 18):
        dwelling = pen.dwelling(place)
        for _ in range(pen.rng.choice((1, 2, 2, 3, 4))):
            pen.stay(place, dwelling, at + pen.rng.uniform(0, 25) * DAY)
