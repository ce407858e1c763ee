"""Which column of a file, sheet or table is which field of a register.

``[resident.columns] name = ["姓名", "xm"]``: the first heading that is there. ``[resident.words.sex]``
turns their words into ours. A mapping of a site's own is laid over the standard one, field by field.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from services.domain.address import plain

FIELDS: Mapping[str, tuple[str, ...]] = {
    "estate": ("code", "name", "outline"),
    "building": ("code", "estate", "name", "outline"),
    "unit": ("estate", "building", "number", "lift", "ground"),
    "dwelling": (
        *("code", "address", "estate", "building", "unit", "room", "floor", "at"),
        *("use", "let_registered", "rooms", "area_m2", "owner"),
    ),
    "resident": (
        *("code", "name", "sex", "born", "id_number", "id_kind", "category", "origin"),
        *("registered", "registered_on", "cancelled_on", "dwelling", "address", "estate", "building", "unit", "room"),
    ),
    "device": (
        *("code", "kind", "title", "dwelling", "address", "estate", "building", "unit", "room"),
        *("state", "heard_at", "battery_pct"),
    ),
}
ORDER = tuple(FIELDS)  # what a later one stands in comes earlier
# By which fields a table without a known name is told: all of one group. The first kind that fits.
_TELLS: Sequence[tuple[str, Sequence[tuple[str, ...]]]] = (
    ("device", (("code", "kind"),)),
    ("resident", (("name", "id_number"), ("name", "dwelling"), ("name", "category"))),
    ("dwelling", (("code", "building"), ("building", "room"), ("address", "use"), ("code", "use"))),
    ("unit", (("building", "number"),)),
    ("building", (("code", "name"), ("estate", "name"))),
    ("estate", (("code", "name"), ("name",))),
)


class MappingError(ValueError):
    """A mapping that cannot be used. The message names the key and the choices."""


@dataclass(frozen=True, slots=True)
class TableMapping:
    tables: tuple[str, ...] = ()
    columns: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    words: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    def head_of(self, name: str, heads: Iterable[str]) -> str:
        """The heading that holds a field, as the table spells it; empty when none does."""
        known = {plain(head).casefold(): head for head in heads}
        wanted = (plain(head).casefold() for head in self.columns.get(name, ()))
        return next((known[head] for head in wanted if head in known), "")

    def word(self, name: str, said: str) -> str:
        words = self.words.get(name)
        return said if words is None else words.get(said, said)

    def over(self, other: TableMapping) -> TableMapping:
        """This one, and what it leaves out as ``other`` has it."""
        words = {**other.words, **self.words}
        return replace(self, tables=self.tables or other.tables, columns={**other.columns, **self.columns}, words=words)


@dataclass(frozen=True, slots=True)
class ImportMapping:
    """``prefix`` stands before every code, so that two communities may use the same ones."""

    tables: Mapping[str, TableMapping]
    community: str = ""
    prefix: str = ""
    in_estate: str = ""  # of rows that name none

    def kind_of(self, name: str, heads: Sequence[str]) -> str:
        """By the name of the sheet, file or table, else by its headings; empty for one that is none of ours."""
        called = plain(name).casefold()
        for kind, table in self.tables.items():
            if called in {plain(one).casefold() for one in table.tables}:
                return kind
        for kind, groups in _TELLS:
            table = self.tables.get(kind)
            if table and any(all(table.head_of(one, heads) for one in group) for group in groups):
                return kind
        return ""

    def heads_known(self, heads: Sequence[str]) -> int:
        """How many of these could be headings, for finding the line they stand in."""
        said = {plain(head).casefold() for head in heads}
        known = {plain(h).casefold() for t in self.tables.values() for hs in t.columns.values() for h in hs}
        return len(said & known)

    def over(self, other: ImportMapping) -> ImportMapping:
        tables = {
            kind: self.tables.get(kind, TableMapping()).over(other.tables.get(kind, TableMapping())) for kind in ORDER
        }
        return ImportMapping(
            tables, self.community or other.community, self.prefix or other.prefix, self.in_estate or other.in_estate
        )


def mapping_from(given: Mapping[str, Any]) -> ImportMapping:
    """Raises MappingError."""
    settings = {"community", "prefix", "in_estate"}
    for key in given:
        if key not in FIELDS and key not in settings:
            raise MappingError(f"不认识的键 {key!r}，可用：{'、'.join([*FIELDS, *sorted(settings)])}")
    for key in settings & given.keys():
        if not isinstance(given[key], str):
            raise MappingError(f"{key}：须为文字")
    tables = {kind: _table(kind, given[kind]) for kind in ORDER if kind in given}
    return ImportMapping(tables, *(str(given.get(key, "")) for key in ("community", "prefix", "in_estate")))


def _table(kind: str, given: Any) -> TableMapping:
    if not isinstance(given, Mapping):
        raise MappingError(f"{kind}：须为一张表，写作 [{kind}]")
    for key in given:
        if key not in ("tables", "columns", "words"):
            raise MappingError(f"{kind}.{key}：不认识，可用：tables、columns、words")
    columns = {name: _heads(kind, name, heads) for name, heads in _part(kind, given, "columns").items()}
    words: dict[str, Mapping[str, str]] = {}
    for name, said in _part(kind, given, "words").items():
        _known(kind, name)
        if not isinstance(said, Mapping):
            raise MappingError(f'{kind}.words.{name}：须为一张表，例如 男 = "m"')
        words[name] = {str(theirs): str(ours) for theirs, ours in said.items()}
    return TableMapping(_texts(f"{kind}.tables", given.get("tables", ())), columns, words)


def _part(kind: str, given: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    part = given.get(key, {})
    if not isinstance(part, Mapping):
        raise MappingError(f"{kind}.{key}：须为一张表")
    return part


def _heads(kind: str, name: str, heads: Any) -> tuple[str, ...]:
    _known(kind, name)
    return _texts(f"{kind}.columns.{name}", [heads] if isinstance(heads, str) else heads)


def _known(kind: str, name: str) -> None:
    if name not in FIELDS[kind]:
        raise MappingError(f"{kind}：没有字段 {name!r}，可用：{'、'.join(FIELDS[kind])}")


def _texts(where: str, given: Any) -> tuple[str, ...]:
    if not isinstance(given, list | tuple) or not all(isinstance(one, str) and one for one in given):
        raise MappingError(f'{where}：须为文字的表，例如 ["姓名", "xm"]')
    return tuple(given)
