"""The six estates as a sketch: which of them has an alert, without a map nobody surveyed."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPainterPath, QPen, QPixmap, QPolygonF
from PySide6.QtWidgets import QWidget

from services.domain.community import Estate, Point
from services.domain.snapshot import Snapshot, Subject
from widgets.estate_alerts import at_estate, showing
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import LEFT, RIGHT, label, text, width_of
from widgets.pane import Pane

_METRES_PER_DEGREE = 111_320.0


class EstateMapPane(Pane):
    """Outlines, blocks, names, head counts, patrols and the worst open alert of each estate.

    Options: ``rotate_s`` (the outlined estate changes; an estate with an unsigned alert keeps it),
    ``road`` (name of the street between the rows), ``grids`` (count for the legend). No building
    number, room or person is shown.
    """

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.rotate_s = float(options.get("rotate_s", 45))
        self.shown_id = ""
        self._hits: list[tuple[QPolygonF, str]] = []
        self._drawn: tuple[Any, QPixmap, QPixmap] | None = None

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._turn()

    def tick(self, now: datetime) -> None:
        super().tick(now)
        before = self.shown_id
        self._turn()
        if before != self.shown_id:
            self.update()

    @property
    def estates(self) -> Sequence[Estate]:
        return [e for e in self.records("estates") if isinstance(e, Estate)]

    def _turn(self) -> None:
        """The estate of the worst unsigned alert, else the next one every ``rotate_s`` seconds."""
        estates = self.estates
        if not estates:
            return
        waiting = [a for a in showing(self.records("alerts")) if not a.is_signed and a.scene == "community"]
        for alert in waiting:
            for estate in estates:
                if at_estate([alert], estate.id, estate.name) is not None:
                    self.shown_id, self.note = estate.id, f"{estate.name} · {alert.title}"
                    return
        seconds = self.now.timestamp() if self.now else 0.0
        estate = estates[int(seconds // self.rotate_s) % len(estates)]
        self.shown_id, self.note = estate.id, f"{estate.name} · {estate.buildings} 幢"

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, estates = self.look, self.estates
        self._hits = []
        if not estates:
            paint_waiting(painter, body.adjusted(look.pad, 0, -look.pad, 0), self)
            return
        legend = QRect(body.left(), body.bottom() - look.px(80 if look.is_wall else 30), body.width(), 0)
        legend.setBottom(body.bottom())
        ground = QRect(body.left(), body.top(), body.width(), legend.top() - body.top())
        place = _Place(estates, QRect(0, 0, ground.width(), ground.height()), look)
        below, above = self._layers(estates, place, ground, painter)
        painter.save()
        painter.setClipRect(ground)
        painter.drawPixmap(ground.topLeft(), below)
        painter.translate(ground.topLeft())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for estate in estates:
            if estate.id == self.shown_id:
                self._paint_ground(painter, estate, place, shown=True)
            self._hits.append((place.polygon(estate.outline).translated(ground.topLeft()), estate.id))
        self._paint_patrols(painter, place)
        painter.drawPixmap(0, 0, above)
        self._paint_glyphs(painter, place)
        painter.restore()
        self._paint_legend(painter, legend.adjusted(look.pad, 0, -look.pad, 0))

    def _layers(
        self, estates: Sequence[Estate], place: _Place, ground: QRect, painter: QPainter
    ) -> tuple[QPixmap, QPixmap]:
        """Streets and blocks, and the names over them: drawn again only when they or our looks change
        (60 ms on a wall, a blit else)."""
        device = painter.device()
        dpr = device.devicePixelRatioF() if device else 1.0
        drawn = tuple((e.id, e.name, e.people, e.outline, e.blocks) for e in estates)
        key = (drawn, ground.size(), self.look.theme.name, self.look.scale, dpr)
        if self._drawn is None or self._drawn[0] != key:
            layers = []
            for paint in (self._paint_streets, self._paint_names):
                layer = QPixmap(ground.size() * dpr)
                layer.setDevicePixelRatio(dpr)
                layer.fill(Qt.GlobalColor.transparent)
                brush = QPainter(layer)
                brush.setRenderHint(QPainter.RenderHint.Antialiasing)
                paint(brush, place)
                brush.end()
                layers.append(layer)
            self._drawn = (key, layers[0], layers[1])
        return self._drawn[1], self._drawn[2]

    def _paint_streets(self, painter: QPainter, place: _Place) -> None:
        painter.fillRect(place.ground, self.look.colour("road_minor"))
        for estate in self.estates:
            self._paint_ground(painter, estate, place)
        self._paint_road(painter, place)

    def _paint_ground(self, painter: QPainter, estate: Estate, place: _Place, *, shown: bool = False) -> None:
        look = self.look
        painter.setBrush(look.colour("band" if shown else "land"))
        thick = (6 if look.is_wall else 1.5) if shown else (2 if look.is_wall else 1)
        painter.setPen(QPen(look.colour("ice" if shown else "line2"), thick * look.scale))
        painter.drawPolygon(place.polygon(estate.outline))
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.setBrush(look.colour("road_major"))
        for block in estate.blocks:
            painter.drawPolygon(place.polygon(block))

    def _paint_patrols(self, painter: QPainter, place: _Place) -> None:
        look = self.look
        painter.setPen(QPen(look.colour("panel"), look.hair))
        painter.setBrush(look.colour("c1"))
        radius = (11 if look.is_wall else 4) * look.scale
        for patrol in (p for e in self.estates for p in e.patrols):
            painter.drawEllipse(place.of(patrol), radius, radius)

    def _paint_names(self, painter: QPainter, place: _Place) -> None:
        look = self.look
        people = look.font("body" if look.is_wall else "tick", digits=look.is_wall)
        for estate in self.estates:
            middle = place.of(_centre(estate.outline))
            _halo_text(painter, middle, estate.name, self._name_font(), look, "text")
            under = middle + QPointF(0, look.px(52 if look.is_wall else 17))
            _halo_text(painter, under, f"{estate.people:,} 人", people, look, "text2")

    def _name_font(self) -> QFont:
        return self.look.font("lead" if self.look.is_wall else "pane")

    def _paint_glyphs(self, painter: QPainter, place: _Place) -> None:
        """Left of its name: the worst open alert of an estate, or that nothing is known of it."""
        look = self.look
        alerts = showing(self.records("alerts"))
        size = look.glyph("map") if look.is_wall else look.glyph("list")
        for estate in self.estates:
            middle = place.of(_centre(estate.outline))
            left = middle.x() - width_of(estate.name, self._name_font()) / 2
            spot = QPointF(left - size, middle.y() - look.px(16 if look.is_wall else 5))
            if (worst := at_estate(alerts, estate.id, estate.name)) is not None:
                put_glyph(painter, look, worst.level, spot, size, worst.is_signed)
            elif estate.unknown:
                put_unknown(painter, look, spot, size)

    def _paint_road(self, painter: QPainter, place: _Place) -> None:
        name = str(self.options.get("road", ""))
        if not name:
            return
        look = self.look
        font = look.font("tick")
        painter.save()
        painter.translate(place.road())
        painter.rotate(-place.tilt_deg)
        wide = width_of(name, font)
        label(painter, -wide / 2, look.px(12 if look.is_wall else 4), name, font, look.colour("label_land"))
        painter.restore()

    def _paint_legend(self, painter: QPainter, line: QRect) -> None:
        look = self.look
        font = look.font("tick")
        patrols = sum(len(e.patrols) for e in self.estates)
        radius = (11 if look.is_wall else 4) * look.scale
        x, y = float(line.left()), line.center().y()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.colour("c1"))
        painter.drawEllipse(QPointF(x + radius, y), radius, radius)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
        gap = look.px(20 if look.is_wall else 8)
        box = look.px(34 if look.is_wall else 13)
        words = (f"巡逻 {patrols}", "数据未知", f"轮播中 {self.rotate_s:.0f} 秒一换")
        x += 2 * radius + gap
        for at, one in enumerate(words):
            if at == 1:
                put_unknown(painter, look, QPointF(x + box / 2, y), box)
            elif at == 2:
                painter.setBrush(look.colour("band"))
                painter.setPen(QPen(look.colour("ice"), look.px(4 if look.is_wall else 1)))
                painter.drawRect(QRectF(x, y - box / 2, box, box))
            x += box + gap if at else 0
            place = QRect(round(x), line.top(), width_of(one, font) + 4, line.height())
            text(painter, place, one, font, look.colour("text2"), LEFT)
            x += place.width() + 2 * gap
        grids = self.options.get("grids")
        right = "示意图，非测绘" + (f" · 网格 {grids} 个" if grids else "")
        text(painter, line, right, font, look.colour("text3"), RIGHT)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        hit = next((i for p, i in self._hits if p.containsPoint(event.position(), Qt.FillRule.OddEvenFill)), None)
        if hit is None or self.look.is_wall:
            super().mousePressEvent(event)
        else:
            self.asked.emit("select", Subject("estate", hit))


class _Place:
    """Degrees to the px of the sketch: all estates fill ``ground``, north is up."""

    def __init__(self, estates: Sequence[Estate], ground: QRect, look: Look) -> None:
        points = [p for e in estates for p in e.outline]
        self._lon, self._lat = min(p[0] for p in points), max(p[1] for p in points)
        self._east = _METRES_PER_DEGREE * math.cos(math.radians(self._lat))
        wide = (max(p[0] for p in points) - self._lon) * self._east
        high = (self._lat - min(p[1] for p in points)) * _METRES_PER_DEGREE
        margin = look.px(24 if look.is_wall else 8)
        room = ground.adjusted(margin, margin, -margin, -margin)
        self._scale = min(room.width() / max(wide, 1.0), room.height() / max(high, 1.0))
        self._left = room.left() + (room.width() - wide * self._scale) / 2
        self._top = room.top() + (room.height() - high * self._scale) / 2
        first = self.of(estates[0].outline[0]), self.of(estates[0].outline[1])
        self.tilt_deg = math.degrees(math.atan2(first[0].y() - first[1].y(), first[1].x() - first[0].x()))
        self.ground = ground

    def of(self, point: Point) -> QPointF:
        x = self._left + (point[0] - self._lon) * self._east * self._scale
        return QPointF(x, self._top + (self._lat - point[1]) * _METRES_PER_DEGREE * self._scale)

    def polygon(self, points: Sequence[Point]) -> QPolygonF:
        return QPolygonF([self.of(p) for p in points])

    def road(self) -> QPointF:
        """The middle of the ground, where the street between the two rows runs."""
        return QPointF(self.ground.center())


def _centre(outline: Sequence[Point]) -> Point:
    return sum(p[0] for p in outline) / len(outline), sum(p[1] for p in outline) / len(outline)


def _halo_text(painter: QPainter, middle: QPointF, words: str, font: QFont, look: Look, ink: str) -> None:
    """Text round ``middle`` that stays readable over blocks: a dark rim under it."""
    at = middle - QPointF(width_of(words, font) / 2, 0)
    path = QPainterPath()
    path.addText(at, font, words)
    rim = QPen(look.colour("halo"), (8 if look.is_wall else 3) * look.scale)
    rim.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    painter.strokePath(path, rim)
    label(painter, at.x(), at.y(), words, font, look.colour(ink))
