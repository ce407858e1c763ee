"""The pieces every kind of detection's SQL is made of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from services.history.dialect import holds, name, names
from services.history.version import Version

MICRO = timedelta(microseconds=1)
DAY = timedelta(days=1) // MICRO
SHANGHAI = timedelta(hours=8) // MICRO  # ahead of UTC, all year
ORDER = '"_at", "_n"'


def carried(version: Version) -> tuple[str, ...]:
    """The columns of the rule's key go along with each hit."""
    return tuple(sorted(version.rule.key.fields))


def hit(version: Version, told: str = '"_at"') -> str:
    return f"{names(('_seq', '_at', '_n', *carried(version)))}, {told} AS told"


def met_rows(version: Version, *columns: str, known: Sequence[str] = (), table: str = "events") -> str:
    """The narrow rows that meet ``where`` and not ``unless``; of a ``by`` that is known."""
    wanted = names(dict.fromkeys(("_seq", "_at", "_n", *carried(version), *columns)))
    where = [holds(version.where, version.unless), *(f"{name(c)} IS NOT NULL" for c in known)]
    return f"SELECT {wanted} FROM {table} WHERE {' AND '.join(where)}"


def sorted_rows(version: Version, by: Sequence[str]) -> str:
    """The narrow rows of a known ``by``; ``bad`` where the rule's condition holds, not where ``clear`` does,
    NULL in between."""
    bad = holds(version.where, version.unless)
    sorted_out = f"CASE WHEN {bad} THEN true WHEN {holds(version.clear)} THEN false END"
    known = " AND ".join(f"{name(c)} IS NOT NULL" for c in by)
    wanted = names(dict.fromkeys(("_seq", "_at", "_n", *carried(version), *by)))
    return f"SELECT {wanted}, {sorted_out} AS bad FROM events WHERE {known}"


def joined(one: str, other: str, by: Sequence[str]) -> str:
    return " AND ".join(f"{one}.{name(c)} = {other}.{name(c)}" for c in by)


def double(value: float) -> str:
    return f"CAST('{float(value)!r}' AS DOUBLE)"


def text(words: str) -> str:
    return words.replace("'", "''")
