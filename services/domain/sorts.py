"""What the columns of a record hold, as far as conditions and texts care, and which may be named."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

from services.domain.forbidden import WHY, is_forbidden
from services.domain.masked import Masked


class ConditionError(ValueError):
    """A condition that cannot be used. The message is Chinese and names place, part and choices."""


class Sort(StrEnum):
    """What a column holds, as far as a condition cares."""

    NUMBER = "数"
    TEXT = "文字"
    BOOL = "真假"
    TIME = "时刻"
    DAY = "日期"
    OTHER = "其他"
    MASKED = "遮盖的个人信息"  # or something that holds such


@cache
def columns_of(record: type) -> Mapping[str, Sort]:
    """The columns a condition over ``record`` (a dataclass) may name."""
    return {name: sort_of(hint) for name, hint in get_type_hints(record).items()}


def check_column(name: str, columns: Mapping[str, Any], place: str) -> None:
    """Raise ConditionError for a column that does not exist or must not be looked at."""
    if is_forbidden(name):
        raise ConditionError(f"{place}: 规则不得使用字段 {name!r}（{WHY}）")
    if name not in columns:
        raise ConditionError(f"{place}: 没有字段 {name!r}，可用：{'、'.join(sorted(columns))}")
    if columns[name] is Sort.MASKED:
        raise ConditionError(f"{place}: 规则不得使用字段 {name!r}（个人信息，只凭事由显示）")


def sort_of(hint: Any) -> Sort:
    if _holds_masked(hint):
        return Sort.MASKED
    if get_origin(hint) in (Union, UnionType):
        (hint,) = [part for part in get_args(hint) if part is not NoneType] or (NoneType,)
    if not isinstance(hint, type):
        return Sort.OTHER
    if issubclass(hint, bool):
        return Sort.BOOL
    if issubclass(hint, str):
        return Sort.TEXT
    if issubclass(hint, int | float):
        return Sort.NUMBER
    if issubclass(hint, datetime):
        return Sort.TIME
    return Sort.DAY if issubclass(hint, date) else Sort.OTHER


def _holds_masked(hint: Any) -> bool:
    """Whether a value of this type is, or holds, a ``Masked``."""
    if hint is Masked or any(_holds_masked(part) for part in get_args(hint)):
        return True
    return is_dataclass(hint) and any(_holds_masked(part) for part in get_type_hints(hint).values())
