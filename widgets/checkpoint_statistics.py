"""卡口统计: alerts by kind with how often each was right, vehicles that come again, three figures."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QRect
from PySide6.QtGui import QPainter

from services.domain.checkpoint_statistics import CheckpointStatistics, KindCount, RepeatVehicle
from services.domain.masked import wall_plate
from services.domain.plate import spelled
from services.domain.snapshot import Snapshot
from services.domain.timebase import local
from widgets.paint import CENTRE, RIGHT, bar, elide, hairline, text, width_of
from widgets.pane import Pane

ROW, HEAD = 24, 22  # logical px


class CheckpointStatisticsPane(Pane):
    """Topic: ``checkpoint_statistics``. The wall masks plates."""

    def draw(self, snapshot: Snapshot[Any]) -> None:
        found: CheckpointStatistics | None = next(iter(snapshot.records), None)
        self.note = f"{len(found.kinds)} 类" if found is not None and found.kinds else ""

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        found: CheckpointStatistics | None = next(iter(self.records("checkpoint_statistics")), None)
        area = body.adjusted(look.pad, 0, -look.pad, -look.px(8))
        if found is None or not found.kinds:
            said = self.error_text() or ("读取中…" if found is None else "近 30 日无卡口预警")
            text(painter, area, said, look.font("body"), look.colour("text3"), CENTRE)
            return
        figures = QRect(area.left(), area.bottom() - look.px(HEAD), area.width(), look.px(HEAD))
        upper = area.adjusted(0, 0, 0, -figures.height() - look.px(4))
        left = round(upper.width() * 0.62)
        self._paint_kinds(painter, QRect(upper.left(), upper.top(), left, upper.height()), found.kinds)
        gap = look.px(20)
        right = QRect(upper.left() + left + gap, upper.top(), upper.width() - left - gap, upper.height())
        self._paint_repeats(painter, right, found.repeats)
        hairline(painter, look, area.left(), figures.top() - look.px(2), area.width())
        text(painter, figures, _figures(found), look.font("tick"), look.colour("text2"))

    def _lines(self, painter: QPainter, area: QRect, title: str, note: str) -> list[QRect]:
        look = self.look
        head = QRect(area.left(), area.top(), area.width(), look.px(HEAD))
        text(painter, head, title, look.font("tick"), look.colour("text3"))
        text(painter, head, note, look.font("tick"), look.colour("text3"), RIGHT)
        row = look.px(ROW)
        top = head.bottom() + 1
        count = max(0, (area.bottom() - top) // row)
        return [QRect(area.left(), top + at * row, area.width(), row) for at in range(count)]

    def _paint_kinds(self, painter: QPainter, area: QRect, kinds: tuple[KindCount, ...]) -> None:
        look, body = self.look, self.look.font("body")
        lines = self._lines(painter, area, "近 30 日预警", "今日 · 共 · 属实/定性")
        values = width_of("00 · 000 · 000/000", body)
        most = kinds[0].total
        for line, kind in zip(lines, kinds, strict=False):
            names = round((line.width() - values) * 0.74)
            name = QRect(line.left(), line.top(), names, line.height())
            text(painter, name, elide(kind.title, body, names - look.px(8)), body, look.colour("text2"))
            high = look.px(8)
            track = QRect(name.right(), line.center().y() - high // 2, line.width() - names - values, high)
            bar(painter, track, kind.total / most, look)
            said = f"{kind.today} · {kind.total} · {kind.right}/{kind.judged}"
            text(painter, line, said, body, look.colour("text"), RIGHT)

    def _paint_repeats(self, painter: QPainter, area: QRect, repeats: tuple[RepeatVehicle, ...]) -> None:
        look, body = self.look, self.look.font("body")
        lines = self._lines(painter, area, "90 日再犯车辆", "次 · 末次")
        if not repeats and lines:
            text(painter, lines[0], "无", body, look.colour("text3"))
        for line, vehicle in zip(lines, repeats, strict=False):
            plate = wall_plate(vehicle.plate_no) if look.is_wall else spelled(vehicle.plate_no)
            text(painter, line, plate, body, look.colour("text2"))
            said = f"{vehicle.alerts} · {local(vehicle.last_at):%m-%d}"
            text(painter, line, said, body, look.colour("text"), RIGHT)


def _figures(found: CheckpointStatistics) -> str:
    parts = (
        ("再犯率", found.repeat_pct, "{:.0f} %"),
        ("办结率", found.closed_pct, "{:.0f} %"),
        ("检出延迟中位", found.delay_s, "{:.1f} 秒"),
    )
    return "　".join(f"{name} {form.format(value) if value is not None else '—'}" for name, value, form in parts)
