"""处置要点 as a checklist on the card: who does what, ticked with time and hand; a click ticks or takes back."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPen, QPolygonF

from services.domain.alert import Action, Alert, Tick
from services.domain.checklist import item_of
from services.domain.timebase import local
from widgets.card_flow import INDENT, Flow


@dataclass(frozen=True, slots=True)
class TickAsked:
    """A click on a line of the checklist."""

    action: Action  # TICK or UNTICK
    line: int


def tick_asked(alert: Alert, line: int) -> TickAsked | None:
    """What line ``line`` asks for now; None where there is no such line."""
    if not 0 <= line < len(alert.guidance):
        return None
    done = any(tick.line == line for tick in alert.ticks)
    return TickAsked(Action.UNTICK if done else Action.TICK, line)


def checklist(flow: Flow, alert: Alert) -> None:
    if not alert.guidance:
        return
    progress = f"{len(alert.ticks)}/{len(alert.guidance)}"
    flow.landmark(f"要点 {progress}")
    flow.head("处置要点", f"{progress} 已完成")
    done = {tick.line: tick for tick in alert.ticks}
    for number, line in enumerate(alert.guidance):
        top = flow.y
        item, tick = item_of(line), done.get(number)
        _box(flow, tick)
        said = f"{item.owner}　{item.do}" if item.owner else item.do
        right = f"{local(tick.at):%H:%M} {tick.by}" if tick else item.within
        flow.line(said, right, "text3" if tick else "text", flow.look.px(INDENT))
        flow.click(top, tick_asked(alert, number))


def _box(flow: Flow, tick: Tick | None) -> None:
    """An empty box, or one with a tick."""
    look, painter = flow.look, flow.painter
    if painter is None:
        return
    side = look.px(11)
    box = QRectF(look.px(0) + 0.5, flow.y + look.px(5) + 0.5, side, side)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(QPen(look.colour("line2" if tick else "text3"), look.hair))
    painter.drawRect(box)
    if tick is not None:
        painter.save()
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("text2"), look.px(1.5)))
        x, y = box.left(), box.top()
        painter.drawPolyline(
            QPolygonF(
                [
                    QPointF(x + side * 0.2, y + side * 0.5),
                    QPointF(x + side * 0.45, y + side * 0.75),
                    QPointF(x + side * 0.85, y + side * 0.22),
                ]
            )
        )
        painter.restore()
