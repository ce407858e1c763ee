"""The register of lets, registrations that fall due, dwellings out of the ordinary and the police's word."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from services.domain.rental_safety import SafetyColour
from services.domain.timebase import local
from services.sources.community_let_tables import GATZ
from services.sources.community_lets import (
    normalise_dwellings,
    normalise_lets,
    normalise_police,
)
from services.sources.community_registrations import normalise_registrations, registrations_since
from services.sources.community_upstream import Answer

NOW = datetime(2026, 11, 20, 2, 0, tzinfo=UTC)


def registration(**changes: Any) -> dict[str, Any]:
    plain = {
        "djbh": "DJ1", "rybm": "XQ01-a", "fwbh": "XQ010110201", "zjlx": "1", "djrq": "20251220", "dqrq": "20261220",
        "xqrq": "", "zxrq": "", "wsts": 3, "ldmc": "1 幢", "xqbh": "XQ01", "xqmc": "城市花园",
    }  # fmt: skip
    return plain | changes


def registrations(*rows: dict[str, Any], since: str = "20261119") -> Any:
    return normalise_registrations(Answer({"rows": rows, "since": ({"day": since},)}, "20261120"), NOW)


def told(batch: Any) -> list[tuple[str, str, int, str]]:
    return [(e.record.state, e.event_id, e.record.days_left, f"{local(e.occurred_at):%m-%d %H}") for e in batch.events]


def test_that_a_registration_is_told_on_the_morning_of_its_thirtieth_and_seventh_day_before_the_end() -> None:
    assert told(registrations(registration())) == [("due", "DJ1-20261220-30", 30, "11-20 09")]
    assert told(registrations(registration(dqrq="20261127"))) == [("due", "DJ1-20261127-7", 7, "11-20 09")]
    assert told(registrations(registration(dqrq="20261219"))) == []


def test_that_days_without_a_fetch_are_made_up_for_with_their_own_mornings() -> None:
    batch = registrations(registration(dqrq="20261218"), registration(djbh="DJ2", dqrq="20261124"), since="20261115")
    assert told(batch) == [("due", "DJ1-20261218-30", 30, "11-18 09"), ("due", "DJ2-20261124-7", 7, "11-17 09")]


def test_that_a_renewal_a_cancellation_and_an_empty_home_are_told_each_once_by_their_number() -> None:
    batch = registrations(
        registration(xqrq="20261120", dqrq="20271120"),
        registration(djbh="DJ2", zxrq="20261119", dqrq="20271120"),
        registration(djbh="DJ3", wsts=47, dqrq="20271120"),
        registration(djbh="DJ4", wsts=None, dqrq="20271120"),
    )
    assert [(state, number) for state, number, _, _ in told(batch)] == [
        ("renewed", "DJ1-xq20261120"), ("cancelled", "DJ2-zx20261119"), ("due", "DJ3-ws20261118"),
    ]  # fmt: skip
    assert batch.events[2].record.idle_days == 47


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"xqmc": None}, "unknown_dwelling"), ({"dqrq": ""}, "bad_day"), ({"dqrq": "20261341"}, "bad_day")],
)
def test_that_a_registration_that_cannot_be_goes_to_the_quarantine_alone(changes: dict[str, Any], reason: str) -> None:
    batch = registrations(registration(**changes), registration(djbh="DJ2"))
    assert [refused.reason for refused in batch.refused] == [reason]
    assert len(batch.events) == 1


def test_that_the_question_spans_the_days_since_the_last_one() -> None:
    asked = registrations_since(date(2026, 11, 15), date(2026, 11, 20))
    said = str(asked.compile(compile_kwargs={"literal_binds": True}))
    assert "'20261215'" in said
    assert "'20261220'" in said


def room(**changes: Any) -> dict[str, Any]:
    plain = {
        "fwbh": "XQ010110201", "lgsgl": 1, "htdq": "20270630", "jcyq": 0, "dhy": 0, "js": 2, "mj": 60.0,
        "qzrq": "20260105", "aqm": 1, "jcrq": "20261101", "cgrs": 2, "xcrs": 0, "xcrq": "", "ldbh": "XQ0101",
        "dyxh": 1, "szlc": 2, "hxwz": 0, "ldmc": "1 幢", "xqbh": "XQ01", "xqmc": "城市花园", "rs": 2,
    }  # fmt: skip
    return plain | changes


def report(**changes: Any) -> dict[str, Any]:
    plain = {"rzbh": "RZ1", "fwbh": "XQ010110201", "xms": "张*,李*", "rybms": "", "rzsj": "20261119100000"}
    return plain | {"htdq": "", "tfsj": "", **changes}


def test_that_a_let_room_and_a_landlords_report_are_read_and_odd_ones_set_aside() -> None:
    rooms = (room(), room(fwbh="b", aqm=7), room(fwbh="c", jcrq="20261399"), room(fwbh="d", jcrq=""))
    reports = (report(), report(rzbh="RZ2", xms=""), report(rzbh="RZ3", tfsj="20261118100000"))
    batch = normalise_lets(Answer({"fang": rooms, "ruzhu": reports}), NOW)
    good, never = batch.states["let_rooms"]
    assert (good.room, good.colour, good.checked_on) == ("1-0201", SafetyColour.GREEN, date(2026, 11, 1))
    assert never.checked_on is None
    (filed,) = batch.states["filed_stays"]
    assert (filed.guests, filed.left_at) == (("张*", "李*"), None)
    assert [refused.reason for refused in batch.refused] == ["unknown_colour", "bad_day", "no_person", "bad_time"]


def dwelling(**changes: Any) -> dict[str, Any]:
    plain = {"id": 7, "fwbh": "XQ010110201", "rq": "20261119", "djrs": 0, "cgrs": None, "ysl": 0.08, "ydl": None}
    return plain | {"fwyt": "3", "ldmc": "1 幢", "xqbh": "XQ01", "xqmc": "城市花园", "js": None, "mj": None, **changes}


def test_that_what_a_daily_report_does_not_count_stays_unknown_and_negative_use_is_refused() -> None:
    batch = normalise_dwellings(Answer({"rows": (dwelling(), dwelling(id=8, ysl=-1.0))}, "8"), NOW)
    (event,) = batch.events
    assert (event.event_id, f"{local(event.occurred_at):%m-%d %H:%M}") == ("7", "11-19 23:59")
    record = event.record
    assert (record.vacant, record.water_m3d, record.power_kwhd, record.regular_persons) == (1, 0.08, None, None)
    assert [refused.reason for refused in batch.refused] == ["bad_value"]


def test_that_of_a_police_match_only_number_place_and_level_are_ever_read() -> None:
    row = {"id": 1, "tzbh": "GA-1", "xqbh": "XQ01", "dd": "城市花园 南门", "dj": "3", "fssj": "20261120095000"}
    batch = normalise_police(Answer({"rows": (row, row | {"id": 2, "tzbh": "GA-2", "dj": "9"})}, "2"), NOW)
    (event,) = batch.events
    assert (event.event_id, event.record.level_no, event.record.place) == ("GA-1", 3, "城市花园 南门")
    assert {column.name for column in GATZ.c} == {"id", "tzbh", "xqbh", "dd", "dj", "fssj"}
    assert set(type(event.record).__dataclass_fields__) == {"match_id", "estate_id", "place", "level_no", "at"}
    assert [refused.reason for refused in batch.refused] == ["bad_level"]
    assert event.occurred_at == NOW - timedelta(minutes=10)
