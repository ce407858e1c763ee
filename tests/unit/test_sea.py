"""The demo bay: on water, on time, and the same story under the same seed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from itertools import pairwise

import numpy as np
import pyais
import pytest

from services.collect.site import Site
from services.district.part import DistrictSettings, Fault, Faults
from services.district.sea import Sea, parts
from services.district.sea_radio import sentences
from services.district.sea_story import CREWS
from services.district.sea_water import LANES, Water
from services.domain.boats import HandInState
from services.domain.timebase import Timebase
from services.sources import boats_events, boats_read

START = datetime(2026, 11, 21, 6, 27, tzinfo=UTC)


@cache
def bay() -> Water:
    return Water()


def make_sea(seed: int = 42, boats: int = 200, start: datetime = START) -> Sea:
    return Sea(DistrictSettings(seed=seed, boats=boats, timebase=Timebase(0.0, start, 0.0)), water=bay())


@pytest.fixture
def water() -> Water:
    return bay()


@pytest.fixture(scope="module")
def whole() -> Sea:
    return make_sea(boats=4400)


def after(sea: Sea, minutes: float) -> datetime:
    return sea.start + timedelta(minutes=minutes)


# -- water -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("place", "wet"),
    [
        ((121.45, 28.6885), True),  # the river off 海门
        ((121.42, 28.65), False),
        ((121.89, 28.49), False),  # 上大陈
        ((122.9, 28.5), True),  # open sea beyond the base map
        ((120.0, 28.5), False),
    ],
)
def test_that_the_river_is_water_and_the_islands_are_not(water, place, wet):
    assert bool(water.is_water(*place)) is wet


def test_that_every_turning_point_of_the_lanes_is_on_water(water):
    lon, lat = np.array(LANES).T
    assert water.is_water(lon, lat).all()


def test_that_a_route_never_crosses_land(water):
    rng = np.random.default_rng(3)
    points = water.scatter(rng, (121.75, 28.55), 0.12, 12)
    for a in points:
        way = water.route((121.42, 28.692), (float(a[0]), float(a[1])))
        assert all(water.is_free(p, q) for p, q in pairwise(way))


# -- boats -------------------------------------------------------------------------------------


def test_that_there_are_as_many_boats_as_asked_for_each_with_its_own_number(whole):
    rows = whole.boats.rows
    assert len(rows) == 4400
    assert len({r["mmsi"] for r in rows}) == len({r["vessel_no"] for r in rows}) == 4400
    assert whole.boats.near.start + 8 == 980  # moored, and at anchor off 海门


def test_that_no_boat_is_ever_on_land(whole):
    for hour in range(0, 48, 3):
        moment = np.full(whole.boats.count, whole.start.timestamp() + hour * 3600.0)
        fixes = whole.boats.at(moment)
        assert whole.water.is_water(fixes.lon, fixes.lat).all()


def test_that_boats_move_no_faster_than_they_say(whole):
    t = whole.start.timestamp()
    count = whole.boats.count
    a, b = whole.boats.at(np.full(count, t)), whole.boats.at(np.full(count, t + 60.0))
    nm = np.hypot((b.lon - a.lon) * np.cos(np.radians(a.lat)), b.lat - a.lat) * 60
    assert (nm <= np.maximum(a.sog_kn, b.sog_kn) / 60 * 1.1 + 1e-6).all()


def test_that_fourteen_boats_have_been_silent_for_long(whole):
    now = after(whole, 5).timestamp()
    age = now - whole.boats.last_report_s(now, 60.0)
    assert int((age > 600).sum()) == 14
    assert age.min() >= 0


# -- hand-ins ----------------------------------------------------------------------------------


def history(sea: Sea, now: datetime) -> list[tuple[str, list[tuple[HandInState, datetime]]]]:
    return [(h.id, h.history(now)) for h in sea.dispatch(now).filed(now)]


def test_that_one_seed_tells_one_story_however_often_it_is_asked():
    often, once = make_sea(), make_sea()
    for minute in (0.5, 3, 3.1, 17, 60, 200, 600):
        often.requests(after(often, minute))
    now = after(often, 900)
    assert history(often, now) == history(once, now)
    assert [s.position(now) for s in often.dispatch(now).ships] == [s.position(now) for s in once.dispatch(now).ships]
    assert often.vessels(now)["vessels"] == once.vessels(now)["vessels"]


def test_that_another_seed_tells_another_story():
    now = START + timedelta(hours=10)
    assert history(make_sea(1), now) != history(make_sea(2), now)


@pytest.mark.parametrize("start", [START, datetime(2026, 3, 1, 17, 5, tzinfo=UTC)])
def test_that_t3_waits_for_the_dispatcher_and_then_happens_by_itself(start):
    sea = make_sea(start=start)
    eleven = next(h for h in sea.dispatch(start).hand_ins if h.number == "11")
    assert [s for s, _ in eleven.history(after(sea, 6))] == [HandInState.FILED, HandInState.ACCEPTED]
    reached = dict(dict(history(sea, after(sea, 10)))[eleven.id])
    assert list(reached) == list(HandInState)[:5]


def test_that_one_fisher_calls_off_and_one_boat_is_not_there():
    sea = make_sea()
    told = {h.number: h.history(after(sea, 60)) for h in sea.dispatch(after(sea, 60)).hand_ins if h.filed_at > START}
    assert [s.value for s, _ in told["12"]] == ["FILED", "ACCEPTED", "ASSIGNED", "EN_ROUTE", "CANCELLED"]
    assert told["12"][-1][1] == after(sea, 20)
    assert [s.value for s, _ in told["13"]] == ["FILED", "ACCEPTED", "ASSIGNED", "EN_ROUTE", "NO_SHOW"]
    assert after(sea, 35) < told["13"][-1][1] < after(sea, 45)
    now = after(sea, 300)
    met = next(h for h in sea.dispatch(now).hand_ins if h.number == "13" and h.filed_at > START)
    assert [s.value for s, _ in met.history(now)][5:8] == ["REASSIGNED", "ASSIGNED", "EN_ROUTE"]


def test_that_one_hand_in_waits_beyond_a_quarter_of_an_hour_within_the_first_minutes():
    sea = make_sea()
    batch = boats_read.hand_ins({"cursor": "", **sea.requests(after(sea, 4))}, after(sea, 4))
    seven = next(r for r in batch.states["filed_hand_ins"] if r.number == "07" and r.state is HandInState.ACCEPTED)
    assert [e.record.waited_min for e in boats_events.waiting(seven, after(sea, 4))] == [16]
    assert seven.vessel_no == "浙椒渔 61027"


def test_that_the_fleet_keeps_up_for_days():
    sea = make_sea()
    now = sea.start + timedelta(days=3)
    open_ones = [h for h in sea.dispatch(now).filed(now) if HandInState.SIGNED not in dict(h.history(now))]
    assert len(open_ones) < 15


def test_that_no_state_is_out_of_order_and_none_is_skipped():
    sea = make_sea()
    for hours in (0, 1, 6, 30):
        now = sea.start + timedelta(hours=hours)
        batch = boats_read.hand_ins({"cursor": "", **sea.requests(now)}, now)
        assert batch.refused == ()


def test_that_collection_vessels_stay_on_water_and_do_not_leap():
    sea = make_sea()
    before = {}
    for minute in range(0, 600, 2):
        now = after(sea, minute)
        for ship in sea.dispatch(now).ships:
            (lon, lat), _, cog = ship.position(now)
            assert sea.water.is_water(lon, lat)
            assert 0 <= cog < 360
            if ship.crew.mmsi in before:
                was = before[ship.crew.mmsi]
                nm = np.hypot((lon - was[0]) * np.cos(np.radians(lat)), lat - was[1]) * 60
                assert nm <= ship.crew.speed_kn / 30 + 0.03
            before[ship.crew.mmsi] = (lon, lat)


def test_that_what_is_collected_is_aboard_until_it_is_unloaded():
    sea = make_sea()
    loads = {c.name: [] for c in CREWS}
    for minute in range(0, 480, 5):
        for row in sea.vessels(after(sea, minute))["vessels"]:
            loads[row["name"]].append(row["holds"][0][2])
    assert loads["渔清 03"][0] < max(loads["渔清 03"])
    assert min(loads["渔清 03"]) == 0.0
    assert all(t >= 0 for each in loads.values() for t in each)


def test_that_a_warehouse_fills_with_what_is_unloaded():
    sea = make_sea()
    oily = [sea.warehouses(after(sea, m))["warehouses"][0]["compartments"][0][2] for m in (1, 11)]
    assert oily[1] > oily[0]


# -- systems -----------------------------------------------------------------------------------


def test_that_every_answer_can_be_read_without_a_refusal(whole):
    now = after(whole, 5)
    readers = {
        "register": boats_read.register, "positions": boats_read.positions, "requests": boats_read.hand_ins,
        "vessels": boats_read.vessels, "warehouses": boats_read.warehouses, "weather": boats_read.weather,
    }  # fmt: skip
    for name, read in readers.items():
        assert read({"cursor": "", **getattr(whole, name)(now)}, now).refused == ()


def test_that_duplicates_and_lateness_are_as_the_fault_says():
    faults = Faults()
    sea = Sea(DistrictSettings(boats=100, timebase=Timebase(0.0, START, 0.0)), faults)
    route = sea.routes()["/requests"]
    plain = route({})
    faults.switch("boats", Fault.DUPLICATES)
    assert len(route({})["requests"]) == 2 * len(plain["requests"])
    faults.switch("boats", Fault.LATE)
    assert route({})["at"] == (START - timedelta(minutes=4)).timestamp()


def test_that_the_shore_station_speaks_ais_that_pyais_understands():
    sea = make_sea()
    t = after(sea, 5).timestamp()
    lines = [line for s in range(180) for line in sentences(sea, t + s, t + s + 1)]
    seen: dict[int, set[int]] = {}
    for line in lines:
        body = line.strip().rpartition(b"\\")[2]
        if body.split(b",")[1] == b"1":
            message = pyais.decode(body, error_if_checksum_invalid=True)
            seen.setdefault(message.msg_type, set()).add(message.mmsi)
    assert len(seen[18]) == len(sea.heard)
    assert {c.mmsi for c in CREWS} <= seen[1]
    assert seen[24]


def test_that_a_boat_sends_where_it_is():
    sea = make_sea()
    t = after(sea, 5).timestamp()
    line = next(line for line in sentences(sea, t, t + 30) if b"\\" in line)
    at = int(line.split(b"c:")[1].split(b"*")[0])
    message = pyais.decode(line.strip().rpartition(b"\\")[2])
    boat = int(np.flatnonzero(sea.boats.mmsi == message.mmsi)[0])
    fixes = sea.boats.at(np.array([float(at)]), np.array([boat]))
    assert message.lon == pytest.approx(float(fixes.lon[0]), abs=1e-4)
    assert message.lat == pytest.approx(float(fixes.lat[0]), abs=1e-4)


def test_that_only_the_systems_the_site_names_are_simulated():
    assert parts(DistrictSettings(boats=100), Site(), Faults()) == []
