"""What the community's fire devices tell, what the collector tells of them, and what is near a fire."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.collect.fire_keeper import FireKeeper
from services.collect.rule_files import rule_from_text
from services.collect.rules import RuleRunner
from services.district.year_fire import year as year_fire
from services.domain.alert import Alert, AlertLevel, Condition, Verdict, Visibility
from services.domain.event import Batch, Event
from services.domain.fire import DeviceKind, DeviceState, FireDevice
from services.domain.fire_terms import TERMS, terms_from
from services.domain.fire_watch import recovered, told_of, unanswered, waits, well_again
from services.domain.hydrants import Hydrant, nearest, words
from services.domain.levels import WorkCalendar
from services.sources.community_cameras import normalise_camera_events, normalise_roofs, normalise_states
from services.sources.community_fire import normalise_devices, normalise_reports
from services.sources.community_upstream import Answer
from services.store.store import Store
from tests.scenes.fakes import NOW, alert
from tests.unit.community_demo import START, community, source_of

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
REPORT = {
    "id": 7,
    "lsh": "XF7",
    "sbbh": "YG1",
    "sblb": "1",
    "jcz": None,
    "llz": None,
    "qxj": None,
    "dlbfb": 80,
    "fssj": "20261121143000",
    "sblx": "YG",
    "xqbh": "XQ01",
    "dyxh": 2,
    "azwz": "公共走道",
    "fwbh": "",
    "jd": 121.42,
    "wd": 28.66,
    "dw": "",
    "xqmc": "城市花园",
    "ldmc": "3 幢",
    "zyxk": 0,
}
HYDRANT = {"sbbh": "X1", "azwz": "北门外", "ldmc": None, "jd": 121.4202, "wd": 28.66, "jcz": 0.28}
HYDRANT |= {"zhsj": "20261121142000"}


def reports(*rows: dict[str, Any], xhs: tuple[dict[str, Any], ...] = ()) -> Batch:
    return normalise_reports(Answer({"rows": rows, "xhs": xhs}, "7"), START)


def test_that_an_alarm_names_the_hydrants_near_it_and_an_old_pressure_is_unknown() -> None:
    silent = HYDRANT | {"sbbh": "X2", "azwz": "南门内", "jd": 121.422, "zhsj": "20261119142000"}
    (event,) = reports(REPORT, xhs=(silent, HYDRANT)).events
    assert (event.record.kind, event.record.state, event.record.unit_name) == ("smoke", "alarm", "2 单元")
    assert event.record.hydrants == "北门外 0.28 MPa 20 m；南门内 压力未知 195 m"


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"fssj": "20261399"}, "bad_time"),
        ({"fssj": "20261122143000"}, "future_time"),
        ({"sblx": None}, "unknown_device"),
        ({"xqmc": None}, "unknown_device"),
        ({"sblx": "ZZ"}, "unknown_kind"),
        ({"sblb": "9"}, "unknown_state"),
        ({"dlbfb": 101}, "bad_value"),
        ({"jcz": -0.1}, "bad_value"),
        ({"sblb": "4"}, "bad_value"),
        ({"llz": float("nan")}, "bad_value"),
    ],
)
def test_that_a_report_that_cannot_be_is_refused_and_stops_no_other(changes: dict[str, Any], reason: str) -> None:
    batch = reports(REPORT | changes, REPORT)
    assert ([one.reason for one in batch.refused], len(batch.events)) == ([reason], 1)


def test_that_only_a_hydrant_has_a_permit() -> None:
    hydrant = REPORT | {"sblx": "XHS", "sblb": "4", "jcz": 0.2, "zyxk": 1}
    assert [event.record.works_permit for event in reports(REPORT, hydrant).events] == [None, 1]


def camera(**changes: Any) -> dict[str, Any]:
    row = {"id": 1, "lsh": "S1", "sxtbh": "C1", "xqbh": "XQ01", "ldbh": "XQ0101", "fssj": "20261121143000"}
    row |= {"ztlx": "2", "lxfz": None, "xsd": 0.4, "xqmc": "城市花园", "ldmc": "1 幢"}
    row |= {"wz": "屋面", "mj": 6.0, "ts": 4, "xkbz": None, "scsj": "20261117143000"}
    return row | changes


@pytest.mark.parametrize(
    ("normalise", "changes", "reason"),
    [
        (normalise_states, {"xsd": 1.4}, "bad_value"),
        (normalise_states, {"ztlx": "7"}, "unknown_kind"),
        (normalise_states, {"xqmc": None}, "unknown_camera"),
        (normalise_roofs, {"mj": None}, "bad_value"),
        (normalise_roofs, {"scsj": "20261122143000"}, "future_time"),
        (normalise_roofs, {"xqmc": None}, "unknown_estate"),
    ],
)
def test_that_states_and_roofs_that_cannot_be_are_refused(normalise: Any, changes: Any, reason: str) -> None:
    batch = normalise(Answer({"rows": (camera(**changes), camera())}, "1"), START)
    assert ([one.reason for one in batch.refused], len(batch.events)) == ([reason], 1)


def test_that_a_device_we_cannot_read_stands_as_a_fault_and_an_old_word_as_silence() -> None:
    plain = {"sbbh": "A", "sblx": "YG", "xqbh": "XQ01", "zhsj": "20261121142500", "bjbz": 0, "dlbfb": 80, "bz": ""}
    plain |= {"ldbh": "", "dyxh": None, "azwz": "", "fwbh": "", "jcz": None, "dw": "", "jd": None, "wd": None}
    plain |= {"xqmc": "城市花园", "ldmc": None, "cs": 0}
    rows = (
        plain,
        plain | {"zhsj": "?"},
        plain | {"sblx": "ZZ"},
        plain | {"zhsj": "20261120142500"},
        plain | {"bjbz": 1},
    )
    states = [one.state for one in normalise_devices(Answer({"shebei": rows}), START).states["fire_devices"]]
    assert states == ["normal", "fault", "fault", "silent", "alarm"]


def test_that_the_demo_s_devices_cameras_and_roofs_are_all_taken(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'c.db'}"
    with community(url, residents=2500) as (life, _):
        life.go_on(START + 80 * MINUTE)
        now = START + 80 * MINUTE
        for key in ("community_cameras", "community_camera_states", "community_roofs", "community_fire_reports"):
            source = source_of(url, key, now)
            batch = source.normalise(source.fetch(""), now)
            assert batch.events, key
            assert batch.refused == ()
        falls = [e.record for e in _events(url, now) if e.record.kind == "falling_object" and e.record.track]
        assert {record.looks_like for record in falls} == {"", "bird", "laundry"}
        assert [r.fall_ms2 for r in falls if not r.looks_like] == pytest.approx([9.81, 9.81], rel=0.15)


def _events(url: str, now: datetime) -> Any:
    source = source_of(url, "community_cameras", now)
    return normalise_camera_events(source.fetch(""), now).events


# -- what the collector tells -------------------------------------------------------------------------


def lone(**said: Any) -> Alert:
    plain = alert(3, AlertLevel.ORANGE)
    return replace(plain, rule_id="R-FIR-01", key="R-FIR-01|YG1", raised_at=NOW - 4 * MINUTE, **said)


def test_that_a_lone_alarm_waits_until_somebody_says_what_it_is() -> None:
    assert waits(lone(), NOW, TERMS.confirm)
    assert not waits(lone(), NOW - 2 * MINUTE, TERMS.confirm)
    for answered in (
        {"verdict": Verdict.FALSE_ALARM},
        {"condition": Condition.RTN},
        {"level": AlertLevel.RED},
        {"visibility": Visibility.OUT_OF_SERVICE},
    ):
        assert not waits(lone(**answered), NOW, TERMS.confirm)
    for no_answer in ({"visibility": Visibility.SHELVED}, {"acked_by": "王*"}):
        assert waits(lone(**no_answer), NOW, TERMS.confirm)
    assert not waits(replace(lone(), rule_id="R-FIR-06"), NOW, TERMS.confirm)


def test_that_what_nobody_answered_is_told_of_its_alarm() -> None:
    alarm = reports(REPORT).events[0].record
    told = unanswered(alarm, alarm.at + 3 * MINUTE)
    assert (told.report_id, told.alarm_of, told.state) == ("XF7:unanswered", "XF7", "unanswered")
    assert told.at - alarm.at == 3 * MINUTE


def device(hours: float = 0.1, **said: Any) -> FireDevice:
    plain = FireDevice(
        "YG1", DeviceKind.SMOKE, "XQ01", "城市花园", "3 幢", "", "", DeviceState.NORMAL, NOW - hours * HOUR
    )
    return replace(plain, **said)


def told(one: FireDevice, *asked: str) -> list[tuple[str, float | None, int | None]]:
    return [(r.state, r.silent_h, r.battery_pct) for r in told_of([one], asked, NOW, TERMS)]


def test_that_silence_and_weak_batteries_are_told_and_their_ends() -> None:
    assert told(device(23.9)) == []
    assert told(device(25)) == [("silent", 25.0, None)]
    assert told(device(0.1), "R-FIR-10|YG1") == [("heard", None, None)]
    assert told(device(battery_pct=14)) == [("measured", None, 14)]
    assert told(device(battery_pct=15)) == []
    assert told(device(battery_pct=90), "R-FIR-10B|YG1") == [("measured", None, 90)]
    assert told(device(30, battery_pct=5)) == [("silent", 30.0, None)]
    assert told(device(30, kind=DeviceKind.GAS)) == []


def test_that_a_silence_is_told_under_one_number() -> None:
    first = next(told_of([device(25)], (), NOW, TERMS))
    later = next(told_of([device(25)], (), NOW + 3 * HOUR, TERMS))
    assert (first.report_id, first.at) == (later.report_id, later.at)
    assert later.silent_h == 28.0


def test_that_a_device_no_longer_odd_is_well_again() -> None:
    asked = {"R-FIR-10|YG1", "R-FIR-10B|YG2", "R-FIR-03|X1"}
    assert well_again(asked, {"YG2": device()}) == ("YG1",)
    again = recovered(reports(REPORT).events[0].record, NOW)
    assert (again.state, again.battery_pct) == ("heard", 20)


@pytest.fixture
def smoke(sqlite_store: Store) -> Any:
    """A detector speaks into a store where R-FIR-01 runs; what is said is the alert as it is then."""
    path = Path(__file__).parents[2] / "resources" / "rules" / "R-FIR-01.toml"
    sqlite_store.use_rules(RuleRunner([rule_from_text(path.read_text(encoding="utf-8"), path.name, {})], budget=None))
    alarm = reports(REPORT).events[0].record

    def tell(state: DeviceState, at: datetime) -> Alert:
        record = replace(alarm, report_id=f"{at:%H%M%S}", state=state, at=at)
        event = Event("test", record.report_id, "fire_device", at, record)
        sqlite_store.take(Batch(events=[event]), "test", at)
        (one,) = sqlite_store.snapshot("alerts", at).records
        return one

    return tell


def test_that_a_detector_that_flaps_is_one_matter_that_chatters(smoke: Any) -> None:
    for n in range(12):
        one = smoke(DeviceState.NORMAL if n % 2 else DeviceState.ALARM, NOW + n * MINUTE / 2)
    assert (one.is_open, one.chattering, one.level) == (True, True, AlertLevel.ORANGE)


def test_that_the_keeper_turns_an_unanswered_alarm_red_once_also_after_a_restart(
    smoke: Any, sqlite_store: Store
) -> None:
    smoke(DeviceState.ALARM, NOW)
    for minutes in (1, 2.9, 3, 3.1, 4):
        FireKeeper(sqlite_store, TERMS).tick(NOW + minutes * MINUTE)
        (one,) = sqlite_store.snapshot("alerts", NOW).records
        assert one.level is (AlertLevel.RED if minutes >= 3 else AlertLevel.ORANGE)
    assert one.count == 2


def test_that_a_kitchen_whose_smoke_clears_never_turns_red(smoke: Any, sqlite_store: Store) -> None:
    keeper = FireKeeper(sqlite_store, TERMS)
    smoke(DeviceState.ALARM, NOW)
    keeper.tick(NOW + MINUTE)
    smoke(DeviceState.NORMAL, NOW + 2 * MINUTE)
    keeper.tick(NOW + 10 * MINUTE)
    (one,) = sqlite_store.snapshot("alerts", NOW).records
    assert (one.level, one.is_open) == (AlertLevel.ORANGE, True)


def test_that_the_year_is_the_same_each_time_and_plants_a_case_of_every_rule() -> None:
    year, again = (year_fire(42, NOW, 400) for _ in range(2))
    assert year == again
    rules = {path.stem for path in (Path(__file__).parents[2] / "resources" / "rules").glob("R-[FE][IY]*.toml")}
    assert {one.rule_id for one in year.planted} == rules
    assert year_fire(43, NOW, 400) != year


def test_that_the_terms_are_settings_with_their_limits_said() -> None:
    assert terms_from({"confirm_min": 5}, WorkCalendar()).confirm == 5 * MINUTE
    for table, complaint in (
        ({"confirm": 5}, "不认识的键 community.fire.confirm"),
        ({"confirm_min": 0}, "1 至 60"),
        ({"battery_pct": 12.5}, "须为整数"),
        ({"rectify": "bald"}, "须写作"),
    ):
        with pytest.raises(ValueError, match=complaint):
            terms_from(table, WorkCalendar())


def test_that_the_nearest_hydrants_come_nearest_first() -> None:
    far, near = Hydrant("F", "远", 121.43, 28.66, 0.2), Hydrant("N", "近", 121.4201, 28.66, None)
    found = nearest(121.42, 28.66, [far, near])
    assert [one.id for one, _ in found] == ["N", "F"]
    assert words(found) == "近 压力未知 10 m；远 0.20 MPa 977 m"
    assert words(nearest(121.42, 28.66, ())) == ""
