"""The live map: a cached base, vectors, a sprite layer, marks and labels, with a hand to move it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from services.domain.fleet import Fleet
from services.domain.snapshot import Subject
from widgets.look import Look
from widgets.map.basemap import BaseMap, Coast
from widgets.map.furniture import put_cursor, put_measure, put_scale_bar
from widgets.map.items import Area, Circle, Line, Mark, Shape
from widgets.map.labels import LabelPainter, Name, place
from widgets.map.marks import glyph_centre, glyph_side, put_mark, side_of
from widgets.map.projection import Viewport
from widgets.map.sprites import Sprites, sprite_side
from widgets.map.tiles import Tiles
from widgets.map.vectors import put_areas, put_circles, put_lines

FLEET_LAYER = "渔船"
REST_MS = 120  # the base is drawn anew when the hand has rested so long
PICK_PX = 14
CLOSE_M = 25.0  # metres a pixel after zooming to a subject
BAY = (121.25, 28.33, 122.05, 28.86)


class MapView(QWidget):
    """Shows layers of marks, lines, areas and circles and one fleet; tells what was picked.

    Layers are named in Chinese as the officer reads them; hidden layers are neither drawn nor picked.
    """

    picked = Signal(object)  # Subject, or None for open water
    hovered = Signal(str)

    def __init__(self, look: Look, coast: Coast, parent: QWidget | None = None, tiles: Tiles | None = None) -> None:
        super().__init__(parent)
        self._look = look
        self._base = BaseMap(coast)
        self._tiles = tiles
        self._box = BAY
        self._moved = False  # by hand; else a resize fits the box again
        self._view = Viewport.around(*self._box, 640, 480)
        self._sprites = Sprites()
        self._labels = LabelPainter()
        self._marks: dict[str, tuple[Mark, ...]] = {}
        self._lines: dict[str, tuple[Line, ...]] = {}
        self._areas: dict[str, tuple[Area, ...]] = {}
        self._circles: dict[str, tuple[Circle, ...]] = {}
        self._hidden: set[str] = set()
        self._selected: Subject | None = None
        self._interactive = True
        self._grab: QPointF | None = None
        self._pressed: QPointF | None = None
        self._cursor: QPointF | None = None
        self._measuring = False
        self._measured: list[tuple[float, float]] = []
        self.nautical = True
        self.describe: Callable[[Subject], str] = _no_words
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._came_to_rest)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setAccessibleName("地图")

    # -- what is shown --------------------------------------------------------------------------

    def set_fleet(self, fleet: Fleet, now: datetime | None = None) -> None:
        self._sprites.show(fleet, _ms(now))
        self.update()

    def set_marks(self, layer: str, marks: Sequence[Mark]) -> None:
        self._marks[layer] = tuple(marks)
        self.update()

    def set_lines(self, layer: str, lines: Sequence[Line]) -> None:
        self._lines[layer] = tuple(lines)
        self.update()

    def set_areas(self, layer: str, areas: Sequence[Area]) -> None:
        self._areas[layer] = tuple(areas)
        self.update()

    def set_circles(self, layer: str, circles: Sequence[Circle]) -> None:
        self._circles[layer] = tuple(circles)
        self.update()

    def layers(self) -> tuple[str, ...]:
        names = [FLEET_LAYER] if len(self._sprites) else []
        for group in (self._marks, self._lines, self._areas, self._circles):
            names += [layer for layer in group if layer not in names]
        return tuple(names)

    def show_layer(self, layer: str, shown: bool) -> None:
        self._hidden.discard(layer) if shown else self._hidden.add(layer)
        self.update()

    def is_shown(self, layer: str) -> bool:
        return layer not in self._hidden

    def tick(self, now: datetime) -> None:
        """Move boats along their course to now; take in tiles that arrived."""
        if len(self._sprites) and self.is_shown(FLEET_LAYER):
            self._sprites.reckon(_ms(now))
            self.update()
        if self._tiles is not None and self._tiles.arrived():
            self.update()

    def restyle(self, look: Look) -> None:
        self._look = look
        self.update()

    # -- where ----------------------------------------------------------------------------------

    @property
    def view(self) -> Viewport:
        return self._view

    def fit(self, west: float, south: float, east: float, north: float) -> None:
        self._box, self._moved = (west, south, east, north), False
        self._go(Viewport.around(*self._box, max(1, self.width()), max(1, self.height())), at_once=True)

    def select(self, subject: Subject | None, zoom: bool = False) -> None:
        self._selected = subject
        found = self._place_of(subject) if zoom and subject is not None else None
        if found is not None:
            view = self._view.centred(*found)
            nearer = max(1.0, view.metres_per_px() / CLOSE_M)
            self._go(view.zoomed(nearer, view.width / 2, view.height / 2), at_once=True)
        self.update()

    def set_interactive(self, interactive: bool) -> None:
        """The wall takes no input."""
        self._interactive = interactive
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

    def pick(self, at: QPointF) -> Subject | None:
        """The mark nearest to a point of the window, else the nearest boat, within ``PICK_PX``."""
        best, best_square = None, float(self._look.px(PICK_PX)) ** 2
        for mark, point in self._shown_marks():
            dx, dy = point.x() - at.x(), point.y() - at.y()
            if side_of(mark.shape, self._look) and dx * dx + dy * dy <= best_square:
                best, best_square = mark.subject, dx * dx + dy * dy
        if best is None and self.is_shown(FLEET_LAYER):
            mmsi = self._sprites.nearest(self._view, at.x(), at.y(), self._look.px(PICK_PX))
            best = Subject("boat", str(mmsi)) if mmsi is not None else None
        return best

    def _place_of(self, subject: Subject) -> tuple[float, float] | None:
        for marks in self._marks.values():
            for mark in marks:
                if mark.subject == subject:
                    return mark.lon, mark.lat
        if subject.kind == "boat" and subject.id.isdigit() and (found := self._sprites.where(int(subject.id))):
            px = (found[0] - self._view.x) * self._view.zoom + self._view.width / 2
            py = (found[1] - self._view.y) * self._view.zoom + self._view.height / 2
            return self._view.to_lonlat(px, py)
        return None

    def _go(self, view: Viewport, *, at_once: bool = False) -> None:
        self._view = view
        if at_once or not self._base.covers(view, self._look):
            self._base.refresh(view, self._look, self.devicePixelRatioF())
        else:
            self._rest.start()
        self.update()

    @Slot()
    def _came_to_rest(self) -> None:
        if not self._base.is_fresh(self._view, self._look):
            self._base.refresh(self._view, self._look, self.devicePixelRatioF())
            self.update()

    def _shown_marks(self) -> list[tuple[Mark, QPointF]]:
        shown = []
        for layer, marks in self._marks.items():
            if self.is_shown(layer):
                for mark in marks:
                    x, y = self._view.to_px(mark.lon, mark.lat)
                    if -80 < x < self._view.width + 80 and -80 < y < self._view.height + 80:
                        shown.append((mark, QPointF(float(x), float(y))))
        return shown

    # -- Qt -------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        size = event.size()
        if self._moved:
            self._go(self._view.sized(size.width(), size.height()), at_once=True)
        else:
            self.fit(*self._box)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        look, view = self._look, self._view
        self._base.paint(painter, view, look, self.devicePixelRatioF())
        if self._tiles is not None:
            self._tiles.paint(painter, view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for layer in self._areas.keys() | self._lines.keys() | self._circles.keys():
            if self.is_shown(layer):
                put_areas(painter, self._areas.get(layer, ()), view, look)
                put_lines(painter, self._lines.get(layer, ()), view, look)
                put_circles(painter, self._circles.get(layer, ()), view, look)
        if self.is_shown(FLEET_LAYER):
            self._sprites.paint(painter, view, look, self.devicePixelRatioF())
            self._ring_selected_boat(painter)
        marks = self._shown_marks()
        for mark, at in sorted(marks, key=lambda shown: -shown[0].rank):
            put_mark(painter, mark, at, look, selected=mark.subject == self._selected)
        self._paint_labels(painter, marks)
        put_scale_bar(painter, view, look, nautical=self.nautical)
        if self._measured:
            put_measure(painter, self._measured, view, look)
        if self._interactive and self._cursor is not None:
            put_cursor(painter, view.to_lonlat(self._cursor.x(), self._cursor.y()), view, look)
        painter.end()

    def _ring_selected_boat(self, painter: QPainter) -> None:
        chosen = self._selected
        if chosen is None or chosen.kind != "boat" or not chosen.id.isdigit():
            return
        found = self._sprites.where(int(chosen.id))
        if found is not None:
            at = QPointF(
                (found[0] - self._view.x) * self._view.zoom + self._view.width / 2,
                (found[1] - self._view.y) * self._view.zoom + self._view.height / 2,
            )
            painter.setPen(QPen(self._look.colour("ice"), self._look.px(1.5)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(at, sprite_side(self._view, self._look), sprite_side(self._view, self._look))

    def _paint_labels(self, painter: QPainter, marks: Sequence[tuple[Mark, QPointF]]) -> None:
        look = self._look
        names, taken = [], []
        for mark, at in marks:
            side = side_of(mark.shape, look)
            if side:
                taken.append(QRectF(at.x() - side / 2, at.y() - side / 2, side, side))
            if mark.level is not None:
                centre, glyph = glyph_centre(mark, at, look), glyph_side(look)
                taken.append(QRectF(centre.x() - glyph / 2, centre.y() - glyph / 2, glyph, glyph))
            if mark.label:
                names.append(_name(mark, at, side, selected=mark.subject == self._selected, look=look))
        window = QRectF(0, 0, self._view.width, self._view.height)
        self._labels.paint(painter, place(names, look, window, taken), look, self.devicePixelRatioF())

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() is Qt.MouseButton.LeftButton:
            self._grab = self._pressed = event.position()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._cursor = event.position()
        if self._grab is not None and event.buttons() & Qt.MouseButton.LeftButton:
            moved = event.position() - self._grab
            self._grab, self._moved = event.position(), True
            self._go(self._view.panned(moved.x(), moved.y()))
            return
        subject = self.pick(event.position())
        words = self.describe(subject) if subject is not None else ""
        self.setToolTip(words)
        self.hovered.emit(words)
        self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._grab, self._pressed = self._pressed, None, None
        if pressed is None or (event.position() - pressed).manhattanLength() > 4:
            return
        if self._measuring:
            self._measured.append(self._view.to_lonlat(event.position().x(), event.position().y()))
            self.update()
        else:
            self.picked.emit(self.pick(event.position()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self._zoom(2.0, event.position())

    def wheelEvent(self, event: QWheelEvent) -> None:
        self._zoom(1.25 ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        self._cursor = None
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        centre = QPointF(self.width() / 2, self.height() / 2)
        step = self._look.px(80)
        pans = {
            Qt.Key.Key_Left: (step, 0),
            Qt.Key.Key_Right: (-step, 0),
            Qt.Key.Key_Up: (0, step),
            Qt.Key.Key_Down: (0, -step),
        }
        key = Qt.Key(event.key())
        if key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal):
            self._zoom(1.5, centre)
        elif key is Qt.Key.Key_Minus:
            self._zoom(1 / 1.5, centre)
        elif key in pans:
            self._moved = True
            self._go(self._view.panned(*pans[key]))
        elif key is Qt.Key.Key_Escape and self._measuring:
            self.measure(False)
        else:
            super().keyPressEvent(event)

    def _zoom(self, factor: float, about: QPointF) -> None:
        self._moved = True
        self._go(self._view.zoomed(factor, about.x(), about.y()))


def _name(mark: Mark, at: QPointF, side: int, *, selected: bool, look: Look) -> Name:
    land = mark.shape is Shape.NAME
    sea = mark.shape is Shape.SEA_NAME
    quiet = {Shape.NAME: "label_land", Shape.SEA_NAME: "label_sea"}.get(mark.shape, "text2")
    weighty = mark.level is not None or selected or mark.shape is Shape.VESSEL
    return Name(
        text=mark.label,
        at=at,
        side=side + (glyph_side(look) if mark.level is not None else 0),
        rank=1 if selected and mark.rank > 1 else mark.rank,
        note=mark.note,
        bold=weighty,
        boxed=mark.shape is Shape.PORT,
        centred=land or sea,
        spaced=land or sea,
        colour="text" if weighty else quiet,
        step="pane" if sea else "tick",
    )


def _ms(moment: datetime | None) -> int | None:
    return None if moment is None else round(moment.timestamp() * 1000)


def _no_words(subject: Subject) -> str:
    return ""
