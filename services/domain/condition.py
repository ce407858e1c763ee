"""SQL conditions over records, compiled once with SQL's three-valued logic.

The text of a rule's ``where`` also runs as it is in the databases that back-test it, so the closure
over one record and the sieve over many must agree with SQL on every row, NULLs included. Only the node
types of ``condition_closure.py`` are taken: no functions, no sub-queries, no statements; types are
checked when the rule is loaded, not when an event arrives. Three points where databases differ are
fixed: ``/`` is true division and gives NULL for a zero divisor, LIKE is case-sensitive, and a NaN
counts as NULL.
"""

from __future__ import annotations

import operator
from collections.abc import Mapping

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from services.domain.condition_closure import Compiler, Node, Reader
from services.domain.condition_sieve import Sifter
from services.domain.forbidden import is_forbidden
from services.domain.logic import Truth
from services.domain.sieve import Sieve
from services.domain.sorts import ConditionError, Sort, check_column, columns_of

__all__ = [
    "LONGEST",
    "ConditionError",
    "Sort",
    "check_column",
    "columns_of",
    "compiled",
    "fields_of",
    "is_forbidden",
    "sifted",
]

LONGEST = 4000  # characters


def compiled(text: str, columns: Mapping[str, Sort], place: str, reader: Reader = operator.attrgetter) -> Truth:
    """Compile ``text`` to a closure over records. ``place`` names file and key in errors.

    ``reader`` says how a column is read: attributes of records, or ``operator.itemgetter`` for rows.
    Raises ConditionError.
    """
    return Compiler(columns, place, reader).truth(_parsed(text, place))


def sifted(text: str, columns: Mapping[str, Sort], place: str) -> Sieve:
    """Compile a text that ``compiled`` takes to a sieve over many records. Raises ConditionError."""
    return Sifter(columns, place).where(_parsed(text, place), True)


def fields_of(text: str) -> frozenset[str]:
    """The columns a compiled condition names."""
    return frozenset(column.name for column in sqlglot.parse_one(text, into=exp.Condition).find_all(exp.Column))


def _parsed(text: str, place: str) -> Node:
    if len(text) > LONGEST:
        raise ConditionError(f"{place}: 条件过长（{len(text)} 字，最多 {LONGEST}）")
    try:
        return sqlglot.parse_one(text, into=exp.Condition)
    except (SqlglotError, RecursionError) as why:
        raise ConditionError(f"{place}: 不是一个 SQL 条件：{text!r}") from why
