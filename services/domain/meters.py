"""What a meter's counter has counted, told from readings that run backwards, jump, repeat and come late.

``course`` is all of it: the readings of one meter as they were sent, judged in the order of their time. What
is used between two readings is told once, with the later of them; a reading that arrives after its neighbours
were told is kept (archives count by time, so it corrects them there), but uses nothing again online.
"""

from __future__ import annotations

from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

LOOK_BACK = 6  # readings of a meter that are looked at before the first new one: enough to find its level again
_LEAST = timedelta(minutes=30)
_ROUNDS = (1e4, 1e5, 1e6)  # where counters of four to six digits begin anew


class Mark(StrEnum):
    """What is special about an accepted reading; empty for the usual one."""

    NONE = ""
    FIRST = "first"  # nothing before it: what was used is not known
    LATE = "late"  # its interval was told already, as part of a longer one
    REPLACED = "replaced"  # a new meter: used since its start, the old one's end is not known
    ROLLED_OVER = "rolled_over"
    LEVEL = "level"  # the counter goes on from another level, which two readings say; the step counts nothing
    REPEAT = "repeat"  # the same report once more


@dataclass(frozen=True, slots=True)
class Counted:
    """One report. ``number`` tells the order of arrival; ``serial`` is the maker's, empty when nobody tells."""

    number: int
    reading_id: str
    at: datetime
    value: float
    serial: str = ""


@dataclass(frozen=True, slots=True)
class Judged:
    """``used`` over ``minutes`` before the reading; None is unknown, never zero. ``refused`` is the reason's
    code, ``detail`` says it in Chinese."""

    counted: Counted
    used: float | None = None
    minutes: float | None = None
    mark: Mark = Mark.NONE
    refused: str = ""
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Ability:
    """How much one meter can count in an hour [D]; more is no use but a jump of the counter."""

    per_h: float
    starts_below: float  # a counter that falls under it may be a new meter's

    def over(self, span: timedelta) -> float:
        return self.per_h * (max(span, _LEAST) / timedelta(hours=1))


def course(reports: Sequence[Counted], fresh: AbstractSet[int], ability: Ability) -> list[Judged]:
    """The ``fresh`` ones of one meter's reports, judged, in order of time. ``reports`` are these, everything
    between them in time, and up to ``LOOK_BACK`` before and two after."""
    rows = sorted(reports, key=lambda r: (r.at, r.number))
    judge = _Judge(ability)
    walked = [judge.judge(row, after) for row, after in zip(rows, [*rows[1:], None], strict=True)]
    told = [j.counted.at for j in walked if j.counted.number not in fresh and not j.refused]
    told_until = max(told, default=None)
    return [_once(judged, told_until) for judged in walked if judged.counted.number in fresh]


def _once(judged: Judged, told_until: datetime | None) -> Judged:
    """What lies before a reading that was told lies in an interval that was told."""
    if judged.refused or judged.mark is Mark.REPEAT or told_until is None or judged.counted.at >= told_until:
        return judged
    return Judged(judged.counted, mark=Mark.LATE)


class _Judge:
    """The walk along one meter. ``level`` is the last reading that counts, ``doubt`` the last refused since."""

    def __init__(self, ability: Ability) -> None:
        self._ability = ability
        self._level: Counted | None = None
        self._doubt: Counted | None = None

    def judge(self, row: Counted, after: Counted | None) -> Judged:
        level = self._level
        if level is None:
            return self._accept(row, Judged(row, mark=Mark.FIRST))
        if row.at == level.at:
            return self._same_moment(row, level)
        if row.serial and level.serial and row.serial != level.serial:
            return self._accept(row, self._replaced(row, level))
        if self._fits(level, row) and not self._odd_one(level, row, after):
            return self._accept(row, _used(row, level, row.value - level.value))
        if (used := self._rolled(level, row)) is not None:
            return self._accept(row, _used(row, level, used, Mark.ROLLED_OVER))
        if self._doubt is not None and self._fits(self._doubt, row) and self._doubt.at < row.at:
            return self._accept(row, self._new_level(row, level, self._doubt))
        self._doubt = row
        return _refuse(row, level, self._fits(level, row))

    def _accept(self, row: Counted, judged: Judged) -> Judged:
        self._level, self._doubt = row, None
        return judged

    def _fits(self, before: Counted, row: Counted) -> bool:
        return 0 <= row.value - before.value <= self._ability.over(row.at - before.at)

    def _odd_one(self, level: Counted, row: Counted, after: Counted | None) -> bool:
        """The next reading goes on from ``level`` as if this one were not."""
        return after is not None and after.at > row.at and after.value < row.value and self._fits(level, after)

    def _same_moment(self, row: Counted, level: Counted) -> Judged:
        if row.reading_id == level.reading_id:
            return Judged(row, mark=Mark.REPEAT)
        if row.value == level.value:
            return Judged(row, refused="repeated_reading", detail="同一时刻的读数重复上报")
        return Judged(row, refused="two_values", detail=f"同一时刻两个读数：{level.value:g} 与 {row.value:g}")

    def _replaced(self, row: Counted, level: Counted) -> Judged:
        known = 0 <= row.value <= self._ability.over(row.at - level.at)
        return _used(row, level, row.value if known else None, Mark.REPLACED)

    def _new_level(self, row: Counted, level: Counted, doubt: Counted) -> Judged:
        is_new = doubt.value < level.value and doubt.value <= self._ability.starts_below
        return _used(row, doubt, row.value - doubt.value, Mark.REPLACED if is_new else Mark.LEVEL)

    def _rolled(self, level: Counted, row: Counted) -> float | None:
        """What was used over the counter's end; None when it did not go over it."""
        if row.value >= level.value:
            return None
        most = self._ability.over(row.at - level.at)
        rounds = (end - level.value + row.value for end in _ROUNDS if level.value < end)
        return next((used for used in rounds if used <= most), None)


def _used(row: Counted, before: Counted, used: float | None, mark: Mark = Mark.NONE) -> Judged:
    minutes = (row.at - before.at) / timedelta(minutes=1)
    return Judged(row, None if used is None else round(used, 4), round(minutes, 2), mark)


def _refuse(row: Counted, level: Counted, fits: bool) -> Judged:
    said = f"{level.value:g} → {row.value:g}"
    if fits:
        return Judged(row, refused="out_of_line", detail=f"高于其后的读数：{said}")
    if row.value < level.value:
        return Judged(row, refused="meter_ran_backwards", detail=f"表计倒走：{said}")
    return Judged(row, refused="impossible_jump", detail=f"表计跳变，超出表的能力：{said}")
