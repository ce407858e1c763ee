"""What stands over the desk while nobody may read it: opaque, with the way in and what cannot wait."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QPointF, QRect, Qt, Slot
from PySide6.QtGui import QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QWidget

from services.domain.alert import AlertLevel
from services.domain.timebase import local
from widgets import paint
from widgets.glyphs import put_glyph
from widgets.login import LoginForm
from widgets.look import LEVEL_WORDS, Look
from widgets.topbar import WEEKDAYS

translate = QCoreApplication.translate


@dataclass(frozen=True, slots=True)
class Words:
    """What a cover says. ``officer`` is empty before anybody was in; ``unsigned`` are counts and no more."""

    centre: str
    officer: str = ""  # 王* 值班员 乙班 08–20
    since: str = ""  # 14:32 起锁定
    unsigned: Mapping[AlertLevel, int] = field(default_factory=dict)
    hint: str = ""  # a demo's account and password
    trouble: str = ""
    seat: str = ""


class Cover(QWidget):
    """Covers its parent whole and takes every click that is not for the form."""

    def __init__(self, words: Words, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.look = look
        self._words = words
        self._now: datetime | None = None
        self.form = LoginForm(look, self)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(translate("login", "已锁定") if words.officer else translate("login", "登录"))
        self.hide()

    @property
    def words(self) -> Words:
        return self._words

    def show_words(self, words: Words) -> None:
        if words != self._words:
            self._words = words
            self.setAccessibleName(translate("login", "已锁定") if words.officer else translate("login", "登录"))
            self._place()
            self.update()

    @Slot(object)
    def tick(self, now: datetime) -> None:
        self._now = now
        self.update(self._card())

    def refit(self) -> None:
        """The form asks for more or less than before."""
        self._place()
        self.update()

    def restyle(self, look: Look) -> None:
        self.look = look
        self.form.restyle(look)
        self.refit()

    # -- places -----------------------------------------------------------------------------------

    def _card(self) -> QRect:
        look = self.look
        high = self._wanted(tight=self._is_tight())
        wide = look.px(440)
        top = max(look.px(16), (self.height() - high) // 2 - look.px(20))
        return QRect((self.width() - wide) // 2, top, wide, high)

    def _wanted(self, *, tight: bool) -> int:
        hint = self.look.px(50) if self._words.hint else 0
        return self._above(tight=tight) + self.form.wanted_height + self.look.px(32) + hint

    def _is_tight(self) -> bool:
        """Large text in a small window: the clock gives way to the fields."""
        return self._wanted(tight=False) + self.look.px(16) > self.height()

    def _above(self, *, tight: bool) -> int:
        """Room of the card above the form."""
        return self.look.px(56 if tight else 148) + (self.look.px(112) if self._words.officer else 0)

    def _place(self) -> None:
        card, look = self._card(), self.look
        top = card.top() + self._above(tight=self._is_tight())
        wide = card.width() - look.px(64)
        self.form.setGeometry(card.left() + look.px(32), top, wide, self.form.wanted_height)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._place()

    # -- paint ------------------------------------------------------------------------------------

    def paintEvent(self, event: QPaintEvent) -> None:
        look, words = self.look, self._words
        painter = QPainter(self)
        painter.fillRect(event.rect(), look.colour("ground"))
        card = self._card()
        painter.fillRect(card, look.colour("panel"))
        painter.setPen(QPen(look.colour("line2"), look.hair))
        painter.drawRect(card.adjusted(0, 0, -1, -1))
        left, wide = card.left() + look.px(32), card.width() - look.px(64)
        self._paint_head(painter, QRect(left, card.top() + look.px(20), wide, look.px(112)))
        if words.officer:
            top = card.top() + look.px(52 if self._is_tight() else 144)
            self._paint_officer(painter, QRect(left, top, wide, look.px(100)))
        if words.hint:
            self._paint_hint(painter, QRect(left, self.form.geometry().bottom() + look.px(14), wide, look.px(50)))
        self._paint_foot(painter, card)
        painter.end()

    def _paint_head(self, painter: QPainter, box: QRect) -> None:
        look = self.look
        line = QRect(box.left(), box.top(), box.width(), look.line("lead"))
        name = paint.elide(self._words.centre, look.font("lead"), box.width())
        paint.text(painter, line, name, look.font("lead"), look.colour("text2"), paint.CENTRE)
        if self._now is None or self._is_tight():
            return
        at = local(self._now)
        big = QRect(box.left(), line.bottom() + look.px(4), box.width(), look.px(56))
        paint.text(painter, big, f"{at:%H:%M:%S}", look.font("hero", digits=True), look.colour("text"), paint.CENTRE)
        day = QRect(box.left(), big.bottom() + look.px(2), box.width(), look.line("body"))
        dated = f"{at:%Y-%m-%d} {translate('shell', WEEKDAYS[at.weekday()])}"
        paint.text(painter, day, dated, look.font("body"), look.colour("text3"), paint.CENTRE)

    def _paint_officer(self, painter: QPainter, box: QRect) -> None:
        look, words = self.look, self._words
        paint.hairline(painter, look, box.left(), box.top(), box.width())
        line = QRect(box.left(), box.top() + look.px(10), box.width(), look.line("card"))
        paint.text(painter, line, words.since, look.font("body"), look.colour("text3"), paint.RIGHT)
        room = box.width() - paint.width_of(words.since, look.font("body")) - look.px(12)
        officer = paint.elide(words.officer, look.font("card"), room)
        paint.text(painter, line, officer, look.font("card"), look.colour("text"))
        self._paint_counts(painter, QRect(box.left(), line.bottom() + look.px(8), box.width(), look.px(40)))

    def _paint_counts(self, painter: QPainter, box: QRect) -> None:
        look = self.look
        label = translate("login", "未签收")
        paint.text(painter, box, label, look.font("body"), look.colour("text3"))
        x = box.left() + paint.width_of(label, look.font("body")) + look.px(16)
        pitch = (box.right() - x) // 4
        for number, level in enumerate(sorted(AlertLevel, reverse=True)):
            count = self._words.unsigned.get(level, 0)
            at = x + number * pitch
            put_glyph(
                painter, look, level, QPointF(at + look.px(8), box.center().y() + 0.5), look.glyph("list"), count == 0
            )
            word = translate("level", LEVEL_WORDS[level])
            place = QRect(at + look.px(20), box.top(), look.px(20), box.height())
            paint.text(painter, place, word, look.font("body"), look.colour("text2"))
            figure = QRect(at + look.px(38), box.top(), pitch - look.px(38), box.height())
            ink = look.colour("text" if count else "text3")
            paint.text(painter, figure, str(count), look.font("count", digits=True), ink)

    def _paint_hint(self, painter: QPainter, box: QRect) -> None:
        look = self.look
        paint.hairline(painter, look, box.left(), box.top(), box.width())
        middle = box.center().y() + look.px(4)
        wide = paint.chip(painter, box.left(), middle, translate("shell", "演示"), look)
        words = QRect(box.left() + wide + look.px(8), middle - look.px(12), box.width() - wide, look.px(24))
        paint.text(painter, words, self._words.hint, look.font("body"), look.colour("text2"))

    def _paint_foot(self, painter: QPainter, card: QRect) -> None:
        look, words = self.look, self._words
        y = card.bottom() + look.px(14)
        for text_, token in ((words.trouble, "text"), (words.seat, "text3")):
            for line in paint.wrap(text_, look.font("body"), card.width()):
                if y + look.line("body") > self.height():
                    return
                box = QRect(card.left(), y, card.width(), look.line("body"))
                paint.text(painter, box, line, look.font("body"), look.colour(token), paint.CENTRE)
                y += look.line("body")
