"""Story T9: a falling object, whose floor nobody names until two officers saw the track and said the same."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from services.domain.alert import Action, AlertLevel, Work
from services.domain.floor_candidate import FloorCandidate, LookAtTrack, State
from services.domain.officer import Officer, Role
from services.domain.rectification import AskRectification
from services.domain.timebase import SHANGHAI
from services.domain.topics import TOPICS
from services.store.store import Store
from tests.system.community_days import LI, WANG, CommunityDays
from tests.system.fire_world import POLICE, Case, falling, roof

pytestmark = [pytest.mark.slow, pytest.mark.timeout(60)]

START = datetime(2026, 11, 23, 10, 0, tzinfo=SHANGHAI)
WALL = Officer("wall", "大屏", Role.WALL)
NAMED = "7 层西列住户抛下花盆，请到场取证"


def said_of(days: CommunityDays) -> FloorCandidate:
    """Of the thing that fell in this story; the demo had another one this morning."""
    return next(case for case in days.records("floor_candidates") if case.event_id == "SX-1")


def looks(days: CommunityDays, officer: Officer, floor: int | None, **more: Any) -> str:
    case = said_of(days)
    about = {"case_id": case.id, "expected_version": case.version, "picture": case.picture}
    return days.perform(LookAtTrack(**(about | more), floor=floor, column="西列"), officer).refusal


def test_that_two_officers_confirm_a_floor_before_any_task_or_wall_knows_it(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with CommunityDays(sqlite_store, tmp_path, START, only=("R-EYE",)) as days:
        falling(days)
        days.turn(seconds=6)
        alert = next(one for one in days.alerts("R-EYE-01") if "SX-1" in one.event_ids)
        assert (alert.level, alert.department) == (AlertLevel.ORANGE, "公安")
        assert said_of(days).candidates[0].words == "7 层 西列"

        case = Case(days, alert)
        case.signed_and_verified()
        why = "楼层、房号须两人核实后才能写入任务"
        assert case.refused(Action.DISPATCH, department="公安", text=NAMED) == why
        assert looks(days, WANG, 7, picture="") == "请先看轨迹图"
        assert looks(days, WANG, 7) == ""
        assert looks(days, WANG, 7) == "须另一人核实"
        assert looks(days, LI, 6) == ""
        assert said_of(days).state is State.UNDECIDED
        assert case.refused(Action.DISPATCH, department="公安", text=NAMED) == why
        assert looks(days, LI, 7) == ""
        assert looks(days, WANG, 7) == ""
        assert (said_of(days).state, said_of(days).floor) == (State.CONFIRMED, 7)
        now = days.clock.now()
        assert not [topic for topic in TOPICS if "7 层" in repr(days.store.snapshot(topic, now, WALL).records)]

        case.sent("公安", NAMED)
        case.worked_on(POLICE, "花盆，户主承认，已批评教育并赔偿")
        case.closed("已处理，未伤人")
        assert case.alert.work is Work.CLOSED
        roof(days)
        days.turn(seconds=61)
        (built,) = days.alerts("R-EYE-02")
        assert (built.level, built.department) == (AlertLevel.YELLOW, "综合执法")
        case = Case(days, built)
        case.signed_and_verified()
        case.sent("综合执法", "屋面东侧搭建，请到场认定")
        enforcement = Officer("zf", "吴强", Role.DEPT_LIAISON, department="综合执法")
        case.worked_on(enforcement, "彩钢棚 6 平方米，无许可，责令拆除")
        asked = AskRectification(place=built.place, danger="屋面违建", department="物业", alert_id=built.id)
        assert days.perform(asked, WANG).refusal == ""
        case.closed("已责令拆除，转整改")
        assert case.alert.work is Work.CLOSED
