"""The wall gives nobody away: a canary in every text field of every record it is shown, looked for in all it says.

The fields are those of the record types themselves, so a new field is caught the day it is written. A field may
appear on the wall only when it stands in ``PUBLIC``, with the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from console.scene import PaneSpec, read_scene
from services.collect.rule_files import read_rules
from services.domain.alert import Alert, AlertLevel
from services.domain.community import Safety
from services.domain.community_figures import Known, community_figures
from services.domain.community_kpi import TERMS
from services.domain.rule import Rule
from services.domain.snapshot import Quality, Snapshot
from services.domain.sorts import Sort
from services.domain.topics import TOPICS
from tests.unit.community_demo import START, community, source_of, standing
from tests.widgets.canary import CANARY, example, filled, given_away, holds, places, planted
from widgets.banner import Banner
from widgets.kinds import KINDS
from widgets.look import Face, Look, load_fonts, make_look
from widgets.pane import Pane

RESOURCES = Path(__file__).resolve().parents[2] / "resources"
SCENES, RULES = RESOURCES / "scenes", RESOURCES / "rules"
WALLS = ("community", "home", "homes", "care", "mediation", "rectify")
NOW = standing(START).now()
SCALE = 0.25
ENOUGH = 5  # records of a topic
pytestmark = pytest.mark.timeout(60)  # of a busy machine

# What is public by nature, and why it may hang on the wall.
PUBLIC = {
    "Estate.name": "小区名，地图上都有",
    "EagleEye.title": "事件的种类",
    "EagleEye.estate_name": "小区名",
    "EagleEye.building": "楼栋号",
    "FireRow.title": "设备的种类",
    "Bar.label": "统计的一类",
    "Bar.text": "统计的数",
    "Figure.label": "指标的名称",
    "Figure.value": "指标的数",
    "Figure.unit": "单位",
    "Figure.note": "指标的目标与分数",
    "Figure.formula": "指标的算式与总数",
    "Alert.title": "规则的名称，由规则文件的检查保证",
    "Alert.wall_subject": "规则写给大屏的一行，由规则文件的检查保证",
}


@pytest.fixture(scope="module")
def records(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Any, ...]]:
    """Every topic a wall shows: of a small demo community where it tells them, else an example of their type."""
    url = f"sqlite:///{tmp_path_factory.mktemp('walls') / 'c.db'}"
    found: dict[str, Any] = {}
    with community(url):
        for key in ("estates", "people", "cases", "elders", "fire", "usage", "eagle_eye", "samples"):
            source = source_of(url, f"community_{key}")
            found |= dict(source.normalise(source.fetch(""), NOW).states)
    wanted = {topic for _, spec in WALL_PANES for topic in spec.topics} - {"fleet"}  # positions: names of ships
    found |= {topic: (example(TOPICS[topic]),) for topic in (*wanted, "elders", "fire") if topic not in found}
    known = Known(elders=found["elders"], fire=found["fire"], rentals=found["rentals"][0])
    found["elders"] = tuple(replace(found["elders"][0], safety=one) for one in Safety)
    found["alerts"] = tuple(
        replace(found["alerts"][0], id=f"A{one}", scene="community", level=one) for one in AlertLevel
    )
    found["community_figures"] = community_figures(known, TERMS, NOW)
    return {topic: tuple(filled(one) for one in found[topic][:ENOUGH]) for topic in wanted}


def wall_panes() -> Iterator[tuple[str, PaneSpec]]:
    for name in WALLS:
        file = SCENES / f"{name}.toml"
        if file.exists():
            plan = read_scene(file, set(KINDS), set(TOPICS)).plans.get(Face.WALL)
            yield from ((name, spec) for spec in (plan.panes if plan else ()))


WALL_PANES = tuple(wall_panes())


@pytest.fixture
def build(qtbot: Any) -> Callable[[PaneSpec], Pane]:
    load_fonts()
    look: Look = make_look(Face.WALL, "dark", SCALE)

    def make(spec: PaneSpec) -> Pane:
        pane = KINDS[spec.kind](spec.title, spec.options, look)
        qtbot.addWidget(pane)
        pane.resize(look.px(spec.box.width), look.px(spec.box.height))
        return pane

    return make


def show(pane: Pane, spec: PaneSpec, shown: dict[str, tuple[Any, ...]]) -> None:
    pane.tick(NOW)
    for topic in spec.topics:
        if topic in shown:
            pane.show_snapshot(Snapshot(topic, shown[topic], NOW, Quality.GOOD))
    pane.tick(NOW)


IN_THE_BANNER = {**PUBLIC, "Alert.department": "承办部门", "Alert.support": "协办部门"}

# A text column of an event that the wall's texts of a rule may name, and why.
ON_THE_WALL = {
    "estate_name": "小区名",
    "building": "楼栋号",
    "place": "小区与楼栋，水电气表的事件只写到楼栋",
    "dispute_type": "纠纷的类型",
    "kind_word": "党组织活动的种类",
    "branch_name": "党支部名",
    "silent_device": "设备的种类",
    "unit": "测值的单位",
    "match_id": "公安通知的编号，不含身份",
}


@pytest.mark.parametrize(
    "rule", [rule for rule in read_rules(RULES) if rule.scene == "community"], ids=lambda rule: rule.id
)
def test_that_what_a_rule_says_on_the_wall_names_nobody_and_no_room(rule: Rule) -> None:
    said = (rule.title, rule.wall_subject, *(rise.title for rise in rule.rises if rise.title))
    named = {hole.name for template in said for hole in template.holes if rule.columns.get(hole.name) is Sort.TEXT}
    assert named <= set(ON_THE_WALL)


def leaks(pane: Pane, spec: PaneSpec, records: dict[str, tuple[Any, ...]], given: Callable[[Pane], str]) -> list[str]:
    """The fields whose canary the pane gives away although nobody said that they are public."""
    found: list[str] = []
    for topic in spec.topics:
        kind = TOPICS[topic]
        for place in places(kind) if topic in records else ():
            if str(place) in PUBLIC:
                continue
            assert any(holds(one, place.owner) for one in records[topic]), f"{topic}: no {place} to look for"
            show(pane, spec, records | {topic: tuple(planted(one, place) for one in records[topic])})
            if CANARY[0] in given(pane):
                found.append(str(place))
    return found


@pytest.mark.parametrize(("scene", "spec"), WALL_PANES, ids=[f"{scene}-{spec.kind}" for scene, spec in WALL_PANES])
def test_that_a_pane_of_the_wall_gives_no_private_field_away(
    scene: str, spec: PaneSpec, build: Any, records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pane = build(spec)
    assert not leaks(pane, spec, records, lambda one: given_away(one, monkeypatch))


def test_that_the_banner_of_the_wall_gives_no_private_field_away(
    qtbot: Any, records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    load_fonts()
    found = []
    for place in places(Alert):
        banner = Banner(make_look(Face.WALL, "dark", SCALE))
        qtbot.addWidget(banner)
        banner.resize(960, 40)
        banner.show_alert(planted(records["alerts"][-1], place), 1)
        banner.tick(NOW)
        if CANARY[0] in given_away(banner, monkeypatch) and str(place) not in IN_THE_BANNER:
            found.append(str(place))
    assert not found


def test_that_a_canary_that_is_painted_is_found(build: Any, records: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """The search itself: what is public does appear, so what does not appear was looked for."""
    seen = set()
    for _, spec in WALL_PANES:
        pane = build(spec)
        for topic in spec.topics:
            for place in places(TOPICS[topic]) if topic in records else ():
                if str(place) in PUBLIC and str(place) not in seen:
                    show(pane, spec, records | {topic: tuple(planted(one, place) for one in records[topic])})
                    seen |= {str(place)} if CANARY[0] in given_away(pane, monkeypatch) else set()
    assert seen == set(PUBLIC)
