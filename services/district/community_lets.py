"""Registrations and lets of the demo community, and what landlords and clerks write in the hours after the start.

At the start nothing stands open that would raise an alert by itself, but for four checks that were missed long ago.
Within the first hours: a check-in and a check-out by a landlord's telephone, and one dwelling with a new face and no
check-in. From then on clerks walk what
falls due each day and renew registrations. Every row follows from seed and district time alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import Connection, select, update

from services.district.community_database import bulk_insert
from services.district.community_estates import Row
from services.district.community_people import Census
from services.district.community_registers import stamp
from services.sources.community_let_tables import FANGWURB, JUZHUDENGJI, RUZHU
from services.sources.community_tables import CHUZUFANG

_COLOURS = (("1", 0.86), ("2", 0.11), ("3", 0.025), ("4", 0.005))
_CYCLES = {1: 90, 2: 30, 3: 7, 4: 1}
_MISSED = 4
_LONGEST = 900  # days a registration may have left
_STAYS = 42  # check-ins of the last month
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高罗郑"
_NEW_FACE = timedelta(minutes=25)
_CAME = timedelta(minutes=13)
_LEFT = timedelta(minutes=38)


def rental_rows(census: Census, day: date, seed: int) -> list[Row]:
    """The register of lets with size, colour and the date of the last check."""
    rng = Random(f"{seed}/lets")
    guests = _guests(census)
    missed = {row[0] for row in census.rental_rows if row[3]}
    rows: list[Row] = []
    for code, hotel, lease, over, verify in census.rental_rows:
        colour = int(rng.choices([c for c, _ in _COLOURS], [w for _, w in _COLOURS])[0])
        cycle = _CYCLES[colour]
        ago = cycle + rng.randrange(5, 20) if code in missed else rng.randrange(0, max(1, cycle - 1))
        heads = guests.get(str(code), 0)
        rooms = max(1, -(-heads // 2), rng.choice((1, 2, 2, 3)))
        area = round(max(heads * 4.5, rooms * rng.uniform(14, 26)), 1)
        since = day - timedelta(days=rng.randrange(95, 900))
        checked = day - timedelta(days=ago)
        rows.append(
            (code, hotel, lease, over, verify, rooms, area, _d(since), colour, _d(checked), heads or None, 0, "")
        )
    return rows


def registration_rows(census: Census, day: date, seed: int) -> Iterator[Row]:
    """One residence registration for each registered tenant; none comes to a step of its time on the first day."""
    rng = Random(f"{seed}/registrations")
    for person in census.people:
        if not person.floating or not person.registered:
            continue
        left = rng.choice((1, *range(8, 24), *range(34, _LONGEST)))
        began = day - timedelta(days=rng.randrange(1, 700))
        number = f"DJ{person.code}"
        kind = "2" if rng.random() < 0.3 else "1"
        idle = rng.randrange(0, 30)
        ends = _d(day + timedelta(days=left))
        yield (number, person.pseudonym, person.house.code, kind, _d(began), ends, "", "", idle)


def report_rows(census: Census, now: datetime, seed: int) -> Iterator[Row]:
    """Landlords' check-ins of the last month, a third of them gone again; nobody's lease is over."""
    rng = Random(f"{seed}/stays")
    let = _let(census)
    for i in range(min(_STAYS, len(let))):
        house = let[rng.randrange(len(let))]
        entered = now - timedelta(days=rng.randrange(1, 29), minutes=rng.randrange(1440))
        lease = now.date() + timedelta(days=rng.randrange(40, 360))
        left = entered + (now - entered) * rng.uniform(0.4, 0.9) if i % 3 == 0 else None
        names, ids = _party(house, entered, rng.randrange(1, 3))
        number = f"RZ{entered:%y%m%d}{i:04d}"
        yield (number, house, names, ids, stamp(entered), _d(lease), stamp(left) if left else "")


def daily_rows(census: Census, day: date, seed: int) -> Iterator[Row]:
    """What was out of the ordinary on ``day``: a tap in a vacant dwelling, a guest more than is registered."""
    rng = Random(f"{seed}/daily/{day}")
    vacant = [str(row[0]) for row in census.house_rows if row[5] == "3"]
    key = int(datetime.combine(day, time(23, 59)).timestamp()) * 1000
    for i, house in enumerate(rng.sample(vacant, min(3, len(vacant)))):
        yield (key + i, house, _d(day), 0, None, round(rng.uniform(0.0, 0.03), 3), round(rng.uniform(0.1, 0.8), 2))
    guests, let = _guests(census), _let(census)
    for i, house in enumerate(rng.sample(let, min(20, len(let)))):
        heads = guests.get(house, 0)
        yield (key + 10 + i, house, _d(day), heads, heads + (i == 0), round(rng.uniform(0.1, 0.6), 3), 4.0)


class LetLife:
    """What is written while the district lives."""

    def __init__(self, census: Census, start: datetime, seed: int) -> None:
        self._census, self._start, self._seed = census, start, seed
        self._let = _let(census)

    def go_on(self, connection: Connection, after: datetime, until: datetime) -> None:
        """Everything of ``(after, until]``."""
        if not self._let:
            return
        self._landlords(connection, after, until)
        if after < self._start + _NEW_FACE <= until:
            self._new_face(connection, until.date())
        day = after.date()
        while day < until.date():
            bulk_insert(connection, FANGWURB, daily_rows(self._census, day, self._seed))
            day += timedelta(days=1)
            self._clerks(connection, day)

    def _landlords(self, connection: Connection, after: datetime, until: datetime) -> None:
        """A check-in and a check-out on the first day at fixed minutes, then each day at half past ten."""
        for at in self._moments(_CAME, after, until):
            house = self._let[int(at.timestamp()) // 60 % len(self._let)]
            names, ids = _party(house, at, 1)
            lease = at.date() + timedelta(days=180)
            row = (f"RZ{at:%y%m%d%H%M}", house, names, ids, stamp(at - timedelta(hours=2)), _d(lease), "")
            bulk_insert(connection, RUZHU, [row])
        for at in self._moments(_LEFT, after, until):
            came = at - _LEFT + _CAME
            gone = update(RUZHU).where(RUZHU.c.rzbh == f"RZ{came - timedelta(days=1):%y%m%d%H%M}")
            connection.execute(gone.values(tfsj=stamp(at)))

    def _moments(self, offset: timedelta, after: datetime, until: datetime) -> Iterator[datetime]:
        """The same minute of every day, first on the day of the start."""
        at = self._start + offset
        while at <= until:
            if at > after:
                yield at
            at += timedelta(days=1)

    def _clerks(self, connection: Connection, day: date) -> None:
        """A new day's work: lets whose check falls due are walked, all but one in forty; registrations that end
        within the week are renewed."""
        for colour, cycle in _CYCLES.items():
            due = (
                CHUZUFANG.c.aqm == colour,
                CHUZUFANG.c.jcyq == 0,
                CHUZUFANG.c.jcrq <= _d(day - timedelta(days=cycle)),
            )
            for house in connection.execute(select(CHUZUFANG.c.fwbh).where(*due)).scalars().all():
                if Random(f"{self._seed}/walk/{house}/{day}").random() > 1 / 40:
                    walked = update(CHUZUFANG).where(CHUZUFANG.c.fwbh == house)
                    connection.execute(walked.values(jcrq=_d(day)))
        ends = (JUZHUDENGJI.c.zxrq == "", JUZHUDENGJI.c.dqrq <= _d(day + timedelta(days=5)))
        renewed = {"dqrq": _d(day + timedelta(days=365)), "xqrq": _d(day)}
        connection.execute(update(JUZHUDENGJI).where(*ends).values(**renewed))

    def _new_face(self, connection: Connection, today: date) -> None:
        """One dwelling where somebody comes and goes since last week and nobody reported him."""
        house = self._let[len(self._let) // 3]
        since = today - timedelta(days=8)
        here = update(CHUZUFANG).where(CHUZUFANG.c.fwbh == house)
        connection.execute(here.values(xcrs=1, xcrq=_d(since)))


def _party(house: str, at: datetime, heads: int) -> tuple[str, str]:
    """Masked names and gate pseudonyms, by comma."""
    rng = Random(f"{house}/{at:%Y%m%d%H%M}")
    names = [f"{rng.choice(_SURNAMES)}*" for _ in range(heads)]
    ids = [f"{house[:4]}-{rng.getrandbits(40):010x}" for _ in range(heads)]
    return ",".join(names), ",".join(ids)


def _let(census: Census) -> Sequence[str]:
    return [str(row[0]) for row in census.rental_rows]


def _guests(census: Census) -> dict[str, int]:
    found: dict[str, int] = {}
    for person in census.people:
        if person.floating and person.registered:
            found[person.house.code] = found.get(person.house.code, 0) + 1
    return found


def _d(on: date) -> str:
    return f"{on:%Y%m%d}"
