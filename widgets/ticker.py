"""The wall's ticker: the newest open alerts in one quiet line, nothing that scrolls."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.timebase import local
from widgets import paint
from widgets.glyphs import put_glyph
from widgets.look import Look

translate = QCoreApplication.translate

ATTRIBUTION = "底图 © OpenStreetMap · GSHHG"


class Ticker(QWidget):
    """Whole entries only: one that does not fit is left out, never cut."""

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._alerts: tuple[Alert, ...] = ()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_alerts(self, alerts: Sequence[Alert]) -> None:
        if tuple(alerts) != self._alerts:
            self._alerts = tuple(alerts)
            self.update()

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("panel"))
        painter.fillRect(0, 0, self.width(), look.hair, look.colour("ground"))
        font = look.font("note")
        source = translate("shell", ATTRIBUTION)
        right = self.width() - look.px(44) - paint.width_of(source, font)
        paint.text(painter, QRect(right, 0, self.width(), self.height()), source, font, look.colour("text3"))
        x = look.px(44)
        if not self._alerts:
            calm = translate("shell", "当前没有未办结的预警")
            paint.text(painter, QRect(x, 0, right, self.height()), calm, font, look.colour("text3"))
        for alert in self._alerts:
            x = self._entry(painter, alert, x, right - look.px(60))
        painter.end()

    def _entry(self, painter: QPainter, alert: Alert, x: int, room: int) -> int:
        """Paint one alert where it fits. Returns where the next starts."""
        look, font = self.look, self.look.font("body")
        glyph = look.px(32)
        when = f"{local(alert.raised_at):%H:%M}"
        what = " ".join(part for part in (alert.title, alert.wall_subject or alert.place) if part)
        width = glyph + look.px(16) + paint.width_of(f"{when}  {what}", font)
        if x + width > room:
            return x
        put_glyph(painter, look, alert.level, QPointF(x + glyph / 2, self.height() / 2), glyph, alert.is_signed)
        x += glyph + look.px(16)
        paint.text(painter, QRect(x, 0, room, self.height()), when, font, look.colour("text2"))
        x += paint.width_of(f"{when} ", font) + look.px(6)
        token = "text2" if alert.is_signed else "text"
        paint.text(painter, QRect(x, 0, room, self.height()), what, font, look.colour(token))
        return x + paint.width_of(what, font) + look.px(64)
