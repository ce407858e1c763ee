"""Whose shift it is, who sits in it, and what a swap needs."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.collect.duty_summaries import DutyRoom
from services.collect.site import Site, SiteError
from services.domain import swaps
from services.domain.deed import Refused
from services.domain.officer import Officer, Role
from services.domain.roster import (
    DAY_AND_NIGHT,
    Roster,
    ShiftHours,
    current,
    on_duty,
    read_roster,
    seven_days,
    shift_at,
    shift_before,
    shifts_from,
)
from services.domain.timebase import local
from tests.unit.duty_world import CHEN, EVENING, LI, QIAN, WANG, ZHAO, DutyWorld, roster

THREE = (
    ShiftHours("早班", time(8), time(16)),
    ShiftHours("中班", time(16), time(0)),
    ShiftHours("夜班", time(0), time(8)),
)
PEOPLE = (replace(WANG, shift="乙班 08–20"), replace(ZHAO, shift="甲班 20–08"), replace(CHEN, shift="今日带班"))
MOMENTS = st.integers(0, 730 * 86400).map(lambda s: datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=s))


@given(st.sampled_from([DAY_AND_NIGHT, THREE]), MOMENTS)
def test_that_every_moment_lies_in_one_shift_and_shifts_follow_without_a_gap(
    hours: tuple[ShiftHours, ...], now: datetime
) -> None:
    shift = shift_at(hours, now)
    assert shift.starts_at <= now < shift.ends_at
    chain = (shift_before(hours, shift), *shifts_from(hours, now, 4))
    assert all(a.ends_at == b.starts_at for a, b in pairwise(chain))


def test_that_a_night_shift_belongs_to_the_day_it_began() -> None:
    night = shift_at(DAY_AND_NIGHT, datetime(2026, 11, 22, 22, 0, tzinfo=UTC))  # 06:00 on the 23rd
    assert (night.id, f"{local(night.ends_at):%d %H:%M}") == ("261122-晚班", "23 08:00")


def test_that_officers_named_for_these_hours_sit_in_them_when_no_table_says_otherwise() -> None:
    told = Roster(DAY_AND_NIGHT, PEOPLE)
    assert [p.name for p in on_duty(told, EVENING)] == ["陈志远", "王海涛"]
    assert [p.name for p in on_duty(told, EVENING + timedelta(hours=1))] == ["陈志远", "赵晓峰"]


def test_that_the_months_table_wins_and_an_approved_swap_changes_it() -> None:
    row = {"day": "2026-11-22", "shift": "晚班", "crew": "wang", "team": "丙班"}
    told = read_roster({"roster": [row]}, (*PEOPLE, LI))
    tonight = shift_at(DAY_AND_NIGHT, EVENING + timedelta(hours=1))
    assert [p.name for p in told.manned(tonight).crew] == ["王海涛"]
    swap = swaps.Swap(
        "HB-1", 3, "approved", tonight.id, "晚班", tonight.starts_at, "wang", "王海涛", "zhao", "赵晓峰", "病"
    )
    (person,) = told.manned(tonight, [swap]).crew
    assert (person.name, person.instead_of) == ("赵晓峰", "王海涛")
    assert told.manned(tonight, [replace(swap, state="agreed")]).crew[0].name == "王海涛"


def test_that_the_topic_holds_the_last_shift_this_one_and_seven_days() -> None:
    told = seven_days(Roster(DAY_AND_NIGHT, PEOPLE), EVENING)
    assert len(told) == 16
    assert current(told, EVENING) is told[1]
    assert told[-1].ends_at - told[1].ends_at == timedelta(days=7)


@pytest.mark.parametrize(
    ("duty", "said"),
    [
        ({"shifts": [{"name": "早班", "starts": "08:00", "ends": "20:00"}]}, "首尾相接"),
        ({"shifts": [{"name": "早班", "starts": "8 点", "ends": "20:00"}]}, "须写作"),
        ({"shifts": [{"starts": "08:00", "ends": "20:00"}]}, "缺少 name"),
        ({"roster": [{"day": "2026-11-22", "shift": "中班", "crew": []}]}, "不认识"),
        ({"roster": [{"day": "22/11", "shift": "早班", "crew": []}]}, "须写作 2026-11-22"),
        ({"roster": [{"day": "2026-11-22", "shift": "早班", "crew": ["nobody"]}]}, "没有编号为"),
        ({"items": "钥匙"}, "duty.items"),
        ({"handover_earliest_min": "10"}, "handover_earliest_min"),
    ],
)
def test_that_a_bad_table_is_refused_with_the_place_and_the_reason(duty: dict[str, Any], said: str) -> None:
    with pytest.raises(ValueError, match=said):
        read_roster(duty, PEOPLE)


# ----------------------------------------------------------------------------------------- swaps


def ask(world: DutyWorld, shift: Any, other: Officer = LI, by: Officer = QIAN, at: datetime = EVENING) -> swaps.Swap:
    wish = swaps.AskSwap(shift_id=shift.id, other_id=other.id, reason="就医")
    return world.do(swaps.STREAM, wish, by, at)


def spaced() -> DutyWorld:
    """李 is free the nights around the third night from now."""
    world = DutyWorld()
    shifts = [s if n < 3 or n > 5 else replace(s, crew=()) for n, s in enumerate(roster())]
    shifts[4] = replace(shifts[4], crew=roster()[2].crew)
    world.topics["roster"] = tuple(shifts)
    return world


def test_that_a_swap_is_asked_agreed_and_approved_by_three_people() -> None:
    world = spaced()
    shift = world.topics["roster"][4]
    case = ask(world, shift)
    step = {"case_id": case.id, "expected_version": case.version}
    with pytest.raises(Refused, match="本人同意"):
        world.do(swaps.STREAM, swaps.AgreeSwap(**step), WANG)
    with pytest.raises(Refused, match="尚未同意"):
        world.do(swaps.STREAM, swaps.ApproveSwap(**step), CHEN)
    world.do(swaps.STREAM, swaps.AgreeSwap(**step), LI)
    with pytest.raises(Refused, match="自己的换班"):
        world.do(swaps.STREAM, swaps.ApproveSwap(**step), LI)
    with pytest.raises(Refused, match="须值班长"):
        world.do(swaps.STREAM, swaps.ApproveSwap(**step), WANG)
    assert world.do(swaps.STREAM, swaps.ApproveSwap(**step), CHEN).state == "approved"


def test_that_nobody_is_made_to_work_two_shifts_on_end() -> None:
    world = DutyWorld()
    with pytest.raises(Refused, match="连上两班"):
        ask(world, world.topics["roster"][2])


def test_that_a_swap_of_a_shift_that_runs_is_refused() -> None:
    world = spaced()
    with pytest.raises(Refused, match="班次已开始"):
        ask(world, world.topics["roster"][4], at=world.topics["roster"][4].starts_at)


def test_that_a_swap_is_between_equal_posts() -> None:
    world = spaced()
    with pytest.raises(Refused, match="同一岗位"):
        ask(world, world.topics["roster"][4], other=WANG)


# ------------------------------------------------------------------------------------- the topic


def test_that_the_demo_site_has_a_crew_by_day_and_another_by_night(sqlite_store: Any) -> None:
    room = DutyRoom(Site(demo=True))
    told = room.roster(sqlite_store, EVENING)["roster"]
    assert [p.name for p in told[1].crew] == ["陈志远", "李建国", "王海涛"]
    assert [p.name for p in told[2].crew] == ["陈志远", "钱伟民", "赵晓峰"]
    assert told[1].items
    sqlite_store.put_topic("roster", told, EVENING)
    assert sqlite_store.snapshot("roster", EVENING).records == told


def test_that_a_roster_file_that_breaks_while_running_leaves_the_last_good_one(
    tmp_path: Path, sqlite_store: Any, caplog: pytest.LogCaptureFixture
) -> None:
    table = tmp_path / "roster.csv"
    table.write_text("day,shift,team,crew\n2026-11-22,早班,乙班,wang\n", encoding="utf-8")
    people = [{"id": "wang", "name": "王海涛", "role": "duty"}]
    room = DutyRoom(Site(folder=tmp_path, duty={"roster": "roster.csv", "officers": people}))
    before = room.roster(sqlite_store, EVENING)
    assert [p.name for p in before["roster"][1].crew] == ["王海涛"]
    table.write_text("day,shift,team,crew\n2026-11-22,早班,乙班,nobody\n", encoding="utf-8")
    assert room.roster(sqlite_store, EVENING) == before
    room.roster(sqlite_store, EVENING)
    assert sum("没有编号为 'nobody'" in record.getMessage() for record in caplog.records) == 1


def test_that_a_site_starts_with_a_good_roster_or_says_what_is_wrong(tmp_path: Path) -> None:
    with pytest.raises(SiteError, match=r"读不到值班表 none\.csv"):
        DutyRoom(Site(folder=tmp_path, duty={"roster": "none.csv"}))
    (tmp_path / "contacts.toml").write_text("[[department]]\nname = '公安'\ncontact = [{ unit = '值班室' }]\n")
    with pytest.raises(SiteError, match="缺少 unit 或 phone"):
        DutyRoom(Site(folder=tmp_path))


def test_that_a_real_site_shows_no_demo_contacts_or_plans(tmp_path: Path, sqlite_store: Any) -> None:
    told = DutyRoom(Site(folder=tmp_path)).books(sqlite_store, EVENING)
    assert (told["plans"], told["contacts"]) == ((), ())
    demo = DutyRoom(Site(demo=True, folder=tmp_path)).books(sqlite_store, EVENING)
    assert {plan.source for plan in demo["plans"]} == {"演示数据"}
    assert all(contact.phone.startswith("000-") for contact in demo["contacts"])


def test_that_roles_beyond_the_crew_are_on_no_roster() -> None:
    liaison = Officer("z", "郑洁", Role.DEPT_LIAISON, "乙班 08–20")
    assert on_duty(Roster(DAY_AND_NIGHT, (liaison,)), EVENING) == ()


def test_that_the_times_of_a_hand_over_are_the_sites() -> None:
    told = read_roster({"handover_earliest_min": 30, "handover_grace_min": 60, "handover_ahead_min": 240}, PEOPLE)
    shift = told.manned(shift_at(DAY_AND_NIGHT, EVENING))
    assert (local(shift.opens_at).hour, local(shift.opens_at).minute) == (19, 30)
    assert shift.lapses_at - shift.ends_at == timedelta(hours=1)
    assert shift.ahead_min == 240


def test_that_the_demo_crews_are_officers_who_can_sit_at_the_demo_desk() -> None:
    from console.session import DEMO_ROSTER
    from services.collect.duty_books import DEMO_PEOPLE

    assert [person for person in DEMO_PEOPLE if person not in DEMO_ROSTER] == []
