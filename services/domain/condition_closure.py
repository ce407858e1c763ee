"""A checked condition as a closure over one record."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from services.domain.forbidden import WHY, forbidden_in, forbidden_in_pattern
from services.domain.logic import (
    Truth,
    Value,
    alike,
    all_of,
    any_of,
    calculated,
    compared,
    compared_with,
    divided,
    member_of,
    negated,
    negative,
    without_nan,
)
from services.domain.sorts import ConditionError, Sort, check_column, sort_of

Node = Any  # a node of sqlglot's tree; the name of its base class differs between releases
Reader = Callable[[str], Value]  # column → how to read it from a record

COMPARISONS: Mapping[type[Any], Callable[[Any, Any], bool]] = {
    exp.EQ: operator.eq,
    exp.NEQ: operator.ne,
    exp.GT: operator.gt,
    exp.GTE: operator.ge,
    exp.LT: operator.lt,
    exp.LTE: operator.le,
}
MIRRORED: Mapping[Callable[[Any, Any], bool], Callable[[Any, Any], bool]] = {
    operator.eq: operator.eq,
    operator.ne: operator.ne,
    operator.gt: operator.lt,
    operator.ge: operator.le,
    operator.lt: operator.gt,
    operator.le: operator.ge,
}
ARITHMETIC: Mapping[type[Any], Callable[[Any, Any], Any]] = {
    exp.Add: operator.add,
    exp.Sub: operator.sub,
    exp.Mul: operator.mul,
}


class Compiler:
    """Turns a checked tree into closures; each AND and OR keeps its own state, so nesting cannot mix them."""

    def __init__(self, columns: Mapping[str, Sort], place: str, reader: Reader) -> None:
        self.columns = columns
        self.place = place
        self.reader = reader

    def truth(self, node: Node) -> Truth:
        """The closure of a condition: comparison, AND, OR, NOT, IN, BETWEEN, IS NULL, LIKE, a true/false column."""
        node = node.unnest()
        kind = type(node)
        if kind is exp.And:
            return all_of([self.truth(part) for part in node.flatten()])
        if kind is exp.Or:
            return any_of([self.truth(part) for part in node.flatten()])
        if kind is exp.Not:
            return negated(self.truth(node.this))
        if kind in COMPARISONS:
            return self._comparison(node)
        if kind is exp.In:
            return self._membership(node)
        if kind is exp.Between:
            return self._range(node)
        if kind is exp.Is:
            return self._is(node)
        if kind is exp.Like:
            return self._like(node)
        if kind is exp.Column or kind is exp.Boolean:
            sort, value = self.value(node)
            if sort is Sort.BOOL:
                return value
            raise ConditionError(f"{self.place}: 字段 {node.name!r} 是{sort.value}，不能单独作条件")
        raise self._refused(node)

    def value(self, node: Node) -> tuple[Sort, Value]:
        """The sort and closure of an operand: column, literal, + − * /, unary minus."""
        node = node.unnest()
        kind = type(node)
        if kind is exp.Column:
            return self._column(node)
        if kind is exp.Literal or kind is exp.Boolean:
            constant = self.constant(node)
            return sort_of(type(constant)), lambda _record: constant
        if kind is exp.Neg:
            return Sort.NUMBER, negative(self._number(node.this))
        if kind in ARITHMETIC:
            return Sort.NUMBER, calculated(
                ARITHMETIC[kind], self._number(node.this), self._number(node.args["expression"])
            )
        if kind is exp.Div:
            return Sort.NUMBER, divided(self._number(node.this), self._number(node.args["expression"]))
        if kind is exp.Null:
            raise ConditionError(f"{self.place}: 与 NULL 比较永远不成立，请用 IS NULL")
        raise self._refused(node)

    def _column(self, node: Node) -> tuple[Sort, Value]:
        if node.args.get("table"):
            raise ConditionError(f"{self.place}: 字段不带表名：{node.sql()}")
        check_column(node.name, self.columns, self.place)
        sort = self.columns[node.name]
        read = self.reader(node.name)
        return sort, without_nan(read) if sort is Sort.NUMBER else read

    def _number(self, node: Node) -> Value:
        sort, value = self.value(node)
        if sort is not Sort.NUMBER:
            raise ConditionError(f"{self.place}: {node.sql()} 是{sort.value}，不能计算")
        return value

    def _same_sort(self, first: Node, *others: Node) -> tuple[Sort, Value, list[Value]]:
        sort, value = self.value(first)
        if sort is Sort.OTHER:
            raise ConditionError(f"{self.place}: 字段 {first.sql()} 不能比较，只能用 IS NULL")
        values = []
        for other in others:
            other_sort, other_value = self.value(other)
            if other_sort is not sort:
                raise ConditionError(
                    f"{self.place}: {first.sql()}（{sort.value}）与 {other.sql()}（{other_sort.value}）不能比较"
                )
            values.append(other_value)
        return sort, value, values

    def _comparison(self, node: Node) -> Truth:
        compare = COMPARISONS[type(node)]
        left, right = node.this.unnest(), node.args["expression"].unnest()
        if is_constant(left) and not is_constant(right):
            left, right, compare = right, left, MIRRORED[compare]
        _, first, (second,) = self._same_sort(left, right)
        if is_constant(right):
            return compared_with(compare, first, self.constant(right))
        return compared(compare, first, second)

    def _membership(self, node: Node) -> Truth:
        members = node.expressions
        if node.args.get("query") or node.args.get("unnest") or node.args.get("field") or not members:
            raise self._refused(node)
        for member in members:
            if not is_constant(member):
                raise ConditionError(f"{self.place}: IN 里只能列常量，不能是 {member.sql()}")
        _, value, _ = self._same_sort(node.this, *members)
        return member_of(value, frozenset(self.constant(member) for member in members))

    def _range(self, node: Node) -> Truth:
        if node.args.get("symmetric"):
            raise self._refused(node)
        _, value, (low, high) = self._same_sort(node.this, node.args["low"], node.args["high"])
        return all_of([compared(operator.ge, value, low), compared(operator.le, value, high)])

    def _is(self, node: Node) -> Truth:
        if type(node.args["expression"]) is not exp.Null:
            raise self._refused(node)
        _, value = self.value(node.this)
        return lambda record: value(record) is None

    def _like(self, node: Node) -> Truth:
        sort, value = self.value(node.this)
        pattern = node.args["expression"]
        if sort is not Sort.TEXT or type(pattern) is not exp.Literal or not pattern.is_string:
            raise ConditionError(f"{self.place}: LIKE 只用于文字字段与文字常量：{node.sql()}")
        self._check_word(forbidden_in_pattern(pattern.this))
        return alike(value, self.constant(pattern))

    def constant(self, node: Node) -> Any:
        """A constant's value. Raises ConditionError for a word no rule may compare with."""
        value = constant_of(node)
        if isinstance(value, str):
            self._check_word(forbidden_in(value))
        return value

    def _check_word(self, word: str) -> None:
        if word:
            raise ConditionError(f"{self.place}: 规则不得与 {word!r} 比较（{WHY}）")

    def _refused(self, node: Node) -> ConditionError:
        return ConditionError(
            f"{self.place}: 条件里不能用 {type(node).__name__}（{node.sql()}），"
            "只能用比较、AND、OR、NOT、IN、BETWEEN、IS NULL、LIKE、加减乘除和常量"
        )


def is_constant(node: Node) -> bool:
    node = node.unnest()
    return isinstance(node, exp.Literal | exp.Boolean) or (
        isinstance(node, exp.Neg) and isinstance(node.this, exp.Literal) and not node.this.is_string
    )


def constant_of(node: Node) -> Any:
    node = node.unnest()
    if isinstance(node, exp.Neg):
        return -constant_of(node.this)
    if isinstance(node, exp.Boolean) or node.args["is_string"]:
        return node.this
    return int(node.this) if node.this.isdigit() else float(node.this)
