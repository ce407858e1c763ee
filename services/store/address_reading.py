"""Rows of the register tables as records. What a mask hides never leaves the database this way."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, false, func, select, true

from services.domain.address import spoken, unit_number
from services.domain.address_book import Place, Standing
from services.domain.masked import Masked
from services.domain.officer import Officer, Role
from services.store.columns import Veiled
from services.store.register_tables import STANDING
from services.store.schema import REGISTERS
from services.store.scoping import may_read, scope_for

Row = Mapping[str, Any]

_TOPIC = "estates"  # who may read this topic may ask about addresses, within his area


def visible(officer: Officer | None, kind: str) -> ColumnElement[bool]:
    """The rows of a register an officer may know of. A wall, which everybody sees, asks about nobody."""
    scope = scope_for(officer)
    if scope is None:
        return true()
    if scope.role is Role.WALL or not may_read(scope, _TOPIC):
        return false()
    if not scope.area:
        return true()
    return func.substr(REGISTERS[kind].table.c.community, 1, len(scope.area)) == scope.area


def rows_of(
    connection: Connection, kind: str, *where: ColumnElement[bool], order: Sequence[Any] = (), limit: int = 20_000
) -> Iterator[Row]:
    """The columns ``record`` and ``standing`` need, a veiled one as its mask."""
    table = REGISTERS[kind].table
    shown = [c for c in table.c if not isinstance(c.type, Veiled)]
    found = select(*shown).where(and_(true(), *where)).order_by(*(order or (table.c.code,))).limit(limit)
    for row in connection.execute(found).mappings():
        yield dict(row)


def record(kind: str, row: Row) -> Any:
    spec = REGISTERS[kind]
    values = {name: row[name] for name in spec.record.__dataclass_fields__ if name in row}
    for name in spec.record.__dataclass_fields__:
        if f"{name}_mask" in row:
            mask = row[f"{name}_mask"]
            values[name] = None if mask is None else Masked(mask, mask)
    return spec.record(**values)


def records(connection: Connection, kind: str, *where: ColumnElement[bool], **how: Any) -> tuple[Any, ...]:
    return tuple(record(kind, row) for row in rows_of(connection, kind, *where, **how))


def standing(row: Row) -> Standing:
    return Standing(**{name: row[name] for name in STANDING})


def one(connection: Connection, kind: str, code: str, officer: Officer | None) -> Row | None:
    """The row of a code, closed or not, within what the officer may know of."""
    table = REGISTERS[kind].table
    return next(rows_of(connection, kind, table.c.code == code, visible(officer, kind), limit=1), None)


def place_of(connection: Connection, row: Row) -> Place:
    """Where a building, dwelling, resident or device is, in words; what no register names stays empty."""
    estate = row["estate"] if "estate" in row else row["code"]
    building, unit = row.get("building", ""), row.get("unit", "")
    room = row.get("dwelling", "") or row.get("room_mask", "")
    estate_name = _name(connection, "estate", estate)
    building_name = _name(connection, "building", building)
    text = spoken(estate_name or estate, building_name, unit_number(unit) if unit else 0, room)
    return Place(estate, estate_name, building, building_name, unit, text)


def hidden(connection: Connection, kind: str, code: str, field: str) -> str | None:
    """What the mask of one field hides, for the reveal command after its audit row is written; None for
    a field that hides nothing. No other caller."""
    spec = REGISTERS[kind]
    column = spec.table.c.get(field)
    if column is None or not isinstance(column.type, Veiled):
        return None
    found = connection.execute(select(column).where(spec.table.c.code == code)).scalar()
    return found.unmasked() if found is not None else None


def _name(connection: Connection, kind: str, code: str) -> str:
    table = REGISTERS[kind].table
    return connection.execute(select(table.c.name).where(table.c.code == code)).scalar() or "" if code else ""
