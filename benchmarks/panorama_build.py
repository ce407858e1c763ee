"""Thirty communities in one database: the demo's own community once, then the databases copy it under other codes.

Meters are thinned to 40,000 in all; of their readings two days stand in the community's database, because that
is as far back as any pane looks. Our store keeps half hours of all days elsewhere (benchmarks/meters.py).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from sqlalchemy import BigInteger, Connection, Integer, String, Table, text

from services.district.community import CommunityLife
from services.district.community_database import CommunityDatabase
from services.district.part import DistrictSettings
from services.sources.community_tables import METADATA

CODE = "3310020{:05d}"
COPIED_BY_KEY = 10**14  # row numbers of the next community begin there
_ESTATE = "XQ"
_SETTINGS = DistrictSettings(seed=42, residents=10_000)


def build(database: CommunityDatabase, now: datetime, communities: int, meters: int) -> None:
    """Make them up to ``now``. The first has the code ``CODE.format(0)``."""
    life = CommunityLife(database, replace(_SETTINGS), now)
    life.create(now)
    with database.begin() as connection:
        connection.execute(text("UPDATE xiaoqu SET sqbh = :c"), {"c": CODE.format(0)})
        for name in ("dangzuzhi", "yinhuan"):
            connection.execute(text(f"UPDATE {name} SET sqbh = :c"), {"c": CODE.format(0)})
        _thin(connection, meters // communities)
        _readings(connection)
    for number in range(1, communities):
        with database.begin() as connection:
            for table in METADATA.sorted_tables:
                _copy(connection, table, number)
    with database.begin() as connection:
        connection.execute(text("ANALYZE"))


def held(database: CommunityDatabase) -> dict[str, int]:
    with database.begin() as connection:
        return {
            name: connection.execute(text(f"SELECT count(*) FROM {name}")).scalar_one()
            for name in ("renyuan", "fangwu", "biaoji", "chaobiao", "menjin", "shebei")
        }


def _thin(connection: Connection, meters: int) -> None:
    """Elders' meters stay."""
    connection.execute(
        text(
            "DELETE FROM biaoji WHERE bbh NOT IN (SELECT sbbh FROM laoren) AND bbh NOT IN"
            " (SELECT bbh FROM biaoji WHERE bbh NOT IN (SELECT sbbh FROM laoren) ORDER BY bbh LIMIT :n)"
        ),
        {"n": meters},
    )


def _readings(connection: Connection) -> None:
    """Every meter reports at the half hours of the last two days, at the moments the elders' meters do."""
    connection.execute(
        text(
            "INSERT INTO chaobiao (id, lsh, bbh, cbsj, ljz, dw, ccbh)"
            " SELECT 1000000 + row_number() OVER (ORDER BY b.bbh, s.cbsj),"
            " 'B' || row_number() OVER (ORDER BY b.bbh, s.cbsj),"
            " b.bbh, s.cbsj, 100.0 + row_number() OVER (PARTITION BY b.bbh ORDER BY s.cbsj) * 0.05, 'm3', ''"
            " FROM biaoji b, (SELECT cbsj FROM chaobiao WHERE bbh = (SELECT min(sbbh) FROM laoren)) s"
            " WHERE b.bbh NOT IN (SELECT sbbh FROM laoren)"
        )
    )


def _copy(connection: Connection, table: Table, number: int) -> None:
    """The rows of the first community under the codes of another: estates by their first letters, other keys
    by a number before them, row numbers by a distance."""
    two = f"{chr(65 + number // 26)}{chr(65 + number % 26)}"
    said = ", ".join(_said(table, column.name) for column in table.columns)
    names = ", ".join(column.name for column in table.columns)
    own = "WHERE id < :distance" if "id" in table.c else ""
    connection.execute(
        text(f"INSERT INTO {table.name} ({names}) SELECT {said} FROM {table.name} t {own or _own(table)}"),
        {
            "two": two,
            "number": f"{number:02d}",
            "code": CODE.format(number),
            "distance": COPIED_BY_KEY,
            "shift": number,
        },
    )


def _own(table: Table) -> str:
    """The first community's rows by a column that tells."""
    for column in ("xqbh", "ldbh", "fwbh"):
        if column in table.c:
            return f"WHERE {column} LIKE '{_ESTATE}%'"
    key = next(column for column in table.primary_key.columns if isinstance(column.type, String))
    return f"WHERE {key.name} NOT LIKE '0%' AND {key.name} NOT LIKE '1%' AND {key.name} NOT LIKE '2%'"


def _said(table: Table, name: str) -> str:
    column = table.c[name]
    if name == "sqbh":
        return "CASE WHEN :code <> '' THEN :code END"
    if column.primary_key and isinstance(column.type, BigInteger):
        return f"{name} + :shift * :distance"
    if column.primary_key and isinstance(column.type, Integer) and len(table.primary_key) == 1:
        return f"{name} + :shift * 10000000"
    if isinstance(column.type, String) and (name.endswith(("bh", "bm", "lsh"))):
        return (
            f"CASE WHEN {name} LIKE '{_ESTATE}%' THEN :two || substr({name}, 3)"
            f" WHEN {name} = '' THEN '' ELSE :number || {name} END"
        )
    return name
