"""Do departments' lists come in as registers with their own age, and bad lines without taking the good ones along?"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.collect.poller import Poller
from services.collect.registers import Registers, RegisterTally, limits
from services.collect.rules import read_rules
from services.collect.site import Site, SiteError
from services.district.http import HttpPart
from services.district.part import DistrictSettings, Fault, Faults
from services.district.registers import DRAWN_UP, RESULT_AFTER
from services.district.registers import Registers as DemoRegisters
from services.district.roads import SMOKY, began
from services.domain.event import Batch
from services.domain.passage import Passage, Reinspection
from services.domain.register import KINDS, STALE_AFTER, OffenceLine, OffenceRegister, PermitLine
from services.domain.timebase import SHANGHAI, Timebase
from services.sources import registers as sources
from services.store import codec, states
from services.store.errors import StoreError
from services.store.store import Store

RULES = Path(__file__).resolve().parents[2] / "resources" / "rules"
NOW = datetime(2026, 11, 21, 6, 27, tzinfo=UTC)
AS_OF = "2026-11-21T12:00:00+08:00"


class At(Timebase):
    """A clock that stands still until it is moved."""

    __slots__ = ()

    def now(self) -> datetime:
        return self.start


def demo(now: datetime = NOW, faults: Faults | None = None) -> DemoRegisters:
    settings = DistrictSettings(timebase=At(start=now))
    return DemoRegisters(settings, began(Timebase(start=NOW)), (SMOKY,), faults or Faults())


def asked(registers: DemoRegisters, path: str, **query: str) -> Any:
    """As it comes over the wire."""
    return json.loads(json.dumps(registers.routes()[path](query)))


def offences(*entries: object, **more: object) -> dict[str, object]:
    return {"register": "offence_register", "as_of": AS_OF, "entries": list(entries), **more}


def good(count: int) -> list[dict[str, object]]:
    return [{"plate": f"浙J{n:05d}", "open": n % 4} for n in range(count)]


# ------------------------------------------------------------------------------------------- reading


@pytest.mark.parametrize("name", KINDS)
def test_that_each_demo_register_is_read_without_a_line_refused(name: str) -> None:
    batch = sources.read(name, asked(demo(), f"/registers/{name}"), NOW)
    (register,) = batch.states[name]
    assert isinstance(register, KINDS[name].record)
    assert not batch.refused
    assert register.as_of == datetime(2026, 11, 21, 12, tzinfo=SHANGHAI)
    assert batch.cursor == AS_OF


def test_that_a_register_that_did_not_change_is_not_sent_again_and_keeps_what_we_hold() -> None:
    answer = asked(demo(), "/registers/offence_register", since=AS_OF)
    assert answer["unchanged"] is True
    assert sources.read("offence_register", answer, NOW) == Batch(cursor=AS_OF)


def test_that_a_bad_line_is_kept_apart_and_its_vehicle_becomes_unknown() -> None:
    bad = [{"plate": "浙J99999", "open": "many"}, {"open": 3}, "no entry", {"plate": "浙J99998", "open": -1}]
    batch = sources.read("offence_register", offences(*good(60), *bad), NOW)
    (register,) = batch.states["offence_register"]
    assert len(register.lines) == 60
    assert register.unread == ("浙J99999", "浙J99998")
    assert [each.reason for each in batch.refused] == ["bad_register_entry"] * 4
    assert json.loads(batch.refused[0].raw) == bad[0]


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (offences(*good(5), {"open": 1}), "整册不采用"),
        (offences(register="scrapped_register"), "应为 offence_register"),
        (offences(as_of="2026-11-21T15:00:00+08:00"), "晚于现在"),
        (offences(covers=["浙J1"]), "covers"),
        (offences(covers="浙J"), "covers"),
        (offences(entries={"plate": "浙J1"}), "须为一张表"),
        ([], "应答不是一个对象"),
        (offences(as_of="yesterday"), "时刻读不懂"),
    ],
)
def test_that_an_answer_that_cannot_be_believed_is_refused_whole(answer: dict[str, object], why: str) -> None:
    with pytest.raises(ValueError, match=why):
        sources.read("offence_register", answer, NOW)


def test_that_plates_and_colours_are_spelled_as_passages_spell_them_and_times_are_of_shanghai() -> None:
    answer = {
        "register": "vehicle_register",
        "as_of": AS_OF,
        "entries": [{"plate": "浙j·12345", "class": "k33", "colour": "2", "use": "货运"}],
    }
    (register,) = sources.read("vehicle_register", answer, NOW).states["vehicle_register"]
    (line,) = register.lines
    assert (line.plate_no, line.vehicle_class, line.colour, line.brand) == ("浙J12345", "K33", "白", "")
    day = {"plate": "浙J1", "valid_until": "2026-10-10"}
    answer = {"register": "inspection_register", "as_of": AS_OF, "entries": [day]}
    (register,) = sources.read("inspection_register", answer, NOW).states["inspection_register"]
    assert register.lines[0].valid_until == datetime(2026, 10, 9, 16, tzinfo=UTC)


@pytest.mark.parametrize(
    "wrong", [{"hours": [6]}, {"hours": [6, 25]}, {"hours": [6, 6]}, {"valid_until": "2026-01-01"}]
)
def test_that_a_permit_that_makes_no_sense_is_unread_and_not_missing(wrong: dict[str, object]) -> None:
    whole = {"plate": "浙J2", "valid_from": "2026-11-01", "valid_until": "2027-11-01"}
    entries = [whole] * 20 + [{**whole, "plate": "浙J1", **wrong}]
    answer = {"register": "muck_permits", "as_of": AS_OF, "entries": entries}
    batch = sources.read("muck_permits", answer, NOW)
    (register,) = batch.states["muck_permits"]
    assert register.unread == ("浙J1",)
    assert len(batch.refused) == 1


SCALARS = st.none() | st.booleans() | st.integers(-9, 99) | st.floats() | st.text(max_size=9) | st.just("\ud800")
WORDS = st.sampled_from(["plate", "use", "open", "since", "valid_from", "valid_until", "route", "hours", "number"])
WHOLE: dict[str, object] = {
    "plate": "浙J2",
    "use": "货运",
    "open": 1,
    "since": "2026-01-01",
    "hours": [6, 22],
    "route": ["1"],
    "valid_from": "2026-11-01",
    "valid_until": "2027-11-01",
}


@settings(max_examples=120, deadline=None)
@given(st.sampled_from(list(KINDS)), st.dictionaries(WORDS, SCALARS | st.lists(SCALARS, max_size=3), max_size=5))
def test_that_any_entry_is_a_line_that_can_be_stored_or_is_refused_and_counted(
    name: str, broken: dict[str, object]
) -> None:
    entries = [WHOLE] * 12 + [{**WHOLE, **broken}]
    batch = sources.read(name, {"register": name, "as_of": AS_OF, "entries": entries}, NOW)
    (register,) = batch.states[name]
    assert len(register.lines) + len(batch.refused) == len(entries)
    assert len(batch.refused) <= 1
    assert codec.decode(KINDS[name].record, codec.encode(register)) == register


def test_that_the_truck_of_the_story_passes_its_second_inspection_and_is_told_once() -> None:
    before = sources.results(asked(demo(NOW + RESULT_AFTER / 2), "/reinspections"), NOW)
    assert not before.events
    after = sources.results(asked(demo(NOW + RESULT_AFTER), "/reinspections"), NOW)
    (event,) = after.events
    assert isinstance(event.record, Reinspection)
    assert (event.kind, event.record.plate_no, event.record.passed) == ("reinspection", SMOKY.plate, True)
    assert event.occurred_at == NOW + RESULT_AFTER
    again = sources.results(asked(demo(NOW + RESULT_AFTER), "/reinspections", since=after.cursor), NOW)
    assert not again.events
    assert again.cursor == after.cursor


def test_that_a_result_that_says_neither_yes_nor_no_is_kept_apart() -> None:
    bad = {"id": "1", "plate": "浙J1", "inspected_at": AS_OF, "passed": "maybe"}
    batch = sources.results({"since": "0", "results": [bad]}, NOW)
    assert ([r.reason for r in batch.refused], batch.cursor) == (["bad_result"], "0")


def test_that_a_site_without_registers_has_none_of_their_sources() -> None:
    assert sources.sources(Site()) == ()
    made = sources.sources(Site(sources={"registers": {"url": "http://127.0.0.1:9/"}}))
    assert [source.key for source in made] == [*KINDS, "reinspections"]
    assert made[0].topics == ("vehicle_register",)


def test_that_an_unchanged_register_is_asked_for_and_not_written_again(sqlite_store: Store) -> None:
    faults = Faults()
    part = HttpPart("checkpoints", "127.0.0.1", 0, demo(faults=faults).routes(), faults)
    part.start()
    try:
        site = Site(sources={"registers": {"url": f"http://127.0.0.1:{part.port}"}})
        made = {source.key: source for source in sources.sources(site)}
        poller = Poller(sqlite_store, At(start=NOW))
        poller.poll(made["offence_register"])
        (first,) = sqlite_store.snapshot("offence_register", NOW).records
        assert sqlite_store.cursor("offence_register") == AS_OF
        before = content(sqlite_store)
        poller.poll(made["offence_register"])
        assert content(sqlite_store) == before
        faults.switch("checkpoints", Fault.LATE)  # an older list is a list: its age tells
        poller.poll(made["offence_register"])
        (second,) = sqlite_store.snapshot("offence_register", NOW).records
        assert first.as_of - second.as_of == timedelta(days=5)
        assert first.lines == second.lines
    finally:
        part.stop()


def content(store: Store) -> int:
    with store.read() as connection:
        held = states.holding(connection, "offence_register")
    assert held is not None
    return held.content


# ----------------------------------------------------------------------------------------- collecting


def register(count: int, age: timedelta, now: datetime = NOW) -> OffenceRegister:
    return OffenceRegister("offence_register", now - age, lines=(OffenceLine("浙J9P31X", count),))


def seen(plate: str = "浙J9P31X") -> Passage:
    return Passage("1", "c", "d", NOW, plate_no=plate)


def test_that_a_new_register_is_taken_over_at_the_next_look(store: Store) -> None:
    store.put_topic("offence_register", [register(7, timedelta(hours=1))], NOW)
    known = Registers(store, At(start=NOW))
    assert known(seen()) == {"open_offences": 7}
    assert known(seen("浙J8T56K")) == {"open_offences": 0}
    store.put_topic("offence_register", [register(2, timedelta(0))], NOW)
    assert known(seen())["open_offences"] == 7
    known.tick(NOW)
    assert known(seen())["open_offences"] == 2


def test_that_a_register_nobody_renews_falls_silent_by_itself(sqlite_store: Store) -> None:
    sqlite_store.put_topic("offence_register", [register(7, timedelta(hours=1))], NOW)
    known = Registers(sqlite_store, At(start=NOW), {**STALE_AFTER, "offence_register": timedelta(hours=2)})
    known.tick(NOW + timedelta(hours=1))
    assert known(seen())["open_offences"] == 7
    known.tick(NOW + timedelta(hours=1, seconds=1))
    assert known(seen()) == {}
    assert known(seen("浙J8T56K")) == {}


def test_that_a_store_that_does_not_answer_leaves_what_was_known(sqlite_store: Store, monkeypatch: Any) -> None:
    sqlite_store.put_topic("offence_register", [register(7, timedelta(hours=1))], NOW)
    known = Registers(sqlite_store, At(start=NOW))

    def broken() -> Any:
        raise StoreError("gone")

    monkeypatch.setattr(sqlite_store, "read", broken)
    with pytest.raises(StoreError):
        known.tick(NOW)
    assert known(seen())["open_offences"] == 7


def test_that_the_topic_of_registers_names_the_shipped_rules_a_late_one_holds(sqlite_store: Store) -> None:
    class Active:
        rules = read_rules(RULES)

    for name in KINDS:
        fresh = sources.read(name, asked(demo(), f"/registers/{name}"), NOW).states[name]
        sqlite_store.put_topic(name, fresh, NOW)
    known = Registers(sqlite_store, At(start=NOW))
    (told,) = RegisterTally(known, Active()).summary.make(sqlite_store, NOW).values()
    assert [each.id for each in told] == list(KINDS)
    assert not any(each.stale or each.held_rules for each in told)
    late = {each.id: set(each.held_rules) for each in RegisterTally(known, Active()).records(NOW + timedelta(days=9))}
    assert late["offence_register"] >= {"R-CKP-18", "R-CKP-23R"}
    assert late["hazmat_permits"] >= {"R-CKP-10", "R-CKP-23R"}
    assert "R-CKP-13" not in late["hazmat_permits"]
    assert late["muck_permits"] >= {"R-CKP-13"}
    assert late["vehicle_register"] >= {"R-CKP-06"}  # a column of its detection
    assert "R-CKP-01" not in set().union(*late.values())


def test_that_a_demo_register_is_drawn_up_every_six_hours_and_five_days_old_with_the_fault() -> None:
    faults = Faults()
    evening = demo(NOW + timedelta(hours=5), faults)
    assert evening.as_of() == datetime(2026, 11, 21, 18, tzinfo=SHANGHAI)
    faults.switch("checkpoints", Fault.LATE)
    assert evening.as_of() == datetime(2026, 11, 16, 18, tzinfo=SHANGHAI)
    shortest = min(STALE_AFTER.values())
    assert shortest > 2 * DRAWN_UP


@pytest.mark.parametrize(
    ("wanted", "why"),
    [
        ({"permits": 3}, "不认识的登记册"),
        ({"offence_register": 0}, "小时数"),
        ({"offence_register": True}, "小时数"),
        (3, "一张表"),
    ],
)
def test_that_a_wrong_limit_of_a_site_is_refused_with_its_key(wanted: object, why: str) -> None:
    site = replace(Site(), sources={"registers": {"url": "", "stale_after_h": wanted}})
    with pytest.raises(SiteError, match=why):
        limits(site)


def test_that_a_site_may_set_how_old_a_register_may_be() -> None:
    site = Site(sources={"registers": {"url": "", "stale_after_h": {"offence_register": 6.5}}})
    assert limits(site) == {**STALE_AFTER, "offence_register": timedelta(hours=6.5)}


def test_that_a_permit_that_begins_at_noon_holds_from_noon() -> None:
    permit = PermitLine("浙J1", "", NOW, NOW + timedelta(hours=1))
    assert [permit.holds_at(NOW + timedelta(minutes=m)) for m in (-1, 0, 59, 60)] == [False, True, True, False]
