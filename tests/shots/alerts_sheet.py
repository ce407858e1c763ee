"""A sheet of the alert list and card in their states, to look at beside the mockup."""

from __future__ import annotations

import argparse
import os
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from services.domain.alert import Ack, Alert, AlertLevel, Clock, Evidence, Parameter, Stance, Step, Visibility, Work
from services.domain.officer import Officer, Role
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.shots.sheet import NOW
from widgets.alerts import AlertsPane
from widgets.card import AlertCard
from widgets.look import Face, Look, load_fonts, make_look
from widgets.pane import Pane

WANG = Officer("wang", "王伟", Role.DUTY, "乙班 08–20")


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def make_alert(number: int, level: AlertLevel, title: str, waited_min: float, due_min: float, **more: Any) -> Alert:
    """An alert raised ``waited_min`` ago whose running limit ends in ``due_min``."""
    raised: datetime = NOW - minutes(waited_min)
    signed = more.pop("signed", False)
    step = more.pop("step", Step.DISPATCH if signed else Step.ACK)
    clocks = (Clock(step, NOW + minutes(due_min), started_at=raised),)
    steps = (("new", raised, ""),)
    if signed:
        more.setdefault("work", Work.VERIFYING)
        more |= {"ack": Ack.ACKED, "acked_by": "王*", "acked_at": raised + minutes(1)}
        steps += (("acked", raised + minutes(1), "王*"), ("verifying", raised + minutes(2), "王*"))
    base = Alert(
        id=f"YJ-1121-{number:04d}", version=1, key=f"k{number}", rule_id="R-FSH-01", rule_version=4,
        rule_text="日间 07–19 时，受理后未派船超过 15 分黄、30 分橙", scene="boats", level=level, title=title,
        subject="申请 07 · 浙椒渔 61027", wall_subject="申请 07", subject_kind="hand_in_request", subject_id="07",
        place="下大陈锚地", occurred_at=raised, raised_at=raised, last_at=raised, clocks=clocks, steps=steps,
    )  # fmt: skip
    return replace(base, **more)


RED, ORANGE, YELLOW, BLUE = AlertLevel.RED, AlertLevel.ORANGE, AlertLevel.YELLOW, AlertLevel.BLUE
FULL = make_alert(
    417, YELLOW, "未派船 > 15 分", 2.4, 7.6, department="农业农村和水利局",
    clocks=(
        Clock(Step.ACK, NOW + minutes(7.6), started_at=NOW - minutes(2.4)),
        Clock(Step.DISPATCH, NOW + minutes(0.9), started_at=NOW - minutes(2.4)),
        Clock(Step.CLOSE, NOW - minutes(1.03), started_at=NOW - minutes(40)),
    ),
    parameters=(Parameter("受理至今未派 分", "17", "> 15"), Parameter("可行船 艘", "3", "≥ 1")),
    evidence=(
        Evidence("受理 14:14:43，至今未派", "17:24"),
        Evidence("3 艘船可行，最快 15:00 到", "28 分"),
        Evidence("船东 14:20 报称可等到 16:00", "电话", Stance.AGAINST),
        Evidence("渔船北斗 11 分前最后定位", "略旧", Stance.UNKNOWN),
    ),
    guidance=("先签收，看方案 1 是否仍可行", "派船后 2 分钟内回叫船东报预计到达", "无船可派：报值班长，改约 16:00 前"),
)  # fmt: skip
ALERTS = [
    make_alert(1, RED, "危化品车偏离许可路线", 27, 6.3, signed=True, work=Work.HANDLING, step=Step.ONSITE,
               scene="checkpoints", subject="浙J·A**29", wall_subject="浙J·A**29", place="疏港大道",
               department="交通运输"),
    make_alert(2, ORANGE, "云仓将满 含油污水 95.6 %", 2.1, 0.92, subject="大陈云仓", place="可转海门 58 %"),
    make_alert(3, ORANGE, "收集船偏航 1.3 nm", 12.3, 40, signed=True, clocks=(), subject="渔清 03", place="绕行禁航区"),
    FULL,
    make_alert(5, YELLOW, "预计迟到 24 分", 0.8, 9.2, subject="申请 06", place="渔清 02"),
    make_alert(6, YELLOW, "质量不平衡 6.2 %", 100, 18, signed=True, subject="联单 2611-0388", place="海门云仓"),
    make_alert(7, BLUE, "超期未交 转黄码", 182, -65, subject="浙椒渔 21077 等", place="", count=3),
    make_alert(8, BLUE, "超期未交", 1500, -900, subject="浙椒渔 21080", place="葭沚码头"),
    make_alert(9, BLUE, "设备低电", 400, 900, visibility=Visibility.SHELVED, shelved_until=NOW + minutes(18)),
]  # fmt: skip
FLOOD = [
    make_alert(100, RED, "火警确认 两点烟感", 0.35, 0.65, scene="community", subject="城市花园", place="3 幢 2 单元"),
    *(make_alert(200 + n, ORANGE, "停电 白云新村 5 台区", 3, 5, rule_id="R-PWR", place="5 台区") for n in range(18)),
    *(make_alert(300 + n, YELLOW, "设备失联 基站 C4", 4, 5, rule_id="R-DEV", place=f"点位 {n}") for n in range(21)),
    make_alert(400, BLUE, "门禁超时", 5, 5, rule_id="R-GATE", place="1 幢"),
]


