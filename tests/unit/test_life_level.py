"""The level: the engine only raises it, a shift lead sets it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from services.domain.alert import Ack, Action, AlertLevel, Visibility, Work
from services.domain.clocks import tightened
from services.domain.levels import LIMITS
from services.domain.life import dues, evolve, expiring, refusals, suppressing
from services.domain.reasons import ReturnReason
from tests.unit.alert_life import AT, DUTY, LEAD, LIAISON, after, at_work, due, found, minutes, raised, why_not

BLUE, YELLOW, ORANGE, RED = AlertLevel


def test_that_a_level_is_set_by_a_shift_lead_with_a_reason() -> None:
    alert = raised()
    assert refusals(alert, DUTY)[Action.RELEVEL] == "须值班长"
    assert why_not(alert, Action.RELEVEL, LEAD, text="x") == "选择级别"
    assert why_not(alert, Action.RELEVEL, LEAD, text="x", level=YELLOW) == "已是黄色"
    assert why_not(alert, Action.RELEVEL, LEAD, level=RED) == "填写调级原因"
    risen = after(alert, Action.RELEVEL, LEAD, text="涉及儿童", level=RED)
    assert (risen.level, risen.notes[-1].text) == (RED, "调级：黄色→红色，涉及儿童")


def test_that_a_level_set_by_hand_sets_the_clocks_and_the_ladder_of_an_unsigned_alert() -> None:
    at = AT + minutes(4)
    risen = after(raised(), Action.RELEVEL, LEAD, at=at, text="x", level=RED)
    assert {d.what: d.due_at - at for d in dues(risen)} == {
        "ack": minutes(1),
        "dispatch": minutes(3),
        "close": minutes(240),
        "tell:shift_lead": minutes(1),
        "tell:dept_liaison": minutes(2),
        "tell:duty_leader": minutes(3),
    }
    fallen = after(risen, Action.RELEVEL, LEAD, at=at, text="x", level=BLUE)
    assert {d.what for d in dues(fallen)} == {"ack", "dispatch", "close"}
    assert due(fallen, "ack") == at + minutes(30)


def test_that_a_lower_level_gives_the_time_it_would_have_had_from_the_start() -> None:
    signed = after(raised(ORANGE), Action.SIGN)
    fallen = after(signed, Action.RELEVEL, LEAD, at=AT + minutes(60), text="x", level=YELLOW)
    assert due(fallen, "close") == due(raised(YELLOW), "close")
    assert due(fallen, "dispatch") == AT + minutes(30)
    assert fallen.acked_until == AT + minutes(60) + minutes(12 * 60)


def test_that_a_clock_that_passed_may_pass_again_only_when_it_has_time_again() -> None:
    alert = after(raised(ORANGE), Action.SIGN)
    late = expiring(alert, "dispatch", AT + minutes(10))
    assert late is not None
    alert = evolve(alert, late)
    still = after(alert, Action.RELEVEL, LEAD, at=AT + minutes(40), text="x", level=YELLOW)
    assert "dispatch" not in {d.what for d in dues(still)}
    again = after(alert, Action.RELEVEL, LEAD, at=AT + minutes(20), text="x", level=YELLOW)
    assert due(again, "dispatch") == AT + minutes(30)


def test_that_a_rise_by_hand_keeps_the_signature_but_shows_what_was_hidden() -> None:
    signed = after(raised(), Action.SIGN)
    hidden = suppressing(signed, "停电", AT)
    assert hidden is not None
    risen = after(evolve(signed, hidden), Action.RELEVEL, LEAD, text="x", level=RED)
    assert (risen.ack, risen.visibility, risen.suppressed_by) == (Ack.ACKED, Visibility.VISIBLE, "")


def test_that_a_level_set_by_hand_holds_against_what_was_known() -> None:
    lowered = after(raised(RED), Action.RELEVEL, LEAD, text="已派人看护", level=BLUE)
    same = found(lowered, RED)
    assert (same.level, same.count, same.worst_found) == (BLUE, 2, RED)
    raised_by_hand = after(raised(BLUE), Action.RELEVEL, LEAD, text="x", level=RED)
    found_orange = found(raised_by_hand, ORANGE)
    assert (found_orange.level, found_orange.worst_found) == (RED, ORANGE)


def test_that_the_engine_raises_above_a_level_set_by_hand_when_it_finds_worse_than_ever() -> None:
    lowered = after(after(raised(YELLOW), Action.SIGN), Action.RELEVEL, LEAD, text="x", level=BLUE)
    worse = found(lowered, ORANGE)
    assert (worse.level, worse.ack) == (ORANGE, Ack.UNACK)


def test_that_a_level_may_be_set_while_the_work_is_suspended() -> None:
    paused = after(at_work(Work.HANDLING), Action.SUSPEND, LEAD, text="等", until=AT + minutes(600))
    risen = after(paused, Action.RELEVEL, LEAD, at=AT + minutes(100), text="x", level=RED)
    resumed = after(risen, Action.RESUME, at=AT + minutes(300))
    assert due(resumed, "close") == AT + minutes(300 + 240), "what is left is at most the whole limit of red"


@pytest.mark.parametrize("level", list(AlertLevel))
def test_that_a_rise_never_gives_more_time(level: AlertLevel) -> None:
    clocks = at_work(Work.HANDLING).clocks
    for before, now in zip(clocks, tightened(clocks, level, AT + minutes(500), LIMITS), strict=True):
        assert now.due_at <= before.due_at


def test_that_an_ended_alert_has_the_level_it_ended_with() -> None:
    assert refusals(at_work(Work.CLOSED), LEAD)[Action.RELEVEL] == "当前为已办结"


def test_that_a_red_ladder_goes_with_the_rise_of_a_returned_task() -> None:
    back = after(at_work(Work.DISPATCHED), Action.RETURN, LIAISON, return_reason=ReturnReason.UNCLEAR)
    risen = found(replace(back), RED, AT + minutes(1))
    assert (risen.work, risen.ack) == (Work.RETURNED, Ack.UNACK)
    assert due(risen, "tell:duty_leader") == AT + minutes(4)
