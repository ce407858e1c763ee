"""积分与信用: what was issued and spent, plastic for things, credit, and the account of the boat pointed at."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QRect
from PySide6.QtGui import QHelpEvent, QPainter
from PySide6.QtWidgets import QToolTip, QWidget

from services.domain.alert import Outcome
from services.domain.boats import FishingBoat, HandInRequest
from services.domain.officer import Officer
from services.domain.points import Entry, PointsSummary
from services.domain.points_account import COUNTER, account_id
from services.domain.points_case import PointsAccount, RedeemPoints, SwapPlastic
from services.domain.points_terms import TERMS, Gift, PointsTerms
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row
from widgets.hand_ins import KIND, resolve
from widgets.look import Look
from widgets.paint import RIGHT, elide, figure, hairline, text, width_of

BAND = 118
TWO_FIGURES = 59
PUBLISHED_YUAN = "1 亿元"
FORMULAS = {
    "issued": "已记分 = Σ 各船上交所得（签收预发一半，办结发余数，含更正与冲销）；不含期初。演示数据",
    "redeemed": "已兑换 = Σ 兑换分值；按窗口登记。演示数据",
    "plastic": "塑料换物 = Σ 窗口称重 kg；次数为登记笔数，不计积分。演示数据",
    "credit": "已授信 = Σ 银行回告的授信额。演示数据；公开报道累计授信 1 亿元，渔省心，口径与时点不同，不相加",
}


class PointsPane(DutyListPane):
    """Topics: ``points_summary``, ``points_accounts``, ``points_terms``, ``boat_register``,
    ``hand_in_requests``, ``alerts``. D redeems for the boat pointed at, S swaps plastic."""

    empty = "尚无分录"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._selected: Subject | None = None
        self.hints: list[tuple[QRect, str]] = []

    # -- what is on it -------------------------------------------------------------------------

    def select(self, subject: Subject | None) -> None:
        self._selected = resolve(subject, self.records("alerts"))
        self.refresh()

    def boat(self) -> FishingBoat | None:
        """The boat pointed at, or that of the hand-in pointed at."""
        chosen = self._selected
        if chosen is None:
            return None
        wanted = chosen.id if chosen.kind == "boat" else ""
        if chosen.kind == KIND:
            requests: Sequence[HandInRequest] = self.records("hand_in_requests")
            wanted = next((one.boat_id for one in requests if one.id == chosen.id), "")
        return next((one for one in self.records("boat_register") if one.id == wanted), None) if wanted else None

    def account(self) -> PointsAccount | None:
        boat = self.boat()
        if boat is None:
            return None
        return next((one for one in self.records("points_accounts") if one.boat_id == boat.id), None)

    def make_rows(self) -> Sequence[Row]:
        summary, boat = self._summary(), self.boat()
        rows: list[Row] = []
        if boat is not None:
            account = self.account()
            balance = f"余额 {account.balance}" if account is not None else f"档案 {boat.points}，未记账"
            rows.append(Row("boat", (boat.vessel_no, balance), 32, heading=True))
            entries = account.recent[:6] if account is not None else ()
            rows += [Row(f"own:{turn}", entry, 28, heading=True) for turn, entry in enumerate(entries)]
        if summary is not None and summary.latest:
            rows.append(Row("latest", ("最近分录", f"{summary.accounts} 个账户"), 32, heading=True))
            rows += [Row(f"all:{turn}", entry, 28, heading=True) for turn, entry in enumerate(summary.latest)]
        return rows

    def _summary(self) -> PointsSummary | None:
        return next(iter(self.records("points_summary")), None)

    def _terms(self) -> PointsTerms:
        return next(iter(self.records("points_terms")), TERMS)

    # -- what may be done ----------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        why = self._not_theirs(self.officer) or ("" if self.boat() is not None else "先选一艘船")
        return (Act("redeem", "兑换", "D", why, primary=not why), Act("swap", "塑料换物", "S", why))

    def _not_theirs(self, officer: Officer | None) -> str:
        return "" if officer is None or officer.role in COUNTER else "须调度员或值班员"

    def act(self, what: str) -> None:
        boat = self.boat()
        if boat is None:
            return
        words = [self._gift_words(gift, what) for gift in self._gifts(what)]
        if what == "redeem":
            self.question("redeem", f"{boat.vessel_no} 兑换", choices=words, hint="数量")
        else:
            self.question("swap", f"{boat.vessel_no} 塑料换物", choices=words, hint="塑料 kg，整数")

    def _gifts(self, what: str) -> list[Gift]:
        return [gift for gift in self._terms().gifts if what == "redeem" or gift.plastic_kg]

    def _gift_words(self, gift: Gift, what: str) -> str:
        return f"{gift.name} {gift.points} 分" if what == "redeem" else f"{gift.name} {gift.plastic_kg} kg"

    def answer(self, question: str, choice: int, words: str) -> None:
        boat, account = self.boat(), self.account()
        if boat is None:
            return
        if not words.strip().isdecimal():
            self.say("须为整数")
            return
        gift, number = self._gifts(question)[max(0, choice)], int(words)
        about: dict[str, Any] = {"boat_id": boat.id, "gift": gift.id}
        if account is not None:
            about |= {"case_id": account_id(boat.id), "expected_version": account.version}
        if question == "redeem":
            self.wish(RedeemPoints(**about, quantity=number))
        else:
            self.wish(SwapPlastic(**about, plastic_kg=number))

    def done_words(self, outcome: Outcome) -> str:
        account = outcome.case
        return f"{account.recent[0].about}，余额 {account.balance}" if isinstance(account, PointsAccount) else "已记录"

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            words = next((words for box, words in self.hints if box.contains(event.pos())), "")
            QToolTip.showText(event.globalPos(), words, self)
            return True
        return super().event(event)

    # -- painting ------------------------------------------------------------------------------

    def top_room(self) -> int:
        return BAND

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        super().paint_body(painter, body)
        summary, look = self._summary(), self.look
        self.hints = []
        if summary is None:
            return
        half = (body.width() - 2 * look.pad) // 2
        for turn, (key, label, value, unit, note) in enumerate(_figures(summary)):
            box = QRect(
                look.pad + (turn % 2) * half, body.top() + turn // 2 * look.px(TWO_FIGURES), half, look.px(TWO_FIGURES)
            )
            self._paint_figure(painter, box, label, value, unit, note)
            self.hints.append((box, FORMULAS[key]))
        hairline(painter, look, 0, body.top() + look.px(BAND) - look.hair, self.width())

    def _paint_figure(self, painter: QPainter, box: QRect, label: str, value: str, unit: str, note: str) -> None:
        look, tick = self.look, self.look.font("tick")
        head = QRect(box.left(), box.top() + look.px(6), box.width(), look.px(16))
        text(painter, head, label, tick, look.colour("text2"))
        wide = figure(painter, box.left(), box.top() + look.px(46), value, unit, look)
        room = box.width() - wide - look.px(20)
        rest = QRect(box.left() + wide + look.px(8), box.top() + look.px(30), room, look.px(20))
        text(painter, rest, elide(note, tick, room), tick, look.colour("text3"))

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look = self.look
        if isinstance(row.record, Entry):
            self._paint_entry(painter, box, row.record, own=row.key.startswith("own:"))
            return
        left, right = row.record
        text(painter, box, left, look.font("body", weight=500), look.colour("text"))
        text(painter, box, right, look.font("body"), look.colour("text2"), RIGHT)

    def _paint_entry(self, painter: QPainter, box: QRect, entry: Entry, *, own: bool) -> None:
        look, body, tick = self.look, self.look.font("body"), self.look.font("tick")
        points = f"{entry.points:+d}".replace("-", "−") if entry.points else "0"
        text(painter, box, points, look.font("body", digits=True), look.colour("text"), RIGHT)
        when = f"{local(entry.at):%m-%d %H:%M}"
        text(painter, box, when, tick, look.colour("text3"))
        left = box.left() + look.px(78)
        text(painter, QRect(left, box.top(), look.px(40), box.height()), entry.word, body, look.colour("text2"))
        left += look.px(40)
        room = box.right() - left - width_of(points, body) - look.px(12)
        about = entry.about if own else f"{entry.vessel_no.removeprefix('浙椒渔').strip()} · {entry.about}"
        told = f"{about} · {entry.by}" if entry.by else about
        text(painter, QRect(left, box.top(), room, box.height()), elide(told, body, room), body, look.colour("text"))


def _figures(summary: PointsSummary) -> tuple[tuple[str, str, str, str, str], ...]:
    """Key, label, value, unit, note; a figure nobody told is a dash."""
    credit = "—" if summary.credit_yuan is None else f"{summary.credit_yuan / 10_000:,.0f}"
    told = "银行未回告" if summary.credit_yuan is None else f"{summary.credit_count} 笔 · 公开 {PUBLISHED_YUAN}"
    return (
        ("issued", "已记分", f"{summary.issued:,}", "分", f"期初 {summary.opening:,}"),
        ("redeemed", "已兑换", f"{summary.redeemed:,}", "分", f"余 {summary.balance:,}"),
        ("plastic", "塑料换物", f"{summary.plastic_kg:,}", "kg", f"{summary.swaps} 次"),
        ("credit", "信用贷款 已授信", credit, "万元", told),
    )
