"""The open cases about a vehicle, each with why its way may not be followed yet."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Alert
from services.domain.officer import Officer
from services.domain.trajectory import untraceable
from widgets.glyphs import put_glyph
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, hairline, text

ROW_HIGH = 26


def cases_of(alerts: Sequence[Alert], officer: Officer) -> list[Alert]:
    """Those that may be followed first, then the worst and newest."""
    about = [alert for alert in alerts if alert.is_open and alert.subject_kind == "passage"]
    return sorted(about, key=lambda a: (bool(untraceable(a, officer)), -a.level, -a.raised_at.timestamp()))


def paint_cases(
    painter: QPainter, box: QRect, cases: Sequence[Alert], chosen: str, officer: Officer, look: Look
) -> list[tuple[QRect, str]]:
    """As many as have room. Where each stands, with its number."""
    font, high = look.font("body"), look.px(ROW_HIGH)
    shown: list[tuple[QRect, str]] = []
    for n, alert in enumerate(cases[: max(0, box.height() // high)]):
        row = QRect(box.left(), box.top() + n * high, box.width(), high)
        if chosen == alert.id:
            painter.fillRect(row, look.colour("raised"))
        why = untraceable(alert, officer)
        ink = look.colour("text3" if why else "text")
        size = look.glyph("list")
        put_glyph(
            painter, look, alert.level, QPointF(row.left() + size / 2 + look.px(4), row.center().y()), size,
            alert.is_signed,
        )  # fmt: skip
        text(painter, row.adjusted(0, 0, -look.px(4), 0), why or "可看轨迹", look.font("tick"), ink, RIGHT)
        name = row.adjusted(look.px(26), 0, -look.px(150), 0)
        words = f"{alert.title}　{alert.subject}"
        text(painter, name, elide(words, font, name.width()), font, ink, LEFT)
        hairline(painter, look, row.left(), row.bottom(), row.width())
        shown.append((row, alert.id))
    return shown
