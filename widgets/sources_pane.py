"""数据源: every upstream system with its age, its error and what was refused of it."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from services.domain.snapshot import Quality, Snapshot, SourceStatus
from services.domain.timebase import local
from widgets import paint
from widgets.glyphs import put_unknown
from widgets.look import Look

translate = QCoreApplication.translate

WORDS = {Quality.GOOD: "正常", Quality.STALE: "滞后", Quality.WAITING: "等待"}
COLUMNS = (("系统", 0.0), ("状态", 0.30), ("最近一次", 0.40), ("收到", 0.50), ("隔离", 0.60), ("说明", 0.68))
RIGHT_ALIGNED = frozenset({"收到", "隔离"})


class SourcesPanel(QWidget):
    """A non-modal sheet over the scene; Esc or a click on the lamp closes it. Sick systems come first."""

    closed = Signal()

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._rows: tuple[SourceStatus, ...] = ()
        self._top = 0
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(translate("shell", "数据源"))
        self.hide()

    def show_sources(self, snapshot: Snapshot[SourceStatus]) -> None:
        worst = {Quality.STALE: 0, Quality.WAITING: 1, Quality.GOOD: 2}
        self._rows = tuple(sorted(snapshot.records, key=lambda row: (worst[row.quality], row.title)))
        self.update()

    def wanted_height(self) -> int:
        look = self.look
        return look.head + look.row * (len(self._rows) + 1) + look.px(12)

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("raised"))
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        good = sum(1 for row in self._rows if row.quality is Quality.GOOD)
        head = QRect(look.pad, 0, self.width() - 2 * look.pad, look.head)
        title = translate("shell", "数据源") + f"  {good}/{len(self._rows)}"
        paint.text(painter, head, title, look.font("pane"), look.colour("text"))
        close = translate("shell", "关闭") + "  Esc"
        paint.text(painter, head, close, look.font("tick"), look.colour("text3"), paint.RIGHT)
        y = look.head
        for name, share in COLUMNS:
            align = paint.RIGHT if name in RIGHT_ALIGNED else paint.LEFT
            word = translate("shell", name)
            paint.text(painter, self._cell(name, share, y), word, look.font("tick"), look.colour("text3"), align)
        y += look.row
        for row in self._rows[self._top :]:
            if y + look.row > self.height():
                break
            self._paint_row(painter, row, y)
            y += look.row
        painter.end()

    def _paint_row(self, painter: QPainter, row: SourceStatus, y: int) -> None:
        look = self.look
        well = row.quality is Quality.GOOD
        paint.hairline(painter, look, look.pad, y, self.width() - 2 * look.pad)
        taken = f"{local(row.taken_at):%H:%M:%S}" if row.taken_at else paint.MISSING
        since = f"{local(row.failing_since):%H:%M:%S} " + translate("shell", "起") if row.failing_since else ""
        said = {
            "系统": row.title,
            "状态": translate("shell", WORDS[row.quality]),
            "最近一次": taken,
            "收到": f"{row.received:,}",
            "隔离": str(row.quarantined) if row.quarantined else "0",
            "说明": " · ".join(part for part in (since, row.error) if part),
        }
        for name, share in COLUMNS:
            box = self._cell(name, share, y)
            token = "text" if name == "系统" or not well else "text2"
            if name == "状态":
                if not well:
                    put_unknown(painter, look, QPointF(box.left() + look.px(6), box.center().y()), look.px(13))
                box.setLeft(box.left() + look.px(18))
            align = paint.RIGHT if name in RIGHT_ALIGNED else paint.LEFT
            font = look.font("body")
            paint.text(painter, box, paint.elide(said[name], font, box.width()), font, look.colour(token), align)

    def _cell(self, name: str, share: float, y: int) -> QRect:
        starts = [start for _, start in COLUMNS] + [1.0]
        end = starts[[column for column, _ in COLUMNS].index(name) + 1]
        room = self.width() - 2 * self.look.pad
        left = self.look.pad + round(room * share)
        return QRect(left, y, round(room * (end - share)) - self.look.px(12), self.look.row)

    def wheelEvent(self, event: QWheelEvent) -> None:
        step = -1 if event.angleDelta().y() > 0 else 1
        self._top = max(0, min(self._top + step, len(self._rows) - 1))
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
            return
        super().keyPressEvent(event)
