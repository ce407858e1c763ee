"""预案: who does what within how many minutes once a red alert is real, as its file tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class PlanError(ValueError):
    """A plan that cannot be used. The message names the file, the step and the reason."""


@dataclass(frozen=True, slots=True)
class PlanStep:
    """One box of the checklist: ``owner`` is a role's or department's word, ``within_min`` after the start."""

    id: str
    text: str
    owner: str
    within_min: int


@dataclass(frozen=True, slots=True)
class ResponsePlan:
    """A plan as its file tells it: a record of topic ``plans``. ``rules`` are the ids it belongs to."""

    id: str
    title: str
    rules: tuple[str, ...]
    steps: tuple[PlanStep, ...]
    source: str = ""  # where it comes from: 演示预案


def read_plan(table: Mapping[str, Any], name: str) -> ResponsePlan:
    """One TOML file. Raises PlanError."""
    title, steps = table.get("title"), table.get("step")
    if not isinstance(title, str) or not title:
        raise PlanError(f"{name}：缺少 title")
    if not isinstance(steps, list) or not steps:
        raise PlanError(f"{name}：没有 [[step]]")
    rules = table.get("rules", [])
    if not isinstance(rules, list) or not all(isinstance(rule, str) for rule in rules):
        raise PlanError(f'{name}：rules 须为文字列表，例如 ["R-FIR-06"]')
    read = tuple(_step(step, number, f"{name} 第 {number} 步") for number, step in enumerate(steps, 1))
    return ResponsePlan(name.removesuffix(".toml"), title, tuple(rules), read, str(table.get("source", "")))


def _step(table: Any, number: int, where: str) -> PlanStep:
    if not isinstance(table, Mapping):
        raise PlanError(f"{where}：须为一张表")
    for key in ("text", "owner"):
        if not isinstance(table.get(key), str) or not table[key]:
            raise PlanError(f"{where}：缺少 {key}")
    minutes = table.get("within_min")
    if not isinstance(minutes, int) or isinstance(minutes, bool) or minutes < 1:
        raise PlanError(f"{where}：within_min 须为分钟数")
    return PlanStep(str(number), table["text"], table["owner"], minutes)


def plan_for(plans: Sequence[ResponsePlan], rule_id: str) -> ResponsePlan | None:
    return next((plan for plan in plans if rule_id in plan.rules), None)
