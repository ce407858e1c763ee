"""查询: one plate, for a reason, on a case or a law; the answer stays on this screen and is gone with the officer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import QRect, Qt
from PySide6.QtGui import QKeySequence, QPainter, QShortcut

from services.domain.alert import Alert, Outcome
from services.domain.control_rules import rules_in
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.plate import spelled
from services.domain.plate_pattern import NotOnePlate, one_plate
from services.domain.plate_search import NEED_AN_ALERT, NearPlate, PlateFound, SearchPlate, no_searcher
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.duty_list import DutyListPane
from widgets.duty_rows import Act, Row, alert_of
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, bar, elide, hairline, text

PLACES_SHOWN = 4
KEPT = timedelta(minutes=10)  # an answer nobody moves in leaves the screen
NOBODY = Officer("", "", Role.WALL)


class ControlSearchPane(DutyListPane):
    """Topics: ``control_rules``, ``alerts``. ``/`` anywhere in the scene begins a search."""

    empty = "按 / 查询一个号牌。事由与依据必填，每次查询先入审计。"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: Any = None) -> None:
        super().__init__(title, options, look, parent)
        self.found: PlateFound | None = None
        self._found_at: datetime | None = None
        self._plate = ""
        self._subject: Subject | None = None
        self._of = ""  # id of the officer who asked
        slash = QShortcut(QKeySequence("/"), self)
        slash.setContext(Qt.ShortcutContext.WindowShortcut)
        slash.activated.connect(self.begin)

    # -- told ----------------------------------------------------------------------------------

    def select(self, subject: Subject | None) -> None:
        self._subject = subject

    def show_officer(self, officer: Officer) -> None:
        if officer.id != self._of:
            self.forget()
        self._of = officer.id
        super().show_officer(officer)

    def tick(self, now: datetime) -> None:
        if self._found_at is not None and now - self._found_at > KEPT:
            self.forget()
        super().tick(now)

    def show_outcome(self, outcome: Outcome) -> None:
        if outcome.command is self._asked and isinstance(outcome.case, PlateFound):
            self.found, self._found_at = outcome.case, self.now
            self._picked = False
        super().show_outcome(outcome)
        self.refresh()

    def done_words(self, outcome: Outcome) -> str:
        return f"已入审计 {outcome.case.audit_id}" if isinstance(outcome.case, PlateFound) else "已记录"

    def forget(self) -> None:
        self.found, self._found_at = None, None

    # -- rows ----------------------------------------------------------------------------------

    def make_rows(self) -> Sequence[Row]:
        found = self.found
        if found is None:
            self.note = ""
            return ()
        more = " 以上" if found.more else ""
        self.note = f"{spelled(found.plate_no)} · {len(found.rows)} 次{more} · {found.audit_id}"
        near = [Row(f"near:{one.plate_no}", one, 26) for one in found.near]
        head = [Row("near", "可能是（另查须再次登记）", 24, heading=True)] if near else []
        return (*(Row(row.passage_id, row, 26) for row in found.rows), *head, *near)

    def top_room(self) -> int:
        shown = min(PLACES_SHOWN, len(self.found.places)) if self.found is not None else 0
        return 24 * shown + 10 if shown else 0

    def acts(self) -> Sequence[Act]:
        why = no_searcher(self.officer or NOBODY)
        clear = (Act("clear", "清除", "Del"),) if self.found is not None else ()
        return (Act("search", "查询", "/", why), *clear)

    def act(self, what: str) -> None:
        if what == "clear":
            self.forget()
            self.refresh()
            return
        chosen = self.chosen_row()
        near = chosen.record.plate_no if chosen is not None and isinstance(chosen.record, NearPlate) else ""
        self.question("plate", "查询 1/2：号牌，一次一个", hint="浙J8T56K；看不清的一位写 -", filled=near)

    def begin(self) -> None:
        self.setFocus()
        self.press("/")

    def answer(self, question: str, choice: int, words: str) -> None:
        if question == "plate":
            try:
                self._plate = one_plate(words)
            except NotOnePlate as why:
                self.say(str(why))
                return
            grounds = self.grounds()
            if not grounds:
                self.say("须先选中一条在办预警")
                return
            self.question("ground", "查询 2/2：依据与事由", choices=grounds, hint="事由，写入审计", chosen=-1)
        else:
            ground = self.grounds()[choice]
            alert = self.alert
            by_alert = alert is not None and ground == _of(alert)
            self.wish(
                SearchPlate(
                    plate_no=self._plate,
                    reason=words,
                    alert_id=alert.id if by_alert and alert is not None else "",
                    legal_basis="" if by_alert else ground,
                )
            )

    @property
    def alert(self) -> Alert | None:
        return alert_of(self._subject, self.records("alerts"))

    def grounds(self) -> tuple[str, ...]:
        """The selected open alert first, then the laws where the officer's role may rest on one."""
        alert = self.alert
        first = (_of(alert),) if alert is not None else ()
        alone = self.officer is not None and self.officer.role in NEED_AN_ALERT
        return first if alone else (*first, *rules_in(self.records("control_rules")).laws)

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        super().paint_body(painter, body)
        found, look = self.found, self.look
        if found is None:
            self._paint_terms(painter, body)
        if found is None or not found.places:
            return
        most = found.places[0].passages
        y = body.top() + look.px(4)
        font = look.font("body")
        for place in found.places[:PLACES_SHOWN]:
            line = QRect(look.pad, y, self.width() - 2 * look.pad, look.px(22))
            text(painter, line, elide(place.name, font, look.px(130)), font, look.colour("text"), LEFT)
            track = QRect(line.left() + look.px(140), line.center().y() - look.px(4), look.px(200), look.px(8))
            bar(painter, track, place.passages / most, look)
            count = QRect(track.right() + look.px(10), y, look.px(60), line.height())
            text(painter, count, f"{place.passages} 次", font, look.colour("text"), LEFT)
            told = f"最近 {local(place.last_at):%m-%d %H:%M}"
            text(painter, line, told, look.font("tick"), look.colour("text3"), RIGHT)
            y += look.px(24)
        hairline(painter, look, 0, y + look.px(2), self.width())

    def _paint_terms(self, painter: QPainter, body: QRect) -> None:
        """What a search is bound to, while there is none."""
        look, rules = self.look, rules_in(self.records("control_rules"))
        terms = (
            ("范围", f"近 {rules.look_back_days} 日过车；没有预警的车只存 30 日"),
            ("依据", "选中的在办预警，或清单中的法律；部门联络员只凭本部门预警"),
            ("次数", f"每人每小时 {rules.searches_per_hour} 次，超出即拒绝"),
            ("看不清", "一位写 -，只列可能的号牌，另查另记"),
            ("留痕", "谁、何时、查谁、为何、显示几条；不能成批，不能导出"),
        )
        y, font = body.top() + look.px(44), look.font("body")
        for label, words in terms:
            line = QRect(look.pad, y, self.width() - 2 * look.pad, look.px(22))
            text(painter, line, label, look.font("tick"), look.colour("text3"), LEFT)
            told = line.adjusted(look.px(66), 0, 0, 0)
            text(painter, told, elide(words, font, told.width()), font, look.colour("text2"), LEFT)
            y += look.px(24)

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, font = self.look, self.look.font("body")
        if row.heading:
            text(painter, box, str(row.record), look.font("tick"), look.colour("text3"), LEFT)
        elif isinstance(row.record, NearPlate):
            near = row.record
            text(painter, box, spelled(near.plate_no), font, look.colour("text"), LEFT)
            how = box.adjusted(look.px(120), 0, -look.px(180), 0)
            text(painter, how, elide(near.differs, font, how.width()), font, look.colour("text2"), LEFT)
            told = f"{near.passages} 次 · 最近 {local(near.last_at):%m-%d %H:%M}"
            text(painter, box, told, look.font("tick"), look.colour("text3"), RIGHT)
        elif isinstance(row.record, Passage):
            self._paint_passage(painter, box, row.record)

    def _paint_passage(self, painter: QPainter, box: QRect, row: Passage) -> None:
        look, font = self.look, self.look.font("body")
        text(painter, box, f"{local(row.passed_at):%m-%d %H:%M:%S}", font, look.colour("text2"), LEFT)
        place = box.adjusted(look.px(120), 0, -look.px(220), 0)
        words = f"{row.checkpoint_name or row.checkpoint_id} {row.direction}".strip()
        text(painter, place, elide(words, font, place.width()), font, look.colour("text"), LEFT)
        seen = " · ".join(part for part in (row.plate_colour, row.vehicle_colour, _speed(row)) if part)
        text(painter, box.adjusted(0, 0, -look.px(70), 0), seen, look.font("tick"), look.colour("text2"), RIGHT)
        sure = "置信 —" if row.confidence is None else f"置信 {row.confidence:.2f}"
        text(painter, box, sure, look.font("tick"), look.colour("text3"), RIGHT)


def _of(alert: Alert) -> str:
    return f"在办预警 {alert.id}"


def _speed(row: Passage) -> str:
    return f"{row.speed_kmh:.0f} km/h" if row.speed_kmh is not None else ""
