"""The live map with the officer's hand on it: drag, wheel, keys, hover words and the measuring tape."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PySide6.QtWidgets import QWidget

from services.domain.fleet import Fleet
from services.domain.snapshot import Subject
from widgets.look import Look
from widgets.map.basemap import Coast
from widgets.map.canvas import BAY, FLEET_LAYER, MapCanvas
from widgets.map.furniture import cursor_box, put_cursor, put_words, words_box
from widgets.map.tiles import Tiles

__all__ = ["BAY", "FLEET_LAYER", "MapView"]

CLICK_PX = 4  # a press and release closer than this is a click, not a drag
_STEP_PX = 80
_NEARER = 1.5
_NEARER_KEYS = frozenset({Qt.Key.Key_Plus, Qt.Key.Key_Equal})
_PANS = {Qt.Key.Key_Left: (1, 0), Qt.Key.Key_Right: (-1, 0), Qt.Key.Key_Up: (0, 1), Qt.Key.Key_Down: (0, -1)}


class MapView(MapCanvas):
    """A map that can be moved, asked and measured on; ``set_interactive(False)`` takes the hand away (wall)."""

    moved_by_hand = Signal()

    def __init__(self, look: Look, coast: Coast, parent: QWidget | None = None, tiles: Tiles | None = None) -> None:
        super().__init__(look, coast, parent, tiles)
        self._interactive = True
        self._grab: QPointF | None = None
        self._pressed: QPointF | None = None
        self._cursor: QPointF | None = None
        self._words = ""
        self._measuring = False
        self._followed: Subject | None = None
        self.setMouseTracking(True)
        self.set_interactive(True)

    def set_interactive(self, interactive: bool) -> None:
        """The wall takes no input, and its base picture needs no margin."""
        self._interactive = interactive
        self._base.margin = 0.25 if interactive else 0.0
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not interactive)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus if interactive else Qt.FocusPolicy.NoFocus)

    def measure(self, on: bool) -> None:
        """The tape: clicks add points until it is switched off; Esc ends it."""
        self._measuring, self._measured = on, []
        self.setCursor(Qt.CursorShape.CrossCursor if on else Qt.CursorShape.ArrowCursor)
        self.update()

    @property
    def is_measuring(self) -> bool:
        return self._measuring

    @property
    def measured(self) -> tuple[tuple[float, float], ...]:
        """The tape's points, (lon, lat)."""
        return tuple(self._measured)

    def follow(self, subject: Subject | None) -> None:
        """Keep it in the middle of the window from now on; None lets go. The officer's hand lets go as well."""
        self._followed = subject
        self._keep_in_middle()

    def set_fleet(self, fleet: Fleet, now: datetime | None = None) -> None:
        super().set_fleet(fleet, now)
        self._keep_in_middle()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self._keep_in_middle()

    def _keep_in_middle(self) -> None:
        place = self.place_of(self._followed) if self._followed is not None else None
        if place is None:
            return
        x, y = self._view.to_px(*place)
        dx, dy = self._view.width / 2 - x, self._view.height / 2 - y
        if abs(dx) >= 1 or abs(dy) >= 1:
            self._moved = True
            self._go(self._view.panned(dx, dy))

    def _by_hand(self, dx: float, dy: float) -> None:
        self._followed = None
        self.moved_by_hand.emit()
        self.pan(dx, dy)

    # -- hover ----------------------------------------------------------------------------------

    def _hover(self, at: QPointF | None) -> None:
        """Only what the hover words and the position cover is painted again."""
        before = self._hover_boxes()
        subject = self.pick(at) if at is not None and not self._measuring else None
        words = self.describe(subject) if subject is not None else ""
        changed, self._words, self._cursor = words != self._words, words, at
        for box in (*before, *self._hover_boxes()):
            self.update(box.toAlignedRect().adjusted(-2, -2, 2, 2))
        if changed:
            self.hovered.emit(words)

    def _hover_boxes(self) -> list[QRectF]:
        if self._cursor is None:
            return []
        boxes = [self._cursor_box()]
        return [*boxes, words_box(self._cursor, self._words, self._view, self._look)] if self._words else boxes

    def _cursor_box(self) -> QRectF:
        """Bottom left, or above what a pane put there."""
        box = cursor_box(self._view, self._look)
        for left, top, right, bottom in self._controls():
            if box.intersects(QRectF(left, top, right - left, bottom - top)):
                box.moveBottom(top - self._look.px(4))
        return box

    def _paint_over(self, painter: QPainter) -> None:
        if self._cursor is None or not self._interactive:
            return
        put_cursor(painter, self._view.to_lonlat(self._cursor.x(), self._cursor.y()), self._cursor_box(), self._look)
        if self._words:
            put_words(painter, self._cursor, self._words, self._view, self._look)

    # -- Qt -------------------------------------------------------------------------------------

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grab = self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._grab is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = event.position() - self._grab
            self._grab = self._cursor = event.position()
            self._words = ""
            self._by_hand(moved.x(), moved.y())
        else:
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._grab, self._pressed = self._pressed, None, None
        if pressed is None or (event.position() - pressed).manhattanLength() > CLICK_PX:
            return
        if self._measuring:
            self._measured.append(self._view.to_lonlat(event.position().x(), event.position().y()))
            self.update()
        else:
            self.picked.emit(self.pick(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self._measuring:
            self.zoom(2.0, event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self.zoom(1.25 ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._hover(None)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _NEARER_KEYS:
            self.zoom(_NEARER)
        elif key is Qt.Key.Key_Minus:
            self.zoom(1 / _NEARER)
        elif key in _PANS:
            step = self._look.px(_STEP_PX)
            self._by_hand(*(step * way for way in _PANS[key]))
        elif key is Qt.Key.Key_D:
            self.measure(not self._measuring)
        elif key is Qt.Key.Key_Z:
            self.select(self._selected, zoom=True)
        elif key is Qt.Key.Key_Escape and self._measuring:
            self.measure(False)
        else:
            super().keyPressEvent(event)
