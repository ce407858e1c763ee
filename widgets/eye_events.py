"""AI 鹰眼 for the desk: what cameras believed they saw in a week, and the floor that two officers must agree on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Alert, Outcome
from services.domain.community_told import CameraEvent, CameraKind, camera_title
from services.domain.floor_candidate import STATE_WORDS, DropCandidates, FloorCandidate, Look, LookAtTrack, State
from services.domain.roles import DUTY_UP, VERIFIERS
from services.domain.timebase import local
from widgets.duty_rows import Act, Row
from widgets.followup_list import LINE, TWO, FollowUpPane
from widgets.glyphs import put_glyph
from widgets.paint import LEFT, RIGHT, elide, text, width_of
from widgets.track_picture import paint_track, points_of

PICTURE = 150  # logical px, of the side of the track's picture
_LIKE = {"bird": "像鸟", "laundry": "像晾晒物", "leaf": "像落叶"}
_UNSURE = "看不清，不认定"


@dataclass(frozen=True, slots=True)
class Seen:
    """One event with the case and the alert that came of it."""

    event: CameraEvent
    case: FloorCandidate | None
    alert: Alert | None

    @property
    def alert_id(self) -> str:
        return self.alert.id if self.alert else self.case.alert_id if self.case else ""


class EyeEventsPane(FollowUpPane):
    """Topics: ``eye_events``, ``floor_candidates``, ``alerts``. The chosen event shows its track; V says which
    floor one sees, X that none can be told. Nobody can say so without the picture before him."""

    empty = "近 7 日没有相机事件"

    def make_rows(self) -> Sequence[Row]:
        cases = {case.event_id: case for case in self.records("floor_candidates")}
        alerts = {event: alert for alert in self.records("alerts") for event in alert.event_ids}
        found = [Seen(e, cases.get(e.event_id), alerts.get(e.event_id)) for e in self.records("eye_events")]
        found.sort(key=lambda one: (not (one.case and one.case.is_open), -one.event.occurred_at.timestamp()))
        waits = sum(bool(one.case and one.case.is_open) for one in found)
        self.note = f"7 日 {len(found)} 起" + (f" · 待两人核实 {waits}" if waits else "") if found else ""
        return [Row(one.event.event_id, one, self._high(one)) for one in found]

    def _high(self, seen: Seen) -> int:
        opened = seen.event.event_id == self.chosen and (seen.event.track or seen.case)
        return TWO + PICTURE + 12 if opened else TWO

    def seen(self) -> Seen | None:
        row = self.chosen_row()
        return row.record if row is not None else None

    def case(self) -> FloorCandidate | None:
        seen = self.seen()
        return seen.case if seen else None

    # -- what may be done ------------------------------------------------------------------------

    def acts(self) -> Sequence[Act]:
        case = self.case()
        why = "无候选楼层" if case is None else "" if case.is_open else STATE_WORDS[case.state]
        role = self.officer.role if self.officer else None
        looking = why or ("须值班员或警务室" if role not in VERIFIERS else "") or self._waits(case)
        return (
            Act("look", "认定楼层", "V", looking, primary=not looking),
            Act("drop", "无法认定", "X", why or ("须值班员" if role not in DUTY_UP else "")),
        )

    def _waits(self, case: FloorCandidate | None) -> str:
        if case is None or self.officer is None:
            return ""
        if any(look.officer_id == self.officer.id for look in case.current):
            return "须另一人核实"
        return "" if self._is_in_sight() else "请先看轨迹图"

    def _is_in_sight(self) -> bool:
        return any(row.key == self.chosen for row, _, _ in self.sight.in_sight())

    def act(self, what: str) -> None:
        case = self.case()
        if case is None:
            return
        if what == "look":
            choices = (*(one.words for one in case.candidates), _UNSURE)
            self.question("look", "从轨迹图看，从哪里落下", choices=choices, hint="（可）依据")
        else:
            self.question("drop", "无法认定", hint="原因，不写楼层房号")

    def answer(self, question: str, choice: int, words: str) -> None:
        case = self.case()
        if case is None:
            return
        if question == "drop":
            self.wish(DropCandidates(**self.about(case), reason=words))
            return
        seen = case.candidates[choice] if 0 <= choice < len(case.candidates) else None
        floor, column = (seen.floor, seen.column) if seen else (None, "")
        said = {"picture": case.picture, "floor": floor, "column": column, "words": words}
        self.wish(LookAtTrack(**self.about(case), **said))

    def done_words(self, outcome: Outcome) -> str:
        case = outcome.case
        if case.state is State.OPEN:
            return "已记录，须另一人核实"
        return f"{STATE_WORDS[case.state]} {case.id}"

    # -- painting ----------------------------------------------------------------------------------

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        seen: Seen = row.record
        event = seen.event
        place = f"{event.estate_name} {event.building}".strip() or event.camera_id
        title = f"{camera_title(event.kind)}　{place}"
        second = self._paint_title(painter, box, title, seen)
        self.paint_quiet(painter, second, " · ".join(_facts(event)), self._right(seen))
        if row.high > TWO:
            side = self.look.px(PICTURE)
            picture = QRect(box.left(), second.bottom() + self.look.px(6), side, side)
            paint_track(painter, picture, points_of(event.track), self.look)
            self._paint_case(painter, picture, box.right(), seen)

    def _paint_title(self, painter: QPainter, box: QRect, title: str, seen: Seen) -> QRect:
        look, font = self.look, self.look.font("body")
        first = QRect(box.left(), box.top() + look.px(4), box.width(), look.px(20))
        when = f"{local(seen.event.occurred_at):%m-%d %H:%M}"
        text(painter, first, when, font, look.colour("text2"), RIGHT)
        side = look.glyph("table")
        if seen.alert is not None:
            centre = QPointF(first.left() + side / 2, first.center().y())
            put_glyph(painter, look, seen.alert.level, centre, side, seen.alert.is_signed)
        left = first.left() + side + look.px(6)
        room = first.right() - left - width_of(when, font) - look.px(10)
        ink = look.colour("text" if seen.alert is not None else "text2")
        text(painter, QRect(left, first.top(), room, first.height()), elide(title, font, room), font, ink, LEFT)
        return QRect(left, first.bottom(), box.right() - left, look.px(LINE))

    def _right(self, seen: Seen) -> str:
        if seen.case is not None:
            return STATE_WORDS[seen.case.state]
        return "" if seen.alert is not None else "未成预警"

    def _paint_case(self, painter: QPainter, picture: QRect, right: int, seen: Seen) -> None:
        look = self.look
        left = picture.right() + look.px(14)
        lines = self._case_lines(seen)
        box = QRect(left, picture.top(), right - left, look.px(LINE))
        for at, (words, ink) in enumerate(lines[: PICTURE // LINE]):
            line = box.translated(0, at * look.px(LINE))
            text(
                painter, line, elide(words, look.font("tick"), line.width()), look.font("tick"), look.colour(ink), LEFT
            )

    def _look_words(self, case: FloorCandidate, look: Look) -> str:
        """The second reads blind: what the first saw this time is not said before he has looked himself."""
        said = f"{look.floor} 层 {look.column}" if look.floor is not None else "看不清"
        mine = self.officer.id if self.officer else ""
        if case.is_open and look.round == case.round and mine not in {one.officer_id for one in case.current}:
            said = "已看"
        return f"{look.by} {said} · {local(look.at):%H:%M}"

    def _case_lines(self, seen: Seen) -> list[tuple[str, str]]:
        case = seen.case
        if case is None:
            word = "系统没有给出候选楼层" if seen.event.kind == CameraKind.FALLING_OBJECT else "此类事件不核实楼层"
            return [(word, "text3")]
        lines = [("候选 · 两人看图一致才算", "text3")]
        lines += [(f"{one.words}　{100 * one.confidence:.0f} %", "text") for one in case.candidates[:3]]
        lines += [
            (self._look_words(case, one), "text2" if one.round == case.round else "text3") for one in case.looks[-3:]
        ]
        if case.state is State.CONFIRMED:
            lines.append((f"核实为 {case.floor} 层 {case.column}", "text"))
        return lines


def _facts(event: CameraEvent) -> list[str]:
    facts = [f"置信 {event.score:.2f}"]
    if event.floors_down:
        facts.append(f"下落 {event.floors_down:.0f} 层 {event.frames} 帧")
    if event.fall_ms2 is not None:
        facts.append(f"{event.fall_ms2:.1f} m/s²")
    if event.held_s and event.kind != CameraKind.FALLING_OBJECT:
        facts.append(f"持续 {event.held_s:.0f} 秒" if event.held_s < 120 else f"持续 {event.held_s / 60:.0f} 分")
    if event.persons is not None:
        facts.append(f"{event.persons} 人")
    if event.looks_like:
        facts.append(_LIKE.get(event.looks_like, event.looks_like))
    return facts
