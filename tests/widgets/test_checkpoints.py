"""The checkpoint scene's panes: what they show of unknown, stale, masked and much."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QPainter, QPixmap
from pytestqt.qtbot import QtBot

from services.domain.alert import Ack, Alert, AlertLevel, Step
from services.domain.figures import Series
from services.domain.passage import (
    BoardItem,
    Checkpoint,
    CheckpointStatus,
    DepartmentRow,
    DeviceHealth,
    Passage,
)
from services.domain.snapshot import Quality, Snapshot, Subject
from widgets.checkpoint_map import CheckpointMapPane, read_roads, worst_by_checkpoint
from widgets.departments import DepartmentsPane
from widgets.devices import DevicesPane
from widgets.look import Face, Look, load_fonts, make_look
from widgets.pane import Pane
from widgets.stream import StreamPane
from widgets.stream_ring import KEPT_HITS, ROWS_PER_S

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: Any) -> None:
    load_fonts()


@pytest.fixture(params=[Face.DESK, Face.WALL])
def look(request: pytest.FixtureRequest) -> Look:
    return make_look(request.param, scale=0.5 if request.param is Face.WALL else 1.0)


@pytest.fixture
def desk() -> Look:
    return make_look(Face.DESK)


def passage(number: int, seconds_ago: float = 0, plate: str = "浙J8T56K", **more: Any) -> Passage:
    given = {"checkpoint_name": "椒江二桥", "plate_no": plate, "confidence": 0.98, "direction": "南", "lane": 2}
    at = NOW - timedelta(seconds=seconds_ago)
    return Passage(f"p{number}", "33100200001210000005", "d", at, **{**given, **more})


def alert(event_id: str, level: AlertLevel = AlertLevel.YELLOW, **more: Any) -> Alert:
    return Alert(
        id=f"YJ-{event_id}",
        version=1,
        key=event_id,
        rule_id="R-CKP-01",
        rule_version=1,
        rule_text="",
        scene="checkpoints",
        level=level,
        title="尾气超标 38.2 %",
        subject="椒江二桥 · 浙J·7M35X",
        wall_subject="椒江二桥 · 浙J·7**5X",
        subject_kind="passage",
        subject_id=event_id,
        place="椒江二桥 南",
        occurred_at=NOW,
        raised_at=NOW,
        last_at=NOW,
        event_ids=(event_id,),
        **more,
    )


def show(pane: Pane, topic: str, *records: Any, at: datetime = NOW, quality: Quality = Quality.GOOD) -> None:
    pane.show_snapshot(Snapshot(topic, records, at, quality))


def made(qtbot: QtBot, kind: type[Pane], look: Look, width: int = 612, height: int = 632) -> Any:
    pane = kind("试", {}, look)
    qtbot.addWidget(pane)
    pane.resize(width, height)
    pane.tick(NOW)
    return pane


def painted(pane: Pane) -> list[str]:
    """Every text the pane paints."""
    said: list[str] = []
    real = QPainter.drawText

    def listen(self: QPainter, *arguments: Any) -> Any:
        said.append(str(arguments[-1]))
        return real(self, *arguments)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QPainter, "drawText", listen)
        pane.grab()
    return said


# ------------------------------------------------------------------------------------------- stream


def test_that_the_newest_passages_stand_first(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, StreamPane, desk)
    show(pane, "passages", *(passage(n, seconds_ago=n) for n in range(5)))
    assert [p.passage_id for p in pane.rows] == ["p0", "p1", "p2", "p3", "p4"]


def test_that_at_most_twenty_rows_a_second_come_up(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, StreamPane, desk, height=2000)
    show(pane, "passages", passage(0, 10))
    show(pane, "passages", *(passage(n, 1) for n in range(1, 150)), at=NOW + timedelta(seconds=1))
    assert len(pane.rows) == 1 + ROWS_PER_S


def test_that_a_hit_comes_up_before_others_and_stays_while_they_pass(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, StreamPane, desk)
    show(pane, "alerts", alert("p7"))
    show(pane, "passages", *(passage(n, 9) for n in range(150)))
    for second in range(1, 5):
        fresh = [passage(1000 * second + n, 9 - second) for n in range(60)]
        show(pane, "passages", *fresh, at=NOW + timedelta(seconds=second))
    assert "p7" in {p.passage_id for p in pane.rows}
    assert len(pane.rows) == pane.row_count


def test_that_hits_do_not_fill_the_stream(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, StreamPane, desk)
    show(pane, "alerts", *(alert(f"p{n}") for n in range(40)))
    show(pane, "passages", *(passage(n, 50 - n) for n in range(50)))
    show(pane, "passages", *(passage(n, 0) for n in range(100, 150)), at=NOW + timedelta(seconds=2))
    hits = [p for p in pane.rows if p.passage_id in {f"p{n}" for n in range(40)}]
    assert len(hits) == KEPT_HITS


def test_that_an_alert_that_comes_later_brings_its_passage_up(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, StreamPane, desk)
    show(pane, "passages", *(passage(n, n) for n in range(150)))
    assert "p149" not in {p.passage_id for p in pane.rows}
    show(pane, "alerts", alert("p149"))
    assert "p149" in {p.passage_id for p in pane.rows}
    assert "尾气超标 38.2 %" in painted(pane)


def test_that_space_holds_the_stream_and_counts_what_waits(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, StreamPane, desk)
    show(pane, "passages", passage(1))
    with qtbot.waitActive(pane):
        pane.show()
        pane.activateWindow()
    pane.setFocus()
    qtbot.keyClick(pane, Qt.Key.Key_Space)
    show(pane, "passages", passage(1), passage(2), passage(3), at=NOW + timedelta(seconds=1))
    show(pane, "passages", passage(3), passage(4), at=NOW + timedelta(seconds=2))
    assert [p.passage_id for p in pane.rows] == ["p1"]
    assert pane.note == "已暂停 3 条"
    pane.toggle_pause()
    assert {p.passage_id for p in pane.rows} == {"p1", "p3", "p4"}


def test_that_the_wall_masks_plates_and_the_desk_spells_them(qtbot: QtBot) -> None:
    wall, desk = make_look(Face.WALL, scale=0.5), make_look(Face.DESK)
    for look, plate in ((wall, "浙J·8**6K"), (desk, "浙J·8T56K")):
        pane = made(qtbot, StreamPane, look, 800, 900)
        show(pane, "passages", passage(1))
        assert plate in painted(pane)


def test_that_unknown_is_a_dash_and_never_a_zero(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, StreamPane, desk)
    bare = Passage("p1", "33100200001210000005", "d", NOW)
    show(pane, "passages", bare)
    said = painted(pane)
    assert {"无车牌", "— —", "—"} <= set(said)
    assert "0" not in said


def test_that_a_stream_that_dries_up_is_stale_and_says_since_when(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, StreamPane, desk)
    show(pane, "passages", passage(1))
    assert pane.quality() is Quality.GOOD
    pane.tick(NOW + timedelta(seconds=31))
    assert pane.quality() is Quality.STALE
    assert pane.age_text() == "停在 14:32:00"


def test_that_a_click_asks_for_the_alert_of_a_hit_and_for_the_passage_of_another(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, StreamPane, desk)
    show(pane, "alerts", alert("p1"))
    show(pane, "passages", passage(1, 1), passage(2, 2))
    asked: list[tuple[str, object]] = []
    pane.asked.connect(lambda what, about: asked.append((what, about)))
    for row in range(2):
        qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=pane._row_box(row).center())
    assert asked == [("select", Subject("alert", "YJ-p1")), ("select", Subject("passage", "p2"))]


def test_that_seconds_nobody_told_are_hatched_not_zero(qtbot: QtBot, desk: Look) -> None:
    moments = tuple(NOW - timedelta(seconds=n) for n in range(90, 0, -1))
    pane = made(qtbot, StreamPane, desk)
    show(pane, "passage_rate", Series("passage_rate", "每秒过车", "辆/秒", moments, (None,) * 90, kind="bars"))
    assert not any("均" in words for words in painted(pane))


# ---------------------------------------------------------------------------------------------- map


def point(**more: Any) -> Checkpoint:
    given: dict[str, Any] = {"status": CheckpointStatus.ONLINE, "flow_per_h": 1204, "last_heard": NOW}
    return Checkpoint("c5", "椒江二桥", 121.4385, 28.69, 6, **{**given, **more})


def test_that_a_silent_checkpoint_is_unknown_and_says_since_when(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, CheckpointMapPane, desk, 846, 632)
    silent = point(status=CheckpointStatus.SILENT, flow_per_h=None, last_heard=NOW - timedelta(minutes=6))
    mark = pane._mark(silent, None)
    assert mark.unknown
    assert mark.note == "未知 · 失联 6 分"
    assert pane._mark(point(), None).note == "1,204 辆/时"


def test_that_a_checkpoint_carries_its_worst_alert(qtbot: QtBot, look: Look) -> None:
    pane = made(qtbot, CheckpointMapPane, look, 846, 632)
    show(pane, "alerts", alert("p1"), alert("p2", AlertLevel.RED), alert("p3", AlertLevel.ORANGE, ack=Ack.ACKED))
    show(pane, "checkpoints", point())
    mark = pane._mark(point(), worst_by_checkpoint(pane.records("alerts"))["椒江二桥"])
    assert (mark.level, mark.signed, mark.rank) == (AlertLevel.RED, False, 0)
    if look.is_wall:
        assert mark.note.endswith("浙J·7**5X")


def test_that_selecting_an_alert_marks_its_checkpoint(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, CheckpointMapPane, desk, 846, 632)
    show(pane, "checkpoints", point())
    show(pane, "alerts", alert("p1"))
    pane.select(Subject("alert", "YJ-p1"))
    assert pane.map.selected == Subject("checkpoint", "c5")


def test_that_the_road_sketch_is_read_and_lies_in_the_district() -> None:
    points = [p for line in read_roads() for p in line.points]
    assert len(read_roads()) >= 10
    assert all(121.2 < lon < 121.7 and 28.4 < lat < 28.85 for lon, lat in points)


# -------------------------------------------------------------------------------------------- board

ITEM = BoardItem("YJ-1", AlertLevel.ORANGE, False, "套牌嫌疑", "椒江二桥 南", Step.ACK, NOW + timedelta(seconds=55))
ROWS = tuple(
    DepartmentRow(name, n, n // 3, 2 * n, AlertLevel.ORANGE if n else None, False, (ITEM,) if n else ())
    for n, name in enumerate(("公安", "交通", "市监", "卫健", "生态环境", "综合执法"))
)


def test_that_the_board_shows_six_departments_and_a_running_limit(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, DepartmentsPane, desk, 970, 292)
    show(pane, "departments", *ROWS)
    said = painted(pane)
    assert {row.department for row in ROWS} <= set(said)
    assert any(words.startswith("签收 余 0:55") for words in said)
    assert "无未结事项" in said
    assert "另 4 件" in said


def test_that_a_click_on_an_item_selects_its_alert(qtbot: QtBot, desk: Look) -> None:
    pane = made(qtbot, DepartmentsPane, desk, 970, 292)
    show(pane, "departments", *ROWS)
    pane.grab()
    asked: list[object] = []
    pane.asked.connect(lambda _, about: asked.append(about))
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=pane.hits[0][0].center())
    qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(2, 2))
    assert asked == [Subject("alert", "YJ-1")]


def test_that_the_walls_board_has_no_titles_of_cases(qtbot: QtBot) -> None:
    pane = made(qtbot, DepartmentsPane, make_look(Face.WALL, scale=0.5), 800, 445)
    show(pane, "departments", *ROWS)
    said = painted(pane)
    assert "套牌嫌疑" not in said
    assert {"部门", "未结", "超期", "今办结"} <= set(said)


# ------------------------------------------------------------------------------------------ devices


def test_that_what_no_device_reports_is_unknown(qtbot: QtBot, look: Look) -> None:
    pane = made(qtbot, DevicesPane, look, 488, 180)
    health = DeviceHealth(23, 24, "前所东 失联 6 分", 1, "下陈 88.1 %", 0, "")
    show(pane, "device_health", health)
    said = painted(pane)
    assert {"23 / 24", "前所东 失联 6 分", "设备未上报"} <= set(said)
    show(pane, "device_health", replace(health, poor_image=0))
    assert "设备未上报" not in painted(pane)


def test_that_devices_are_unknown_while_the_feed_is_cut(qtbot: QtBot, look: Look) -> None:
    pane = made(qtbot, DevicesPane, look, 488, 180)
    show(pane, "device_health", DeviceHealth(None, 24, "卡口数据中断 自 14:32", None, "", None, ""))
    said = painted(pane)
    assert "卡口数据中断 自 14:32" in said
    assert not {"0", "None", "None / 24"} & set(said)


@pytest.mark.parametrize("kind", [StreamPane, CheckpointMapPane, DepartmentsPane, DevicesPane])
def test_that_every_pane_says_that_it_waits(qtbot: QtBot, look: Look, kind: type[Pane]) -> None:
    pane = made(qtbot, kind, look)
    assert not pane.grab().isNull()
    assert pane.quality() is Quality.WAITING
    if kind is not CheckpointMapPane:
        assert "读取中…" in painted(pane)


def test_that_a_theme_is_changed_by_repainting(qtbot: QtBot, desk: Look) -> None:
    for kind in (StreamPane, DepartmentsPane, DevicesPane, CheckpointMapPane):
        pane = made(qtbot, kind, desk)
        before = pane.grab().toImage()
        pane.restyle(make_look(Face.DESK, "light"))
        assert isinstance(pane.grab(), QPixmap)
        assert pane.grab().toImage() != before
