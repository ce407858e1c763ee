"""Suppression: while an alert of one rule is open and active, rules that only follow from it keep quiet.

``[[suppress]]`` of ``resources/suppression.toml``: while an alert of rule ``cause`` on some ``on``
(checkpoint, dwelling, estate …) lasts, alerts of ``rules`` on the same or within it are counted and
not shown. No red alert is ever suppressed, and no cycle of causes is allowed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.domain.alert import Alert, AlertLevel, Condition, Visibility, Work
from services.domain.incident import AROUND, LINK_WORDS

KINDS = tuple(sorted({*AROUND.values(), *LINK_WORDS}))
KEYS = ("cause", "rules", "on", "why")


class SuppressionError(ValueError):
    """A suppression file that cannot be used. The message names the entry, in Chinese."""


@dataclass(frozen=True, slots=True)
class Edge:
    cause: str  # rule id
    rule: str  # rule id it keeps quiet
    on: str  # kind of the thing both stand in
    why: str


@dataclass(frozen=True, slots=True)
class Suppression:
    """The graph of a site."""

    edges: tuple[Edge, ...] = ()

    def of_rule(self, rule_id: str) -> Sequence[Edge]:
        return [edge for edge in self.edges if edge.rule == rule_id]

    def by_cause(self, rule_id: str) -> Sequence[Edge]:
        return [edge for edge in self.edges if edge.cause == rule_id]

    def why(self, cause: Alert, alert: Alert) -> str:
        """Why ``cause`` keeps ``alert`` quiet; '' when it does not."""
        if not lasts(cause) or cause.id == alert.id:
            return ""
        edges = (edge for edge in self.of_rule(alert.rule_id) if edge.cause == cause.rule_id)
        return next((edge.why for edge in edges if things(cause, edge.on) & things(alert, edge.on)), "")


def lasts(cause: Alert) -> bool:
    """A cause that is back to normal excuses nothing, though nobody has closed it yet."""
    return cause.is_open and cause.condition is Condition.ACTIVE


def may_be_suppressed(alert: Alert) -> bool:
    """Only what nobody has begun to work on, and never red."""
    untouched = alert.work is Work.NEW and not alert.is_signed
    return alert.is_open and untouched and alert.level is not AlertLevel.RED and alert.visibility is Visibility.VISIBLE


def things(alert: Alert, kind: str) -> frozenset[str]:
    """The things of a kind an alert is about or stands in."""
    return frozenset(link for link in (*alert.links, *alert.within) if link.startswith(f"{kind}:"))


def suppression_from(table: Mapping[str, Any], file: str, known: Collection[str] | None = None) -> Suppression:
    """Read a suppression file; ``known`` are the rules there are. Raises SuppressionError."""
    for key in table:
        if key != "suppress":
            raise SuppressionError(f"{file}: 不认识的键 {key!r}，可用：suppress")
    entries = table.get("suppress", [])
    if not isinstance(entries, list):
        raise SuppressionError(f"{file}: suppress 须写作 [[suppress]]")
    edges = tuple(
        edge for number, entry in enumerate(entries, 1) for edge in _edges(entry, f"{file}: suppress[{number}]")
    )
    for edge in edges:
        for rule in (edge.cause, edge.rule):
            if known is not None and rule not in known:
                raise SuppressionError(f"{file}: 没有规则 {rule!r}")
    circle = cycle(edges)
    if circle:
        raise SuppressionError(f"{file}: 抑制关系成环：{' → '.join(circle)}")
    return Suppression(edges)


def _edges(entry: Any, place: str) -> list[Edge]:
    if not isinstance(entry, Mapping):
        raise SuppressionError(f"{place}: 须为表")
    for key in entry:
        if key not in KEYS:
            raise SuppressionError(f"{place}: 不认识的键 {key!r}，可用：{'、'.join(KEYS)}")
    for key in KEYS:
        if key not in entry:
            raise SuppressionError(f"{place}: 缺少 {key}")
    rules = entry["rules"]
    if not isinstance(rules, list) or not rules or not all(isinstance(rule, str) for rule in rules):
        raise SuppressionError(f"{place}: rules 须为规则编号的列表")
    if entry["on"] not in KINDS:
        raise SuppressionError(f"{place}: on 不认识 {entry['on']!r}，可用：{'、'.join(KINDS)}")
    for key in ("cause", "why"):
        if not isinstance(entry[key], str) or not entry[key].strip():
            raise SuppressionError(f"{place}: {key} 须为文字")
    return [Edge(entry["cause"], rule, entry["on"], entry["why"]) for rule in rules]


def cycle(edges: Sequence[Edge]) -> tuple[str, ...]:
    """A way from a rule back to itself, its first rule named twice; empty when there is none."""
    after: dict[str, list[str]] = {}
    for edge in edges:
        after.setdefault(edge.cause, []).append(edge.rule)
    done: set[str] = set()

    def walk(rule: str, way: tuple[str, ...]) -> tuple[str, ...]:
        if rule in way:
            return (*way[way.index(rule) :], rule)
        if rule in done:
            return ()
        found = next((c for following in after.get(rule, ()) if (c := walk(following, (*way, rule)))), ())
        done.add(rule)
        return found

    return next((found for rule in sorted(after) if (found := walk(rule, ()))), ())
