"""同意书: who signed, what may be used; withdrawn, the monitoring stops."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.community import Elder
from services.domain.consent import USES, GiveConsent, Standing, WithdrawConsent, standings
from widgets.care_list import TWO, CareListPane
from widgets.duty_rows import Act, Row


class CareConsentsPane(CareListPane):
    """Topics: ``elders``, ``elder_consents``, ``consents``. T records a paper, X a withdrawal."""

    empty = "没有同意书"

    def make_rows(self) -> Sequence[Row]:
        elders: Sequence[Elder] = self.records("elders")
        stopped = [e for e in elders if e.unmonitored]
        signed = [e for e in elders if not e.unmonitored]
        self.note = f"已签 {len(signed)}" + (f" · 停止监测 {len(stopped)}" if stopped else "")
        rows: list[Row] = []
        for words, mine in (("停止监测", stopped), ("已签", signed)):
            if mine:
                rows.append(Row(f"head:{words}", f"{words} {len(mine)}", 24, heading=True))
                rows += [Row(e.id, e, TWO) for e in mine]
        return rows

    def elder_id(self, row: Row) -> str:
        return row.record.id if isinstance(row.record, Elder) else ""

    def acts(self) -> Sequence[Act]:
        elder: Elder | None = self.record()
        none = "先选一位" if elder is None else ""
        stopped = none or ("已停止监测" if elder is not None and elder.unmonitored else "")
        return (Act("give", "录入同意书", "T", none), Act("withdraw", "撤回", "X", stopped))

    def act(self, what: str) -> None:
        if what == "give":
            self.question("give", "谁签字", choices=("本人", "子女", "监护人"), chosen=0, hint="签字人姓名，只留脱敏")
        else:
            self.question("withdraw", "撤回同意，停止监测", hint="谁要求撤回")

    def answer(self, question: str, choice: int, words: str) -> None:
        elder: Elder | None = self.record()
        if elder is None:
            return
        if question == "give":
            relation = ("本人", "子女", "监护人")[max(0, choice)]
            self.wish(GiveConsent(elder_id=elder.id, signer=words, relation=relation))
        else:
            self.wish(WithdrawConsent(elder_id=elder.id, reason=words))

    def done_words(self, outcome: Any) -> str:
        return f"{'已撤回，停止监测' if outcome.case.withdrawn else '已录入'} {outcome.case.id}"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if row.heading:
            self.paint_heading(painter, box, row.record)
            return
        elder: Elder = row.record
        standing = self._standings().get(elder.id, Standing())
        scope = "、".join(USES[use] for use in standing.scope if use in USES) or "—"
        first = (f"{elder.name}　{elder.consent or '无'}", elder.unmonitored)
        self.paint_two(painter, box, first, (f"可用 {scope}", ""), strong=bool(elder.unmonitored))

    def _standings(self) -> dict[str, Standing]:
        return standings(self.records("elder_consents"), self.records("consents"))
