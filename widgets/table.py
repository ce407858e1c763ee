"""Records in rows: queues, streams, devices, departments."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from operator import attrgetter
from typing import Any

from PySide6.QtCore import QEvent, QItemSelectionModel, QModelIndex, QRect, QSize, Qt, Slot
from PySide6.QtGui import QKeySequence, QPainter, QPaintEvent, QPalette, QShortcut
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.button import ActionButton
from widgets.delegates import CellDelegate, ColumnSpec
from widgets.look import Look
from widgets.paint import CENTRE, elide, hairline, text, width_of
from widgets.pane import Pane
from widgets.records import Column, RecordModel


class TableHead(QHeaderView):
    """Quiet column titles over a hairline."""

    def __init__(self, pane: TablePane) -> None:
        super().__init__(Qt.Orientation.Horizontal, pane)
        self._pane = pane
        self.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.setMinimumSectionSize(1)  # else the style widens narrow columns and pushes the last one out
        self.setHighlightSections(False)

    def sizeHint(self) -> QSize:
        look = self._pane.look
        return QSize(0, look.px(60 if look.is_wall else 26))

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        pane, look = self._pane, self._pane.look
        painter.fillRect(rect, look.colour("panel"))
        spec = pane.columns[section]
        inner = rect.adjusted(look.pad if section == 0 else look.px(6), 0, -look.px(6), 0)
        if section == len(pane.columns) - 1:
            inner.setRight(rect.right() - look.pad)
        if spec.glyph:
            size = look.glyph("table") if not look.is_wall else look.px(30)
            inner.setLeft(inner.left() + size + look.px(12 if look.is_wall else 5))
        title = elide(spec.title, look.font("tick"), inner.width())
        text(painter, inner, title, look.font("tick"), look.colour("text3"), spec.alignment)
        hairline(painter, look, rect.left(), rect.bottom() - look.hair + 1, rect.width())


class RecordView(QTableView):
    """A table without a grid that knows the row under the mouse."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.hovered_row = -1
        self._focused_row = -1
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setCornerButtonEnabled(False)
        self.verticalHeader().hide()
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.entered.connect(self._hover)

    @property
    def focused_row(self) -> int:
        """The row the keyboard is on, or −1."""
        return self._focused_row

    def paintEvent(self, event: QPaintEvent) -> None:
        self._focused_row = self.currentIndex().row() if self.hasFocus() else -1
        super().paintEvent(event)

    @Slot(QModelIndex)
    def _hover(self, index: QModelIndex) -> None:
        self.hovered_row = index.row()
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        self.hovered_row = -1
        self.viewport().update()
        super().leaveEvent(event)


