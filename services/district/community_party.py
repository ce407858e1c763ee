"""Party branches of the demo community and what they planned and held."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from random import Random

from services.district.community_estates import Row

ENTERED = timedelta(minutes=15)
_MEMBERS = (52, 47, 44, 41, 39, 38, 36, 35, 31, 28, 21)
_MEETINGS = (("1", "党员大会", 1), ("2", "支委会", 1), ("3", "党小组会", 1), ("4", "党课", 1))


def party_rows() -> list[Row]:
    return [
        (f"ZB{i + 1:02d}", f"第{i + 1}支部", members, 4, 4, 1386 * members // 412, 203 * members // 412)
        for i, members in enumerate(_MEMBERS)
    ]


def activity_rows(now: datetime, seed: int, start: datetime) -> list[Row]:
    """This month's and last month's, recorded the day after at the latest. One was planned three days before the
    demo's start and is nobody's yet; its plan is entered a quarter of an hour after."""
    first = now.date().replace(day=1)
    months = ((first - timedelta(days=1)).replace(day=1), first)
    entered = now.replace(tzinfo=None) >= start.replace(tzinfo=None) + ENTERED
    return [
        row
        for month in months
        for i in range(len(_MEMBERS))
        for row in _of_branch(i, month, now.date(), seed, start.date(), entered=entered)
    ]


def _of_branch(i: int, month: date, today: date, seed: int, began: date, *, entered: bool) -> Iterable[Row]:
    rng = Random(f"{seed}/party/{month}/{i}")
    members = _MEMBERS[i]
    for kind, name, least in (*_MEETINGS, ("5", "主题党日", 1), ("6", "志愿服务", 1)):
        planned = month + timedelta(days=rng.randrange(least, 27))
        forgotten = kind == "4" and i == 3 and month == began.replace(day=1)
        recorded = planned + timedelta(days=rng.choice((0, 1, 1)))
        if forgotten:
            planned = max(month, began - timedelta(days=3))
            if not entered:
                continue
        done = recorded < today and not forgotten
        yield (
            f"HD{month:%y%m}{i + 1:02d}{kind}",
            f"ZB{i + 1:02d}",
            kind,
            name,
            f"{planned:%Y%m%d}190000",
            f"{recorded:%Y%m%d}210000" if done else "",
            members,
            members - rng.randrange(0, 6) if done else 0,
            float(rng.randrange(20, 90)) if kind == "6" and done else 0.0,
        )
