"""The parts of a rule file, each read by itself: levels, texts of the card, excuse, budget, tests."""

from __future__ import annotations

import operator
from collections.abc import Mapping
from dataclasses import is_dataclass
from datetime import datetime
from typing import Any

from services.domain.alert import AlertLevel, Stance
from services.domain.area import Area
from services.domain.budget import Budget, span_of
from services.domain.checklist import ChecklistError, line_of
from services.domain.condition import Sort, check_column, columns_of, compiled, sifted
from services.domain.counter import Counter, counter_from
from services.domain.detect_table import Surroundings
from services.domain.forbidden import WHY, forbidden_in
from services.domain.kinds import FIGURES, Detect, Threshold, WatchList
from services.domain.logic import Truth
from services.domain.rule import (
    EvidenceText,
    Excuse,
    ParameterText,
    Rise,
    RuleTest,
)
from services.domain.rule_keys import (
    BUDGET_KEYS,
    ENTRY,
    EVIDENCE_KEYS,
    EXCUSE_KEYS,
    KEYS,
    LEVELS,
    PARAMETER_KEYS,
    RAISE_KEYS,
    TEST_KEYS,
    WALL_SPECS,
)
from services.domain.rule_table import RuleError, RuleTable
from services.domain.sieve import Sieve
from services.domain.template import Template, template
from services.domain.topics import TOPICS

Columns = Mapping[str, Sort]


