"""Boats drawn once in every heading, so that thousands are painted by one call."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QLineF, QPointF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap, QPolygonF

from services.domain.fleet import ColourCode, VesselKind
from widgets.look import Look
from widgets.map.projection import Viewport

HEADINGS = 24
STYLES = 7  # fishing by its four codes, collection, official, other
COLLECTION, OFFICIAL, OTHER = (kind + 3 for kind in (VesselKind.COLLECTION, VesselKind.OFFICIAL, VesselKind.OTHER))
_SELECTED = 22
_SIDES = (16, 11, 8)  # near, mid, far
_FARTHER_M = (25.0, 90.0)  # metres a pixel from which the next smaller is drawn
_FINE_FROM = 5.0  # half sides; dashes and points of a smaller boat would be dust
_MITRE = 1.6  # line widths by which a pointed corner reaches beyond itself
_SHRINK = 0.92  # of a hull within its half side
_REACH = math.hypot(0.6, 0.9)  # of the farthest corner of a hull

Hull = tuple[tuple[float, float], ...]
_ARROW: Hull = ((0, -1), (0.6, 0.9), (0, 0.5), (-0.6, 0.9))
_NARROW: Hull = ((0, -1), (0.42, 0.9), (-0.42, 0.9))
_BARGE: Hull = ((0, -1), (0.48, -0.35), (0.48, 0.95), (-0.48, 0.95), (-0.48, -0.35))
_HULLS = {COLLECTION: _BARGE, OFFICIAL: _BARGE, OTHER: _NARROW}


def sprite_side(view: Viewport, look: Look, boats: int = 0) -> int:
    """Height of a boat in px: near, mid or far; one step smaller where so many would cover the water."""
    metres = view.metres_per_px() * look.scale
    step = sum(metres > limit for limit in _FARTHER_M)
    double = 2 if look.is_wall else 1
    crowd = boats * look.px(_SIDES[step] * double) ** 2
    if crowd > view.width * view.height:
        step = min(step + 1, len(_SIDES) - 1)
    return look.px(_SIDES[step] * double)


def selected_px(look: Look) -> int:
    return look.px(_SELECTED * (2 if look.is_wall else 1))


def styles_of(kind: NDArray[np.uint8], code: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The row of the atlas that each boat is drawn from."""
    return np.where(kind == VesselKind.FISHING, np.minimum(code, 3), np.minimum(kind, 3) + 3).astype(np.uint8)


def draw_atlas(look: Look, side: int, dpr: float) -> QPixmap:
    """A row a style, then a row a style whose position is old; a column a heading."""
    cell = cell_px(side, dpr)
    atlas = QPixmap(cell * HEADINGS, cell * STYLES * 2)
    atlas.fill(Qt.GlobalColor.transparent)
    painter = QPainter(atlas)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for row in range(STYLES * 2):
        for heading in range(HEADINGS):
            painter.save()
            painter.translate((heading + 0.5) * cell, (row + 0.5) * cell)
            painter.rotate(heading * 360 / HEADINGS)
            draw_boat(painter, look, row % STYLES, side * dpr / 2, frozen=row >= STYLES)
            painter.restore()
    painter.end()
    return atlas


def cell_px(side: int, dpr: float) -> int:
    """The square that holds a hull in any heading: its farthest corner and the line drawn round it."""
    half = side * dpr / 2
    return math.ceil(2 * (half * _SHRINK * _REACH + line_px(half) * (_MITRE if half >= _FINE_FROM else 0.5)))


def line_px(half: float) -> float:
    return max(1.0, half * 0.17)


def draw_boat(painter: QPainter, look: Look, style: int, half: float, *, frozen: bool = False) -> None:
    """One boat heading north round the origin. ``frozen``: dashed and empty, its position is old."""
    colour = _colour(look, style)
    dashed = frozen or style == ColourCode.UNKNOWN
    pen = QPen(colour, line_px(half))
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin if half >= _FINE_FROM else Qt.PenJoinStyle.RoundJoin)
    if dashed and half >= _FINE_FROM:
        pen.setDashPattern([2.0, 1.2])
    elif dashed:
        colour.setAlpha(130)
        pen.setColor(colour)
    painter.setPen(pen)
    solid = style == ColourCode.RED and not frozen
    painter.setBrush(QBrush(colour) if solid else Qt.BrushStyle.NoBrush)
    painter.drawPolygon(_polygon(_HULLS.get(style, _ARROW), half * _SHRINK))
    if style == OFFICIAL:
        painter.drawLine(QLineF(-half * 0.46, half * 0.3, half * 0.46, half * 0.3))
    if style == ColourCode.YELLOW and not frozen:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(_polygon(((0.3, 0.0), (0.55, 0.8), (0, 0.45), (-0.55, 0.8), (-0.3, 0.0)), half))
    if style == COLLECTION and not frozen:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(colour)
        painter.drawPolygon(_polygon(((-0.25, 0.0), (0.25, 0.0), (0.25, 0.65), (-0.25, 0.65)), half))


def _polygon(corners: Hull, size: float) -> QPolygonF:
    return QPolygonF([QPointF(x * size, y * size) for x, y in corners])


def _colour(look: Look, style: int) -> QColor:
    tokens = {
        ColourCode.GREEN: "code_g",
        ColourCode.YELLOW: "code_y",
        ColourCode.RED: "code_r",
        COLLECTION: "text",
        OFFICIAL: "text2",
        OTHER: "text3",
    }
    return QColor(look.colour(tokens[style])) if style in tokens else QColor(look.theme.unknown())
