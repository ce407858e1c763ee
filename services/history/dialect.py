"""A rule's condition, said in DuckDB so that every row gets the answer of ``domain/condition.py``.

The text stays the rule's own; only where databases differ is it pinned down: ``/`` divides truly and
gives NULL for a zero divisor, and a number with a point is a double, not a decimal.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import sqlglot
from sqlglot import exp


def condition(text: str) -> str:
    """A checked condition as an expression over the columns of ``events``."""
    tree: Any = sqlglot.parse_one(text, into=exp.Condition)
    for literal in list(tree.find_all(exp.Literal)):
        if not literal.is_string and "." in literal.name and "e" not in literal.name.lower():
            literal.set("this", f"{literal.name}e0")
    for division in reversed(list(tree.find_all(exp.Div))):  # the inner ones first: the outer copy them
        divisor = division.args["expression"]
        division.set("this", exp.cast(division.this.copy(), "double"))
        division.set("expression", exp.func("NULLIF", divisor.copy(), exp.Literal.number(0)))
    return f"({tree.sql('duckdb', identify=True)})"


def holds(where: str, unless: str = "") -> str:
    """True, and only true, for the rows a rule looks at."""
    said = f"{condition(where)} IS TRUE"
    return f"{said} AND {condition(unless)} IS NOT TRUE" if unless else said


def name(column: str) -> str:
    return '"' + column.replace('"', '""') + '"'


def names(columns: Iterable[str]) -> str:
    return ", ".join(map(name, columns))
