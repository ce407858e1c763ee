"""What the live map shows: a cached base, vectors, the fleet, marks and their names, painted in one widget."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, Qt, QTimer, Signal, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from services.domain.snapshot import Subject
from widgets.look import Look
from widgets.map.basemap import ATTRIBUTION, BaseMap, Coast
from widgets.map.content import FLEET_LAYER, MapContent, milliseconds
from widgets.map.furniture import put_measure, put_scale_bar, scale_bar_box
from widgets.map.items import Mark
from widgets.map.labels import Box
from widgets.map.marks import put_mark, set_aside, side_of
from widgets.map.names import Layout, Name, Names, name_of
from widgets.map.projection import Viewport
from widgets.map.sprites import selected_px
from widgets.map.tiles import Tiles
from widgets.map.vectors import put_areas, put_circles, put_lines, vector_names
from widgets.map.wind import LAYER as WIND_LAYER

REST_MS = 120  # the base is drawn anew when the hand has rested so long
PICK_PX = 14
CLOSE_M = 25.0  # metres a pixel after zooming to a subject
BAY = (121.25, 28.33, 122.05, 28.86)


class MapCanvas(MapContent):
    """Shows layers of marks, lines, areas and circles and one fleet, in a view that can be moved.

    Layers are named in Chinese as the officer reads them; hidden layers are neither drawn nor picked.
    ``view.MapView`` adds the hand that moves it.
    """

    picked = Signal(object)  # Subject, or None for open water
    hovered = Signal(str)

    def __init__(self, look: Look, coast: Coast, parent: QWidget | None = None, tiles: Tiles | None = None) -> None:
        super().__init__(coast, parent)
        self._look = look
        self._base = BaseMap(coast)
        self._tiles = tiles
        self._box = BAY
        self._moved = False  # by hand; else a resize fits the box again
        self._view = Viewport.around(*self._box, 640, 480)
        self._names = Names()
        self._layout = Layout()
        self._laid_for: tuple[object, ...] = ()
        self._laid_view = self._view
        self._selected: Subject | None = None
        self._measured: list[tuple[float, float]] = []
        self.nautical = True
        self.describe: Callable[[Subject], str] = self.words_of
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self._rest.timeout.connect(self._came_to_rest)
        if tiles is not None:
            self.destroyed.connect(tiles.stop)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setAccessibleName("地图")

    # -- told ----------------------------------------------------------------------------------

    def tick(self, now: datetime) -> None:
        """Move boats along their course to now; take in tiles that arrived."""
        if len(self._fleet) and self.is_shown(FLEET_LAYER):
            self._fleet.reckon(milliseconds(now))
            self.update()
        self._take_tiles()

    def restyle(self, look: Look) -> None:
        self._look = look
        self.update()

    def attribution(self) -> str:
        """Whose map this is; must be on the screen wherever the map is."""
        tiles = self._tiles.attribution if self._tiles is not None else ""
        return " · ".join(filter(None, (ATTRIBUTION, tiles)))

    # -- where ----------------------------------------------------------------------------------

    @property
    def view(self) -> Viewport:
        return self._view

    def fit(self, west: float, south: float, east: float, north: float) -> None:
        self._box, self._moved = (west, south, east, north), False
        self._base.home = Viewport.around(*self._box, max(1, self.width()), max(1, self.height()))
        self._go(self._base.home, at_once=True)

    def pan(self, dx_px: float, dy_px: float) -> None:
        self._moved = True
        self._go(self._view.panned(dx_px, dy_px))

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Nearer or farther round a point of the window, or its middle."""
        at = QPointF(self.width() / 2, self.height() / 2) if about is None else about
        self._moved = True
        self._go(self._view.zoomed(factor, at.x(), at.y()))

    def select(self, subject: Subject | None, zoom: bool = False, bring: bool = True) -> None:
        """Ring it; with ``zoom`` go close to it, without only ``bring`` what is newly selected into the window."""
        anew, self._selected = subject != self._selected, subject
        found = self.place_of(subject) if subject is not None and (anew or zoom) else None
        if found is not None and (zoom or (bring and not self._sees(found))):
            view = self._view.centred(*found)
            nearer = max(1.0, view.metres_per_px() / CLOSE_M) if zoom else 1.0
            self._moved = True
            self._go(view.zoomed(nearer, view.width / 2, view.height / 2), at_once=True)
        self.update()

    @property
    def selected(self) -> Subject | None:
        return self._selected

    def pick(self, at: QPointF) -> Subject | None:
        """The mark nearest to a point of the window, else the nearest boat, else the area it lies in."""
        within = float(self._look.px(PICK_PX))
        best, best_square = None, within**2
        for mark, point in set_aside(self._layers.seen(self._view), self._look):
            dx, dy = point.x() - at.x(), point.y() - at.y()
            body = side_of(mark.shape, self._look) or mark.level is not None
            if body and dx * dx + dy * dy <= best_square:
                best, best_square = mark.subject, dx * dx + dy * dy
        if best is None and self.is_shown(FLEET_LAYER):
            mmsi = self._fleet.nearest(self._view, at.x(), at.y(), within)
            best = Subject("boat", str(mmsi)) if mmsi is not None else None
        return best or self._layers.area_at(at, self._view)

    def _sees(self, place: tuple[float, float]) -> bool:
        x, y = self._view.to_px(*place)
        return bool(0 <= x <= self._view.width and 0 <= y <= self._view.height)

    def _go(self, view: Viewport, *, at_once: bool = False) -> None:
        self._view = view
        if at_once or not self._base.covers(view, self._look):
            self._base.drop()
        self._rest.start()
        self.update()

    @Slot()
    def _came_to_rest(self) -> None:
        if not self._base.is_fresh(self._view, self._look):
            self._base.drop()
            self.update()
        elif self._laid_view != self._view:
            self.update()
        self._take_tiles()

    def _take_tiles(self) -> None:
        if self._tiles is None:
            return
        if self._tiles.arrived():
            self.update()
        if self._tiles.is_waiting:
            self._rest.start()

    # -- painting -------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        size = event.size()
        if (size.width(), size.height()) == (self._view.width, self._view.height):
            return
        if self._moved:
            self._go(self._view.sized(size.width(), size.height()), at_once=True)
        else:
            self.fit(*self._box)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        self._paint_map(painter, event.rect())
        self._paint_over(painter)
        painter.end()

    def _paint_map(self, painter: QPainter, part: QRect) -> None:
        look, view, hidden, dpr = self._look, self._view, self._layers.hidden, self.devicePixelRatioF()
        self._base.paint(painter, view, look, dpr)
        if self._tiles is not None:
            self._tiles.paint(painter, view)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if self.is_shown(WIND_LAYER):
            self._wind.paint(painter, view, look)
        put_areas(painter, self._layers.areas.shown(hidden), view, look)
        put_lines(painter, self._layers.lines.shown(hidden), view, look)
        put_circles(painter, self._layers.circles.shown(hidden), view, look)
        if self.is_shown(FLEET_LAYER):
            self._fleet.paint(painter, view, look, dpr, part)
        self._paint_selected_boat(painter)
        marks = set_aside(self._layers.seen(view), look)
        for mark, at in marks:
            put_mark(painter, mark, at, look, selected=mark.subject == self._selected)
        self._paint_names(painter, marks)
        put_scale_bar(painter, view, look, nautical=self.nautical)
        if self._measured:
            put_measure(painter, self._measured, view, look)

    def _paint_over(self, painter: QPainter) -> None:
        """What a subclass lays over the map."""

    def _selected_boat_at(self) -> tuple[int, QPointF] | None:
        boat = self._boat(self._selected) if self.is_shown(FLEET_LAYER) else None
        if boat is None:
            return None
        x, y = self._view.of_world(float(self._fleet.x[boat]), float(self._fleet.y[boat]))
        return boat, QPointF(x, y)

    def _paint_selected_boat(self, painter: QPainter) -> None:
        found = self._selected_boat_at()
        if found is None:
            return
        self._fleet.put_selected(painter, *found, self._look)

    def _paint_names(self, painter: QPainter, marks: Sequence[tuple[Mark, QPointF]]) -> None:
        """While the hand moves the map, names ride along; they find new places when it rests."""
        look, view = self._look, self._view
        boat = self._selected_boat_at()
        spot = (round(boat[1].x()), round(boat[1].y())) if boat is not None and not self._rest.isActive() else None
        controls = tuple(self._controls())
        asked = (self._layers.version, self._selected, look, spot, view.zoom, view.width, view.height, controls)
        if asked != self._laid_for or (view != self._laid_view and not self._rest.isActive()):
            self._layout, self._laid_for, self._laid_view = self._lay_out(marks, boat), asked, view
        dx, dy = ((a - b) * view.zoom for a, b in ((self._laid_view.x, view.x), (self._laid_view.y, view.y)))
        self._names.paint(painter, self._layout, look, self.devicePixelRatioF(), dx, dy)

    def _lay_out(self, marks: Sequence[tuple[Mark, QPointF]], boat: tuple[int, QPointF] | None) -> Layout:
        look, view, layers = self._look, self._view, self._layers
        names = [name_of(m, at, look, selected=m.subject == self._selected) for m, at in marks if m.label]
        said = {name.text.split(" ")[0] for name in names if not name.centred}
        names = [name for name in names if not (name.centred and name.text in said)]
        shown = (shelf.shown(layers.hidden) for shelf in (layers.areas, layers.lines, layers.circles))
        names += vector_names(*shown, view, look)  # type: ignore[arg-type]
        if boat is not None and self._selected is not None:
            away = selected_px(look) * 0.95
            words = self.describe(self._selected).split("\n")[0]
            names.append(Name(words, boat[1].x(), boat[1].y(), away, rank=1, strong=True, colour="text"))
        window = (0.0, 0.0, float(view.width), float(view.height))
        return self._names.lay_out(marks, names, window, self._controls(), look, self._selected)

    def _controls(self) -> list[Box]:
        """What lies over the map: the scale bar and boxes a pane put there as child widgets."""
        over = [child.geometry() for child in self.children() if isinstance(child, QWidget) and child.isVisibleTo(self)]
        boxes: list[Box] = [(box.left(), box.top(), box.right() + 1, box.bottom() + 1) for box in over]
        return [scale_bar_box(self._view, self._look), *boxes]
