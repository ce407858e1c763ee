"""The head of a card, and the line that says whose eyes its clear text is for."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.officer import Officer
from services.domain.reveal import FIELDS, Clear
from services.domain.subject_card import SubjectCard
from services.domain.subject_kind import KIND_WORDS
from services.domain.timebase import local
from widgets.look import Look
from widgets.paint import RIGHT, chip, elide, hairline, text, width_of
from widgets.words import running

HEAD_HIGH, MARK_HIGH = 62, 26


def paint_head(painter: QPainter, box: QRect, card: SubjectCard, look: Look) -> None:
    """Kind, title and what it is, with its states at the right end."""
    hairline(painter, look, box.left(), box.top() - look.hair, box.width())
    first = QRect(box.left() + look.pad, box.top() + look.px(6), box.width() - 2 * look.pad, look.px(30))
    used = chip(painter, first.left(), first.center().y(), KIND_WORDS.get(card.subject.kind, ""), look, filled=True)
    right = first.right()
    for words in card.badges:
        wide = width_of(words, look.font("tick")) + look.px(10)
        right -= wide
        chip(painter, right, first.center().y(), words, look)
        right -= look.px(8)
    title = QRect(first.left() + used + look.px(10), first.top(), 0, first.height())
    title.setRight(right - look.px(10))
    font = look.font("card")
    text(painter, title, elide(card.title, font, title.width()), font, look.colour("text"))
    second = QRect(first.left(), first.bottom(), first.width(), look.px(22))
    body = look.font("body")
    text(painter, second, elide(card.detail, body, second.width()), body, look.colour("text2"))
    hairline(painter, look, box.left(), box.bottom(), box.width())


def paint_watermark(
    painter: QPainter, box: QRect, clear: Clear, officer: Officer | None, now: datetime, look: Look
) -> None:
    """姓名·时间 over the whole width while clear text is shown, with the seconds that are left."""
    painter.fillRect(box, look.colour("raised"))
    inner = box.adjusted(look.pad, 0, -look.pad, 0)
    tick = look.font("tick")
    left_s = max(0.0, (clear.until - now).total_seconds())
    field = FIELDS.get(clear.kind, {}).get(clear.field, clear.field)
    many = f" · 本班第 {clear.in_shift} 次，已另记审计" if clear.is_many else ""
    text(painter, inner, f"明文 {field} · 余 {running(left_s)} · {clear.audit_id}{many}", tick, look.colour("text2"))
    name = f"{officer.name} {officer.id}" if officer is not None else ""
    mark = f"{name} · {local(clear.at):%Y-%m-%d %H:%M:%S}"
    room = inner.width() // 2
    text(painter, inner, elide("　".join([mark] * 2), tick, room), tick, look.colour("text3"), RIGHT)
