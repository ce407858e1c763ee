"""The tables of the one address: a row an estate, building, unit, dwelling, resident and device.

A row is never deleted: what a register no longer has is closed (``valid`` false, ``closed_at``).
``seen_at`` is when the row last became what it is; ``import_id`` says which import made it so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Boolean, Column, Index, LargeBinary, MetaData, Table, Text

from services.domain.address_book import (
    BuildingAddress,
    Device,
    Dwelling,
    EstateAddress,
    Resident,
    UnitAddress,
)
from services.store.columns import Field, Moment, record_fields

KINDS: Mapping[str, type] = {
    "estate": EstateAddress,
    "building": BuildingAddress,
    "unit": UnitAddress,
    "dwelling": Dwelling,
    "resident": Resident,
    "device": Device,
}
STANDING = ("community", "source", "import_id", "seen_at", "valid", "closed_at")
_INDEXES: Mapping[str, Sequence[tuple[str, ...]]] = {
    "estate": (("community", "valid"),),
    "building": (("estate", "valid"), ("community", "valid")),
    "unit": (("building", "valid"), ("community", "valid")),
    "dwelling": (("building", "valid"), ("community", "valid")),
    "resident": (
        ("dwelling", "valid"),
        ("building", "valid"),
        ("community", "valid"),
        ("identity",),
        ("name_mask", "community"),
    ),
    "device": (("dwelling", "valid"), ("building", "valid"), ("community", "valid")),
}


@dataclass(frozen=True, slots=True)
class RegisterTable:
    kind: str
    record: type
    table: Table
    fields: tuple[Field, ...]


def register_tables(metadata: MetaData) -> Mapping[str, RegisterTable]:
    return {kind: _register(metadata, kind, record) for kind, record in KINDS.items()}


def _register(metadata: MetaData, kind: str, record: type) -> RegisterTable:
    fields = record_fields(record)
    table = Table(
        kind,
        metadata,
        *(_key(f.column) if f.name == "code" else f.column for f in fields),
        Column("community", Text, nullable=False),
        Column("source", Text, nullable=False),
        Column("import_id", Text, nullable=False),
        Column("seen_at", Moment, nullable=False),
        Column("valid", Boolean, nullable=False),
        Column("closed_at", Moment),
    )
    for names in _INDEXES[kind]:
        Index(None, *(table.c[name] for name in names))
    return RegisterTable(kind, record, table, fields)


def _key(column: Column[str]) -> Column[str]:
    return Column(column.name, column.type, primary_key=True)


def identity_keys(metadata: MetaData) -> Table:
    """What pseudonyms of identity numbers are made with. A row that is gone makes them nobody's."""
    return Table(
        "identity_key",
        metadata,
        Column("name", Text, primary_key=True),
        Column("key", LargeBinary, nullable=False),
    )
