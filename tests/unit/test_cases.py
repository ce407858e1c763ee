"""Alerts as the log makes them: raised, commanded by one of two desks, expired, rebuilt, checked."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import delete, func, select, text, update

from services.domain.alert import Ack, Action, Alert, AlertLevel, Command, Condition, Detection, Step, Work
from services.domain.officer import Officer, Role
from services.domain.rule import Clearing
from services.domain.snapshot import Quality
from services.store import codec
from services.store.errors import StoreError, Unreadable
from services.store.schema import alert as alert_table
from services.store.schema import case_event, deadline
from services.store.store import Store
from tests.tamper import tamper

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
WANG = Officer("u1", "王建国", Role.DUTY)
LI = Officer("u2", "李晓", Role.SHIFT_LEAD)
SECOND = timedelta(seconds=1)


def detection(key: str = "k1", level: AlertLevel = AlertLevel.YELLOW, at: datetime = NOW) -> Detection:
    return Detection(
        key, "r1", 3, "30 日内 ≥ 10 次", "community", level, "频繁出入", "林*", "林**", "person", key, "东苑", at
    )


def raised(store: Store, key: str = "k1", level: AlertLevel = AlertLevel.YELLOW, at: datetime = NOW) -> Alert:
    (alert,) = store.report([detection(key, level, at)], at)
    return alert


def order(alert: Alert, action: Action, **rest) -> Command:
    return Command(alert.id, action, alert.version, **rest)


def done(store: Store, alert: Alert, action: Action, officer: Officer = LI, at: datetime = NOW, **rest) -> Alert:
    outcome = store.perform(order(alert, action, **rest), officer, at)
    assert outcome.done, outcome.refusal
    assert outcome.alert is not None
    return outcome.alert


def projection(store: Store):
    with store.read() as connection:
        alerts = connection.execute(select(alert_table).order_by(alert_table.c.id)).all()
        dues = connection.execute(select(deadline).order_by(deadline.c.alert_id, deadline.c.what)).all()
        return alerts, dues


def closed(store: Store, alert: Alert, at: datetime = NOW) -> Alert:
    alert = done(store, alert, Action.SIGN, at=at)
    alert = done(store, alert, Action.VERIFY, at=at)
    alert = done(store, alert, Action.NO_ACTION, at=at, text="本人在家")
    return done(store, alert, Action.CLOSE, at=at, text="已核实")


def test_that_a_detection_raises_an_alert_numbered_in_shanghai_time(store):
    assert raised(store, at=datetime(2026, 11, 20, 16, 30, tzinfo=UTC)).id == "YJ-1121-0001"
    assert raised(store, "k2").id == "YJ-1121-0002"


def test_that_numbers_go_on_where_the_same_day_of_last_year_ended(store):
    raised(store)
    assert raised(store, "k2", at=NOW.replace(year=2027)).id == "YJ-1121-0002"


def test_that_a_repeat_counts_on_the_open_alert(store):
    raised(store)
    again = raised(store, at=NOW + SECOND)
    assert (again.id, again.count, again.version) == ("YJ-1121-0001", 2, 2)


def test_that_findings_of_one_batch_are_told_in_order(store):
    touched = store.report([detection(), detection("k2"), detection(), Clearing("k1"), Clearing("k9")], NOW)
    assert [(a.key, a.count, a.condition) for a in touched] == [
        ("k1", 2, Condition.RTN),
        ("k2", 1, Condition.ACTIVE),
    ]


def test_that_after_closing_a_repeat_is_a_new_alert_that_knows_the_old_one(store):
    first = closed(store, raised(store))
    second = raised(store, at=NOW + timedelta(minutes=11))
    assert (second.id, second.previous_id, second.count) == ("YJ-1121-0002", first.id, 1)


def test_that_a_closed_alert_cannot_reopen_beside_an_open_one_of_its_key(store):
    first = closed(store, raised(store))
    second = raised(store, at=NOW + SECOND)
    leader = Officer("u3", "陈", Role.DUTY_LEADER)
    outcome = store.perform(order(first, Action.REOPEN, text="漏查"), leader, NOW + SECOND)
    assert second.id in outcome.refusal
    assert store.alert(first.id) == first


def test_that_of_two_officers_on_one_version_one_wins_and_the_other_is_told_who(store):
    alert = raised(store)
    won = store.perform(order(alert, Action.SIGN), WANG, NOW + SECOND)
    lost = store.perform(order(alert, Action.SIGN), LI, NOW + 2 * SECOND)
    assert won.done
    assert (lost.done, lost.alert) == (False, won.alert)
    assert "王" in lost.refusal
    assert store.alert(alert.id) == won.alert


def test_that_two_stores_on_one_database_agree_who_won(store, store_url):
    alert = raised(store)
    with Store.open(store_url) as other:
        assert other.perform(order(alert, Action.SIGN), WANG, NOW).done
        assert not store.perform(order(alert, Action.SIGN), LI, NOW).done
        assert other.snapshot("alerts", NOW).records == store.snapshot("alerts", NOW).records


def test_that_a_command_for_no_alert_is_refused_by_name(store):
    outcome = store.perform(Command("YJ-0101-0001", Action.SIGN, 1), WANG, NOW)
    assert (outcome.alert, "YJ-0101-0001" in outcome.refusal) == (None, True)


def test_that_a_refused_command_leaves_no_trace(store):
    alert = raised(store)
    before, seen = projection(store), store.changes_since(0)
    assert not store.perform(order(alert, Action.CLOSE), LI, NOW).done
    assert (projection(store), store.changes_since(0)) == (before, seen)
    assert len(store.happenings(alert.id)) == 1


def test_that_a_merge_moves_the_evidence_to_the_parent_in_the_same_stroke(store):
    parent = raised(store)
    (child,) = store.report([replace(detection("k2"), event_ids=("e7",))], NOW)
    done(store, child, Action.MERGE, parent_id=parent.id)
    assert store.alert(child.id).work is Work.MERGED
    assert "e7" in store.alert(parent.id).event_ids


def test_that_a_merge_into_nothing_is_refused(store):
    child = raised(store)
    assert not store.perform(order(child, Action.MERGE, parent_id="YJ-0101-0009"), LI, NOW).done
    assert store.alert(child.id) == child


def test_that_open_alerts_and_those_ended_today_are_shown_newest_first(store):
    old = closed(store, raised(store))
    raised(store, "k2", at=NOW + SECOND)
    shown = store.snapshot("alerts", NOW + timedelta(hours=23)).records
    assert [a.key for a in shown] == ["k2", "k1"]
    assert shown[1] == old
    assert [a.key for a in store.snapshot("alerts", NOW + timedelta(hours=25)).records] == ["k2"]


def test_that_an_alert_that_did_not_change_is_the_same_object_in_the_next_snapshot(store):
    raised(store)
    raised(store, "k2")
    before = {a.key: a for a in store.snapshot("alerts", NOW).records}
    raised(store, "k2", at=NOW + SECOND)
    after = {a.key: a for a in store.snapshot("alerts", NOW).records}
    assert after["k1"] is before["k1"]
    assert after["k2"].count == 2


def test_that_deadlines_follow_the_clocks(store):
    alert = raised(store)
    with store.read() as connection:
        steps = dict(connection.execute(select(deadline.c.what, deadline.c.due_at)).all())
    assert steps[Step.ACK.value] == alert.clock(Step.ACK).due_at
    done(store, alert, Action.SIGN)
    with store.read() as connection:
        assert Step.ACK.value not in connection.execute(select(deadline.c.what)).scalars().all()


def test_that_a_deadline_that_passed_happens_once(store):
    alert = raised(store, level=AlertLevel.RED)
    late = alert.clock(Step.ACK).due_at + SECOND
    assert store.expire(NOW) == ()
    (escalated,) = store.expire(late)
    assert escalated.escalated
    assert store.expire(late) == ()


def test_that_a_shelf_ends_by_itself_without_a_signature(store):
    alert = raised(store)
    done(store, alert, Action.SHELVE, text="施工", until=NOW + timedelta(minutes=30))
    store.expire(NOW + timedelta(minutes=31))
    assert store.alert(alert.id).ack is Ack.UNACK
    assert store.alert(alert.id).visibility == "visible"


def test_that_a_rebuild_gives_the_same_projection(store):
    closed(store, raised(store))
    raised(store, "k1", at=NOW + SECOND)
    done(store, raised(store, "k2", AlertLevel.RED), Action.SIGN)
    store.expire(NOW + timedelta(hours=2))
    before = projection(store)
    with store._gate.turn(), store._gate.writing() as connection:
        connection.execute(delete(alert_table))
        connection.execute(delete(deadline))
    assert store.rebuild() == 3
    assert projection(store) == before


def test_that_every_happening_is_kept_in_order(store):
    alert = closed(store, raised(store))
    kinds = [h.kind.value for h in store.happenings(alert.id)]
    assert kinds == ["raised", "signed", "verifying", "judged", "closed"]


def test_that_an_untouched_log_is_whole(store):
    assert store.verify_chain() is None
    closed(store, raised(store))
    assert store.verify_chain() is None


EDIT = update(case_event).where(case_event.c.seq == 3)
TAMPER = {
    "edited": ([EDIT.values(officer="u9")], 3),
    "edited body": ([EDIT.values(body=codec.encode({"kind": "signed"}))], 3),
    "deleted": ([delete(case_event).where(case_event.c.seq == 3)], 3),
    "cut off": ([delete(case_event).where(case_event.c.seq >= 4)], 4),
    "swapped": (
        [
            update(case_event).where(case_event.c.seq == 2).values(seq=99),
            update(case_event).where(case_event.c.seq == 3).values(seq=2),
            update(case_event).where(case_event.c.seq == 99).values(seq=3),
        ],
        2,
    ),
}


@pytest.mark.parametrize("how", TAMPER)
def test_that_the_first_broken_row_of_the_log_is_named(store, how):
    statements, seq = TAMPER[how]
    closed(store, raised(store))
    tamper(store, statements)
    broken = store.verify_chain()
    assert broken is not None
    assert broken.seq == seq
    assert str(seq) in broken.reason


def test_that_the_database_itself_holds_one_open_alert_a_key(store):
    raised(store)
    with store.read() as connection:
        open_ones = select(func.count()).select_from(alert_table).where(alert_table.c.is_open)
        assert connection.execute(open_ones).scalar_one() == 1
    with pytest.raises(StoreError), store._gate.turn(), store._gate.writing() as connection:
        connection.execute(
            text(
                "INSERT INTO alert SELECT 'other', key, is_open, rule_id, scene, level, department, ack, work,"
                " subject_kind, subject_id, raised_at, ended_at, version, body, grid_code FROM alert"
            )
        )


@pytest.mark.allows_logs
def test_that_an_alert_of_another_version_is_counted_and_the_others_are_shown(store):
    raised(store)
    other = raised(store, "k2")
    with store._gate.turn(), store._gate.writing() as connection:
        connection.execute(update(alert_table).where(alert_table.c.key == "k1").values(body='{"old": 1}'))
    snapshot = store.snapshot("alerts", NOW)
    assert snapshot.records == (other,)
    assert (snapshot.quality, "1 条" in snapshot.error) == (Quality.STALE, True)
    with pytest.raises(Unreadable):
        raised(store)
