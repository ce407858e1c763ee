"""预案: the plans that run, step by step with their clocks, and those that could be started."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QPointF, QRect, Qt
from PySide6.QtGui import QPainter

from services.domain.officer import Role
from services.domain.plan_run import (
    RUN_WORDS,
    DeclinePlan,
    DoStep,
    EndPlan,
    PlanRun,
    ProposePlan,
    RunState,
    SkipStep,
    StartPlan,
    StepRun,
)
from services.domain.response_plan import ResponsePlan
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.duty_alert import AlertListPane
from widgets.duty_rows import Act, Row
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text, wrap
from widgets.words import long_limit, running


class DutyPlansPane(AlertListPane):
    """Topics: ``plans``, ``plan_runs``, ``alerts``. Q starts or proposes the chosen plan on the selected
    alert, D does the chosen step, J skips it, E ends the run."""

    empty = "没有预案"

    def make_rows(self) -> Sequence[Row]:
        runs: Sequence[PlanRun] = [run for run in self.records("plan_runs") if run.is_open]
        plans: Sequence[ResponsePlan] = self.records("plans")
        rows: list[Row] = []
        for run in runs:
            rows.append(Row(run.id, run, 44))
            rows += [Row(f"{run.id}/{step.id}", (run, step), self._step_high(step)) for step in run.steps]
        alert = self.alert()
        if plans:
            word = f"可启动 · {alert.id}" if alert is not None else "可启动 · 先在右侧选一条预警"
            rows.append(Row("head:plans", word, 26, heading=True))
        fitting = sorted(plans, key=lambda plan: alert is None or alert.rule_id not in plan.rules)
        rows += [Row(plan.id, plan, 28) for plan in fitting]
        self.note = f"执行中 {sum(run.state is RunState.RUNNING for run in runs)}" if runs else ""
        return rows

    def _step_high(self, step: StepRun) -> int:
        look = self.look
        lines = len(wrap(step.text, look.font("body"), max(look.px(80), self.width() - 2 * look.pad - look.px(20))))
        return 26 + 19 * max(1, lines)

    # -- what may be done ----------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        record = self._chosen_record()
        match record:
            case ResponsePlan():
                why = "" if self.alert() is not None else "先选预警"
                return (Act("start", "启动" if self._leads else "建议启动", "Q", why),)
            case PlanRun(state=RunState.PROPOSED):
                return (Act("start", "启动", "Q"), Act("decline", "不启动", "X"))
            case PlanRun(steps=steps):
                left = sum(step.is_open for step in steps)
                return (Act("end", "结束", "E", f"还有 {left} 步" if left else ""),)
            case (PlanRun(state=RunState.RUNNING), StepRun(is_open=True)):
                return (Act("do", "完成", "D", primary=True), Act("skip", "跳过", "J"))
        return ()

    def foot_room(self) -> int:
        return 42

    @property
    def _leads(self) -> bool:
        return self.officer is None or self.officer.role is Role.DUTY_LEADER

    def _chosen_record(self) -> Any:
        row = self.chosen_row()
        return row.record if row is not None else None

    def act(self, what: str) -> None:
        match what:
            case "start":
                self._start()
            case "do":
                self.question("do", "这一步已办", hint="（可不填）说明")
            case "skip":
                self.question("skip", "跳过这一步", hint="原因")
            case "end":
                self.question("end", "结束预案", hint="结果")
            case "decline":
                self.question("decline", "不启动", hint="原因")

    def _start(self) -> None:
        record = self._chosen_record()
        alert = self.alert()
        if isinstance(record, PlanRun):
            self.wish(StartPlan(case_id=record.id, expected_version=record.version))
        elif isinstance(record, ResponsePlan) and alert is not None:
            make = StartPlan if self._leads else ProposePlan
            self.wish(make(plan_id=record.id, alert_id=alert.id))

    def answer(self, question: str, choice: int, words: str) -> None:
        record = self._chosen_record()
        run = record if isinstance(record, PlanRun) else record[0] if isinstance(record, tuple) else None
        if run is None:
            return
        about = {"case_id": run.id, "expected_version": run.version}
        match question:
            case "end":
                self.wish(EndPlan(**about, text=words))
            case "decline":
                self.wish(DeclinePlan(**about, reason=words))
            case "do" if isinstance(record, tuple):
                self.wish(DoStep(**about, step_id=record[1].id, remark=words))
            case "skip" if isinstance(record, tuple):
                self.wish(SkipStep(**about, step_id=record[1].id, reason=words))

    def row_chosen(self, row: Row) -> None:
        if isinstance(row.record, PlanRun):
            self.asked.emit("select", Subject("alert", row.record.alert_id))

    # -- painting ------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, record = self.look, row.record
        font = look.font("body")
        match record:
            case str():
                text(painter, box.adjusted(0, look.px(4), 0, 0), record, look.font("tick"), look.colour("text3"), LEFT)
            case ResponsePlan():
                room = box.width() - look.px(56)
                text(painter, box, elide(record.title, font, room), font, look.colour("text2"), LEFT)
                text(painter, box, f"{len(record.steps)} 步", look.font("tick"), look.colour("text3"), RIGHT)
            case PlanRun():
                self._paint_run(painter, box, record)
            case _:
                self._paint_step(painter, box, record[1])

    def _paint_run(self, painter: QPainter, box: QRect, run: PlanRun) -> None:
        look = self.look
        first = QRect(box.left(), box.top() + look.px(3), box.width(), look.px(20))
        second = QRect(box.left(), box.top() + look.px(22), box.width(), look.px(18))
        strong = look.font("body", weight=500)
        done = sum(not step.is_open for step in run.steps)
        text(painter, first, elide(run.title, strong, box.width() - look.px(60)), strong, look.colour("text"), LEFT)
        text(painter, first, f"{done} / {len(run.steps)}", strong, look.colour("text"), RIGHT)
        told = f"{RUN_WORDS[run.state]} · {run.alert_id}"
        text(painter, second, told, look.font("tick"), look.colour("text3"), LEFT)

    def _paint_step(self, painter: QPainter, box: QRect, step: StepRun) -> None:
        look = self.look
        font, tick = look.font("body"), look.font("tick")
        inner = box.adjusted(look.px(20), look.px(3), 0, 0)
        _paint_tick(painter, QPointF(box.left() + look.px(6), box.top() + look.px(13)), look, step)
        ink = look.colour("text" if step.is_open else "text3")
        y = inner.top()
        for line in wrap(step.text, font, inner.width()):
            text(painter, QRect(inner.left(), y, inner.width(), look.px(19)), line, font, ink, LEFT)
            y += look.px(19)
        second = QRect(inner.left(), y, inner.width(), look.px(18))
        text(painter, second, step.owner, tick, look.colour("text3"), LEFT)
        text(painter, second, step_words(step, self.now), tick, look.colour("text2"), RIGHT)


def step_words(step: StepRun, now: datetime | None) -> str:
    """``王* 14:40``, ``跳过 王* 14:41``, ``余 2:10``, ``超 4 分``, ``5 分内``."""
    if step.done_at is not None:
        return ("跳过 " if step.skipped else "") + f"{step.by} {local(step.done_at):%H:%M}"
    if step.due_at is None or now is None:
        return f"{step.within_min} 分内"
    seconds = (step.due_at - now).total_seconds()
    return f"余 {running(seconds)}" if seconds >= 0 else f"超 {long_limit(-seconds)}"


def _paint_tick(painter: QPainter, centre: QPointF, look: Look, step: StepRun) -> None:
    """A ring ahead, filled when done; overdue is said in words beside it."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(look.colour("text2" if step.is_open else "text3"))
    painter.setBrush(Qt.BrushStyle.NoBrush if step.is_open or step.skipped else look.colour("text3"))
    painter.drawEllipse(centre, look.px(4), look.px(4))
    painter.restore()
