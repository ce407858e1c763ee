"""A simulated year of disputes and party branches whose truth is known.

About 2.2 disputes a week, with what makes rules err in life: agreements nobody entered for days, words that only
quote or deny, four neighbours where five would be a matter, the same two sides again after the window, visits
that were made and written down later.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from random import Random
from typing import Any

from services.district.truth import Planted, Year
from services.district.year_party import party_year
from services.domain.dispute_events import filed_events, is_told_daily, state_event
from services.domain.dispute_row import FiledDispute, household_alias, parties_alias
from services.domain.event import Event
from services.domain.mediation import TOPICS, DisputeType, Mediation
from services.domain.mediation_filter import is_risky
from services.domain.mediation_merge import case_of
from services.domain.mediation_terms import TERMS
from services.domain.timebase import local

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
_A_WEEK = 2.2
_OFTEN = 8 * HOUR
_ESTATES = 6
_KINDS = (DisputeType.NEIGHBOUR, DisputeType.PROPERTY, DisputeType.FAMILY, DisputeType.LABOUR, DisputeType.CONSUMER)
_CALM = "双方有分歧，请求调解"
_RISKY = ("对方扬言要动刀", "说再不解决就跳楼", "扬言报复全家")
_QUOTED = "去年对方扬言报复，当时已和解，现为另一件小事"  # the word is there, the danger is not
_DENIED = "争吵中没有动刀，也未扬言"


@dataclass(frozen=True, slots=True)
class Course:
    """One dispute as it was in the world. ``resolved`` and ``visits`` are when it was so, ``entered`` and
    ``written`` when the community's system knew it."""

    row: FiledDispute
    resolved: datetime
    entered: datetime
    visits: tuple[datetime, ...]
    written: tuple[datetime, ...]

    def at(self, now: datetime) -> FiledDispute:
        """The row as their system shows it at that moment."""
        accepted = self.row.filed_at + HOUR
        row = replace(self.row, accepted_at=accepted if accepted <= now else None)
        if self.entered > now:
            return row
        made = zip(TERMS.visits, self.visits, self.written, strict=False)
        return replace(
            row,
            resolved_at=self.resolved,
            visited_at=tuple((days, visit) for days, visit, written in made if written <= now),
        )


def year(seed: int, start: datetime, days: int) -> Year:
    rng = Random(f"{seed}/year/disputes")
    made = _Making(rng, start, start + days * DAY)
    made.ordinary()
    made.long_open()
    made.dangerous()
    made.again()
    made.together()
    events = [event for course in made.courses for event in _events(course, made.end)]
    held, missed = party_year(rng, start, made.end)
    return Year((*events, *held), (*made.planted, *_visits(made.courses, made.end), *missed))


