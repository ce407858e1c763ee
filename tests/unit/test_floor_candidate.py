"""No floor stands anywhere before two officers who saw the track said the same."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from services.collect.rule_files import rule_from_text
from services.collect.rules import RuleRunner
from services.domain.community_told import CameraEvent
from services.domain.event import Batch, Event
from services.domain.floor_candidate import Candidate, DropCandidates, LookAtTrack, OpenCandidates, State
from services.domain.floor_course import names_a_floor
from services.domain.officer import ENGINE, Officer, Role
from services.domain.topics import TOPICS
from services.store.store import Store

RULE = Path(__file__).parents[2] / "resources" / "rules" / "R-EYE-01.toml"
NOW = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)
POLICE = Officer("ga", "孙立", Role.POLICE_ROOM)
LIAISON = Officer("zf", "吴强", Role.DEPT_LIAISON, department="综合执法")
WALL = Officer("wall", "大屏", Role.WALL)
TRACK = "574,96 578,140 583,208 590,300"
SAID = {"estate_id": "XQ01", "estate_name": "城市花园", "building": "3 幢", "happened_at": NOW, "track": TRACK}


class Course:
    def __init__(self, store: Store) -> None:
        self.store = store
        store.use_rules(RuleRunner([rule_from_text(RULE.read_text(encoding="utf-8"), RULE.name, {})], budget=None))
        fell = {"frames": 9, "floors_down": 5.0, "fall_ms2": 9.7, "track": TRACK}
        event = CameraEvent("SX-1", "C1", "XQ01", "城市花园", "3 幢", "falling_object", 0.9, NOW, **fell)  # type: ignore[arg-type]
        taken = store.take(Batch(events=[Event("test", "SX-1", "camera_event", NOW, event)]), "test", NOW)
        alert = taken.alerts[0]
        opening = OpenCandidates(
            alert_id=alert.id,
            event_id="SX-1",
            frames=9,
            floors_down=5.0,
            candidates=(Candidate(11, "西列", 0.6), Candidate(10, "西列", 0.3)),
            **SAID,  # type: ignore[arg-type]
        )
        self.opening = opening
        self.case = self.does(opening, ENGINE).case

    def does(self, wish: Any, officer: Officer) -> Any:
        outcome = self.store.perform(wish, officer, NOW)
        if not outcome.refusal:
            self.case = outcome.case
        return outcome

    def looks(self, officer: Officer, floor: int | None, picture: str = "") -> str:
        about = {"case_id": self.case.id, "expected_version": self.case.version}
        look = LookAtTrack(**about, picture=picture or self.case.picture, floor=floor, column="西列", words="看着像")
        return self.does(look, officer).refusal


@pytest.fixture
def course(sqlite_store: Store) -> Course:
    return Course(sqlite_store)


def test_that_two_who_say_the_same_confirm_it(course: Course) -> None:
    assert course.looks(WANG, 11) == ""
    assert course.case.state is State.OPEN
    assert course.looks(POLICE, 11) == ""
    assert (course.case.state, course.case.floor, course.case.is_open) == (State.CONFIRMED, 11, False)


@pytest.mark.parametrize("second", [10, None])
def test_that_who_says_otherwise_or_cannot_tell_leaves_it_undecided(course: Course, second: int | None) -> None:
    course.looks(WANG, 11)
    course.looks(LI, second)
    assert (course.case.state, course.case.floor, course.case.round) == (State.UNDECIDED, None, 2)
    assert course.looks(LI, 11) == ""
    assert course.case.state is State.OPEN
    assert course.looks(WANG, 11) == ""
    assert course.case.state is State.CONFIRMED


def test_that_two_who_cannot_tell_confirm_nothing(course: Course) -> None:
    course.looks(WANG, None)
    course.looks(LI, None)
    assert (course.case.state, course.case.floor) == (State.UNDECIDED, None)


def test_that_one_officer_is_not_two_and_none_is_blind(course: Course) -> None:
    assert course.looks(WANG, 11, picture="0" * 16) == "请先看轨迹图"
    assert course.looks(WANG, 3) == "选择一个候选楼层"
    assert course.looks(LIAISON, 11) == "须值班员或警务室"
    course.looks(WANG, 11)
    assert course.looks(WANG, 11) == "须另一人核实"


def test_that_only_the_engine_opens_one_and_an_event_has_one(course: Course) -> None:
    assert course.does(course.opening, WANG).refusal == "由系统建立"
    assert course.does(course.opening, ENGINE).refusal == "该事件已在核实"


def test_that_no_topic_of_wall_or_department_and_no_line_of_the_log_names_the_floor(course: Course) -> None:
    course.looks(WANG, 11)
    course.looks(LI, 10)
    course.looks(LI, 11)
    course.looks(WANG, 11)
    for officer in (WALL, LIAISON):
        told = {topic: repr(course.store.snapshot(topic, NOW, officer).records) for topic in TOPICS}
        assert [topic for topic, words in told.items() if "11 层" in words or "西列" in words] == []
    alert = course.store.alert(course.case.alert_id)
    assert alert is not None
    assert any("经两人核实" in note.text for note in alert.notes)
    assert not any(names_a_floor(note.text) for note in alert.notes)


def test_that_why_it_was_dropped_names_no_floor(course: Course) -> None:
    about = {"case_id": course.case.id, "expected_version": course.case.version}
    assert course.does(DropCandidates(**about, reason="7 层像但不清"), WANG).refusal == "原因中不写楼层、房号"
    assert course.does(DropCandidates(**about, reason="画面太糊"), WANG).done
    assert course.looks(LI, 11) == "楼层核实已了结"


@pytest.mark.parametrize("words", ["7 层抛下", "十二楼东户", "请到 702 核实", "1101室", "7F 西户", "7F西户"])
def test_that_floors_and_rooms_are_known(words: str) -> None:
    assert names_a_floor(words)


@pytest.mark.parametrize(
    "words", ["3 幢 2 单元楼下", "立即报 120、119、110", "立即报120和公安", "14:30 前到场", "2026 年 11 月", "请拉警戒"]
)
def test_that_buildings_moments_and_emergency_numbers_are_none(words: str) -> None:
    assert not names_a_floor(words)
