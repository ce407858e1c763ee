"""仓格走势: one compartment over the week with its limits, and the books of its warehouse."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Any

from PySide6.QtCore import QPointF, QRect, Qt, Slot
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from services.domain.boats import POLLUTANT_WORDS, Compartment, Pollutant, StoreFlow, Warehouse
from services.domain.figures import Series
from services.domain.snapshot import Snapshot, Subject
from services.domain.store_level import net_inflow_t_day
from services.domain.timebase import local
from widgets.hand_ins import resolve
from widgets.look import Look
from widgets.notes import paint_waiting
from widgets.paint import CENTRE, LEFT, RIGHT, hairline, polyline, text, width_of
from widgets.pane import Pane

LIMITS = (80.0, 95.0)
_KEYS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}
TABS, FACTS = 30, 76


class StoreTrendPane(Pane):
    """Topics: ``warehouses``, ``store_trends``, ``alerts``. It follows the selected warehouse; ← → or a click
    on a name change the compartment. It opens on the fullest."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.house_id = ""
        self.kind = Pollutant.OILY_WATER
        self.hits: list[tuple[QRect, Pollutant]] = []

    # -- told ----------------------------------------------------------------------------------

    def draw(self, snapshot: Snapshot[Any]) -> None:
        if self.house is None:
            houses: Sequence[Warehouse] = self.records("warehouses")
            worst = max(houses, key=lambda one: (one.worst.level_pct or 0) if one.worst else 0, default=None)
            if worst is not None:
                self._turn_to(worst)
        self._note()

    def select(self, subject: Subject | None) -> None:
        wanted = resolve(subject, self.records("alerts"))
        houses: Sequence[Warehouse] = self.records("warehouses")
        found = next((one for one in houses if wanted == Subject("warehouse", one.id)), None)
        if found is not None and found.id != self.house_id:
            self._turn_to(found)
            self._note()
            self.update()

    def _turn_to(self, house: Warehouse) -> None:
        self.house_id = house.id
        if house.worst is not None:
            self.kind = house.worst.pollutant

    @Slot()
    def _note(self) -> None:
        house = self.house
        self.note = f"{house.name} · {POLLUTANT_WORDS[self.kind]} · 近 7 日" if house is not None else ""

    @property
    def house(self) -> Warehouse | None:
        return next((one for one in self.records("warehouses") if one.id == self.house_id), None)

    @property
    def compartment(self) -> Compartment | None:
        house = self.house
        return None if house is None else next((c for c in house.compartments if c.pollutant is self.kind), None)

    @property
    def series(self) -> Series | None:
        wanted = f"{self.house_id}|{self.kind.value}"
        return next((one for one in self.records("store_trends") if one.id == wanted), None)

    # -- Qt ------------------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        by = _KEYS.get(Qt.Key(event.key()))
        if by is None:
            super().keyPressEvent(event)
            return
        kinds = tuple(Pollutant)
        self._show(kinds[(kinds.index(self.kind) + by) % len(kinds)])

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.setFocus()
        spot = event.position().toPoint()
        found = next((kind for box, kind in self.hits if box.contains(spot)), None)
        if found is not None:
            self._show(found)

    def _show(self, kind: Pollutant) -> None:
        self.kind = kind
        self._note()
        self.update()

    # -- painting ------------------------------------------------------------------------------

    def paint_body(self, painter: QPainter, body: QRect) -> None:
        look, house = self.look, self.house
        self.hits = []
        if house is None:
            paint_waiting(painter, body.adjusted(look.pad, 0, -look.pad, 0), self, "没有云仓")
            return
        self._paint_tabs(painter, QRect(body.left(), body.top(), body.width(), look.px(TABS)))
        facts = QRect(look.pad, body.bottom() - look.px(FACTS), body.width() - 2 * look.pad, look.px(FACTS))
        top = body.top() + look.px(TABS + 10)
        plot = QRect(look.px(44), top, body.width() - look.px(44) - look.pad, facts.top() - look.px(26) - top)
        self._paint_plot(painter, plot)
        hairline(painter, look, 0, facts.top(), self.width())
        self._paint_facts(painter, facts, house)

    def _paint_tabs(self, painter: QPainter, bar: QRect) -> None:
        look, font = self.look, self.look.font("tick")
        wide = (bar.width() - 2 * look.pad) / len(Pollutant)
        for at, kind in enumerate(Pollutant):
            box = QRect(look.pad + round(at * wide), bar.top(), round(wide), bar.height())
            chosen = kind is self.kind
            if chosen:
                painter.fillRect(box, look.colour("raised"))
                painter.fillRect(QRect(box.left(), box.bottom() - 1, box.width(), look.px(2)), look.colour("ice"))
            word = POLLUTANT_WORDS[kind]
            text(painter, box, word, font, look.colour("text" if chosen else "text2"), CENTRE)
            self.hits.append((box, kind))
        hairline(painter, look, 0, bar.bottom(), self.width())

    def _paint_plot(self, painter: QPainter, plot: QRect) -> None:
        look, tick, series = self.look, self.look.font("tick"), self.series
        for value in (0.0, *LIMITS):
            y = round(plot.bottom() - plot.height() * value / 100)
            painter.fillRect(QRect(plot.left(), y, plot.width(), look.hair), look.colour("line"))
            box = QRect(0, y - look.px(9), plot.left() - look.px(8), look.px(18))
            text(painter, box, f"{value:.0f}", tick, look.colour("text3"), RIGHT)
        if series is None or all(point is None for point in series.points):
            text(painter, plot, "还没有液位历史", look.font("body"), look.colour("text3"), CENTRE)
            return
        first, last = series.moments[0], series.moments[-1]
        whole = (last - first).total_seconds()
        spots: list[QPointF | None] = []
        for moment, point in zip(series.moments, series.points, strict=True):
            x = plot.left() + plot.width() * (moment - first).total_seconds() / whole
            spots.append(None if point is None else QPointF(x, plot.bottom() - plot.height() * min(point, 100) / 100))
        for known, run in groupby(spots, key=lambda spot: spot is not None):
            if known:
                points = [spot for spot in run if spot is not None]
                lone = points if len(points) > 1 else [points[0], points[0] + QPointF(look.px(2), 0)]
                polyline(painter, lone, look.colour("c1"), look.px(1.5))
        midnight = (local(first) + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
        while midnight <= local(last):
            x = plot.left() + round(plot.width() * (midnight - first).total_seconds() / whole)
            box = QRect(x - look.px(30), plot.bottom() + look.px(4), look.px(60), look.px(18))
            text(painter, box, f"{midnight:%m-%d}", tick, look.colour("text3"), CENTRE)
            midnight += timedelta(days=1)

    def _paint_facts(self, painter: QPainter, box: QRect, house: Warehouse) -> None:
        look, tick, hold = self.look, self.look.font("tick"), self.compartment
        lines = (compartment_words(hold, house, self.series), *flow_words(house.flow))
        high = look.px(22)
        for at, (name, words) in enumerate(lines):
            line = QRect(box.left(), box.top() + look.px(5) + at * high, box.width(), high)
            text(painter, line, name, tick, look.colour("text3"), LEFT)
            left = width_of("质量平衡", tick) + look.px(12)
            text(painter, line.adjusted(left, 0, 0, 0), words, tick, look.colour("text2"), LEFT)


def compartment_words(hold: Compartment | None, house: Warehouse, series: Series | None) -> tuple[str, str]:
    if hold is None or hold.level_pct is None:
        return "本仓格", "液位计无读数，走势停在最后一次读数"
    used = hold.capacity_t * hold.level_pct / 100
    inflow = None if series is None else net_inflow_t_day(series.moments, series.points, hold.capacity_t)
    full = "" if inflow is None else f" · {full_words(hold.capacity_t - used, inflow)}"
    leak = {None: "", False: " · 无渗漏", True: " · 渗漏报警"}[hold.leak]
    warm = "" if hold.temp_c is None else f" · {hold.temp_c:.0f} ℃"
    return "本仓格", f"{used:.1f} / {hold.capacity_t:g} t · 处理 {house.treatment_t_h:g} t/h{full}{leak}{warm}"


def full_words(room_t: float, inflow_t_day: float) -> str:
    """By the formula (capacity − level) / net inflow of 7 days."""
    said = f"净流入 {inflow_t_day:+.2f} t/日".replace("-", "−")
    return f"{said}，{room_t / inflow_t_day:.0f} 天满" if inflow_t_day > 0.001 else f"{said}，不会满"


def flow_words(flow: StoreFlow | None) -> tuple[tuple[str, str], ...]:
    """In − treated − out = Δ level, and what the books leave unexplained."""
    if flow is None:
        return (("质量平衡", "云仓没有报收支"),)
    left = flow.in_t - flow.treated_t - flow.out_t
    sums = f"进 {flow.in_t:.2f} − 处理 {flow.treated_t:.2f} − 出 {flow.out_t:.2f} = {left:.2f} t"
    rest = flow.unexplained_t
    said = f"差额 {abs(rest):.2f} t，未说明" if abs(rest) >= 0.005 else "差额 0，账实相符"
    words = f"液位变化 {flow.change_t:+.2f} t · {said}".replace("-", "−")
    return (("质量平衡", f"{local(flow.since):%m-%d %H:%M} 起 {sums}"), ("", words))
