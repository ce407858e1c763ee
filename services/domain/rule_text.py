"""The numbers of a rule's text: found, replaced, compared. Everything else of the text stays as it was.

A number that moves takes with it what would become untrue: the same number in the rule's sentence, in the
limit on its card, and in its own tests of that very boundary.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import unified_diff
from typing import Any

LABELS: Mapping[str, str] = {
    "detect.at_least": "次数下限",
    "detect.different_days": "不同日",
    "detect.within_days": "时间窗（日）",
    "detect.within_minutes": "时间窗（分）",
    "detect.hold_minutes": "持续（分）",
    "detect.release_minutes": "恢复（分）",
    "detect.others": "其他上报数",
    "detect.listen_hours": "监听（时）",
    "detect.move": "变化量",
    "detect.over_kmh": "速度（km/h）",
    "detect.min_km": "最小距离（km）",
    "detect.gap_minutes": "间隔（分）",
    "detect.longest_minutes": "单程最长（分）",
    "detect.again_hours": "再次矛盾（时）",
    "detect.weeks": "周数",
    "detect.spread": "带宽倍数",
    "detect.dwell_minutes": "停留（分）",
    "quiet_days": "静默期（日）",
    "fresh_hours": "时效（时）",
    "level": "级别",
}
LEVEL_WORDS = {"red": "红", "orange": "橙", "yellow": "黄", "blue": "蓝"}
# More of it finds less; what is not listed here is asked of the data.
STRICTER = frozenset(
    {"detect.at_least", "detect.different_days", "detect.hold_minutes", "detect.others", "detect.move"}
    | {"detect.over_kmh", "detect.min_km", "detect.spread", "detect.dwell_minutes", "quiet_days"}
)
_TOP = ("quiet_days", "fresh_hours", "level")
_NUMBER = r"-?\d+(?:\.\d+)?"


class NoSuchNumber(ValueError):  # noqa: N818 an answer for the form
    """The text has no number of that name."""


@dataclass(frozen=True, slots=True)
class RuleNumber:
    """One number (or the level word) that may be set. ``path``: ``detect.at_least``, ``where.2``, ``level``."""

    path: str
    label: str
    value: float | str
    begin: int  # where it stands in the text
    end: int

    @property
    def shown(self) -> str:
        return LEVEL_WORDS.get(self.value, self.value) if isinstance(self.value, str) else f"{self.value:g}"


def numbers_of(text: str) -> tuple[RuleNumber, ...]:
    """What may be set, in the order of the file. Nothing for a text that is no TOML."""
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        return ()
    found = [*_of_detect(text, table.get("detect", {})), *_of_where(text, table), *_of_top(text, table)]
    return tuple(sorted(found, key=lambda number: number.begin))


def with_number(text: str, path: str, value: float | str) -> str:
    """The text with one number set. Raises NoSuchNumber."""
    found = next((number for number in numbers_of(text) if number.path == path), None)
    if found is None:
        raise NoSuchNumber(f"规则里没有可改的数值 {path}")
    said = f'"{value}"' if isinstance(value, str) else _said(value)
    changed = text[: found.begin] + said + text[found.end :]
    if isinstance(found.value, str) or isinstance(value, str) or found.value == value:
        return changed
    return _followed(changed, path, _said(found.value), _said(value))


def with_version(text: str, version: int) -> str:
    return re.sub(r"(?m)^version\s*=\s*\d+", f"version = {version}", text, count=1)


def version_in(text: str) -> int:
    found = re.search(r"(?m)^version\s*=\s*(\d+)", text)
    return int(found[1]) if found else 0


def changes(before: str, after: str) -> tuple[tuple[str, str, str, str], ...]:
    """(path, label, before, after) of every number that differs."""
    old = {number.path: number for number in numbers_of(before)}
    return tuple(
        (n.path, n.label, old[n.path].shown, n.shown)
        for n in numbers_of(after)
        if n.path in old and old[n.path].value != n.value
    )


def lines_changed(before: str, after: str) -> tuple[str, ...]:
    """The differing lines with ``-`` and ``+``, the version's own line left out."""
    told = unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
    lines = [line for line in told if not line.startswith(("---", "+++", "@@"))]
    return tuple(line for line in lines if not re.match(r"[-+]version\s*=", line))


def around_change(line: str, other: str, before: int = 14) -> str:
    """The line from shortly before the first letter in which it differs from the other."""
    same = next((n for n, (a, b) in enumerate(zip(line, other, strict=False)) if a != b), 0)
    begin = max(0, same - before)
    begin = line.rfind(" ", 0, begin + 1) + 1 if begin else 0
    return f"… {line[begin:]}" if begin else line


