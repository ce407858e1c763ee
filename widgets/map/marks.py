"""How each kind of point is drawn."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QPainter, QPen, QPixmap, QPixmapCache, QPolygonF

from widgets.glyphs import put_glyph
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.map.items import Mark, Shape
from widgets.map.labels import Box
from widgets.map.pens import pen_px

_SIDES = {
    Shape.CHECKPOINT: 11,
    Shape.ESTATE: 14,
    Shape.PORT: 6,
    Shape.WAREHOUSE: 16,
    Shape.REQUEST: 14,
    Shape.VESSEL: 20,
    Shape.OFFICIAL: 16,
    Shape.TRACK: 16,
    Shape.MOMENT: 5,
    Shape.TWIN: 12,
    Shape.UNIT: 11,
    Shape.NAME: 0,
    Shape.SEA_NAME: 0,
}
_WALL = 2.4
_PARTS = 24  # of a request's time limit that are told apart
_RING = 0.95  # radius of the selection ring, in sides


def reach_of(mark: Mark, look: Look, *, selected: bool) -> float:
    """How far a mark reaches from its point, with its ring."""
    return side_of(mark.shape, look) * (_RING if selected else 0.5)


def side_of(shape: Shape, look: Look) -> int:
    """The square a mark takes, in px; larger on the wall, where logical px are smaller."""
    return look.px(_SIDES[shape] * (_WALL if look.is_wall else 1))


def put_mark(painter: QPainter, mark: Mark, at: QPointF, look: Look, *, selected: bool) -> None:
    side = side_of(mark.shape, look)
    if side:
        painter.save()
        painter.translate(at)
        _DRAW[mark.shape](painter, mark, side, look, selected)
        painter.restore()
    if selected and side:
        painter.setPen(QPen(look.colour("ice"), pen_px(look, 1.5, 4)))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, side * _RING, side * _RING)
    if mark.level is not None:
        centre = glyph_centre(mark, at, look, selected=selected)
        put_glyph(painter, look, mark.level, centre, glyph_side(look), mark.signed)


def glyph_side(look: Look) -> int:
    return look.glyph("map") if look.is_wall else look.glyph("list")


def set_aside(marks: Sequence[tuple[Mark, QPointF]], look: Look) -> list[tuple[Mark, QPointF]]:
    """Alerts without a mark of their own stand left of a mark at the same place, not upon it."""
    bodies = [(at, side) for mark, at in marks if (side := side_of(mark.shape, look))]
    placed: list[tuple[Mark, QPointF]] = []
    for mark, at in marks:
        if mark.level is not None and not side_of(mark.shape, look):
            under = next((body for body in bodies if (body[0] - at).manhattanLength() < body[1]), None)
            if under is not None:
                at = QPointF(under[0].x() - under[1] / 2 - glyph_side(look) * 0.65, under[0].y())
        placed.append((mark, at))
    return placed


def mark_box(mark: Mark, at: QPointF, look: Look, *, selected: bool) -> Box:
    reach = reach_of(mark, look, selected=selected)
    return at.x() - reach, at.y() - reach, at.x() + reach, at.y() + reach


def alert_box(mark: Mark, at: QPointF, look: Look, *, selected: bool) -> Box:
    """What no label may cover: the alert's glyph and the mark it belongs to."""
    centre, half = glyph_centre(mark, at, look, selected=selected), glyph_side(look) / 2
    left, top, right, bottom = mark_box(mark, at, look, selected=selected)
    return (
        min(left, centre.x() - half),
        min(top, centre.y() - half),
        max(right, centre.x() + half),
        max(bottom, centre.y() + half),
    )


def glyph_centre(mark: Mark, at: QPointF, look: Look, *, selected: bool = False) -> QPointF:
    """The alert's glyph stands to the left of its mark, or in place of a mark that has no body."""
    reach = reach_of(mark, look, selected=selected)
    return QPointF(at.x() - reach - glyph_side(look) * 0.65, at.y()) if reach else at


def _outline(look: Look, token: str = "text2", *, dashed: bool = False) -> QPen:
    """Dashed where the position or state is not known."""
    pen = QPen(look.colour(token), pen_px(look, 1.5, 3))
    if dashed:
        pen.setDashPattern([2.5, 1.8])
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    return pen


