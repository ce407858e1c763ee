"""Reads rule files: from folders, or from texts kept elsewhere; what is wrong is said with its line."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from services.domain.area import Area, area_from
from services.domain.condition import Sort, columns_of
from services.domain.rule import Rule
from services.domain.rule_check import failures
from services.domain.rule_file import RuleError, rule_from
from services.domain.rule_lines import with_line
from services.store.schema import EVENT_TABLES

AREAS = "areas.toml"  # in a rule folder: areas that rules may call by name
_AT = re.compile(r"\(at line (\d+), column (\d+)\)")


def read_rules(folder: Path, override: Path | None = None) -> tuple[Rule, ...]:
    """Every rule file of ``folder``; a file of the same name in ``override`` takes its place, others add.

    Raises RuleError for a file that cannot be read, used, or that fails its own tests.
    """
    return rules_from_texts(texts_of(folder, override), areas_of(folder, override))


def rules_from_texts(texts: Mapping[str, str], areas: Mapping[str, Area] | None = None) -> tuple[Rule, ...]:
    """The rules of these TOML texts by the name of their file, checked, compiled and tested.

    Raises RuleError for the first that cannot be used, with file, line, key and choices.
    """
    rules = tuple(rule_from_text(text, file, areas or {}) for file, text in texts.items())
    seen: dict[str, str] = {}
    for rule in rules:
        if rule.id in seen:
            why = f"{rule.file}: id：{rule.id} 已用于 {seen[rule.id]}"
            raise RuleError(with_line(why, rule.file, texts[rule.file]))
        seen[rule.id] = rule.file
    return rules


def rule_from_text(text: str, file: str, areas: Mapping[str, Area]) -> Rule:
    """One rule. Raises RuleError with file, line, key and choices."""
    try:
        rule = rule_from(table_of(text, file), file, event_columns(), areas)
    except RuleError as why:
        raise RuleError(with_line(str(why), file, text)) from why
    complaints = failures(rule)
    if complaints:
        raise RuleError("；".join(with_line(complaint, file, text) for complaint in complaints))
    return rule


def table_of(text: str, file: str) -> Mapping[str, Any]:
    """Raises RuleError with the line for what is not TOML."""
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as why:
        at = _AT.search(str(why))
        where = f" 第 {at[1]} 行第 {at[2]} 列" if at else f" 第 {len(text.splitlines()) or 1} 行"
        raise RuleError(f"{file}{where}: 不是有效的 TOML：{_AT.sub('', str(why)).strip()}") from why


def texts_of(folder: Path, override: Path | None = None) -> dict[str, str]:
    """Every rule text by the name of its file. Raises RuleError for one that cannot be read."""
    return {name: read_text(file) for name, file in files_of(folder, override).items()}


def files_of(*folders: Path | None) -> dict[str, Path]:
    """Rule files by name; a later folder's takes the place of an earlier one's."""
    return {
        file.name: file for place in folders if place for file in sorted(place.glob("*.toml")) if file.name != AREAS
    }


def stamp_of(file: Path) -> tuple[int, int] | None:
    """What changes when a file does; None where there is none."""
    try:
        known = file.stat()
    except OSError:
        return None
    return known.st_mtime_ns, known.st_size


def read_text(file: Path) -> str:
    try:
        return file.read_text(encoding="utf-8")
    except OSError as why:
        raise RuleError(f"{file.name}: 读不到规则文件：{why.strerror}") from why
    except UnicodeDecodeError as why:
        raise RuleError(f"{file.name}: 不是有效的 TOML：不是 UTF-8") from why


def areas_of(*folders: Path | None) -> Mapping[str, Area]:
    """The named areas of all folders. Raises RuleError for an area that cannot be."""
    areas: dict[str, Area] = {}
    for file in (place / AREAS for place in folders if place):
        if file.exists():
            for given in table_of(read_text(file), AREAS).get("areas", []):
                try:
                    area = area_from(given)
                except ValueError as why:
                    raise RuleError(f"{AREAS}: {why}") from why
                areas[area.name] = area
    return areas


@cache
def event_columns() -> Mapping[str, Mapping[str, Sort]]:
    """What a rule may name, for each kind of event the store knows."""
    return {kind: columns_of(spec.record) for kind, spec in EVENT_TABLES.items()}