class RuleParts(RuleTable):
    """Every method raises RuleError, or ConditionError for a condition or a text."""

    def __init__(
        self, table: Mapping[str, Any], file: str, events: Mapping[str, Columns], areas: Mapping[str, Area]
    ) -> None:
        super().__init__(table, file)
        self._check_keys(table, KEYS, "")
        self.event = self._choice("event", events)
        self.columns = events[self.event]
        self.around = Surroundings(self.event, self.columns, events, areas, self._place("detect"), self._error)
        self.said = {**self.columns, **FIGURES}  # what texts and levels may name

    def _excuse(self, table: Mapping[str, Any], detect: Detect) -> Excuse:
        """What some state says in excuse. Only lasting hits may wait for it: they are told again."""
        self._check_keys(table, EXCUSE_KEYS, "excused.")
        if not isinstance(detect, Threshold):
            raise self._error("excused", "只用于 threshold")
        topic = self._typed("topic", str, table=table, prefix="excused.")
        if topic not in TOPICS or not is_dataclass(TOPICS[topic]):
            raise self._error("excused.topic", f"不认识的主题 {topic!r}")
        columns = columns_of(TOPICS[topic])
        match = self._typed("match", str, table=table, prefix="excused.")
        of = self._typed("of", str, table=table, prefix="excused.")
        check_column(match, columns, self._place("excused.match"))
        check_column(of, self.columns, self._place("excused.of"))
        where = self._typed("where", str, table=table, prefix="excused.")
        return Excuse(topic, match, of, compiled(where, columns, self._place("excused.where")))

    def _budget(self, table: Mapping[str, Any]) -> Budget:
        self._check_keys(table, BUDGET_KEYS, "budget.")
        alerts = self._typed("alerts", int, table=table, prefix="budget.")
        within = span_of(self._typed("within", str, table=table, prefix="budget."))
        if alerts < 1:
            raise self._error("budget.alerts", f"须为正整数，不是 {alerts}")
        if within is None:
            raise self._error("budget.within", '须写作 "30min"、"1h" 或 "1d"')
        return Budget(alerts, within)

    def _rise(self, table: Mapping[str, Any], number: int) -> Rise:
        place = f"raise_level[{number}]."
        self._check_keys(table, RAISE_KEYS, place)
        holds = compiled(table["where"], self.said, self._place(f"{place}where"), operator.itemgetter)
        level = self._level(table["level"], f"{place}level", None)
        if level is None:
            raise self._error(f"{place}level", f"可用：{'、'.join(LEVELS)}")
        title, department = (
            template(table[key], self.said, self._place(place + key)) if key in table else None
            for key in ("title", "department")
        )
        self._check_words(f"{place}title", title.text if title else "")
        return Rise(level, holds, title, table["where"], department, self._texts("support", table, place))

    def _parameter(self, table: Mapping[str, Any], number: int) -> ParameterText:
        place = f"parameters[{number}]."
        self._check_keys(table, PARAMETER_KEYS, place)
        value = template(table["value"], self.said, self._place(f"{place}value"))
        return ParameterText(table["label"], value, table["limit"])

    def _evidence(self, table: Mapping[str, Any], number: int) -> EvidenceText:
        place = f"evidence[{number}]."
        self._check_keys(table, EVIDENCE_KEYS, place)
        stance = self._word(table.get("stance", Stance.FOR.value), Stance, f"{place}stance")
        holds = None
        if "when" in table:
            holds = compiled(table["when"], self.said, self._place(f"{place}when"), operator.itemgetter)
        return EvidenceText(
            template(table["text"], self.said, self._place(f"{place}text")),
            template(table.get("value", ""), self.said, self._place(f"{place}value")),
            stance,
            holds,
        )

    def _counter(self, table: Mapping[str, Any], number: int) -> Counter:
        def error(key: str, why: str) -> RuleError:
            return self._error(key.replace("counter", f"counter[{number}]"), why)

        return counter_from(table, self.columns, self._place(f"counter[{number}]."), error)

    def _task(self, part: Any, number: int) -> str:
        try:
            return line_of(part)
        except ChecklistError as why:
            raise self._error(f"guidance[{number}]", str(why)) from None

    def _test(self, table: Mapping[str, Any], number: int) -> RuleTest:
        place = f"tests[{number}]."
        self._check_keys(table, TEST_KEYS, place)
        for event in table["events"]:
            for name in event:
                if name not in ("occurred_at", "times", "every_hours", "kind_of"):
                    check_column(name, self.around.columns_of(event), self._place(f"{place}events"))
        level = self._level(table["level"], f"{place}level", None) if "level" in table else None
        looked_at = table.get("looked_at")
        if looked_at is not None and not (isinstance(looked_at, datetime) and looked_at.tzinfo):
            raise self._error(f"{place}looked_at", "须为带时区的时刻")
        listed = tuple(table.get("listed", ()))
        return RuleTest(table["name"], tuple(table["events"]), table["detections"], level, listed, looked_at)

    def _wall_subject(self) -> Template:
        """The wall's text; what is personal may stand in it only in its wall mask."""
        text = self._template("wall_subject")
        for hole in text.holes:
            wanted = WALL_SPECS.get(hole.name)
            if wanted is not None and (hole.spec != wanted or not wanted):
                ways = f"须写作 {{{hole.name}:{wanted}}}" if wanted else "不得上墙"
                raise self._error("wall_subject", f"字段 {hole.name!r} {ways}")
        return text

    # ----------------------------------------------------------------------------------- values

    def _condition(self, key: str) -> Truth:
        return compiled(self._text(key), self.columns, self._place(key))

    def _sieve(self, key: str) -> Sieve:
        return sifted(self._text(key), self.columns, self._place(key))

    def _template(self, key: str, columns: Columns | None = None) -> Template:
        read = template(self._text(key), columns or self.said, self._place(key))
        self._check_words(key, read.text)
        return read

    def _check_words(self, key: str, text: str) -> None:
        """What an alert is called by says nothing of what a person is."""
        if word := forbidden_in(text):
            raise self._error(key, f"不得写 {word!r}（{WHY}）")

    def _level(self, word: Any, key: str, detect: Detect | None) -> AlertLevel | None:
        listed = isinstance(detect, WatchList)
        if word == ENTRY and listed:
            return None
        if word not in LEVELS:
            choices = "、".join([*LEVELS, ENTRY] if listed else LEVELS)
            raise self._error(key, f"不认识 {word!r}，可用：{choices}")
        return LEVELS[word]
