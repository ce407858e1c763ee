"""Sentences with holes: the texts of a rule, filled from one record and what the detection found."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import Enum
from typing import Any

from services.domain.condition import ConditionError, Sort, check_column
from services.domain.masked import mask_name, wall_name, wall_plate
from services.domain.plate import spelled
from services.domain.timebase import local
from services.domain.vehicle import class_word

HOLE = re.compile(r"\{([a-z][a-z0-9_]*)(?::([^{}|]*))?(?:\|([^{}]*))?\}")
UNKNOWN = "未知"


def _decimals(places: int) -> Callable[[Any], str]:
    return lambda value: f"{value:.{places}f}"


# What may stand behind the colon of a hole, the sort of column it takes, and what it makes of it.
SPECS: Mapping[str, tuple[Sort, Callable[[Any], str]]] = {
    ".0f": (Sort.NUMBER, _decimals(0)),
    ".1f": (Sort.NUMBER, _decimals(1)),
    ".2f": (Sort.NUMBER, _decimals(2)),
    "pct": (Sort.NUMBER, lambda value: f"{value:.1f} %"),
    "time": (Sort.TIME, lambda moment: f"{local(moment):%H:%M:%S}"),
    "day": (Sort.TIME, lambda moment: f"{local(moment):%m-%d}"),
    "plate": (Sort.TEXT, spelled),
    "wall_plate": (Sort.TEXT, wall_plate),
    "name": (Sort.TEXT, mask_name),
    "wall_name": (Sort.TEXT, wall_name),
    "class": (Sort.TEXT, class_word),
}


@dataclass(frozen=True, slots=True)
class Hole:
    """One figure of a template, and the text before it."""

    before: str
    name: str
    spec: str
    missing: str

    def filled(self, value: Any) -> str:
        return self.before + (self.missing if value is None or value == "" else _worded(value, self.spec))


@dataclass(frozen=True, slots=True)
class Template:
    """``{count} 次，最近 {last_at:day}，{known_as|身份待核}``: names of columns and figures, each with an
    optional spec and an optional word for when it is missing; nothing else."""

    text: str
    holes: tuple[Hole, ...]
    end: str

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(hole.name for hole in self.holes)

    def filled(self, figures: Mapping[str, Any]) -> str:
        """The sentence, its spaces tidied. A figure that is missing reads 未知, or as the template says."""
        sentence = "".join([*(hole.filled(figures.get(hole.name)) for hole in self.holes), self.end])
        return " ".join(sentence.split())


def template(text: str, columns: Mapping[str, Sort], place: str) -> Template:
    """Read a template. Raises ConditionError for an unknown column or spec and for a stray brace."""
    holes: list[Hole] = []
    end = 0
    for found in HOLE.finditer(text):
        name, spec, missing = found[1], found[2] or "", found[3]
        check_column(name, columns, place)
        if spec and spec not in SPECS:
            raise ConditionError(f"{place}: 不认识的格式 {spec!r}，可用：{'、'.join(SPECS)}")
        if spec and SPECS[spec][0] is not columns[name]:
            raise ConditionError(f"{place}: 字段 {name!r} 是{columns[name].value}，不能用格式 {spec!r}")
        holes.append(Hole(text[end : found.start()], name, spec, UNKNOWN if missing is None else missing))
        end = found.end()
    plain = [*(hole.before for hole in holes), text[end:]]
    if any(brace in part for part in plain for brace in "{}"):
        raise ConditionError(f"{place}: 花括号里只能是字段名：{text!r}")
    return Template(text, tuple(holes), text[end:])


def _worded(value: Any, spec: str) -> str:
    if spec:
        return SPECS[spec][1](value)
    if isinstance(value, Enum):
        return str(value.value)
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return f"{value:.10g}"
    if isinstance(value, datetime):
        return f"{local(value):%m-%d %H:%M}"
    return str(value)
