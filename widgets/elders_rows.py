"""One elder as a row of the desk's pane: water of the day, last sign of life, what comes next."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.alert import Alert
from services.domain.community import Elder, Safety
from widgets.elders_bar import CARE_WORDS
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.paint import elide, label, sparkline, text, unknown_box
from widgets.words import duration

COLUMNS = (("老人", 0), ("类别", 60), ("24 时用水", 102), ("最近活动", 206), ("今日 / 下一步", 298))
_SPARK_TOP_M3 = 0.04


def paint_row(
    painter: QPainter, look: Look, row: QRect, elder: Elder, alert: Alert | None, now: datetime | None, *, chosen: bool
) -> None:
    if chosen:
        painter.fillRect(row.adjusted(-look.pad, 0, look.pad, 0), look.colour("raised"))
        painter.fillRect(QRect(row.left() - look.pad, row.top(), look.px(2), row.height()), look.colour("ice"))
    spot = QPointF(row.left() + look.px(7), row.center().y())
    if alert is not None:
        put_glyph(painter, look, alert.level, spot, look.glyph("table"), alert.is_signed)
    elif elder.safety is Safety.UNKNOWN:
        put_unknown(painter, look, spot, look.glyph("table"))
    name = look.font("body", weight=500 if elder.safety in (Safety.PENDING, Safety.UNKNOWN) else 400)
    text(painter, row.adjusted(look.px(20), 0, 0, 0), str(elder.name), name, look.colour("text"))
    care = row.adjusted(look.px(COLUMNS[1][1]), 0, 0, 0)
    text(painter, care, CARE_WORDS[elder.care], look.font("body"), look.colour("text2"))
    spark = QRect(row.left() + look.px(COLUMNS[2][1]), row.top() + look.px(10), look.px(92), row.height() - look.px(20))
    _paint_water(painter, look, spark, elder)
    last = row.adjusted(look.px(COLUMNS[3][1]), 0, 0, 0)
    text(painter, last, _last_words(elder, now), look.font("body"), look.colour("text2"))
    _paint_next(painter, look, row, elder)


def _paint_water(painter: QPainter, look: Look, box: QRect, elder: Elder) -> None:
    if elder.safety is Safety.UNKNOWN:
        unknown_box(painter, box, look)
        return
    if not any(elder.water_24h):
        painter.setPen(QPen(look.colour("text3"), look.hair, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(box).adjusted(0.5, 0.5, -0.5, -0.5))
        return
    sparkline(painter, box, elder.water_24h, look, top=_SPARK_TOP_M3)


def _last_words(elder: Elder, now: datetime | None) -> str:
    if elder.safety is Safety.UNKNOWN:
        return "未知"
    if elder.safety is Safety.AWAY:
        return "外出"
    if elder.last_activity is None:
        return "无记录"
    return ago(elder.last_activity, now)


def _paint_next(painter: QPainter, look: Look, row: QRect, elder: Elder) -> None:
    room = row.width() - look.px(COLUMNS[4][1])
    x = row.left() + look.px(COLUMNS[4][1])
    first = look.font("body", weight=500 if elder.safety in (Safety.PENDING, Safety.UNKNOWN) else 400)
    ink = look.colour("text2" if elder.safety is Safety.CONFIRMED else "text")
    label(painter, x, row.top() + look.px(18), elide(elder.note, first, room), first, ink)
    tick = look.font("tick")
    label(painter, x, row.top() + look.px(34), elide(elder.next_step, tick, room), tick, look.colour("text3"))


def ago(moment: datetime, now: datetime | None) -> str:
    """``12 分前``, ``1 时前``, ``24 时 04 分前``."""
    if now is None:
        return "未知"
    seconds = (now - moment).total_seconds()
    words = duration(seconds) if seconds < 3600 else _hours(seconds)
    return words if words == "刚刚" else f"{words}前"


def _hours(seconds: float) -> str:
    hours, minutes = divmod(int(seconds) // 60, 60)
    return f"{hours} 时 {minutes:02d} 分" if hours >= 24 and minutes else f"{hours} 时"


def is_about(alert: Alert, elder: Elder) -> bool:
    """A meter's alert names the dwelling, a visit's the elder."""
    return elder.id in (alert.subject_id, *alert.key.split("|")) or alert.subject_id == (elder.dwelling_id or elder.id)
