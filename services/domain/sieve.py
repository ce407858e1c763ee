"""Conditions over a whole batch at once, column by column.

A condition is only asked where it is *true*, so each part is turned into a sieve that keeps the
places where it is true and, under a NOT, into one that keeps the places where it is false. Each
column is read once for all rules of a batch, and a part that several rules share is worked out once.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from operator import attrgetter
from typing import Any

from services.domain.logic import Truth

Places = Sequence[int]  # ascending
Sieve = Callable[["Columns", Places], Places]  # keeps the places that pass, in order
Compare = Callable[[Any, Any], bool]


class Columns:
    """The records of a batch, read by column. ``every`` are all its places."""

    __slots__ = ("_columns", "_known", "every", "records")

    def __init__(self, records: Sequence[Any]) -> None:
        self.records = records
        self.every: Places = range(len(records))
        self._columns: dict[str, Sequence[Any]] = {}
        self._known: dict[tuple[str, bool], Places] = {}

    def __getitem__(self, name: str) -> Sequence[Any]:
        column = self._columns.get(name)
        if column is None:
            column = self._columns[name] = list(map(attrgetter(name), self.records))
        return column

    def once(self, what: tuple[str, bool], sieve: Sieve) -> Places:
        """What ``sieve`` keeps of all places, worked out at the first asking."""
        known = self._known.get(what)
        if known is None:
            known = self._known[what] = sieve(self, self.every)
        return known


def shared(what: tuple[str, bool], sieve: Sieve) -> Sieve:
    """A sieve that is worked out once a batch for all rules that begin with it."""

    def kept(columns: Columns, places: Places) -> Places:
        return columns.once(what, sieve) if places is columns.every else sieve(columns, places)

    return kept


def both(sieves: Sequence[Sieve]) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        for sieve in sieves:
            if not places:
                break
            places = sieve(columns, places)
        return places

    return kept


def either(sieves: Sequence[Sieve]) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        passed: set[int] = set()
        rest = places
        for sieve in sieves:
            passed.update(sieve(columns, rest))
            rest = [i for i in places if i not in passed] if passed else places
            if not rest:
                return places
        return [i for i in places if i in passed]

    return kept


def without(sieve: Sieve, taken_out: Sieve) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        places = sieve(columns, places)
        out = set(taken_out(columns, places)) if places else ()
        return [i for i in places if i not in out] if out else places

    return kept


def asked(truth: Truth, wanted: bool) -> Sieve:
    """Record by record, for what has no quicker way."""

    def kept(columns: Columns, places: Places) -> Places:
        records = columns.records
        return [i for i in places if truth(records[i]) is wanted]

    return kept


def flag(name: str, wanted: bool) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        column = columns[name]
        if wanted:
            return [i for i in places if column[i]]
        return [i for i in places if (v := column[i]) is not None and not v]

    return kept


def missing(name: str, wanted: bool, *, is_number: bool) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        column = columns[name]
        if is_number:  # NaN is NULL
            return [i for i in places if ((v := column[i]) is None or v != v) is wanted]
        return [i for i in places if (column[i] is None) is wanted]

    return kept


def member(name: str, members: frozenset[Any], wanted: bool) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        column = columns[name]
        if wanted:
            return [i for i in places if column[i] in members]
        return [i for i in places if (v := column[i]) is not None and v == v and v not in members]

    return kept


def against(name: str, compare: Compare, constant: Any) -> Sieve:
    """A column compared with a constant that is neither NULL nor NaN."""
    return _AGAINST[compare](name, constant)


OPPOSITE: dict[Compare, Compare] = {
    operator.eq: operator.ne,
    operator.ne: operator.eq,
    operator.gt: operator.le,
    operator.le: operator.gt,
    operator.lt: operator.ge,
    operator.ge: operator.lt,
}


def _equal(name: str, constant: Any) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        column = columns[name]
        return [i for i in places if column[i] == constant]

    return kept


def _unequal(name: str, constant: Any) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        column = columns[name]
        return [i for i in places if (v := column[i]) is not None and v != constant and v == v]

    return kept


def _above(name: str, constant: Any) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        column = columns[name]
        return [i for i in places if (v := column[i]) is not None and v > constant]

    return kept


def _at_least(name: str, constant: Any) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        column = columns[name]
        return [i for i in places if (v := column[i]) is not None and v >= constant]

    return kept


def _below(name: str, constant: Any) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        column = columns[name]
        return [i for i in places if (v := column[i]) is not None and v < constant]

    return kept


def _at_most(name: str, constant: Any) -> Sieve:
    def kept(columns: Columns, places: Places) -> Places:
        column = columns[name]
        return [i for i in places if (v := column[i]) is not None and v <= constant]

    return kept


_AGAINST: dict[Compare, Callable[[str, Any], Sieve]] = {
    operator.eq: _equal,
    operator.ne: _unequal,
    operator.gt: _above,
    operator.ge: _at_least,
    operator.lt: _below,
    operator.le: _at_most,
}
