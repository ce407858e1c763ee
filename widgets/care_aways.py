"""外出名单: who is away until when, who said so, and who came back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.away import REASON_WORDS, Away, MoveReturn, ReturnHome
from services.domain.community import Elder, Safety
from services.domain.timebase import local
from widgets.care_list import TWO, CareListPane
from widgets.care_words import until_in
from widgets.duty_rows import Act, Row


class CareAwaysPane(CareListPane):
    """Topics: ``aways``, ``elders``. K she is back, G another day. Those the register alone knows stand last."""

    empty = "没有外出报备；在名单上按 W 报备"

    def make_rows(self) -> Sequence[Row]:
        aways: Sequence[Away] = self.records("aways")
        gone = sorted((a for a in aways if a.is_open), key=lambda a: (a.ends_at, a.id))
        back = sorted((a for a in aways if not a.is_open), key=lambda a: a.back_at or a.ends_at, reverse=True)
        own = {one.elder_id for one in gone}
        filed = [e for e in self.records("elders") if e.safety is Safety.AWAY and e.id not in own]
        self.note = f"外出 {len(gone) + len(filed)}"
        rows = [Row(a.id, a, TWO) for a in gone]
        if filed:
            rows.append(Row("head:filed", f"社区系统登记 {len(filed)}", 24, heading=True))
            rows += [Row(e.id, e, TWO) for e in filed]
        if back:
            rows.append(Row("head:back", f"三日内返回 {len(back)}", 24, heading=True))
            rows += [Row(a.id, a, TWO) for a in back[:6]]
        return rows

    def elder_id(self, row: Row) -> str:
        return row.record.id if isinstance(row.record, Elder) else str(getattr(row.record, "elder_id", ""))

    def acts(self) -> Sequence[Act]:
        match self.record():
            case None:
                return ()
            case Elder():
                why = "由社区系统登记"
            case away:
                why = "" if away.is_open else "已返回"
        return (Act("back", "已返回", "K", why, primary=True), Act("move", "改日期", "G", why))

    def act(self, what: str) -> None:
        if what == "back":
            self.question("back", "已返回，恢复监测", hint="（可不填）谁见到")
        else:
            self.question("move", "改到", hint="12-02 或 5天，由谁告知")

    def answer(self, question: str, choice: int, words: str) -> None:
        if question == "back":
            self.wish_about(ReturnHome, text=words)
        elif self.now is not None:
            until, told_by = until_in(words, local(self.now).date())
            self.wish_about(MoveReturn, until=until, told_by=told_by)

    def done_words(self, outcome: Any) -> str:
        away: Away = outcome.case
        return f"{away.words}" if away.is_open else f"已返回 {away.id}"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if row.heading:
            self.paint_heading(painter, box, row.record)
        elif isinstance(row.record, Elder):
            elder: Elder = row.record
            ends = f"至 {local(elder.away_until):%m-%d}" if elder.away_until else ""
            self.paint_two(painter, box, (f"{elder.name}　{elder.note}", ends), (elder.estate_name, ""))
        else:
            self._paint_away(painter, box, row.record)

    def _paint_away(self, painter: QPainter, box: QRect, away: Away) -> None:
        word = REASON_WORDS[away.reason]
        told = f"{away.told_by}告知 · {away.reported_by}登记" if away.told_by else f"{away.reported_by}登记"
        moved = f" · 改期 {away.moved} 次" if away.moved else ""
        if away.is_open:
            right = self.clock("返回", away.ends_at)
        else:
            right = ("到期恢复 " if away.by_date else "返回 ") + f"{local(away.back_at or away.ends_at):%m-%d %H:%M}"
        second = (f"{told}{moved}", f"{away.until:%m-%d} 止")
        self.paint_two(painter, box, (f"{away.name}　{word}", right), second, quiet=not away.is_open)
