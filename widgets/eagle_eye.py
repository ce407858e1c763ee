"""AI 鹰眼: the newest thing a camera believes it saw, as a sketch of its track. Never a picture of people."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.community import EagleEye, seen_by_all
from services.domain.snapshot import Quality, Snapshot
from services.domain.timebase import local
from widgets.facts import Fact, paint_facts
from widgets.notes import paint_waiting
from widgets.paint import elide, label, text
from widgets.pane import Pane
from widgets.track_picture import paint_track


class EagleEyePane(Pane):
    """A façade sketch with the track at the left, what is believed at the right. The floor is a
    candidate only, so it is on no face; a count and the share confirmed in 30 days say how good it is."""

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """Painted from the records."""

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(
            look.pad, look.px(12 if look.is_wall else 4), -look.pad, -look.px(36 if look.is_wall else 10)
        )
        told = (*self.records("eagle_eye"), *self.records("pushed_eye"))
        eye = seen_by_all(r for r in told if isinstance(r, EagleEye))
        if eye is None:
            paint_waiting(painter, inner, self)
            return
        wide = min(round(inner.width() * (0.42 if look.is_wall else 0.48)), round(inner.height() * 1.08))
        picture = QRect(inner.left(), inner.top(), wide, inner.height())
        paint_track(painter, picture, eye.track, look)
        side = QRect(picture.right() + look.px(40 if look.is_wall else 14), inner.top(), 0, inner.height())
        side.setRight(inner.right())
        if look.is_wall:
            self._paint_wall_words(painter, side, eye)
        else:
            self._paint_desk_words(painter, side, eye)

    @property
    def _ink(self) -> str:
        return "text3" if self.quality() is Quality.STALE else "text"

    def _paint_desk_words(self, painter: QPainter, side: QRect, eye: EagleEye) -> None:
        look = self.look
        body, tick = look.font("body"), look.font("tick")
        lines = [(eye.title or "今日没有带轨迹的事件", look.font("pane"), self._ink)]
        if eye.occurred_at is not None:
            lines.append((f"{eye.estate_name} {eye.building} · {_when(eye, self)}", body, "text2"))
            track = f"轨迹 {eye.frames} 帧，下落 {eye.floors_down:.0f} 层" if eye.track else "无轨迹"
            lines.append((track, body, "text2"))
        if eye.excluded:
            lines.append((f"已排除 {eye.excluded}", body, "text2"))
        lines.append(("楼层为候选，须两人确认", body, "text"))
        lines.append((f"今日 {eye.today} 起 · 30 日确认 {_confirmed(eye)}", tick, "text3"))
        pitch = min(look.px(24), side.height() // len(lines))
        for at, (words, font, ink) in enumerate(lines):
            box = QRect(side.left(), side.top() + at * pitch, side.width(), pitch)
            text(painter, box, elide(words, font, box.width()), font, look.colour(ink))

    def _paint_wall_words(self, painter: QPainter, side: QRect, eye: EagleEye) -> None:
        look = self.look
        y = side.top() + look.px(44)
        title = eye.title or "暂无带轨迹的事件"
        label(
            painter,
            side.left(),
            y,
            elide(title, look.font("lead"), side.width()),
            look.font("lead"),
            look.colour(self._ink),
        )
        if eye.occurred_at is not None:
            words = f"{eye.estate_name} {eye.building} · {_when(eye, self)}"
            y += look.px(60)
            label(
                painter,
                side.left(),
                y,
                elide(words, look.font("tick"), side.width()),
                look.font("tick"),
                look.colour("text2"),
            )
        share = f"{100 * eye.confirmed_30d // eye.judged_30d}" if eye.judged_30d else None
        facts = (Fact("今日事件", f"{eye.today}", "起"), Fact("30 日确认率", share, "%"))
        paint_facts(painter, QRect(side.left(), y + look.px(30), side.width(), look.px(180)), facts, look, size=84)
        y += look.px(262)
        for words in ("楼层不上屏，", "两人确认后派发"):
            label(painter, side.left(), y, words, look.font("tick"), look.colour("text2"))
            y += look.px(46)


def _when(eye: EagleEye, pane: Pane) -> str:
    """The time of today's event; an older one carries its day."""
    at = local(eye.occurred_at) if eye.occurred_at else None
    if at is None:
        return ""
    today = local(pane.now).date() if pane.now else None
    return f"{at:%H:%M}" if today is None or at.date() == today else f"{at:%m-%d %H:%M}"


def _confirmed(eye: EagleEye) -> str:
    if not eye.judged_30d:
        return "未知"
    return f"{100 * eye.confirmed_30d // eye.judged_30d} %（{eye.confirmed_30d}/{eye.judged_30d}）"
