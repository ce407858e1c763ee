"""Fire devices that deserve a look: in alarm, faulty, silent, weak or with too little pressure; then the others."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPointF, QRect
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.fire import KIND_WORDS, STATE_WORDS, DeviceKind, DeviceState, FireDevice
from services.domain.rectification import AskRectification
from services.domain.snapshot import Subject
from services.domain.timebase import local
from widgets.duty_rows import Act, Row
from widgets.followup_list import LINE, TWO, FollowUpPane
from widgets.glyphs import put_glyph, put_unknown
from widgets.look import Look
from widgets.paint import LEFT, RIGHT, elide, text, width_of

LIMIT_MPA: Mapping[str, float] = {
    DeviceKind.HYDRANT: 0.14,
    DeviceKind.INDOOR_HYDRANT: 0.25,
    DeviceKind.SPRINKLER: 0.35,
}
LOW_PCT = 15
_SIGHTS = ("全部", "异常", "水压")
_RANK = {DeviceState.ALARM: 0, DeviceState.FAULT: 1, DeviceState.SIGNATURE: 1, DeviceState.SILENT: 2}
_ORDER = tuple(DeviceKind)
_DEPARTMENTS = ("物业", "水务", "消防", "运维", "供电")


def is_weak(device: FireDevice) -> bool:
    return device.battery_pct is not None and device.battery_pct < LOW_PCT


def is_low(device: FireDevice) -> bool:
    limit = LIMIT_MPA.get(device.kind)
    return limit is not None and device.value is not None and device.value < limit


def rank(device: FireDevice) -> int:
    """What comes first: alarm, fault, silence, too little pressure, a weak battery, the ordinary."""
    known = _RANK.get(DeviceState(device.state))
    return known if known is not None else 3 if is_low(device) else 4 if is_weak(device) else 5


class FireDevicesPane(FollowUpPane):
    """Topics: ``fire_devices``, ``alerts``, ``rectifications``. L changes what is listed, N asks for a
    rectification. A silent device's last value is hatched: it is not known any more."""

    empty = "没有异常的消防设备"

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._sight = 0

    def make_rows(self) -> Sequence[Row]:
        told: Sequence[FireDevice] = self.records("fire_devices")
        devices = [one for one in told if one.kind != DeviceKind.GAS]  # those are a matter of the meters
        odd = [one for one in devices if rank(one) < 5]
        self.note = f"{_SIGHTS[self._sight]} · 异常 {len(odd)}" if devices else ""
        shown = (devices, odd, [one for one in devices if one.kind in LIMIT_MPA])[self._sight]
        ordered = sorted(shown, key=lambda one: (rank(one), -one.flaps, _ORDER.index(DeviceKind(one.kind)), one.id))
        return [Row(one.id, one, TWO) for one in ordered]

    def alert_about(self, device: FireDevice) -> Alert | None:
        about = [
            a for a in self.records("alerts") if a.is_open and (a.subject_kind, a.subject_id) == ("device", device.id)
        ]
        return max(about, key=lambda alert: alert.level, default=None)

    def row_chosen(self, row: Row) -> None:
        self.asked.emit("select", Subject("device", row.record.id))

    def proposed(self, keys: Sequence[str]) -> str:
        chosen = self._selected
        known = chosen.id if chosen is not None and chosen.kind == "device" and chosen.id in keys else ""
        return known or (keys[0] if keys else "")

    def acts(self) -> Sequence[Act]:
        device = self.case()
        why = "先选一台" if device is None else "已有整改" if self._has_case(device) else ""
        return (Act("sight", "换列表", "L"), Act("ask", "下达整改", "N", why))

    def _has_case(self, device: FireDevice) -> bool:
        return any(case.is_open and device.id in case.matter for case in self.records("rectifications"))

    def act(self, what: str) -> None:
        if what == "sight":
            self._sight = (self._sight + 1) % len(_SIGHTS)
            self.refresh()
        else:
            hint = "隐患与要求：电池更换、静压恢复"
            self.question("ask", "下达哪个单位整改", choices=_DEPARTMENTS, hint=hint)

    def answer(self, question: str, choice: int, words: str) -> None:
        device = self.case()
        if question != "ask" or device is None:
            return
        alert = self.alert_about(device)
        danger, _, demand = words.partition("，")
        self.wish(
            AskRectification(
                place=_place(device),
                danger=f"{KIND_WORDS[device.kind]} {device.id} {danger}",
                demand=demand,
                department=_DEPARTMENTS[max(0, choice)],
                alert_id=alert.id if alert else "",
            )
        )

    def done_words(self, outcome: Any) -> str:
        return f"已下达 {outcome.case.id}"

    def paint_row(self, painter: QPainter, box: QRect, row: Row) -> None:
        look, device = self.look, row.record
        body, tick = look.font("body"), look.font("tick")
        first = QRect(box.left(), box.top() + look.px(4), box.width(), look.px(20))
        second = first.translated(0, look.px(LINE))
        side = look.glyph("table")
        centre = QPointF(first.left() + side / 2, first.center().y())
        if alert := self.alert_about(device):
            put_glyph(painter, look, alert.level, centre, side, alert.is_signed)
        elif device.state == DeviceState.SILENT:
            put_unknown(painter, look, centre, side)
        left = first.left() + side + look.px(6)
        state = self._state_words(device)
        odd = rank(device) < 5
        text(
            painter,
            first,
            state,
            look.font("body", weight=500 if odd else None),
            look.colour("text" if odd else "text2"),
            RIGHT,
        )
        room = first.right() - left - width_of(state, body) - look.px(10)
        title = f"{KIND_WORDS[device.kind]}　{_place(device)}"
        text(
            painter,
            QRect(left, first.top(), room, first.height()),
            elide(title, body, room),
            body,
            look.colour("text"),
            LEFT,
        )
        heard = f"{local(device.heard_at):%m-%d %H:%M} 上报" if device.heard_at else "上报时间不明"
        text(painter, second, heard, tick, look.colour("text3"), RIGHT)
        said = " · ".join(_details(device))
        room = second.right() - left - width_of(heard, tick) - look.px(10)
        text(
            painter,
            QRect(left, second.top(), room, second.height()),
            elide(said, tick, room),
            tick,
            look.colour("text2"),
            LEFT,
        )

    def _state_words(self, device: FireDevice) -> str:
        if device.flaps >= 5:
            return f"反复报警 {device.flaps} 次"
        if device.state == DeviceState.SILENT and device.heard_at is not None and self.now is not None:
            return f"失联 {(self.now - device.heard_at).total_seconds() / 3600:.0f} 时"
        if device.state in (DeviceState.NORMAL, DeviceState.MEASURED):
            return "欠压" if is_low(device) else "低电" if is_weak(device) else "正常"
        return STATE_WORDS[device.state]


def _place(device: FireDevice) -> str:
    spot = device.spot.removeprefix(device.building).strip()
    return " ".join(part for part in (device.estate_name, device.building, device.unit_name, spot) if part)


def _details(device: FireDevice) -> list[str]:
    said = [device.id]
    if device.value is not None:
        known = device.state != DeviceState.SILENT
        value = f"{device.value:.2f}" if device.unit == "MPa" else f"{device.value:.0f}"
        said.append(f"{value} {device.unit}" if known else f"末次 {value} {device.unit}，现不明")
    if device.battery_pct is not None:
        said.append(f"电量 {device.battery_pct} %")
    return said + ([device.note] if device.note else [])
