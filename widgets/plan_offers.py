"""重排: what a planner offers beside the plan in force, what it moves, and the confirming of one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Outcome
from services.domain.dispatch_plan import (
    OFFER_WORDS,
    ConfirmPlan,
    DispatchPlan,
    Move,
    OfferKind,
    PlanOffer,
    Unserved,
)
from services.domain.plan_ask_case import AskReplan
from widgets.duty_rows import Act, Row
from widgets.paint import LEFT, elide, hairline, text, wrap
from widgets.plan_book import PlanBook, left_words, move_words
from widgets.plan_compare import HEAD, LABELS, Column, in_force, offered, paint_columns
from widgets.plan_compare import ROW as TABLE_ROW
from widgets.plan_sheet import Sheet, may_not, suggestions, why_of

if TYPE_CHECKING:
    from widgets.proposal import ProposalPane

TABLE_SHARE, WIDE_ENOUGH = 0.59, 520
HEADING, LINE, TWO_LINES = 22, 21, 38
ARMED_FOR = timedelta(seconds=6)
MANUAL = "人工重排"
_LETTERS = {OfferKind.GREEDY: "1", OfferKind.FEW: "1", OfferKind.BEST: "2"}


class OffersSheet(Sheet):
    word, letter = "重排", "P"
    keys = frozenset({"1", "2"})

    def __init__(self, pane: ProposalPane) -> None:
        super().__init__(pane)
        self.book = PlanBook()
        self.kind: OfferKind | None = None  # picked by the officer
        self.armed = ""  # id of the offer that the next Enter confirms
        self._armed_at: datetime | None = None
        self._columns: list[tuple[QRect, str]] = []

    # -- what there is -------------------------------------------------------------------------

    def read(self) -> None:
        self.book = PlanBook.of(self.pane.records)

    @property
    def offer(self) -> PlanOffer | None:
        """The one on which the officer stands."""
        return self.book.offer(self.kind)

    # -- the face ------------------------------------------------------------------------------

    def title(self) -> str:
        return "重排"

    def note(self) -> str:
        offer = self.offer
        return f"缘由 {offer.why}" if offer is not None and offer.why else ""

    def nothing(self) -> str:
        if self.book.plan is not None or self.book.offers or self.book.computing:
            return ""
        refusal = self.book.ask.refusal if self.book.ask is not None else ""
        return f"未算成：{refusal}。按 R 再算" if refusal else "还没有计划。按 R 重排"

    def rows(self) -> Sequence[Row]:
        offer = self.offer
        if offer is None:
            return ()
        fresh = sum(not move.from_vessel for move in offer.moves)
        told = f"改动 {offer.moved} 件" + (f" · 新派 {fresh} 件" if fresh else "")
        rows = [Row("head:moves", told, HEADING, heading=True)]
        rows += [Row(f"move:{move.request_id}", move, LINE) for move in offer.moves]
        if offer.unserved:
            rows.append(Row("head:unserved", f"未排 {len(offer.unserved)} 件", HEADING, heading=True))
            rows += [Row(f"left:{one.request_id}", one, self._high(one)) for one in offer.unserved]
        return rows

    def _high(self, one: Unserved) -> int:
        room = self.list_box(self.pane.sheet_box()).width() - self.look.px(44)
        return TWO_LINES if len(wrap(left_words(one), self.look.font("body"), max(1, room))) > 1 else LINE

    def _is_wide(self, body: QRect) -> bool:
        return body.width() >= self.look.px(WIDE_ENOUGH)

    def table_box(self, body: QRect) -> QRect:
        wide = round(body.width() * TABLE_SHARE) if self._is_wide(body) else body.width() - self.look.px(4)
        return QRect(body.left(), body.top(), wide, body.height())

    def list_box(self, body: QRect) -> QRect:
        if self._is_wide(body):
            return body.adjusted(self.table_box(body).width() + self.look.px(8), self.look.px(2), 0, 0)
        return body.adjusted(0, self.look.px(HEAD + len(LABELS) * TABLE_ROW + 26), 0, 0)

    def paint(self, painter: QPainter, body: QRect) -> None:
        look, box = self.look, self.table_box(body)
        self._columns = paint_columns(painter, box, self.columns(), look)
        if self._is_wide(body):
            hairline(painter, look, box.right() + look.px(4), body.top(), body.height(), vertical=True)
        low = box.top() + look.px(HEAD + len(LABELS) * TABLE_ROW)
        line = QRect(look.pad, low + look.px(4), box.width() - look.pad, look.px(18))
        room = max(1, (body.bottom() - low) // line.height()) if self._is_wide(body) else 1
        font = look.font("tick")
        for words in [part for said in self.told() for part in wrap(said, font, line.width())][:room]:
            text(painter, line, words, font, look.colour("text2"), LEFT)
            line.translate(0, line.height())

    def columns(self) -> list[Column]:
        chosen = self.offer
        columns = [in_force(self.book.plan, self.now)]
        columns += [
            offered(offer, _LETTERS[offer.kind], self.book.stale(offer), offer is chosen, self.now)
            for offer in self.book.offers
        ]
        if self.book.computing is not None and len(columns) < 3:
            kinds = [OFFER_WORDS[kind] for kind in (OfferKind.FEW, OfferKind.BEST)]
            heads = kinds if len(columns) == 1 else ["更优"]
            columns += [Column(head, head, "", "优化中", waits=True) for head in heads]
        return columns

    def told(self) -> list[str]:
        """Below the table: how far the computing is, why an offer is of no use, who worked it out."""
        said: list[str] = []
        ask, offer = self.book.ask, self.offer
        if ask is not None and self.book.computing is not None and self.now is not None:
            seconds = max(0, int((self.now - ask.asked_at).total_seconds()))
            said.append(f"计算中 {seconds} 秒，计划照旧执行")
        elif ask is not None and ask.refusal:
            said.append(f"未算成：{ask.refusal}")
        if offer is not None and (stale := self.book.stale(offer)):
            said.append(stale)
        if offer is not None and not offer.refusal:
            said.append(
                f"{offer.solver} · 种子 {offer.seed} · {offer.seconds:.1f} 秒 · 速算代价 {offer.greedy_cost:,.0f}"
            )
        return said

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look = self.look
        inner = box.adjusted(look.px(6) if box.left() > 0 else look.pad, 0, -look.pad, 0)
        if row.heading:
            text(painter, inner, str(row.record), look.font("tick"), look.colour("text3"), LEFT)
            return
        if row.key == self.pane.chosen and self.pane.hasFocus():
            painter.fillRect(box, look.colour("raised"))
        font, high = look.font("body"), look.px(LINE)
        name = QRect(inner.left(), inner.top(), look.px(30), high)
        text(painter, name, row.record.number, look.font("body", weight=500), look.colour("text"), LEFT)
        words = move_words(row.record) if isinstance(row.record, Move) else left_words(row.record)
        line = QRect(inner.left() + look.px(30), inner.top(), inner.width() - look.px(30), high)
        lines = wrap(words, font, line.width())
        fitting = lines if row.high > LINE else [elide(words, font, line.width())]
        for part in fitting[:2]:
            text(painter, line, part, font, look.colour("text2"), LEFT)
            line.translate(0, look.px(17))

    # -- what can be done ----------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        offer = self.offer
        ask = Act("replan", "重排", "R", may_not(self.pane.officer) or ("计算中" if self.book.computing else ""))
        if offer is None:
            return (ask,)
        word = OFFER_WORDS[offer.kind]
        if self.armed == offer.id:
            acts = (Act("confirm", f"再按一次，按{word}执行", "Enter", primary=True), Act("leave", "放弃", "Esc"))
            return (*acts, ask)
        return (Act("arm", f"确认{word}", "Enter", self._unconfirmable(offer), primary=True), ask)

    def _unconfirmable(self, offer: PlanOffer) -> str:
        if why := may_not(self.pane.officer):
            return why
        if self.pane.busy:
            return "正在送出"
        if offer.refusal:
            return "没有可行方案"
        return "计划已变，请重排" if self.book.stale(offer) else ""

    def act(self, what: str) -> None:
        offer = self.offer
        if what == "replan":
            self.disarm()
            found = suggestions(self.pane.records("execution"))
            self.pane.say("已送出，等待计算")
            self.pane.wish(AskReplan(why=why_of(found[0].suggestion) if found else MANUAL))
        elif what == "arm" and offer is not None:
            self.armed, self._armed_at = offer.id, self.now
        elif what == "confirm" and offer is not None:
            self.disarm()
            plan = self.book.plan
            self.pane.say("已送出，等待回执")
            self.pane.wish(ConfirmPlan(offer_id=offer.id, expected_version=plan.version if plan is not None else 0))
        elif what == "leave":
            self.disarm()

    def disarm(self) -> None:
        self.armed, self._armed_at = "", None

    def left(self) -> None:
        self.disarm()

    def tick(self) -> None:
        """An armed confirmation does not stay armed, nor does one whose offer changed under it."""
        offer = self.offer
        late = self._armed_at is not None and self.now is not None and self.now - self._armed_at > ARMED_FOR
        if late or offer is None or offer.id != self.armed or self.book.stale(offer):
            self.disarm()

    def key(self, name: str) -> None:
        offer = next((offer for offer in self.book.offers if _LETTERS[offer.kind] == name), None)
        if offer is not None:
            self.choose(offer.kind)

    def choose(self, kind: OfferKind) -> None:
        self.kind = kind
        self.disarm()

    def pointed(self, at: QPoint) -> bool:
        found = next((key for box, key in self._columns if box.contains(at)), None)
        if found is not None:
            self.choose(OfferKind(found))
        return found is not None

    def done_words(self, outcome: Outcome) -> str:
        if isinstance(outcome.command, AskReplan):
            return f"已请求重排 {outcome.case.id}" if outcome.case is not None else "已请求重排"
        if isinstance(outcome.command, ConfirmPlan) and isinstance(outcome.case, DispatchPlan):
            return f"{outcome.case.id} 第 {outcome.case.version} 版已执行"
        return "已确认"

    def hint(self, at: QPoint) -> str:
        rows = self.pane.list_box()
        row = self.pane.sight.row_at(at.y() - rows.top()) if rows.contains(at) else None
        if row is None or row.heading:
            return ""
        return move_words(row.record) if isinstance(row.record, Move) else left_words(row.record)
