"""The bureau's answers become records; what is wrong with one row ends no other."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.collect.site import Site
from services.domain.boats import HandInRequest, HandInState, StateAt
from services.domain.datum import DatumError, wgs_to_gcj
from services.domain.fleet import ColourCode
from services.sources import boats, boats_events, boats_read
from services.store import codec

RECORDED = Path(__file__).parents[1] / "recorded" / "boats"
S = HandInState
NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)


def recorded(name: str, cursor: str = "") -> dict:
    return {"cursor": cursor, **json.loads((RECORDED / f"{name}.json").read_text(encoding="utf-8"))}


def test_that_there_are_six_sources_and_none_without_a_url():
    found = boats.sources(Site(sources={"boats": {"url": "http://127.0.0.1:9"}}))
    assert [s.key for s in found] == [
        "boat_register", "boat_positions", "hand_ins", "vessels", "warehouses", "sea_weather",
    ]  # fmt: skip
    assert boats.sources(Site()) == ()


def test_that_a_register_row_is_masked_and_keyed_by_mmsi():
    batch = boats_read.register(recorded("register"), NOW)
    boat = batch.states["boat_register"][0]
    assert boat.id == str(boat.mmsi)
    assert str(boat.owner).endswith("*")
    assert len(str(boat.owner)) == 2
    assert "****" in str(boat.phone)
    assert boat.code in ColourCode
    assert not batch.refused


def test_that_a_register_of_the_known_version_changes_nothing():
    batch = boats_read.register({"cursor": "v1", "version": "v1"}, NOW)
    assert batch.states == {}
    assert batch.cursor == "v1"


@pytest.mark.parametrize("read", [boats_read.positions, boats_read.hand_ins, boats_read.vessels, boats_read.warehouses])
def test_that_an_answer_without_a_datum_is_refused_whole(read):
    with pytest.raises(DatumError):
        read({"fixes": [], "requests": [], "vessels": [], "warehouses": []}, NOW)


def test_that_gcj_positions_are_converted_once():
    plain = boats_read.positions(recorded("positions"), NOW).states["beidou_fixes"][0].fleet.rows
    shifted = recorded("positions")
    for row in shifted["fixes"]:
        row[1], row[2] = (float(v) for v in wgs_to_gcj(row[1], row[2]))
    shifted["datum"] = "GCJ-02"
    found = boats_read.positions(shifted, NOW).states["beidou_fixes"][0].fleet.rows
    assert found["lon"] == pytest.approx(plain["lon"], abs=1e-7)
    assert found["lat"] == pytest.approx(plain["lat"], abs=1e-7)


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ([412410000, 181.0, 91.0, 0, 0, 1_795_242_000], "out_of_range"),
        ([412410000, 121.4, 28.6, 0, 0, NOW.timestamp() + 3600], "future_time"),
        ([41, 121.4, 28.6, 0, 0, 1_795_242_000], "bad_mmsi"),
        ([412410000, 121.4, 28.6], "bad_value"),
        ("x", "bad_value"),
        ([412410000, None, 28.6, 0, 0, 1_795_242_000], "bad_value"),
    ],
)
def test_that_a_bad_fix_is_refused_with_its_reason_and_the_others_stay(row, reason):
    answer = recorded("positions")
    count = len(answer["fixes"])
    answer["fixes"].append(row)
    batch = boats_read.positions(answer, NOW)
    assert [r.reason for r in batch.refused] == [reason]
    assert len(batch.states["beidou_fixes"][0].fleet) == count


def test_that_waiting_for_a_vessel_is_told_each_minute():
    rows = boats_read.hand_ins(recorded("requests"), NOW).states["filed_hand_ins"]
    seven = next(r for r in rows if r.number == "07")
    (before,), (after,) = (boats_events.waiting(seven, at) for at in (NOW, NOW + timedelta(seconds=61)))
    assert after.record.waited_min == before.record.waited_min + 1
    assert after.record.state == HandInState.ACCEPTED


def test_that_each_state_is_told_once_however_often_it_is_reached():
    sent = [S.FILED, S.ACCEPTED, S.ASSIGNED, S.REASSIGNED, S.ASSIGNED]
    history = tuple(StateAt(state, NOW + timedelta(minutes=i)) for i, state in enumerate(sent))
    one = replace(boats_read.hand_ins(recorded("requests"), NOW).states["filed_hand_ins"][0], history=history)
    told = list(boats_events.progress(replace(one, state=S.ASSIGNED), NOW))
    assert len({event.event_id for event in told}) == len(told) == 4


@pytest.mark.parametrize(
    ("field", "value", "reason"),
    [
        ("photos", ["0"], "bad_photo"),
        ("signers", [["SIGNED", "captain", "林某"]], "bad_signer"),
        ("signers", [["SUNK", "boat", "林某"]], "bad_value"),
    ],
)
def test_that_a_photo_or_a_signer_that_cannot_be_is_refused(field, value, reason):
    answer = recorded("requests")
    answer["requests"] = [{**answer["requests"][0], field: value}]
    assert [r.reason for r in boats_read.hand_ins(answer, NOW).refused] == [reason]


def test_that_a_row_sent_twice_counts_once():
    answer = recorded("requests")
    answer["requests"] *= 2
    batch = boats_read.hand_ins(answer, NOW)
    ids = [r.id for r in batch.states["filed_hand_ins"]]
    assert len(ids) == len(set(ids))


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda r: r.pop("vessel_no"), "missing_field"),
        (lambda r: r.update(pollutant="URANIUM"), "bad_value"),
        (lambda r: r.update(est_t=-1), "bad_value"),
        (lambda r: r.update(lon=200.0), "out_of_range"),
        (lambda r: r.update(history=[]), "bad_history"),
        (lambda r: r.update(history=[["FILED", 2.0], ["STORED", 3.0]]), "bad_history"),
        (lambda r: r.update(history=[["FILED", 3.0], ["ACCEPTED", 2.0]]), "bad_history"),
        (lambda r: r.update(history=[["FILED", 2e9]]), "future_time"),
    ],
)
def test_that_a_bad_hand_in_is_refused_with_its_reason(change, reason):
    answer = recorded("requests")
    bad = copy.deepcopy(answer["requests"][0])
    bad["id"] = "bad"
    change(bad)
    answer["requests"].append(bad)
    batch = boats_read.hand_ins(answer, NOW)
    assert [r.reason for r in batch.refused] == [reason]
    assert len(batch.states["filed_hand_ins"]) == len(answer["requests"]) - 1


def test_that_a_silent_gauge_is_unknown_and_not_zero():
    houses = boats_read.warehouses(recorded("warehouses"), NOW).states["warehouses"]
    nets = {h.name: h.compartments[5].level_pct for h in houses}
    assert nets["前所云仓"] is None
    assert nets["海门云仓"] == 63
    assert {h.name: round(h.days_to_full) for h in houses} == {"海门云仓": 19, "前所云仓": 11, "大陈云仓": 1}


def test_that_vessels_bring_their_plan():
    states = boats_read.vessels(recorded("vessels"), NOW).states
    assert [v.name for v in states["collection_vessels"]] == [p.name for p in states["fleet_plans"]]
    assert all(leg.planned == (leg.begin > NOW) for p in states["fleet_plans"] for leg in p.legs)


def test_that_the_wind_has_the_name_of_where_it_comes_from():
    area = boats_read.weather(recorded("weather"), NOW).states["sea_weather"][0]
    assert area.wind_word == "东北风"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=True) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)
FIELDS = sorted(recorded("requests")["requests"][0])


@given(st.sampled_from(FIELDS), JSON)
def test_that_whatever_a_field_holds_is_refused_or_can_be_read_back(field, value):
    answer = recorded("requests")
    answer["requests"] = answer["requests"][:2]
    answer["requests"][0][field] = value
    batch = boats_read.hand_ins(answer, NOW)
    kept = batch.states["filed_hand_ins"]
    assert len(kept) + len(batch.refused) == 2
    for record in kept:
        assert codec.decode(HandInRequest, codec.encode(record)) == record
