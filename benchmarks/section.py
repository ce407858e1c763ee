"""A building of 33 floors × 8 dwellings redrawn, beside Qt's own ways to show the same cells.

    python -m benchmarks.section [--turns 60]

The whole pane is painted each time (tabs, heads, 256 cells, 20 rings, 12 glyphs, legend, facts), as on a
change of selection; ``plan alone`` is what the peers show too: a ``QTableWidget`` and a ``QGraphicsScene``
with an item a cell, same size, brushes, rings and glyphs, but no strips, heads, legend or facts.
``records`` is what a change of the data costs. Goal: ≤ 16 ms for all of it.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from random import Random

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QImage, QPainter, QPen, QPixmap
from PySide6.QtWidgets import (
    QApplication,
    QGraphicsScene,
    QGraphicsView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from services.domain.alert import Ack, Alert, AlertLevel
from services.domain.estates import Building, CellMark, Estate, Unit, Use
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.glyphs import glyph
from widgets.hatch import hatch_brush
from widgets.look import Face, Look, load_fonts, make_look
from widgets.section import SectionPane
from widgets.section_plan import Plan, PlanPainter

NOW = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
UNITS, FLOORS, ACROSS = 2, 32, 4  # the first floor holds no dwelling: 33 floors, 8 dwellings on each
SIZE = QSize(602, 924)


def building(seed: int) -> Building:
    rng = Random(f"{seed}/section")
    units = tuple(
        Unit(f"{n} 单元", "电梯正常", "大厅", tuple(_floor(rng) for _ in range(FLOORS))) for n in range(1, UNITS + 1)
    )
    marks = tuple(
        CellMark(rng.randint(1, UNITS), rng.randint(2, FLOORS + 1), rng.randrange(ACROSS), "elder", f"L{n:03d}")
        for n in range(20)
    )
    return Building("XQ0103", "XQ01", "城市花园", "3 幢", units, marks, 812, 790, 20, 0.31)


def _floor(rng: Random) -> str:
    return "".join(rng.choices("orlvu", (6, 3, 1, 1, 1), k=ACROSS))


def alerts(seed: int, count: int = 12) -> tuple[Alert, ...]:
    rng = Random(f"{seed}/alerts")
    return tuple(_alert(n, rng) for n in range(count))


def _alert(number: int, rng: Random) -> Alert:
    home = f"XQ0103{rng.randint(1, UNITS)}{rng.randint(2, FLOORS + 1):02d}{rng.randint(1, ACROSS):02d}"
    at = NOW - timedelta(minutes=number)
    return Alert(
        f"YJ-{number}", 1, f"k{number}", "R-ELD-02", 1, "", "community", AlertLevel(rng.randint(1, 4)), "低用水", "",
        "", "dwelling", home, "城市花园 3 幢", at, at, at, ack=rng.choice(tuple(Ack)),
    )  # fmt: skip


def pane(look: Look, seed: int) -> SectionPane:
    made = SectionPane("楼栋剖面", {}, look)
    made.resize(SIZE)
    estate = Estate("XQ01", "城市花园", 1862, 12, (), ())
    for topic, records in (("estates", (estate,)), ("buildings", (building(seed),)), ("elders", ())):
        made.show_snapshot(Snapshot(topic, records, NOW, Quality.GOOD))
    made.show_snapshot(Snapshot("alerts", alerts(seed), NOW, Quality.GOOD))
    return made


def table(look: Look, seed: int) -> QTableWidget:
    """A cell an item: its brush by use, its ring or glyph as an icon."""
    shown, plan = building(seed), Plan.of(building(seed), alerts(seed))
    made = QTableWidget(FLOORS, UNITS * ACROSS)
    made.resize(SIZE)
    for header in (made.horizontalHeader(), made.verticalHeader()):
        header.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        header.setMinimumSectionSize(8)
    for unit in range(UNITS):
        for row, letters in enumerate(reversed(shown.units[unit].floors)):
            for at, letter in enumerate(letters):
                item = QTableWidgetItem()
                item.setBackground(_brush(look, letter))
                icon = _icon(look, plan, (unit, FLOORS + 1 - row, at))
                if icon is not None:
                    item.setData(Qt.ItemDataRole.DecorationRole, icon)
                made.setItem(row, unit * ACROSS + at, item)
    return made


def scene(look: Look, seed: int) -> QGraphicsView:
    """A rectangle and at most one pixmap a cell."""
    shown, plan = building(seed), Plan.of(building(seed), alerts(seed))
    space = QGraphicsScene(0, 0, SIZE.width(), SIZE.height())
    wide, high = SIZE.width() / (UNITS * ACROSS), SIZE.height() / FLOORS
    for unit in range(UNITS):
        for floor, letters in enumerate(shown.units[unit].floors, 2):
            for at, letter in enumerate(letters):
                x, y = (unit * ACROSS + at) * wide, SIZE.height() - (floor - 1) * high
                space.addRect(QRectF(x, y, wide - 2, high - 2), QPen(Qt.PenStyle.NoPen), _brush(look, letter))
                icon = _icon(look, plan, (unit, floor, at))
                if icon is not None:
                    space.addPixmap(icon).setPos(x + wide / 2, y + high / 2)
    made = QGraphicsView(space)
    space.setParent(made)
    made.resize(SIZE)
    return made


def _brush(look: Look, letter: str) -> QBrush:
    return (
        hatch_brush(look) if letter == Use.UNKNOWN else QBrush(look.colour("panel" if letter == Use.VACANT else "band"))
    )


def _icon(look: Look, plan: Plan, place: tuple[int, int, int]) -> QPixmap | None:
    alert = plan.alerts.get(place)
    if alert is not None:
        return glyph(look, alert.level, look.glyph("list"), alert.is_signed)
    return glyph(look, AlertLevel.YELLOW, look.px(8), True) if place in plan.marks else None


def measured(widget: QWidget, turns: int, before: Callable[[int], None] = lambda _turn: None) -> dict[str, float]:
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    shown = widget.viewport() if isinstance(widget, QGraphicsView) else widget
    took: list[float] = []
    for turn in range(turns + 5):
        before(turn)
        began = time.perf_counter()
        QWidget.render(shown, image)
        took.append((time.perf_counter() - began) * 1000)
    return spread(took)


def plan_alone(look: Look, seed: int, turns: int) -> dict[str, float]:
    image = QImage(SIZE, QImage.Format.Format_ARGB32_Premultiplied)
    plan, cells, took = Plan.of(building(seed), alerts(seed)), PlanPainter(), []
    for _ in range(turns + 5):
        began = time.perf_counter()
        painter = QPainter(image)
        cells.paint(painter, plan, image.rect(), look, None)
        painter.end()
        took.append((time.perf_counter() - began) * 1000)
    return spread(took)


def spread(took: list[float]) -> dict[str, float]:
    """Without the first five, which fill caches."""
    kept = sorted(took[5:])
    return {"median_ms": round(statistics.median(kept), 2), "p95_ms": round(kept[int(0.95 * len(kept))], 2)}


def say(**figures: object) -> None:
    sys.stdout.write(json.dumps(figures, ensure_ascii=False) + "\n")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--turns", type=int, default=60)
    parser.add_argument("--seed", type=int, default=42)
    given = parser.parse_args()
    app = QApplication.instance() or QApplication([])
    load_fonts()
    look = make_look(Face.DESK)
    ours = pane(look, given.seed)
    about = [Subject("dwelling", f"XQ01031{floor:02d}01") for floor in range(2, FLOORS + 2)]
    say(figure="section", what="ours, selection moves", goal_ms=16, **measured(
        ours, given.turns, lambda turn: ours.select(about[turn % len(about)])
    ))  # fmt: skip
    news = Snapshot("alerts", alerts(given.seed), NOW, Quality.GOOD)
    say(figure="section", what="ours, records", **measured(ours, given.turns, lambda _turn: ours.show_snapshot(news)))
    say(figure="section", what="ours, plan alone", **(alone := plan_alone(look, given.seed, given.turns)))
    for name, peer in (("QTableWidget", table(look, given.seed)), ("QGraphicsScene", scene(look, given.seed))):
        theirs = measured(peer, given.turns)
        say(figure="section", what=f"peer, {name}", ratio=round(theirs["median_ms"] / alone["median_ms"], 2), **theirs)
        peer.deleteLater()
    ours.deleteLater()
    app.processEvents()


if __name__ == "__main__":
    main()
