"""Do the demo's story vehicles show each rule of the registers once, at their second, and nothing else?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.collect.registers import Registers
from services.collect.rules import RuleRunner, read_rules
from services.district.part import DistrictSettings, Faults
from services.district.registers import FIRST_OFFENDER_S
from services.district.registers import Registers as DemoRegisters
from services.district.roads import SMOKY, WATCHED, Services
from services.district.roads_story import COACH_AT, register_story
from services.district.roads_traffic import Sighting, story
from services.district.viid_body import vehicle_objects
from services.domain.alert import Alert, AlertLevel
from services.domain.event import Batch, Event
from services.domain.passage import CheckpointPlace
from services.domain.register import KINDS
from services.domain.timebase import SHANGHAI, Timebase
from services.history.backtest import backtest
from services.history.version import read_version
from services.receivers.viid_body import Found
from services.receivers.viid_lookups import Lookups
from services.receivers.viid_record import to_event
from services.sources import checkpoints, registers
from services.store.store import Store

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
START = datetime(2026, 11, 21, 14, 27, tzinfo=SHANGHAI)
SETTINGS = DistrictSettings(timebase=Timebase(start=START))


@pytest.fixture(scope="module")
def rules() -> Sequence[Any]:
    return [rule for rule in read_rules(RULES) if rule.event == "passage" and rule.id.startswith("R-CKP-")]


def places() -> Mapping[str, CheckpointPlace]:
    answer: Any = Services(SETTINGS).checkpoints({})
    return {each.id: each for each in checkpoints.places(answer, START).states["checkpoint_places"]}


def with_registers(store: Store, *gone: str) -> Registers:
    demo = DemoRegisters(DistrictSettings(timebase=_Still(start=START)), START, (SMOKY,), Faults())
    for name in KINDS:
        if name not in gone:
            answer: Any = demo.routes()[f"/registers/{name}"]({})
            store.put_topic(name, registers.read(name, answer, START).states[name], START)
    return Registers(store, _Still(start=START))


class _Still(Timebase):
    __slots__ = ()

    def now(self) -> datetime:
        return self.start


def told(store: Store, rules: Sequence[Any], sightings: Sequence[Sighting], known: Registers) -> list[Alert]:
    """What the sightings raise, each received when it was made."""
    clock = [START]
    store.use_rules(RuleRunner(rules, now=lambda: clock[0]))
    lookups = Lookups(places=places().get, facts=known)
    raised: dict[str, Alert] = {}
    for sighting in sorted(sightings):
        clock[0] = datetime.fromtimestamp(sighting.at_s, SHANGHAI) + timedelta(seconds=1)
        (body,) = vehicle_objects([sighting], 42)
        event = to_event(Found("MotorVehicle", body), clock[0], lookups)
        assert isinstance(event, Event)
        for alert in store.take(Batch(events=[event]), "viid", clock[0]).alerts:
            raised.setdefault(alert.id, alert)
    return list(raised.values())


EXPECTED = {
    "R-CKP-04": (300, AlertLevel.YELLOW, "逾期未检验", "葭沚"),
    "R-CKP-03": (400, AlertLevel.ORANGE, "黑烟车", "三甲"),
    "R-CKP-13": (470, AlertLevel.YELLOW, "渣土车 违规运输", "三甲"),
    "R-CKP-10": (520, AlertLevel.RED, "危化品车 违规通行", "疏港大道口"),
    "R-CKP-09": (640, AlertLevel.YELLOW, "疑似超限 58.4 t", "椒江二桥"),
    "R-CKP-15": (740, AlertLevel.YELLOW, "冷链车 未备案", "台州东站"),
    "R-CKP-18": (890, AlertLevel.YELLOW, "违法未处理 7 起", "市府大道西"),
    "R-CKP-05": (1000, AlertLevel.ORANGE, "报废车上路", "章安"),
    "R-CKP-16": (1110, AlertLevel.ORANGE, "畜禽运输 无检疫证", "甬台温高速口"),
    "R-CKP-17": (1220, AlertLevel.ORANGE, "医废车 偏离路线", "机场路"),
}


def test_that_each_rule_shows_once_at_the_second_of_its_story(sqlite_store: Store, rules: Sequence[Any]) -> None:
    alerts = told(sqlite_store, rules, tuple(register_story(START)), with_registers(sqlite_store))
    shown = {
        a.rule_id: (round((a.occurred_at - START).total_seconds()), a.level, a.title, a.place.split()[0])
        for a in alerts
        if a.rule_id != "R-CKP-12"
    }
    assert shown == EXPECTED
    (coach,) = [a for a in alerts if a.rule_id == "R-CKP-12"]
    assert coach.occurred_at.astimezone(SHANGHAI) == datetime(2026, 11, 22, tzinfo=SHANGHAI) + COACH_AT
    assert len(alerts) == len(EXPECTED) + 1


def test_that_a_back_test_finds_the_same_though_the_registers_are_gone_since(
    store: Store, rules: Sequence[Any]
) -> None:
    alerts = told(store, rules, tuple(register_story(START)), with_registers(store))
    for name in KINDS:
        store.put_topic(name, [], START)
    since, until = START - timedelta(hours=1), START + timedelta(days=1)
    for rule_id in ("R-CKP-09", "R-CKP-10", "R-CKP-13", "R-CKP-23R"):
        text = (RULES / f"{rule_id}.toml").read_text(encoding="utf-8")
        found = backtest(read_version(text, f"{rule_id}.toml"), store, since, until, now=until, scans=None)
        online = sum(alert.rule_id == rule_id for alert in alerts)
        assert (found.alerts_after, found.differing) == (online, 0), rule_id


def test_that_an_alert_of_a_checkpoint_stands_in_its_street(sqlite_store: Store, rules: Sequence[Any]) -> None:
    alerts = told(sqlite_store, rules, tuple(register_story(START))[:2], with_registers(sqlite_store))
    assert [(a.rule_id, a.grid_code) for a in alerts] == [("R-CKP-04", "331002003")]


def test_that_without_its_register_a_rule_says_nothing_and_the_others_go_on(
    sqlite_store: Store, rules: Sequence[Any]
) -> None:
    gone = ("hazmat_permits", "inspection_register", "clinical_waste_manifests")
    alerts = told(sqlite_store, rules, tuple(register_story(START)), with_registers(sqlite_store, *gone))
    assert {a.rule_id for a in alerts} == {*EXPECTED, "R-CKP-12"} - {"R-CKP-10", "R-CKP-04", "R-CKP-17"}


def test_that_without_the_register_of_vehicles_no_permit_is_demanded_of_anybody(
    sqlite_store: Store, rules: Sequence[Any]
) -> None:
    alerts = told(sqlite_store, rules, tuple(register_story(START)), with_registers(sqlite_store, "vehicle_register"))
    assert {a.rule_id for a in alerts} == {"R-CKP-03", "R-CKP-04", "R-CKP-05", "R-CKP-09", "R-CKP-18"}


def test_that_what_the_first_stories_see_is_as_before(sqlite_store: Store, rules: Sequence[Any]) -> None:
    first = [s for s in story(START, WATCHED, SMOKY) if s.at_s < START.timestamp() + 250]
    alerts = told(sqlite_store, rules, first, with_registers(sqlite_store))
    assert {a.rule_id for a in alerts} == {"R-CKP-01"}
    assert min(s.at_s for s in register_story(START)) >= START.timestamp() + 250


def test_that_the_other_car_under_one_plate_differs_from_its_register_twice(sqlite_store: Store) -> None:
    known = with_registers(sqlite_store)
    lookups = Lookups(places=places().get, facts=known)
    own, other = (
        to_event(Found("MotorVehicle", vehicle_objects([s], 42)[0]), START + timedelta(hours=1), lookups)
        for s in story(START, WATCHED, SMOKY)[-2:]
    )
    assert isinstance(own, Event)
    assert isinstance(other, Event)
    assert (own.record.mismatches, other.record.mismatches) == (0, 2)


def test_that_the_fleets_own_offenders_are_few_and_leave_the_first_twenty_minutes_to_the_stories() -> None:
    demo = DemoRegisters(SETTINGS, START, (SMOKY,), Faults())
    offenders = [*demo._offenders()]
    assert len({v.plate for v in offenders}) == 5
    assert FIRST_OFFENDER_S >= 20 * 60
