"""The vessels for one hand-in as rows: when each comes, what it costs and of what its cost is made."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.boats import COST_PARTS, Proposal
from services.domain.timebase import local
from widgets.look import Look
from widgets.paint import LEFT, MISSING, RIGHT, elide, hairline, text, width_of

PART_TOKENS = ("bar", "c1", "c2", "c4", "c3")
BAR_FULL = 0.8  # cost whose bar fills its cell
GAP = 8


@dataclass(frozen=True, slots=True)
class Column:
    """``width`` in logical px; of two, the one with the lower ``keep`` goes first when there is no room."""

    name: str
    width: float
    align: Any
    keep: int


COLUMNS = (
    Column("序", 28, LEFT, 9),
    Column("收集船", 66, LEFT, 10),
    Column("到达", 54, LEFT, 10),
    Column("用时", 56, RIGHT, 8),
    Column("余舱 t", 58, RIGHT, 5),
    Column("绕行 nm", 66, RIGHT, 3),
    Column("影响他单", 92, LEFT, 4),
    Column("代价", 48, RIGHT, 6),
    Column("构成", 112, LEFT, 2),
)
_WIDEST = len(COLUMNS)


def cells_of(width: int, look: Look) -> list[tuple[Column, QRect]]:
    """Those that fit and where each stands; what is over is shared out."""
    inner = width - 2 * look.pad
    shown = list(COLUMNS)
    while len(shown) > 3 and sum(look.px(column.width) for column in shown) > inner:
        shown.remove(min(shown, key=lambda column: column.keep))
    spare = max(0, inner - sum(look.px(column.width) for column in shown)) / len(shown)
    cells: list[tuple[Column, QRect]] = []
    left = float(look.pad)
    for column in shown:
        whole = look.px(column.width) + spare
        cells.append((column, QRect(round(left), 0, round(whole) - look.px(GAP), 0)))
        left += whole
    return cells


def paint_heads(painter: QPainter, box: QRect, look: Look) -> None:
    for column, cell in cells_of(box.width(), look):
        at = QRect(cell.left(), box.top(), cell.width(), box.height())
        text(painter, at, column.name, look.font("tick"), look.colour("text3"), column.align)
    hairline(painter, look, box.left(), box.bottom() - look.hair + 1, box.width())


def paint_offer(
    painter: QPainter, box: QRect, offer: Proposal, chosen: bool, focus: bool, now: bool, look: Look
) -> None:
    """``now``: it is the vessel that has the hand-in already."""
    if chosen:
        painter.fillRect(box, look.colour("raised"))
        painter.fillRect(QRect(box.left(), box.top(), look.px(2 if focus else 1), box.height()), look.colour("ice"))
    hairline(painter, look, box.left(), box.bottom() - look.hair + 1, box.width())
    cells = cells_of(box.width(), look)
    if offer.refusal:
        _paint_refused(painter, box, cells, offer, chosen, look)
        return
    font = look.font("body", weight=500 if chosen else 400)
    ink = look.colour("text" if chosen else "text2")
    values = _values(offer, now)
    for column, cell in cells:
        at = QRect(cell.left(), box.top(), cell.width(), box.height())
        if column.name == "构成":
            _paint_parts(painter, at, offer, look)
        else:
            text(painter, at, elide(values[column.name], font, at.width()), font, ink, column.align)


def _values(offer: Proposal, now: bool) -> dict[str, str]:
    known = offer.minutes is not None
    return {
        "序": "现" if now else str(offer.rank) if offer.rank else MISSING,
        "收集船": offer.vessel_name,
        "到达": f"{local(offer.eta):%H:%M}" if offer.eta else MISSING,
        "用时": f"{offer.minutes} 分" if known else MISSING,
        "余舱 t": f"{offer.spare_t:.2f}",
        "绕行 nm": f"{offer.detour_nm:.1f}" if known else MISSING,
        "影响他单": offer.others or MISSING,
        "代价": f"{offer.cost:.2f}" if known else MISSING,
    }


def _paint_refused(
    painter: QPainter, box: QRect, cells: Sequence[tuple[Column, QRect]], offer: Proposal, chosen: bool, look: Look
) -> None:
    font, ink = look.font("body", weight=500 if chosen else 400), look.colour("text" if chosen else "text3")
    named = [cell for column, cell in cells if column.name in ("收集船", "到达")]
    text(painter, QRect(cells[0][1].left(), box.top(), look.px(20), box.height()), MISSING, font, ink, LEFT)
    name = QRect(named[0].left(), box.top(), named[0].width(), box.height())
    text(painter, name, elide(offer.vessel_name, font, name.width()), font, ink, LEFT)
    words = QRect(named[1].left(), box.top(), box.right() - look.pad - named[1].left(), box.height())
    text(painter, words, elide(f"不可行 · {offer.refusal}", font, words.width()), font, ink, LEFT)


def _paint_parts(painter: QPainter, cell: QRect, offer: Proposal, look: Look) -> None:
    high, left = look.px(9), float(cell.left())
    for part, token in zip(offer.parts, PART_TOKENS, strict=False):
        width = cell.width() * part / BAR_FULL
        right = min(round(left + width), cell.right() + 1)
        shown = QRect(round(left), cell.center().y() - high // 2, max(0, right - round(left) - 1), high)
        painter.fillRect(shown, look.colour(token))
        left += width


def paint_key(painter: QPainter, box: QRect, left: int, look: Look) -> None:
    """What each colour of 构成 is, from the right end of ``box`` as far as ``left``; without weights when narrow."""
    if not any(column.name == "构成" for column, _ in cells_of(box.width(), look)):
        return
    font, side = look.font("tick"), look.px(8)
    full = [f"{name} {weight:.2f}".replace("0.", ".") for name, weight in COST_PARTS]
    apart = side + look.px(16)
    room = box.right() - look.pad - left
    words = full if sum(width_of(word, font) + apart for word in full) <= room else [name for name, _ in COST_PARTS]
    right = box.right() - look.pad
    for word, token in reversed(list(zip(words, PART_TOKENS, strict=True))):
        width = width_of(word, font)
        text(painter, QRect(right - width, box.top(), width, box.height()), word, font, look.colour("text3"), LEFT)
        top = box.center().y() - side // 2
        painter.fillRect(QRect(right - width - side - look.px(4), top, side, side), look.colour(token))
        right -= width + apart
