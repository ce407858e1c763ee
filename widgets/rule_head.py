"""Which rule, which version, and the one thing that changes: the first line of the rule desk."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter, QPen

from services.domain.masked import mask_name
from services.domain.release import STAGE_WORDS, Stage
from services.domain.rule_text import numbers_of
from services.domain.timebase import local
from widgets.notes import paint_waiting
from widgets.paint import LEFT, RIGHT, elide, figure_font, hairline, label, text, width_of
from widgets.rule_pane import RulePane

MOST = 5  # numbers side by side


class RuleHeadPane(RulePane):
    """The version's numbers, the changed ones with both values; at the right what vouches for the figures."""

    has_header = False

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        entry = self.entry
        if entry is None:
            paint_waiting(painter, body.adjusted(self.look.pad, self.look.px(10), 0, 0), self, "没有规则")
            return
        look = self.look
        left = look.pad
        room = look.px(440)
        head, body_font = look.font("card"), look.font("body")
        title = QRect(left, look.px(16), room, look.px(28))
        text(painter, title, elide(f"{entry.id} {entry.title}", head, room), head, look.colour("text"), LEFT)
        line = QRect(left, look.px(45), room, look.px(22))
        text(painter, line, elide(self.story(), body_font, room), body_font, look.colour("text2"), LEFT)
        x = left + room + look.px(16)
        hairline(painter, look, x, look.px(14), body.height() - look.px(28), vertical=True)
        right = self._paint_vouchers(painter, body)
        self._paint_numbers(painter, x + look.px(24), right)

    def story(self) -> str:
        """第 1 版生效中 → 第 2 版 草案 · 起草 王* 13:40 · 理由 …"""
        entry, case = self.entry, self.case
        if entry is None:
            return ""
        now = f"第 {entry.version} 版生效中"
        if case is None or case.stage is Stage.ACTIVE:
            return now if case is None else f"{now} · 批准 {mask_name(case.approver)} · 理由 {case.reason}"
        drafted = f"起草 {mask_name(case.drafter)} {local(case.drafted_at):%H:%M}"
        return f"{now} → 第 {case.rule_version} 版{STAGE_WORDS[case.stage]} · {drafted} · 理由 {case.reason}"

    def numbers(self) -> list[tuple[str, str, str]]:
        """(label, value, new value or "") of each number, the changed first."""
        entry, case = self.entry, self.case
        if entry is None:
            return []
        text_then = case.base_text if case is not None and case.stage is not Stage.ACTIVE else entry.text
        new = {n.path: n for n in numbers_of(case.text)} if case is not None else {}
        found = []
        for old in numbers_of(text_then):
            after = new.get(old.path)
            changed = after is not None and after.value != old.value
            found.append((old.label, old.shown, after.shown if changed and after is not None else ""))
        return sorted(found, key=lambda one: one[2] == "")[:MOST]

    def _paint_numbers(self, painter: QPainter, x: int, right: int) -> None:
        look, tick = self.look, self.look.font("tick")
        numbers = self.numbers()
        alone = sum(1 for _, _, new in numbers if new) == 1
        for name, old, new in numbers:
            wide = max(width_of(name, tick), look.px(96 if new else 60)) + look.px(24)
            if x + wide > right:
                break
            text(painter, QRect(x, look.px(10), wide, look.px(18)), name, tick, look.colour("text3"), LEFT)
            self._paint_value(painter, x, look.px(50), old, new)
            note = ("仅此一项改动" if alone else "已改") if new else "未改"
            text(painter, QRect(x, look.px(58), wide, look.px(18)), note, tick, look.colour("text3"), LEFT)
            x += wide

    def _paint_value(self, painter: QPainter, x: int, baseline: int, old: str, new: str) -> None:
        look = self.look
        big = figure_font(look, "kpi") if old[:1].isascii() else look.font("card")
        if not new:
            label(painter, x, baseline, old, big, look.colour("text"))
            return
        wide = label(painter, x, baseline, old, big, look.colour("text3"))
        painter.setPen(QPen(look.colour("text3"), look.px(1.5)))
        painter.drawLine(x, baseline - look.px(8), x + wide, baseline - look.px(8))
        x += wide + look.px(8)
        x += label(painter, x, baseline, "→", look.font("pane"), look.colour("text3")) + look.px(8)
        label(painter, x, baseline, new, big, look.colour("text"))

    def vouchers(self) -> Sequence[str]:
        """What the figures rest on."""
        entry, case, test = self.entry, self.case, self.test
        tests = case.tests if case is not None and case.tests else entry.tests if entry is not None else 0
        passed = tests - len(case.complaints) if case is not None and case.complaints else tests
        said = [f"旧预警保留旧参数 · 规则自测 {max(0, passed)} / {tests} 通过"]
        if test is not None and not test.doing:
            said.append(f"在线与批量判定差异 {test.differing} / {test.recorded}")
            kept, known = test.kept_known
            delay = f" · 时延 P50 {span(test.delay_p50_s)} P95 {span(test.delay_p95_s)}"
            said.append(f"已知属实召回 {kept} / {known}{delay if test.delay_p50_s is not None else ''}")
        return said

    def _paint_vouchers(self, painter: QPainter, body: QRect) -> int:
        look, tick = self.look, self.look.font("tick")
        y = look.px(12)
        for line in self.vouchers():
            box = QRect(look.pad, y, body.width() - 2 * look.pad, look.px(20))
            text(painter, box, line, tick, look.colour("text3"), RIGHT)
            y += look.px(20)
        return body.width() - look.pad - max(width_of(line, tick) for line in self.vouchers()) - look.px(16)


def span(seconds: float | None) -> str:
    """2 秒, 14 分, 26.0 时."""
    if seconds is None:
        return "—"
    if seconds < 120:
        return f"{seconds:.0f} 秒"
    return f"{seconds / 60:.0f} 分" if seconds < 7200 else f"{seconds / 3600:.1f} 时"
