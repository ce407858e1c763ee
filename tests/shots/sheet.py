"""A sheet of the generic panes in their states, to look at beside the mockup.

``python -m tests.shots.sheet /tmp/sheet.png [--theme light] [--scale 1.25] [--face wall]``
"""

from __future__ import annotations

import argparse
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtWidgets import QApplication, QWidget

from services.domain.alert import AlertLevel
from services.domain.figures import Bar, Figure, Provenance, Series
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.bars import BarsPane
from widgets.chart import ChartPane
from widgets.figures import FiguresPane
from widgets.look import Face, Look, load_fonts, make_look
from widgets.pane import Pane
from widgets.table import TablePane

NOW = datetime(2026, 11, 21, 6, 32, 7, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Request:
    """A row of the sheet's queue."""

    id: str
    state: str
    vessel: str
    tonnes: float | None
    waited_s: float
    due_at: datetime
    share: float | None = 0.3
    level: AlertLevel | None = None


REQUESTS = [
    Request("07", "已受理", "浙椒渔 61027", 0.42, 1020, NOW - timedelta(minutes=2), 0.05, AlertLevel.YELLOW),
    Request("10", "已申请", "浙椒渔 30872", 0.06, 60, NOW + timedelta(minutes=3), 0.0),
    Request("09", "已受理", "浙椒渔 21536", 0.35, 240, NOW + timedelta(minutes=10), 0.05),
    Request("06", "前往", "浙椒渔 70418", None, 3120, NOW + timedelta(minutes=24), 0.4, AlertLevel.ORANGE),
    Request("03", "入仓", "浙椒渔 50881", 12.18, 11520, NOW + timedelta(hours=21), None),
]
QUEUE = [
    {"title": "状态", "field": "state", "width": 86, "glyph": "level"},
    {"title": "进度", "field": "share", "format": "share", "width": 60},
    {"title": "号", "field": "id", "width": 34},
    {"title": "船名号", "field": "vessel", "ink": "text", "weight": 500},
    {"title": "估重 t", "field": "tonnes", "format": "number", "decimals": 2, "align": "right", "width": 64},
    {"title": "已等", "field": "waited_s", "format": "duration", "align": "right", "width": 96},
    {"title": "时限", "field": "due_at", "format": "left", "align": "right", "width": 96},
]  # fmt: skip
PUBLISHED, DEMO = Provenance.PUBLISHED, Provenance.DEMO
FIGURES = [
    Figure("boats", "覆盖渔船", "4,400+", "艘", "在册口径", PUBLISHED),
    Figure("done", "累计处理", "2,096", "艘次", "2021.06 起", PUBLISHED),
    Figure("tonnes", "累计回收", "728.4", "吨", "均 0.348 吨/次", PUBLISHED),
    Figure("today", "今日申请", "10", "件", "办结 2 · 在途 8", DEMO),
    Figure("answer", "平均响应", "11", "分", "目标 ≤ 15", DEMO, formula="Σ 受理−申请 / 10 = 11 分"),
    Figure("punctual", "准点率", "92.3", "%", "12/13 · 目标 ≥ 90", DEMO),
    Figure("balance", "质量平衡差", "—", "%", "前所云仓未报", DEMO, unknown=True),
]
BARS = [Bar("邻里", 1.0, "31"), Bar("物业", 0.87, "27"), Bar("婚姻家庭", 0.61, "19"), Bar("劳动争议", None, "未知")]


MIDNIGHT = datetime(2026, 11, 20, 16, tzinfo=UTC)
HOURS = tuple(MIDNIGHT + timedelta(hours=h) for h in range(24))
WATER = (2, 1.5, 1.2, 1.4, 3, 7.5, None, None, 6, 5.2, 5.6, 6.6, 6.2, 5.8, 5.4)
BAND = tuple(
    (0.7 * v, 1.2 * v) for v in (2, 1.6, 1.3, 1.5, 3, 7, 9, 8, 6, 5, 5, 6, 6, 5, 5, 6, 8, 9, 10, 9, 8, 6, 5, 3)
)
USE = Series("water", "用水", "m³/时", HOURS, (*WATER, *[None] * 9), BAND, top=12)
PASSED = Series("passed", "过车", "辆/秒", tuple(NOW - timedelta(seconds=90 - s) for s in range(90)),
                tuple(float(4 + (s * 7) % 11) for s in range(90)), top=20, kind="bars")  # fmt: skip
MANY = [
    Series(f"s{n}", f"序列 {n}", "件", HOURS[:18], tuple(5.0 + n * 4 + (h * (n + 3)) % 4 for h in range(18)), top=30)
    for n in range(5)
]


def snapshot(topic: str, records: list[Any], quality: Quality = Quality.GOOD, error: str = "") -> Snapshot[Any]:
    return Snapshot(topic, records, NOW - timedelta(seconds=1), quality, error)


def make_sheet(look: Look) -> QWidget:
    """All generic panes on one widget of the face's size."""
    sheet = QWidget()
    wall = look.is_wall
    sheet.resize(look.px(3840 if wall else 1456), look.px(2160 if wall else 921))
    k = 2.6 if wall else 1.0

    def put(pane: Pane, x: int, y: int, w: int, h: int, *snapshots: Snapshot[Any]) -> Pane:
        pane.setParent(sheet)
        pane.setGeometry(look.px(x * k), look.px(y * k), look.px(w * k), look.px(h * k))
        pane.tick(NOW)
        for one in snapshots:
            pane.show_snapshot(one)
        return pane

    figures = snapshot("home_figures", FIGURES)
    stale = snapshot("home_figures", FIGURES, Quality.STALE, "连接被拒")
    put(FiguresPane("", {"layout": "strip"}, look), 0, 0, 1456, 83, figures)
    put(FiguresPane("", {"layout": "strip"}, look), 0, 84, 1456, 83, stale)
    tiles = {"layout": "tiles", "columns": 3, "only": ["boats", "today", "balance"]}
    put(FiguresPane("指标块", tiles, look), 0, 168, 400, 120, figures)
    put(FiguresPane("人口", {**tiles, "label": "below"}, look), 401, 168, 400, 120, figures)
    rows = {"layout": "rows", "only": ["boats", "tonnes", "balance"]}
    put(FiguresPane("大行", rows, look), 802, 168, 300, 240, figures)
    put(BarsPane("矛盾纠纷", {"note": "每周约 2.2 件"}, look), 1103, 168, 353, 160, snapshot("bars", BARS))
    table = put(TablePane("申请队列", {"columns": QUEUE, "subject": "hand_in_request", "note": "按时限排序"}, look),
                0, 289, 600, 260, snapshot("queue", REQUESTS[1:]), snapshot("queue", REQUESTS))  # fmt: skip
    table.select(Subject("hand_in_request", "09"))
    queue_stale = snapshot("queue", REQUESTS, Quality.STALE, "连接被拒")
    put(TablePane("申请队列", {"columns": QUEUE, "stream": True}, look), 0, 550, 600, 260, queue_stale)
    put(TablePane("空", {"columns": QUEUE, "empty": "今日暂无退回工单"}, look), 601, 289, 200, 120, snapshot("q", []))
    put(TablePane("加载", {"columns": QUEUE}, look), 601, 410, 200, 120)
    use = {"band_note": "近 7 日同时段范围"}
    put(ChartPane("用水", use, look), 802, 409, 330, 200, snapshot("water", [USE]))
    put(ChartPane("每秒过车", {"hours": 0.025}, look), 1133, 409, 323, 200, snapshot("flow", [PASSED]))
    put(ChartPane("多序列", {}, look), 802, 610, 330, 200, snapshot("many", MANY))
    put(ChartPane("滞后", use, look), 1133, 610, 323, 200, snapshot("water", [USE], Quality.STALE, "连接被拒"))
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
    sheet.grab().save(wanted.file)
    app.quit()


if __name__ == "__main__":
    main()
