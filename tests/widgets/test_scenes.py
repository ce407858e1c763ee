"""Every scene we ship can be read, staged, fed and thrown away; a stage leaves nothing behind."""

from __future__ import annotations

from pathlib import Path

import pytest
import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QApplication

from console.board import Board
from console.scene import Box, PaneSpec, Plan, SceneError, read_scene
from console.stage import Stage, place
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.topics import TOPICS
from tests.scenes.fakes import KINDS as FAKES
from tests.scenes.fakes import NOW, RememberingPane, alert, alerts, scene
from widgets.head_tabs import HeadTabs
from widgets.kinds import KINDS
from widgets.look import RESOURCES, Face, make_look

SHIPPED = sorted((RESOURCES / "scenes").glob("*.toml"))
WORKED_AT = {
    "control",
    "devices",
    "duty",
    "followup",
    "homes",
    "care",
    "mediation",
    "ocean",
    "plans",
    "rectify",
    "rules",
    "seasafe",
}  # nobody touches a wall
FACES = [
    pytest.param(path, face, id=f"{path.stem}-{face.value}")
    for path in SHIPPED
    for face in Face
    if face is Face.DESK or path.stem not in WORKED_AT
]


def deleted(stage: Stage) -> None:
    stage.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)


def staged(*topics: str, kind: str = "card", board: Board | None = None) -> Stage:
    return Stage(scene("x", *topics, kind=kind).plans[Face.DESK], FAKES, make_look(Face.DESK), board or Board())


@pytest.mark.parametrize("path", SHIPPED, ids=lambda p: p.stem)
def test_that_a_shipped_scene_has_only_known_kinds_and_topics_on_its_faces(path: Path):
    faces = {Face.DESK} if path.stem in WORKED_AT else set(Face)
    assert set(read_scene(path, KINDS, TOPICS).plans) == faces


@pytest.mark.parametrize(("path", "face"), FACES)
def test_that_a_shipped_scene_stages_empty_and_leaves_nothing_behind(qtbot, path: Path, face: Face):
    plan = read_scene(path, KINDS, TOPICS).plans[face]
    stage = Stage(plan, KINDS, make_look(face, scale=1.0 if face is Face.DESK else 0.5), Board())
    stage.resize(1458, 1007)
    stage.show()
    stage.take(Snapshot("alerts", (), NOW, Quality.GOOD))
    stage.tick(NOW)
    assert not stage.grab().isNull()
    children = [stage, *stage.findChildren(QObject)]
    deleted(stage)
    assert [child for child in children if shiboken6.isValid(child)] == []


def test_that_300_scenes_opened_and_closed_leave_no_widget(qtbot):
    before = len(QApplication.allWidgets())
    for _ in range(300):
        stage = staged("alerts", "fleet")
        stage.take(alerts(alert(1)))
        children = [stage, *stage.findChildren(QObject)]
        deleted(stage)
        assert not any(shiboken6.isValid(child) for child in children)
    assert len(QApplication.allWidgets()) == before


def test_that_a_pane_is_given_what_the_board_has_when_it_is_made(qtbot):
    board = Board()
    board.put(Snapshot("fleet", (1,), NOW, Quality.GOOD))
    stage = staged("fleet", board=board)
    qtbot.addWidget(stage)
    assert [pane.drawn[-1].records for pane in stage.panes] == [(1,), (1,)]


def test_that_a_snapshot_reaches_the_panes_of_its_topic_only(qtbot):
    stage = staged("fleet")
    qtbot.addWidget(stage)
    stage.take(alerts(alert(1)))
    stage.take(Snapshot("fleet", (7,), NOW, Quality.GOOD))
    assert [s.records for s in stage.panes[0].drawn] == [(), (7,)]


def test_that_a_pane_that_fails_to_draw_takes_nobody_with_it(qtbot):
    specs = (
        PaneSpec("failing", "坏", ("fleet",), Box(0, 0, 10, 10)),
        PaneSpec("card", "好", ("fleet",), Box(10, 0, 10, 10)),
    )
    with qtbot.captureExceptions() as caught:
        stage = Stage(Plan("", (20, 10), specs), FAKES, make_look(Face.DESK), Board())
        qtbot.addWidget(stage)
        stage.take(Snapshot("fleet", (1,), NOW, Quality.GOOD))
    assert stage.panes[1].drawn[-1].records == (1,)
    assert {str(why) for _, why, _ in caught} == {"this pane cannot draw"}


def test_that_an_option_a_pane_refuses_is_told_as_the_scene_files_mistake(qtbot):
    class Picky(RememberingPane):
        def __init__(self, title, options, look, parent=None):
            raise ValueError("columns 须为表")

    plan = Plan("", (10, 10), (PaneSpec("picky", "表", (), Box(0, 0, 10, 10)),))
    with pytest.raises(SceneError, match=r"窗格“表”的选项不能用.*columns"):
        Stage(plan, {"picky": Picky}, make_look(Face.DESK), Board())


def test_that_selection_and_seconds_reach_every_pane(qtbot):
    stage = staged("fleet")
    qtbot.addWidget(stage)
    boat = Subject("boat", "7")
    stage.select(boat)
    stage.tick(NOW)
    assert [(pane.selected, pane.ticks) for pane in stage.panes] == [([boat], [NOW])] * 2


@pytest.mark.parametrize("size", [(1457, 1006), (1000, 500), (2913, 1333)])
def test_that_neighbours_stand_one_gap_apart_and_the_last_ends_at_the_edge(size):
    room = QRect(0, 0, *size)
    left = place(Box(0, 0, 852, 603), (1458, 1007), room, 1)
    right = place(Box(852, 0, 606, 603), (1458, 1007), room, 1)
    below = place(Box(0, 603, 1458, 404), (1458, 1007), room, 1)
    assert right.left() - left.right() == 2
    assert below.top() - left.bottom() == 2
    assert (right.right(), below.bottom()) == (room.right(), room.bottom())


def test_that_panes_at_one_place_are_chosen_by_a_word_in_their_header(qtbot):
    box = Box(0, 0, 600, 400)
    specs = tuple(PaneSpec("card", word, (), box, {}, word) for word in ("剖面", "平面"))
    stage = Stage(Plan("", (600, 400), specs), FAKES, make_look(Face.DESK), Board())
    qtbot.addWidget(stage)
    stage.resize(600, 400)
    stage.show()
    first, second = stage.panes
    assert (first.isVisible(), second.isVisible()) == (True, False)
    tabs = first.findChild(HeadTabs)
    qtbot.mouseClick(tabs, Qt.MouseButton.LeftButton, pos=tabs.boxes()[1].center())
    assert (first.isVisible(), second.isVisible()) == (False, True)
    qtbot.keyClick(second.findChild(HeadTabs), Qt.Key.Key_Left)
    assert (first.isVisible(), second.isVisible()) == (True, False)
    assert tabs.geometry().right() < stage.width() - stage.look.pad


def test_that_two_panes_at_one_place_without_words_are_refused(tmp_path):
    pane = '[[desk.pane]]\nkind = "card"\ntopics = ["alerts"]\nat = [0, 0, 100, 100]\n'
    path = tmp_path / "x.toml"
    path.write_text(f'title = "x"\n[desk]\ntitle = "x"\n{pane}{pane}')
    with pytest.raises(SceneError, match="tab"):
        read_scene(path, KINDS, TOPICS)