# ------------------------------------------------------------------------------------------- finding


def _of_detect(text: str, detect: Mapping[str, Any]) -> Iterator[RuleNumber]:
    begin, end = _detect_span(text)
    for key, value in detect.items():
        if isinstance(value, bool) or not isinstance(value, int | float):
            continue
        found = re.compile(rf"\b{re.escape(key)}\s*=\s*({_NUMBER})").search(text, begin, end)
        if found:
            path = f"detect.{key}"
            yield RuleNumber(path, LABELS.get(path, key), value, *found.span(1))


def _detect_span(text: str) -> tuple[int, int]:
    """Where the detect table stands, written inline or as a section."""
    inline = re.search(r"(?m)^detect\s*=\s*\{[^}]*\}", text)
    if inline:
        return inline.span()
    section = re.search(r"(?ms)^\[detect\].*?(?=^\[|\Z)", text)
    return section.span() if section else (0, 0)


def _of_where(text: str, table: Mapping[str, Any]) -> Iterator[RuleNumber]:
    """The numbers that stand behind a comparison: ``opacity_pct > 30``."""
    said = table.get("where", "")
    begin = text.find(said) if isinstance(said, str) and said else -1
    if begin < 0:
        return
    compared = re.finditer(rf"([A-Za-z_][A-Za-z0-9_]*)\s*(<=|>=|<>|=|<|>)\s*({_NUMBER})(?![\w.])", said)
    for nth, found in enumerate(compared, 1):
        if found[2] in ("=", "<>") and found[3] in ("0", "1"):
            continue  # a flag, not a limit
        at = (begin + found.start(3), begin + found.end(3))
        yield RuleNumber(f"where.{nth}", f"{found[1]} {found[2]}", float(found[3]), *at)


def _of_top(text: str, table: Mapping[str, Any]) -> Iterator[RuleNumber]:
    for key in _TOP:
        value = table.get(key)
        pattern = r'"([a-z]+)"' if key == "level" else f"({_NUMBER})"
        found = re.search(rf"(?m)^{key}\s*=\s*{pattern}", text)
        if found and value in (*LEVEL_WORDS, *([value] if isinstance(value, int) else [])):
            begin, end = found.span(1)
            quotes = 1 if key == "level" else 0
            yield RuleNumber(key, LABELS[key], value, begin - quotes, end + quotes)


# ----------------------------------------------------------------------------------------- following


def _followed(text: str, path: str, old: str, new: str) -> str:
    """What says the old number in words says the new one, where it is plain that it means this number."""
    text = _once(text, r'(?m)^text\s*=\s*".*"', old, new)
    text = _once(text, r"(?ms)^parameters\s*=\s*\[.*?^\]", f"≥ {old}", f"≥ {new}")
    return _boundary_tests(text, float(old), float(new)) if path == "detect.at_least" else text


def _once(text: str, part: str, old: str, new: str) -> str:
    """Within the part, if the old number stands there exactly once as a number of its own."""
    found = re.search(part, text)
    if found is None:
        return text
    alone = re.compile(rf"(?<![\d.]){re.escape(old)}(?![\d.])")
    if len(alone.findall(found[0])) != 1:
        return text
    return text[: found.start()] + alone.sub(new, found[0]) + text[found.end() :]


def _boundary_tests(text: str, old: float, new: float) -> str:
    """A test of exactly the limit, or of one less, becomes the test of the new limit, its name too."""
    blocks = re.split(r"(?m)^(?=\[\[tests\]\])", text)
    for near in (0, 1):
        was, now = _said(old - near), _said(new - near)
        for nth, block in enumerate(blocks[1:], 1):
            times = rf"(times\s*=\s*){was}(?![\d\x00])"  # NUL marks what was set a moment ago
            if re.search(times, block):
                named = re.sub(rf'(?m)^(name\s*=\s*".*?)(?<!\d){was}(?!\d)', rf"\g<1>{now}", block)
                blocks[nth] = re.sub(times, rf"\g<1>{now}" + "\0", named)
    blocks[1:] = [_sum_followed(block, round(old), round(new)) for block in blocks[1:]]
    return "".join(blocks).replace("\x00", "")


def _sum_followed(block: str, old: int, new: int) -> str:
    """A test whose several rows of events make up the limit together: its last row makes up the difference."""
    rows = list(re.finditer(r"(?<=times = )\d+(?![\d\x00])", block))
    last = int(rows[-1][0]) + new - old if rows else 0
    if len(rows) < 2 or sum(int(row[0]) for row in rows) != old or last < 1:
        return block
    return block[: rows[-1].start()] + str(last) + block[rows[-1].end() :]


def _said(value: float) -> str:
    return f"{value:g}"
