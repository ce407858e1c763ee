"""The community's panes draw every state, mark what is selected, and keep people off the wall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QPoint, Qt

from console.scene import PaneSpec, read_scene
from services.domain.alert import Ack, Alert, AlertLevel
from services.domain.community import Elder, Safety
from services.domain.community_figures import Known, community_figures
from services.domain.community_kpi import TERMS as KPI_TERMS
from services.domain.estates import Building
from services.domain.let_watch import LetFigures
from services.domain.masked import Masked
from services.domain.mediation_figures import summary_of
from services.domain.mediation_merge import case_of
from services.domain.mediation_terms import TERMS
from services.domain.snapshot import Quality, Snapshot, Subject
from services.domain.topics import TOPICS
from tests.unit.community_demo import START, community, source_of, standing
from tests.widgets.painted import painted_words as words
from widgets.elders import EldersPane, ago
from widgets.estate_alerts import at_building, at_estate
from widgets.estate_map import EstateMapPane
from widgets.kinds import KINDS
from widgets.look import Face, load_fonts, make_look
from widgets.pane import Pane
from widgets.population_parts import signed
from widgets.section import SectionPane
from widgets.utilities import UtilitiesPane

SCENE = Path(__file__).resolve().parents[2] / "resources" / "scenes" / "community.toml"
NOW = standing(START).now()
CANARY = "金丝雀"
STATES = ("estates", "people", "cases", "elders", "fire", "usage", "eagle_eye")


LETS = (LetFigures((0, 968, 124, 28, 6), 4, 30, 1, 1, 0, 22, 0),)


@pytest.fixture(scope="module")
def topics(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, ...]]:
    """Every topic of the scene from a small demo community."""
    url = f"sqlite:///{tmp_path_factory.mktemp('community') / 'c.db'}"
    found: dict[str, Any] = {}
    with community(url, residents=10_000):
        for name in STATES:
            source = source_of(url, f"community_{name}")
            found |= dict(source.normalise(source.fetch(""), NOW).states)
    found["elders"] = found["elder_register"]
    cases = [case_of(row, TERMS, NOW, "社区") for row in found["filed_disputes"]]
    found["disputes"] = (summary_of(cases, NOW),)
    known = Known(elders=found["elders"], fire=found["fire"], rentals=found["rentals"][0])
    found["community_figures"] = community_figures(known, KPI_TERMS, NOW)
    return found | {"alerts": (), "pushed_eye": (), "eye_events": (), "meter_marks": (), "let_figures": LETS}


@pytest.fixture
def lin(topics: dict[str, tuple[Any, ...]]) -> Alert:
    building = next(b for b in topics["buildings"] if any(m.kind == "guest" for m in b.marks))
    guest = next(m for m in building.marks if m.kind == "guest")
    return alert("A1", AlertLevel.YELLOW, f"XQ01|{guest.subject_id}", "城市花园 南门", "林* · 城市花园 3 幢 · 仅为疑似")


def alert(key: str, level: AlertLevel, dedup: str, place: str, subject: str, **more: Any) -> Alert:
    return Alert(
        id=key,
        version=1,
        key=dedup,
        rule_id="R-POP-01",
        rule_version=1,
        rule_text="",
        scene="community",
        level=level,
        title="疑似未办理居住登记",
        subject=subject,
        wall_subject="城市花园 · 一人",
        subject_kind=more.pop("subject_kind", "estate"),
        subject_id=more.pop("subject_id", "XQ01"),
        place=place,
        occurred_at=NOW - timedelta(minutes=5),
        raised_at=NOW - timedelta(minutes=5),
        last_at=NOW,
        **more,
    )


def snap(topic: str, records: Any, quality: Quality = Quality.GOOD, error: str = "") -> Snapshot[Any]:
    return Snapshot(topic, tuple(records), NOW, quality, error)


def plans(face: Face) -> list[PaneSpec]:
    return list(read_scene(SCENE, set(KINDS), set(TOPICS)).plans[face.value].panes)


@pytest.fixture
def make(qtbot: Any) -> Iterator[Callable[..., Pane]]:
    load_fonts()

    def build(kind: str, face: Face = Face.DESK, theme: str = "dark", scale: float = 1.0) -> Pane:
        plan = next(p for p in plans(face) if p.kind == kind)
        look = make_look(face, theme, scale)
        pane = KINDS[kind](plan.title, plan.options, look)
        qtbot.addWidget(pane)
        pane.resize(look.px(plan.box.width), look.px(plan.box.height))
        pane.tick(NOW)
        return pane

    yield build


OURS = {plan.kind for face in Face for plan in plans(face)} - {"figures", "alerts"}
PLACES = sorted((face.value, plan.kind) for face in Face for plan in plans(face) if plan.kind in OURS)


def test_that_the_scene_is_read_and_fills_both_canvases() -> None:
    for face, area in ((Face.DESK, 1458 * 1007), (Face.WALL, 3840 * 1968)):
        boxes = {p.box for p in plans(face)}  # several panes may share one
        assert sum(box.width * box.height for box in boxes) == area


@pytest.mark.parametrize(("face", "kind"), PLACES)
def test_that_a_pane_draws_waiting_good_stale_and_empty(face: str, kind: str, make: Any, topics: Any) -> None:
    pane = make(kind, Face(face), scale=0.5 if face == "wall" else 1.0)
    assert "读取中" in words(pane)
    wanted = [t for plan in plans(Face(face)) if plan.kind == kind for t in plan.topics]
    for topic in wanted:
        pane.show_snapshot(snap(topic, topics[topic]))
    fresh = pane.grab().toImage()
    assert "读取中" not in words(pane)
    for topic in wanted:
        pane.show_snapshot(snap(topic, topics[topic], Quality.STALE, "社区库：查询超时"))
    assert pane.grab().toImage() != fresh
    assert "停在 14:30:00" in words(pane)
    for topic in wanted:
        pane.show_snapshot(snap(topic, (), Quality.STALE, "社区库：查询超时"))
    pane.grab()


@pytest.mark.parametrize(("face", "kind"), PLACES)
def test_that_a_pane_repaints_in_the_light_theme(face: str, kind: str, make: Any, topics: Any) -> None:
    pane = make(kind, Face(face), scale=0.5 if face == "wall" else 1.0)
    for topic, records in topics.items():
        if topic in {t for plan in plans(Face(face)) if plan.kind == kind for t in plan.topics}:
            pane.show_snapshot(snap(topic, records))
    dark = pane.grab().toImage()
    pane.restyle(make_look(Face(face), "light", pane.look.scale))
    assert pane.grab().toImage() != dark


# ---------------------------------------------------------------------------------------------- privacy


def test_that_the_wall_shows_no_name_room_or_pseudonym(make: Any, topics: Any, lin: Alert) -> None:
    elders = tuple(
        replace(e, name=Masked(CANARY + "丽"), dwelling_id=f"{CANARY}0301", note=f"{CANARY}接走", next_step=CANARY)
        for e in topics["elders"]
    )
    told = replace(lin, subject=f"{CANARY}* · 3 幢 2 单元 {CANARY}", key=f"XQ01|{CANARY}")
    shown = topics | {"elders": elders, "alerts": (told,)}
    painted = ""
    for plan in plans(Face.WALL):
        pane = make(plan.kind, Face.WALL, scale=0.5)
        for topic in plan.topics:
            pane.show_snapshot(snap(topic, shown[topic]))
        pane.tick(NOW)
        painted += words(pane) + pane.accessibleName() + pane.accessibleDescription() + pane.toolTip()
    assert "智慧养老" in painted
    assert "六小区" in painted
    assert "疑似未办理居住登记" in painted
    assert CANARY not in painted
    assert "单元" not in painted
    assert "林" not in painted


def test_that_the_desk_shows_masks_and_no_room(make: Any, topics: Any) -> None:
    elders = tuple(replace(e, name=Masked("张金丝雀"), dwelling_id="XQ010320401") for e in topics["elders"])
    pane = make("elders")
    pane.show_snapshot(snap("elders", elders))
    painted = words(pane)
    assert "张*" in painted
    assert CANARY not in painted
    assert "XQ01" not in painted


# ------------------------------------------------------------------------------------------ the section


def section(make: Any, topics: Any, *alerts: Alert) -> SectionPane:
    pane = make("section")
    for topic in ("estates", "buildings", "elders"):
        pane.show_snapshot(snap(topic, topics[topic]))
    pane.show_snapshot(snap("alerts", alerts))
    return pane


def test_that_the_section_opens_on_the_building_of_the_worst_alert(make: Any, topics: Any, lin: Alert) -> None:
    assert section(make, topics, lin).building_id == "XQ0103"
    worse = alert(
        "A2", AlertLevel.ORANGE, "x", "白云新村 5 幢", "白云新村 5 幢", subject_kind="building", subject_id=""
    )
    assert section(make, topics, lin, worse).building_id == "XQ0305"


def test_that_an_alert_does_not_move_the_building_the_officer_chose(
    qtbot: Any, make: Any, topics: Any, lin: Alert
) -> None:
    pane = section(make, topics)
    pane.select(Subject("estate", "XQ04"))
    chosen = pane.building_id
    assert chosen.startswith("XQ04")
    pane.show_snapshot(snap("alerts", (lin,)))
    assert pane.building_id == chosen
    pane.select(Subject("alert", lin.id))
    assert pane.building_id == "XQ0103"


def test_that_a_click_on_a_tab_asks_for_its_estate(qtbot: Any, make: Any, topics: Any) -> None:
    pane = section(make, topics)
    pane.grab()
    with qtbot.waitSignal(pane.asked) as asked:
        qtbot.mouseClick(pane, Qt.MouseButton.LeftButton, pos=QPoint(350, pane.look.head + 20))
    assert asked.args == ["select", Subject("estate", "XQ04")]
    assert pane.estate_id == "XQ04"


def test_that_the_arrow_keys_walk_through_the_buildings(qtbot: Any, make: Any, topics: Any) -> None:
    pane = section(make, topics)
    pane.select(Subject("building", "XQ0201"))
    qtbot.keyClick(pane, Qt.Key.Key_Right)
    assert pane.building_id == "XQ0202"
    qtbot.keyClick(pane, Qt.Key.Key_Left)
    qtbot.keyClick(pane, Qt.Key.Key_Left)
    assert pane.building_id == "XQ0212"


def test_that_a_selected_alert_is_marked_in_its_cell(make: Any, topics: Any, lin: Alert) -> None:
    pane = section(make, topics, lin)
    before = pane.grab().toImage()
    pane.select(Subject("alert", lin.id))
    assert pane.grab().toImage() != before


def test_that_what_an_alert_is_about_selects_it_too(make: Any, topics: Any, lin: Alert) -> None:
    pane, other = section(make, topics, lin), section(make, topics, lin)
    pane.select(Subject(lin.subject_kind, lin.subject_id))
    other.select(Subject("alert", lin.id))
    assert pane.building_id == other.building_id == "XQ0103"
    assert pane.grab().toImage() == other.grab().toImage()


def test_that_a_signed_alert_is_an_outline(make: Any, topics: Any, lin: Alert) -> None:
    solid = section(make, topics, lin).grab().toImage()
    assert section(make, topics, replace(lin, ack=Ack.ACKED)).grab().toImage() != solid


def test_that_a_silent_hydrant_is_unknown_and_not_zero(make: Any, topics: Any) -> None:
    silent = tuple(replace(b, hydrant_mpa=None) for b in topics["buildings"])
    pane = section(make, topics | {"buildings": silent})
    assert "MPa" not in words(pane)


def test_that_building_3_is_not_building_13(topics: Any) -> None:
    building: Building = next(b for b in topics["buildings"] if b.id == "XQ0203")
    far = alert("A3", AlertLevel.BLUE, "k", "云西小区 13 幢", "云西小区 13 幢")
    near = alert("A4", AlertLevel.BLUE, "k", "云西小区 3 幢", "云西小区 3 幢")
    assert at_building([far], building) is None
    assert at_building([far, near], building) is near


def test_that_an_alert_of_another_scene_marks_no_estate(lin: Alert) -> None:
    assert at_estate([lin], "XQ01", "城市花园") is lin
    assert at_estate([replace(lin, scene="boats")], "XQ01", "城市花园") is None


# --------------------------------------------------------------------------------- elders, map, curves


def test_that_the_wheel_scrolls_the_elders_and_stops_at_the_ends(qtbot: Any, make: Any, topics: Any) -> None:
    pane: EldersPane = make("elders")
    pane.show_snapshot(snap("elders", topics["elders"]))
    visible = len([e for e in topics["elders"] if str(e.name) in words(pane)])
    assert visible >= 8
    pane.select(Subject("elder", topics["elders"][-1].id))
    assert pane.first > 0
    pane.show_snapshot(snap("elders", topics["elders"][:3]))
    assert pane.first <= 2


def test_that_unknown_elders_are_counted_apart(make: Any, topics: Any) -> None:
    only: tuple[Elder, ...] = tuple(replace(e, safety=Safety.UNKNOWN) for e in topics["elders"])
    pane = make("elders", Face.WALL, scale=0.5)
    pane.show_snapshot(snap("elders", only))
    painted = words(pane)
    assert "0.0" in painted
    assert "失联未知" in painted


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "刚刚"), (12, "12 分前"), (60, "1 时前"), (785, "13 时前"), (1444, "24 时 04 分前")],
)
def test_that_an_age_is_said_in_the_words_of_the_duty_room(minutes: int, said: str) -> None:
    assert ago(NOW - timedelta(minutes=minutes), NOW) == said


@pytest.mark.parametrize(("number", "said"), [(19, "+19"), (0, "0"), (-1234, "−1,234")])
def test_that_a_net_flow_has_a_true_sign(number: int, said: str) -> None:
    assert signed(number) == said


def test_that_the_sketch_turns_every_45_seconds_and_stays_at_an_unsigned_alert(
    make: Any, topics: Any, lin: Alert
) -> None:
    pane: EstateMapPane = make("estate_map", Face.WALL, scale=0.5)
    pane.show_snapshot(snap("estates", topics["estates"]))
    seen = set()
    for i in range(6):
        pane.tick(NOW + timedelta(seconds=45 * i))
        seen.add(pane.shown_id)
    assert len(seen) == 6
    pane.show_snapshot(snap("alerts", (lin,)))
    pane.tick(NOW + timedelta(seconds=100))
    assert pane.shown_id == "XQ01"
    assert "示意图，非测绘" in words(pane)


def test_that_an_estate_without_data_is_marked_unknown(make: Any, topics: Any) -> None:
    pane = make("estate_map", Face.WALL, scale=0.5)
    pane.show_snapshot(snap("estates", topics["estates"]))
    known = pane.grab().toImage()
    pane.show_snapshot(snap("estates", (*topics["estates"][:5], replace(topics["estates"][5], unknown=True))))
    assert pane.grab().toImage() != known


def test_that_a_click_in_the_header_changes_the_curve(qtbot: Any, make: Any, topics: Any) -> None:
    pane: UtilitiesPane = make("utilities")
    for topic in ("water", "power", "gas", "utilities"):
        pane.show_snapshot(snap(topic, topics[topic]))
    assert [s.id for s in pane.series] == ["water"]
    pane.choose("gas")
    assert [s.id for s in pane.series] == ["gas"]
    pane.show_snapshot(snap("water", topics["water"]))
    assert [s.id for s in pane.series] == ["gas"]


def test_that_a_curve_nobody_has_is_refused(make: Any) -> None:
    with pytest.raises(ValueError, match="可用：water、power、gas"):
        UtilitiesPane("水", {"shows": "oil"}, make_look(Face.DESK))
