"""派船方案: the best vessels for a waiting hand-in, what each costs and why, and who cannot go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.boats import COST_PARTS, HandInRequest, Proposal
from services.domain.snapshot import Snapshot, Subject
from services.domain.timebase import local
from widgets.button import ActionButton
from widgets.hand_ins import KIND, resolve
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import LEFT, RIGHT, elide, hairline, text, width_of, wrap
from widgets.pane import Pane

PART_TOKENS = ("bar", "c1", "c2", "c4", "c3")
COLUMNS: tuple[tuple[str, float, Any], ...] = (
    ("序", 28, LEFT),
    ("收集船", 66, LEFT),
    ("到达", 54, LEFT),
    ("用时", 56, RIGHT),
    ("余舱 t", 58, RIGHT),
    ("绕行 nm", 66, RIGHT),
    ("影响他单", 92, LEFT),
    ("代价", 48, RIGHT),
    ("构成", 112, LEFT),
)
BAR_FULL = 0.8  # cost whose bar fills its cell
NOT_YET = "派船接口未接入"


class ProposalPane(Pane):
    """Topics: ``proposals``, ``hand_in_requests``, ``alerts``. Shows the selected hand-in if it waits for a
    vessel, else the one that waits longest. Sending a vessel is not built yet; the button says so."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._name = title
        self._selected: Subject | None = None
        self.send = ActionButton("派船", "A", self, look=look, primary=True)
        self.what_if = ActionButton("推演", "W", self, look=look)
        for button in (self.send, self.what_if):
            button.set_reason(NOT_YET)
            button.setVisible(False)
        self.what_if.set_reason("未建")

    def draw(self, snapshot: Snapshot[Any]) -> None:
        self._name_it()

    def select(self, subject: Subject | None) -> None:
        self._selected = resolve(subject, self.records("alerts"))
        self._name_it()
        self.update()

    def restyle(self, look: Look) -> None:
        for button in (self.send, self.what_if):
            button.restyle(look)
        super().restyle(look)

    def place(self) -> None:
        left, bottom = self.look.pad, self.height() - self.look.px(10)
        for button in (self.send, self.what_if):
            hint = button.sizeHint()
            button.setGeometry(left, bottom - hint.height(), hint.width(), hint.height())
            left += hint.width() + self.look.px(8)

    @property
    def shown(self) -> list[Proposal]:
        """The offers for the hand-in this pane is about, ranked ones first."""
        every: Sequence[Proposal] = self.records("proposals")
        wanted = self._selected.id if self._selected and self._selected.kind == KIND else ""
        found = [p for p in every if p.request_id == wanted]
        return found or [p for p in every if p.request_id == every[0].request_id] if every else []

    @property
    def request(self) -> HandInRequest | None:
        shown = self.shown
        every: Sequence[HandInRequest] = self.records("hand_in_requests")
        return next((r for r in every if shown and r.id == shown[0].request_id), None)

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        offers = self.shown
        if not offers:
            paint_waiting(painter, body, self, "没有等待派船的申请")
            return
        y = self._paint_head(painter, body)
        ranked = [o for o in offers if not o.refusal]
        for offer in ranked:
            self._paint_offer(painter, QRect(body.left(), y, body.width(), look.row), offer)
            y += look.row
        y += look.px(6)
        if ranked:
            self._paint_key(painter, body, y)
            y += look.px(22)
        self._paint_words(painter, body, y, offers)

    def _columns(self, body: QRect) -> list[tuple[str, QRect, Any]]:
        look = self.look
        inner = body.width() - 2 * look.pad
        spare = max(0, inner - sum(look.px(w) for _, w, _ in COLUMNS)) / len(COLUMNS)
        cells: list[tuple[str, QRect, Any]] = []
        left = float(look.pad)
        for name, width, align in COLUMNS:
            whole = look.px(width) + spare
            cells.append((name, QRect(round(left), 0, round(whole) - look.px(8), look.row), align))
            left += whole
        return cells

    def _paint_head(self, painter: QPainter, body: QRect) -> int:
        look = self.look
        high = look.px(26)
        for name, cell, align in self._columns(body):
            at = QRect(cell.left(), body.top(), cell.width(), high)
            text(painter, at, name, look.font("tick"), look.colour("text3"), align)
        hairline(painter, look, body.left(), body.top() + high - look.hair, body.width())
        return body.top() + high

    def _paint_offer(self, painter: QPainter, row: QRect, offer: Proposal) -> None:
        look = self.look
        first = offer.rank == 1
        if first:
            painter.fillRect(row, look.colour("raised"))
            painter.fillRect(QRect(row.left(), row.top(), look.px(2), row.height()), look.colour("ice"))
        hairline(painter, look, row.left(), row.bottom() - look.hair + 1, row.width())
        values = (
            str(offer.rank),
            offer.vessel_name,
            f"{local(offer.eta):%H:%M}" if offer.eta else "—",
            f"{offer.minutes} 分",
            f"{offer.spare_t:.2f}",
            f"{offer.detour_nm:.1f}",
            offer.others,
            f"{offer.cost:.2f}",
        )
        font = look.font("body", weight=500 if first else 400)
        ink = look.colour("text" if first else "text2")
        cells = self._columns(row)
        for value, (_, cell, align) in zip(values, cells, strict=False):
            at = QRect(cell.left(), row.top(), cell.width(), row.height())
            text(painter, at, elide(value, font, cell.width()), font, ink, align)
        self._paint_parts(painter, QRect(cells[-1][1].left(), row.top(), cells[-1][1].width(), row.height()), offer)

    def _paint_parts(self, painter: QPainter, cell: QRect, offer: Proposal) -> None:
        look = self.look
        high, left = look.px(9), float(cell.left())
        for part, token in zip(offer.parts, PART_TOKENS, strict=False):
            width = cell.width() * part / BAR_FULL
            shown = QRect(
                round(left), cell.center().y() - high // 2, max(0, round(left + width) - round(left) - 1), high
            )
            painter.fillRect(shown, look.colour(token))
            left += width

    def _paint_key(self, painter: QPainter, body: QRect, y: int) -> None:
        """What each colour of 构成 is, from the right."""
        look = self.look
        font, side = look.font("tick"), look.px(8)
        right = body.right() - look.pad
        for (name, weight), token in reversed(list(zip(COST_PARTS, PART_TOKENS, strict=True))):
            words = f"{name} {weight:.2f}".replace("0.", ".")
            width = width_of(words, font)
            text(painter, QRect(right - width, y, width, look.px(18)), words, font, look.colour("text3"), LEFT)
            painter.fillRect(QRect(right - width - side - look.px(4), y + look.px(5), side, side), look.colour(token))
            right -= width + side + look.px(16)

    def _paint_words(self, painter: QPainter, body: QRect, y: int, offers: Sequence[Proposal]) -> None:
        look = self.look
        font = look.font("body")
        room = body.width() - 2 * look.pad
        lines: list[tuple[str, str]] = []
        request = self.request
        if offers[0].refusal == "" and request is not None:
            first = offers[0]
            need = f"估重 {request.est_t:.2f} × 1.2 = {request.est_t * 1.2:.2f} t，余舱够"
            said = f"首选{first.vessel_name}：{first.reason}；{need}；直线估算 {first.distance_nm:.1f} nm。"
            lines += [(line, "text") for line in wrap(said, font, room)]
        else:
            lines.append(("没有可派的收集船，请报值班长。", "text"))
        barred = " · ".join(f"{o.vessel_name}：{o.refusal}" for o in offers if o.refusal)
        if barred:
            lines += [(line, "text2") for line in wrap(f"不可行 {barred}", font, room)]
        for line, ink in lines[: max(1, (self.send.y() - y) // look.line("body"))]:
            box = QRect(look.pad, y, room, look.line("body"))
            text(painter, box, line, font, look.colour(ink), LEFT)
            y += look.line("body")

    def _name_it(self) -> None:
        offers = self.shown
        ranked = [o for o in offers if not o.refusal]
        self.title = f"{self._name} · 申请 {offers[0].number}" if offers else self._name
        self.note = "直线估算，未计绕岛" if offers else ""
        self.send.setText(f"派{ranked[0].vessel_name}" if ranked else "派船")
        for button in (self.send, self.what_if):
            button.setVisible(bool(offers) and not self.look.is_wall)
        self.place()
