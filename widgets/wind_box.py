"""Wind and waves in the corner of the sea map, with an arrow that blows the way the wind does."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from services.domain.boats import SeaWeather
from widgets.look import Look
from widgets.paint import RIGHT, text

WIDE, HIGH = 172, 56


class WindBox(QWidget):
    """Takes no mouse: the map under it stays whole."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self._weather: SeaWeather | None = None
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.restyle(look)

    def restyle(self, look: Look) -> None:
        self.look = look
        self.setFixedSize(look.px(WIDE), look.px(HIGH))
        self.update()

    def show_weather(self, weather: SeaWeather | None) -> None:
        self._weather = weather
        self.setAccessibleName(f"{weather.wind_word} {weather.wind_bft} 级" if weather else "风浪未知")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        weather, look = self._weather, self.look
        if weather is None:
            return
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("panel"))
        side = self.height()
        words = QRect(0, look.px(8), self.width() - side, look.px(20))
        text(
            painter,
            words,
            f"{weather.wind_word} {weather.wind_bft} 级",
            look.font("body", weight=500),
            look.colour("text"),
            RIGHT,
        )
        second = words.translated(0, look.px(20))
        text(
            painter,
            second,
            f"阵风 {weather.gust_bft} · 浪 {weather.wave_m:.1f} m",
            look.font("tick"),
            look.colour("text2"),
            RIGHT,
        )
        self._paint_arrow(painter, QPointF(self.width() - side / 2, side / 2), side * 0.34, weather.wind_from_deg)
        painter.end()

    def _paint_arrow(self, painter: QPainter, centre: QPointF, radius: float, from_deg: float) -> None:
        look = self.look
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.drawEllipse(QRectF(centre.x() - radius, centre.y() - radius, 2 * radius, 2 * radius))
        painter.translate(centre)
        painter.rotate(from_deg + 180)
        painter.setPen(QPen(look.colour("text"), look.px(1.6)))
        tip = radius * 0.7
        painter.drawLine(QPointF(0, tip), QPointF(0, -tip))
        painter.drawLine(QPointF(0, -tip), QPointF(-tip * 0.4, -tip * 0.45))
        painter.drawLine(QPointF(0, -tip), QPointF(tip * 0.4, -tip * 0.45))
