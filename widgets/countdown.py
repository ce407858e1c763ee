"""Time limits as boxes of mm:ss: a glance tells how much is left, and inverted says it is over."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Clock
from services.domain.life import STEP_WORDS
from widgets.look import Look
from widgets.paint import label, width_of
from widgets.words import long_limit

BRIGHT_BELOW = 0.3  # of the whole limit


def clock_face(seconds_left: float) -> str:
    """``07:36`` while it runs, ``+01:02`` when it is over, words above an hour."""
    over = seconds_left < 0
    whole = int(-seconds_left if over else seconds_left)
    if whole >= 3600:
        return f"+{long_limit(whole)}" if over else long_limit(whole)
    return f"{'+' if over else ''}{whole // 60:02d}:{whole % 60:02d}"


def paint_countdown(painter: QPainter, box: QRect, clock: Clock, began_at: datetime, now: datetime, look: Look) -> None:
    """One limit within a fixed ``box``: its name above, its time below.

    Quiet while there is plenty, bright in the last 30 %, inverted once it is over; never a hue,
    because the level owns it. A stopped clock says 已停.
    """
    name = STEP_WORDS[clock.step]
    if clock.stopped_at is not None:
        left = (clock.due_at - clock.stopped_at).total_seconds()
        _paint(painter, box, f"{name}{'余' if left >= 0 else '超'}", clock_face(abs(left)), look, "text3", False)
        return
    left = (clock.due_at - now).total_seconds()
    whole = max(1.0, (clock.due_at - began_at).total_seconds())
    ink = "text" if left < whole * BRIGHT_BELOW else "text2"
    _paint(painter, box, f"{name}{'余' if left >= 0 else '已超'}", clock_face(left), look, ink, left < 0)


def height(look: Look) -> int:
    return look.px(48)


def _paint(painter: QPainter, box: QRect, name: str, face: str, look: Look, ink: str, inverted: bool) -> None:
    label(painter, box.left(), box.top() + look.px(13), name, look.font("tick"), look.colour("text3"))
    words = any("一" <= letter <= "鿿" for letter in face)
    font = look.font("lead") if words else look.font("count", digits=True)
    baseline = box.top() + look.px(40)
    if inverted:
        wide = width_of(face, font) + look.px(12)
        painter.fillRect(QRect(box.left(), baseline - look.px(22), wide, look.px(27)), look.colour("ice"))
        label(painter, box.left() + look.px(6), baseline, face, font, look.colour("on_ice"))
    else:
        label(painter, box.left(), baseline, face, font, look.colour(ink))
