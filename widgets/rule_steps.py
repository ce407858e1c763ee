"""发布步骤 and 放行条件: where a version stands, who did each step, and what must hold before it may go on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.masked import mask_name
from services.domain.officer import ENGINE
from services.domain.release import LIMITS, Gate, Mark, Release, Stage
from services.domain.timebase import local
from widgets.notes import paint_waiting
from widgets.paint import LEFT, RIGHT, elide, hairline, text, width_of
from widgets.rule_pane import RulePane

STEPS: Sequence[tuple[str, tuple[Stage, ...], str]] = (
    ("草案", (Stage.DRAFT,), "改一项参数，写明理由"),
    ("检查与自测", (Stage.CHECKED, Stage.FAILED), "语法、隐私条款、自带测试"),
    ("历史回测", (Stage.TESTED,), "对照核实记录"),
    ("第二人批准", (Stage.APPROVED,), "起草人不能批准自己的草案"),
    ("影子运行", (Stage.SHADOW, Stage.READY), "只记录不上屏，与现行版并行比对"),
    ("生效", (Stage.ACTIVE,), "新预警用新版，旧预警不变"),
    ("可一键退回", (Stage.ROLLED_BACK,), "退回上一版，留痕"),
)
_AT = {  # how many steps are done at a stage
    Stage.DRAFT: 1,
    Stage.CHECKED: 2,
    Stage.FAILED: 1,
    Stage.TESTED: 3,
    Stage.SUBMITTED: 3,
    Stage.APPROVED: 4,
    Stage.SHADOW: 4,
    Stage.READY: 5,
    Stage.ACTIVE: 6,
}


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the stepper. ``state``: done, now, ahead."""

    title: str
    note: str
    when: str
    state: str


def steps_of(case: Release | None) -> tuple[Step, ...]:
    done = _AT.get(case.stage, 0) if case is not None else 0
    return tuple(_step(nth, done, case) for nth in range(len(STEPS)))


def _step(nth: int, done: int, case: Release | None) -> Step:
    title, stages, plain = STEPS[nth]
    mark = next((m for m in reversed(case.marks) if m.stage in stages), None) if case is not None else None
    state = "done" if nth < done else "now" if nth == done and case is not None else "ahead"
    if mark is None or (state == "ahead"):
        return Step(title, plain, _ahead(nth, state, case), state)
    when = _when(mark) if state == "done" or mark.stage is Stage.FAILED else _ahead(nth, state, case)
    return Step(title, mark.note or plain, when, state)


def _when(mark: Mark) -> str:
    at = f"{local(mark.at):%m-%d %H:%M}"
    return at if mark.by == ENGINE.name else f"{mask_name(mark.by)} {at}"


def _ahead(nth: int, state: str, case: Release | None) -> str:
    """What is waited for, or how long it will take."""
    if case is None:
        return ""
    if nth == 3 and state == "now":
        return "等待值班长" if case.stage is Stage.SUBMITTED else "未送批"
    if nth == 4:
        if case.shadow_until is not None and state == "now":
            return f"至 {local(case.shadow_until):%m-%d %H:%M}"
        return f"{case.shadow_days} 日"
    if state == "now" and nth in (1, 2):
        return "等待采集进程"
    return "影子期满后" if nth == 5 and state == "ahead" else "—"


def gate_words(gate: Gate) -> str:
    return "✓" if gate.holds else "✗" if gate.holds is False else "·"


