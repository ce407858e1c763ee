"""When a boat's colour turns: ``[boats.code]`` of the site file. All of it [D]; k has no source and is 演示."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any


@dataclass(frozen=True, slots=True)
class CodeTerms:
    """``k`` are pairs (up to so many kW, kg of oily water an engine hour and 100 kW), by rising power; the
    last counts for all above."""

    k: tuple[tuple[float, float], ...] = ((100_000.0, 0.5),)
    days: int = 90  # looked back on
    short_days: int = 30  # of the second blind-spot score
    green_from: float = 0.8
    yellow_from: float = 0.4
    yellow_days: int = 60  # without a hand-in while sailing
    red_days: int = 120
    least_coverage: float = 0.6  # share of hours with a fix, below which a code is unknown
    least_expected_kg: float = 20.0  # below which nothing is owed
    least_peers: int = 8  # of a class that a score is worked out in
    length_classes_m: tuple[float, ...] = (12.0, 24.0)
    flag_z: float = 2.0  # a score from which a boat is put on the list


TERMS = CodeTerms()


def code_from(table: Mapping[str, Any]) -> CodeTerms:
    """The defaults with what the site sets. Raises ValueError in Chinese, naming the key."""
    for key in table:
        if key not in _READERS:
            raise ValueError(f"不认识的键 boats.code.{key}，可用：{'、'.join(_READERS)}")
    read = {key: _READERS[key](f"boats.code.{key}", value) for key, value in table.items()}
    terms = replace(TERMS, **read)
    if not terms.yellow_from < terms.green_from:
        raise ValueError("boats.code.yellow_from 须小于 green_from")
    if not terms.yellow_days < terms.red_days:
        raise ValueError("boats.code.yellow_days 须小于 red_days")
    return terms


def number(where: str, value: Any, least: float, most: float) -> float:
    """A number within bounds. Raises ValueError in Chinese."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not least <= value <= most:
        raise ValueError(f"{where} 须为 {least:g} 至 {most:g} 的数，现为 {value!r}")
    return float(value)


def _between(least: float, most: float) -> Callable[[str, Any], float]:
    return lambda where, value: number(where, value, least, most)


def _days(where: str, value: Any) -> int:
    return int(number(where, value, 1, 366))


def _rates(where: str, value: Any) -> tuple[tuple[float, float], ...]:
    if not isinstance(value, list) or not value or not all(isinstance(one, list) and len(one) == 2 for one in value):
        raise ValueError(f"{where} 须写作 [[千瓦上限, 公斤], …]，现为 {value!r}")
    pairs = tuple((number(where, a, 0, 1e6), number(where, b, 0, 100)) for a, b in value)
    if list(pairs) != sorted(pairs):
        raise ValueError(f"{where} 须按功率由小到大排列，现为 {value!r}")
    return pairs


def _lengths(where: str, value: Any) -> tuple[float, ...]:
    if not isinstance(value, list):
        raise ValueError(f"{where} 须为米数的列表，现为 {value!r}")
    return tuple(sorted(number(where, one, 0, 200) for one in value))


_READERS: Mapping[str, Callable[[str, Any], Any]] = {
    "k": _rates,
    **dict.fromkeys(("days", "short_days", "yellow_days", "red_days"), _days),
    **dict.fromkeys(("green_from", "yellow_from", "least_coverage"), _between(0.01, 1)),
    "least_expected_kg": _between(0, 1e6),
    "least_peers": lambda where, value: int(number(where, value, 3, 10_000)),
    "length_classes_m": _lengths,
    "flag_z": _between(0, 10),
}
