"""Silence, moratorium, gales, fences and encounters: told at edges, revised by late messages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from math import cos, radians
from pathlib import Path

import numpy as np
import pytest

from services.collect.sea_resources import RESOURCES, read_calendar, read_fences, read_safety
from services.collect.sea_watch import SeaWatch
from services.collect.site import Site, SiteError
from services.domain.boats import CollectionVessel, FishingBoat, SeaWeather
from services.domain.encounters import EncounterWatch, nearest_approach
from services.domain.fence_watch import FenceWatch
from services.domain.fences import fences_from, place_word
from services.domain.fleet import FLEET_DTYPE, Fleet
from services.domain.masked import Masked
from services.domain.moratorium import Season, moratorium_from
from services.domain.position import PositionReport, PositionSource
from services.domain.recall_watch import RecallWatch
from services.domain.safety_settings import SafetySettings, safety_from
from services.domain.sea_view import Ports, SeaView
from services.domain.season_watch import SeasonWatch
from services.domain.silent_boats import SilentBoats
from services.receivers.fleet_table import FleetTable

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
BOAT, VESSEL = 412_000_001, 413_300_101
FENCES = fences_from(
    {
        "fence": [
            {"name": "港", "kind": "port", "centre": [121.5, 28.5], "radius_nm": 1.0},
            {"name": "禁区", "kind": "closed", "outline": [[122.0, 28.5], [122.1, 28.5], [122.1, 28.6], [122.0, 28.6]]},
            {"name": "盲区", "kind": "poor_reception", "centre": [123.0, 28.5], "radius_nm": 5.0},
        ]
    }
)
NM_EAST = 1 / 60 / cos(radians(28.5))


def boat(mmsi: int = BOAT, **changes) -> FishingBoat:
    made = FishingBoat(
        str(mmsi), f"浙椒渔 {mmsi % 100_000}", mmsi, "1", 20.0, 150.0, "单拖", "港", Masked("张三"), Masked("1"), 1.0
    )
    return replace(made, **changes)


def vessel() -> CollectionVessel:
    return CollectionVessel(str(VESSEL), "渔清 01", VESSEL, 9.0, 2.5, 4, NOW, (), "待命")


def weather(bft: int = 5, *forecast: tuple[float, int]) -> SeaWeather:
    ahead = tuple((NOW + timedelta(hours=h), force) for h, force in forecast)
    return SeaWeather("taizhou", "台州沿海", 45.0, "东北风", bft, bft + 1, 1.5, 10.0, forecast=ahead)


ONE = (boat(),)


def view(*fixes: tuple, now: datetime = NOW, boats=ONE, bft=None, doubted=(), served=()) -> SeaView:
    """Fixes: (mmsi, lon, lat, knots, course, minutes ago)."""
    rows = np.zeros(len(fixes), FLEET_DTYPE)
    for i, (mmsi, lon, lat, knots, course, ago) in enumerate(fixes):
        rows[i] = (mmsi, lon, lat, knots, course, round((now - ago * MINUTE).timestamp() * 1000), 0, 0)
    fleet = Fleet(rows)
    heard = np.zeros((len(fixes), 3), np.int64)
    heard[:, 1] = rows["at_ms"]
    return SeaView(
        now, fleet.rows, np.full(len(fixes), 1, np.uint8), heard, Ports(FENCES).holds(fleet),
        {b.mmsi: b for b in boats}, {VESSEL: vessel()}, bft or weather(), doubted, served, FENCES,
    )  # fmt: skip


def records(events) -> list:
    return [event.record for event in events]


# -- silence -----------------------------------------------------------------------------------


def silence(watch: SilentBoats, ago: float, **about) -> list:
    return records(watch.look(view((BOAT, 121.8, 28.5, 4.0, 90.0, ago), **about))[1])


def test_that_a_silent_boat_is_listed_and_told_at_each_further_half_hour():
    watch = SilentBoats(SafetySettings(), FENCES)
    listed, events = watch.look(view((BOAT, 121.8, 28.5, 4.0, 90.0, 125)))
    (told,) = records(events)
    assert (told.state, told.silent_min, told.last_source, told.at_sea) == ("silent", 125.0, "北斗", True)
    assert (listed[0].place, listed[0].ais_at) == ("港东 16 海里", None)
    later = view((BOAT, 121.8, 28.5, 4.0, 90.0, 130), now=NOW + 5 * MINUTE)
    assert watch.look(later)[1] == []
    assert SilentBoats(SafetySettings(), FENCES).look(view((BOAT, 121.8, 28.5, 4.0, 90.0, 29)))[0] == ()
    assert len(watch.look(view((BOAT, 121.8, 28.5, 4.0, 90.0, 151), now=NOW + 26 * MINUTE))[1]) == 1


def test_that_a_rising_gale_is_told_at_once():
    watch = SilentBoats(SafetySettings(), FENCES)
    silence(watch, 125)
    (told,) = silence(watch, 125, bft=weather(8))
    assert told.wind_bft == 8


def test_that_a_late_message_revises_the_silence_and_a_new_one_ends_it():
    watch = SilentBoats(SafetySettings(), FENCES)
    silence(watch, 150)
    (revised,) = silence(watch, 70)
    assert (revised.state, revised.revised, revised.silent_min) == ("silent", True, 70.0)
    (heard,) = silence(watch, 0.5)
    assert (heard.state, heard.revised) == ("heard", False)
    assert silence(watch, 0.5) == []
    silence(watch, 150)
    (late,) = silence(watch, 25)
    assert (late.state, late.revised) == ("heard", True)


def test_that_ports_doubted_boats_and_dark_water_are_known():
    watch = SilentBoats(SafetySettings(), FENCES)
    (moored,) = records(watch.look(view((BOAT, 121.5, 28.5, 0.0, 0.0, 200)))[1])
    assert not moored.at_sea
    (dark,) = records(SilentBoats(SafetySettings(), FENCES).look(view((BOAT, 123.0, 28.5, 0.0, 0.0, 200)))[1])
    assert dark.poor_reception
    assert silence(SilentBoats(SafetySettings(), FENCES), 200, doubted=(BOAT,)) == []
    assert silence(SilentBoats(SafetySettings(), FENCES), 80 * 60) == []


def test_that_a_boat_heard_again_after_a_restart_is_told():
    before = SilentBoats(SafetySettings(), FENCES)
    listed, _ = before.look(view((BOAT, 121.8, 28.5, 4.0, 90.0, 125)))
    again = SilentBoats(SafetySettings(), FENCES)
    again.remember(listed)
    (heard,) = silence(again, 0.1)
    assert heard.state == "heard"


# -- moratorium --------------------------------------------------------------------------------


def test_that_the_years_tables_say_who_may_go_out():
    table = read_calendar(Site(), 2022)
    shanghai = "2022-05-01T11:59:59+08:00", "2022-05-01T12:00:00+08:00", "2022-08-01T12:00:00+08:00"
    before, begin, end = (datetime.fromisoformat(moment) for moment in shanghai)
    assert table.of("流刺网", before) is None
    assert table.of("流刺网", begin).season is Season.BANNED
    assert table.of("流刺网", end) is None
    assert table.of("单拖", end).until == datetime(2022, 9, 16, 4, tzinfo=UTC)
    assert table.of("钓具", begin) is None
    assert table.knows("钓具")
    later = read_calendar(Site(), 2023).of("笼壶", datetime(2023, 9, 1, tzinfo=UTC))
    assert later.season is Season.PERMIT


@pytest.mark.parametrize(
    ("line", "fault"),
    [
        ("year = 2027", "ordered_by"),
        ('title = "x"', "year"),
        ('season = "banned"', "until"),
        ("from = 2026-05-01T12:00:00+08:00", "不在 2027"),
        ('types = "单拖"', "types"),
        ('season = "shut"', "season"),
    ],
)
def test_that_a_calendar_with_a_fault_is_refused_with_its_place(line, fault, tmp_path):
    good = {
        "year": "year = 2027", "by": 'ordered_by = "通告"', "p": "[[period]]", "gear": 'gear = "拖网"',
        "types": 'types = ["单拖"]', "season": 'season = "banned"', "from": "from = 2027-05-01T12:00:00+08:00",
        "until": "until = 2027-09-16T12:00:00+08:00",
    }  # fmt: skip
    if fault == "ordered_by":
        del good["by"]
    elif fault == "year":
        good["year"] = line
    elif fault == "until":
        del good["until"]
    else:
        good[line.partition(" ")[0]] = line
    (tmp_path / "calendars").mkdir()
    (tmp_path / "calendars" / "moratorium-2027.toml").write_text("\n".join(good.values()), encoding="utf-8")
    with pytest.raises(SiteError, match=fault):
        read_calendar(Site(folder=tmp_path), 2027)


CALENDAR = moratorium_from(
    {
        "year": 2026,
        "ordered_by": "演示通告",
        "period": [
            {"gear": "拖网", "types": ["单拖"], "season": "banned", "from": NOW - MINUTE, "until": NOW + 60 * MINUTE}
        ],
    }
)


def test_that_a_barred_boat_is_told_when_it_is_out_when_it_is_in_and_when_the_season_opens():
    watch = SeasonWatch()
    out, inside = (BOAT, 121.8, 28.5, 4.0, 90.0, 1), (BOAT, 121.5, 28.5, 0.0, 0.0, 1)
    (told,) = records(watch.look(view(out), CALENDAR))
    assert (told.state, told.season, told.gear_word, told.ordered_by) == ("at_sea", "banned", "拖网", "演示通告")
    assert watch.look(view(out), CALENDAR) == []
    (back,) = records(watch.look(view(inside), CALENDAR))
    assert back.state == "in_port"
    watch.look(view(out), CALENDAR)
    (over,) = records(watch.look(view(out, now=NOW + 61 * MINUTE), CALENDAR))
    assert (over.state, over.season) == ("at_sea", "open")


def test_that_other_gear_old_fixes_and_a_year_without_a_table_tell_nothing():
    out = (BOAT, 121.8, 28.5, 4.0, 90.0, 1)
    assert SeasonWatch().look(view(out, boats=(boat(gear_type="钓具"),)), CALENDAR) == []
    assert SeasonWatch().look(view((*out[:5], 40)), CALENDAR) == []
    assert SeasonWatch().look(view(out), None) == []


# -- gales -------------------------------------------------------------------------------------


def far_and_near(**about) -> SeaView:
    others = (boat(), boat(BOAT + 1, wind_rating_bft=9), boat(BOAT + 2, length_m=10.0), boat(BOAT + 3))
    fixes = [
        (BOAT, 121.5 + 100 * NM_EAST, 28.5, 4.0, 0.0, 1),
        (BOAT + 1, 121.5 + 100 * NM_EAST, 28.5, 4.0, 0.0, 1),
        (BOAT + 2, 121.5 + 20 * NM_EAST, 28.5, 4.0, 0.0, 1),
        (BOAT + 3, 121.5, 28.5, 0.0, 0.0, 1),
    ]
    return view(*fixes, boats=others, **about)


def test_that_boats_outside_are_held_against_the_forecast_and_their_rating():
    watch = RecallWatch(SafetySettings())
    recall, events = watch.look(far_and_near(bft=weather(5, (3, 7), (20, 10))))
    rows, ratings = recall.rows, recall.ratings
    assert (recall.boats, recall.far) == (2, 1)
    assert [(row.rating_bft, row.is_far, row.is_rating_known) for row in rows] == [(7, True, False), (6, False, False)]
    assert rows[0].hours_to_port == pytest.approx(14.0, abs=0.1)
    assert rows[0].gale_at == NOW + timedelta(hours=3)
    assert [(r.rating_bft, r.at_sea, r.recalled) for r in ratings] == [(6, 1, 1), (7, 1, 1), (9, 1, 0)]
    (told,) = records(events)
    assert (told.state, told.boats, told.far_boats, told.forecast_bft, told.hours_left) == ("recall", 2, 1, 7, 3.0)
    assert watch.look(far_and_near(bft=weather(5, (3, 7))))[1] == []
    (over,) = records(watch.look(far_and_near(bft=weather(5)))[1])
    assert (over.state, over.far_boats) == ("over", 0)


def test_that_a_gale_beyond_twelve_hours_recalls_nobody_and_no_weather_is_no_gale():
    assert RecallWatch(SafetySettings()).look(far_and_near(bft=weather(5, (12.5, 9))))[0].rows == ()
    calm = replace(far_and_near(), weather=None)
    assert RecallWatch(SafetySettings()).look(calm)[1] == []


# -- fences ------------------------------------------------------------------------------------


def crossings(watch: FenceWatch, *lons: float) -> list[tuple[str, str]]:
    told = []
    for i, lon in enumerate(lons):
        events = watch.look(view((BOAT, lon, 28.55, 6.0, 90.0, 0), now=NOW + i * MINUTE))
        told += [(r.crossing, r.fence) for r in records(events)]
    return told


def test_that_a_boat_at_the_edge_does_not_go_in_and_out_with_every_fix():
    jitter = [122.001, 121.9985, 122.001, 121.9985, 122.001]
    assert crossings(FenceWatch(FENCES, 0.2), 121.9, *jitter) == [("enter", "禁区")]
    assert crossings(FenceWatch(FENCES, 0.2), 121.9, 122.01, 121.9) == [("enter", "禁区"), ("leave", "禁区")]


def test_that_who_is_seen_inside_first_has_not_entered():
    assert crossings(FenceWatch(FENCES, 0.2), 122.05, 122.06, 122.2) == [("leave", "禁区")]
    watch = FenceWatch(FENCES, 0.2)
    assert watch.look(view()) == []  # nobody is heard yet
    assert crossings(watch, 122.05, 122.06) == []


# -- encounters --------------------------------------------------------------------------------


def test_that_the_nearest_approach_of_two_is_where_geometry_says():
    x, y, u, v = (np.array([value]) for value in (3.0, 0.1, -12.0, 0.0))
    cpa, tcpa = nearest_approach(x, y, u, v)
    assert (cpa[0], tcpa[0]) == (pytest.approx(0.1), pytest.approx(15.0))
    cpa, tcpa = nearest_approach(x, y, -u, v)
    assert (cpa[0], tcpa[0]) == (pytest.approx(np.hypot(3.0, 0.1)), 0.0)


def meeting(knots: float = 8.0, at: float = 122.5, apart_nm: float = 2.0, **about) -> list:
    ours = (VESSEL, at, 28.5, knots, 90.0, 0)
    other = (BOAT, at + apart_nm * NM_EAST, 28.501, 4.0, 270.0, 0)
    return records(EncounterWatch(SafetySettings()).look(view(ours, other, **about)))


def test_that_a_vessel_is_told_whom_it_comes_near_to():
    (told,) = meeting()
    assert (told.state, told.vessel_name, told.other_name) == ("near", "渔清 01", "浙椒渔 1")
    assert (told.cpa_nm, told.tcpa_min) == (pytest.approx(0.06, abs=0.01), pytest.approx(10.0, abs=0.1))


def test_that_it_is_off_at_rest_in_port_for_the_boat_it_serves_and_for_old_or_doubted_fixes():
    assert meeting(knots=0.3) == []
    assert meeting(at=121.5, apart_nm=0.5) == []
    assert meeting(served=((str(VESSEL), str(BOAT)),)) == []
    assert meeting(doubted=(BOAT,)) == []
    assert meeting(apart_nm=6.0) == []


def test_that_an_encounter_is_told_once_a_minute():
    watch = EncounterWatch(SafetySettings())
    fixes = (VESSEL, 122.5, 28.5, 8.0, 90.0, 0), (BOAT, 122.5 + 2 * NM_EAST, 28.501, 4.0, 270.0, 0)
    told = [len(watch.look(view(*fixes, now=NOW + timedelta(seconds=s)))) for s in (0, 10, 50, 60, 70)]
    assert told == [1, 0, 0, 1, 0]


def test_that_an_encounter_that_is_over_is_told_once():
    watch = EncounterWatch(SafetySettings())
    ours, away = (VESSEL, 122.5, 28.5, 8.0, 90.0, 0), (BOAT, 122.5 + 2 * NM_EAST, 28.501, 9.0, 90.0, 0)
    watch.look(view(ours, (*away[:4], 270.0, 0)))
    (over,) = records(watch.look(view(ours, away, now=NOW + MINUTE)))
    assert over.state == "over"
    assert watch.look(view(ours, away, now=NOW + 2 * MINUTE)) == []


# -- settings, resources, the whole watch --------------------------------------------------------


def test_that_the_shipped_fences_and_calendars_can_be_read_and_a_site_has_its_own(tmp_path):
    assert len(read_fences(Site())) >= 6
    for path in (RESOURCES / "calendars").glob("moratorium-*.toml"):
        assert read_calendar(Site(), int(path.stem[-4:]))
    own = '[[fence]]\nname = "甲"\nkind = "closed"\noutline = [[121,28],[122,28],[122,29]]\n'
    (tmp_path / "fences.toml").write_text(own, encoding="utf-8")
    assert [fence.id for fence in read_fences(Site(folder=tmp_path))] == ["甲"]


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ('[[fence]]\nname = "甲"\nkind = "wall"', "kind"),
        ('[[fence]]\nname = "甲"\nkind = "port"', "outline"),
        ('[[fence]]\nname = "甲"\nkind = "port"\ncentre = [121, 28]\nradius_nm = 0', "radius_nm"),
        ('[[fence]]\nname = "甲"\nkind = "port"\ncolour = 1', "colour"),
        ("[[fence", "TOML"),
        ('fence = "甲"', "fence"),
    ],
)
def test_that_a_fence_with_a_fault_is_refused_in_words(text, fault, tmp_path):
    (tmp_path / "fences.toml").write_text(text, encoding="utf-8")
    with pytest.raises(SiteError, match=fault):
        read_fences(Site(folder=tmp_path))


def test_that_a_setting_with_a_fault_is_refused_in_words():
    assert read_safety(Site(boats={"safety": {"return_kn": 7}})).return_kn == 7
    for bad in ({"retun_kn": 7}, {"return_kn": "7"}, {"return_kn": -1}, {"long_bft": 7.5}):
        with pytest.raises(ValueError, match=r"boats\.safety"):
            safety_from(bad)


def test_that_a_place_is_said_by_its_port():
    assert place_word(FENCES, 121.5, 28.7) == "港北 12 海里"
    assert place_word((), 121.5, 28.7) == "121.500, 28.700"


def test_that_the_watch_writes_lists_and_events_once(store, tmp_path: Path):
    store.put_topic("boat_register", [boat()], NOW)
    store.put_topic("sea_weather", [weather()], NOW)
    table = FleetTable()
    at_s = (NOW - 130 * MINUTE).timestamp()
    table.put(PositionReport(PositionSource.AIS, BOAT, at_s, at_s, 121.8, 28.45, 4.0, 90.0, float("nan")))
    for _ in range(2):
        watch = SeaWatch(Site(folder=tmp_path), store)
        watch.look(table.heard(), NOW)
    (listed,) = store.snapshot("silent_boats", NOW).records
    assert (listed.last_source, listed.ais_at) == ("AIS", NOW - 130 * MINUTE)
    summary = store.snapshot("sea_safety", NOW).first()
    assert (summary.at_sea, summary.silent, summary.season_fault) == (1, 1, "没有 2026 年休渔日历，R-FSH-10 暂停")
    assert store.snapshot("moratorium", NOW).records == ()
    with store.read() as connection:
        from services.store.events import records as events

        assert [e.boat_id for e in events(connection, "boat_silence")] == [str(BOAT)]
