"""养老名单: every elder who lives alone, whom somebody must look after first; away in one click."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.away import REASON_WORDS
from services.domain.community import Elder, Safety
from services.domain.elder_call import OpenCall
from widgets.care_away import REASONS, away_wish
from widgets.care_list import TWO, CareListPane
from widgets.duty_rows import Act, Row
from widgets.elders_bar import CARE_WORDS
from widgets.elders_rows import ago, is_about
from widgets.estate_alerts import showing
from widgets.glyphs import put_glyph, put_unknown

_GROUPS = (
    ("正在联系", lambda e: bool(e.chain_id)),
    ("待确认", lambda e: e.safety is Safety.PENDING),
    ("失联未知", lambda e: e.safety is Safety.UNKNOWN and not e.unmonitored),
    ("外出报备", lambda e: e.safety is Safety.AWAY),
    ("不监测", lambda e: bool(e.unmonitored)),
    ("今日已确认", lambda _: True),
)


class CareEldersPane(CareListPane):
    """Topics: ``elders``, ``alerts``. W reports the chosen elder away, L begins a contact chain."""

    empty = "没有登记的独居老人"

    def make_rows(self) -> Sequence[Row]:
        elders: Sequence[Elder] = self.records("elders")
        left = list(elders)
        rows: list[Row] = []
        for words, belongs in _GROUPS:
            mine = [one for one in left if belongs(one)]
            left = [one for one in left if one not in mine]
            if mine:
                rows.append(Row(f"head:{words}", f"{words} {len(mine)}", 24, heading=True))
                rows += [Row(one.id, one, TWO) for one in mine]
        self.note = f"独居 {len(elders)} 人" if elders else ""
        return rows

    def elder_id(self, row: Row) -> str:
        return row.record.id if isinstance(row.record, Elder) else ""

    def acts(self) -> Sequence[Act]:
        elder: Elder | None = self.record()
        away = calling = "先选一位"
        if elder is not None:
            away = "已报备外出" if elder.safety is Safety.AWAY else ""
            calling = "正在联系" if elder.chain_id else ""
        return (Act("away", "外出报备", "W", away, primary=True), Act("call", "联系", "L", calling))

    def act(self, what: str) -> None:
        if what == "away":
            ask_away(self)
        elif what == "call":
            self.question("call", "为什么联系", hint="邻居说两天没见到")

    def answer(self, question: str, choice: int, words: str) -> None:
        elder = self.record()
        if elder is None or self.now is None:
            return
        if question == "away":
            self.wish(away_wish(elder, choice, words, self.now))
        elif question == "call":
            self.wish(OpenCall(elder_id=elder.id, reason=words))

    def done_words(self, outcome: Any) -> str:
        case = outcome.case
        return f"已报备 {case.words}" if hasattr(case, "until") else f"已开始联系 {case.id}"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        if row.heading:
            self.paint_heading(painter, box, row.record)
            return
        elder: Elder = row.record
        alert = next((a for a in showing(self.records("alerts")) if is_about(a, elder)), None)
        if alert is not None:
            put_glyph(painter, self.look, alert.level, self.spot(box), self.look.glyph("table"), alert.is_signed)
        elif elder.safety is Safety.UNKNOWN:
            put_unknown(painter, self.look, self.spot(box), self.look.glyph("table"))
        last = ago(elder.last_activity, self.now) if elder.last_activity and not elder.unmonitored else ""
        who = f"{elder.name}　{CARE_WORDS[elder.care]} · {elder.estate_name} {elder.building}"
        device = f" · {elder.silent_device}失联" if elder.devices_off else ""
        due = f"探访 {elder.visit_due:%m-%d}" + (" 逾期" if elder.visit_late else "") if elder.visit_due else ""
        quiet = elder.safety is Safety.CONFIRMED
        first = (who, elder.proof or last or elder.note)
        second = (f"{elder.note}{device}" if quiet else f"{elder.note} · {elder.next_step}{device}", due)
        self.paint_two(painter, box, first, second, indent=20, quiet=quiet)


def ask_away(pane: Any) -> None:
    """The one click: W and Enter report her fetched by her daughter for three days."""
    words = [REASON_WORDS[one] for one in REASONS]
    pane.question("away", "外出报备至", choices=words, chosen=0, hint="（可不填，三天）12-02 或 5天，由谁告知")
