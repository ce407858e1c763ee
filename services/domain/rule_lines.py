"""On which line of a rule file a key stands."""

from __future__ import annotations

import re

_PLACE = re.compile(r"(?P<file>[^:：\s]+): (?P<key>[a-z_]+(?:\[\d+\])?(?:\.[a-z_]+)*)[:：]")
_TEST = re.compile(r"自带测试“(?P<name>[^”]*)”")


def with_line(complaint: str, file: str, text: str) -> str:
    """``R-1.toml: where：…`` → ``R-1.toml 第 8 行: where：…``; the first line for what is not there."""
    named = _TEST.search(complaint)
    if named:
        line = _line_with(text, named["name"])
    else:
        place = _PLACE.match(complaint)
        line = (line_of(text, place["key"]) or 1) if place else None
    return complaint.replace(f"{file}: ", f"{file} 第 {line} 行: ", 1) if line else complaint


def line_of(text: str, key: str) -> int | None:
    """The line (from 1) of ``where``, ``detect.by``, ``parameters[2].label`` …; of the part before it where
    the key itself is missing or cannot be told apart."""
    head, _, rest = key.partition(".")
    name, _, number = head.partition("[")
    nth = int(number.rstrip("]")) if number else 1
    lines = text.splitlines()
    start, end = _part(lines, name, nth)
    if start is None:
        return None
    if rest:
        inside = re.compile(rf"(^|[{{,\s]){re.escape(rest.rpartition('.')[2])}\s*=")
        return next((i + 1 for i in range(start, end) if inside.search(lines[i])), start + 1)
    return start + 1


def _part(lines: list[str], name: str, nth: int) -> tuple[int | None, int]:
    """Where the nth table ``[[name]]``, or the value of ``name``, begins and ends."""
    opens = [i for i, line in enumerate(lines) if re.match(rf"\s*\[\[?\s*{name}\s*\]", line)]
    if opens:
        start = opens[min(nth, len(opens)) - 1]
        return start, next((i for i in range(start + 1, len(lines)) if lines[i].lstrip().startswith("[")), len(lines))
    start = next((i for i, line in enumerate(lines) if re.match(rf"\s*{name}\s*=", line)), None)
    if start is None:
        return None, 0
    end = next((i for i in range(start + 1, len(lines)) if re.match(r"[a-z_]+\s*=|\[", lines[i])), len(lines))
    items = [i for i in range(start, end) if "{" in lines[i]]
    if lines[start].partition("=")[2].lstrip().startswith("[") and len(items) >= nth:
        return items[nth - 1], items[nth - 1] + 1
    return start, end


def _line_with(text: str, name: str) -> int | None:
    return next((i for i, line in enumerate(text.splitlines(), 1) if f'"{name}"' in line), None)
