"""Reads the table of a rule file into a checked, compiled ``Rule``; every error names file, key and choices."""

from __future__ import annotations

import operator
from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from typing import Any, TypeVar

from services.domain.alert import AlertLevel, Stance
from services.domain.condition import ConditionError, Sort, check_column, columns_of, compiled
from services.domain.detect_file import DETECT_KEYS, read_detect
from services.domain.kinds import FIGURES, Absence, Detect, Threshold, WatchList
from services.domain.logic import Truth
from services.domain.rule import (
    EvidenceText,
    Excuse,
    ParameterText,
    Rise,
    Rule,
    RuleTest,
)
from services.domain.template import Template, template
from services.domain.topics import TOPICS

KEYS: Mapping[str, bool] = {  # key: must it be there
    "id": True,
    "version": True,
    "title": True,
    "text": True,
    "event": True,
    "scene": True,
    "where": True,
    "unless": False,
    "detect": True,
    "level": True,
    "raise_level": False,
    "clear": False,
    "auto_close": False,
    "excused": False,
    "quiet_days": False,
    "fresh_hours": False,
    "key": True,
    "subject": True,
    "wall_subject": True,
    "subject_kind": True,
    "subject_id": True,
    "place": True,
    "department": False,
    "support": False,
    "parameters": False,
    "evidence": False,
    "guidance": False,
    "privacy": True,
    "tests": True,
}
RAISE_KEYS = {"where": True, "level": True, "title": False}
PARAMETER_KEYS = {"label": True, "value": True, "limit": True}
EVIDENCE_KEYS = {"text": True, "value": False, "stance": False, "when": False}
TEST_KEYS = {"name": True, "events": True, "detections": True, "level": False, "listed": False, "looked_at": False}
EXCUSE_KEYS = {"topic": True, "match": True, "of": True, "where": True}

SCENES = ("home", "community", "boats", "checkpoints")
LEVELS = {"red": AlertLevel.RED, "orange": AlertLevel.ORANGE, "yellow": AlertLevel.YELLOW, "blue": AlertLevel.BLUE}
ENTRY = "entry"  # the level of the watch list's entry

# What the wall may show only in its wall mask.
WALL_SPECS = {"plate_no": "wall_plate", "known_as": "wall_name", "person_id": ""}

Columns = Mapping[str, Sort]
Word = TypeVar("Word", bound=Enum)


class RuleError(ValueError):
    """A rule file that cannot be used. The message names file, key and choices, in Chinese."""


def rule_from(table: Mapping[str, Any], file: str, events: Mapping[str, Columns]) -> Rule:
    """Check and compile the table of one rule file.

    ``events`` gives the columns of each kind of event. Raises RuleError.
    """
    try:
        return _Reading(table, file, events).rule()
    except ConditionError as why:
        raise RuleError(str(why)) from why


