"""One file or database into the registers: read, checked in the order of the address, taken as one transaction.

The same file a second time changes nothing. A row that does not fit goes whole into the quarantine, its
identity number masked, and what the registers had of it stays.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from services.domain.event import Refused
from services.domain.id_number import without_numbers
from services.domain.import_check import Checker
from services.domain.import_fields import Columns, Fields, MisfitError, RawRow, text_of
from services.domain.import_mapping import ORDER, ImportMapping
from services.domain.import_report import ImportReport, Misfit
from services.domain.timebase import local
from services.imports.raw import ImportFileError, RawTable
from services.store.address_writing import ImportRefusedError, Part
from services.store.register_tables import KINDS
from services.store.store import Store

SHOWN = 200  # misfits a report names; all of them are in the quarantine
QUARANTINE = "import"

# Which columns of a source fill a field of a record; fields that stand here for none are always filled.
_FILLED_BY: Mapping[str, Mapping[str, tuple[str, ...]]] = {
    "estate": {"outline": ("outline",)},
    "building": {"outline": ("outline",)},
    "unit": {"lift": ("lift",), "ground": ("ground",)},
    "dwelling": {"use": ("use",), "rooms": ("rooms",), "area_m2": ("area_m2",), "owner": ("owner",)},
    "resident": {
        "category": ("category",),
        "sex": ("sex", "id_number"),
        "birth_year": ("born", "id_number"),
        "origin": ("origin",),
        "registered": ("registered",),
        "registered_on": ("registered_on",),
        "cancelled_on": ("cancelled_on",),
        "identity": ("id_number",),
        "id_mask": ("id_number",),
    },
    "device": {
        "title": ("title",),
        "state": ("state",),
        "heard_at": ("heard_at",),
        "battery_pct": ("battery_pct",),
    },
}
# Of which columns a table must have all of one group, or nothing of the whole import is taken.
_NEEDED: Mapping[str, Sequence[tuple[str, ...]]] = {
    "estate": (("code", "name"),),
    "building": (("code",), ("estate", "name")),
    "unit": (("building", "number"),),
    "dwelling": (("code",), ("building", "room"), ("address",)),
    "resident": (("name", "code"), ("name", "id_number")),
    "device": (("code", "kind"),),
}


@dataclass(frozen=True, slots=True)
class Incoming:
    """``read`` may be called once. ``adds_only`` closes nothing; ``close_many`` may close any number."""

    source: str
    format: str
    read: Callable[[ImportMapping], Iterable[RawTable]]
    adds_only: bool = False
    close_many: bool = False
    quiet: bool = False


@dataclass(slots=True)
class _Kind:
    """What the tables of one kind came to."""

    records: list[Any] = field(default_factory=list)
    brought: set[str] = field(default_factory=set)
    columns: set[str] = field(default_factory=set)
    spared: set[str] = field(default_factory=set)
    nameless: int = 0  # refused rows of which nobody can tell the key


class Taking:
    """One import. ``report`` is what became of it; it is never raised that a row did not fit."""

    def __init__(self, store: Store, incoming: Incoming, mapping: ImportMapping, now: datetime) -> None:
        if not mapping.community:
            raise ImportFileError("没有写社区编码：用 --community 331002… 或在映射文件里写 community")
        self._store = store
        self._incoming = incoming
        self._mapping = mapping
        self._now = now
        self._misfits: list[Misfit] = []
        self._refused: list[Refused] = []
        self._rows = 0
        self._kinds: dict[str, _Kind] = {}
        known = store.registers.known(mapping.community)
        self._checker = Checker(
            known, local(now).date(), store.registers.pseudonym(), mapping.prefix, mapping.in_estate
        )

    def run(self) -> ImportReport:
        """Raises StoreError; a failed import keeps its report and leaves the registers as they were."""
        incoming, mapping = self._incoming, self._mapping
        report = ImportReport(
            f"{incoming.source}@{self._now:%Y%m%d%H%M%S}",
            incoming.source,
            incoming.format,
            mapping.community,
            self._now,
        )
        try:
            self._read()
            self._name_lost_columns()
            parts = [self._part(kind, found) for kind, found in self._kinds.items()]
            return self._store.registers.take(
                self._counted(report), parts, self._refused, close_many=incoming.close_many, quiet=incoming.quiet
            )
        except (ImportFileError, ImportRefusedError) as why:
            failed = replace(self._counted(report), failed=str(why))
            last = self._store.registers.last_report(incoming.source, mapping.community)
            if not (incoming.quiet and last is not None and last.failed == failed.failed):
                self._store.registers.keep_failure(failed)
            return failed

    # -- reading ---------------------------------------------------------------------------------

    def _read(self) -> None:
        """Tables as they come are held until those they refer to were judged."""
        waiting: dict[str, list[tuple[RawTable, Sequence[RawRow]]]] = {kind: [] for kind in ORDER}
        for table in self._incoming.read(self._mapping):
            kind = self._mapping.kind_of(table.name, table.heads)
            if not kind:
                self._note(Misfit(table.head_row, "", "unknown_table", "看不出是哪一种登记表", table.name))
                continue
            waiting[kind].append((table, list(table.rows)))
        if not any(waiting.values()):
            raise ImportFileError("没有一张认得的登记表，可用 --mapping 说明各列")
        for kind in ORDER:
            for table, rows in waiting[kind]:
                self._judge(kind, table, rows)

    def _judge(self, kind: str, table: RawTable, rows: Sequence[RawRow]) -> None:
        columns = Columns.of(self._mapping.tables[kind], table.heads)
        found = self._kinds.setdefault(kind, _Kind())
        have = columns.places.keys()
        if not any(all(name in have for name in group) for group in _NEEDED[kind]):
            raise ImportFileError(f"表 {table.name} 缺少必需的列：{self._lacking(kind, have)}，表结构已变")
        found.columns |= {f"{kind}.{name}" for name in have}
        found.brought |= _brought(kind, have)
        for row in rows:
            self._rows += 1
            fields = Fields(columns, row)
            try:
                found.records.append(self._checker.take(kind, fields))
            except MisfitError as why:
                self._refuse(found, fields, table.name, why)

    def _lacking(self, kind: str, have: Collection[str]) -> str:
        lacking = [name for name in _NEEDED[kind][0] if name not in have]
        heads = self._mapping.tables[kind].columns
        return "、".join("/".join(heads.get(name, (name,))) for name in lacking)

    def _refuse(self, found: _Kind, fields: Fields, table: str, why: MisfitError) -> None:
        self._note(Misfit(fields.row.number, why.field, why.reason, str(why), table))
        cells = {head: without_numbers(text_of(cell)) for head, cell in _by_head(fields)}
        raw = json.dumps({"table": table, "row": fields.row.number, "cells": cells}, ensure_ascii=False)
        detail = f"{table} 第 {fields.row.number} 行 {why.field}：{why}"
        source = f"{QUARANTINE}:{self._incoming.source}"
        self._refused.append(Refused(source, why.reason, detail, raw.encode("utf-8", "replace")))
        try:
            key = fields.code("code", self._mapping.prefix)
        except MisfitError:
            key = ""
        if key:
            found.spared.add(key)
        else:
            found.nameless += 1

    def _name_lost_columns(self) -> None:
        """A column a database had last time and has no longer: what was known of it stays."""
        if self._incoming.format != "sql":
            return
        last = self._store.registers.last_report(self._incoming.source, self._mapping.community)
        if last is None:
            return
        told = set(self._kinds)
        for lost in sorted(set(last.columns) - {c for found in self._kinds.values() for c in found.columns}):
            kind, _, name = lost.partition(".")
            if kind in told:
                heads = "/".join(self._mapping.tables[kind].columns.get(name, (name,)))
                self._note(Misfit(0, heads, "column_missing", f"列 {heads} 不见了，该项沿用原值", kind, kept=True))

    # -- what it comes to ------------------------------------------------------------------------

    def _part(self, kind: str, found: _Kind) -> Part:
        closes = not self._incoming.adds_only and not found.nameless
        if found.nameless and not self._incoming.adds_only:
            text = f"{kind}：有 {found.nameless} 行读不出编号，本次不注销任何一条"
            self._note(Misfit(0, "", "nothing_closed", text, kind, kept=True))
        return Part(kind, found.records, frozenset(found.brought), frozenset(found.spared), closes)

    def _note(self, misfit: Misfit) -> None:
        self._misfits.append(misfit)

    def _counted(self, report: ImportReport) -> ImportReport:
        reasons = Counter(one.reason for one in self._misfits)
        return replace(
            report,
            rows=self._rows,
            refused_count=sum(not one.kept for one in self._misfits),
            refused=tuple(self._misfits[:SHOWN]),
            reasons=tuple(sorted(reasons.items())),
            columns=tuple(sorted(c for found in self._kinds.values() for c in found.columns)),
        )


def _brought(kind: str, have: Collection[str]) -> set[str]:
    """The record's fields that these columns fill."""
    filled = _FILLED_BY[kind]
    names = KINDS[kind].__dataclass_fields__
    return {name for name in names if name not in filled or any(one in have for one in filled[name])}


def _by_head(fields: Fields) -> Iterator[tuple[str, Any]]:
    for place, cell in enumerate(fields.row.cells):
        head = fields.columns.heads[place] if place < len(fields.columns.heads) else ""
        yield head or f"第 {place + 1} 列", cell
