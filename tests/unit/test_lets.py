"""The books of let dwellings: check-ins, checks and verifications as streams, and what the keeper tells the rules."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.collect.lets import Lets, work
from services.collect.rule_files import rules_from_texts, texts_of
from services.collect.rules import RuleRunner
from services.collect.site import Site, SiteError
from services.domain.alert import Action, Command, Work
from services.domain.deed import Wish
from services.domain.let_room import LetRoom
from services.domain.levels import WorkCalendar
from services.domain.officer import Officer, Role
from services.domain.rental_check import CancelCheck, PlanCheck, RecordCheck
from services.domain.rental_safety import SafetyColour, colour_of, crowding_of, dangers_of, next_check
from services.domain.rental_terms import ITEMS, TERMS, terms_from
from services.domain.residence_course import mask_permit
from services.domain.stay import CheckIn, CheckOut, FiledStay, MoveLease
from services.store.store import Store

RULES = Path(__file__).parents[2] / "resources" / "rules"
NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)  # a Friday, ten in the morning
CADRE = Officer("wu", "吴小娟", Role.COMMUNITY_CADRE)
DUTY = Officer("wang", "王海涛", Role.DUTY)
WALL = Officer("wall", "大屏", Role.WALL)
FINE = dict.fromkeys(ITEMS, 0)
ROOM = LetRoom(
    dwelling_id="XQ010110201", estate_id="XQ01", estate_name="城市花园", building_id="XQ0101", building="1 幢", unit=1,
    floor=2, at=0, hotel_style=True, guests=2, rooms=2, area_m2=60.0, let_since=date(2026, 1, 5),
    lease_end=date(2027, 6, 30), colour=SafetyColour.GREEN, checked_on=date(2026, 11, 1),
)  # fmt: skip


@pytest.fixture
def desk(sqlite_store: Store) -> Store:
    sqlite_store.put_topic("let_rooms", (ROOM,), NOW)
    return sqlite_store


def wish(store: Store, asked: Wish, officer: Officer = CADRE, at: datetime = NOW) -> Any:
    outcome = store.perform(asked, officer, at)
    assert outcome.done, outcome.refusal
    return outcome.case


def refusal(store: Store, asked: Wish, officer: Officer = CADRE, at: datetime = NOW) -> str:
    return store.perform(asked, officer, at).refusal


def check_in(**said: Any) -> CheckIn:
    return CheckIn(**{"dwelling_id": ROOM.dwelling_id, "guests": ("林小明",), "entered_at": NOW, **said})


def about(case: Any) -> dict[str, Any]:
    return {"case_id": case.id, "expected_version": case.version}


# -- stays --------------------------------------------------------------------------------------------


def test_that_a_check_in_keeps_masks_and_runs_to_the_end_of_the_lease(desk: Store) -> None:
    case = wish(desk, check_in(guests=("林小明", "欧阳娜娜"), lease_end=date(2026, 11, 30)))
    assert case.id.startswith("RZ-")
    assert case.names == "林*、欧*"
    assert (case.place, case.late, case.is_open) == ("城市花园 1 幢", False, True)
    assert "小明" not in "".join(str(deed.fact) for deed in desk.deeds(case.id))
    assert case.report_by == TERMS.calendar.after_days(NOW, 3)
    over = case.leave_by + timedelta(minutes=1)
    while desk.expire(over):
        pass
    late = desk.cases("stay")[0]
    assert late.overdue_at == case.leave_by
    moved = wish(desk, MoveLease(**about(late), lease_end=date(2027, 3, 1), reason="续租"), at=over)
    assert (moved.overdue_at, moved.lease_end) == (None, date(2027, 3, 1))
    gone = wish(desk, CheckOut(**about(moved), left_at=over), at=over)
    assert not gone.is_open
    assert refusal(desk, CheckOut(**about(gone), left_at=over), at=over) == "已退房，不能再改"


def test_that_three_working_days_are_the_landlords_and_a_later_report_is_said_to_be_late(desk: Store) -> None:
    friday = NOW - timedelta(days=7)
    assert not wish(desk, check_in(entered_at=friday), at=friday + timedelta(days=5, hours=7)).late
    assert wish(desk, check_in(entered_at=friday, guests=("黄四",)), at=friday + timedelta(days=5, hours=8)).late


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"dwelling_id": "XQ019999"}, "不在出租房名册，先登记出租"),
        ({"guests": ()}, "至少写一名入住人"),
        ({"guests": tuple(f"人{i}" for i in range(13))}, "一次最多登记 12 人"),
        ({"entered_at": NOW + timedelta(hours=1)}, "入住时间晚于现在"),
        ({"entered_at": NOW - timedelta(days=400)}, "入住时间早于一年前，请核对"),
        ({"lease_end": date(2026, 11, 1)}, "租期在入住之前结束，请核对"),
    ],
)
def test_that_an_impossible_check_in_is_refused_with_its_reason(desk: Store, said: dict[str, Any], why: str) -> None:
    assert refusal(desk, check_in(**said)) == why
    assert desk.cases("stay") == ()


def test_that_nobody_checks_in_twice_and_the_wall_not_at_all(desk: Store) -> None:
    case = wish(desk, check_in(person_ids=("XQ01-a",)))
    assert refusal(desk, check_in(person_ids=("XQ01-a",), guests=("别名",))) == f"已在住 {case.id}，先退房"
    assert refusal(desk, check_in(), WALL) == "大屏账号不可操作"


def test_that_of_two_clerks_at_one_stay_the_second_is_told_who_was_first(desk: Store) -> None:
    case = wish(desk, check_in())
    wish(desk, CheckOut(**about(case), left_at=NOW))
    assert "吴*" in refusal(desk, CheckOut(**about(case), left_at=NOW), DUTY)


# -- checks -------------------------------------------------------------------------------------------


def test_that_the_colour_follows_score_and_danger_and_asks_for_the_next_check_the_sooner_the_worse() -> None:
    cases = {"绿": {}, "黄": {"wiring": 1}, "橙": {"wiring": 2, "escape": 1}, "红": {"gas": 3}}
    colours = [colour_of({**FINE, **found}, TERMS) for found in cases.values()]
    assert colours == [SafetyColour.GREEN, SafetyColour.YELLOW, SafetyColour.ORANGE, SafetyColour.RED]
    assert [(next_check(colour, NOW, TERMS) - NOW).days for colour in colours] == [90, 30, 7, 1]
    assert dangers_of({**FINE, "wiring": 1, "gas": 3}) == ("燃气 危险", "电线 轻微")


def test_that_crowding_is_found_by_rooms_or_by_area_and_unknown_sizes_accuse_nobody() -> None:
    assert crowding_of(4, 2, 60.0, TERMS) == 0
    assert crowding_of(5, 2, 60.0, TERMS) == 2
    assert crowding_of(9, 2, None, TERMS) == 3
    assert crowding_of(6, None, 23.0, TERMS) == 2
    assert crowding_of(9, None, None, TERMS) == 0


def test_that_a_check_says_its_dangers_into_rectification_and_one_dwelling_has_one_open_check(desk: Store) -> None:
    check = wish(desk, PlanCheck(dwelling_id=ROOM.dwelling_id))
    assert refusal(desk, PlanCheck(dwelling_id=ROOM.dwelling_id)) == f"已有待办的检查 {check.id}"
    assert "未查" in refusal(desk, RecordCheck(**about(check), found={"wiring": 1}))
    done = wish(desk, RecordCheck(**about(check), found={**FINE, "wiring": 2}, persons=5, dangers=("窗户焊死",)))
    assert (done.colour, done.score) == (SafetyColour.ORANGE, 26)
    assert done.found["crowding"] == 2
    asked = desk.cases("rectification")
    assert {case.danger for case in asked} == {"电线 较重", "拥挤 较重", "窗户焊死"}
    again = wish(desk, PlanCheck(dwelling_id=ROOM.dwelling_id))
    wish(desk, RecordCheck(**about(again), found={**FINE, "wiring": 2}))
    assert len(desk.cases("rectification")) == 3
    third = wish(desk, PlanCheck(dwelling_id=ROOM.dwelling_id))
    assert refusal(desk, CancelCheck(**about(third), reason=" ")) == "请写明取消原因"


# -- what the keeper tells ----------------------------------------------------------------------------


def with_rules(store: Store, now: list[datetime]) -> Lets:
    texts = {k: v for k, v in texts_of(RULES).items() if k.startswith("R-RNT")}
    store.use_rules(RuleRunner(rules_from_texts(texts), now=lambda: now[0]))
    keeper = Lets(store, TERMS)
    look(store, keeper, now[0])
    return keeper


def look(store: Store, keeper: Lets, now: datetime) -> None:
    keeper.tick(now)
    for summary in keeper.summaries:
        for topic, records in summary.make(store, now).items():
            store.put_topic(topic, records, now)


def open_rules(store: Store, now: datetime) -> set[str]:
    return {alert.rule_id for alert in store.snapshot("alerts", now).records if alert.is_open}


def test_that_the_backlog_of_the_first_look_raises_nothing_and_news_does(desk: Store) -> None:
    now = [NOW]
    old = replace(ROOM, strangers=1, strangers_since=date(2026, 11, 2), checked_on=date(2026, 7, 1))
    desk.put_topic("let_rooms", (old,), NOW)
    keeper = with_rules(desk, now)
    assert open_rules(desk, NOW) == set()
    (figures,) = desk.snapshot("let_figures", NOW).records
    assert (figures.checks_overdue, figures.unregistered, figures.colours[1]) == (1, 1, 1)
    fresh = replace(ROOM, dwelling_id="XQ010110202", strangers=1, strangers_since=date(2026, 11, 13))
    now[0] += timedelta(minutes=1)
    desk.put_topic("let_rooms", (old, fresh), now[0])
    look(desk, keeper, now[0])
    assert open_rules(desk, now[0]) == {"R-RNT-01"}
    now[0] += timedelta(minutes=1)
    restarted = Lets(desk, TERMS)
    look(desk, restarted, now[0])
    (alert,) = [a for a in desk.snapshot("alerts", now[0]).records if a.is_open]
    assert alert.count == 1
    now[0] += timedelta(minutes=1)
    desk.put_topic("let_rooms", (old, replace(fresh, strangers=0, strangers_since=None)), now[0])
    look(desk, restarted, now[0])
    (alert,) = desk.snapshot("alerts", now[0]).records
    assert alert.condition == "rtn"


def test_that_a_check_that_finds_worse_raises_the_colour_once_and_is_the_alerts_work(desk: Store) -> None:
    now = [NOW]
    keeper = with_rules(desk, now)
    check = wish(desk, PlanCheck(dwelling_id=ROOM.dwelling_id))
    wish(desk, RecordCheck(**about(check), found={**FINE, "wiring": 1}))
    now[0] += timedelta(seconds=5)
    look(desk, keeper, now[0])
    (alert,) = desk.snapshot("alerts", now[0]).records
    assert (alert.rule_id, alert.title, alert.work) == ("R-RNT-05", "安全码升为黄", Work.NEW)
    for action in (Action.SIGN, Action.VERIFY):
        outcome = desk.perform(Command(alert.id, action, alert.version), DUTY, now[0])
        alert = outcome.alert
    again = wish(desk, PlanCheck(dwelling_id=ROOM.dwelling_id, alert_id=alert.id), DUTY, now[0])
    dispatched = desk.alert(alert.id)
    assert (dispatched.work, again.id in dispatched.task) == (Work.DISPATCHED, True)
    wish(desk, RecordCheck(**about(again), found=FINE), CADRE, now[0])
    done = desk.alert(alert.id)
    assert done.work is Work.FEEDBACK
    assert "安全码绿 · 0 分" in [h.text for h in desk.happenings(alert.id) if h.kind == "fed_back"][-1]
    now[0] += timedelta(seconds=5)
    look(desk, keeper, now[0])
    cleared = desk.alert(alert.id)
    assert (cleared.condition, cleared.count) == ("rtn", 1)


def test_that_landlords_reports_become_stays_once_and_their_leaving_ends_them(desk: Store) -> None:
    keeper = Lets(desk, TERMS)
    report = FiledStay("RZ1", ROOM.dwelling_id, ("张*",), ("XQ01-z",), NOW - timedelta(hours=2), None, None)
    unknown = replace(report, id="RZ2", dwelling_id="XQ0199")
    desk.put_topic("filed_stays", (report, unknown), NOW)
    for at in (NOW, NOW + timedelta(seconds=5)):
        keeper.tick(at)
    Lets(desk, TERMS).tick(NOW + timedelta(seconds=10))
    (case,) = desk.cases("stay")
    assert (case.filed_id, case.names, case.recorded_by) == ("RZ1", "张*", "房东报")
    later = NOW + timedelta(days=1)
    desk.put_topic("filed_stays", (replace(report, left_at=later), unknown), later)
    keeper.tick(later)
    assert not desk.cases("stay")[0].is_open
    keeper.tick(later + timedelta(seconds=5))
    with desk.read() as connection:
        assert sorted(connection.exec_driver_sql("SELECT move FROM event_stay").scalars()) == ["in", "out"]


# -- settings -----------------------------------------------------------------------------------------


def test_that_what_a_site_sets_is_read_and_what_cannot_be_is_named(sqlite_store: Store) -> None:
    terms = terms_from({"report": "5wd", "yellow_days": 45, "weights": {"gas": 12}}, WorkCalendar())
    assert (terms.report.days, terms.yellow_days, terms.weights["gas"], terms.weights["wiring"]) == (5, 45, 12, 8)
    for table, named in (
        ({"rport": "3wd"}, "不认识的键 community.rentals.rport"),
        ({"report": "three"}, "community.rentals.report 须写作"),
        ({"orange_at": 4}, "须 yellow_at < orange_at < red_at"),
        ({"weights": {"colour": 1}}, "community.rentals.weights"),
    ):
        with pytest.raises(SiteError, match=named):
            work(sqlite_store, Site(community={"rentals": table}))


def test_that_a_permit_number_never_stands_whole() -> None:
    assert mask_permit("331002202611220017") == "3310**********0017"
    assert mask_permit("12345678") == "********"
    assert mask_permit("") == ""
