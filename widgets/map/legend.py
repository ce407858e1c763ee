"""The strip under a map that says what its signs mean; under it, so that it can cover no red mark."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QFontMetrics, QPainter

from services.domain.fleet import ColourCode
from services.domain.snapshot import Subject
from widgets.look import Look
from widgets.map.items import Mark, Shape
from widgets.map.marks import put_mark, side_of
from widgets.map.sprites import draw_boat
from widgets.map.vectors import pen_of

_CODES = {
    "绿码": ColourCode.GREEN,
    "黄码 待查": ColourCode.YELLOW,
    "红码 待查": ColourCode.RED,
    "未知": ColourCode.UNKNOWN,
    "渔船": ColourCode.GREEN,
}
_SHAPES = {
    "收集船": Shape.VESSEL,
    "公务船": Shape.OFFICIAL,
    "上交申请": Shape.REQUEST,
    "申请 弧为时限已用": Shape.REQUEST,
    "云仓": Shape.WAREHOUSE,
    "卡口": Shape.CHECKPOINT,
    "社区": Shape.ESTATE,
    "执勤单位": Shape.UNIT,
    "失联卡口": Shape.CHECKPOINT,
}
_LINES = {"航线": "route", "计划": "faint", "方案": "plan", "下一卡口，线宽为概率": "route"}
_RING = "目标可能到达"
ENTRIES = (*_CODES, *_SHAPES, *_LINES, _RING)


def put_legend(painter: QPainter, strip: QRect, names: Sequence[str], look: Look) -> int:
    """Draw the named entries from the left; returns where they end (px)."""
    left = strip.left()
    painter.setFont(look.font("tick"))
    metrics = QFontMetrics(painter.font())
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for name in names:
        side = look.px(16 if not look.is_wall else 36)
        _sign(painter, name, QPointF(left + side / 2, strip.center().y() + 1), side, look)
        left += side + look.px(5)
        width = metrics.horizontalAdvance(name)
        painter.setFont(look.font("tick"))
        painter.setPen(look.colour("text2"))
        painter.drawText(
            QRect(left, strip.top(), width, strip.height()),
            Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft,
            name,
        )
        left += width + look.px(14 if not look.is_wall else 32)
    return left


def _sign(painter: QPainter, name: str, at: QPointF, side: int, look: Look) -> None:
    if name in _CODES:
        painter.save()
        painter.translate(at)
        draw_boat(painter, look, _CODES[name], look.px(28 if look.is_wall else 14) / 2)
        painter.restore()
    elif name in _SHAPES:
        shape = _SHAPES[name]
        mark = Mark(Subject("legend", name), 0, 0, shape, heading_deg=0, fill=0.5, unknown=name == "失联卡口")
        painter.save()
        painter.translate(at)
        shrink = min(1.0, side / max(1, side_of(shape, look)))
        painter.scale(shrink, shrink)
        put_mark(painter, mark, QPointF(0, 0), look, selected=False)
        painter.restore()
    elif name == _RING:
        painter.setPen(pen_of("ring", look))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawEllipse(at, side * 0.4, side * 0.4)
    else:
        painter.setPen(pen_of(_LINES[name], look))
        painter.drawLine(QPointF(at.x() - side / 2, at.y()), QPointF(at.x() + side / 2, at.y()))
