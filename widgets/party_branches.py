"""Branches of the community and what they planned and held: a branch opens to its activities."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.party import ACTIVITY_WORDS, PartyActivity, PartyBranch
from services.domain.timebase import local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Row
from widgets.paint import LEFT, RIGHT, text

_MOST = 14


class PartyBranchesPane(DutyListPane):
    """Topic: ``party_branches``. The chosen branch shows its activities of this month and the last."""

    empty = "没有支部"

    def make_rows(self) -> Sequence[Row]:
        branches: Sequence[PartyBranch] = self.records("party_branches")
        if self.now is None:
            return ()
        now = self.now
        held = [branch.meetings(now) for branch in branches]
        missing = sum(branch.missing(now) for branch in branches)
        done, planned = sum(d for d, _ in held), sum(p for _, p in held)
        self.note = f"三会一课 {done}/{planned}" + (f" · 未记录 {missing}" if missing else "") if branches else ""
        rows: list[Row] = []
        open_one = self.chosen or (branches[0].id if len(branches) else "")
        for branch in branches:
            rows.append(Row(branch.id, branch, 28))
            if branch.id == open_one:
                for one in branch.activities[:_MOST]:
                    rows.append(Row(one.id, one, 24, heading=True))
        return rows

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if isinstance(row.record, PartyActivity):
            self._paint_activity(painter, box.adjusted(self.look.px(14), 0, 0, 0), row.record)
            return
        look, branch = self.look, row.record
        assert self.now is not None
        done, planned = branch.meetings(self.now)
        missing = branch.missing(self.now)
        font, quiet = look.font("body"), look.colour("text3")
        text(painter, box, branch.name, font, look.colour("text"), LEFT)
        middle = box.adjusted(look.px(90), 0, 0, 0)
        told = f"{branch.members} 名 · 双报到 {branch.double_reports} · {branch.hours:,} 时"
        text(painter, middle, told, look.font("tick"), quiet, LEFT)
        said = f"未记录 {missing} · {done}/{planned}" if missing else f"{done}/{planned}"
        text(painter, box, said, look.font("body", weight=700 if missing else None), look.colour("text"), RIGHT)

    def _paint_activity(self, painter: QPainter, box: QRect, one: PartyActivity) -> None:
        look, tick = self.look, self.look.font("tick")
        assert self.now is not None
        planned = local(one.planned_at)
        text(painter, box, f"{planned:%m-%d}　{ACTIVITY_WORDS[one.kind]}", tick, look.colour("text2"), LEFT)
        if one.recorded_at is not None:
            hours = f" · {one.hours:.0f} 时" if one.hours else ""
            said = f"{one.present}/{one.expected} 人{hours}"
        else:
            late = (local(self.now).date() - planned.date()).days
            said = f"未记录 {late} 天" if late > 0 else "计划"
        text(painter, box, said, tick, look.colour("text2" if one.recorded_at or "未" not in said else "text"), RIGHT)
