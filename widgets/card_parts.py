"""The painted parts of the alert card: head, steps, limits, rule, evidence, guidance."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.alert import Ack, Alert, Clock, Evidence, Stance, Verdict, Work
from services.domain.timebase import local
from widgets import countdown
from widgets.alert_lines import about
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, elide, hairline, text, width_of, wrap

STEPS = ("新预警", "签收", "核查", "派单", "到场", "办结")
_REACHED = {
    Work.NEW.value: 0,
    Ack.ACKED.value: 1,
    Work.VERIFYING.value: 2,
    Work.DISPATCHED.value: 3,
    Work.ACCEPTED.value: 3,
    Work.HANDLING.value: 4,
    Work.FEEDBACK.value: 4,
    Work.REVIEW.value: 4,
    Work.CLOSED.value: 5,
    Work.ARCHIVED.value: 5,
}
VERDICTS = {Verdict.TRUE: "属实", Verdict.FALSE_ALARM: "误报", Verdict.NO_ACTION: "属实，无需处置"}


def paint_head(painter: QPainter, box: QRect, alert: Alert, look: Look) -> None:
    """Glyph, title and id; then the masked subject line."""
    size = look.glyph("card")
    top = QRect(box.left(), box.top(), box.width(), look.px(30))
    centre = QPointF(box.left() + size / 2, top.center().y() + 0.5)
    put_glyph(painter, look, alert.level, centre, size, alert.is_signed)
    tick, font = look.font("tick"), look.font("card")
    text(painter, top, alert.id, tick, look.colour("text3"), RIGHT)
    title = top.adjusted(size + look.px(10), 0, -(width_of(alert.id, tick) + look.px(10)), 0)
    text(painter, title, elide(alert.title, font, title.width()), font, look.colour("text"), LEFT)
    parts = about(alert.subject, alert.place)
    if alert.verdict is None and alert.is_open and "仅为疑似" not in alert.subject:
        parts.append("仅为疑似")
    elif alert.verdict is not None:
        parts.append(VERDICTS[alert.verdict])
    body = look.font("body")
    line = QRect(box.left(), top.bottom() + 1, box.width(), look.line("body"))
    shown = elide(" · ".join(p for p in parts if p), body, line.width())
    text(painter, line, shown, body, look.colour("text2"), LEFT)


def paint_steps(painter: QPainter, box: QRect, alert: Alert, look: Look) -> None:
    """Six dots: done filled, now bright, to come open; the time and the hand under each."""
    reached: dict[int, tuple[datetime, str]] = {}
    for what, at, by in alert.steps:
        if what in _REACHED:
            reached[_REACHED[what]] = (at, by)
    now = max([*reached, _REACHED.get(alert.work.value, 0)])
    pitch = box.width() / len(STEPS)
    y = box.top() + look.px(8)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for at in range(len(STEPS) - 1):
        left, right = box.left() + round((at + 0.5) * pitch), box.left() + round((at + 1.5) * pitch)
        pen = QPen(look.colour("text3" if at < now else "line2"), look.hair)
        if at >= now:
            pen.setDashPattern([2, 3])
        painter.setPen(pen)
        painter.drawLine(left + look.px(6), y, right - look.px(6), y)
    for at, word in enumerate(STEPS):
        centre = QPointF(box.left() + round((at + 0.5) * pitch), y)
        if at <= now and (at in reached or at == now):
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("ice" if at == now else "text3"))
        else:
            painter.setPen(QPen(look.colour("line2"), look.px(1.5)))
            painter.setBrush(look.colour("panel"))
        radius = look.px(5 if at == now else 4)
        painter.drawEllipse(centre, radius, radius)
        cell = QRect(round(centre.x() - pitch / 2), y + look.px(8), round(pitch), look.px(18))
        font = look.font("tick", weight=500) if at == now else look.font("tick")
        text(painter, cell, word, font, look.colour("text" if at == now else "text3"), CENTRE)
        if at in reached:
            when, by = reached[at]
            said = (
                f"{local(when):%H:%M} {by}".strip() if by and width_of(by, font) < pitch / 2 else f"{local(when):%H:%M}"
            )
            under = cell.translated(0, look.px(16))
            text(painter, under, said, look.font("tick"), look.colour("text3"), CENTRE)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)


def limits_shown(alert: Alert) -> Sequence[Clock]:
    """The clocks that run, at most three; the last stopped one when none does."""
    open_ones = [c for c in alert.clocks if c.stopped_at is None] if alert.is_open else []
    return open_ones[:3] or alert.clocks[-1:]


def paint_limits(painter: QPainter, box: QRect, alert: Alert, now: datetime, look: Look) -> None:
    wide = box.width() // 3
    shown = limits_shown(alert)
    if not shown:
        text(painter, box, "无时限", look.font("tick"), look.colour("text3"), LEFT)
    for at, clock in enumerate(shown):
        cell = QRect(box.left() + at * wide, box.top(), wide, countdown.height(look))
        began = clock.started_at or alert.raised_at
        countdown.paint_countdown(painter, cell, clock, began, now, look)


class CardText:
    """What stands below the limits, flowed from top to bottom: the same walk measures and paints."""

    EVIDENCE_LEAST = 4  # lines kept for evidence and doubt, so that what follows does not jump

    def __init__(self, alert: Alert, look: Look, width: int, painter: QPainter | None = None) -> None:
        self._alert, self._look, self._width, self._painter = alert, look, width, painter
        self.y = 0
        self.ends: list[int] = []  # where each line ends
        self._rule()
        self._evidence()
        self._guidance()
        self._notes()
        self.y += look.px(8)

    def _line(self, left: str, right: str = "", ink: str = "text2", indent: int = 0, small: bool = False) -> None:
        look = self._look
        font = look.font("tick" if small else "body")
        high = look.px(20 if small else 22)
        painter = self._painter
        used = width_of(right, font) + look.px(10) if right else 0
        for at, part in enumerate(wrap(left, font, self._width - indent - used)):
            if painter is not None:
                row = QRect(indent, self.y, self._width - indent, high)
                text(painter, row, part, font, look.colour(ink), LEFT)
                if right and at == 0:
                    text(painter, row, right, font, look.colour(ink), RIGHT)
            self.y += high
            self.ends.append(self.y)

    def _head(self, left: str, right: str = "") -> None:
        self.y += self._look.px(6)
        self._line(left, right, "text3", small=True)

    def _rule(self) -> None:
        alert = self._alert
        self._head(
            f"规则 {alert.rule_id}",
            f"第 {alert.rule_version} 版" + (f" · 主办 {alert.department}" if alert.department else ""),
        )
        if alert.rule_text:
            self._line(alert.rule_text)
        look, painter = self._look, self._painter
        high = look.px(22)
        for one in alert.parameters:
            if painter is not None:
                row = QRect(0, self.y, self._width, high)
                body, limit = look.font("body"), look.px(84)
                text(painter, row, one.limit, body, look.colour("text3"), RIGHT)
                value = row.adjusted(0, 0, -limit, 0)
                text(painter, value, one.value, look.font("body", weight=500), look.colour("text"), RIGHT)
                room = value.width() - width_of(one.value, body) - look.px(12)
                text(painter, value, elide(one.label, body, room), body, look.colour("text2"), LEFT)
                hairline(painter, look, 0, self.y + high - look.hair, self._width)
            self.y += high
            self.ends.append(self.y)

    def _evidence(self) -> None:
        began = self.y
        evidence = self._alert.evidence
        for_it = [e for e in evidence if e.stance is Stance.FOR]
        doubts = [e for e in evidence if e.stance is not Stance.FOR]
        self._head("依据")
        for one in for_it:
            self._piece(one)
        if not for_it:
            self._line("无", ink="text3", indent=self._look.px(18))
        self._head("存疑")
        for one in sorted(doubts, key=lambda e: e.stance is Stance.UNKNOWN):
            self._piece(one)
        if not doubts:
            self._line("未见反面依据", ink="text3", indent=self._look.px(18))
        least = self._look.px(22 * self.EVIDENCE_LEAST + 2 * 26)
        self.y = max(self.y, began + least)

    def _piece(self, one: Evidence) -> None:
        look, painter = self._look, self._painter
        middle = self.y + look.px(11)
        if painter is not None:
            if one.stance is Stance.UNKNOWN:
                put_unknown(painter, look, QPointF(look.px(5), middle), look.px(11))
            else:
                colour = look.colour("text" if one.stance is Stance.FOR else "c3")
                thick, arm = look.px(2), look.px(8)
                painter.fillRect(QRect(look.px(1), middle - thick // 2, arm, thick), colour)
                if one.stance is Stance.FOR:
                    painter.fillRect(QRect(look.px(1) + arm // 2 - thick // 2, middle - arm // 2, thick, arm), colour)
        self._line(one.text, one.value, "text" if one.stance is Stance.FOR else "text2", indent=look.px(18))

    def _guidance(self) -> None:
        if not self._alert.guidance:
            return
        self._head("处置要点")
        for number, sentence in enumerate(self._alert.guidance, 1):
            self._line(f"{number} {sentence}")

    def _notes(self) -> None:
        alert = self._alert
        said = [f"任务：{alert.task}"] if alert.task else []
        said += [f"办结意见：{alert.disposition}"] if alert.disposition else []
        said += [f"{local(n.at):%H:%M} {n.by}：{n.text}" for n in alert.notes[-3:]]
        if said:
            self._head("处理记录")
        for sentence in said:
            self._line(sentence)
