"""What the collector finds for notices and road texts: results, further findings, answers of the gateways."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from services.collect.channels.shapes import cloud_event, letter
from services.collect.followup import ENDED_WITH, FollowUp
from services.collect.site import SiteError, read_site
from services.domain.alert import Action, Work
from services.domain.event import Batch, Event
from services.domain.followup_terms import TERMS
from services.domain.inspection_notice import State
from services.domain.inspection_texts import Way
from services.domain.levels import Limit
from services.domain.notice import NoticeState, Occasion, Route
from services.domain.passage import Reinspection
from services.domain.reasons import FalseReason, ReturnReason
from services.domain.road_text import DraftText
from services.domain.road_text import State as TextState
from tests.unit.followup_world import PLATE, WANG, WU, World, exhaust


@pytest.fixture
def world(store):
    return World(store)


def look(world) -> None:
    FollowUp(world.store, TERMS).tick(world.now)


def report(world, number: int, *, passed: bool, plate: str = PLATE, before: timedelta = timedelta()) -> None:
    at = world.now - before
    one = Reinspection(f"FJ-{number}", plate, "椒江检测站", at, passed, "")
    world.store.take(Batch(events=[Event("stations", one.result_id, "reinspection", at, one)]), "stations", world.now)


def notice(world):
    return world.store.cases("inspection_notice")[0]


def test_that_a_stations_report_is_found_by_plate_and_written_once(world):
    world.issued()
    world.after(days=9)
    report(world, 1, passed=True, plate="浙J00000")
    report(world, 2, passed=False)
    report(world, 3, passed=True)
    look(world)
    assert notice(world).state is State.FAILED
    look(world)
    look(world)
    assert notice(world).state is State.PASSED
    assert [one.result_id for one in notice(world).inspections] == ["FJ-2", "FJ-3"]
    assert world.alert().work is Work.FEEDBACK


def test_that_an_inspection_before_the_notice_is_none_of_it(world):
    world.issued()
    report(world, 1, passed=True, before=timedelta(days=2))
    look(world)
    assert notice(world).state is State.WAITING


def test_that_a_further_finding_is_linked_whatever_its_rule(world):
    world.issued()
    world.after(days=3)
    first = world.alert_id
    again = world.find(exhaust(rule="R-CKP-02", number=2))
    look(world)
    look(world)
    assert notice(world).further == (again.id,)
    assert again.id in world.alert(first).notes[-1].text


def test_that_a_notice_whose_alert_was_closed_otherwise_is_withdrawn(world):
    world.issued()
    world.do(WU, Action.RETURN, return_reason=ReturnReason.UNCLEAR)
    world.do(WANG, Action.FALSE_ALARM, false_reason=FalseReason.EQUIPMENT)
    look(world)
    assert notice(world).state is State.WAITING
    world.do(WANG, Action.CLOSE)
    look(world)
    assert (notice(world).state, notice(world).reason) == (State.WITHDRAWN, ENDED_WITH)


def settle(world, channel: str, state: NoticeState, answer: str) -> None:
    for told in world.store.outbox.due(channel, world.now, 9):
        world.store.outbox.settle(replace(told, state=state, answer=answer, changed_at=world.now))


def test_that_a_road_text_is_shown_when_the_gateway_says_so_and_not_before(world):
    world.store.use_outbox([Route("sign", (Occasion.ROAD_SIGN,))], world.now)
    said = DraftText(template="jam", words="椒江二桥", place="二桥北", until=world.now + timedelta(hours=1))
    text = world.wish(said)
    look(world)
    assert world.store.cases("road_text")[0] == text
    settle(world, "sign", NoticeState.SENT, "HTTP 200")
    look(world)
    assert (world.store.cases("road_text")[0].state, world.store.cases("road_text")[0].said) == (
        TextState.SHOWN,
        "HTTP 200",
    )


def test_that_a_text_nobody_can_take_says_so(world):
    said = DraftText(template="jam", words="椒江二桥", place="二桥北", until=world.now + timedelta(hours=1))
    world.wish(said)
    look(world)
    failed = world.store.cases("road_text")[0]
    assert (failed.state, failed.said) == (TextState.FAILED, "没有诱导屏渠道")


@pytest.mark.parametrize(
    ("state", "word"), [(NoticeState.SENT, "短信已发 11-23 09:00"), (NoticeState.FAILED, "短信未送达")]
)
def test_that_how_the_owners_message_fared_stands_on_the_notice(world, state, word):
    world.store.use_outbox([Route("sms", (Occasion.OWNER_TOLD,))], world.now)
    world.issued(way=Way.SMS)
    look(world)
    assert notice(world).sending == ""
    settle(world, "sms", state, "x")
    look(world)
    look(world)
    assert notice(world).sending == word


def test_that_the_gateway_reads_the_text_as_it_is_and_no_plate(world):
    world.store.use_outbox([Route("sms", (Occasion.OWNER_TOLD,))], world.now)
    world.issued(way=Way.SMS, phone="13812345678")
    (told,) = world.store.outbox.due("sms", world.now, 9)
    data = cloud_event(told)["data"]
    assert data["text"] == notice(world).text
    assert data["until"].startswith("2026-12-23")
    assert PLATE not in str(cloud_event(told))
    assert "13812345678" not in str(cloud_event(told))
    assert notice(world).text in letter(told)


def test_that_the_site_file_sets_the_deadlines(tmp_path):
    path = tmp_path / "site.toml"
    said = 'name = "某区"\n[followup]\nnotice = "15d"\n[calendar]\nholidays = [2026-11-24]\n'
    path.write_text(said, encoding="utf-8")
    terms = read_site(path).followup
    assert (terms.notice, terms.signed) == (Limit(timedelta(days=15)), "某区")
    assert terms.calendar.holidays
    path.write_text("[followup]\nnotice = 15\n", encoding="utf-8")
    with pytest.raises(SiteError, match=r"followup\.notice 须写作"):
        read_site(path)
