"""The sketch of the estates: what stands where, what a click says, and that no two words share a place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import combinations
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QPixmap

from services.domain.alert import AlertLevel
from services.domain.estate_ground import DeviceMark, EstateGround, MarkState
from services.domain.snapshot import Quality, Snapshot, Subject
from tests.unit.community_demo import START, community, source_of, standing
from tests.widgets.test_community_panes import alert
from widgets.estate_frame import Frame
from widgets.estate_ground import roof_of
from widgets.estate_map import EstateMapPane
from widgets.estate_marks import DEVICES, GRIDS, devices_at
from widgets.estate_words import EstateWords
from widgets.look import Face, load_fonts, make_look

NOW = standing(START).now()


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    url = f"sqlite:///{tmp_path_factory.mktemp('ground') / 'c.db'}"
    with community(url, residents=10_000):
        source = source_of(url, "community_estates")
        return dict(source.normalise(source.fetch(""), NOW).states)


@pytest.fixture
def pane(qtbot: Any, records: dict[str, Any]) -> Iterator[Any]:
    load_fonts()

    def make(face: Face = Face.DESK, size: tuple[int, int] = (728, 500), **options: Any) -> EstateMapPane:
        made = EstateMapPane("六小区", options, make_look(face, scale=0.5 if face is Face.WALL else 1.0))
        qtbot.addWidget(made)
        made.resize(*size)
        for topic in ("estates", "estate_ground"):
            show(made, topic, records[topic])
        made.tick(NOW)
        made.grab()
        return made

    return make


def show(pane: EstateMapPane, topic: str, found: Any) -> None:
    pane.show_snapshot(Snapshot(topic, tuple(found), NOW, Quality.GOOD, ""))


def block_of(records: dict[str, Any], code: str) -> Any:
    return next(b for g in records["estate_ground"] for b in g.blocks if b.building_id == code)


def spot_of(pane: EstateMapPane, subject: Subject, last: bool = False) -> QPoint:
    """Where a click selects it."""
    for shape, one in reversed(pane._hits) if last else pane._hits:
        if one == subject:
            inside = [
                QPoint(x, y)
                for x in range(round(shape.boundingRect().left()), round(shape.boundingRect().right()), 2)
                for y in range(round(shape.boundingRect().top()), round(shape.boundingRect().bottom()), 2)
                if shape.containsPoint(QPoint(x, y), Qt.FillRule.OddEvenFill)
            ]
            return next(at for at in inside if pane._subject_at(at.toPointF()) == subject)
    raise AssertionError(subject)


@pytest.mark.parametrize(
    ("face", "size", "scale"),
    [
        (Face.WALL, QRect(0, 0, 1920, 1200), 1.0),
        (Face.WALL, QRect(0, 0, 960, 600), 0.5),
        (Face.DESK, QRect(0, 0, 728, 430), 1.0),
        (Face.DESK, QRect(0, 0, 728, 430), 1.5),
        (Face.DESK, QRect(0, 0, 420, 220), 1.0),
        (Face.DESK, QRect(0, 0, 180, 120), 1.0),
    ],
)
@pytest.mark.parametrize("alone", ["", "XQ01", "XQ06"])
def test_that_no_two_words_of_the_sketch_share_a_place(
    qapp: Any, records: Any, face: Face, size: QRect, scale: float, alone: str
) -> None:
    load_fonts()
    estates, grounds = records["estates"], [g for g in records["estate_ground"] if g.blocks]
    shown = [e for e in estates if e.id == alone] or estates
    words = EstateWords(make_look(face, scale=scale), Frame(shown, size, 8), alone_id=alone)
    written = words.write(estates, grounds, cells=True)
    for one, other in combinations(written.boxes, 2):
        assert not one.intersects(other)
    assert all(QRectF(size).contains(box) for box in written.boxes)
    if size.width() > 400:
        assert len(written.boxes) >= len(shown) * 2


def test_that_every_estate_has_blocks_a_gate_and_two_grid_cells(records: Any) -> None:
    grounds = {ground.id: ground for ground in records["estate_ground"]}
    for estate in records["estates"]:
        ground = grounds[estate.id]
        kinds = {feature.kind for feature in ground.features}
        assert {"road", "gate", "green"} <= kinds
        assert len(ground.blocks) == estate.buildings and len(ground.cells) == 2
        assert all(block.floors > 1 and block.units > 0 for block in ground.blocks)
    assert {"street", "water"} <= {feature.kind for feature in grounds["streets"].features}
    tower = block_of(records, "XQ0103")
    assert (tower.floors, tower.units) == (18, 3)


def test_that_a_click_selects_a_building_a_device_or_the_estate(qtbot: Any, pane: Any, records: Any) -> None:
    made = pane(layers=["devices"])
    asked: list[Any] = []
    made.asked.connect(lambda what, about: asked.append((what, about)))
    ill = next(d for g in records["estate_ground"] for d in g.devices if d.state == MarkState.ALARM)
    for subject in (Subject("building", "XQ0607"), Subject("device", ill.id), Subject("estate", "XQ02")):
        qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=spot_of(made, subject))
        assert asked[-1] == ("select", subject)


def test_that_a_wall_answers_no_click(qtbot: Any, pane: Any) -> None:
    made = pane(Face.WALL, (960, 700))
    asked: list[Any] = []
    made.asked.connect(lambda what, about: asked.append(about))
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=QPoint(400, 300))
    assert asked == []


def test_that_an_estate_chosen_twice_is_looked_at_alone_and_left_again(qtbot: Any, pane: Any) -> None:
    made = pane()
    estate = Subject("estate", "XQ06")
    made.select(estate)
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=spot_of(made, estate))
    made.grab()
    assert (made.alone_id, made.note) == ("XQ06", "云锦苑 · 12 幢")
    made.select(Subject("building", "XQ0103"))
    assert made.alone_id == "XQ01"
    qtbot.keyClick(made, Qt.Key.Key_Escape)
    assert made.alone_id == ""


def test_that_a_tall_pane_shows_one_estate_below_all_of_them(qtbot: Any, pane: Any) -> None:
    made = pane(size=(602, 894))
    assert [alone for _, alone in made._parts(QRect(0, 0, 602, 830))] == ["", "XQ01"]
    made.select(Subject("building", "XQ0607"))
    made.grab()
    shapes = [shape.boundingRect() for shape, one in made._hits if one == Subject("building", "XQ0607")]
    assert len(shapes) == 2 and shapes[1].width() > 1.5 * shapes[0].width()
    assert shapes[0].bottom() < shapes[1].top()
    asked: list[Any] = []
    made.asked.connect(lambda what, about: asked.append(about))
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=spot_of(made, Subject("building", "XQ0607"), last=True))
    assert asked == [Subject("building", "XQ0607")]


def test_that_layers_are_switched_by_their_chip_and_by_their_key(qtbot: Any, pane: Any) -> None:
    made = pane(layers=["patrols"])
    box = next(box for box, name in made._legend.hits if name == GRIDS)
    qtbot.mouseClick(made, Qt.MouseButton.LeftButton, pos=box.center())
    assert made.layers == {"grids", "patrols"}
    qtbot.keyClick(made, Qt.Key.Key_2)
    qtbot.keyClick(made, Qt.Key.Key_1)
    assert made.layers == {"devices", "patrols"}


def test_that_grid_cells_and_devices_take_turns_on_a_wall(pane: Any) -> None:
    made = pane(Face.WALL, (960, 700), rotate_s=45)
    seen = []
    for i in range(4):
        made.tick(NOW + timedelta(seconds=45 * i))
        seen.append(made.layers & {GRIDS, DEVICES})
    assert seen[0] == seen[2] != seen[1] == seen[3]
    assert all(len(layers) == 1 for layers in seen)


def test_that_a_building_with_an_alert_and_the_selected_one_look_different(pane: Any, records: Any) -> None:
    made = pane()
    quiet = made.grab().toImage()
    told = alert(
        "A1", AlertLevel.ORANGE, "x", "白云新村 5 幢", "高风险独居老人", subject_kind="elder", subject_id="LR001"
    )
    show(made, "alerts", (told,))
    loud = made.grab().toImage()
    made.select(Subject("building", "XQ0305"))
    assert quiet != loud != made.grab().toImage()


def test_that_the_worst_of_devices_at_one_place_is_drawn(qapp: Any, records: Any) -> None:
    at = records["estates"][0].outline[0]
    marks = tuple(DeviceMark(f"D{i}", "smoke", at, state) for i, state in enumerate(MarkState))
    frame = Frame(records["estates"], QRect(0, 0, 700, 400), 8)
    ground = EstateGround("XQ01", devices=marks)
    look = make_look(Face.DESK)
    ((spot, mark),) = devices_at(frame, look, [ground])
    assert mark.state == MarkState.ALARM
    word = QRectF(spot.x() - 20, spot.y() - 8, 40, 16)
    assert devices_at(frame, look, [ground], [word]) == [(spot, mark)]
    fine = replace(ground, devices=marks[:1])
    assert devices_at(frame, look, [fine], [word]) == []


def test_that_a_silent_device_is_unknown_and_never_good(records: Any) -> None:
    marks = [mark for ground in records["estate_ground"] for mark in ground.devices]
    states = {mark.state for mark in marks}
    assert {MarkState.GOOD, MarkState.UNKNOWN, MarkState.ALARM} <= states
    assert all(mark.kind in ("hydrant", "charging") for mark in marks if mark.state == MarkState.GOOD)


def test_that_a_tower_stands_higher_than_a_slab(records: Any) -> None:
    frame = Frame(records["estates"], QRect(0, 0, 1900, 1200), 24)
    rise = {code: _rise(frame, block_of(records, code)) for code in ("XQ0103", "XQ0101")}
    assert rise["XQ0103"] > rise["XQ0101"] > 0


def test_that_estates_without_known_ground_are_drawn_as_before(pane: Any, records: Any) -> None:
    made = pane()
    show(made, "estate_ground", ())
    assert not made.grab().toImage().isNull()
    assert {subject.kind for _, subject in made._hits} == {"estate"}


def test_that_what_stands_still_is_painted_once(pane: Any, records: Any) -> None:
    made = pane()
    first = _layers(made)
    moved = tuple(replace(e, patrols=((121.42, 28.658),)) for e in records["estates"])
    show(made, "estates", moved)
    made.grab()
    assert _layers(made) == first
    show(made, "estates", (replace(records["estates"][0], people=9), *records["estates"][1:]))
    made.grab()
    assert _layers(made) != first


def test_that_a_building_is_told_in_words_without_a_room(pane: Any, records: Any) -> None:
    made = pane(layers=["devices"])
    assert made.told_of(Subject("building", "XQ0103")) == "城市花园 3 幢 · 18 层 3 单元"
    silent = next(d for g in records["estate_ground"] for d in g.devices if d.state == MarkState.UNKNOWN)
    assert made.told_of(Subject("device", silent.id)) == f"{silent.id} · 失联，状态未知"
    assert made.told_of(Subject("estate", "XQ05")) == "景元家园"


def _rise(frame: Frame, block: Any) -> float:
    return frame.polygon(block.outline).boundingRect().top() - roof_of(block, frame).boundingRect().top()


def _layers(made: EstateMapPane) -> tuple[int, ...]:
    drawn = made._sketches[0]._drawn
    assert drawn is not None
    return tuple(layer.cacheKey() for layer in drawn[1] if isinstance(layer, QPixmap))
