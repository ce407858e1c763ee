"""Do the registers say of a passing vehicle what they know, and nothing they do not?"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.appearance import mismatches, same_class, same_colour
from services.domain.condition import columns_of
from services.domain.passage import Passage
from services.domain.register import (
    FACTS,
    KINDS,
    PERMITS_OF,
    STALE_AFTER,
    TOLD_BY,
    TOLD_BY_PERMITS,
    InspectionLine,
    InspectionRegister,
    OffenceLine,
    OffenceRegister,
    PermitLine,
    PermitRegister,
    Register,
    ScrappedLine,
    ScrappedRegister,
    VehicleLine,
    VehicleRegister,
    health,
    is_current,
    registers_for,
)
from services.domain.register_book import Book, current
from services.domain.topics import TOPICS, scene_of_topic

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)  # 14:00 in Shanghai
DAY = timedelta(days=1)
BRIDGE, QUAY = "bridge", "quay"
TANKER, CAR = "浙J62918", "浙J3N66Q"


def permit(plate: str = TANKER, **fields: Any) -> PermitLine:
    return PermitLine(**{"plate_no": plate, "number": "1", "valid_from": NOW - DAY, "valid_until": NOW + DAY, **fields})


def registers(**instead: Register[Any]) -> dict[str, Register[Any]]:
    """All ten, drawn up an hour ago."""
    lines: dict[str, tuple[Any, ...]] = {
        "vehicle_register": (
            VehicleLine(TANKER, "危化品", "H14", "白", "东风"),
            VehicleLine(CAR, "非营运", "K33", "灰", "大众"),
            VehicleLine("皖S20E67", "畜禽", "H21", "红"),
        ),
        "inspection_register": (InspectionLine(CAR, NOW - 42 * DAY), InspectionLine(TANKER, NOW + 30 * DAY)),
        "scrapped_register": (ScrappedLine("浙JT0412", NOW - 210 * DAY),),
        "offence_register": (OffenceLine(CAR, 7),),
        "hazmat_permits": (permit(route=(BRIDGE,), hours=(6, 22), destination=BRIDGE),),
    }
    made = {
        name: kind.record(name, NOW - timedelta(hours=1), (), (), lines.get(name, ())) for name, kind in KINDS.items()
    }
    return {**made, **instead}


def without(*names: str) -> dict[str, Register[Any]]:
    return {name: register for name, register in registers().items() if name not in names}


def passage(plate: str = TANKER, checkpoint: str = BRIDGE, at: datetime = NOW, **fields: Any) -> Passage:
    return Passage("1", checkpoint, "d", at, plate_no=plate, **fields)


def facts(plate: str = TANKER, checkpoint: str = BRIDGE, at: datetime = NOW, **fields: Any) -> Mapping[str, Any]:
    return Book(registers()).facts(passage(plate, checkpoint, at, **fields))


# --------------------------------------------------------------------------------------------- facts


def test_that_what_a_register_tells_are_columns_of_a_passage_and_each_register_is_a_topic_for_no_scene() -> None:
    assert columns_of(Passage).keys() >= FACTS
    for name, kind in KINDS.items():
        assert TOPICS[name] is kind.record
        assert scene_of_topic(name) == "*"


def test_that_a_vehicle_in_no_register_is_in_date_and_its_use_is_unknown() -> None:
    assert facts("浙J8T56K") == {"inspection_overdue_d": 0.0, "is_scrapped": False, "open_offences": 0}


@pytest.mark.parametrize("plate", ["", "浙J8-56K", "-------"])
def test_that_of_a_plate_that_was_not_read_whole_nothing_is_known(plate: str) -> None:
    assert facts(plate) == {}


def test_that_the_days_overdue_are_counted_at_the_passage_and_not_at_its_reception() -> None:
    assert facts(CAR)["inspection_overdue_d"] == 42.0
    assert facts(CAR, at=NOW + DAY / 2)["inspection_overdue_d"] == 42.5
    assert facts(CAR, at=NOW - 43 * DAY)["inspection_overdue_d"] == 0.0
    assert facts(TANKER)["inspection_overdue_d"] == 0.0


def test_that_a_vehicle_is_scrapped_from_its_day_on() -> None:
    assert facts("浙JT0412")["is_scrapped"] is True
    assert facts("浙JT0412", at=NOW - 210 * DAY)["is_scrapped"] is True
    assert facts("浙JT0412", at=NOW - 211 * DAY)["is_scrapped"] is False


def test_that_a_permit_is_judged_at_the_place_and_the_hour_of_the_passage() -> None:
    here = facts()
    assert (here["permit_ok"], here["route_ok"], here["hours_ok"], here["at_destination"]) == (True, True, True, True)
    assert facts(checkpoint=QUAY)["route_ok"] is False
    assert facts(at=NOW - timedelta(hours=9))["hours_ok"] is False  # five in the morning
    assert facts(at=NOW + 2 * DAY)["permit_ok"] is False
    assert "route_ok" not in facts(at=NOW + 2 * DAY)


def test_that_the_permit_that_fits_best_speaks() -> None:
    two = (permit(route=(QUAY,)), permit(route=(BRIDGE,), hours=(20, 6)), permit(valid_until=NOW - DAY / 2))
    book = Book(registers(hazmat_permits=PermitRegister("hazmat_permits", NOW, lines=two)))
    assert book.facts(passage())["route_ok"] is True
    assert book.facts(passage())["hours_ok"] is False
    assert book.facts(passage(checkpoint=QUAY))["hours_ok"] is True
    assert book.facts(passage(at=NOW + timedelta(hours=7)))["hours_ok"] is True  # past nine in the evening


@pytest.mark.parametrize(
    ("hours", "hour", "inside"),
    [
        ((6, 22), 6.0, True),
        ((6, 22), 22.0, False),
        ((6, 22), 5.99, False),
        ((20, 6), 23.5, True),
        ((20, 6), 5.99, True),
        ((20, 6), 6.0, False),
        ((20, 6), 12.0, False),
        (None, 3.0, True),
    ],
)
def test_that_hours_begin_and_end_on_the_minute_and_may_run_past_midnight(
    hours: tuple[float, float] | None, hour: float, inside: bool
) -> None:
    assert permit(hours=hours).covers_hour(hour) is inside


def test_that_only_a_use_that_demands_a_permit_is_asked_for_one() -> None:
    assert "permit_ok" not in facts(CAR)
    assert facts("皖S20E67")["permit_ok"] is False  # livestock without a certificate
    assert set(PERMITS_OF) == {"危化品", "渣土", "冷链", "畜禽", "医废", "公路客运", "旅游客运", "货运"}


# ----------------------------------------------------------------------------------- what is not known


def test_that_a_register_that_is_not_there_leaves_its_columns_out() -> None:
    for name, told in (
        ("inspection_register", "inspection_overdue_d"),
        ("scrapped_register", "is_scrapped"),
        ("offence_register", "open_offences"),
    ):
        book = Book(without(name))
        assert told not in book.facts(passage("浙J8T56K"))
        assert told not in book.facts(passage(CAR))
    assert not TOLD_BY_PERMITS & Book(without("hazmat_permits")).facts(passage()).keys()
    assert not (TOLD_BY_PERMITS | {"use", "mismatches"}) & Book(without("vehicle_register")).facts(passage()).keys()


def test_that_a_register_is_silent_about_areas_it_is_not_complete_for() -> None:
    local = ScrappedRegister("scrapped_register", NOW, ("浙J",), lines=(ScrappedLine("沪A11111", NOW - DAY),))
    province = OffenceRegister("offence_register", NOW, ("浙",))
    book = Book({"scrapped_register": local, "offence_register": province})
    assert book.facts(passage("浙J8T56K")) == {"is_scrapped": False, "open_offences": 0}
    assert book.facts(passage("浙A8T56K")) == {"open_offences": 0}
    assert book.facts(passage("闽A8T56K")) == {}
    assert book.facts(passage("沪A11111")) == {"is_scrapped": True}


def test_that_no_permit_is_missed_where_the_register_is_not_complete() -> None:
    elsewhere = PermitRegister("livestock_certificates", NOW, ("浙",))
    assert "permit_ok" not in Book(registers(livestock_certificates=elsewhere)).facts(passage("皖S20E67"))


def test_that_a_line_that_could_not_be_read_is_unknown_and_no_all_clear() -> None:
    torn = InspectionRegister("inspection_register", NOW, unread=("浙J8T56K",))
    told = Book(registers(inspection_register=torn)).facts(passage("浙J8T56K"))
    assert told == {"is_scrapped": False, "open_offences": 0}
    torn_permits = PermitRegister("hazmat_permits", NOW, unread=(TANKER,))
    assert not TOLD_BY_PERMITS & Book(registers(hazmat_permits=torn_permits)).facts(passage()).keys()
    torn_vehicles = VehicleRegister("vehicle_register", NOW, unread=(TANKER,))
    assert "use" not in Book(registers(vehicle_register=torn_vehicles)).facts(passage())


@settings(max_examples=60)
@given(
    st.sets(st.sampled_from(sorted(KINDS))),
    st.sampled_from([TANKER, CAR, "皖S20E67", "浙JT0412", "沪A99999", "浙J8-56K"]),
    st.sampled_from([BRIDGE, QUAY]),
    st.floats(-300, 300),
)
def test_that_a_register_less_takes_answers_away_and_changes_none(
    gone: set[str], plate: str, place: str, days: float
) -> None:
    seen = passage(plate, place, NOW + days * DAY, vehicle_class="K33", vehicle_colour="白")
    whole, part = Book(registers()).facts(seen), Book(without(*gone)).facts(seen)
    assert part.items() <= whole.items()
    lost = {column for column, name in TOLD_BY.items() if name in gone}
    assert not part.keys() & lost
    kept = {column for column, name in TOLD_BY.items() if name not in gone}
    assert part.keys() & kept == whole.keys() & kept


def test_that_a_register_is_believed_up_to_its_limit_and_not_after() -> None:
    limit = STALE_AFTER["offence_register"]
    assert is_current(NOW - limit, NOW, limit)
    assert not is_current(NOW - limit - timedelta(seconds=1), NOW, limit)
    late = OffenceRegister("offence_register", NOW - limit - DAY)
    assert current({"offence_register": late}, NOW, STALE_AFTER) == {}
    assert len(current(registers(), NOW, STALE_AFTER)) == len(KINDS)


# ---------------------------------------------------------------------------------------- appearance


def test_that_what_a_camera_may_mistake_is_no_mismatch() -> None:
    assert same_colour("白", "灰")
    assert same_colour("黄", "橙")
    assert same_colour("黑", "其他")
    assert not same_colour("白", "黑")
    assert not same_colour("红", "蓝")
    assert same_class("K33", "K39")
    assert same_class("K33", "K21")
    assert same_class("H21", "H31")
    assert not same_class("K33", "H31")
    assert not same_class("K11", "K33")
    assert same_class("M11", "M")


def test_that_only_what_is_known_twice_is_compared() -> None:
    assert mismatches((("K33", "H31"), ("黑", "白"), ("大众", "五菱"))) == 3
    assert mismatches((("K33", "K33"), ("黑", ""), ("", "五菱"))) == 0
    assert mismatches((("", "K33"), ("黑", ""), ("", ""))) is None
    assert mismatches((("", ""), ("", ""), ("ＢＹＤ ", "byd"))) == 0
    assert facts(CAR, vehicle_class="H31", vehicle_colour="白", vehicle_brand="五菱")["mismatches"] == 2


# -------------------------------------------------------------------------------------------- health


def test_that_a_condition_needs_the_registers_its_columns_and_its_uses_name() -> None:
    assert registers_for("opacity_pct > 30") == frozenset()
    assert registers_for("") == frozenset()
    assert registers_for("inspection_overdue_d > 0 OR is_scrapped") == {"inspection_register", "scrapped_register"}
    assert registers_for("use = '渣土' AND NOT permit_ok") == {"vehicle_register", "muck_permits"}
    assert registers_for("use = '公路客运' AND local_hour < 5") == {"vehicle_register"}
    assert registers_for("NOT permit_ok") == {"vehicle_register", *PERMITS_OF.values()}


def test_that_a_late_register_names_the_rules_it_holds_and_a_current_one_none() -> None:
    late = OffenceRegister("offence_register", NOW - 3 * DAY, lines=(OffenceLine(CAR, 7),), unread=("浙J1",))
    rules = {"R-1": ("open_offences >= 5",), "R-2": ("is_scrapped", "open_offences > 9"), "R-3": ("opacity_pct > 30",)}
    told = {each.id: each for each in health(registers(offence_register=late), rules, NOW)}
    offences = told["offence_register"]
    assert (offences.stale, offences.held_rules, offences.entries, offences.unread) == (True, ("R-1", "R-2"), 1, 1)
    assert all(not each.stale and not each.held_rules for name, each in told.items() if name != "offence_register")


def test_that_a_register_that_never_came_holds_its_rules_too() -> None:
    told = {each.id: each for each in health({}, {"R-1": ("is_scrapped",)}, NOW)}
    scrapped = told["scrapped_register"]
    assert (scrapped.as_of, scrapped.entries, scrapped.stale, scrapped.held_rules) == (None, None, True, ("R-1",))
    assert list(told) == list(KINDS)
