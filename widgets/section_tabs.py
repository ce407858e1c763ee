"""The row of estates and the row of building numbers over a section."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Alert
from services.domain.estates import Building, Estate
from services.domain.snapshot import Subject
from widgets.estate_alerts import at_building, at_estate
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.paint import CENTRE, hairline, label, text, width_of

Hits = list[tuple[QRect, Subject]]


def paint_tabs(
    painter: QPainter, bar: QRect, estates: Sequence[Estate], chosen_id: str, alerts: Sequence[Alert], look: Look
) -> Hits:
    """One tab an estate with its people; one with an alert has its glyph, a silent one the hatched box."""
    hits: Hits = []
    wide = bar.width() / max(1, len(estates))
    for at, estate in enumerate(estates):
        tab = QRect(bar.left() + round(at * wide), bar.top(), round(wide), bar.height())
        chosen = estate.id == chosen_id
        if chosen:
            painter.fillRect(tab, look.colour("raised"))
            painter.fillRect(QRect(tab.left(), tab.bottom() - 1, tab.width(), look.px(2)), look.colour("ice"))
        elif at:
            hairline(painter, look, tab.left(), tab.top() + look.px(8), tab.height() - look.px(16), True)
        inner = tab.adjusted(look.px(10), look.px(6), -look.px(2), -look.px(6))
        name = look.font("body", weight=500 if chosen else 400)
        ink = look.colour("text" if chosen else "text2")
        width = label(painter, inner.left(), inner.top() + look.px(15), estate.name, name, ink)
        people = f"{estate.people:,} 人"
        label(painter, inner.left(), inner.bottom() - look.px(4), people, look.font("tick"), look.colour("text3"))
        spot = QPointF(inner.left() + width + look.px(13), inner.top() + look.px(11))
        size = look.glyph("table")
        if (worst := at_estate(alerts, estate.id, estate.name)) is not None:
            put_glyph(painter, look, worst.level, spot, size, worst.is_signed)
        elif estate.unknown:
            put_unknown(painter, look, spot, size)
        hits.append((tab, Subject("estate", estate.id)))
    hairline(painter, look, bar.left(), bar.bottom(), bar.width())
    return hits


def paint_picker(
    painter: QPainter, bar: QRect, here: Sequence[Building], chosen_id: str, alerts: Sequence[Alert], look: Look
) -> Hits:
    """The estate's buildings by number; one with an alert has its glyph."""
    hits: Hits = []
    x = bar.left() + look.pad
    for one in here:
        chosen = one.id == chosen_id
        font = look.font("body", weight=700 if chosen else 400)
        words = one.name.replace(" 幢", "")
        wide = max(look.px(30), width_of(words, font) + look.px(16))
        box = QRect(x, bar.top() + look.px(4), wide, bar.height() - look.px(8))
        if chosen:
            painter.fillRect(box, look.colour("raised"))
            painter.fillRect(QRect(box.left(), box.bottom() - 1, box.width(), look.px(2)), look.colour("ice"))
        text(painter, box, words, font, look.colour("text" if chosen else "text2"), CENTRE)
        x += wide
        if (worst := at_building(alerts, one)) is not None:
            size = look.glyph("rail")
            put_glyph(painter, look, worst.level, QPointF(x + size / 2, bar.center().y()), size, worst.is_signed)
            x += size + look.px(4)
        hits.append((box, Subject("building", one.id)))
    text(painter, QRect(x, bar.top(), look.px(40), bar.height()), "幢", look.font("tick"), look.colour("text3"))
    return hits
