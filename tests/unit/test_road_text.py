"""诱导: what may stand on a sign, who approves it, where it goes and when it is over."""

from __future__ import annotations

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.domain.notice import Occasion, Route
from services.domain.officer import ENGINE
from services.domain.plate import PROVINCES
from services.domain.road_text import (
    TEMPLATES,
    ApproveText,
    DraftText,
    Kind,
    NoteShown,
    RejectText,
    SendAgain,
    State,
    WithdrawText,
    unfit,
)
from tests.unit.followup_world import HU, LI, WANG, WU, World

ROUTES = [
    Route("sign", (Occasion.ROAD_SIGN, Occasion.ROAD_SIGN_CLEARED), expires=timedelta(minutes=10)),
    Route("sms", (Occasion.ROAD_SMS,)),
]


@pytest.fixture
def world(sqlite_store):
    sqlite_store.use_outbox(ROUTES, World(sqlite_store).now)
    return World(sqlite_store)


def draft(world, template="jam", words="椒江二桥北向", **said):
    until = said.pop("until", world.now + timedelta(hours=2))
    return DraftText(template=template, words=words, place="椒江二桥北", until=until, **said)


def about(text):
    return {"case_id": text.id, "expected_version": text.version}


def due(world, channel):
    return [(one.occasion, one.news.words) for one in world.store.outbox.due(channel, world.now, 9)]


def test_that_a_plain_text_goes_out_at_once(world):
    text = world.wish(draft(world))
    assert (text.state, text.text) == (State.QUEUED, "椒江二桥北向拥堵 请绕行")
    assert due(world, "sign") == [(Occasion.ROAD_SIGN, text.text)]


@pytest.mark.parametrize(("template", "word"), [("truck", "货车"), ("closed", "封闭"), ("sms_closed", "封闭")])
def test_that_a_closure_or_a_kind_of_vehicle_waits_for_a_second_officer(world, template, word):
    text = world.wish(draft(world, template))
    assert (text.state, text.needs_second) == (State.DRAFTED, word)
    assert due(world, "sign") == due(world, "sms") == []
    assert world.refused(ApproveText(**about(text)), WANG) == "须由另一人批准"
    text = world.wish(ApproveText(**about(text)), LI)
    assert (text.state, text.approved_by) == (State.QUEUED, "李*")
    assert len(due(world, "sign") + due(world, "sms")) == 1


def test_that_a_text_that_is_not_approved_goes_nowhere(world):
    text = world.wish(draft(world, "closed"))
    assert world.refused(RejectText(**about(text), reason=""), LI) == "请写明不批准的原因"
    assert world.wish(RejectText(**about(text), reason="未接到通知"), LI).state is State.REJECTED
    world.after(hours=3)
    assert due(world, "sign") == []


@settings(max_examples=40)
@given(
    province=st.sampled_from(PROVINCES),
    letter=st.sampled_from("ABCJK"),
    serial=st.text("ABCDEFGHJKLMNPQRSTUVWXYZ0123456789", min_size=5, max_size=6),
    gap=st.sampled_from(["", "·", " ", "•"]),
    kind=st.sampled_from(list(Kind)),
)
def test_that_no_text_holds_a_plate(province, letter, serial, gap, kind):
    assert unfit(f"请{province}{letter}{gap}{serial}靠边停车", kind, 140) == "不得出现号牌、证件或电话号码"


@pytest.mark.parametrize("words", ["致电13812345678", "332601199001011234 持有人", "浙J·8T56K 停车"])
def test_that_whoever_writes_a_person_or_vehicle_on_a_sign_is_refused(world, words):
    assert world.refused(draft(world, "free", words)) == "不得出现号牌、证件或电话号码"
    assert world.refused(draft(world, "free", words), LI) == "不得出现号牌、证件或电话号码"


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"template": "nothing"}, "选择模板"),
        ({"words": " "}, "填写路段"),
        ({"words": "长" * 60}, "诱导屏最多 32 字"),
        ({"words": "a\x07b"}, "内容含有不能显示的字符"),
        ({"until": "past"}, "截止须晚于现在"),
        ({"until": "far"}, "最长发布 24 小时"),
    ],
)
def test_that_a_text_that_cannot_stand_says_why(world, said, why):
    moments = {"past": world.now, "far": world.now + timedelta(hours=25)}
    if "until" in said:
        said = {"until": moments[said["until"]]}
    assert world.refused(draft(world, **said)).startswith(why)


def test_that_departments_neither_write_nor_read_road_texts(world):
    assert world.refused(draft(world), WU) == "须值班员"
    world.wish(draft(world))
    assert world.store.snapshot("road_texts", world.now, HU).records == ()


def test_that_what_the_gateway_said_is_noted_by_the_system_only(world):
    text = world.wish(draft(world))
    noted = NoteShown(**about(text), shown=False, answer="HTTP 503")
    assert world.refused(noted, WANG) == "由系统记录"
    text = world.wish(noted, ENGINE)
    assert (text.state, text.said) == (State.FAILED, "HTTP 503")
    text = world.wish(SendAgain(**about(text)))
    assert text.state is State.QUEUED
    assert len(due(world, "sign")) == 2
    assert world.wish(NoteShown(**about(text), shown=True, answer="HTTP 200"), ENGINE).state is State.SHOWN


def test_that_a_sign_goes_dark_when_its_text_is_over_or_withdrawn(world):
    text = world.wish(draft(world))
    text = world.wish(NoteShown(**about(text), shown=True, answer="HTTP 200"), ENGINE)
    told = world.store.outbox.due("sign", world.now, 1)[0]
    world.after(hours=3)
    text = world.store.cases("road_text")[0]
    assert text.state is State.OVER
    assert (Occasion.ROAD_SIGN_CLEARED, "") in due(world, "sign")
    assert world.store.outbox.why_not(told) == "已结束"
    other = world.wish(draft(world, until=world.now + timedelta(hours=1)))
    assert world.wish(WithdrawText(**about(other))).state is State.WITHDRAWN
    assert due(world, "sign").count((Occasion.ROAD_SIGN_CLEARED, "")) == 2


def test_that_a_message_that_was_sent_is_not_cleared(world):
    text = world.wish(draft(world, "sms_jam"))
    world.wish(WithdrawText(**about(text)))
    assert [occasion for occasion, _ in due(world, "sms")] == [Occasion.ROAD_SMS]


def test_that_every_template_can_stand():
    for template in TEMPLATES:
        longest = 32 if template.kind is Kind.SIGN else 140
        assert unfit(template.text.replace("{}", "椒江二桥北向"), template.kind, longest) == ""
