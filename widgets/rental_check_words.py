"""What the list of checks reads from a typed line and says in a row's second one."""

from __future__ import annotations

import re

from services.domain.let_room import LetRoom
from services.domain.rental_check import RentalCheck
from services.domain.rental_terms import ITEMS
from services.domain.residence import RESULT_WORDS, Residence
from services.domain.timebase import local

_GRADES = re.compile(r"([0-3])\s*([0-3])\s*([0-3])\s*([0-3])\s*([0-3])\s*([0-3])\s*")
STEWARD = re.compile(r"流管员\s*(\S+)\s*")
_PERSONS = re.compile(r"(\d{1,2})\s*人\s*")


def found_of(words: str) -> tuple[dict[str, int], int, str] | None:
    """``001200 3 人 插线板过载`` → findings of the six parts in their order, persons, words; None when unreadable."""
    grades = _GRADES.match(words.strip())
    if grades is None:
        return None
    rest = words.strip()[grades.end() :]
    persons = _PERSONS.search(rest)
    said = _PERSONS.sub("", rest, count=1).strip()
    found = dict(zip(ITEMS, map(int, grades.groups()), strict=True))
    return found, int(persons[1]) if persons else 0, said


def result_words(case: Residence) -> str:
    return RESULT_WORDS[case.result] if case.result is not None else "已撤回"


def told_words(record: RentalCheck | LetRoom) -> str:
    if isinstance(record, LetRoom):
        checked = f"上次 {record.checked_on:%Y-%m-%d}" if record.checked_on else "没有检查记录"
        size = f"{record.area_m2:.0f} m²" if record.area_m2 else "面积未登记"
        return f"{record.unit} 单元 {record.floor} 层 · {checked} · {record.guests} 人 {size}"
    done = f"{local(record.done_at):%m-%d} {record.done_by}" if record.done_at else record.planned_by
    score = f"{record.score} 分" if record.score is not None else ""
    said = "、".join(record.dangers) or record.text
    return " · ".join(part for part in (done, score, said, record.id) if part)
