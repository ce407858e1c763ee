"""Reads the table of a rule file into a checked, compiled ``Rule``; every error names file, key and choices."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from services.domain.area import Area
from services.domain.condition import ConditionError
from services.domain.detect_file import DETECT_KEYS, read_detect
from services.domain.kinds import Absence, Detect, Fence, Follow, Threshold
from services.domain.kinds_runs import Consecutive
from services.domain.logic import Truth
from services.domain.rule import Rule
from services.domain.rule_keys import (
    BUDGET_KEYS,
    EVIDENCE_KEYS,
    EXCUSE_KEYS,
    KEYS,
    LEVELS,
    PARAMETER_KEYS,
    RAISE_KEYS,
    SCENES,
    TEST_KEYS,
)
from services.domain.rule_parts import Columns, RuleParts
from services.domain.rule_table import RuleError
from services.domain.sieve import Sieve, without

__all__ = [
    "BUDGET_KEYS",
    "EVIDENCE_KEYS",
    "EXCUSE_KEYS",
    "KEYS",
    "LEVELS",
    "PARAMETER_KEYS",
    "RAISE_KEYS",
    "TEST_KEYS",
    "RuleError",
    "rule_from",
]


def rule_from(
    table: Mapping[str, Any], file: str, events: Mapping[str, Columns], areas: Mapping[str, Area] | None = None
) -> Rule:
    """Check and compile the table of one rule file.

    ``events`` gives the columns of each kind of event, ``areas`` those a rule may call by name. Raises
    RuleError.
    """
    try:
        return _Reading(table, file, events, areas or {}).rule()
    except ConditionError as why:
        raise RuleError(str(why)) from why


class _Reading(RuleParts):
    """One rule file on its way to a Rule."""

    def rule(self) -> Rule:
        table = self.table
        detect = self._detect(self._typed("detect", dict))
        level = self._level(table["level"], "level", detect)
        return Rule(
            file=self.file,
            id=self._text("id"),
            version=self._typed("version", int),
            title=self._template("title"),
            text=self._text("text"),
            event=self.event,
            scene=self._choice("scene", SCENES),
            columns=self.columns,
            where=self._text("where"),
            unless=self._text("unless") if "unless" in table else "",
            matches=self._matches(),
            sifts=self._sifts(),
            detect=detect,
            level=level,
            rises=tuple(self._rise(part, i) for i, part in enumerate(self._tables("raise_level"), 1)),
            key=self._template("key", self.columns),
            subject=self._template("subject"),
            wall_subject=self._wall_subject(),
            subject_kind=self._text("subject_kind"),
            subject_id=self._template("subject_id", self.columns),
            place=self._template("place"),
            clears=self._condition("clear") if "clear" in table else None,
            clear_sifts=self._sieve("clear") if "clear" in table else None,
            auto_close=self._typed("auto_close", bool, False),
            quiet=timedelta(days=self._typed("quiet_days", int, 0)),
            excuse=self._excuse(self._typed("excused", dict), detect) if "excused" in table else None,
            fresh=self._hours("fresh_hours"),
            budget=self._budget(self._typed("budget", dict)) if "budget" in table else None,
            department=self._template("department") if "department" in table else None,
            support=self._texts("support"),
            parameters=tuple(self._parameter(part, i) for i, part in enumerate(self._tables("parameters"), 1)),
            evidence=tuple(self._evidence(part, i) for i, part in enumerate(self._tables("evidence"), 1)),
            counters=tuple(self._counter(part, i) for i, part in enumerate(self._tables("counter"), 1)),
            guidance=tuple(self._task(part, i) for i, part in enumerate(self._typed("guidance", list, []), 1)),
            privacy=self._text("privacy"),
            tests=tuple(self._test(part, i) for i, part in enumerate(self._tables("tests"), 1)),
        )

    # ----------------------------------------------------------------------------------- parts

    def _matches(self) -> Truth:
        where = self._condition("where")
        if "unless" not in self.table:
            return where
        unless = self._condition("unless")

        def matches(record: Any) -> bool | None:
            return where(record) is True and unless(record) is not True

        return matches

    def _sifts(self) -> Sieve:
        where = self._sieve("where")
        return without(where, self._sieve("unless")) if "unless" in self.table else where

    def _detect(self, table: Mapping[str, Any]) -> Detect:
        kind = str(table.get("kind"))
        if kind not in DETECT_KEYS:
            raise self._error("detect.kind", f"不认识 {kind!r}，可用：{'、'.join(DETECT_KEYS)}")
        self._check_keys(table, DETECT_KEYS[kind], "detect.")
        detect = read_detect(table, self.around)
        if isinstance(detect, Threshold | Consecutive) and "clear" not in self.table:
            raise self._error("clear", f"{kind} 须写明何时恢复正常")
        if isinstance(detect, Absence | Fence | Follow) and "clear" in self.table:
            raise self._error("clear", f"{kind} 自己知道何时恢复正常，不写 clear")
        return detect
