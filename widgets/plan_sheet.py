"""One face of the pane 派船方案: what it lists, what its buttons do, what it paints beside the list."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Outcome
from services.domain.dispatch_plan import DispatchPlan
from services.domain.execution_state import ExecutionState
from services.domain.officer import Officer, Role
from services.domain.roles import DUTY_UP, READERS
from widgets.duty_rows import Act, Row
from widgets.look import Look

if TYPE_CHECKING:
    from widgets.proposal import ProposalPane

OTHER = "其他"
PREFIX = "建议重排："


class Sheet:
    """No widget of its own: it reads the pane's records and paints in the pane's body. ``letter`` is the key
    that turns to it, ``keys`` those it takes besides its buttons'."""

    word = ""
    letter = ""
    keys: frozenset[str] = frozenset()

    def __init__(self, pane: ProposalPane) -> None:
        self.pane = pane

    @property
    def look(self) -> Look:
        return self.pane.look

    @property
    def now(self) -> datetime | None:
        return self.pane.now

    # -- for the three --------------------------------------------------------------------------

    def read(self) -> None:
        """The records or the selection changed, or a second has gone by."""

    def title(self) -> str:
        """What stands behind the pane's own title."""
        return ""

    def note(self) -> str:
        return ""

    def nothing(self) -> str:
        """Why there is nothing to show; "" when there is something."""
        return ""

    def rows(self) -> Sequence[Row]:
        return ()

    def proposed(self, keys: Sequence[str]) -> str:
        return keys[0] if keys else ""

    def list_box(self, body: QRect) -> QRect:
        return body

    def paint(self, painter: QPainter, body: QRect) -> None:
        """What stands round the list."""

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        raise NotImplementedError

    def acts(self) -> Sequence[Act]:
        return ()

    def act(self, what: str) -> None:
        """A button was pressed."""

    def answer(self, question: str, choice: int, words: str) -> None:
        """An asked question was answered."""

    def key(self, name: str) -> None:
        """One of ``keys`` was pressed."""

    def pointed(self, at: QPoint) -> bool:
        """A click beside the list. True when it meant something."""
        return False

    def hint(self, at: QPoint) -> str:
        return ""

    def row_chosen(self, row: Row) -> None:
        """A row was clicked."""

    def left(self) -> None:
        """Another sheet was turned to."""

    def tick(self) -> None:
        """A second has gone by."""

    def done_words(self, outcome: Outcome) -> str:
        return "已记录"


def plan_of(records: Any) -> DispatchPlan | None:
    """The plan in force; None when nobody has confirmed one."""
    return next((plan for plan in records if isinstance(plan, DispatchPlan) and plan.is_open), None)


def suggestions(records: Any) -> list[ExecutionState]:
    """Vessels for which a new plan is suggested, the longest silent first."""
    found = [state for state in records if isinstance(state, ExecutionState) and state.suggestion]
    return sorted(found, key=lambda state: (-(state.silent_min or 0), -(state.drift_min or 0), state.vessel_name))


def why_of(suggestion: str) -> str:
    return suggestion.removeprefix(PREFIX)


def may_not(officer: Officer | None) -> str:
    """Why this officer sends no vessel; "" when he may."""
    if officer is None:
        return "未登录"
    if officer.role in DUTY_UP or officer.role is Role.DISPATCHER:
        return ""
    return READERS.get(officer.role, "须渔船调度员")


def joined(reasons: Sequence[str], choice: int, words: str) -> str:
    """A reason from the list with what was added to it; "" when 其他 was chosen and nothing written."""
    chosen = reasons[choice] if 0 <= choice < len(reasons) else OTHER
    if chosen == OTHER:
        return words
    return f"{chosen}，{words}" if words else chosen
