"""Typed reading of a rule's ``detect`` table."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from services.domain.area import Area, area_from
from services.domain.condition import Sort, check_column, compiled, sifted
from services.domain.forbidden import WHY, forbidden_in, is_forbidden
from services.domain.logic import Truth
from services.domain.sieve import Sieve

Complain = Callable[[str, str], Exception]  # key, why → the error to raise


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a detection may refer to: the rule's own columns, the other kinds of event, named areas."""

    own: str  # the rule's kind of event
    columns: Mapping[str, Sort]
    events: Mapping[str, Mapping[str, Sort]]
    areas: Mapping[str, Area]
    place: str
    complain: Complain

    def columns_of(self, test_event: Mapping[str, Any]) -> Mapping[str, Sort]:
        """Of an event in a rule's own test, which may be of another kind."""
        return self.events.get(str(test_event.get("kind_of", "")), self.columns)


@dataclass(frozen=True, slots=True)
class DetectTable:
    """The table of one detection. Raises what ``around.complain`` makes, or ConditionError."""

    table: Mapping[str, Any]
    around: Surroundings

    @property
    def columns(self) -> Mapping[str, Sort]:
        return self.around.columns

    def text(self, key: str) -> str:
        value = self.table[key]
        if not isinstance(value, str) or not value:
            raise self.around.complain(f"detect.{key}", f"须为文字，不是 {value!r}")
        return value

    def name(self, key: str) -> str:
        """The name of a list, which may not be one of what its people are."""
        value = self.text(key)
        self._check_word(key, value)
        return value

    def column(self, key: str, sort: Sort | None = None) -> str:
        return self._checked(key, self.text(key), sort)

    def columns_of(self, key: str, *, needed: bool = True) -> tuple[str, ...]:
        names = self.table.get(key, [])
        if not isinstance(names, list) or (needed and not names):
            raise self.around.complain(f"detect.{key}", "至少一个字段")
        return tuple(self._checked(key, str(name), None) for name in names)

    def count(self, key: str, default: int = 1) -> int:
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.around.complain(f"detect.{key}", f"须为正整数，不是 {value!r}")
        return value

    def size(self, key: str, default: float | None = None, *, zero: bool = False) -> float:
        value = self.table.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int | float) or not (value > 0 or (zero and value == 0)):
            raise self.around.complain(f"detect.{key}", f"须为正数，不是 {value!r}")
        return float(value)

    def minutes(self, key: str, *, default: float | None = None, zero: bool = False) -> timedelta:
        return timedelta(minutes=self.size(key, default, zero=zero))

    def span(self, *keys: str) -> timedelta:
        """The time under the one of these keys (``…_minutes``, ``…_hours``, ``…_days``) that is there."""
        said = [key for key in keys if key in self.table]
        if len(said) != 1:
            raise self.around.complain(f"detect.{keys[0]}", f"须写 {'、'.join(keys)} 中的一个，只写一个")
        key = said[0]
        unit = key.rpartition("_")[2]
        return timedelta(**{unit: self.count(key) if unit == "days" else self.size(key)})

    def word(self, key: str, words: tuple[str, ...]) -> str:
        value = self.text(key)
        if value not in words:
            raise self.around.complain(f"detect.{key}", f"不认识 {value!r}，可用：{'、'.join(words)}")
        return value

    def _checked(self, key: str, name: str, sort: Sort | None) -> str:
        check_column(name, self.columns, f"{self.around.place}.{key}")
        if sort is not None and self.columns[name] is not sort:
            raise self.around.complain(f"detect.{key}", f"字段 {name!r} 是{self.columns[name].value}，须为{sort.value}")
        return name

    def condition(self, key: str, columns: Mapping[str, Sort]) -> tuple[Truth, Sieve]:
        place = f"{self.around.place}.{key}"
        return compiled(self.text(key), columns, place), sifted(self.text(key), columns, place)

    def flag(self, key: str) -> bool:
        value = self.table.get(key, False)
        if not isinstance(value, bool):
            raise self.around.complain(f"detect.{key}", f"须为 true 或 false，不是 {value!r}")
        return value

    def inner(self, key: str, keys: tuple[str, ...]) -> DetectTable:
        """A table within the table that has exactly these keys; what is wrong in it is told of its own name."""
        value = self.table[key]
        if not isinstance(value, dict) or set(value) != set(keys):
            raise self.around.complain(f"detect.{key}", f"须为一个表，键为 {'、'.join(keys)}")

        def complain(name: str, why: str) -> Exception:
            return self.around.complain(name.replace("detect.", f"detect.{key}.", 1), why)

        return DetectTable(value, replace(self.around, place=f"{self.around.place}.{key}", complain=complain))

    def kind(self, key: str, default: str) -> str:
        """The name of a kind of event."""
        name = self.table.get(key, default)
        if name not in self.around.events:
            raise self.around.complain(f"detect.{key}", f"不认识 {name!r}，可用：{'、'.join(self.around.events)}")
        return name

    def areas(self, key: str) -> tuple[Area, ...]:
        """Areas by name, or drawn in the rule itself."""
        given = self.table[key]
        if not isinstance(given, list) or not given:
            raise self.around.complain(f"detect.{key}", "至少一个区域")
        return tuple(self._area(key, one) for one in given)

    def _area(self, key: str, one: Any) -> Area:
        self._check_word(key, str(one.get("name", "") if isinstance(one, dict) else one))
        if isinstance(one, str):
            if one not in self.around.areas:
                known = "、".join(self.around.areas) or "无"
                raise self.around.complain(f"detect.{key}", f"没有区域 {one!r}，可用：{known}")
            return self.around.areas[one]
        try:
            return area_from(one)
        except ValueError as why:
            raise self.around.complain(f"detect.{key}", str(why)) from None

    def _check_word(self, key: str, text: str) -> None:
        word = forbidden_in(text) or (text if is_forbidden(text) else "")
        if word:
            raise self.around.complain(f"detect.{key}", f"规则不得按 {word!r} 划分（{WHY}）")
