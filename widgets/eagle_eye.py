"""AI 鹰眼: the newest thing a camera believes it saw, as a sketch of its track. Never a picture of people."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.community import EagleEye, seen_by_all
from services.domain.community_told import CameraEvent, CameraKind, camera_title
from services.domain.snapshot import Quality, Snapshot
from services.domain.timebase import local
from widgets.facts import Fact, paint_facts
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import elide, label, text
from widgets.pane import Pane
from widgets.track_picture import paint_track, points_of

TURN_S = 5.0  # a still stands so long
MOST = 4  # tracks that take turns
LISTED = 2  # other events under it


class EagleEyePane(Pane):
    """A façade sketch with the track at the left, what is believed at the right. The floor is a
    candidate only, so it is on no face; a count and the share confirmed in 30 days say how good it is.
    With topic ``eye_events`` the last tracks of a day take turns. On the desk a click or Enter opens them all."""

    opens = "rectify"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._turn = 0
        if not look.is_wall:
            self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def draw(self, snapshot: Snapshot[Any]) -> None:
        """Painted from the records."""

    def tick(self, now: datetime) -> None:
        super().tick(now)
        turn = int(now.timestamp() // TURN_S)
        if turn != self._turn:
            self._turn = turn
            self.update()

    def eye(self) -> EagleEye | None:
        """What is shown now: the newest, or one of the day's tracks in turn with the same counts."""
        told = (*self.records("eagle_eye"), *self.records("pushed_eye"))
        newest = seen_by_all(r for r in told if isinstance(r, EagleEye))
        if newest is None or self.now is None:
            return newest
        since = self.now - timedelta(days=1)
        tracks = [e for e in self.records("eye_events") if e.track and not e.looks_like and e.occurred_at > since]
        return _turned(newest, tracks[:MOST][self._turn % len(tracks[:MOST])]) if tracks else newest

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        inner = body.adjusted(
            look.pad, look.px(12 if look.is_wall else 4), -look.pad, -look.px(36 if look.is_wall else 10)
        )
        eye = self.eye()
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
        lines += [(words, tick, "text2") for words in self._others(eye)]
        pitch = min(look.px(24), side.height() // len(lines))
        for at, (words, font, ink) in enumerate(lines):
            box = QRect(side.left(), side.top() + at * pitch, side.width(), pitch)
            text(painter, box, elide(words, font, box.width()), font, look.colour(ink))

    def _others(self, eye: EagleEye) -> list[str]:
        """The newest of today's other events, a line each."""
        if self.now is None:
            return []
        today = [e for e in self.records("eye_events") if local(e.occurred_at).date() == local(self.now).date()]
        others = [e for e in today if e.event_id != eye.event_id][:LISTED]
        return [f"{local(e.occurred_at):%H:%M} {camera_title(e.kind)} {e.estate_name} {e.building}" for e in others]

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


def _turned(newest: EagleEye, event: CameraEvent) -> EagleEye:
    return replace(
        newest,
        event_id=event.event_id,
        title=camera_title(event.kind),
        estate_name=event.estate_name,
        building=event.building,
        occurred_at=event.occurred_at,
        track=points_of(event.track),
        frames=event.frames,
        floors_down=event.floors_down,
        excluded="鸟 晾衣 落叶" if event.kind == CameraKind.FALLING_OBJECT else "",
    )


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
