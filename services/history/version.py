"""A rule version as it is back-tested: the compiled rule and the SQL texts it was compiled from."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.domain.condition import Sort, columns_of
from services.domain.rule import Rule
from services.domain.rule_file import RuleError, rule_from
from services.store.schema import EVENT_TABLES


@dataclass(frozen=True, slots=True)
class Version:
    """``where``, ``unless`` and ``clear`` are the rule's own words; empty where it has none."""

    rule: Rule
    text: str
    where: str
    unless: str = ""
    clear: str = ""


def read_version(text: str, file: str) -> Version:
    """The version a TOML text describes. Raises RuleError; its own tests are not run here."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        raise RuleError(f"{file}: 不是有效的 TOML：{why}") from why
    return version_of(table, file, text)


def version_of(table: Mapping[str, Any], file: str, text: str = "") -> Version:
    rule = rule_from(table, file, event_columns())
    return Version(rule, text, table["where"], table.get("unless", ""), table.get("clear", ""))


def event_columns() -> Mapping[str, Mapping[str, Sort]]:
    """What a rule may name, for each kind of event the store knows."""
    return {kind: columns_of(spec.record) for kind, spec in EVENT_TABLES.items()}
