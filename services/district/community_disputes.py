"""Disputes of the demo community: a year behind, and a life that goes on.

About 2.2 disputes a week; in the first hour six households of one estate file over the same parking fee, one
after the other. Every row follows from seed and district time alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random

from sqlalchemy import Connection, delete

from services.district.community_database import bulk_insert
from services.district.community_estates import Row
from services.district.community_party import ENTERED, activity_rows
from services.district.community_people import Person
from services.domain.dispute_row import household_alias
from services.domain.mediation import TOPICS, DisputeType
from services.sources.community_tables import DZHD, JIUFEN

_KINDS = (("邻里", 31), ("物业", 27), ("婚姻家庭", 19), ("劳动争议", 14), ("损害赔偿", 12), ("消费", 10))
_OPEN = 9
_A_WEEK = 2.2
_GROWS_MIN = (12, 18, 25, 33, 41, 50)  # minutes after the start at which a household files
_FEE = "小区停车收费由每月 150 元涨到 300 元，未经业主大会，要求退还多收部分"
_WORDS = {
    "噪声": "楼上夜间拖动家具，要求晚十点后安静",
    "漏水": "卫生间漏水浸湿天花板，要求修复并赔偿",
    "停车收费": "对停车收费不认可，要求公示",
    "物业费": "保洁不到位，要求减免物业费",
    "赡养": "三兄妹对赡养分担有分歧",
    "欠薪": "装修队欠工资两个月",
    "财物损坏": "车辆被楼上掉落物砸坏",
    "退款": "健身房停业，要求退卡",
}


@dataclass(frozen=True, slots=True)
class Course:
    """One dispute from filing to its last visit, in days of the community's own clerks. None has not happened."""

    number: str
    type: str
    topic: str
    household: Person
    filed: datetime
    accepted: date
    due: date
    resolved: date | None
    mediator: str
    words: str
    collective: bool = False

    def at(self, now: datetime) -> Row:
        """The row as it stands at that moment."""
        today = now.date()
        resolved = self.resolved if self.resolved is not None and self.resolved <= today else None
        visits = [self._visit(days, resolved, today) for days in (7, 30, 90)]
        house = self.household
        body = self.type in ("物业", "劳动争议", "消费")
        return (
            self.number,
            self.type,
            _day(self.accepted) if self.accepted <= today else "",
            _day(self.due) if self.accepted <= today else "",
            _day(resolved),
            f"{self.filed:%Y%m%d%H%M%S}",
            self.topic,
            house.estate.code,
            house.building.code,
            household_alias(house.estate.code, house.house.code),
            "物业公司" if self.type == "物业" else "某公司" if body else "陈某",
            f"DW{self.number[-6:]}" if body else f"GR{self.number[-6:]}",
            int(self.collective),
            self.words,
            "1234"[int(self.number[-1]) % 4],
            0,
            0,
            self.mediator if self.accepted <= today else "",
            *visits,
        )

    @property
    def milestones(self) -> Iterator[date]:
        yield self.accepted
        if self.resolved is not None:
            yield self.resolved
            yield from (self.resolved + timedelta(days=days) for days in (7, 30, 90))

    @staticmethod
    def _visit(days: int, resolved: date | None, today: date) -> str:
        if resolved is None or resolved + timedelta(days=days) > today:
            return ""
        return _day(resolved + timedelta(days=days))


def _day(day: date | None) -> str:
    return f"{day:%Y%m%d}" if day is not None else ""


# ------------------------------------------------------------------------------------ the year behind


def dispute_rows(people: Sequence[Person], now: datetime, seed: int) -> list[Row]:
    """113 cases: all but nine resolved in about 4.6 days, one of the open ones older than 7 days."""
    return [course.at(now) for course in _past(people, now.date(), seed)]


def _past(people: Sequence[Person], day: date, seed: int) -> Iterator[Course]:
    rng = Random(f"{seed}/disputes")
    kinds = [kind for kind, count in _KINDS for _ in range(count)]
    rng.shuffle(kinds)
    newest = max(date(day.year, 1, 1), day - timedelta(days=16))
    span = max(1, (newest - date(day.year, 1, 1)).days)
    for i, kind in enumerate(kinds):
        if i < _OPEN:
            accepted = day - timedelta(days=9 if i == 0 else rng.randrange(0, 6))
            resolved = day + timedelta(days=8 if i == 0 else rng.randrange(1, 6))
        else:
            accepted = newest - timedelta(days=rng.randrange(0, span))
            resolved = accepted + timedelta(days=rng.choice((2, 3, 4, 4, 5, 5, 6, 8)))
        yield _course(f"JF{day.year}{i + 1:04d}", kind, _midnight(accepted), accepted, resolved, people, rng)