class _Reading:
    """One rule file on its way to a Rule."""

    def __init__(self, table: Mapping[str, Any], file: str, events: Mapping[str, Columns]) -> None:
        self.file = file
        self.table = table
        self._check_keys(table, KEYS, "")
        self.event = self._choice("event", events)
        self.columns = events[self.event]
        self.said = {**self.columns, **FIGURES}  # what texts and levels may name

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
            matches=self._matches(),
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
            auto_close=self._typed("auto_close", bool, False),
            quiet=timedelta(days=self._typed("quiet_days", int, 0)),
            excuse=self._excuse(self._typed("excused", dict), detect) if "excused" in table else None,
            fresh=self._hours("fresh_hours"),
            department=self._template("department") if "department" in table else None,
            support=self._texts("support"),
            parameters=tuple(self._parameter(part, i) for i, part in enumerate(self._tables("parameters"), 1)),
            evidence=tuple(self._evidence(part, i) for i, part in enumerate(self._tables("evidence"), 1)),
            guidance=self._texts("guidance"),
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

    def _detect(self, table: Mapping[str, Any]) -> Detect:
        kind = str(table.get("kind"))
        if kind not in DETECT_KEYS:
            raise self._error("detect.kind", f"不认识 {kind!r}，可用：{'、'.join(DETECT_KEYS)}")
        self._check_keys(table, DETECT_KEYS[kind], "detect.")
        detect = read_detect(table, self.columns, self._place("detect"), self._error)
        if isinstance(detect, Threshold) and "clear" not in self.table:
            raise self._error("clear", "threshold 须写明何时恢复正常")
        if isinstance(detect, Absence) and "clear" in self.table:
            raise self._error("clear", "absence 再有消息即恢复正常，不写 clear")
        return detect

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

    def _hours(self, key: str) -> timedelta | None:
        hours = self._typed(key, int, 0)
        if key in self.table and hours < 1:
            raise self._error(key, f"须为正整数，不是 {hours}")
        return timedelta(hours=hours) if hours else None

    def _rise(self, table: Mapping[str, Any], number: int) -> Rise:
        place = f"raise_level[{number}]."
        self._check_keys(table, RAISE_KEYS, place)
        holds = compiled(table["where"], self.said, self._place(f"{place}where"), operator.itemgetter)
        level = self._level(table["level"], f"{place}level", None)
        if level is None:
            raise self._error(f"{place}level", f"可用：{'、'.join(LEVELS)}")
        title = template(table["title"], self.said, self._place(f"{place}title")) if "title" in table else None
        return Rise(level, holds, title)

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

    def _test(self, table: Mapping[str, Any], number: int) -> RuleTest:
        place = f"tests[{number}]."
        self._check_keys(table, TEST_KEYS, place)
        for event in table["events"]:
            for name in event:
                if name not in self.columns and name not in ("occurred_at", "times", "every_hours"):
                    check_column(name, self.columns, self._place(f"{place}events"))
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

    def _template(self, key: str, columns: Columns | None = None) -> Template:
        return template(self._text(key), columns or self.said, self._place(key))

    def _text(self, key: str) -> str:
        text = self._typed(key, str).strip()
        if not text:
            raise self._error(key, "不能为空")
        return text

    def _texts(self, key: str) -> tuple[str, ...]:
        return tuple(str(part) for part in self._typed(key, list, []))

    def _tables(self, key: str) -> Sequence[Mapping[str, Any]]:
        tables = self._typed(key, list, [])
        if not all(isinstance(part, dict) for part in tables):
            raise self._error(key, "每一项须为表")
        return tables

    def _typed(
        self,
        key: str,
        kind: type[Any],
        default: Any = None,
        table: Mapping[str, Any] | None = None,
        prefix: str = "",
    ) -> Any:
        value = (self.table if table is None else table).get(key, default)
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self._error(f"{prefix}{key}", f"须为 {kind.__name__}，不是 {value!r}")
        return value

    def _choice(self, key: str, choices: Sequence[str] | Mapping[str, Any]) -> str:
        value = self._typed(key, str)
        if value not in choices:
            raise self._error(key, f"不认识 {value!r}，可用：{'、'.join(choices)}")
        return value

    def _word(self, value: Any, words: type[Word], key: str) -> Word:
        try:
            return words(value)
        except ValueError:
            raise self._error(key, f"不认识 {value!r}，可用：{'、'.join(str(w.value) for w in words)}") from None

    def _level(self, word: Any, key: str, detect: Detect | None) -> AlertLevel | None:
        listed = isinstance(detect, WatchList)
        if word == ENTRY and listed:
            return None
        if word not in LEVELS:
            choices = "、".join([*LEVELS, ENTRY] if listed else LEVELS)
            raise self._error(key, f"不认识 {word!r}，可用：{choices}")
        return LEVELS[word]

    def _check_keys(self, table: Mapping[str, Any], known: Mapping[str, bool], prefix: str) -> None:
        for key in table:
            if key not in known:
                raise self._error(f"{prefix}{key}", f"不认识的键，可用：{'、'.join(known)}")
        for key, needed in known.items():
            if needed and key not in table:
                raise self._error(f"{prefix}{key}", "缺少这个键")

    def _place(self, key: str) -> str:
        return f"{self.file}: {key}"

    def _error(self, key: str, why: str) -> RuleError:
        return RuleError(f"{self.file}: {key}：{why}")