class _Making:
    """Makes courses one after the other; nobody else knows how."""

    def __init__(self, rng: Random, start: datetime, end: datetime) -> None:
        self.rng, self.start, self.end = rng, start, end
        self.courses: list[Course] = []
        self.planted: list[Planted] = []
        self._numbers = count(1)

    def moment(self, margin: int = 0) -> datetime:
        """A working hour of a day that leaves so many days to the end."""
        days = max(1, (self.end - self.start).days - margin)
        day = _midnight(self.start + timedelta(days=self.rng.randrange(days)))
        return day + timedelta(minutes=self.rng.randrange(8 * 60, 18 * 60))

    def row(
        self, filed_at: datetime, *, topic: str = "", estate: int = 0, household: str = "", **said: Any
    ) -> FiledDispute:
        number = next(self._numbers)
        kind = self.rng.choice(_KINDS)
        estate_id = f"XQ{(estate or self.rng.randrange(_ESTATES) + 1):02d}"
        plain = FiledDispute(
            number=f"JF{number:05d}",
            type=kind,
            topic=topic or self.rng.choice(TOPICS[kind]),
            estate_id=estate_id,
            estate_name=f"小区{estate_id[2:]}",
            building="",
            households=(household or household_alias(estate_id, f"户{number}"),),
            opponent="",
            opponent_id=f"GR{number}",
            words=_CALM,
            channel="window",
            collective=False,
            violent=False,
            called_110=False,
            filed_at=filed_at,
        )
        return replace(plain, **said)

    def add(self, row: FiledDispute, open_days: int, entered_days: int = 0) -> Course:
        """Visits are made on their day but for one in thirty, and mostly written down at once."""
        resolved = row.filed_at + open_days * DAY + 2 * HOUR
        visits, written = [], []
        for days in TERMS.visits:
            late = self.rng.randrange(3, 12) * DAY if self.rng.random() < 1 / 30 else timedelta(0)
            visit = resolved + days * DAY - 3 * HOUR + late
            visits.append(visit)
            written.append(visit + (2 * DAY if not late and self.rng.random() < 1 / 60 else timedelta(0)))
        course = Course(row, resolved, resolved + entered_days * DAY, tuple(visits), tuple(written))
        self.courses.append(course)
        if open_days > 7:
            began = _midnight(row.filed_at) + 8 * DAY
            self.plant("R-DSP-01", row.id, began, max(resolved, began) + DAY)
        return course

    def plant(self, rule: str, key: str, at: datetime, until: datetime, *, known: datetime | None = None) -> None:
        """What nobody could know before the year ends is not counted; ``known`` is when a rule first could."""
        if (known or at) + DAY < self.end:
            self.planted.append(Planted(rule, key, at, until))

    def ordinary(self) -> None:
        weeks = (self.end - self.start).days / 7
        for nth in range(round(_A_WEEK * weeks)):
            words = _DENIED if nth % 23 == 5 else _QUOTED if nth % 40 == 7 else _CALM
            entered = 5 if nth % 31 == 11 else 0  # agreed in time, entered late: a false alarm of R-DSP-01
            self.add(self.row(self.moment(), words=words), self.rng.choice((2, 3, 4, 4, 5, 5, 6)), entered)

    def long_open(self) -> None:
        for days in (8, 9, 11, 12, 14, 17, 18, 21, 26, 33, 36, 44):
            self.add(self.row(self.moment(days + 2)), days)

    def dangerous(self) -> None:
        """Words at the counter, a violence mark, a 110 call."""
        signs: Sequence[dict[str, Any]] = (
            *({"words": words} for words in _RISKY * 2),
            *({"violent": True} for _ in range(3)),
            *({"called_110": True} for _ in range(3)),
        )
        for sign in signs:
            course = self.add(self.row(self.moment(9), **sign), self.rng.choice((2, 4, 6)))
            filed = course.row.filed_at
            self.plant("R-DSP-03", course.row.id, filed, course.entered)

    def again(self) -> None:
        """The same two sides: eight times within 90 days, eight times after them."""
        for nth in range(16):
            gap = self.rng.randrange(10, 85) if nth % 2 else self.rng.randrange(92, 180)
            first = self.row(self.moment(gap + 8))
            second_at = first.filed_at + gap * DAY
            second = self.row(second_at, estate=int(first.estate_id[2:]), household=first.households[0])
            second = replace(second, opponent_id=first.opponent_id)
            self.add(first, 4)
            self.add(second, 5)
            if nth % 2:
                key = parties_alias(second.households, second.opponent_id)
                self.plant("R-DSP-02", key, second_at, second_at + 2 * DAY)

    def together(self) -> None:
        """Matters of many households, and near misses: four in a week, six in five weeks, one who files six times."""
        for nth, topic in enumerate(("停车收费", "电梯改造", "公共收益", "油烟", "快递柜", "充电桩")):
            estate = nth % _ESTATES + 1
            begun = self.moment(20)
            filed = sorted(begun + timedelta(hours=self.rng.randrange(2, 130)) for _ in range(self.rng.randrange(5, 9)))
            rows = [self.row(at, topic=topic, estate=estate) for at in filed]
            for row in rows:
                self.add(row, 6)
            self.plant("R-DSP-04", f"XQ{estate:02d}|{topic}", filed[0], filed[4] + DAY, known=filed[4])
        for nth, (topic, households, hours) in enumerate((("围栏", 4, 20), ("路灯", 6, 140), ("门禁卡", 4, 30))):
            begun = self.moment(40)
            for i in range(households):
                self.add(self.row(begun + timedelta(hours=hours) * i, topic=topic, estate=nth + 1), 5)
        begun = self.moment(20)
        for i in range(6):
            self.add(self.row(begun + 5 * HOUR * i, topic="绿化", estate=4, household="XQ04-same"), 3)
        self._under_two_names(self.moment(20))

    def _under_two_names(self, begun: datetime) -> None:
        """One matter that the clerks wrote down under two: a person sees it, the rule does not."""
        filed = [begun + 6 * HOUR * i for i in range(6)]
        for i, at in enumerate(filed):
            self.add(self.row(at, topic=("充电收费", "电费加价")[i % 2], estate=5), 5)
        self.plant("R-DSP-04", "XQ05|充电收费", filed[0], filed[-1] + DAY, known=filed[4])


def _midnight(at: datetime) -> datetime:
    return local(at).replace(hour=0, minute=0, second=0, microsecond=0).astimezone(at.tzinfo)


def _events(course: Course, end: datetime) -> Iterator[Event]:
    """What the keeper would tell: at each change of the row, and each day that makes it worse."""
    case = case_of(course.at(course.row.filed_at), TERMS, course.row.filed_at, "社区")
    yield from filed_events(case)
    moments = {course.row.filed_at, course.row.filed_at + HOUR, course.entered, *course.written}
    often = [course.row.filed_at + n * _OFTEN for n in range(1, (max(moments) - course.row.filed_at) // _OFTEN + 1)]
    for version, at in enumerate(sorted(one for one in moments | {*often} if one < end), 1):
        case = replace(case_of(course.at(at), TERMS, at, "社区"), version=version)
        if at in moments or (is_told_daily(case, at) and _lasts(case, at)):
            yield state_event(case, at)


def _lasts(case: Mediation, at: datetime) -> bool:
    """Whether a rule may hold: what stands is told often, so that nobody takes it for another alert."""
    return not case.is_unresolved or case.open_days(at) > 7 or is_risky(case)


def _visits(courses: Iterable[Course], end: datetime) -> Iterator[Planted]:
    """The return visits that nobody made on their day."""
    for course in courses:
        if course.resolved >= end:
            continue
        for days, visit, written in zip(TERMS.visits, course.visits, course.written, strict=True):
            due = course.resolved + days * DAY
            if visit > due + DAY and due + 2 * DAY < end:
                yield Planted("R-DSP-05", course.row.id, due, max(written, due + 2 * DAY))
