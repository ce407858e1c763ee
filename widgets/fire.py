"""Fire devices of the community: installed, heard of, in alarm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.community import FireRow
from services.domain.snapshot import Quality, Snapshot
from widgets.estate_alerts import showing
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import MISSING, RIGHT, elide, hairline, label, text, width_of
from widgets.pane import Pane

_COLUMNS = (
    ("设备", 0, False),
    ("安装", 150, True),
    ("在线", 204, True),
    ("报警", 250, True),
    ("故障", 288, True),
    ("说明", 304, False),
)
_RULES = {
    "smoke": ("R-FIR-01", "R-FIR-02", "R-FIR-02M"),
    "hydrant": ("R-FIR-03", "R-FIR-04", "R-FIR-04D"),
    "indoor_hydrant": ("R-FIR-05",),
    "ebike": ("R-FIR-06", "R-FIR-06H"),
    "charging": ("R-FIR-07", "R-FIR-07P"),
    "electric": ("R-FIR-09",),
}
_SHORT = {"hydrant": "消火栓", "ebike": "电动车梯控"}


class FirePane(Pane):
    """Desk: a row a kind of device. Wall: the first three (option ``limit``), online / installed.
    A kind with an open alert has the alert's mark; a device in alarm that no rule has raised is a count
    and words, for the four colours belong to alerts. One that is silent is not online."""

    opens = "rectify"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        if not look.is_wall:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """Painted from the records."""

    @property
    def rows(self) -> Sequence[FireRow]:
        return [r for r in self.records("fire") if isinstance(r, FireRow)]

    def alert_of(self, row: FireRow) -> Alert | None:
        """The worst open alert about this kind of device."""
        rules = _RULES.get(row.id, ())
        return next((a for a in showing(self.records("alerts")) if a.rule_id in rules), None)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(look.pad, 0, -look.pad, 0)
        rows = self.rows
        if not rows:
            paint_waiting(painter, inner, self)
        elif look.is_wall:
            self._paint_wall(painter, inner, rows[: int(self.options.get("limit", 3))])
        else:
            self._paint_desk(painter, inner, rows)

    @property
    def _ink(self) -> str:
        return "text3" if self.quality() is Quality.STALE else "text"

    def _paint_desk(self, painter: QPainter, inner: QRect, rows: Sequence[FireRow]) -> None:
        look = self.look
        head = QRect(inner.left(), inner.top(), inner.width(), look.px(22))
        self._paint_cells(painter, head, [title for title, _, _ in _COLUMNS], "tick", ["text3"] * 6)
        hairline(painter, look, inner.left(), head.bottom(), inner.width())
        pitch = min(look.px(29), (inner.bottom() - head.bottom()) // len(rows))
        for at, one in enumerate(rows):
            row = QRect(inner.left(), head.bottom() + 1 + at * pitch, inner.width(), pitch)
            counts = [f"{n:,}" for n in (one.installed, one.online, one.alarms, one.faults)]
            alarm, fault = (self._ink if n else "text3" for n in (one.alarms, one.faults))
            inks = ["text", "text2", self._ink, alarm, fault, "text2"]
            self._paint_cells(painter, row, [one.title, *counts, one.note or MISSING], "body", inks)
            if alert := self.alert_of(one):
                wide = width_of(f"{one.alarms}", look.font("body"))
                spot = QPointF(row.left() + look.px(_COLUMNS[3][1]) - wide - look.px(12), row.center().y())
                put_glyph(painter, look, alert.level, spot, look.glyph("rail"), alert.is_signed)
            hairline(painter, look, row.left(), row.bottom(), row.width())

    def _paint_cells(self, painter: QPainter, row: QRect, cells: Sequence[str], step: str, inks: Sequence[str]) -> None:
        look = self.look
        font = look.font(step)
        for (_, x, right), words, ink in zip(_COLUMNS, cells, inks, strict=True):
            edge = row.left() + look.px(x)
            if right:
                box = QRect(row.left(), row.top(), edge - row.left(), row.height())
                text(painter, box, words, font, look.colour(ink), RIGHT)
            else:
                box = QRect(edge, row.top(), row.right() - edge, row.height())
                text(painter, box, elide(words, font, box.width()), font, look.colour(ink))

    def _paint_wall(self, painter: QPainter, inner: QRect, rows: Sequence[FireRow]) -> None:
        look = self.look
        pitch = min(look.row, inner.height() // len(rows))
        lead, note = look.font("lead", digits=True, weight=500), look.font("tick")
        for at, one in enumerate(rows):
            row = QRect(inner.left(), inner.top() + at * pitch, inner.width(), pitch)
            hairline(painter, look, row.left(), row.top(), row.width())
            y = row.center().y() + look.px(15)
            title = _SHORT.get(one.id, one.title)
            wide = label(painter, row.left(), y, title, look.font("body"), look.colour("text2"))
            if one.faults:
                label(painter, row.left() + wide + look.px(20), y, f"故障 {one.faults}", note, look.colour("text2"))
            parts = (f"{one.online:,}", f" / {one.installed:,}")
            x = row.left() + row.width() * 0.64 - sum(width_of(p, f) for p, f in zip(parts, (lead, note), strict=True))
            x += label(painter, x, y, parts[0], lead, look.colour(self._ink))
            label(painter, x, y, parts[1], note, look.colour("text3"))
            count = f"{one.alarms}"
            right = row.right() - width_of(count, lead)
            label(painter, right, y, count, lead, look.colour(self._ink if one.alarms else "text3"))
            right -= look.px(16) + width_of("报警", look.font("body"))
            label(painter, right, y, "报警", look.font("body"), look.colour("text2"))
            if alert := self.alert_of(one):
                spot = QPointF(right - look.px(60), row.center().y())
                put_glyph(painter, look, alert.level, spot, look.glyph("list"), alert.is_signed)
