"""Which meters need somebody: alerts about water, power and gas first, then silent and new meters."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import AlertLevel
from services.domain.meter_findings import SILENT, MeterFinding
from services.domain.snapshot import Subject
from widgets.estate_alerts import showing
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.paint import elide, text

_RULES = "R-UTL"


@dataclass(frozen=True, slots=True)
class Line:
    """One meter, building or estate. ``level`` is None for what nobody was alerted about; ``unknown`` is drawn
    as such."""

    words: str
    where: str
    subject: Subject
    level: AlertLevel | None = None
    signed: bool = False
    unknown: bool = False


def lines_of(alerts: Iterable[object], findings: Iterable[object]) -> list[Line]:
    """Worst first. A meter an alert is about is not listed again."""
    found = [
        Line(a.title, a.place, Subject(a.subject_kind, a.subject_id), a.level, a.is_signed)
        for a in showing(alerts)
        if a.rule_id.startswith(_RULES)
    ]
    told = {line.subject.id for line in found}
    meters = [f for f in findings if isinstance(f, MeterFinding) and f.meter_id not in told]
    meters.sort(key=lambda f: f.kind == SILENT)
    for one in meters:
        words = f"{one.meter}{one.note if one.kind == SILENT else one.title}"
        found.append(Line(words, one.place, Subject("device", one.meter_id), unknown=one.kind == SILENT))
    return found


def paint_lines(
    painter: QPainter, area: QRect, lines: Sequence[Line], look: Look, selected: Subject | None
) -> list[tuple[QRect, Subject]]:
    """As many as there is room for; where each was painted. What does not fit is counted in the last line."""
    high = look.line("body") + look.px(3)
    room = max(1, area.height() // high)
    shown = lines if len(lines) <= room else lines[: room - 1]
    hits: list[tuple[QRect, Subject]] = []
    for at, line in enumerate(shown):
        row = QRect(area.left(), area.top() + at * high, area.width(), high)
        if selected is not None and selected.id == line.subject.id:
            painter.fillRect(row, look.colour("raised"))
        _paint_line(painter, row, line, look)
        hits.append((row, line.subject))
    if len(shown) < len(lines):
        row = QRect(area.left(), area.top() + len(shown) * high, area.width(), high)
        text(painter, row, f"另 {len(lines) - len(shown)} 项", look.font("tick"), look.colour("text3"))
    return hits


def _paint_line(painter: QPainter, row: QRect, line: Line, look: Look) -> None:
    side = look.px(11)
    spot = QPointF(row.left() + side * 0.8, row.center().y() + 0.5)
    if line.level is not None:
        put_glyph(painter, look, line.level, spot, side, line.signed)
    elif line.unknown:
        put_unknown(painter, look, spot, side)
    font = look.font("tick")
    left = row.left() + look.px(18)
    words = f"{line.words} {line.where}".strip()
    box = QRect(left, row.top(), row.right() - left, row.height())
    text(painter, box, elide(words, font, box.width()), font, look.colour("text" if line.level else "text2"))
