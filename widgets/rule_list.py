"""规则清单: every rule as it runs, how often it speaks, how often it is right, what is under way."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.rule_book import RuleEntry
from services.domain.snapshot import Subject
from widgets.duty_list import DutyListPane, Row
from widgets.paint import LEFT, RIGHT, bar, chip, elide, text, width_of
from widgets.rule_pane import KIND, proposed
from widgets.words import SCENE_WORDS

WEAK = 0.5  # precision under which a rule is said to be weak


class RuleListPane(DutyListPane):
    """Topics: ``rule_book``. Arrow keys and clicks choose; all panes of the desk follow."""

    empty = "没有规则"

    def make_rows(self) -> Sequence[Row]:
        entries: Sequence[RuleEntry] = self.records("rule_book")
        weak = sum(1 for e in entries if e.rating.precision is not None and e.rating.precision < WEAK)
        self.note = f"{len(entries)} 条" + (f" · 精确率低于 50 % {weak} 条" if weak else "")
        ordered = sorted(entries, key=lambda entry: (not entry.under_way, entry.id))
        return [Row(entry.id, entry, 26) for entry in ordered]

    def proposed(self, keys: Sequence[str]) -> str:
        return proposed(self.records("rule_book"))

    def select(self, subject: Subject | None) -> None:
        if subject is not None and subject.kind == KIND and subject.id != self.chosen:
            super().choose(subject.id)

    def choose(self, key: str) -> None:
        super().choose(key)
        self.asked.emit("select", Subject(KIND, key))

    def top_room(self) -> int:
        return 22

    def columns(self, box: QRect) -> list[QRect]:
        look = self.look
        widths = [look.px(w) for w in (88, 0, 44, 52, 78, 68, 170, 132)]
        widths[1] = max(look.px(80), box.width() - sum(widths) - look.px(10) * (len(widths) - 1))
        boxes, x = [], box.left()
        for wide in widths:
            boxes.append(QRect(x, box.top(), wide, box.height()))
            x += wide + look.px(10)
        return boxes

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, tick = self.look, self.look.font("tick")
        line = QRect(look.pad, body.top(), self.width() - 2 * look.pad, look.px(20))
        heads = ("编号", "规则", "场景", "版本", "7 日预警", "未办结", "精确率（90 日）", "途中的版本")
        for head, box in zip(heads, self.columns(line), strict=True):
            text(painter, box, head, tick, look.colour("text3"), RIGHT if head in ("7 日预警", "未办结") else LEFT)
        super().paint_body(painter, body)

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, entry = self.look, row.record
        font = look.font("body")
        number, title, scene, version, week, opened, right, coming = self.columns(box)
        text(painter, number, entry.id, font, look.colour("text2"), LEFT)
        text(painter, title, elide(entry.title, font, title.width()), font, look.colour("text"), LEFT)
        text(painter, scene, str(SCENE_WORDS.get(entry.scene, entry.scene)), font, look.colour("text2"), LEFT)
        text(painter, version, f"第 {entry.version} 版", look.font("tick"), look.colour("text2"), LEFT)
        text(painter, week, f"{entry.alerts_7d}", font, look.colour("text"), RIGHT)
        text(painter, opened, f"{entry.open_now}", font, look.colour("text2"), RIGHT)
        self._paint_precision(painter, right, entry)
        if entry.stage:
            wide = chip(painter, coming.left(), coming.center().y(), entry.stage, look)
            if entry.shadow_hits is not None:
                rest = coming.adjusted(wide + look.px(6), 0, 0, 0)
                text(painter, rest, f"记 {entry.shadow_hits} 件", look.font("tick"), look.colour("text3"), LEFT)

    def _paint_precision(self, painter: QPainter, box: QRect, entry: RuleEntry) -> None:
        """A bar, the share with its fraction, and 偏低 under one half."""
        look, tick = self.look, self.look.font("tick")
        share = entry.rating.precision
        if share is None:
            text(painter, box, "没有核实", tick, look.colour("text3"), LEFT)
            return
        track = QRect(box.left(), box.center().y() - look.px(4), look.px(50), look.px(8))
        painter.fillRect(track, look.colour("line"))
        bar(painter, track, share, look)
        said = f"{100 * share:.0f} %  {entry.rating.confirmed}/{entry.rating.judged}"
        rest = box.adjusted(look.px(58), 0, 0, 0)
        text(painter, rest, said, tick, look.colour("text2"), LEFT)
        if share < WEAK:
            chip(painter, rest.left() + width_of(said, tick) + look.px(6), box.center().y(), "偏低", look)
