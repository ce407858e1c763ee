"""The rules of 布控 and 查询 a site sets: how long, on what law, how many questions an hour."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

TOPIC = "control_rules"  # one record, put by the collector; without it the defaults below

LAWS = (
    "《中华人民共和国人民警察法》",
    "《中华人民共和国刑事诉讼法》",
    "《中华人民共和国治安管理处罚法》",
    "《中华人民共和国道路交通安全法》",
    "《中华人民共和国大气污染防治法》",
    "《危险化学品安全管理条例》",
    "《公路安全保护条例》",
    "《中华人民共和国动物防疫法》",
)
GROUNDS = ("本级批准的通行许可", "应急与公务车辆清单", "经核查的误识别车辆")
UNITS = ("公安", "公安交警", "交通", "市监", "卫健", "生态环境", "综合执法")


@dataclass(frozen=True, slots=True)
class ControlRules:
    """``spot_share`` of all approvals go before the security administrator, 0 to 1. ``laws`` is what an
    order or a search may rest on, ``grounds`` what a white-list or permit entry may."""

    id: str = "control"
    days: int = 30
    most_days: int = 90
    lapse_hours: int = 48  # an application nobody decided
    spot_share: float = 0.2
    spot_hours: int = 24
    searches_per_hour: int = 20
    look_back_days: int = 180
    rows: int = 500  # of one answer
    trace_days: int = 7  # before the alert
    fastest_kmh: int = 180  # more between two checkpoints is impossible
    gap_minutes: int = 60  # a leg longer than this is drawn as not known
    laws: tuple[str, ...] = LAWS
    grounds: tuple[str, ...] = GROUNDS
    units: tuple[str, ...] = UNITS


DEFAULT = ControlRules()

_RANGES: Mapping[str, tuple[float, float]] = {
    "days": (1, 90),
    "most_days": (1, 365),
    "lapse_hours": (1, 720),
    "spot_share": (0, 1),
    "spot_hours": (1, 720),
    "searches_per_hour": (1, 1000),
    "look_back_days": (1, 400),
    "rows": (1, 5000),
    "trace_days": (1, 30),
    "fastest_kmh": (60, 400),
    "gap_minutes": (5, 1440),
}
_LISTS = ("laws", "grounds", "units")


def control_from(table: Mapping[str, Any]) -> ControlRules:
    """The site's ``[control]``. Raises ValueError in Chinese, naming the key."""
    changes = {key: _value(key, value) for key, value in table.items()}
    rules = replace(DEFAULT, **changes)
    if rules.days > rules.most_days:
        raise ValueError("control.days 不得大于 control.most_days")
    return rules


def _value(key: str, value: Any) -> Any:
    if key in _LISTS:
        words = isinstance(value, list) and all(isinstance(word, str) and word.strip() for word in value)
        if not words or not value:
            raise ValueError(f"control.{key} 须为不空的文字列表")
        return tuple(word.strip() for word in value)
    if key not in _RANGES:
        raise ValueError(f"不认识的键 control.{key}，可用：{'、'.join((*_RANGES, *_LISTS))}")
    least, most = _RANGES[key]
    kinds = (int, float) if key == "spot_share" else int
    if isinstance(value, bool) or not isinstance(value, kinds) or not least <= value <= most:
        whole = "数" if key == "spot_share" else "整数"
        raise ValueError(f"control.{key} 须为 {least:g} 至 {most:g} 的{whole}，不是 {value!r}")
    return float(value) if key == "spot_share" else value


def rules_in(records: Sequence[Any]) -> ControlRules:
    """What the topic holds, or the defaults."""
    return next((record for record in records if isinstance(record, ControlRules)), DEFAULT)
