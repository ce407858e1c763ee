"""The demo's elders: whom to call, what they signed, their devices, and what those tell.

Every row follows from seed and district time. Over the first hour: the robot fails to reach one elder twice and
reaches another, somebody gets up again by herself after a fall, one does not go out as she is used to, a
button falls silent, and a visit after a change in a life falls due.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from random import Random

from sqlalchemy import Connection, Table, update

from services.district.community_database import bulk_insert
from services.district.community_days import number
from services.district.community_estates import Row
from services.district.community_people import ElderPlan
from services.district.community_registers import AWAY, stamp
from services.sources import community_tables as tables

_CARE_DAYS = {"1": 7, "2": 31, "3": 92}
_RELATIONS = ("女儿", "儿子", "侄女", "邻居")
_SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高"
_HOMEBODY, _SILENT_BUTTON, _CHANGED, _WITHDREW = 12, 9, 15, 33
_OUTING_DAYS = 28
_MINUTE = timedelta(minutes=1)
_CALLS = (  # seconds after the start, which elder, whom, rank, result
    (70, 0, "1", 0, "3"),
    (200, 0, "1", 0, "3"),
    (240, 1, "1", 0, "1"),
)
_SIGNALS = (  # minutes after the start, which elder, device, kind
    (16.0, 7, "L", "06"),
    (16.4, 7, "L", "07"),
)


class ElderLife:
    """What the elders' own devices and the community's callers write. ``go_on`` at any pace."""

    def __init__(self, seed: int, start: datetime, elders: Sequence[ElderPlan]) -> None:
        self._seed, self._start, self._elders = seed, start, elders

    def rows(self, now: datetime) -> Iterator[tuple[Table, Iterable[Row]]]:
        """The files as they stand, and four weeks of outings."""
        yield tables.LXR, [row for i, elder in enumerate(self._elders) for row in self._contacts(i, elder)]
        yield tables.TYS, [self._consent(i, elder) for i, elder in enumerate(self._elders)]
        yield tables.LRSB, [row for i, elder in enumerate(self._elders) for row in self._devices(i, elder, now)]
        yield tables.TANFANG, [self._visit(i, elder) for i, elder in enumerate(self._elders)]
        changed = self._start - timedelta(hours=24) + timedelta(minutes=40)
        yield tables.ZDBH, [(elder.code, stamp(changed)) for elder in self._elders[_CHANGED : _CHANGED + 1]]
        midnight = now.replace(hour=0, minute=0, second=0, microsecond=0)
        yield tables.LRSJ, self._signals(midnight - timedelta(days=_OUTING_DAYS), now)

    def go_on(self, connection: Connection, after: datetime, until: datetime) -> None:
        bulk_insert(connection, tables.LRSJ, self._signals(after, until))
        bulk_insert(connection, tables.HUJIAO, self._calls(after, until))
        if until.minute != after.minute:
            day_ago = stamp(until - timedelta(hours=24))
            heard = update(tables.LRSB).where(tables.LRSB.c.zhsj > day_ago)
            connection.execute(heard.where(tables.LRSB.c.sbbh != self._silent()).values(zhsj=stamp(until)))

    # -- files -----------------------------------------------------------------------------------

    def _contacts(self, i: int, elder: ElderPlan) -> Iterator[Row]:
        rng = Random(f"{self._seed}/kin/{elder.code}")
        for rank in range(1, 2 + i % 3):
            name = rng.choice(_SURNAMES) + "演示"
            yield (elder.code, rank, _RELATIONS[(i + rank) % 4], name, f"1380000{i:02d}{rank:02d}")

    def _consent(self, i: int, elder: ElderPlan) -> Row:
        signed = self._start.date() - timedelta(days=200 + i)
        gone = f"{self._start.date() - timedelta(days=3):%Y%m%d}" if i == _WITHDREW else ""
        return (f"TY{i + 1:04d}", elder.code, elder.name, "本人", f"{signed:%Y%m%d}", "1,2,3,4,5,6", gone)

    def _devices(self, i: int, elder: ElderPlan, now: datetime) -> Iterator[Row]:
        for letter, kind in self._fitted(i):
            lost = (
                timedelta(hours=23, minutes=32) if f"{letter}{elder.code}" == self._silent() else timedelta(seconds=40)
            )
            yield (f"{letter}{elder.code}", elder.code, kind, stamp(now - lost))

    def _fitted(self, i: int) -> Iterator[tuple[str, str]]:
        """Every home has a button; a door contact, a radar or a wearable only some."""
        yield "B", "03"
        if i % 2 == 0:
            yield "M", "01"
        if i % 3 == 1:
            yield "L", "04"
        if i % 5 == 2:
            yield "H", "05"

    def _silent(self) -> str:
        return f"B{self._elders[_SILENT_BUTTON].code}" if len(self._elders) > _SILENT_BUTTON else ""

    def _visit(self, i: int, elder: ElderPlan) -> Row:
        """The last visit of each: within the time her class allows."""
        day = self._start.date()
        made = day - timedelta(days=1 + i * 5 % (_CARE_DAYS[elder.care] - 2))
        due = made + timedelta(days=_CARE_DAYS[elder.care])
        return (f"TC{i + 1:05d}", elder.code, f"{max(due, day + timedelta(days=1)):%Y%m%d}", f"{made:%Y%m%d}")

    # -- what is told ----------------------------------------------------------------------------

    def _signals(self, after: datetime, until: datetime) -> list[Row]:
        found: list[tuple[datetime, int, str, str]] = []
        day = after.replace(hour=0, minute=0, second=0, microsecond=0)
        while day <= until:
            found += [one for i in range(len(self._elders)) for one in self._of_day(i, day)]
            day += timedelta(days=1)
        for minutes, i, letter, kind in _SIGNALS:
            if i < len(self._elders):
                found.append((self._start + minutes * _MINUTE, i, letter, kind))
        due = sorted(one for one in found if after < one[0] <= until)
        return [self._signal(*one) for one in due]

    def _of_day(self, i: int, day: datetime) -> Iterator[tuple[datetime, int, str, str]]:
        """Out in the morning and back; of those who go out the door contact tells both."""
        if i % 3 or i < 5 or i in AWAY:
            return
        rng = Random(f"{self._seed}/out/{i}/{day:%Y%m%d}")
        at = day + timedelta(hours=7, minutes=rng.randrange(75), seconds=i)
        if i == _HOMEBODY and at.date() >= self._start.date():
            return
        if i == _HOMEBODY and at.date() == (self._start - timedelta(days=1)).date():
            at = self._start - timedelta(hours=23, minutes=35)
        yield at, i, "M", "04"
        back = at + timedelta(minutes=20 + rng.randrange(60))
        yield back, i, "M", "11"
        yield back + timedelta(seconds=20), i, "M", "01"

    def _signal(self, at: datetime, i: int, letter: str, kind: str) -> Row:
        key = number(at, i)
        code = self._elders[i].code
        return (key, f"LS{key}", f"{letter}{code}", code, kind, None, "", 0, stamp(at))

    def _calls(self, after: datetime, until: datetime) -> list[Row]:
        rows: list[Row] = []
        for seconds, i, whom, rank, result in _CALLS:
            at = self._start + timedelta(seconds=seconds)
            if after < at <= until and i < len(self._elders):
                key = number(at, i)
                rows.append((key, f"HJ{key}", self._elders[i].code, whom, rank, result, "1", stamp(at)))
        return rows