def _square(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    box = QRectF(-side / 2, -side / 2, side, side)
    painter.setPen(_outline(look))
    full = selected or mark.level is not None or mark.fill == 1
    painter.setBrush(look.colour("text") if full else look.colour("land"))
    if mark.unknown:
        painter.fillRect(box, look.colour("land"))
        painter.setBrush(hatch_brush(look))
    painter.drawRect(box)


def _house(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    half = side / 2
    roof = [(-1, 0), (0, -1), (1, 0), (0.8, 0), (0.8, 1), (-0.8, 1), (-0.8, 0)]
    painter.setPen(_outline(look, "text"))
    painter.setBrush(hatch_brush(look) if mark.unknown else QBrush(look.colour("land")))
    painter.drawPolygon(QPolygonF([QPointF(x * half, y * half) for x, y in roof]))


def _port(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    box = QRectF(-side / 2, -side / 2, side, side)
    if mark.unknown:
        painter.fillRect(box, hatch_brush(look))
        painter.setPen(_outline(look))
        painter.drawRect(box)
    else:
        painter.fillRect(box, look.colour("text"))


def _warehouse(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    box = QRectF(-side * 0.36, -side / 2, side * 0.72, side)
    painter.fillRect(box, look.colour("panel"))
    if mark.fill is not None and not mark.unknown:
        level = box.height() * min(1.0, max(0.0, mark.fill))
        painter.fillRect(QRectF(box.left(), box.bottom() - level, box.width(), level), look.colour("bar"))
    painter.setPen(_outline(look, "text"))
    painter.setBrush(hatch_brush(look) if mark.unknown or mark.fill is None else Qt.BrushStyle.NoBrush)
    painter.drawRect(box)


def _request(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    """Drawn once for all that look alike: hundreds of rings would take longer than all boats together."""
    dpr = painter.device().devicePixelRatio()
    used = None if mark.fill is None else round(min(1.0, mark.fill) * _PARTS)
    key = f"request {used} {mark.tone} {mark.unknown} {side} {look.face} {look.theme.name} {look.scale} {dpr}"
    picture, wide = QPixmap(), side * 2
    if not QPixmapCache.find(key, picture):
        picture = QPixmap(round(wide * dpr), round(wide * dpr))
        picture.setDevicePixelRatio(dpr)
        picture.fill(Qt.GlobalColor.transparent)
        pen = QPainter(picture)
        pen.setRenderHint(QPainter.RenderHint.Antialiasing)
        pen.translate(side, side)
        _ring(pen, mark, side, look)
        pen.end()
        QPixmapCache.insert(key, picture)
    painter.drawPixmap(QPointF(-side, -side), picture)


def _ring(painter: QPainter, mark: Mark, side: int, look: Look) -> None:
    """A ring; what it has used of its time limit is the bright part, clockwise from the top."""
    colour = look.colour("text") if mark.tone is None else look.theme.alert(mark.tone)
    pen = _outline(look, "text3" if mark.fill is not None else "text", dashed=mark.unknown)
    painter.setBrush(look.colour("sea"))
    painter.setPen(pen)
    painter.drawEllipse(QPointF(0, 0), side / 2, side / 2)
    if mark.fill is not None and not mark.unknown:
        pen.setColor(colour)
        pen.setWidthF(pen.widthF() * 1.6)
        painter.setPen(pen)
        part = round(min(1.0, mark.fill) * _PARTS) / _PARTS
        painter.drawArc(QRectF(-side / 2, -side / 2, side, side), 90 * 16, -round(360 * 16 * part))
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawEllipse(QPointF(0, 0), side * 0.14, side * 0.14)


def _track(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    half = side / 2
    painter.setPen(_outline(look, "ice", dashed=mark.unknown))
    painter.setBrush(look.colour("sea"))
    painter.drawEllipse(QPointF(0, 0), half, half)
    if mark.heading_deg is None:
        return
    painter.rotate(mark.heading_deg)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.colour("ice"))
    corners = ((0, -0.7), (0.45, 0.55), (0, 0.3), (-0.45, 0.55))
    painter.drawPolygon(QPolygonF([QPointF(x * half, y * half) for x, y in corners]))


def _moment(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    painter.setPen(QPen(look.colour("ice"), look.hair) if mark.unknown else Qt.PenStyle.NoPen)
    painter.setBrush(Qt.BrushStyle.NoBrush if mark.unknown else look.colour("ice"))
    painter.drawEllipse(QPointF(0, 0), side / 2, side / 2)


def _twin(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    """Two rings through each other, hatched: which of the two it is nobody knows."""
    painter.setPen(_outline(look, "text", dashed=mark.unknown))
    painter.setBrush(hatch_brush(look))
    for shift in (-0.22, 0.22):
        painter.drawEllipse(QPointF(side * shift, 0), side * 0.38, side * 0.38)


def _hull(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    painter.rotate(mark.heading_deg or 0.0)
    half = side / 2
    hull = QPolygonF(
        [QPointF(x * half, y * half) for x, y in [(0, -1), (0.55, -0.35), (0.55, 1), (-0.55, 1), (-0.55, -0.35)]]
    )
    painter.setPen(_outline(look, "text", dashed=mark.unknown))
    painter.setBrush(look.colour("sea"))
    painter.drawPolygon(hull)
    if mark.shape is Shape.VESSEL:
        hold = QRectF(-half * 0.3, -half * 0.2, half * 0.6, half * 0.95)
        if mark.fill is None or mark.unknown:
            painter.fillRect(hold, hatch_brush(look))
        else:
            level = hold.height() * min(1.0, max(0.0, mark.fill))
            painter.fillRect(QRectF(hold.left(), hold.bottom() - level, hold.width(), level), look.colour("text"))
    else:
        painter.drawLine(QPointF(-half * 0.55, half * 0.35), QPointF(half * 0.55, half * 0.35))


def _unit(painter: QPainter, mark: Mark, side: int, look: Look, selected: bool) -> None:
    half = side / 2
    painter.setPen(QPen(look.colour("c1"), look.hair) if mark.unknown else Qt.PenStyle.NoPen)
    painter.setBrush(hatch_brush(look) if mark.unknown else look.colour("c1"))
    painter.drawPolygon(
        QPolygonF([QPointF(0, -half), QPointF(half, half), QPointF(0, half * 0.4), QPointF(-half, half)])
    )


_DRAW = {
    Shape.CHECKPOINT: _square,
    Shape.ESTATE: _house,
    Shape.PORT: _port,
    Shape.WAREHOUSE: _warehouse,
    Shape.REQUEST: _request,
    Shape.VESSEL: _hull,
    Shape.OFFICIAL: _hull,
    Shape.UNIT: _unit,
    Shape.TRACK: _track,
    Shape.MOMENT: _moment,
    Shape.TWIN: _twin,
}
