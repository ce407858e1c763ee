"""The desk's top bar: where, when, how healthy, how many open alerts; the same in every scene."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QPoint, QPointF, QRect, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from services.domain.alert import AlertLevel
from services.domain.timebase import local
from widgets import paint
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import LEVEL_WORDS, Look

translate = QCoreApplication.translate

MOST_TERSE = 3
WEEKDAYS = tuple(f"周{day}" for day in "一二三四五六日")


@dataclass(frozen=True, slots=True)
class LevelCount:
    """Open alerts of one level, and how many of them nobody has signed."""

    open: int = 0
    unsigned: int = 0


@dataclass(frozen=True, slots=True)
class PublicWarning:
    """A public warning in force: 海上大风蓝色预警, 11:00 发布."""

    level: AlertLevel
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Vitals:
    """Everything the top bar says except the time."""

    sources_good: int = 0
    sources: int = 0
    levels: Mapping[AlertLevel, LevelCount] = field(default_factory=dict)
    weather: str = ""
    warning: PublicWarning | None = None
    mute_left_s: float = 0.0
    audible: bool = True


class TopBar(QWidget):
    """Painted whole; the clock repaints only its own rectangle. Clicks are told by name:
    ``sources``, ``mute``, ``search``, ``red`` … ``blue``."""

    clicked = Signal(str)

    def __init__(self, name: str, demo: bool, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._name = name
        self._demo = demo
        self._now: datetime | None = None
        self._vitals = Vitals()
        self._clock_box = QRect()
        self._hits: dict[str, QRect] = {}
        self._hover = ""
        self._terse = 0
        self.setMouseTracking(True)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName(translate("shell", "顶栏"))

    def tick(self, now: datetime) -> None:
        day_changed = self._now is None or local(self._now).date() != local(now).date()
        self._now = now
        self.update() if day_changed else self.update(self._clock_box)

    def show_vitals(self, vitals: Vitals) -> None:
        if vitals != self._vitals:
            self._vitals = vitals
            self.update()

    def restyle(self, look: Look) -> None:
        self.look = look
        self.update()

    # -- painting -----------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), self.look.colour("panel"))
        painter.fillRect(0, self.height() - self.look.hair, self.width(), self.look.hair, self.look.colour("ground"))
        self._terse = self._fitting(painter)
        self._hits = {}
        right = self._paint_right(painter)
        self._paint_left(painter, right)
        painter.end()

    def _fitting(self, painter: QPainter) -> int:
        """How terse the bar must be so that nothing overlaps: 0 says everything; 1 drops the search's
        words, 2 the notes and the key of mute, 3 the year. Found by painting outside the clip."""
        painter.save()
        painter.setClipRect(QRect(-1, -1, 1, 1))
        for self._terse in range(MOST_TERSE + 1):
            if self._paint_left(painter, 0) <= self._paint_right(painter):
                break
        painter.restore()
        return self._terse

    def _paint_left(self, painter: QPainter, room: int) -> int:
        """From the left edge. Returns where what must be said ends; weather and warning only fill the room."""
        look, x, middle = self.look, self.look.px(16), self._middle
        x += self._say(painter, x, self._name, "lead", "text") + look.px(17)
        if self._demo:
            x += paint.chip(painter, x, middle, translate("shell", "演示数据"), look) + look.px(17)
        x = self._line(painter, x) + look.px(16)
        clock_font = look.font("clock", digits=True)
        width = paint.width_of("00:00:00", clock_font)
        self._clock_box = QRect(x, 0, width + look.px(2), self.height())
        x += width + look.px(22)
        if self._now is None:
            return x
        here = local(self._now)
        paint.text(painter, self._clock_box, f"{here:%H:%M:%S}", clock_font, look.colour("text"))
        day = f"{here:%m-%d}" if self._terse >= 3 else f"{here:%Y-%m-%d}"
        x += self._say(painter, x, f"{day} {translate('weekday', WEEKDAYS[here.weekday()])}", "body", "text2")
        end = x = x + look.px(16)
        weather = self._vitals.weather
        if weather and x + paint.width_of(weather, look.font("body")) < room:
            x += self._say(painter, x, weather, "body", "text2") + look.px(16)
        if self._vitals.warning is not None:
            self._paint_warning(painter, x, room, self._vitals.warning)
        return end

    def _paint_warning(self, painter: QPainter, x: int, room: int, warning: PublicWarning) -> None:
        look = self.look
        note_font = look.font("body")
        width = look.px(34) + paint.width_of(warning.text, note_font)
        noted = bool(warning.note) and x + width + paint.width_of(warning.note, note_font) + look.px(24) < room
        if noted:
            width += look.px(6) + paint.width_of(warning.note, note_font)
        if x + width > room:
            return
        self._frame(painter, QRect(x, self._middle - look.px(13), width, look.px(26)))
        put_glyph(painter, look, warning.level, QPointF(x + look.px(15), self._middle), look.glyph("table"), False)
        left = x + look.px(27)
        left += self._say(painter, left, warning.text, "body", "text") + look.px(6)
        if noted:
            self._say(painter, left, warning.note, "body", "text3")

    def _paint_right(self, painter: QPainter) -> int:
        """From the right edge to the left. Returns where the left part must end."""
        look, vitals = self.look, self._vitals
        x = self.width() - look.px(16)
        words = translate("shell", "船、车牌、地址、命令") if self._terse < 1 else ""
        x = self._button(painter, x, "search", words, "Ctrl+K", quiet=True)
        x = self._button(painter, x - look.px(16), "mute", self._mute_text(), "M" if self._terse < 2 else "")
        x = self._line(painter, x - look.px(17)) - look.px(20)
        for level in sorted(AlertLevel):
            x = self._level(painter, x, level, vitals.levels.get(level, LevelCount())) - look.px(22)
        x = self._line(painter, x + look.px(4)) - look.px(16)
        return self._sources(painter, x) - look.px(16)

    def _mute_text(self) -> str:
        left = self._vitals.mute_left_s
        if left > 0:
            return translate("shell", "已静音") + f" {int(left) // 60:02d}:{int(left) % 60:02d}"
        return translate("shell", "静音") if self._vitals.audible else translate("shell", "无声卡")

    def _level(self, painter: QPainter, right: int, level: AlertLevel, count: LevelCount) -> int:
        look = self.look
        note = ""
        if count.unsigned:
            word = translate("shell", "未") if self._terse >= 2 else translate("shell", "未签")
            note = f"{word} {count.unsigned}"
        elif count.open and self._terse < 2:
            note = translate("shell", "已签")
        word = translate("level", LEVEL_WORDS[level])
        figure_font = look.font("card", digits=True)
        glyph = look.glyph("list")
        widths = [glyph + look.px(7), paint.width_of(word, look.font("body")) + look.px(6)]
        widths.append(paint.width_of(str(count.open), figure_font) + look.px(7 if note else 0))
        note_width = paint.width_of(note, look.font("body"))
        x = right - sum(widths) - note_width
        self._hits[level.name.lower()] = QRect(x - look.px(6), 0, right - x + look.px(12), self.height())
        self._under(painter, level.name.lower())
        signed = count.unsigned == 0
        if count.open:
            put_glyph(painter, look, level, QPointF(x + glyph / 2, self._middle), glyph, signed)
        else:
            painter.setOpacity(0.45)
            put_glyph(painter, look, level, QPointF(x + glyph / 2, self._middle), glyph, True)
            painter.setOpacity(1.0)
        token = "text" if count.open else "text3"
        self._say(painter, x + widths[0], word, "body", "text2")
        box = QRect(x + widths[0] + widths[1], 0, widths[2], self.height())
        paint.text(painter, box, str(count.open), figure_font, look.colour(token))
        self._say(painter, x + sum(widths), note, "body", "text3")
        return x

    def _sources(self, painter: QPainter, right: int) -> int:
        look, vitals = self.look, self._vitals
        behind = vitals.sources - vitals.sources_good
        text = translate("shell", "数据源") + f" {vitals.sources_good}/{vitals.sources}"
        note = translate("shell", "滞后") + f" {behind}" if behind and self._terse < 2 else ""
        font = look.font("body")
        gap = look.px(8) if note else 0
        x = right - paint.width_of(text, font) - gap - paint.width_of(note, font) - look.px(21)
        self._hits["sources"] = QRect(x - look.px(6), 0, right - x + look.px(12), self.height())
        self._under(painter, "sources")
        centre = QPointF(x + look.px(7), self._middle)
        if behind or not vitals.sources:
            put_unknown(painter, look, centre, look.px(15))
        else:
            side = look.px(10)
            lamp = QRect(round(centre.x() - side / 2), round(centre.y() - side / 2), side, side)
            painter.fillRect(lamp, look.colour("bar"))
        left = x + look.px(21)
        left += self._say(painter, left, text, "body", "text2") + gap
        self._say(painter, left, note, "body", "text3")
        return x

    def _button(self, painter: QPainter, right: int, name: str, text: str, key: str, quiet: bool = False) -> int:
        look = self.look
        font, key_font = look.font("body"), look.font("tick")
        gap = look.px(8) if text and key else 0
        inner = paint.width_of(text, font) + gap + paint.width_of(key, key_font)
        box = QRect(right - inner - look.px(22), self._middle - look.px(13), inner + look.px(22), look.px(27))
        self._hits[name] = box
        if quiet:
            painter.fillRect(box, look.colour("well"))
        self._under(painter, name)
        self._frame(painter, box)
        x = box.left() + look.px(11)
        x += self._say(painter, x, text, "body", "text3" if quiet else "text") + gap
        self._say(painter, x, key, "tick", "text3")
        return box.left()

    # -- strokes ------------------------------------------------------------------------------

    @property
    def _middle(self) -> int:
        return self.height() // 2

    def _say(self, painter: QPainter, x: int, s: str, step: str, token: str) -> int:
        font = self.look.font(step)
        width = paint.width_of(s, font)
        paint.text(painter, QRect(x, 0, width + 2, self.height()), s, font, self.look.colour(token))
        return width

    def _line(self, painter: QPainter, x: int) -> int:
        half = self.look.px(10)
        painter.fillRect(x, self._middle - half, self.look.hair, 2 * half, self.look.colour("line2"))
        return x

    def _frame(self, painter: QPainter, box: QRect) -> None:
        painter.setPen(QPen(self.look.colour("line2"), self.look.hair))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))

    def _under(self, painter: QPainter, name: str) -> None:
        if name == self._hover:
            painter.fillRect(self._hits[name].adjusted(0, 1, 0, -1), self.look.colour("hover"))

    # -- Qt -----------------------------------------------------------------------------------

    def hit(self, at: QPoint) -> str:
        return next((name for name, box in self._hits.items() if box.contains(at)), "")

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        hover = self.hit(event.position().toPoint())
        if hover != self._hover:
            self._hover = hover
            self.setCursor(Qt.CursorShape.PointingHandCursor if hover else Qt.CursorShape.ArrowCursor)
            self.update()

    def leaveEvent(self, event: object) -> None:
        self._hover = ""
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        name = self.hit(event.position().toPoint())
        if name:
            self.clicked.emit(name)
