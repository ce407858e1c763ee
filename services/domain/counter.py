"""Counter-evidence: what would speak against an alert, looked for when it is raised.

``[[counter]]`` of a rule names a topic to look in, the column that must match the event's, and the
condition that speaks against it. The answer is *found* (存疑), *not found* (a plain fact that it was
looked for) or *unknown*: nobody may take silence of a list that is late or missing for an all-clear.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, is_dataclass
from datetime import datetime
from typing import Any

from services.domain.alert import Evidence, Stance
from services.domain.condition import Sort, check_column, columns_of, compiled
from services.domain.logic import Truth
from services.domain.template import Template, template
from services.domain.timebase import local
from services.domain.topics import TOPICS

KEYS: Mapping[str, bool] = {
    "topic": True,
    "match": True,
    "of": True,
    "text": True,
    "where": False,
    "known": False,
    "found": False,
}
NOT_FOUND = "查无"
NOT_CONNECTED = "未接入"
UNCERTAIN = "不明"


@dataclass(frozen=True, slots=True)
class Counter:
    """One check of a rule."""

    topic: str
    match: str  # column of the topic's records
    of: str  # column of the event
    text: str
    holds: Truth | None = field(default=None, compare=False, repr=False)
    known: Truth | None = field(default=None, compare=False, repr=False)  # of some record, or the list is not there
    found: Template | None = None


@dataclass(frozen=True, slots=True)
class Looked:
    """A topic as it was when a check looked in it: what speaks against each value, or why nobody knows."""

    against: Mapping[object, tuple[Any, ...]]
    unknown: str = ""


def counter_from(
    table: Mapping[str, Any], columns: Mapping[str, Sort], place: str, error: Callable[[str, str], Exception]
) -> Counter:
    """Read one ``[[counter]]``; ``columns`` are the event's. Raises what ``error(key, why)`` gives, and
    ConditionError for a condition that cannot be read."""
    for key in table:
        if key not in KEYS:
            raise error(f"counter.{key}", f"不认识的键，可用：{'、'.join(KEYS)}")
    for key, needed in KEYS.items():
        if (needed and key not in table) or not isinstance(table.get(key, ""), str):
            raise error(f"counter.{key}", "缺少这个键" if key not in table else "须为文字")
    topic = table["topic"]
    if topic not in TOPICS or not is_dataclass(TOPICS[topic]):
        raise error("counter.topic", f"不认识的主题 {topic!r}")
    own = columns_of(TOPICS[topic])
    check_column(table["match"], own, f"{place}match")
    check_column(table["of"], columns, f"{place}of")
    if not table["text"].strip():
        raise error("counter.text", "不能为空")
    return Counter(
        topic,
        table["match"],
        table["of"],
        table["text"].strip(),
        compiled(table["where"], own, f"{place}where") if "where" in table else None,
        compiled(table["known"], own, f"{place}known") if "known" in table else None,
        template(table["found"], own, f"{place}found") if "found" in table else None,
    )


def looked(counter: Counter, records: Iterable[Any] | None, stale: str = "") -> Looked:
    """What the records of the topic say; None is a topic nobody has ever filled, ``stale`` why it is late."""
    if records is None:
        return Looked({}, NOT_CONNECTED)
    if stale:
        return Looked({}, stale)
    every = tuple(records)
    if counter.known is not None and not any(counter.known(record) is True for record in every):
        return Looked({}, NOT_CONNECTED)
    against: dict[object, tuple[Any, ...]] = {}
    for record in every:
        if counter.holds is None or counter.holds(record) is True:
            value = getattr(record, counter.match)
            against[value] = (*against.get(value, ()), record)
    return Looked(against)


def answer(counter: Counter, seen: Looked, value: object, at: datetime) -> Evidence:
    """The line on the card for an event whose column ``of`` is ``value``."""
    if seen.unknown or value is None or value == "":
        return Evidence(counter.text, seen.unknown or UNCERTAIN, Stance.UNKNOWN, at)
    record = next((one for one in seen.against.get(value, ()) if _is_valid(one, at)), None)
    if record is None:
        return Evidence(counter.text, NOT_FOUND, Stance.FOR, at)
    if counter.found is None:
        return Evidence(counter.text, "有", Stance.AGAINST, at)
    figures = {name: getattr(record, name) for name in counter.found.fields}
    return Evidence(counter.text, counter.found.filled(figures), Stance.AGAINST, at)


def stopped_at(moment: datetime | None) -> str:
    return f"停在 {local(moment):%m-%d %H:%M}" if moment else NOT_CONNECTED


def _is_valid(record: Any, at: datetime) -> bool:
    """An entry with a time of validity speaks only within it."""
    begins, ends = getattr(record, "valid_from", None), getattr(record, "valid_until", None)
    return (begins is None or begins <= at) and (ends is None or at < ends)
