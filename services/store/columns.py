"""How a record's fields become columns, the same on both databases."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from enum import Enum, IntEnum
from operator import attrgetter
from typing import Any, final

from sqlalchemy import BigInteger, Boolean, Column, Double, Integer, LargeBinary, Text
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from services.domain.masked import Masked
from services.store import codec

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)

# SQLite numbers a row by itself only when its key is spelled INTEGER.
Number = BigInteger().with_variant(Integer, "sqlite")


def to_micros(moment: datetime) -> int:
    """Microseconds since 1970 UTC. Raises TypeError for a naive moment."""
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


def from_micros(micros: int) -> datetime:
    return _EPOCH + micros * _MICROSECOND


@final
class Moment(TypeDecorator[datetime]):
    """An aware moment, kept as microseconds since 1970 UTC so that arithmetic and grouping are the
    same integer SQL everywhere: ``type_coerce(column, BigInteger) / 3_600_000_000`` is the hour."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:
        return None if value is None else to_micros(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        return None if value is None else from_micros(int(value))


@final
class Day(TypeDecorator[date]):
    """A calendar day, as ``2026-11-21``: it sorts as it reads."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: date | None, dialect: Dialect) -> str | None:
        return None if value is None else value.isoformat()

    def process_result_value(self, value: Any, dialect: Dialect) -> date | None:
        return None if value is None else date.fromisoformat(value)


@final
class Worded(TypeDecorator[Any]):
    """A member of one enum: its word, or its number for an IntEnum."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: type[Enum]) -> None:
        super().__init__()
        self.kind = kind
        self.impl = BigInteger() if issubclass(kind, IntEnum) else Text()

    def process_bind_param(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.kind(value).value

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else self.kind(value)


@final
class Veiled(TypeDecorator[Masked]):
    """Personal data: the column holds the value, a row read from it holds a ``Masked``."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Masked | None, dialect: Dialect) -> str | None:
        return None if value is None else value.unmasked()

    def process_result_value(self, value: Any, dialect: Dialect) -> Masked | None:
        return None if value is None else Masked(value)


@final
class Json(TypeDecorator[Any]):
    """Anything else a record may hold, as JSON text, read back as its own type."""

    impl = Text
    cache_ok = True

    def __init__(self, kind: Any = Any) -> None:
        super().__init__()
        self.kind = kind

    def process_bind_param(self, value: Any, dialect: Dialect) -> str | None:
        return None if value is None else codec.encode(value)

    def process_result_value(self, value: Any, dialect: Dialect) -> Any:
        return None if value is None else codec.decode(self.kind, value)


Convert = Callable[[Any], Any]
_PLAIN: dict[type, Callable[[], TypeEngine[Any]]] = {
    str: Text,
    int: BigInteger,
    float: Double,
    bool: Boolean,
    bytes: LargeBinary,
    datetime: Moment,
    date: Day,
    Masked: Veiled,
}


@dataclass(frozen=True, slots=True)
class Field:
    """One column of a record's table and how to fill it without SQLAlchemy in the way.

    ``convert`` is None where the driver takes the value as it is.
    """

    name: str
    read: Callable[[Any], Any]
    convert: Convert | None
    column: Column[Any]


def record_fields(record: type) -> tuple[Field, ...]:
    """The columns of a frozen dataclass. A ``Masked`` field gets a second column for its mask."""
    hints = typing.get_type_hints(record)
    return tuple(f for spec in fields(record) for f in _fields(spec.name, hints[spec.name]))


def _fields(name: str, hint: Any) -> Iterator[Field]:
    kind, nullable = _without_none(hint)
    convert = _convert(kind)
    if convert is not None and nullable:
        convert = _unless_none(convert)
    yield Field(name, attrgetter(name), convert, Column(name, _column_type(kind), nullable=nullable))
    if kind is Masked:
        show = _unless_none(str) if nullable else str
        yield Field(f"{name}_mask", attrgetter(name), show, Column(f"{name}_mask", Text, nullable=nullable))


def _without_none(hint: Any) -> tuple[Any, bool]:
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        arms = typing.get_args(hint)
        others = [arm for arm in arms if arm is not type(None)]
        if len(others) == 1:
            return others[0], len(others) < len(arms)
    return hint, False


def _column_type(kind: Any) -> TypeEngine[Any]:
    if kind in _PLAIN:
        return _PLAIN[kind]()
    if isinstance(kind, type) and issubclass(kind, Enum):
        return Worded(kind)
    return Json(kind)


def _convert(kind: Any) -> Convert | None:
    if kind is datetime:
        return to_micros
    if kind is Masked:
        return Masked.unmasked
    if kind is date:
        return date.isoformat
    if kind in _PLAIN:
        return None
    if isinstance(kind, type) and issubclass(kind, Enum):
        return attrgetter("value")
    return codec.encode


def _unless_none(convert: Convert) -> Convert:
    return lambda value: None if value is None else convert(value)
