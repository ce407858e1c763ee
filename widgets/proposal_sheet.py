"""派船: the vessels for the selected hand-in, sent, changed and called for from here."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Outcome
from services.domain.boats import HandInRequest, Proposal
from services.domain.deed import Wish
from services.domain.dispatch_plan import AssignVessel, ReassignVessel
from services.domain.dispatch_settings import TERMS, DispatchTerms
from services.domain.plan_ask_case import AskReplan
from services.domain.snapshot import Subject
from widgets.duty_rows import Act, Row
from widgets.hand_ins import KIND
from widgets.paint import LEFT, text, width_of, wrap
from widgets.plan_sheet import OTHER, Sheet, joined, may_not, plan_of, suggestions, why_of
from widgets.proposal_call import ask_call, note_call, owner_of
from widgets.proposal_choice import Choice, Chooser
from widgets.proposal_rows import paint_heads, paint_key, paint_offer
from widgets.proposal_words import counted, done_words, words_of

if TYPE_CHECKING:
    from widgets.proposal import ProposalPane

ROW, HEADS, KEY = 28, 26, 22
REASONS = ("船东指定", "就近有他船", "海况", "船况或人员", OTHER)
MOVE_REASONS = ("原船失联或故障", "原船迟到", "就近有他船", "船东要求", OTHER)


class SendSheet(Sheet):
    word, letter = "派船", ""

    def __init__(self, pane: ProposalPane) -> None:
        super().__init__(pane)
        self._chooser = Chooser(pane.records)
        self.choice = Choice()
        self._asked_for = ("", "", 0)  # hand-in, vessel and version of the plan a reason was asked for
        self._called: HandInRequest | None = None

    # -- what it is about ----------------------------------------------------------------------

    def read(self) -> None:
        subject = self.pane.selected
        wanted = subject.id if subject is not None and subject.kind == KIND else ""
        before, self.choice = self.request, self._chooser.choice(wanted, self.now)
        if before is None or self.request is None or before.id != self.request.id:
            self.pane.unpick()

    @property
    def request(self) -> HandInRequest | None:
        return self.choice.request

    @property
    def offers(self) -> Sequence[Proposal]:
        return self.choice.offers

    @property
    def offer(self) -> Proposal | None:
        return self.choice.offer(self.pane.chosen)

    def title(self) -> str:
        request = self.request
        return f"申请 {request.number}" if request is not None else ""

    def note(self) -> str:
        if not self.offers:
            return ""
        ways = next(iter(self.pane.records("sea_ways")), None)
        return "直线估算，未计绕岛" if ways is None or ways.straight else "沿水路航程"

    def nothing(self) -> str:
        return "" if self.offers else "没有等待派船的申请"

    # -- the list ------------------------------------------------------------------------------

    def rows(self) -> Sequence[Row]:
        return [Row(offer.vessel_id, offer, ROW) for offer in self.offers]

    def list_box(self, body: QRect) -> QRect:
        """Three rows; more when there is room for them and for the words below."""
        look = self.look
        row = look.px(ROW)
        free = body.height() - look.px(HEADS + KEY) - 2 * look.line("body") - look.px(6)
        high = min(max(3, free // row), max(3, len(self.offers))) * row
        return QRect(body.left(), body.top() + look.px(HEADS), body.width(), min(high, body.height() - look.px(HEADS)))

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        request = self.request
        mine = request is not None and request.vessel_id == row.key and not self.choice.waits
        paint_offer(painter, box, row.record, row.key == self.pane.chosen, self.pane.hasFocus(), mine, self.look)

    def paint(self, painter: QPainter, body: QRect) -> None:
        look, rows = self.look, self.list_box(body)
        paint_heads(painter, QRect(body.left(), body.top(), body.width(), look.px(HEADS)), look)
        line = QRect(body.left(), rows.bottom() + 1, body.width(), look.px(KEY))
        overridden, tick = counted(self.pane.records("override_statistics")), look.font("tick")
        text(painter, line.adjusted(look.pad, 0, 0, 0), overridden, tick, look.colour("text3"), LEFT)
        if any(offer.parts for offer in self.offers):
            paint_key(painter, line, look.pad + width_of(overridden, tick) + look.pad, look)
        y = line.bottom() + 1
        font, room = look.font("body"), body.width() - 2 * look.pad
        for words, ink in self._told():
            for said in wrap(words, font, room):
                if y + look.line("body") > body.bottom() + look.px(6):
                    return
                text(painter, QRect(look.pad, y, room, look.line("body")), said, font, look.colour(ink), LEFT)
                y += look.line("body")

    def _margin(self) -> float:
        terms: DispatchTerms = next(iter(self.pane.records("dispatch_terms")), TERMS)
        return terms.settings.margin

    def _told(self) -> list[tuple[str, str]]:
        """What there is to say of the chosen vessel, and who cannot go."""
        offers, offer, request = self.offers, self.offer, self.request
        told: list[tuple[str, str]] = []
        if offer is not None and request is not None:
            told.append((words_of(offer, request, self._margin()), "text"))
        if all(o.refusal for o in offers):
            told.insert(0, ("没有可派的收集船，请报值班长。", "text"))
        barred = [o for o in offers if o.refusal and o is not offer]
        if barred:
            said = " · ".join(f"{o.vessel_name}：{o.refusal}" for o in barred[:3])
            told.append((f"不可行 {len(barred)}　{said}{' …' if len(barred) > 3 else ''}", "text2"))
        return told

    def row_chosen(self, row: Row) -> None:
        self._point()

    def _point(self) -> bool:
        """Have the desk point at the hand-in this is about. True when it did already."""
        if self.request is not None and not self.choice.is_selected:
            self.pane.asked.emit("select", Subject(KIND, self.request.id))
            return False
        return True

    # -- what can be done ----------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        request, offer = self.request, self.offer
        if request is None:
            return (*self._replan(), Act("what_if", "推演", "W"))
        name = offer.vessel_name if offer is not None else "船"
        why = may_not(self.pane.officer) or ("正在送出" if self.pane.busy else "")
        call = Act("call", "呼叫船东", "C", "" if owner_of(self.pane, request) is not None else "船册无此船")
        others = (call, Act("what_if", "推演", "W"))
        if self.choice.waits:
            later = self._replan() or (Act("again", "改派", "R", "尚未派船"),)
            return (Act("send", f"派{name}", "A", why, primary=True), *others, *later)
        return (Act("again", f"改派{name}", "R", why or self._same(request), primary=True), *others)

    def _replan(self) -> tuple[Act, ...]:
        return (Act("replan", "重排", "R", may_not(self.pane.officer)),) if self.pane.suggested else ()

    def _same(self, request: HandInRequest) -> str:
        return "已在该船" if self.pane.chosen == request.vessel_id else ""

    def act(self, what: str) -> None:
        if what == "what_if":
            self.pane.turn_to(self.pane.sheets[2])
        elif what == "replan":
            found = suggestions(self.pane.records("execution"))
            self.pane.wish(AskReplan(why=why_of(found[0].suggestion) if found else ""))
            self.pane.turn_to(self.pane.sheets[1])
        elif not self._point():
            self.pane.say(f"已选中申请 {self.title().split()[-1]}，再按一次")
        else:
            self._do(what)

    def _do(self, what: str) -> None:
        request, offer = self.request, self.offer
        if request is None or (offer is None and what != "call"):
            return
        if what == "call":
            self._called = request
            ask_call(self.pane, request)
        elif what == "send" and offer is not None and offer.rank == 1:
            self._wish(AssignVessel(request_id=request.id, vessel_id=offer.vessel_id, expected_version=self._version()))
        elif offer is not None:
            word = "改派" if what == "again" else "不取首选，派"
            words = f"{request.number} {word}{offer.vessel_name}：理由"
            self._asked_for = (request.id, offer.vessel_id, self._version())
            self.pane.question(what, words, choices=self._reasons(what), hint="（可不填）补充")

    def _reasons(self, what: str) -> tuple[str, ...]:
        given = self.pane.options.get("reasons" if what == "send" else "move_reasons")
        return tuple(given) if given else (REASONS if what == "send" else MOVE_REASONS)

    def answer(self, question: str, choice: int, words: str) -> None:
        """For what was asked about, whatever is chosen by now."""
        if question == "call":
            if self._called is not None:
                note_call(self.pane, self._called, choice, words)
            return
        reason = joined(self._reasons(question), choice, words)
        if not reason:
            self.pane.say("选其他须写明理由")
            self._do(question)
            return
        request_id, vessel_id, version = self._asked_for
        wish = AssignVessel if question == "send" else ReassignVessel
        self._wish(wish(request_id=request_id, vessel_id=vessel_id, reason=reason, expected_version=version))

    def _wish(self, wish: Wish) -> None:
        self.pane.say("已送出，等待回执")
        self.pane.wish(wish)

    def _version(self) -> int:
        plan = plan_of(self.pane.records("dispatch_plan"))
        return plan.version if plan is not None else 0

    def done_words(self, outcome: Outcome) -> str:
        return done_words(outcome)

    def hint(self, at: QPoint) -> str:
        rows = self.pane.list_box()
        row = self.pane.sight.row_at(at.y() - rows.top()) if rows.contains(at) else None
        if row is None or self.request is None:
            return ""
        return words_of(row.record, self.request, self._margin())
