"""The desk's rail: the scenes with the worst unsigned level of each, and who is at the desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication, QPointF, QRect, QRectF, Qt, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QWidget

from services.domain.alert import AlertLevel
from widgets import paint
from widgets.glyphs import put_glyph
from widgets.icons import draw_icon
from widgets.look import Look

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Badge:
    """The worst level somebody must still sign, and how many alerts stand on that level."""

    level: AlertLevel
    count: int


@dataclass(frozen=True, slots=True)
class Entry:
    """A scene as the rail lists it."""

    id: str
    title: str
    icon: str


def scene_key(number: int) -> str:
    """The key of the scene at this place, from 1; only the first nine have one."""
    return f"Ctrl+{number}" if number <= 9 else ""


class SceneButton(QAbstractButton):
    """One scene: icon, word, badge; the shown scene has the ice bar."""

    def __init__(self, entry: Entry, key: str, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.entry = entry
        self.look = look
        self.badge: Badge | None = None
        self.setText(translate("scene", entry.title))
        self.setCheckable(True)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setToolTip(f"{self.text()}  {key}".rstrip())
        self.setAccessibleName(self.text())

    def show_badge(self, badge: Badge | None) -> None:
        if badge != self.badge:
            self.badge = badge
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        active = self.isChecked()
        ground = "raised" if active else "hover" if self.underMouse() else "panel"
        painter.fillRect(self.rect(), look.colour(ground))
        if active:
            painter.fillRect(0, 0, look.px(2), self.height(), look.colour("ice"))
        ink = look.colour("text" if active or self.hasFocus() else "text2")
        line, roomy = look.line("body"), self.height() >= look.px(50)
        side = look.px(22) if roomy else look.px(16)
        left, gap = (self.width() - side) // 2, look.px(3) if roomy else 0
        top = max(0, (self.height() - side - gap - line) // 2)
        draw_icon(painter, self.entry.icon, QRectF(left, top, side, side), ink)
        word = QRect(0, top + side + gap, self.width(), line)
        step = "body" if paint.width_of(self.text(), look.font("body")) < self.width() - look.px(8) else "tick"
        shown = paint.elide(self.text(), look.font(step), self.width() - look.px(4))
        paint.text(painter, word, shown, look.font(step), ink, paint.CENTRE)
        if self.badge is not None:
            glyph = look.glyph("rail")
            x = left + side + look.px(5)
            put_glyph(painter, look, self.badge.level, QPointF(x, top + look.px(4)), glyph, False)
            count = QRect(x + glyph // 2 + look.px(3), top - look.px(5), look.px(20), look.px(18))
            paint.text(painter, count, str(self.badge.count), look.font("tick"), look.colour("text"))
        painter.end()


class OfficerButton(QAbstractButton):
    """Who is at the desk: masked name, role, shift. A click asks to change."""

    def __init__(self, look: Look, parent: QWidget) -> None:
        super().__init__(parent)
        self.look = look
        self.lines: tuple[str, str, str] = ("", "", "")
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def show_officer(self, name: str, role: str, shift: str) -> None:
        self.lines = (name, role, shift)
        self.setAccessibleName(f"{name} {role} {shift}")
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        look = self.look
        painter = QPainter(self)
        painter.fillRect(self.rect(), look.colour("hover" if self.underMouse() or self.hasFocus() else "panel"))
        paint.hairline(painter, look, look.px(10), 0, self.width() - 2 * look.px(10))
        for number, (line, step, token) in enumerate(
            zip(self.lines, ("body", "tick", "tick"), ("text", "text2", "text2"), strict=True)
        ):
            box = QRect(0, look.px(8) + number * look.px(19), self.width(), look.px(20))
            shown = paint.elide(line, look.font(step), self.width() - look.px(4))
            paint.text(painter, box, shown, look.font(step), look.colour(token), paint.CENTRE)
        painter.end()


class Rail(QWidget):
    """Chooses the scene. ``chosen`` carries its id, ``officer_asked`` wants the chooser."""

    chosen = Signal(str)
    officer_asked = Signal()

    def __init__(self, entries: Sequence[Entry], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self._buttons = {
            entry.id: SceneButton(entry, scene_key(number), look, self) for number, entry in enumerate(entries, 1)
        }
        for button in self._buttons.values():
            button.clicked.connect(self._press)
        self.officer = OfficerButton(look, self)
        self.officer.clicked.connect(self.officer_asked)

    def mark(self, scene: str) -> None:
        for name, button in self._buttons.items():
            button.setChecked(name == scene)

    def show_badge(self, scene: str, badge: Badge | None) -> None:
        if scene in self._buttons:
            self._buttons[scene].show_badge(badge)

    def restyle(self, look: Look) -> None:
        self.look = look
        for child in (*self._buttons.values(), self.officer):
            child.look = look
        self._place()
        self.update()

    @Slot()
    def _press(self) -> None:
        button = self.sender()
        if isinstance(button, SceneButton):
            self.chosen.emit(button.entry.id)

    def _place(self) -> None:
        foot = self.look.px(78)
        high = min(self.look.px(59), (self.height() - foot) // max(1, len(self._buttons)))
        for number, button in enumerate(self._buttons.values()):
            button.setGeometry(0, number * high, self.width(), high)
        self.officer.setGeometry(0, self.height() - foot, self.width(), foot)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(event.rect(), self.look.colour("panel"))
        painter.end()
