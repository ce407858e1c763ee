"""P11: curves of a day in their band, and the meters that need somebody; the wall shows no meter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import Qt

from services.domain.alert import Alert, AlertLevel, Work
from services.domain.community import UtilitySummary
from services.domain.figures import Series
from services.domain.meter_findings import MeterFinding
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.look import Face, load_fonts, make_look
from widgets.usage_strip import newest, standing
from widgets.utilities import UtilitiesPane
from widgets.utility_list import lines_of

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 20, 16, 0, tzinfo=UTC)


def series(key: str, until: int = 29) -> Series:
    moments = tuple(MIDNIGHT + i * timedelta(minutes=30) for i in range(48))
    points = tuple(10.0 + i % 5 if i < until else None for i in range(48))
    return Series(
        key, {"water": "用水", "power": "用电", "gas": "用气"}[key], "m³/时", moments, points, ((5.0, 20.0),) * 48
    )


def alert(rule: str, subject: Subject, level: AlertLevel = AlertLevel.YELLOW, **more: Any) -> Alert:
    return Alert(
        f"A{rule}", 1, rule, rule, 1, "", "community", level, f"{rule} 发生", "s", "w", subject.kind, subject.id,
        "城市花园", NOW, NOW, NOW, **more,
    )  # fmt: skip


def silent(meter: str, kind: str = "silent") -> MeterFinding:
    return MeterFinding(meter, meter, kind, "power", "XQ01", "XQ0103", NOW, "失联 31 时", "城市花园 3 幢")


STATES: dict[str, tuple[Any, ...]] = {
    "water": (series("water"),),
    "power": (series("power"),),
    "gas": (series("gas"),),
    "utilities": (UtilitySummary(1, 2, 3, 4, 500),),
    "alerts": (
        alert("R-UTL-04", Subject("device", "D1")),
        alert("R-UTL-05", Subject("building", "XQ0103"), AlertLevel.ORANGE),
        alert("R-POP-01", Subject("estate", "XQ01"), AlertLevel.RED),
    ),
    "silent_meters": (silent("D1"), silent("D2")),
    "meter_marks": (silent("W7", "replaced"),),
}


@pytest.fixture
def make(qtbot: Any) -> Iterator[Callable[..., UtilitiesPane]]:
    load_fonts()

    def build(face: Face = Face.DESK, quality: Quality = Quality.GOOD, **options: Any) -> UtilitiesPane:
        pane = UtilitiesPane("水电煤气", options, make_look(face))
        qtbot.addWidget(pane)
        pane.resize(*((431, 222) if face is Face.DESK else (962, 540)))
        for topic, records in STATES.items():
            pane.show_snapshot(Snapshot(topic, records, NOW, quality))
        return pane

    yield build


def test_that_the_list_has_alerts_about_meters_first_and_each_meter_once() -> None:
    lines = lines_of(STATES["alerts"], [*STATES["silent_meters"], *STATES["meter_marks"]])
    assert [line.subject.id for line in lines] == ["XQ0103", "D1", "W7", "D2"]
    assert [line.unknown for line in lines] == [False, False, False, True]
    assert lines[2].words == "电表换表"


def test_that_closed_alerts_and_other_rules_are_not_listed() -> None:
    over = alert("R-UTL-04", Subject("device", "D9"), work=Work.CLOSED)
    assert lines_of([alert("R-POP-01", Subject("estate", "XQ01")), over], []) == []


def test_that_a_click_on_a_line_selects_its_meter(qtbot: Any, make: Any) -> None:
    pane = make()
    pane.grab()
    asked: list[tuple[str, object]] = []
    pane.asked.connect(lambda what, about: asked.append((what, about)))
    box, subject = next(hit for hit in pane._hits if hit[1].kind == "device")
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=box.center())
    assert asked == [("select", subject)]


def test_that_the_chart_ends_where_the_list_begins(make: Any) -> None:
    pane = make()
    pane.grab()
    assert pane.plot.geometry().right() < min(box.left() for box, _ in pane._hits)


def test_that_the_wall_lists_no_meter_and_shows_all_three_curves(make: Any) -> None:
    pane = make(Face.WALL, shows="all")
    before = pane.grab().toImage()
    assert pane.lines == []
    pane.show_snapshot(Snapshot("gas", (), NOW, Quality.GOOD))
    assert pane.grab().toImage() != before
    assert not pane.plot.isVisibleTo(pane)


def test_that_a_stale_curve_is_drawn_otherwise(make: Any) -> None:
    good, stale = make(Face.WALL, shows="all"), make(Face.WALL, Quality.STALE, shows="all")
    colour = good.look.colour("measured")
    assert any_of(good, colour) and not any_of(stale, colour)


def any_of(pane: UtilitiesPane, colour: Any) -> bool:
    image = pane.grab().toImage()
    return any(image.pixelColor(x, y) == colour for x in range(0, 320, 2) for y in range(200, 440))


@pytest.mark.parametrize(
    ("value", "band", "said"),
    [(5.0, (1, 9), "范围内"), (10.0, (1, 9), "偏高"), (0.5, (1, 9), "偏低"), (5.0, None, "范围未知")],
)
def test_that_a_value_stands_to_its_range(value: float, band: Any, said: str) -> None:
    assert standing(value, band) == said


def test_that_the_newest_known_value_counts_and_none_is_unknown() -> None:
    assert newest(series("water", 3)) == (12.0, (5.0, 20.0))
    assert newest(series("water", 0)) is None


def test_that_an_empty_day_is_painted_as_unknown(make: Any) -> None:
    pane = make(Face.WALL, shows="all")
    for key in ("water", "power", "gas"):
        pane.show_snapshot(Snapshot(key, (series(key, 0),), NOW, Quality.GOOD))
    assert not pane.grab().isNull()