class RuleStepsPane(RulePane):
    def refresh(self) -> None:
        case = self.case
        self.note = f"第 {case.rule_version} 版" if case is not None else ""

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, case, entry = self.look, self.case, self.entry
        area = body.adjusted(look.pad, 0, -look.pad, -look.px(6))
        if entry is None:
            paint_waiting(painter, area, self, "没有规则")
            return
        gates = case.gates if case is not None else ()
        low = look.px(26) + look.px(26) * max(1, len(gates))
        self._paint_steps(painter, QRect(area.left(), area.top(), area.width(), area.height() - low), steps_of(case))
        self._paint_gates(painter, QRect(area.left(), area.bottom() - low, area.width(), low), gates)

    def _paint_steps(self, painter: QPainter, area: QRect, steps: Sequence[Step]) -> None:
        look, tick = self.look, self.look.font("tick")
        pitch = min(look.px(54), area.height() // len(steps))
        x = area.left() + look.px(9)
        for nth, step in enumerate(steps):
            y = area.top() + nth * pitch
            if nth + 1 < len(steps):
                self._paint_line(painter, x, y + look.px(20), y + pitch, steps[nth + 1].state != "ahead")
            self._paint_dot(painter, QPointF(x + 0.5, y + look.px(11)), step.state)
            left = area.left() + look.px(30)
            ink = "text3" if step.state == "ahead" else "text"
            font = look.font("body", weight=500 if step.state != "ahead" else 400)
            box = QRect(left, y, area.right() - left, look.px(22))
            text(painter, box, step.title, font, look.colour(ink), LEFT)
            quiet = "text" if step.state == "now" else "text3"
            text(painter, box, step.when, tick, look.colour(quiet), RIGHT)
            low = QRect(left, y + look.px(21), area.right() - left, look.px(20))
            shown = elide(step.note, look.font("body"), low.width())
            text(
                painter, low, shown, look.font("body"), look.colour("text2" if step.state != "ahead" else "text3"), LEFT
            )

    def _paint_line(self, painter: QPainter, x: int, top: int, bottom: int, solid: bool) -> None:
        pen = QPen(self.look.colour("text3" if solid else "line2"), self.look.px(1.5))
        if not solid:
            pen.setDashPattern([2, 3])
        painter.setPen(pen)
        painter.drawLine(x, top, x, bottom)

    def _paint_dot(self, painter: QPainter, centre: QPointF, state: str) -> None:
        look = self.look
        side = look.px(14 if state == "now" else 12)
        box = QRectF(centre.x() - side / 2, centre.y() - side / 2, side, side)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(look.colour("line2" if state == "ahead" else "ice"), look.px(1.4)))
        painter.setBrush(look.colour({"now": "ice", "done": "line2"}.get(state, "panel")))
        if state == "done":
            painter.setPen(Qt.PenStyle.NoPen)
        painter.drawEllipse(box)
        if state == "done":
            painter.setPen(QPen(look.colour("text"), look.px(1.5)))
            third = side / 4
            painter.drawPolyline([
                QPointF(box.left() + third, centre.y()), QPointF(centre.x() - 0.5, centre.y() + third * 0.8),
                QPointF(box.right() - third, centre.y() - third * 0.8),
            ])  # fmt: skip
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_gates(self, painter: QPainter, area: QRect, gates: Sequence[Gate]) -> None:
        look, tick, font = self.look, self.look.font("tick"), self.look.font("body")
        hairline(painter, look, area.left(), area.top(), area.width())
        head = QRect(area.left(), area.top() + look.px(4), area.width(), look.px(20))
        text(painter, head, "放行条件", tick, look.colour("text3"), LEFT)
        high = look.px(26)
        if not gates:
            line = QRect(area.left(), head.bottom(), area.width(), high)
            text(painter, line, f"回测后逐条计算；净丢失 ≤ {LIMITS.net_lost}，每日 ≤ {LIMITS.daily_alerts:g}", font,
                 look.colour("text3"), LEFT)  # fmt: skip
            return
        limits = max(width_of(gate.limit, tick) for gate in gates) + look.px(10)
        for nth, gate in enumerate(gates):
            line = QRect(area.left(), head.bottom() + nth * high, area.width(), high)
            text(painter, line, gate_words(gate), look.font("body", weight=700), look.colour("text"), LEFT)
            name = line.adjusted(look.px(20), 0, 0, 0)
            text(painter, name, gate.label, font, look.colour("text2"), LEFT)
            value = line.adjusted(0, 0, -limits, 0)
            loud = look.font("body", weight=700 if gate.holds is False else 500)
            text(painter, value, gate.value, loud, look.colour("text"), RIGHT)
            text(painter, line, gate.limit, tick, look.colour("text3"), RIGHT)
            hairline(painter, look, line.left(), line.bottom(), line.width())
