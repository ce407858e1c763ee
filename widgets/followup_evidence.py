"""证据包: what is in the package of the selected case, its digests, and whether it was held against its signature."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Alert
from services.domain.case_transfer import STATE_WORDS, AskPackage, CaseTransfer, Exhibit, State
from services.domain.roles import DUTY_UP
from services.domain.snapshot import Subject
from services.domain.transfer_course import RECEIVERS
from widgets.duty_rows import Act, Row
from widgets.followup_list import LINE, FollowUpPane
from widgets.paint import LEFT, RIGHT, elide, text, width_of

EXHIBIT_WORDS = {
    "alert.json": "预警",
    "cases.json": "告知、移送、拦截",
    "passages.json": "过车记录",
    "rule.json": "规则、版本、参数",
    "summary.html": "摘要页",
    "timeline.json": "办理经过与链校验",
}
SCENE = "checkpoints"
_AGAIN = frozenset({State.FAILED, State.READY, State.RETURNED})


class FollowUpEvidencePane(FollowUpPane):
    """Topics: ``case_transfers``, ``alerts``. E asks for a package for a department; of a case that was refused
    or failed, anew."""

    empty = "选一条预警或移送，看它的证据包"

    def select(self, subject: Subject | None) -> None:
        super().select(subject)
        self.chosen, self._picked = "", False

    def transfer(self) -> CaseTransfer | None:
        """Of the selected alert the open one, else the one asked for last; of an alert of another scene, or
        when none is selected, the package made last."""
        cases: Sequence[CaseTransfer] = self.records("case_transfers")
        chosen = self._selected.id if self._selected is not None else ""
        mine = [case for case in cases if case.alert_id == chosen]
        alert = self.alert()
        if not mine and (alert is None or alert.scene != SCENE):
            mine = [case for case in cases if case.has_package]
        return max(mine, key=lambda case: (case.is_open, case.asked_at), default=None)

    def make_rows(self) -> Sequence[Row]:
        case = self.transfer()
        alert = self._asked_about()
        self.note = case.alert_id if case is not None else alert.id if alert is not None else ""
        if case is None:
            if alert is None:
                return ()
            return [Row("head:none", f"{alert.title}：还没有证据包", 30, heading=True)]
        rows = [Row("head:state", self._state(case), 30, heading=True)]
        if not case.has_package:
            return rows
        rows += [Row(f"head:fact{at}", fact, LINE, heading=True) for at, fact in enumerate(self._facts(case))]
        rows.append(Row("head:files", f"内容 {len(case.exhibits)} 件", 28, heading=True))
        return rows + [Row(one.name, one, 24) for one in case.exhibits]

    def _state(self, case: CaseTransfer) -> str:
        if case.has_package:
            return f"{case.id} · {case.department} · {STATE_WORDS[case.state]}"
        why = f"：{case.reason}" if case.reason else "…"
        return f"{case.id} · {case.department} · {STATE_WORDS[case.state]}{why}"

    def _facts(self, case: CaseTransfer) -> Sequence[tuple[str, str]]:
        facts = [("SHA-256", _spaced(case.sha256[:32])), ("", _spaced(case.sha256[32:]))]
        if case.sm3:
            facts += [("SM3", _spaced(case.sm3[:32])), ("", _spaced(case.sm3[32:]))]
        return (
            *facts,
            ("签名", "Ed25519 · 自检通过：签名、各件摘要、逐字节一致"),
            ("截至", f"案件日志第 {case.log_seq} 条 · {case.size / 1024:,.0f} KB"),
            ("文件", f"evidence/{case.sha256[:16]}….zip"),
            *(("缺件", why) for why in case.lacking),
        )

    def _asked_about(self) -> Alert | None:
        """The selected alert, when a package could be made of it."""
        alert = self.alert()
        return alert if alert is not None and alert.scene == SCENE else None

    def acts(self) -> Sequence[Act]:
        case, alert = self._own(), self._asked_about()
        why = "" if self.officer is None or self.officer.role in DUTY_UP else "须值班员"
        if not why and case is None and alert is None:
            why = "先选预警"
        if case is not None and case.state is State.PREPARING:
            why = why or "制作中"
        word = "重制证据包" if case is not None and case.state in _AGAIN else "制作证据包"
        return (Act("make", word, "E", why, primary=case is None),)

    def _own(self) -> CaseTransfer | None:
        """That of the selected alert, not just one that is shown."""
        case = self.transfer()
        chosen = self._selected
        return case if case is not None and chosen is not None and chosen.id == case.alert_id else None

    def act(self, what: str) -> None:
        case = self._own()
        chosen = self._departments().index(case.department) if case is not None and case.state in _AGAIN else 0
        self.question("make", "给哪个部门", choices=self._departments(), chosen=chosen)

    def _departments(self) -> list[str]:
        """The one that leads first."""
        alert, case = self._asked_about(), self._own()
        near = (alert.department, *alert.support) if alert is not None else ()
        own = (case.department,) if case is not None else ()
        return [name for name in dict.fromkeys((*own, *near, *RECEIVERS)) if name]

    def answer(self, question: str, choice: int, words: str) -> None:
        case, alert = self._own(), self._asked_about()
        department = self._departments()[max(0, choice)]
        if case is not None and case.state in _AGAIN:
            self.wish(AskPackage(**self.about(case), department=department))
        elif alert is not None:
            self.wish(AskPackage(alert_id=alert.id, department=department))

    def done_words(self, outcome: Any) -> str:
        return f"已申请 {outcome.case.id}，制成后可移送"

    def row_chosen(self, row: Row) -> None:
        """A file is no alert."""

    def proposed(self, keys: Sequence[str]) -> str:
        return ""

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look = self.look
        if isinstance(row.record, Exhibit):
            self._paint_exhibit(painter, box, row.record)
            return
        if isinstance(row.record, tuple):
            self._paint_fact(painter, box, *row.record)
            return
        head = row.key in ("head:state", "head:files", "head:none")
        font = look.font("body" if head else "tick")
        token = "text" if row.key == "head:state" else "text2"
        text(painter, box, elide(row.record, font, box.width()), font, look.colour(token), LEFT)

    def _paint_fact(self, painter: QPainter, box: QRect, name: str, value: str) -> None:
        look, tick = self.look, self.look.font("tick")
        left = width_of("SHA-256", tick) + look.px(12)
        text(painter, box, name, tick, look.colour("text3"), LEFT)
        room = box.adjusted(left, 0, 0, 0)
        text(painter, room, elide(value, tick, room.width()), tick, look.colour("text2"), LEFT)

    def _paint_exhibit(self, painter: QPainter, box: QRect, one: Exhibit) -> None:
        look, tick = self.look, self.look.font("tick")
        size = f"{one.size / 1024:,.1f} KB"
        text(painter, box, size, tick, look.colour("text3"), RIGHT)
        digest = one.sha256[:8]
        right = box.adjusted(0, 0, -look.px(70), 0)
        text(painter, right, digest, tick, look.colour("text3"), RIGHT)
        word = EXHIBIT_WORDS.get(one.name, "图片" if one.name.startswith("images/") else "")
        font = look.font("body")
        text(painter, box, word, font, look.colour("text"), LEFT)
        left = box.left() + width_of("告知、移送、拦截", font) + look.px(12)
        name = one.name if len(one.name) < 24 else f"{one.name[:14]}….jpg"
        text(painter, QRect(left, box.top(), box.width() // 3, box.height()), name, tick, look.colour("text3"), LEFT)


def _spaced(digest: str) -> str:
    """In groups of eight, so that it can be read out."""
    return " ".join(digest[at : at + 8] for at in range(0, len(digest), 8))
