"""SQL's three-valued logic as closures: None is unknown, and only a definite answer beats it."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

Value = Callable[[Any], Any]  # record → value, or None for SQL's NULL
Truth = Callable[[Any], bool | None]  # record → true, false or unknown


def without_nan(read: Value) -> Value:
    def value(record: Any) -> Any:
        found = read(record)
        return found if found == found else None

    return value


def all_of(parts: list[Truth]) -> Truth:
    def conjunction(record: Any) -> bool | None:
        answer: bool | None = True
        for part in parts:
            holds = part(record)
            if holds is None:
                answer = None
            elif not holds:
                return False
        return answer

    return conjunction


def any_of(parts: list[Truth]) -> Truth:
    def disjunction(record: Any) -> bool | None:
        answer: bool | None = False
        for part in parts:
            holds = part(record)
            if holds is None:
                answer = None
            elif holds:
                return True
        return answer

    return disjunction


def negated(part: Truth) -> Truth:
    def negation(record: Any) -> bool | None:
        holds = part(record)
        return None if holds is None else not holds

    return negation


def compared_with(compare: Callable[[Any, Any], bool], value: Value, constant: Any) -> Truth:
    def comparison(record: Any) -> bool | None:
        found = value(record)
        return None if found is None else compare(found, constant)

    return comparison


def compared(compare: Callable[[Any, Any], bool], first: Value, second: Value) -> Truth:
    def comparison(record: Any) -> bool | None:
        left, right = first(record), second(record)
        return None if left is None or right is None else compare(left, right)

    return comparison


def member_of(value: Value, members: frozenset[Any]) -> Truth:
    def membership(record: Any) -> bool | None:
        found = value(record)
        return None if found is None else found in members

    return membership


def pattern_of(like: str) -> re.Pattern[str]:
    """A LIKE pattern; for ``fullmatch``."""
    parts = {"%": ".*", "_": "."}
    return re.compile("".join(parts.get(c) or re.escape(c) for c in like), re.DOTALL)


def alike(value: Value, pattern: str) -> Truth:
    matches = pattern_of(pattern).fullmatch

    def likeness(record: Any) -> bool | None:
        found = value(record)
        return None if found is None else matches(found) is not None

    return likeness


def negative(value: Value) -> Value:
    def negative(record: Any) -> Any:
        found = value(record)
        return None if found is None else -found

    return negative


def calculated(calculate: Callable[[Any, Any], Any], first: Value, second: Value) -> Value:
    def calculation(record: Any) -> Any:
        left, right = first(record), second(record)
        return None if left is None or right is None else calculate(left, right)

    return calculation


def divided(first: Value, second: Value) -> Value:
    def quotient(record: Any) -> Any:
        left, right = first(record), second(record)
        return None if left is None or right is None or right == 0 else left / right

    return quotient
