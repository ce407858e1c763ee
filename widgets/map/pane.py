"""A pane that holds the live map, its layer chips and its legend."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Slot
from PySide6.QtGui import QFontMetrics, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.fleet import Fleet
from services.domain.snapshot import Snapshot, Subject
from widgets.look import Look
from widgets.map.basemap import Coast, read_coast
from widgets.map.legend import put_legend
from widgets.map.places import read_places
from widgets.map.tiles import TileError, Tiles, tiles_from
from widgets.map.view import BAY, MapView
from widgets.pane import Pane

TAPE = "测距"
PLACES, ROADS = "地名", "道路"
_NO_CHIP = frozenset({PLACES, ROADS, "港口", "航迹", "航迹时刻", "存疑"})  # what comes and goes needs no switch


@cache
def shipped_coast() -> Coast:
    """Parsed once a process: 470 polygons of the bay."""
    return read_coast()


class MapPane(Pane):
    """The base of every scene's map; subclasses translate topics to marks in ``draw``.

    Options: ``view`` = [west, south, east, north]; ``names`` (kinds of place names shown);
    ``legend`` = names of legend entries; ``sketch`` = a note such as 路网示意，非测绘;
    ``nautical`` = false for kilometres; ``chips`` = false hides the layer switch; ``hide`` = layers
    hidden at first; ``tiles`` = the site's ``[map]``.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._tiles_error = ""
        self.map = MapView(look, shipped_coast(), self, self._tiles(options.get("tiles", {})))
        self.map.nautical = bool(options.get("nautical", True))
        self.map.set_interactive(not look.is_wall)
        self.map.picked.connect(self._picked)
        self.map.describe = self.describe
        self._chips: list[tuple[QRect, str]] = []
        self.map.set_marks(PLACES, read_places(tuple(options.get("names", ("sea", "island", "town")))))
        for layer in options.get("hide", ()):
            self.map.show_layer(layer, False)
        self.map.fit(*options.get("view", BAY))

    def _tiles(self, settings: Mapping[str, Any]) -> Tiles | None:
        try:
            return tiles_from(settings)
        except TileError as error:
            self._tiles_error = str(error)
            return None

    def describe(self, subject: Subject) -> str:
        """Words for the hover, lines split by \\n; subclasses know more names."""
        return self.map.words_of(subject)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        if isinstance(snapshot.records, Fleet):
            self.map.set_fleet(snapshot.records, self.now)

    def select(self, subject: Subject | None) -> None:
        """An alert is shown at the subject it is about."""
        if subject is not None and subject.kind == "alert":
            alert = next((a for a in self.records("alerts") if a.id == subject.id), None)
            subject = Subject(alert.subject_kind, alert.subject_id) if alert is not None else subject
        self.map.select(subject)

    def tick(self, now: datetime) -> None:
        super().tick(now)
        self.map.tick(now)

    def restyle(self, look: Look) -> None:
        self.map.restyle(look)
        super().restyle(look)

    @property
    def legend_height(self) -> int:
        return self.look.px(72 if self.look.is_wall else 28)

    def place(self) -> None:
        body = self.body()
        self.map.setGeometry(body.adjusted(0, 0, 0, -self.legend_height))

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        strip = QRect(body.left(), body.bottom() + 1 - self.legend_height, body.width(), self.legend_height)
        look = self.look
        inner = strip.adjusted(look.pad, 0, -look.pad, 0)
        left = put_legend(painter, inner, self.options.get("legend", ()), look)
        told = (self._tiles_error, str(self.options.get("sketch", "")), self.strip_note())
        attribution = self.map.attribution()
        words = " · ".join(filter(None, (*told, attribution)))
        painter.setFont(look.font("tick"))
        painter.setPen(look.colour("text3"))
        room = inner.adjusted(left - inner.left() + look.pad, 0, 0, 0)
        if QFontMetrics(painter.font()).horizontalAdvance(words) > room.width():
            words = attribution if self.look.is_wall else ""  # the desk's foot line has it as well
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, words)

    def strip_note(self) -> str:
        """A count at the right end of the legend strip, such as 在图 446 艘."""
        return ""

    # -- layer chips in the header ----------------------------------------------------------------

    def _paint_header(self, painter: QPainter) -> None:
        super()._paint_header(painter)
        self._chips = []
        if self.look.is_wall or not self.options.get("chips", True):
            return
        look = self.look
        painter.setFont(look.font("body"))
        metrics = QFontMetrics(painter.font())
        right = (
            self.width() - look.pad - QFontMetrics(look.font("tick")).horizontalAdvance(self.age_text()) - look.px(16)
        )
        for name in reversed(self._chip_names()):
            width = metrics.horizontalAdvance(name)
            box = QRect(right - width, 0, width, look.head)
            shown = self.map.is_measuring if name == TAPE else self.map.is_shown(name)
            painter.setPen(look.colour("text" if shown else "text3"))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
            if shown:
                painter.fillRect(QRectF(box.left(), look.head - look.px(4), width, look.px(2)), look.colour("ice"))
            self._chips.append((box, name))
            right -= width + look.px(14)

    def header_room(self) -> int:
        """The note ends where the chips begin."""
        if self.look.is_wall or not self.options.get("chips", True):
            return super().header_room()
        metrics = QFontMetrics(self.look.font("body"))
        return super().header_room() - sum(
            metrics.horizontalAdvance(name) + self.look.px(14) for name in self._chip_names()
        )

    def chips_left(self) -> int:
        """Where what stands at the right end of the header begins, px."""
        age = QFontMetrics(self.look.font("tick")).horizontalAdvance(self.age_text())
        right = self.width() - self.look.pad - age
        if self.look.is_wall or not self.options.get("chips", True):
            return right
        metrics = QFontMetrics(self.look.font("body"))
        chips = sum(metrics.horizontalAdvance(name) + self.look.px(14) for name in self._chip_names())
        return right - self.look.px(16) - chips

    def _chip_names(self) -> list[str]:
        return [*(layer for layer in self.map.layers() if layer not in _NO_CHIP), TAPE]

    def mousePressEvent(self, event: QMouseEvent) -> None:
        name = self._chip_at(event.position().toPoint())
        if name == TAPE:
            self.map.measure(not self.map.is_measuring)
        elif name:
            self.map.show_layer(name, not self.map.is_shown(name))
        self.update()

    def _chip_at(self, at: QPoint) -> str:
        return next((name for box, name in self._chips if box.contains(at)), "")

    @Slot(object)
    def _picked(self, subject: Subject | None) -> None:
        self.asked.emit("select", subject)
