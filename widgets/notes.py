"""What a painted pane says while it has nothing to show."""

from __future__ import annotations

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.snapshot import Quality
from widgets.paint import text
from widgets.pane import Pane


def paint_waiting(painter: QPainter, area: QRect, pane: Pane, nothing: str = "暂无数据") -> None:
    """读取中… while waiting, the source's error when there is one, else ``nothing``."""
    words = pane.error_text() or ("读取中…" if pane.quality() is Quality.WAITING else nothing)
    line = QRect(area.left(), area.top(), area.width(), pane.look.line("body") * 2)
    text(painter, line, words, pane.look.font("body"), pane.look.colour("text3"))
