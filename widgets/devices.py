"""Whether the cameras themselves can be relied on: on line, reading, in time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.passage import DeviceHealth
from services.domain.register import RegisterHealth
from services.domain.snapshot import Quality, Snapshot
from services.domain.timebase import local
from widgets.glyphs import put_unknown
from widgets.hatch import hatch_brush
from widgets.look import Look
from widgets.paint import CENTRE, LEFT, RIGHT, elide, hairline, text
from widgets.pane import Pane


class DevicesPane(Pane):
    """Topics: ``device_health`` (one record) and, if wanted, ``registers``. A line each: what, how many, and
    the one that matters most."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.has_header = bool(options.get("header", bool(title)))

    def draw(self, snapshot: Snapshot[Any]) -> None:
        pass

    def lines(self) -> list[tuple[str, str | None, str, bool]]:
        """Name, value (None is unknown), note, whether something there is unknown."""
        health = next((r for r in self.records("device_health") if isinstance(r, DeviceHealth)), None)
        if health is None:
            return []
        poor = _count(health.poor_image)
        online = None if health.online is None else f"{health.online} / {health.total}"
        silent = health.online is not None and health.online < health.total
        return [
            ("在线", online, health.online_note, silent),
            ("识别率 < 90 %", _count(health.low_recognition), health.low_recognition_note, False),
            ("时钟漂移 > 1 s", _count(health.drifting), health.drifting_note, False),
            ("画质、读数异常", poor, health.poor_image_note or ("设备未上报" if poor is None else ""), False),
            *self._registers(),
        ]

    def _registers(self) -> list[tuple[str, str | None, str, bool]]:
        """Registers too old to be asked, and the rules that find nothing meanwhile."""
        registers: Sequence[RegisterHealth] = self.records("registers")
        if not registers:
            return []
        stale = [register for register in registers if register.stale]
        held = sorted({rule for register in stale for rule in register.held_rules})
        worst = max(stale, key=lambda register: len(register.held_rules), default=None)
        note = f"{worst.title} {_since(worst.as_of)}" if worst else ""
        if worst and held:
            note = f"{worst.title} · 停判 {held[0]}" + (f" 等 {len(held)} 条" if len(held) > 1 else "")
        return [("登记库滞后", f"{len(stale)} / {len(registers)}" if stale else "0", note, bool(stale))]

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look = self.look
        lines = self.lines()
        if not lines:
            why = self.error_text()
            words = {Quality.WAITING: why or "读取中…", Quality.STALE: why or "数据滞后"}
            said = words.get(self.quality(), "暂无设备数据")
            text(painter, body, said, look.font("body"), look.colour("text3"), CENTRE)
            return
        inner = body.adjusted(look.pad, look.px(4), -look.pad, -look.px(4))
        high = inner.height() / len(lines)
        for at, line in enumerate(lines):
            row = QRect(inner.left(), inner.top() + round(at * high), inner.width(), round(high))
            if at:
                hairline(painter, look, row.left(), row.top(), row.width())
            self._paint_line(painter, row, *line)

    def _paint_line(
        self, painter: QPainter, row: QRect, name: str, value: str | None, note: str, unknown: bool
    ) -> None:
        look = self.look
        ink = "text3" if self.quality() is Quality.STALE else "text"
        half = QRect(row.left(), row.top(), round(row.width() * 0.46), row.height())
        text(painter, half, name, look.font("body"), look.colour("text2"), LEFT)
        if value is None:
            side = look.px(28 if look.is_wall else 12)
            box = QRect(half.right() - 2 * side, half.center().y() - side // 2, 2 * side, side)
            painter.fillRect(box, hatch_brush(look, box.topLeft()))
        else:
            quiet = value == "0"
            font = look.font("body", weight=400 if quiet else 500)
            text(painter, half, value, font, look.colour("text3" if quiet else ink), RIGHT)
        rest = QRect(half.right() + look.px(40 if look.is_wall else 16), row.top(), 0, row.height())
        rest.setRight(row.right() - (look.px(60 if look.is_wall else 24) if unknown else 0))
        font = look.font("tick" if look.is_wall else "body")
        text(painter, rest, elide(note, font, rest.width()), font, look.colour("text2"), LEFT)
        if unknown:
            side = look.px(34 if look.is_wall else 14)
            put_unknown(painter, look, QPointF(row.right() - side / 2, row.center().y()), side)


def _since(as_of: datetime | None) -> str:
    return f"{local(as_of):%m-%d}" if as_of else "未收到"


def _count(number: int | None) -> str | None:
    return None if number is None else str(number)
