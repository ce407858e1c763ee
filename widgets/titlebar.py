"""The wall's title bar: which scene, who is on duty, how healthy, what time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from services.domain.timebase import local
from widgets import paint
from widgets.glyphs import put_unknown
from widgets.look import Look
from widgets.topbar import WEEKDAYS

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Heading:
    """What the title bar says except the time. ``duty`` holds wall masks only."""

    title: str
    scenes: int = 1
    scene: int = 0
    held: bool = False
    duty: tuple[str, ...] = ()
    weather: str = ""
    sources_good: int = 0
    sources: int = 0


class TitleBar(QWidget):
    """Painted whole on a change of heading; each second only the clock."""

    def __init__(self, demo: bool, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._demo = demo
        self._heading = Heading("")
        self._now: datetime | None = None
        self._clock_box = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_heading(self, heading: Heading) -> None:
        if heading != self._heading:
            self._heading = heading
            self.setAccessibleName(heading.title)
            self.update()

    def tick(self, now: datetime) -> None:
        day_changed = self._now is None or local(self._now).date() != local(now).date()
        self._now = now
        self.update() if day_changed else self.update(self._clock_box)

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.colour("panel"))
        painter.fillRect(0, self.height() - self.look.hair, self.width(), self.look.hair, self.look.colour("ground"))
        right = self._paint_right(painter)
        self._paint_left(painter, right)
        painter.end()

    def _paint_left(self, painter: QPainter, room: int) -> None:
        look, heading = self.look, self._heading
        x = look.px(48)
        font = look.font("title")
        title = paint.elide(heading.title, font, room - x - look.px(420))
        paint.text(painter, QRect(x, 0, room, self.height()), title, font, look.colour("text"))
        x += paint.width_of(title, font) + look.px(40)
        if heading.scenes > 1:
            x = self._paint_dots(painter, x) + look.px(24)
        if heading.held:
            word = translate("shell", "轮播暂停")
            paint.text(painter, QRect(x, 0, room, self.height()), word, look.font("note"), look.colour("text2"))
            x += paint.width_of(word, look.font("note")) + look.px(32)
        if self._demo:
            paint.chip(painter, x, self.height() // 2, translate("shell", "演示数据"), look)

    def _paint_dots(self, painter: QPainter, x: int) -> int:
        """The playlist: a long bar is the scene that is shown."""
        look = self.look
        for number in range(self._heading.scenes):
            shown = number == self._heading.scene
            width = look.px(56 if shown else 24)
            box = QRect(x, self.height() // 2 - look.px(3), width, look.px(7))
            painter.fillRect(box, look.colour("text" if shown else "line2"))
            x += width + look.px(12)
        return x

    def _paint_right(self, painter: QPainter) -> int:
        look, heading = self.look, self._heading
        font = look.font("clock", digits=True)
        width = paint.width_of("00:00:00", font)
        x = self.width() - look.px(44) - width
        self._clock_box = QRect(x, 0, width + look.px(4), self.height())
        day = ""
        if self._now is not None:
            here = local(self._now)
            paint.text(painter, self._clock_box, f"{here:%H:%M:%S}", font, look.colour("text"))
            week = translate("weekday", WEEKDAYS[here.weekday()])
            day = f"{here.month} 月 {here.day} 日 {week}"
        x = self._say(painter, x - look.px(48), day)
        sources = translate("shell", "数据源") + f" {heading.sources_good}/{heading.sources}"
        x = self._say(painter, self._line(painter, x), sources)
        if heading.sources_good < heading.sources or not heading.sources:
            put_unknown(painter, look, QPointF(x - look.px(28), self.height() / 2), look.px(34))
            x -= look.px(52)
        if heading.weather:
            x = self._say(painter, self._line(painter, x), heading.weather)
        duty = " · ".join(heading.duty)
        if duty and x - look.px(60) - paint.width_of(duty, look.font("body")) > self.width() * 0.4:
            x = self._say(painter, self._line(painter, x), duty)
        return x

    def _say(self, painter: QPainter, right: int, s: str) -> int:
        font = self.look.font("body")
        width = paint.width_of(s, font)
        paint.text(painter, QRect(right - width, 0, width + 2, self.height()), s, font, self.look.colour("text2"))
        return right - width

    def _line(self, painter: QPainter, x: int) -> int:
        look = self.look
        x -= look.px(40)
        painter.fillRect(x, self.height() // 2 - look.px(24), look.hair, look.px(48), look.colour("line2"))
        return x - look.px(40)
