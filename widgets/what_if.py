"""推演: what would be if. Chosen on the left, worked out by the planner, compared on the right."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from services.domain.alert import Outcome
from services.domain.plan_ask_case import AskWhatIf, PlanAsk, Scenario, WhatIf
from services.domain.timebase import local
from widgets.duty_rows import Act, Row
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, hairline, text, wrap
from widgets.plan_book import left_words
from widgets.plan_sheet import Sheet, may_not
from widgets.what_if_table import HEAD as TABLE_HEAD
from widgets.what_if_table import ROW as TABLE_ROW
from widgets.what_if_table import lines_of, paint_lines

if TYPE_CHECKING:
    from widgets.proposal import ProposalPane

LIST_SHARE, ROW, HEADING = 0.34, 24, 22
WINDS = (None, 6, 7, 8, 9)
EXTRAS = (0, 10, 20, 40)
USUAL_WIND, USUAL_EXTRA = 7, 20
ONLY = "仅推演，未改动计划"
MOST_TOLD = 12  # of what is left out, in a hint


@dataclass(frozen=True, slots=True)
class Choice:
    """One control: ``what`` it changes, of which vessel or warehouse, and the value it has now."""

    what: str  # wind | extra | out | full
    about: str
    words: str
    on: bool
    value: str = ""


class WhatIfSheet(Sheet):
    word, letter = "推演", "W"
    keys = frozenset({"空格", "+", "-", "="})

    def __init__(self, pane: ProposalPane) -> None:
        super().__init__(pane)
        self.scenario = Scenario()
        self.asked_id = ""  # of the question whose answer is awaited

    # -- what there is -------------------------------------------------------------------------

    @property
    def ask(self) -> PlanAsk | None:
        every = [a for a in self.pane.records("plan_asks") if isinstance(a, PlanAsk) and a.scenario is not None]
        mine = [a for a in every if a.id == self.asked_id] or every
        return max(mine, key=lambda a: a.asked_at, default=None)

    @property
    def found(self) -> WhatIf | None:
        """The answer to what was asked here, else the newest one."""
        every = [w for w in self.pane.records("what_ifs") if isinstance(w, WhatIf)]
        mine = [w for w in every if w.ask_id == self.asked_id]
        return max(mine or every, key=lambda w: w.made_at, default=None)

    @property
    def computing(self) -> bool:
        ask = self.ask
        return ask is not None and ask.is_open and ask.id == self.asked_id

    def choices(self) -> list[Choice]:
        made = self.scenario
        choices = [
            Choice("wind", "", "风力", made.wind_bft is not None, f"{made.wind_bft} 级" if made.wind_bft else "现状"),
            Choice("extra", "", "新增申请", made.extra_requests > 0, f"+{made.extra_requests}"),
        ]
        for house in self.pane.records("warehouses"):
            choices.append(Choice("full", house.id, f"{house.name} 满仓", house.id in made.warehouses_full))
        for vessel in self.pane.records("collection_vessels"):
            choices.append(Choice("out", vessel.id, f"{vessel.name} 停航", vessel.id in made.vessels_out))
        return choices

    # -- the face ------------------------------------------------------------------------------

    def title(self) -> str:
        return "推演"

    def note(self) -> str:
        return ONLY

    def rows(self) -> Sequence[Row]:
        return [Row(f"{c.what}:{c.about}", c, ROW) for c in self.choices()]

    def list_box(self, body: QRect) -> QRect:
        wide = max(self.look.px(136), round(body.width() * LIST_SHARE))
        return QRect(body.left(), body.top() + self.look.px(HEADING), wide, body.height() - self.look.px(HEADING))

    def paint(self, painter: QPainter, body: QRect) -> None:
        look, rows = self.look, self.list_box(body)
        tick = look.font("tick")
        head = QRect(look.pad, body.top(), rows.width() - look.pad, look.px(HEADING))
        below = self.pane.sight.below()
        text(painter, head, "假设", tick, look.colour("text3"), LEFT)
        if below or self.pane.sight.top:
            text(painter, head, f"下方还有 {below}" if below else "已到底", tick, look.colour("text3"), RIGHT)
        left = rows.right() + look.pad
        hairline(painter, look, rows.right() + look.px(4), body.top(), body.height(), vertical=True)
        self._paint_answer(painter, QRect(left, body.top(), body.right() + 1 - left, body.height()))

    def _paint_answer(self, painter: QPainter, box: QRect) -> None:
        look, found = self.look, self.found
        font = look.font("body", weight=500)
        line = QRect(box.left(), box.top() + look.px(2), box.width() - look.pad, look.px(HEADING))
        if self.computing or found is None or found.refusal:
            for words in wrap(self._waiting(found), look.font("body"), line.width()):
                text(painter, line, words, look.font("body"), look.colour("text2"), LEFT)
                line.translate(0, look.line("body"))
            return
        text(painter, line, f"{local(found.made_at):%H:%M}", look.font("tick"), look.colour("text3"), RIGHT)
        said = found.words or self.words_of(found.scenario)
        text(painter, line, elide(said, font, line.width() - look.px(50)), font, look.colour("text"), LEFT)
        high = min(look.px(TABLE_HEAD + 7 * TABLE_ROW), box.bottom() - line.bottom())
        table = QRect(box.left(), line.bottom() + 1, box.width(), high)
        paint_lines(painter, table, lines_of(found), look)
        low = QRect(box.left(), table.bottom() + 1, box.width() - look.pad, look.px(18))
        if low.bottom() <= box.bottom() + look.px(6):
            text(painter, low, ONLY, look.font("tick"), look.colour("text2"), LEFT)

    def _waiting(self, found: WhatIf | None) -> str:
        ask = self.ask
        if ask is not None and self.computing and self.now is not None:
            seconds = max(0, int((self.now - ask.asked_at).total_seconds()))
            return f"推演中 {seconds} 秒：{self.words_of(ask.scenario or Scenario())}"
        refusal = found.refusal if found is not None else ask.refusal if ask is not None else ""
        if refusal:
            return f"未算成：{refusal}"
        return "在左边选假设，按 Enter 推演。上下键移动，空格选中，加减号改数值。"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, choice = self.look, row.record
        if row.key == self.pane.chosen:
            painter.fillRect(box, look.colour("raised"))
            if self.pane.hasFocus():
                painter.fillRect(QRect(box.left(), box.top(), look.px(2), box.height()), look.colour("ice"))
        side = look.px(12)
        tick = QRect(box.left() + look.pad, box.center().y() - side // 2, side, side)
        painter.setBrush(look.colour("ice") if choice.on else Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(look.colour("ice" if choice.on else "line2"), look.hair))
        painter.drawRect(QRectF(tick).adjusted(0.5, 0.5, -0.5, -0.5))
        if choice.on:
            _paint_tick(painter, tick, look)
        font, ink = look.font("body", weight=500 if choice.on else 400), look.colour("text" if choice.on else "text2")
        words = QRect(tick.right() + look.px(8), box.top(), 0, box.height())
        words.setRight(box.right() - look.px(6))
        text(painter, words, choice.value, font, ink, RIGHT)
        room = words.width() - (look.px(50) if choice.value else 0)
        text(painter, words, elide(choice.words, font, room), font, ink, LEFT)

    def words_of(self, made: Scenario) -> str:
        names = {v.id: v.name for v in self.pane.records("collection_vessels")}
        houses = {h.id: h.name for h in self.pane.records("warehouses")}
        parts = [f"{names.get(v, v)} 停航" for v in made.vessels_out]
        parts += [f"风 {made.wind_bft} 级"] if made.wind_bft else []
        parts += [f"新增 {made.extra_requests} 件"] if made.extra_requests else []
        parts += [f"{houses.get(h, h)} 满仓" for h in made.warehouses_full]
        return " · ".join(parts) or "现状"

    # -- what can be done ----------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        why = may_not(self.pane.officer) or ("先选假设" if self.scenario.is_empty else "")
        why = why or ("推演中" if self.computing or self.pane.busy else "")
        clear = "" if not self.scenario.is_empty else "没有假设"
        return (Act("run", "推演", "Enter", why, primary=True), Act("clear", "清空", "Del", clear))

    def act(self, what: str) -> None:
        if what == "clear":
            self.scenario = Scenario()
        else:
            self.pane.say("已送出，等待计算")
            self.pane.wish(AskWhatIf(scenario=self.scenario))

    def key(self, name: str) -> None:
        choice = next((c for c in self.choices() if f"{c.what}:{c.about}" == self.pane.chosen), None)
        if choice is not None:
            self.change(choice, {"空格": 0, "-": -1}.get(name, 1))

    def change(self, choice: Choice, by: int) -> None:
        """``by`` 0 turns it on or off; else its value goes a step up or down."""
        made = self.scenario
        if choice.what == "wind":
            wind = _step(WINDS, made.wind_bft, by) if by else (None if choice.on else USUAL_WIND)
            self.scenario = replace(made, wind_bft=wind)
        elif choice.what == "extra":
            extra = _step(EXTRAS, made.extra_requests, by) if by else (0 if choice.on else USUAL_EXTRA)
            self.scenario = replace(made, extra_requests=extra)
        elif choice.what == "full":
            self.scenario = replace(made, warehouses_full=_toggled(made.warehouses_full, choice.about, by))
        else:
            self.scenario = replace(made, vessels_out=_toggled(made.vessels_out, choice.about, by))

    def row_chosen(self, row: Row) -> None:
        self.change(row.record, 0)
        self.pane.refresh()

    def hint(self, at: QPoint) -> str:
        """Over the answer: what would not be served and why."""
        found = self.found
        if found is None or found.refusal or self.pane.list_box().right() > at.x():
            return ""
        left = [f"{one.number} {left_words(one)}" for one in found.offer.unserved]
        more = [f"另 {len(left) - MOST_TOLD} 件"] if len(left) > MOST_TOLD else []
        return "\n".join(["推演中未排：", *left[:MOST_TOLD], *more]) if left else "推演中全部可排"

    def done_words(self, outcome: Outcome) -> str:
        if isinstance(outcome.case, PlanAsk):
            self.asked_id = outcome.case.id
            return f"已请求推演 {outcome.case.id}"
        return "已请求推演"


def _step(values: Sequence[Any], value: Any, by: int) -> Any:
    at = values.index(value) if value in values else 0
    return values[max(0, min(at + by, len(values) - 1))]


def _toggled(chosen: tuple[str, ...], one: str, by: int) -> tuple[str, ...]:
    there = one in chosen
    wanted = not there if by == 0 else by > 0
    rest = tuple(name for name in chosen if name != one)
    return (*rest, one) if wanted else rest


def _paint_tick(painter: QPainter, box: QRect, look: Look) -> None:
    painter.save()
    painter.setRenderHint(painter.RenderHint.Antialiasing)
    painter.setPen(QPen(look.colour("on_ice"), look.px(2)))
    x, y, side = box.left(), box.top(), box.width()
    painter.drawPolyline(
        [QPoint(x + round(side * a), y + round(side * b)) for a, b in ((0.2, 0.5), (0.42, 0.75), (0.82, 0.25))]
    )
    painter.restore()
