"""A checked condition as a sieve over the columns of many records."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from typing import Any

from sqlglot import exp

from services.domain.condition_closure import COMPARISONS, MIRRORED, Compiler, Node, constant_of, is_constant
from services.domain.sieve import OPPOSITE, Compare, Sieve, against, asked, both, either, flag, member, missing, shared
from services.domain.sorts import Sort


class Sifter:
    """Turns a checked tree into a sieve for where it is true, or, ``wanted`` False, where it is false."""

    def __init__(self, columns: Mapping[str, Sort], place: str) -> None:
        self._columns = columns
        self._closures = Compiler(columns, place, operator.attrgetter)

    def where(self, node: Node, wanted: bool) -> Sieve:
        node = node.unnest()
        kind = type(node)
        if kind is exp.Not:
            return self.where(node.this, not wanted)
        if kind is exp.And or kind is exp.Or:
            parts = [self.where(part, wanted) for part in node.flatten()]
            return both(parts) if (kind is exp.And) is wanted else either(parts)
        if kind is exp.Between and self._is_plain(node.this, node.args["low"], node.args["high"]):
            low = against(node.this.unnest().name, *_bound(operator.ge, node.args["low"], wanted))
            high = against(node.this.unnest().name, *_bound(operator.le, node.args["high"], wanted))
            return both([low, high]) if wanted else either([low, high])
        return shared((node.sql(), wanted), self._leaf(node, wanted))

    def _leaf(self, node: Node, wanted: bool) -> Sieve:
        kind = type(node)
        if kind is exp.Column:
            return flag(node.name, wanted)
        if kind in COMPARISONS:
            return self._comparison(node, wanted)
        if kind is exp.In and self._is_plain(node.this, *node.expressions):
            return member(node.this.unnest().name, frozenset(map(constant_of, node.expressions)), wanted)
        if kind is exp.Is and type(node.this.unnest()) is exp.Column:
            name = node.this.unnest().name
            return missing(name, wanted, is_number=self._columns[name] is Sort.NUMBER)
        return asked(self._closures.truth(node), wanted)

    def _comparison(self, node: Node, wanted: bool) -> Sieve:
        compare = COMPARISONS[type(node)]
        left, right = node.this.unnest(), node.args["expression"].unnest()
        if is_constant(left) and not is_constant(right):
            left, right, compare = right, left, MIRRORED[compare]
        if self._is_plain(left, right):
            return against(left.name, *_bound(compare, right, wanted))
        return asked(self._closures.truth(node), wanted)

    def _is_plain(self, column: Node, *constants: Node) -> bool:
        return type(column.unnest()) is exp.Column and all(is_constant(constant) for constant in constants)


def _bound(compare: Compare, constant: Node, wanted: bool) -> tuple[Compare, Any]:
    return (compare if wanted else OPPOSITE[compare]), constant_of(constant)
