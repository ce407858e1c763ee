"""A rule version as it is back-tested: the compiled rule and the SQL texts it was compiled from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from services.collect.rule_files import event_columns, table_of
from services.domain.area import Area
from services.domain.rule import Rule
from services.domain.rule_file import rule_from


@dataclass(frozen=True, slots=True)
class Version:
    """``where``, ``unless`` and ``clear`` are the rule's own words; empty where it has none."""

    rule: Rule
    text: str
    where: str
    unless: str = ""
    clear: str = ""


def read_version(text: str, file: str, areas: Mapping[str, Area] | None = None) -> Version:
    """The version a TOML text describes. Raises RuleError; its own tests are not run here."""
    return version_of(table_of(text, file), file, text, areas)


def version_of(table: Mapping[str, Any], file: str, text: str = "", areas: Mapping[str, Area] | None = None) -> Version:
    rule = rule_from(table, file, event_columns(), areas)
    return Version(rule, text, table["where"], table.get("unless", ""), table.get("clear", ""))