class TablePane(Pane):
    """The records of one topic, one a row, in the order they come.

    Options: ``columns`` (tables of ColumnSpec), ``key`` (field, default ``id``), ``subject`` (kind of
    what a row is; selecting a row asks for it) with ``subject_id`` (field, default the key),
    ``row`` (height in logical px; 28 for streams), ``limit`` (rows), ``head`` (column titles,
    default true), ``empty`` (words when there is nothing), ``stream`` (Space pauses).
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.columns = [ColumnSpec.read(c) for c in options["columns"]]
        self.has_header = bool(options.get("header", bool(title)))
        key = str(options.get("key", "id"))
        self._subject_kind = str(options.get("subject", ""))
        self._subject_id = attrgetter(str(options.get("subject_id", key)))
        self._selected: Subject | None = None
        self._paused = False
        self._held = 0
        self._title_note = self.note
        self.model = RecordModel(
            [Column(c.title, lambda r, c=c: c.words(r, self.now)) for c in self.columns], attrgetter(key), self
        )
        self.view = RecordView(self)
        self.view.setModel(self.model)
        self.view.setItemDelegate(CellDelegate(self))
        self.view.setHorizontalHeader(TableHead(self))
        self.view.horizontalHeader().setVisible(bool(options.get("head", True)))
        self.view.setAccessibleName(title)
        self.view.setVisible(False)
        self.view.clicked.connect(self._ask)
        self.view.activated.connect(self._ask)
        self.setFocusProxy(self.view)
        self.pause_button: ActionButton | None = None
        if look.is_wall:
            self.view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            self.view.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        elif options.get("stream"):
            self._add_pause()
        self._dress()

    @property
    def row_height(self) -> int:
        return self.look.px(float(self.options.get("row", self.look.space["row"])))

    @property
    def is_stale(self) -> bool:
        return self.quality() is Quality.STALE

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        records = snapshot.records
        if snapshot.quality is Quality.WAITING:  # nothing is not a first filling
            self.view.setVisible(False)
            return
        if self._paused:
            self._held = sum(1 for r in records if self.model.row_of(self._key(r)) is None)
            self.note = f"已暂停 {self._held} 条"
            return
        limit = int(self.options.get("limit", 0))
        self.model.show(records[:limit] if limit else records, self.now)
        self._mark_selected()
        self.view.setVisible(len(records) > 0)

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        self._mark_selected()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        old = self.model.grow_old(now, float(self.look.motion["new_row_bold_s"]))
        if old or any(c.format in ("age", "left") for c in self.columns):
            self.view.viewport().update()

    def restyle(self, look: Look) -> None:
        super().restyle(look)
        if self.pause_button is not None:
            self.pause_button.restyle(look)
        self._dress()

    def place(self) -> None:
        self.view.setGeometry(self.body())
        self.view.verticalHeader().setDefaultSectionSize(self.row_height)
        fixed = sum(self.look.px(c.width) for c in self.columns)
        squeeze = min(1.0, self.width() / fixed) if fixed else 1.0
        room = max(0, self.width() - fixed)
        weights = [c.stretch if not c.width else 0.0 for c in self.columns]
        if not any(weights):
            weights = [c.width for c in self.columns]
        total = sum(weights) or 1.0
        for at, (spec, weight) in enumerate(zip(self.columns, weights, strict=True)):
            self.view.setColumnWidth(at, int(self.look.px(spec.width) * squeeze) + int(room * weight / total))
        if self.pause_button is not None:
            hint = self.pause_button.sizeHint()
            age = width_of("更新于 00:00:00", self.look.font("tick"))
            left = self.width() - 2 * self.look.pad - age - hint.width()
            self.pause_button.setGeometry(left, (self.look.head - hint.height()) // 2, hint.width(), hint.height())

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        if self.model.rowCount():
            return
        words = {Quality.WAITING: self.error_text() or "读取中…", Quality.STALE: self.error_text() or "数据滞后"}.get(
            self.quality(), str(self.options.get("empty", "暂无"))
        )
        text(painter, body, words, self.look.font("body"), self.look.colour("text3"), CENTRE)

    # -- asked ---------------------------------------------------------------------------------

    @Slot(QModelIndex)
    def _ask(self, index: QModelIndex) -> None:
        if not self._subject_kind:
            return
        record = self.model.record(index.row())
        self._selected = Subject(self._subject_kind, str(self._subject_id(record)))
        self.asked.emit("select", self._selected)

    @Slot()
    def toggle_pause(self) -> None:
        """Hold the stream still to read it; what arrives meanwhile is counted, then shown."""
        self._paused = not self._paused
        self.note = "已暂停 0 条" if self._paused else self._title_note
        if self.pause_button is not None:
            self.pause_button.setText("继续" if self._paused else "暂停")
        if not self._paused:
            for snapshot in self.snapshots.values():
                self.draw(snapshot)
        self.update()

    # -- parts ---------------------------------------------------------------------------------

    def _key(self, record: Any) -> Any:
        return attrgetter(str(self.options.get("key", "id")))(record)

    def _add_pause(self) -> None:
        self.pause_button = ActionButton("暂停", "空格", self, look=self.look)
        self.pause_button.clicked.connect(self.toggle_pause)
        shortcut = QShortcut(QKeySequence(Qt.Key.Key_Space), self)
        shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        shortcut.activated.connect(self.toggle_pause)

    def _mark_selected(self) -> None:
        subject = self._selected
        row = None
        if subject is not None and subject.kind == self._subject_kind:
            rows = range(self.model.rowCount())
            row = next((r for r in rows if str(self._subject_id(self.model.record(r))) == subject.id), None)
        if row is None:
            self.view.clearSelection()
        else:
            flags = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
            self.view.selectionModel().select(self.model.index(row, 0), flags)

    def _dress(self) -> None:
        palette = QPalette(self.view.palette())
        for role in (QPalette.ColorRole.Base, QPalette.ColorRole.Window):
            palette.setColor(role, self.look.colour("panel"))
        self.view.setPalette(palette)
        self.place()
