"""丢失的确认件: each confirmed case the version would not raise, and who else would find it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QMouseEvent, QPainter

from services.domain.alert import Verdict
from services.domain.backtest import BackTest, Judged, is_net_loss
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.notes import paint_waiting
from widgets.paint import LEFT, hairline, text, width_of
from widgets.performance_rows import Cell, Head, paint_rows
from widgets.rule_pane import TestedPane


def found_words(case: Judged) -> str:
    if case.verdict is Verdict.NO_ACTION:
        return "不计"
    return case.found_by or "否，真正丢失"


class RuleLostPane(TestedPane):
    """A click opens the case's card. The last line adds them up: the net loss is what an approver needs."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.hits: list[tuple[QRect, str]] = []

    def refresh(self) -> None:
        test = self.test
        self.note = "点一件看原预警" if test is not None and test.lost else ""

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, test = self.look, self.test
        area = body.adjusted(look.pad, 0, -look.pad, 0)
        self.hits = []
        if test is None or (test.doing and not test.days):
            paint_waiting(painter, area, self, self.nothing_said())
            return
        foot = look.px(38)
        table = QRect(area.left(), area.top(), area.width(), area.height() - foot)
        if test.lost:
            boxes = paint_rows(painter, table, self._heads(test), self._rows(test), look, look.px(27))
            self.hits = [(box, case.alert_id) for box, case in zip(boxes, test.lost, strict=False)]
        line = QRect(area.left(), area.bottom() - foot, area.width(), foot)
        hairline(painter, look, area.left(), line.top(), area.width())
        text(painter, line, self.summed_up(test, len(self.hits)), look.font("body"), look.colour("text"), LEFT)

    def summed_up(self, test: BackTest, shown: int | None = None) -> str:
        if not test.lost:
            return "没有丢失的确认件" if test.before.judged else "没有核实记录，丢失未知"
        elsewhere = sum(1 for case in test.lost if case.found_by and case.verdict is Verdict.TRUE)
        idle = sum(1 for case in test.lost if case.verdict is Verdict.NO_ACTION)
        parts = [f"{elsewhere} 件由其他规则发现" if elsewhere else "", f"{idle} 件属实无需处置" if idle else ""]
        said = "，".join(part for part in parts if part)
        more = f"，未列 {len(test.lost) - shown}" if shown is not None and shown < len(test.lost) else ""
        return f"丢失 {len(test.lost)}{more}{'：' + said if said else ''}，净丢失 {test.net_lost}"

    def _heads(self, test: BackTest) -> Sequence[Head]:
        look = self.look
        labels = [label for label, _ in test.lost[0].figures[:2]]
        figures = [Head(label, width_of(label, look.font("tick")), right=True) for label in labels]
        return [
            Head("日期", look.px(46)),
            Head("地点", look.px(58)),
            *figures,
            Head("核实结果"),
            Head("其他规则", look.px(88)),
        ]

    def _rows(self, test: BackTest) -> list[list[Cell]]:
        most = min(2, len(test.lost[0].figures))
        rows = []
        for case in test.lost:
            values = [value for _, value in case.figures[:most]]
            figures = [Cell(value, "text") for value in [*values, *["—"] * (most - len(values))]]
            loud = "text" if is_net_loss(case) else "text2"
            place = case.place.partition(" ")[0]
            rows.append(
                [
                    Cell(f"{local(case.at):%m-%d}"),
                    Cell(place),
                    *figures,
                    Cell(case.outcome or "属实"),
                    Cell(found_words(case), loud),
                ]
            )
        return rows

    def mousePressEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        found = next((alert_id for box, alert_id in self.hits if box.contains(at)), "")
        if found:
            self.asked.emit("select", Subject("alert", found))
