"""How far the disputes are, how long they are open, what they are about: each line narrows the list beside it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.mediation import Mediation
from services.domain.mediation_figures import AGES, FUNNEL, STATE_WORDS
from services.domain.mediation_filter import ALL, COLLECTIVE, FILTER, LATE, OPEN, RISK, matches
from services.domain.snapshot import Subject
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Row
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, bar, text

_HIGH, _HEAD = 28, 26
_BARRED = frozenset({"state", "age", "type"})  # groups whose lines add up


class MediationFunnelPane(DutyListPane):
    """Topic: ``mediations``. A line is pointed at with the mouse or walked to with the arrow keys."""

    empty = "尚无纠纷"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._counts: Mapping[str, int] = {}

    def select(self, subject: Subject | None) -> None:
        if subject is not None and subject.kind == FILTER and subject.id != self.chosen:
            self.choose(subject.id)

    def make_rows(self) -> Sequence[Row]:
        cases: Sequence[Mediation] = self.records("mediations")
        if not cases or self.now is None:
            return ()
        groups = (
            ("", [(OPEN, "在办与回访"), (ALL, "全部"), (COLLECTIVE, "联名"), (RISK, "激化"), (LATE, "逾期")]),
            ("进度", [(f"state:{STATE_WORDS[state]}", STATE_WORDS[state]) for state in FUNNEL]),
            ("在办时长", [(f"age:{word}", word) for _, word in AGES]),
            ("类型", [(f"type:{word}", word) for word in self._types(cases)]),
        )
        now = self.now
        keys = [key for _, lines in groups for key, _ in lines]
        self._counts = {key: sum(matches(case, key, now) for case in cases) for key in keys}
        rows: list[Row] = []
        for head, lines in groups:
            if head:
                rows.append(Row(f"head:{head}", head, _HEAD, heading=True))
            rows += [Row(key, word, _HIGH) for key, word in lines]
        return rows

    @staticmethod
    def _types(cases: Sequence[Mediation]) -> Sequence[str]:
        counts: dict[str, int] = {}
        for case in cases:
            counts[case.type.value] = counts.get(case.type.value, 0) + 1
        return sorted(counts, key=lambda word: (-counts[word], word))

    def proposed(self, keys: Sequence[str]) -> str:
        return OPEN if OPEN in keys else ""

    def row_chosen(self, row: Row) -> None:
        self.asked.emit("select", Subject(FILTER, row.key))

    def step(self, by: int) -> None:
        super().step(by)
        row = self.chosen_row()
        if row is not None:
            self.row_chosen(row)

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look = self.look
        if row.heading:
            text(painter, box, row.record, look.font("tick"), look.colour("text3"), LEFT)
            return
        count = self._counts.get(row.key, 0)
        group = row.key.partition(":")[0]
        most = max((n for key, n in self._counts.items() if key.partition(":")[0] == group), default=0) or 1
        ink = look.colour("text" if count else "text3")
        text(painter, box, row.record, look.font("body"), ink, LEFT)
        text(painter, box, f"{count:,}", look.font("body", weight=700 if count else None), ink, RIGHT)
        names, figures = look.px(110), look.px(46)
        track = QRect(box.left() + names, box.center().y() - look.px(4), box.width() - names - figures, look.px(8))
        if count and group in _BARRED:
            bar(painter, track, count / most, look)
