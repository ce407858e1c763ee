"""Register tables of another SQL database, read-only and with a limit of time; columns by their own names."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Select, column, select, table

from services.domain.import_fields import RawRow
from services.domain.import_mapping import ORDER, ImportMapping
from services.imports.raw import ImportFileError, RawTable
from services.sources.community_upstream import CommunityError, Upstream

TIMEOUT_S = 60.0


def read_sql(upstream: Upstream, mapping: ImportMapping) -> Iterator[RawTable]:
    """Every table the mapping names by an ASCII name, its mapped columns only. Raises ImportFileError."""
    try:
        for kind in ORDER:
            for name in mapping.tables[kind].tables if kind in mapping.tables else ():
                if name.isascii():
                    yield _table(upstream, mapping, kind, name)
    except CommunityError as why:
        raise ImportFileError(str(why)) from why


def _table(upstream: Upstream, mapping: ImportMapping, kind: str, name: str) -> RawTable:
    there = upstream.columns(name)
    wanted = mapping.tables[kind]
    heads = tuple(dict.fromkeys(head for one in wanted.columns if (head := wanted.head_of(one, there))))
    if not heads:
        raise ImportFileError(f"表 {name} 没有认得的列，表结构已变")
    question: Select[tuple[object, ...]] = select(*(column(head) for head in heads)).select_from(table(name))
    rows = upstream.ask(rows=question.order_by(column(heads[0]))).rows["rows"]
    return RawTable(
        name, heads, (RawRow(number, tuple(row[head] for head in heads)) for number, row in enumerate(rows, 1)), 0
    )
