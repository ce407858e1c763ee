"""Records as a Qt model: a new tuple replaces the old one row by row."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

Index = QModelIndex | QPersistentModelIndex
ROOT = QModelIndex()


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its head, and what it says of a record (None is unknown)."""

    title: str
    text: Callable[[Any], str | None]


class RecordModel(QAbstractTableModel):
    """Shows a sequence of records in its order.

    Rows are matched by key: a selection survives an update, and a view repaints only the rows that
    changed. Of two records with one key the first is shown. ``show`` costs one pass over the
    records and one signal for each run of neighbouring rows, never one for each row.
    """

    def __init__(self, columns: Sequence[Column], key: Callable[[Any], Hashable], parent: QObject | None = None):
        super().__init__(parent)
        self._columns = tuple(columns)
        self._key = key
        self._rows: list[Any] = []
        self._keys: list[Hashable] = []
        self._at: dict[Hashable, int] = {}
        self._arrived: dict[Hashable, datetime] = {}
        self._filled = False

    def show(self, records: Sequence[Any], now: datetime | None = None) -> None:
        """Show these records. What was not there before counts as new from ``now`` on, except in
        the first filling."""
        wanted: dict[Hashable, Any] = {}
        for record in records:
            wanted.setdefault(self._key(record), record)
        self._remove_missing(wanted)
        self._sort_kept(wanted)
        fresh = self._insert_new(wanted)
        self._replace_changed(wanted)
        self._at = {key: row for row, key in enumerate(self._keys)}
        if now is not None and self._filled:
            self._arrived.update(dict.fromkeys(fresh, now))
        self._filled = True

    def record(self, row: int) -> Any:
        return self._rows[row]

    def key_at(self, row: int) -> Hashable:
        return self._keys[row]

    def row_of(self, key: Hashable) -> int | None:
        return self._at.get(key)

    def is_new(self, row: int) -> bool:
        """Whether the row has appeared lately (see ``grow_old``)."""
        return self._keys[row] in self._arrived

    def grow_old(self, now: datetime, after_s: float) -> bool:
        """Forget that rows are new once ``after_s`` have passed. True when any did."""
        old = [key for key, at in self._arrived.items() if (now - at).total_seconds() >= after_s]
        for key in old:
            del self._arrived[key]
        return bool(old)

    # -- one step of show each ----------------------------------------------------------------

    def _remove_missing(self, wanted: dict[Hashable, Any]) -> None:
        gone = [row for row, key in enumerate(self._keys) if key not in wanted]
        for first, last in reversed(list(_runs(gone))):
            self.beginRemoveRows(ROOT, first, last)
            for key in self._keys[first : last + 1]:
                self._arrived.pop(key, None)
            del self._rows[first : last + 1]
            del self._keys[first : last + 1]
            self.endRemoveRows()

    def _sort_kept(self, wanted: dict[Hashable, Any]) -> None:
        have = set(self._keys)
        order = [key for key in wanted if key in have]
        if order == self._keys:
            return
        self.layoutAboutToBeChanged.emit()
        old_rows = dict(zip(self._keys, self._rows, strict=True))
        old_keys = self._keys
        self._keys = order
        self._rows = [old_rows[key] for key in order]
        new_row = {key: row for row, key in enumerate(order)}
        before = self.persistentIndexList()
        after = [self.index(new_row[old_keys[index.row()]], index.column()) for index in before]
        self.changePersistentIndexList(before, after)
        self.layoutChanged.emit()

    def _insert_new(self, wanted: dict[Hashable, Any]) -> list[Hashable]:
        have = set(self._keys)
        order = list(wanted)
        fresh = [key for key in order if key not in have]
        for first, last in _runs([row for row, key in enumerate(order) if key not in have]):
            self.beginInsertRows(ROOT, first, last)
            self._keys[first:first] = order[first : last + 1]
            self._rows[first:first] = [wanted[key] for key in order[first : last + 1]]
            self.endInsertRows()
        return fresh

    def _replace_changed(self, wanted: dict[Hashable, Any]) -> None:
        changed = []
        for row, key in enumerate(self._keys):
            new, old = wanted[key], self._rows[row]
            if new is not old and new != old:
                self._rows[row] = new
                changed.append(row)
        for first, last in _runs(changed):
            self.dataChanged.emit(self.index(first, 0), self.index(last, len(self._columns) - 1))

    # -- Qt -----------------------------------------------------------------------------------

    def rowCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = ROOT) -> int:
        return 0 if parent.isValid() else len(self._columns)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        said = self._columns[index.column()].text(self._rows[index.row()])
        return "未知" if said is None else said

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole:
            return self._columns[section].title
        return None


def _runs(rows: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Neighbouring numbers of a rising sequence as (first, last)."""
    start = 0
    for at in range(1, len(rows) + 1):
        if at == len(rows) or rows[at] != rows[at - 1] + 1:
            if rows:
                yield rows[start], rows[at - 1]
            start = at
