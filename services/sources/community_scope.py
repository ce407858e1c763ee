"""Asks for one community of a database that holds many, without any question knowing of it.

A question names tables; before it is put, each table is replaced by its rows of the community: a common table
expression of the same name, which the databases fold into the question. How a table belongs to a community
follows from its columns. One that has none of them is taken whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import CTE, BindParameter, Connection, Select, String, Table, bindparam, text
from sqlalchemy.sql import visitors

_ESTATES = "SELECT xqbh FROM {s}xiaoqu WHERE sqbh = :community"
_BUILDINGS = "SELECT ldbh FROM {s}loudong WHERE xqbh IN :estates"
_ELDERS = "SELECT lrbh FROM {s}laoren WHERE ldbh IN :buildings"

# The first of these columns a table has says whose its rows are.
_WHOSE = (
    ("sqbh", "sqbh = :community"),
    ("xqbh", "xqbh IN :estates"),
    ("ldbh", "ldbh IN :buildings"),
    ("fwbh", "fwbh IN (SELECT fwbh FROM {s}fangwu WHERE ldbh IN :buildings)"),
    ("lrbh", f"lrbh IN ({_ELDERS})"),
    ("zbbh", "zbbh IN (SELECT zbbh FROM {s}dangzuzhi WHERE sqbh = :community)"),
    ("bbh", "bbh IN (SELECT bbh FROM {s}biaoji WHERE xqbh IN :estates)"),
    ("sbbh", "sbbh IN (SELECT sbbh FROM {s}shebei WHERE xqbh IN :estates)"),
)


@dataclass(frozen=True, slots=True)
class Scope:
    """Estates and buildings of one community, by their codes."""

    community: str
    estates: tuple[str, ...]
    buildings: tuple[str, ...]


def scope_of(connection: Connection, community: str) -> Scope:
    schema = _schema(connection)
    estates = connection.execute(text(_ESTATES.format(s=schema)), {"community": community}).scalars().all()
    question = text(_BUILDINGS.format(s=schema)).bindparams(bindparam("estates", type_=String, expanding=True))
    buildings = connection.execute(question, {"estates": estates}).scalars().all()
    return Scope(community, tuple(estates), tuple(buildings))


def narrowed(question: Select[*tuple[Any, ...]], scope: Scope, connection: Connection) -> Select[*tuple[Any, ...]]:
    """The same question about this community alone."""
    named = {part.name: part for part in visitors.iterate(question) if isinstance(part, Table)}
    schema = _schema(connection)
    bound = _bound(scope)
    parts = [cte for name in sorted(named) if (cte := _rows_of(named[name], schema, bound)) is not None]
    return question.add_cte(*parts)


def _rows_of(table: Table, schema: str, bound: Sequence[BindParameter[Any]]) -> CTE | None:
    whose = next((said for column, said in _WHOSE if column in table.c), None)
    if whose is None:
        return None
    words = f"SELECT * FROM {schema}{table.name} WHERE {whose}".format(s=schema)
    asked = [one for one in bound if f":{one.key}" in words]
    rows = text(words).bindparams(*asked).columns()
    return rows.cte(table.name).prefix_with("NOT MATERIALIZED")


def _bound(scope: Scope) -> Sequence[BindParameter[Any]]:
    return (
        bindparam("community", scope.community),
        bindparam("estates", scope.estates, type_=String, expanding=True),
        bindparam("buildings", scope.buildings, type_=String, expanding=True),
    )


def _schema(connection: Connection) -> str:
    """SQLite would take a table inside an expression of its name for the expression itself."""
    return "main." if connection.dialect.name == "sqlite" else ""
