"""Turns what a pane asked for into a command, a selection or another scene."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal, Slot

from console.session import Session
from services.domain.alert import Action, Command, Outcome
from services.domain.officer import Officer
from services.domain.snapshot import Subject

DONE_WORDS = {
    Action.SIGN: "已签收",
    Action.VERIFY: "已转核查",
    Action.DISPATCH: "已派单",
    Action.ACCEPT: "已接单",
    Action.HANDLE: "已开始处置",
    Action.FEEDBACK: "已反馈",
    Action.REVIEW: "已送核验",
    Action.REWORK: "已退回重办",
    Action.RETURN: "已退回",
    Action.SUSPEND: "已挂起",
    Action.RESUME: "已恢复",
    Action.FALSE_ALARM: "已记为误报",
    Action.NO_ACTION: "已记为无需处置",
    Action.CLOSE: "已办结",
    Action.ARCHIVE: "已归档",
    Action.MERGE: "已并案",
    Action.UNMERGE: "已拆案",
    Action.SHELVE: "已暂缓",
    Action.UNSHELVE: "已恢复提醒",
    Action.REOPEN: "已重开",
    Action.SUPERVISE: "已督办",
    Action.NOTE: "已记录",
}


class Actions(QObject):
    """Panes ask by word: ``select`` a Subject, ``action`` a Command, ``open`` a scene's id or a Subject."""

    selected = Signal(object)
    scene_asked = Signal(str)
    answered = Signal(object)  # the Outcome of a command

    def __init__(
        self, perform: Callable[[Command, Officer], None], session: Session, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._perform = perform
        self._session = session

    @Slot(str, object)
    def ask(self, what: str, about: Any) -> None:
        if what == "action" and isinstance(about, Command):
            self._perform(about, self._session.officer)
        elif what == "open" and isinstance(about, str):
            self.scene_asked.emit(about)
        elif what in ("select", "open") and (about is None or isinstance(about, Subject)):
            self.selected.emit(about)
        else:
            raise ValueError(f"a pane asked {what!r} about {about!r}; known: select, action, open")

    @Slot(object)
    def answer(self, outcome: Outcome) -> None:
        self.answered.emit(outcome)


def said(outcome: Outcome) -> str:
    """What became of a command, for an officer who looks elsewhere by now."""
    alert = outcome.command.alert_id
    return f"{DONE_WORDS[outcome.command.action]} {alert}" if outcome.done else f"{alert}：{outcome.refusal}"
