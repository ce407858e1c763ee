"""What stands below the limits of the card: rule, evidence, counter-evidence, incident, checklist, past cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.alert import Alert, Evidence, Stance, Visibility
from services.domain.incident import Incident
from services.domain.similar import SimilarCase
from services.domain.timebase import local
from widgets.alert_groups import hidden_words
from widgets.card_flow import INDENT, Flow
from widgets.card_next import NextPart, next_places
from widgets.card_vehicle import Shots, shots, vehicle
from widgets.checklist import checklist
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, hairline, text, width_of
from widgets.past_cases import past_cases
from widgets.thread_part import thread


@dataclass(frozen=True, slots=True)
class Around:
    """What the card shows beyond the alert itself. ``cases`` None: asked and not answered yet."""

    incident: Incident | None = None
    cases: Sequence[SimilarCase] | None = None
    trouble: str = ""  # why the past cases cannot be told
    shots: Shots | None = None  # of an alert about a vehicle
    next: NextPart | None = None  # of one to be met on its way


ALONE = Around()
KEPT = {
    Visibility.SHELVED: "已暂缓",
    Visibility.SUPPRESSED: "已抑制",
    Visibility.OUT_OF_SERVICE: "停用中",
    Visibility.VISIBLE: "",
}


class CardText(Flow):
    """One walk from top to bottom; with a painter it paints, without one it measures."""

    EVIDENCE_LEAST = 4  # lines kept for evidence and doubt, so that what follows does not jump

    def __init__(
        self, alert: Alert, look: Look, width: int, painter: QPainter | None = None, around: Around = ALONE
    ) -> None:
        super().__init__(look, width, painter)
        self._alert = alert
        self._quieted()
        if around.shots is not None:
            shots(self, around.shots)
        next_places(self, around.next)
        self._rule()
        began = self.y
        self._evidence()
        self._counters()
        self.y = max(self.y, began + look.px(22 * self.EVIDENCE_LEAST + 2 * 26))
        thread(self, alert, around.incident)
        checklist(self, alert)
        past_cases(self, around.cases, around.trouble)
        if around.shots is not None:
            vehicle(self, around.shots.past)
        self._notes()
        self.y += look.px(8)

    def _quieted(self) -> None:
        """What noise control does to it; nothing for most."""
        alert = self._alert
        said = [f"{KEPT[alert.visibility]}：{hidden_words(alert)}"] if hidden_words(alert) else []
        said += [f"反复触发 {alert.count} 次，安静后平息，不逐次报警"] if alert.chattering else []
        for sentence in said:
            self.line(sentence, ink="text")

    def _rule(self) -> None:
        alert = self._alert
        lead = f" · 主办 {alert.department}" if alert.department else ""
        self.head(f"规则 {alert.rule_id}", f"第 {alert.rule_version} 版{lead}")
        if alert.rule_text:
            self.line(alert.rule_text)
        look, painter = self.look, self.painter
        high = look.px(22)
        for one in alert.parameters:
            if painter is not None:
                row = QRect(0, self.y, self.width, high)
                body, limit = look.font("body"), look.px(84)
                text(painter, row, one.limit, body, look.colour("text3"), RIGHT)
                value = row.adjusted(0, 0, -limit, 0)
                text(painter, value, one.value, look.font("body", weight=500), look.colour("text"), RIGHT)
                room = value.width() - width_of(one.value, body) - look.px(12)
                text(painter, value, elide(one.label, body, room), body, look.colour("text2"), LEFT)
                hairline(painter, look, 0, self.y + high - look.hair, self.width)
            self.end(high)

    def _evidence(self) -> None:
        evidence = self._alert.evidence
        for_it = [e for e in evidence if e.stance is Stance.FOR]
        doubts = [e for e in evidence if e.stance is not Stance.FOR]
        self.head("依据")
        for one in for_it:
            self._piece(one, one.stance)
        if not for_it:
            self.line("无", ink="text3", indent=self.look.px(INDENT))
        self.head("存疑")
        for one in sorted(doubts, key=lambda e: e.stance is Stance.UNKNOWN):
            self._piece(one, one.stance)
        if not doubts:
            self.line("未见反面依据", ink="text3", indent=self.look.px(INDENT))

    def _counters(self) -> None:
        """What was looked for that would speak against it: found first, then unknown, then not there."""
        counters = self._alert.counters
        if not counters:
            return
        self.landmark("反证")
        known = sum(1 for one in counters if one.stance is not Stance.UNKNOWN)
        self.head("反证核查", f"已查 {known}/{len(counters)}")
        order = (Stance.AGAINST, Stance.UNKNOWN, Stance.FOR)
        for one in sorted(counters, key=lambda e: order.index(e.stance)):
            self._piece(one, None if one.stance is Stance.FOR else one.stance)

    def _piece(self, one: Evidence, mark: Stance | None) -> None:
        self.mark(mark)
        ink = "text" if mark is Stance.FOR else "text3" if mark is None else "text2"
        self.line(one.text, one.value, ink, self.look.px(INDENT))

    def _notes(self) -> None:
        alert = self._alert
        said = [f"任务：{alert.task}"] if alert.task else []
        said += [f"办结意见：{alert.disposition}"] if alert.disposition else []
        said += [f"{local(n.at):%H:%M} {n.by}：{n.text}" for n in alert.notes[-3:]]
        if said:
            self.head("处理记录")
        for sentence in said:
            self.line(sentence)
