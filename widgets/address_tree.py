"""房人查询: the addresses of the community as a tree, and one line that finds any of them, a person or a device."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QObject, QPointF, QRect, Qt, QTimer, Slot
from PySide6.QtGui import QKeyEvent, QKeySequence, QPainter, QPalette, QPen, QShortcut
from PySide6.QtWidgets import QLineEdit, QWidget

from services.domain.address_book import ADDRESS_SEARCH, AddressHit
from services.domain.alert import Outcome
from services.domain.question import Question
from services.domain.snapshot import Snapshot, Subject
from services.domain.subject_kind import CARDED, KIND_WORDS
from widgets.address_rows import UNIT, Node, home_of, key_of, path_to, tree_rows, worst_by_code
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Row
from widgets.estate_alerts import showing
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.section_cells import paint_ring

FIELD_HIGH, HIT_HIGH, INDENT = 40, 44, 16
WAIT_MS = 150  # after the last letter
PROMPT = "小区、幢、单元室号、编码或姓氏"


class AddressTreePane(DutyListPane):
    """Topics: ``estates``, ``buildings``, ``alerts``. ``/`` goes to the line, ↓ from it to the rows, → opens
    and ← shuts a branch, Enter shows the card. What is selected anywhere is opened and marked here."""

    empty = "没有找到；室号与姓名不在结果中显示"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.opened: set[str] = set()
        self.hits: Sequence[AddressHit] | None = None  # of what is typed; None while the tree is shown
        self._begun = False
        self._question: Question | None = None
        self.field = QLineEdit(self)
        self.field.setFrame(False)
        self.field.setPlaceholderText(PROMPT)
        self.field.setAccessibleName(PROMPT)
        self.field.textChanged.connect(self._typed)
        self.field.installEventFilter(self)
        self._wait = QTimer(self)
        self._wait.setSingleShot(True)
        self._wait.setInterval(WAIT_MS)
        self._wait.timeout.connect(self.search)
        slash = QShortcut(QKeySequence("/"), self)
        slash.setContext(Qt.ShortcutContext.WindowShortcut)
        slash.activated.connect(self.begin)
        self._dress_field()

    # -- told ----------------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """At first the estate with the worst alert is open, or the first one."""
        estates, buildings = self.records("estates"), self.records("buildings")
        if not self._begun and estates and buildings:
            self._begun = True
            worst = worst_by_code(showing(self.records("alerts")), buildings)
            first = next((code for code in worst if any(e.id == code for e in estates)), estates[0].id)
            self.opened.add(key_of(Subject("estate", first)))
        super().draw(snapshot)

    def select(self, subject: Subject | None) -> None:
        if subject is None:
            return
        home = home_of(subject, self.records("buildings"))
        self.opened |= set(path_to(home))
        key = key_of(home)
        self.refresh()
        if any(row.key == key for row in self.rows):
            self.choose(key)

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is self._question:
            self._question = None
            self.hits = tuple(outcome.case or ())
            self._picked = False
            self.refresh()

    # -- searching -------------------------------------------------------------------------------------

    @Slot()
    def begin(self) -> None:
        self.field.setFocus()
        self.field.selectAll()

    @Slot(str)
    def _typed(self, words: str) -> None:
        if words.strip():
            self._wait.start()
        else:
            self._wait.stop()
            self.hits, self._question = None, None
            self.refresh()

    @Slot()
    def search(self) -> None:
        words = self.field.text().strip()
        if words:
            self._question = Question(ADDRESS_SEARCH, words)
            self.asked.emit("question", self._question)

    # -- rows ------------------------------------------------------------------------------------------

    def make_rows(self) -> Sequence[Row]:
        buildings = self.records("buildings")
        if self.hits is not None:
            self.note = f"找到 {len(self.hits)}"
            return [Row(f"{hit.kind} {hit.id}", hit, HIT_HIGH) for hit in self.hits]
        worst = worst_by_code(showing(self.records("alerts")), buildings)
        self.note = f"{len(self.records('estates'))} 小区 · {len(buildings)} 幢" if buildings else ""
        return tree_rows(self.records("estates"), buildings, self.opened, worst)

    def top_room(self) -> int:
        return FIELD_HIGH

    def foot_room(self) -> int:
        return 24

    def row_chosen(self, row: Row) -> None:
        """A click shows what it can; on a branch it opens or shuts it."""
        self._show(row)
        if isinstance(row.record, Node) and row.record.is_open is not None:
            self._fold(row, not row.record.is_open)

    def _show(self, row: Row) -> None:
        record = row.record
        subject = record.subject if isinstance(record, Node) else Subject(record.kind, record.id)
        if subject.kind in CARDED or subject.kind == "estate":
            self.asked.emit("select", subject)

    def _fold(self, row: Row, wanted: bool) -> None:
        if wanted:
            self.opened.add(row.key)
        else:
            self.opened.discard(row.key)
        self.refresh()

    # -- painting --------------------------------------------------------------------------------------

    def place(self) -> None:
        look, body = self.look, self.body()
        high = look.px(FIELD_HIGH - 12)
        self.field.setGeometry(look.pad, body.top() + look.px(6), self.width() - 2 * look.pad, high)
        super().place()
        self.sight.show(self.rows, look, self.list_box().height())
        self.sight.reveal(self.chosen)

    def restyle(self, look: Look) -> None:
        super().restyle(look)
        self._dress_field()

    def _dress_field(self) -> None:
        look = self.look
        palette = QPalette(self.field.palette())
        palette.setColor(QPalette.ColorRole.Base, look.colour("well"))
        palette.setColor(QPalette.ColorRole.Text, look.colour("text"))
        palette.setColor(QPalette.ColorRole.PlaceholderText, look.colour("text3"))
        self.field.setPalette(palette)
        self.field.setFont(look.font("body"))
        self.field.setTextMargins(look.px(6), 0, look.px(6), 0)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        super().paint_body(painter, body)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(self.look.colour("ice" if self.field.hasFocus() else "line2"), self.look.hair))
        painter.drawRect(self.field.geometry().adjusted(-1, -1, 0, 0))

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if isinstance(row.record, Node):
            self._paint_node(painter, box, row.record)
        else:
            self._paint_hit(painter, box, row.record)

    def _paint_node(self, painter: QPainter, box: QRect, node: Node) -> None:
        look, tick = self.look, self.look.font("tick")
        left = box.adjusted(look.px(INDENT) * node.depth, 0, 0, 0)
        if node.is_open is not None:
            text(painter, left, "▾" if node.is_open else "▸", tick, look.colour("text3"))
        left = left.adjusted(look.px(INDENT), 0, 0, 0)
        font = look.font("body", weight=500 if node.depth == 0 else 400)
        text(painter, left, node.title, font, look.colour("text" if node.depth < 3 else "text2"))
        x = left.left() + width_of(node.title, font) + look.px(14)
        spot, size = QPointF(x, box.center().y()), look.glyph("table")
        if node.alert is not None:
            put_glyph(painter, look, node.alert.level, spot, size, node.alert.is_signed)
        elif node.unknown:
            put_unknown(painter, look, spot, size)
        elif node.elder:
            paint_ring(painter, QRect(spot.toPoint(), spot.toPoint()), look)
        room = box.right() - round(x) - look.px(14)
        text(painter, box, elide(node.detail, tick, room), tick, look.colour("text3"), RIGHT)

    def _paint_hit(self, painter: QPainter, box: QRect, hit: AddressHit) -> None:
        """A dwelling's code holds its room, so it is not shown."""
        look, body, tick = self.look, self.look.font("body"), self.look.font("tick")
        word = KIND_WORDS.get(hit.kind, "小区")
        text(painter, box, word, tick, look.colour("text3"))
        left = box.adjusted(look.px(40), look.px(2), 0, -box.height() // 2)
        text(painter, left, elide(hit.title, body, left.width()), body, look.colour("text"))
        second = box.adjusted(look.px(40), box.height() // 2 - look.px(2), 0, 0)
        detail = "室号已遮" if hit.kind == "dwelling" else hit.detail
        text(painter, second, elide(detail, tick, second.width()), tick, look.colour("text3"), LEFT)

    # -- Qt ------------------------------------------------------------------------------------------

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """↓ and Enter leave the line for the rows, Esc shows the tree again."""
        if watched is self.field and event.type() == QEvent.Type.KeyPress and isinstance(event, QKeyEvent):
            key = Qt.Key(event.key())
            if key == Qt.Key.Key_Escape and self.field.text():
                self.field.clear()
                return True
            if key in (Qt.Key.Key_Down, Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.rows:
                self.setFocus()
                if key != Qt.Key.Key_Down and (row := self.chosen_row()) is not None:
                    self._show(row)
                return True
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = Qt.Key(event.key()), self.chosen_row()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row is not None:
            self.row_chosen(row) if self._only_folds(row) else self._show(row)
        elif key in (Qt.Key.Key_Left, Qt.Key.Key_Right) and row is not None and isinstance(row.record, Node):
            self._turn(row, row.record, opens=key == Qt.Key.Key_Right)
        else:
            super().keyPressEvent(event)

    def _only_folds(self, row: Row) -> bool:
        return isinstance(row.record, Node) and row.record.subject.kind == UNIT

    def _turn(self, row: Row, node: Node, *, opens: bool) -> None:
        """← of what is shut, or holds nothing, goes to what holds it."""
        if node.is_open is not None and node.is_open is not opens:
            self._fold(row, opens)
        elif not opens:
            at = [r.key for r in self.rows].index(row.key)
            above = next((r for r in reversed(self.rows[:at]) if r.record.depth < node.depth), None)
            if above is not None:
                self.choose(above.key)
