"""From a row to its card and back: opening a subject remembers where it was opened."""

from __future__ import annotations

from dataclasses import replace

import pytest

from console.actions import Actions
from console.board import Board
from console.desk import Desk, Seat
from console.session import DEMO_ROSTER, Session
from console.sound import Silence
from console.trail import LONGEST, Place, Trail
from services.domain.snapshot import Subject
from services.domain.subject_kind import card_of, person_of, subject_of
from tests.scenes.fakes import KINDS, alert, alerts, scene

ELDER, HOME = Subject("elder", "L1"), Subject("dwelling", "XQ010320304")
SCENES = (scene("community", "elders"), scene("homes", "elders"))


@pytest.fixture
def desk(qtbot) -> Desk:
    session = Session(DEMO_ROSTER)
    actions = Actions(lambda command, officer: None, session)
    board = Board()
    made = Desk(Seat("中心"), SCENES, KINDS, board, actions, session, Silence())
    actions.setParent(made)
    qtbot.addWidget(made)
    found = replace(alert(1, scene="community"), subject_kind="elder", subject_id=HOME.id)
    board.put(alerts(found))
    made.take(alerts(found))
    return made


def ask(desk: Desk, what: str, about: object) -> None:
    desk.stage.panes[0].asked.emit(what, about)


def test_that_opening_a_subject_shows_its_card_and_back_returns_to_what_was_selected_before(desk):
    ask(desk, "select", ELDER)
    ask(desk, "open", ELDER)
    assert (desk.scene, desk.selection.subject) == ("homes", ELDER)
    ask(desk, "open", HOME)
    assert (desk.scene, desk.stage.panes[1].selected[-1]) == ("homes", HOME)
    ask(desk, "back", None)
    assert (desk.scene, desk.selection.subject) == ("homes", ELDER)
    ask(desk, "back", None)
    assert (desk.scene, desk.selection.subject) == ("community", ELDER)
    ask(desk, "back", None)
    assert desk.scene == "community"


def test_that_changing_the_scene_by_hand_ends_the_way_back(desk):
    ask(desk, "open", ELDER)
    desk.obey("scene community")
    desk.obey("scene homes")
    ask(desk, "back", None)
    assert desk.scene == "homes"


def test_that_the_cards_key_goes_to_the_alerts_scene_and_then_to_the_card_of_its_subject(desk):
    desk.obey("scene homes")
    for scene_id in ("community", "homes"):
        desk.dock.panes[1].asked.emit("open", "community")
        desk.dock.panes[1].asked.emit("select", Subject("alert", desk.selection.alert_id))
        assert desk.scene == scene_id
    assert desk.selection.subject == Subject("elder", HOME.id)


def test_that_a_longer_way_forgets_its_beginning():
    trail = Trail()
    for number in range(LONGEST + 5):
        trail.leave(Place(f"s{number}", None))
    assert len(trail) == LONGEST
    trail.leave(Place(f"s{LONGEST + 4}", None))
    assert len(trail) == LONGEST
    assert [trail.back() for _ in range(LONGEST + 1)][-2:] == [Place("s5", None), None]


def test_that_an_alert_leads_to_the_card_of_what_it_is_about():
    gate = replace(alert(1, scene="community"), key="R-POP-01|XQ01|XQ01-3f9a", subject_kind="estate", subject_id="XQ01")
    lift = replace(gate, key="XQ01|CAM7", place="城市花园 13 幢", within=("estate:XQ01", "device:CAM7"))
    crowd = replace(lift, place="城市花园 北门", subject="城市花园")
    water = replace(lift, links=("dwelling:XQ010320304",))
    boat = alert(2)
    assert person_of(gate) == "XQ01-3f9a"
    assert subject_of(gate) == Subject("person", "XQ01-3f9a")
    assert subject_of(lift) == Subject("building", "XQ0113")
    assert subject_of(crowd) is None
    assert subject_of(water) == HOME
    assert subject_of(boat) is None
    assert card_of(Subject("estate", "XQ01"), gate.id, (gate,)) == Subject("person", "XQ01-3f9a")
    assert card_of(HOME, gate.id, (gate,)) == HOME
