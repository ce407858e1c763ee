"""Streams: wishes decided, deeds logged, cases folded; the same laws as for alerts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, text, update

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World, kind_of
from services.domain.happening import Due
from services.domain.officer import Officer, Role
from services.store import streams
from services.store.errors import StoreError
from services.store.schema import case_event, casework

NOON = datetime(2026, 11, 21, 4, 0, tzinfo=UTC)
WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)


@dataclass(frozen=True, slots=True)
class Opened:
    what: str
    due_at: datetime


@dataclass(frozen=True, slots=True)
class WentLate:
    pass


@dataclass(frozen=True, slots=True)
class Done:
    pass


@dataclass(frozen=True, slots=True)
class Errand:
    id: str
    version: int
    what: str
    due_at: datetime
    late: bool = False
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class Open(Wish):
    what: str


@dataclass(frozen=True, slots=True)
class Finish(Wish):
    pass


@dataclass(frozen=True, slots=True)
class PassOn(Wish):
    pass


def decide(errand: Errand | None, wish: Any, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, Open):
        if any(other.what == wish.what for other in world.cases("errand")):
            raise Refused("已有同样的差事")
        return (Said(Opened(wish.what, at + timedelta(minutes=5))),)
    if officer.role is not Role.SHIFT_LEAD:
        raise Refused("须值班长")
    if isinstance(wish, PassOn):
        return (Said(Done()), Said(Opened("接着办", at), stream="errand"))
    return (Said(Done()),)


def evolve(errand: Errand | None, deed: Deed) -> Errand:
    if errand is None:
        return Errand(deed.case_id, deed.version, deed.fact.what, deed.fact.due_at)
    if isinstance(deed.fact, WentLate):
        return replace(errand, version=deed.version, late=True)
    return replace(errand, version=deed.version, is_open=False)


def due(errand: Errand) -> Sequence[Due]:
    return (Due("late", errand.due_at),) if errand.is_open and not errand.late else ()


ERRAND = Stream(
    "errand", "CS", Errand, (Opened, WentLate, Done), (Open, Finish, PassOn), decide, evolve, "errands", due,
    lambda _case, _what, _at: (Said(WentLate()),),
)  # fmt: skip


@pytest.fixture(autouse=True)
def _registered(monkeypatch):
    monkeypatch.setitem(streams.STREAMS, "errand", ERRAND)
    monkeypatch.setitem(streams.OF_TOPIC, "errands", ERRAND)
    for wish in ERRAND.wishes:
        monkeypatch.setitem(streams.OF_WISH, wish, ERRAND)
    for fact in ERRAND.facts:
        monkeypatch.setitem(streams.FACTS, ("errand", kind_of(fact)), fact)
    from services.domain import topics

    monkeypatch.setitem(topics.TOPICS, "errands", Errand)


def test_that_a_wish_makes_a_case_and_a_deed(store):
    outcome = store.perform(Open("取钥匙"), WANG, NOON)
    assert outcome.done and outcome.case == Errand("CS-261121-001", 1, "取钥匙", NOON + timedelta(minutes=5))
    assert store.cases("errand") == (outcome.case,)
    (deed,) = store.deeds(outcome.case.id)
    assert (deed.kind, deed.officer_name, deed.fact.what) == ("opened", "王海涛", "取钥匙")
    assert store.snapshot("errands", NOON).records == (outcome.case,)
    assert "errands" in store.changes_since(0)[1]


def test_that_a_decision_sees_the_other_cases(store):
    store.perform(Open("取钥匙"), WANG, NOON)
    assert store.perform(Open("取钥匙"), WANG, NOON).refusal == "已有同样的差事"
    assert len(store.cases("errand")) == 1


def test_that_a_role_is_refused_and_nothing_is_written(store):
    case = store.perform(Open("取钥匙"), WANG, NOON).case
    assert store.perform(Finish(case_id=case.id, expected_version=1), WANG, NOON).refusal == "须值班长"
    assert store.chain_head().seq == 1


def test_that_a_stale_version_is_told_who_was_first(store):
    case = store.perform(Open("取钥匙"), WANG, NOON).case
    finish = Finish(case_id=case.id, expected_version=1)
    assert store.perform(finish, LI, NOON).done
    assert store.perform(finish, LI, NOON).refusal == "李*已先更新，请看最新"
    assert store.perform(Finish(case_id="CS-0"), LI, NOON).refusal == "没有编号为 CS-0 的记录"


def test_that_a_fact_of_a_named_stream_begins_a_case_of_its_own(store):
    first = store.perform(Open("取钥匙"), WANG, NOON).case
    after = store.perform(PassOn(case_id=first.id, expected_version=1), LI, NOON).case
    assert (after.id, after.is_open) == (first.id, False)
    assert [(case.what, case.is_open) for case in store.cases("errand")] == [("取钥匙", False), ("接着办", True)]


def test_that_a_deadline_happens_once_and_survives_a_rebuild(store):
    case = store.perform(Open("取钥匙"), WANG, NOON).case
    store.rebuild()
    for minutes in (4, 6, 7):
        store.expire(NOON + timedelta(minutes=minutes))
    assert [deed.kind for deed in store.deeds(case.id)] == ["opened", "went_late"]
    before = store.cases("errand")
    store.rebuild()
    assert store.cases("errand") == before and before[0].late


def test_that_a_case_that_cannot_be_read_stops_no_others_clock(store):
    broken, sound = (store.perform(Open(what), WANG, NOON).case for what in ("取钥匙", "送文件"))
    with store._gate.turn(), store._gate.writing() as connection:
        connection.execute(update(casework).where(casework.c.case_id == broken.id).values(body='{"id": 1}'))
    store.expire(NOON + timedelta(minutes=6))
    assert [deed.kind for deed in store.deeds(sound.id)] == ["opened", "went_late"]
    assert [deed.kind for deed in store.deeds(broken.id)] == ["opened"]


def test_that_a_closed_case_leaves_its_topic_after_a_day(store):
    case = store.perform(Open("取钥匙"), WANG, NOON).case
    store.perform(Finish(case_id=case.id, expected_version=1), LI, NOON)
    assert len(store.snapshot("errands", NOON + timedelta(hours=23)).records) == 1
    assert store.snapshot("errands", NOON + timedelta(hours=25)).records == ()
    assert len(store.cases("errand")) == 1


@pytest.mark.parametrize("statement", [update(case_event).values(officer="x"), delete(case_event)])
def test_that_the_database_refuses_to_change_the_log(store, statement):
    store.perform(Open("取钥匙"), WANG, NOON)
    with pytest.raises(StoreError), store._gate.writing() as connection:
        connection.execute(statement)
    assert store.verify_chain() is None


def test_that_postgresql_refuses_to_truncate_the_log(store):
    with store.read() as connection:
        if connection.dialect.name == "sqlite":
            return
    with pytest.raises(StoreError), store._gate.writing() as connection:
        connection.execute(text("TRUNCATE case_event"))


def test_that_the_seal_names_how_it_was_made(store):
    store.perform(Open("取钥匙"), WANG, NOON)
    assert store.chain_head().hash.startswith("sm3:")
