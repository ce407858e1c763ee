"""Merging: one clock, one end, both histories."""

from __future__ import annotations

from datetime import timedelta

import pytest

from services.domain.alert import Action, Alert, AlertLevel, Command, Evidence, Verdict, Work
from services.domain.life import Refusal, absorbing, clearing, decide, dues, evolve, following, parting
from services.domain.reasons import FalseReason
from tests.unit.alert_life import AT, DUTY, LEAD, after, at_work, minutes, raised, why_not


def parent_of(level: AlertLevel = AlertLevel.YELLOW) -> Alert:
    return raised(level, number=2, key="R|other", evidence=(Evidence("甲", "1"),))


def merged(child: Alert, parent: Alert, at=AT) -> tuple[Alert, Alert]:
    inside = after(child, Action.MERGE, parent_id=parent.id, parent=parent, at=at)
    return inside, evolve(parent, absorbing(parent, child, DUTY, at))


def test_that_a_merge_moves_evidence_up_and_the_child_keeps_its_own() -> None:
    child = after(raised(), Action.NOTE, text="邻居来电")
    inside, parent = merged(child, parent_of())
    assert [line.text for line in parent.evidence] == ["甲", "进出"]
    assert parent.children == (child.id,)
    assert (inside.evidence, inside.notes, inside.event_ids) == (child.evidence, child.notes, child.event_ids)


def test_that_a_merged_alert_shows_its_parents_clocks_and_nothing_comes_of_them_twice() -> None:
    parent = after(parent_of(), Action.SIGN, at=AT + minutes(1))
    inside, _ = merged(raised(at=AT - minutes(5)), parent)
    assert inside.clocks == parent.clocks
    assert (inside.work, inside.is_open, dues(inside)) == (Work.MERGED, False, ())


def test_that_unmerging_runs_its_own_clocks_on_and_leaves_the_evidence() -> None:
    child = after(raised(), Action.SIGN)
    inside, parent = merged(child, parent_of(), at=AT + minutes(5))
    alone = after(inside, Action.UNMERGE, at=AT + minutes(9), parent=parent)
    assert (alone.work, alone.parent_id, alone.clocks, dues(alone)) == (Work.NEW, "", child.clocks, dues(child))
    left = parting(parent, inside, DUTY, AT + minutes(9))
    assert left is not None
    parent = evolve(parent, left)
    assert parent.children == ()
    assert [line.text for line in parent.evidence] == ["甲", "进出"]
    assert parting(parent, inside, DUTY, AT) is None


@pytest.mark.parametrize(
    ("parent", "why"),
    [
        (None, "没有编号为 YJ-1120-0002 的预警"),
        (at_work(Work.CLOSED, number=2, key="R|other"), "目标预警已办结"),
        (at_work(Work.ARCHIVED, number=2, key="R|other"), "目标预警已归档"),
        (merged(parent_of(), raised(number=3, key="R|third"))[0], "目标预警已并入"),
        (parent_of(AlertLevel.BLUE), "目标预警级别较低"),
    ],
)
def test_that_an_alert_is_merged_only_into_an_open_one_no_less_serious(parent: Alert | None, why: str) -> None:
    assert why_not(raised(), Action.MERGE, parent_id="YJ-1120-0002", parent=parent) == why


def test_that_nothing_is_merged_into_itself_nor_with_what_was_merged_into_it() -> None:
    alert = raised()
    assert why_not(alert, Action.MERGE, parent_id=alert.id, parent=alert) == "不能并入自己"
    _, parent = merged(alert, parent_of())
    third = raised(number=3, key="R|third")
    assert why_not(parent, Action.MERGE, parent_id=third.id, parent=third) == "本案有并入的预警"


def test_that_a_child_ends_with_its_parent_and_says_so() -> None:
    inside, parent = merged(raised(), parent_of())
    for action in (Action.SIGN, Action.VERIFY, Action.NO_ACTION, Action.CLOSE):
        parent = after(parent, action)
    told = following(inside, parent, AT)
    assert told is not None
    ended = evolve(inside, told)
    assert (ended.work, ended.verdict, ended.disposition) == (Work.CLOSED, Verdict.NO_ACTION, f"随 {parent.id} 办结")
    assert following(ended, parent, AT) is None


def test_that_a_child_that_went_its_own_way_does_not_end_with_its_parent() -> None:
    inside, parent = merged(raised(), parent_of())
    alone = after(inside, Action.UNMERGE, parent=parent)
    assert following(alone, parent, AT) is None


def test_that_a_blue_alert_with_children_is_not_closed_by_itself() -> None:
    _, parent = merged(raised(AlertLevel.BLUE), parent_of(AlertLevel.BLUE))
    happening = clearing(parent, AT, auto_close=True)
    assert happening is not None
    assert evolve(parent, happening).is_open


def test_that_a_child_reopened_after_its_parent_is_on_its_own() -> None:
    inside, parent = merged(raised(), parent_of())
    for action in (Action.SIGN, Action.VERIFY, Action.NO_ACTION, Action.CLOSE):
        parent = after(parent, action)
    told = following(inside, parent, AT)
    assert told is not None
    alone = after(evolve(inside, told), Action.REOPEN, LEAD, at=AT + timedelta(hours=1), text="另有其事", parent=parent)
    assert (alone.work, alone.parent_id, alone.clocks_before) == (Work.VERIFYING, "", ())


def test_that_who_has_not_seen_the_child_does_not_close_it_with_its_parent() -> None:
    parent = parent_of()
    for action in (Action.SIGN, Action.VERIFY, Action.NO_ACTION):
        parent = after(parent, action)
    seen = parent.version
    child, parent = merged(raised(), parent)
    with pytest.raises(Refusal) as refused:
        decide(parent, Command(parent.id, Action.CLOSE, seen), LEAD, AT)
    assert refused.value.reason_zh == f"王*已先把 {child.id} 并入本案（您要办结），请看最新"


def test_that_a_child_ends_with_its_parents_verdict_and_not_a_reason_of_its_own() -> None:
    judged = after(at_work(Work.VERIFYING), Action.FALSE_ALARM, false_reason=FalseReason.WEATHER)
    inside, parent = merged(judged, parent_of())
    for action in (Action.SIGN, Action.VERIFY, Action.NO_ACTION, Action.CLOSE):
        parent = after(parent, action)
    told = following(inside, parent, AT)
    assert told is not None
    ended = evolve(inside, told)
    assert (ended.verdict, ended.false_reason) == (Verdict.NO_ACTION, None)