def snapshot(alerts: list[Alert], quality: Quality = Quality.GOOD) -> Snapshot[Alert]:
    return Snapshot("alerts", alerts, NOW, quality)


def make_sheet(look: Look) -> QWidget:
    sheet = QWidget()
    wall = look.is_wall
    sheet.resize(look.px(3840 if wall else 1570), look.px(2160 if wall else 1010))

    def put(pane: Pane, x: int, y: int, w: int, h: int, alerts: list[Alert], chosen: str = "") -> Pane:
        pane.setParent(sheet)
        pane.setGeometry(look.px(x), look.px(y), look.px(w), look.px(h))
        for name, value in (("show_scene", "boats"), ("show_officer", WANG)):
            if hasattr(pane, name) and not wall:
                getattr(pane, name)(value)
        pane.tick(NOW)
        pane.show_snapshot(snapshot(alerts))
        pane.select(Subject("alert", chosen) if chosen else None)
        return pane

    if wall:
        put(AlertsPane("三个例外", {"limit": 3}, look), 2300, 0, 1540, 820, ALERTS)
        put(AlertsPane("预警", {"limit": 3}, look), 0, 0, 1900, 350, ALERTS)
        put(AlertsPane("预警", {"limit": 6}, look), 0, 400, 1900, 700, FLOOD)
        put(AlertsPane("预警", {}, look), 0, 1200, 1900, 300, [])
    else:
        put(AlertsPane("预警", {}, look), 0, 0, 391, 394, ALERTS, FULL.id)
        put(AlertCard("", {}, look), 0, 395, 391, 613, ALERTS, FULL.id)
        put(AlertsPane("预警", {}, look), 392, 0, 391, 394, FLOOD)
        put(AlertCard("", {}, look), 392, 395, 391, 613, ALERTS, ALERTS[2].id)
        put(AlertsPane("预警", {}, look), 784, 0, 391, 394, [])
        asking = put(AlertCard("", {}, look), 784, 395, 391, 613, ALERTS, ALERTS[2].id)
        asking.press("F4")
        refused = put(AlertCard("", {}, look), 1176, 395, 391, 613, ALERTS, ALERTS[0].id)
        refused.press("F7")
    palette = sheet.palette()
    palette.setColor(sheet.backgroundRole(), look.colour("ground"))
    sheet.setPalette(palette)
    return sheet


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("file")
    parser.add_argument("--theme", default="dark")
    parser.add_argument("--scale", type=float, default=1.0)
    parser.add_argument("--face", default="desk")
    wanted = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication([])
    load_fonts()
    sheet = make_sheet(make_look(Face(wanted.face), wanted.theme, wanted.scale))
    sheet.show()
    sheet.grab().save(wanted.file)
    app.quit()


if __name__ == "__main__":
    main()
