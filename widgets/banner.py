"""The wall's banner: while a red or orange alert is open, nobody in the room may miss it."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert, AlertLevel
from services.domain.timebase import local
from widgets import paint
from widgets.alert_lines import wall_place
from widgets.glyphs import put_glyph
from widgets.look import LEVEL_WORDS, Look
from widgets.words import STEP_WORDS

translate = QCoreApplication.translate


def countdown(seconds: float) -> str:
    """mm:ss below an hour, ``1 时 18 分`` above, so that a reader can tell hours from minutes."""
    left = abs(int(seconds))
    if left >= 86_400:
        return f"{left // 86_400} 天 {left % 86_400 // 3600} 时"
    if left >= 3600:
        return f"{left // 3600} 时 {left % 3600 // 60:02d} 分"
    return f"{left // 60:02d}:{left % 60:02d}"


class Banner(QWidget):
    """What, where, since when, who, and the time left. Solid and tinted until signed, then calm.

    The count-down repaints its own rectangle each second; an unsigned red blinks its glyph at 1 Hz
    unless motion is reduced.
    """

    def __init__(self, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._alert: Alert | None = None
        self._orange = 0
        self._now: datetime | None = None
        self._dim = False
        self._moving = QRect()
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def show_alert(self, alert: Alert | None, orange: int) -> None:
        if alert != self._alert or orange != self._orange:
            self._alert, self._orange = alert, orange
            self.setAccessibleName(f"{LEVEL_WORDS[alert.level]}色 {alert.title}" if alert else "")
            self.update()

    @property
    def alert(self) -> Alert | None:
        return self._alert

    def tick(self, now: datetime) -> None:
        self._now = now
        self.update(self._moving)
        blinks = self._alert is not None and self._alert.level is AlertLevel.RED and not self._alert.is_signed
        if blinks and not self.look.motion.get("reduce_motion", False):
            self._dim = not self._dim
            self.update(QRect(0, 0, self.look.px(110), self.height()))
        else:
            self._dim = False

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        alert, look = self._alert, self.look
        if alert is None:
            painter.fillRect(self.rect(), look.colour("panel"))
            painter.end()
            return
        ground = look.colour("raised")
        if alert.level is AlertLevel.RED:
            ground = look.theme.banner(signed=alert.is_signed)
        painter.fillRect(self.rect(), ground)
        painter.fillRect(0, 0, look.px(12), self.height(), look.alert(alert.level, fill=True))
        painter.setOpacity(0.55 if self._dim else 1.0)
        centre = QPointF(look.px(70), self.height() / 2)
        put_glyph(painter, look, alert.level, centre, look.glyph(), alert.is_signed)
        painter.setOpacity(1.0)
        right = self._paint_right(painter, alert)
        self._paint_left(painter, alert, right)
        painter.end()

    def _paint_left(self, painter: QPainter, alert: Alert, room: int) -> None:
        look, x = self.look, self.look.px(120)
        head = f"{translate('level', LEVEL_WORDS[alert.level] + '色')} · {alert.title}"
        happened = f"{local(alert.occurred_at):%H:%M} " + translate("shell", "发生")
        told = [happened, translate("shell", "已签收" if alert.is_signed else "未签收")]
        if alert.department:
            told.append("、".join((alert.department, *alert.support)))
        pieces = (
            (head, "lead", "text"),
            (wall_place(alert) or alert.wall_subject, "body", "text"),
            (" · ".join(told), "body", "text2"),
        )
        for text, step, token in pieces:
            font = look.font(step)
            shown = paint.elide(text, font, room - x)
            paint.text(painter, QRect(x, 0, room - x, self.height()), shown, font, look.colour(token))
            x += paint.width_of(shown, font) + look.px(28)
            if x >= room:
                return

    def _paint_right(self, painter: QPainter, alert: Alert) -> int:
        look = self.look
        x = self.width() - look.px(44)
        if self._orange:
            word = f"{translate('level', '橙')} {self._orange}"
            x -= paint.width_of(word, look.font("lead"))
            paint.text(painter, QRect(x, 0, look.px(400), self.height()), word, look.font("lead"), look.colour("text"))
            x -= look.px(38)
            put_glyph(painter, look, AlertLevel.ORANGE, QPointF(x, self.height() / 2), look.glyph(), False)
            x -= look.px(60)
            painter.fillRect(x, look.px(22), look.hair, self.height() - look.px(44), look.colour("line2"))
            x -= look.px(32)
        clock = alert.running
        if clock is None or self._now is None:
            return x - look.px(40)
        left_s = (clock.due_at - self._now).total_seconds()
        figure, font = countdown(left_s), look.font("title", digits=True, weight=500)
        word = translate("step", STEP_WORDS[clock.step]) + translate("shell", "余" if left_s >= 0 else "超")
        end = x
        x -= max(paint.width_of(figure, font), paint.width_of("00:00", font))
        paint.text(painter, QRect(x, 0, end - x, self.height()), figure, font, look.colour("text"), paint.RIGHT)
        x -= look.px(24) + paint.width_of(word, look.font("body"))
        paint.text(painter, QRect(x, 0, look.px(400), self.height()), word, look.font("body"), look.colour("text2"))
        self._moving = QRect(x, 0, end - x, self.height())
        return x - look.px(40)
