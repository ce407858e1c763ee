"""Answers about one address, person, building or device: index ranges of the register tables, on both databases."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from services.domain.address_book import (
    BuildingFound,
    DeviceFound,
    DwellingFound,
    PersonFound,
)
from services.domain.officer import Officer
from services.store.address_reading import one, place_of, record, records, standing
from services.store.schema import REGISTERS

MOST = 200  # residents or devices of one dwelling


def dwelling_of(connection: Connection, code: str, officer: Officer | None = None) -> DwellingFound | None:
    row = one(connection, "dwelling", code, officer)
    if row is None:
        return None
    people, devices = REGISTERS["resident"].table.c, REGISTERS["device"].table.c
    closed = select(func.count()).where(people.dwelling == code, ~people.valid)
    return DwellingFound(
        record("dwelling", row),
        place_of(connection, row),
        standing(row),
        records(connection, "resident", people.dwelling == code, people.valid, limit=MOST),
        records(connection, "device", devices.dwelling == code, devices.valid, limit=MOST),
        connection.execute(closed).scalar() or 0,
    )


def person_of(connection: Connection, code: str, officer: Officer | None = None) -> PersonFound | None:
    row = one(connection, "resident", code, officer)
    if row is None:
        return None
    home = one(connection, "dwelling", row["dwelling"], officer) if row["dwelling"] else None
    people = REGISTERS["resident"].table.c
    others = select(func.count()).where(people.dwelling == row["dwelling"], people.valid, people.code != code)
    return PersonFound(
        record("resident", row),
        place_of(connection, row),
        standing(row),
        record("dwelling", home) if home is not None else None,
        (connection.execute(others).scalar() or 0) if row["dwelling"] else 0,
    )


def building_of(connection: Connection, code: str, officer: Officer | None = None) -> BuildingFound | None:
    row = one(connection, "building", code, officer)
    if row is None:
        return None
    units, homes = REGISTERS["unit"].table.c, REGISTERS["dwelling"].table.c
    devices, people = REGISTERS["device"].table.c, REGISTERS["resident"].table.c
    counted = (
        select(people.dwelling, func.count())
        .where(people.building == code, people.valid)
        .group_by(people.dwelling)
        .order_by(people.dwelling)
    )
    here = {**row, "building": code}
    return BuildingFound(
        record("building", row),
        place_of(connection, here),
        standing(row),
        records(connection, "unit", units.building == code, units.valid, order=(units.number,)),
        records(connection, "dwelling", homes.building == code, homes.valid, order=(homes.unit, homes.floor, homes.at)),
        records(connection, "device", devices.building == code, devices.valid, limit=MOST),
        tuple((dwelling, int(count)) for dwelling, count in connection.execute(counted)),
    )


def device_of(connection: Connection, code: str, officer: Officer | None = None) -> DeviceFound | None:
    row = one(connection, "device", code, officer)
    if row is None:
        return None
    return DeviceFound(record("device", row), place_of(connection, row), standing(row))