def _course(
    number: str,
    kind: str,
    filed: datetime,
    accepted: date,
    resolved: date | None,
    people: Sequence[Person],
    rng: Random,
) -> Course:
    topic = rng.choice(TOPICS[DisputeType(kind)] or ("",))
    words = _WORDS.get(topic, f"双方就{topic}有分歧，请求调解")
    due = accepted + timedelta(days=15)
    mediator = rng.choice(("徐素琴", "方国良", "蒋卫东"))
    return Course(number, kind, topic, rng.choice(people), filed, accepted, due, resolved, mediator, words)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(0))


# -------------------------------------------------------------------------------------------- live


@dataclass(frozen=True, slots=True)
class DisputeLife:
    """What is filed and moves on after the start (naive Shanghai time inside, as their clerks write)."""

    seed: int
    start: datetime
    people: Sequence[Person]

    def go_on(self, connection: Connection, after: datetime, until: datetime) -> None:
        """Write the rows that changed in ``(after, until]``; ``start``, ``after``, ``until`` are Shanghai time."""
        after, until = after.replace(tzinfo=None), until.replace(tzinfo=None)
        moved = [c for c in self._courses(until) if self._moved(c, after, until)]
        if moved:
            connection.execute(delete(JIUFEN).where(JIUFEN.c.jfbh.in_([c.number for c in moved])))
            bulk_insert(connection, JIUFEN, [c.at(until) for c in moved])
        if after.date() != until.date() or after < self.start.replace(tzinfo=None) + ENTERED <= until:
            self._hold(connection, until)

    def _hold(self, connection: Connection, now: datetime) -> None:
        """The activities as they stand on a new day, or when the forgotten one is entered."""
        connection.execute(delete(DZHD))
        bulk_insert(connection, DZHD, activity_rows(now, self.seed, self.start.replace(tzinfo=None)))

    @staticmethod
    def _moved(course: Course, after: datetime, until: datetime) -> bool:
        if after < course.filed <= until:
            return True
        return course.filed <= until and any(after < _midnight(day) <= until for day in course.milestones)

    def _courses(self, until: datetime) -> Iterator[Course]:
        start = self.start.replace(tzinfo=None)
        yield from _past(self.people, start.date(), self.seed)
        yield from self._growing(start)
        day = start.date() + timedelta(days=1)
        while day <= until.date():
            rng = Random(f"{self.seed}/disputes/{day}")
            if day.weekday() < 6 and rng.random() < _A_WEEK / 6:
                kind = rng.choices([k for k, _ in _KINDS], [n for _, n in _KINDS])[0]
                filed = _midnight(day) + timedelta(minutes=rng.randrange(8 * 60, 18 * 60))
                accepted = day + timedelta(days=rng.choice((0, 1, 1)))
                resolved = accepted + timedelta(days=rng.choice((2, 3, 4, 4, 5, 5, 6, 8, 17)))
                yield _course(f"JF{day:%y%m%d}01", kind, filed, accepted, resolved, self.people, rng)
            day += timedelta(days=1)

    def _growing(self, start: datetime) -> Iterator[Course]:
        """Households of one estate, one after the other; nobody resolves it but our officers."""
        rng = Random(f"{self.seed}/parking")
        estates = sorted({person.estate.code for person in self.people})
        where = estates[min(1, len(estates) - 1)]
        homes = {p.house.code: p for p in self.people if p.estate.code == where and not p.floating}
        chosen = rng.sample(sorted(homes), min(len(homes), len(_GROWS_MIN)))
        for i, (minutes, home) in enumerate(zip(_GROWS_MIN, chosen, strict=False), 1):
            filed = start + timedelta(minutes=minutes)
            accepted = filed.date() + timedelta(days=60)  # not by their clerks
            course = _course(f"JF{filed:%y%m%d}9{i}", "物业", filed, accepted, None, [homes[home]], rng)
            yield replace(course, topic="停车收费", words=_FEE)
