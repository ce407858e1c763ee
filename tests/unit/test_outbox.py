"""The outbox: notices written with their happenings, withdrawn, sent, tried again, given up."""

import itertools
import threading
from collections import deque
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.collect.channels import NeverTaken, NotTaken
from services.collect.outbox import KEPT, Courier, Outbox
from services.domain.alert import Action, Alert, AlertLevel, Command, Detection
from services.domain.notice import Notice, NoticeState, Occasion, Route
from services.domain.officer import Officer, Role
from services.domain.telling import LONGEST_WAIT, scrubbed, wait_after
from services.domain.timebase import REAL
from services.store.errors import StoreError
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 0, tzinfo=UTC)
SECOND = timedelta(seconds=1)
MINUTE = timedelta(minutes=1)
WANG = Officer("u1", "王建国", Role.DUTY)
LEAD = Officer("u2", "李晓", Role.SHIFT_LEAD)
STREET = Route("street", tuple(Occasion))


class Receiver:
    """A channel that answers as it was told, and remembers what it was sent."""

    name = "street"
    most_per_hour = 0

    def __init__(self, *answers: str | Exception) -> None:
        self.got: list[Notice] = []
        self._answers = deque(answers)

    def post(self, notice: Notice) -> str:
        self.got.append(notice)
        answer = self._answers.popleft() if self._answers else "HTTP 202"
        if isinstance(answer, Exception):
            raise answer
        return answer

    def close(self) -> None:
        self._answers.clear()


def detection(key: str = "k1", level: AlertLevel = AlertLevel.ORANGE, **more) -> Detection:
    return Detection(
        key, "R-CKP-01", 3, "不透光度 ≥ 30", "checkpoints", level, "尾气超标", "浙J·8T56K", "浙J·8**6K", "passage", key,
        "椒江二桥北", NOW, **more,
    )  # fmt: skip


def raised(store: Store, key: str = "k1", level: AlertLevel = AlertLevel.ORANGE, at: datetime = NOW, **more) -> Alert:
    (alert,) = store.report([detection(key, level, **more)], at)
    return alert


def done(store: Store, alert: Alert, action: Action, officer: Officer = LEAD, at: datetime = NOW, **rest) -> Alert:
    outcome = store.perform(Command(alert.id, action, alert.version, **rest), officer, at)
    assert outcome.done, outcome.refusal
    assert outcome.alert is not None
    return outcome.alert


def send(store: Store, receiver: Receiver, at: datetime = NOW, courier: Courier | None = None) -> int:
    return (courier or Courier(store, receiver, lambda: 0.0)).send_due(lambda: at, threading.Event())


def states(store: Store, alert: Alert) -> list[tuple[Occasion, NoticeState, str]]:
    return [(n.occasion, n.state, n.answer) for n in store.notices(alert.id)]


@pytest.fixture
def routed(store: Store) -> Store:
    store.use_outbox([STREET], NOW)
    return store


# ------------------------------------------------------------------------------------ written with


def test_that_a_raised_alert_is_told_once_with_the_walls_mask(routed):
    alert = raised(routed)
    (notice,) = routed.notices(alert.id)
    assert (notice.occasion, notice.state, notice.alert_version) == (Occasion.RAISED, NoticeState.PENDING, 1)
    assert notice.news.subject == "浙J·8**6K"
    assert notice.expires_at == NOW + timedelta(hours=1)


def test_that_without_routes_nobody_is_told(store):
    assert store.notices(raised(store).id) == ()


def test_that_a_repeat_is_not_told_and_a_rise_is(routed):
    alert = raised(routed)
    raised(routed)
    raised(routed, level=AlertLevel.RED)
    assert [n.occasion for n in routed.notices(alert.id)] == [Occasion.RAISED, Occasion.RISEN]


def test_that_a_desk_without_settings_of_its_own_writes_the_notices_of_what_it_does(routed, store_url):
    alert = raised(routed)
    with Store.open(store_url) as desk:
        alert = done(desk, done(desk, alert, Action.SIGN), Action.VERIFY)
        done(desk, alert, Action.DISPATCH, department="交警大队", text="拦检")
    assert [n.occasion for n in routed.notices(alert.id)] == [Occasion.RAISED, Occasion.DISPATCHED]


def test_that_a_refused_command_tells_nobody(routed):
    alert = raised(routed)
    assert not routed.perform(Command(alert.id, Action.CLOSE, alert.version), WANG, NOW).done
    assert len(routed.notices(alert.id)) == 1


def test_that_notices_and_happenings_stand_or_fall_together(routed, monkeypatch):
    monkeypatch.setattr("services.store.cases.project", lambda *_: (_ for _ in ()).throw(StoreError("磁盘已满")))
    with pytest.raises(StoreError):
        raised(routed)
    assert routed.outbox.newest(10) == ()
    assert routed.happenings("YJ-1121-0001") == ()


def test_that_escalations_are_told_by_role(store):
    lead = Route("street", (Occasion.ESCALATED,), to=("lead",), role="shift_lead")
    store.use_outbox([lead, replace(lead, role="duty_leader", to=("leader",))], NOW)
    alert = raised(store, level=AlertLevel.RED)
    store.expire(NOW + timedelta(minutes=1, seconds=1))
    told = {(n.recipient, n.news.role) for n in store.notices(alert.id)}
    assert ("lead", "shift_lead") in told
    assert all((name, role) in {("lead", "shift_lead"), ("leader", "duty_leader")} for name, role in told)


@pytest.mark.parametrize(
    ("route", "told"),
    [
        (Route("street"), True),
        (Route("street", level=AlertLevel.RED), False),
        (Route("street", level=AlertLevel.ORANGE), True),
        (Route("street", scene="boats"), False),
        (Route("street", scene="checkpoints"), True),
        (Route("street", department="海洋与渔业局"), False),
        (Route("street", department="交警大队"), True),
        (Route("street", (Occasion.CLOSED,)), False),
        (Route("street", role="shift_lead"), False),
    ],
)
def test_that_a_route_takes_what_it_names(sqlite_store, route, told):
    sqlite_store.use_outbox([route], NOW)
    assert bool(sqlite_store.notices(raised(sqlite_store, department="交警大队").id)) is told


def test_that_two_routes_to_one_recipient_tell_it_once(sqlite_store):
    sqlite_store.use_outbox([STREET, replace(STREET, level=AlertLevel.RED), replace(STREET, to=("a", "b", "a"))], NOW)
    assert sorted(n.recipient for n in sqlite_store.notices(raised(sqlite_store).id)) == ["", "a", "b"]


def test_that_new_routes_hold_at_once_and_old_notices_stay(sqlite_store):
    sqlite_store.use_outbox([STREET], NOW)
    first = raised(sqlite_store)
    sqlite_store.use_outbox([], NOW)
    assert len(sqlite_store.notices(first.id)) == 1
    assert sqlite_store.notices(raised(sqlite_store, "k2").id) == ()


# ------------------------------------------------------------------------------------------ sending


def test_that_a_notice_is_sent_once_and_its_answer_kept(routed):
    alert = raised(routed)
    receiver = Receiver("HTTP 200 OK")
    assert send(routed, receiver) == 1
    assert send(routed, receiver) == 0
    assert states(routed, alert) == [(Occasion.RAISED, NoticeState.SENT, "HTTP 200 OK")]


def test_that_a_channel_sends_only_its_own(routed):
    raised(routed)
    other = Receiver()
    other.name = "chief"
    assert send(routed, other) == 0


def ends(store: Store, alert: Alert, ending: str) -> str:
    """Bring the alert to that state; the reason its first notice is withdrawn for."""
    if ending == "signed":
        done(store, alert, Action.SIGN)
        return "预警已签收"
    if ending == "shelved":
        done(store, alert, Action.SHELVE, text="已知施工", until=NOW + timedelta(hours=1))
        return "预警已暂缓"
    if ending == "merged":
        parent = raised(store, "k2")
        done(store, alert, Action.MERGE, parent_id=parent.id)
        return f"已并入 {parent.id}"
    alert = done(store, alert, Action.SIGN)
    alert = done(store, alert, Action.VERIFY)
    alert = done(store, alert, Action.NO_ACTION, text="现场已核实")
    done(store, alert, Action.CLOSE, text="已核实")
    return "预警已办结"


@pytest.mark.parametrize("ending", ["signed", "shelved", "merged", "closed"])
def test_that_nothing_asks_for_a_signature_any_more_once_it_is(routed, ending):
    alert = raised(routed)
    why = ends(routed, alert, ending)
    receiver = Receiver()
    send(routed, receiver)
    assert (Occasion.RAISED, NoticeState.WITHDRAWN, why) in states(routed, alert)
    assert [n.alert_id for n in receiver.got if n.occasion is Occasion.RAISED and n.alert_id == alert.id] == []


def test_that_a_closed_alert_is_told_closed_unless_it_was_opened_again(routed):
    alert = raised(routed)
    ends(routed, alert, "closed")
    now = routed.alert(alert.id)
    done(routed, now, Action.REOPEN, text="再次投诉")
    receiver = Receiver()
    send(routed, receiver)
    said = {occasion: (state, answer) for occasion, state, answer in states(routed, alert)}
    assert said[Occasion.CLOSED] == (NoticeState.WITHDRAWN, "预警已重新打开")
    assert said[Occasion.REOPENED][0] is NoticeState.SENT


def test_that_a_delayed_notice_waits_and_is_withdrawn_when_somebody_signs(store):
    store.use_outbox([Route("street", after=2 * MINUTE)], NOW)
    alert = raised(store)
    receiver = Receiver()
    assert send(store, receiver, NOW + MINUTE) == 0
    done(store, alert, Action.SIGN, at=NOW + MINUTE)
    assert send(store, receiver, NOW + 2 * MINUTE) == 0
    assert states(store, alert)[0][1] is NoticeState.WITHDRAWN


def test_that_what_failed_is_tried_again_under_the_same_id_and_said_once(routed, caplog):
    caplog.set_level("INFO", "services.collect.outbox")
    alert = raised(routed)
    receiver = Receiver(NotTaken("HTTP 503"), NotTaken("HTTP 503"), "HTTP 202")
    courier = Courier(routed, receiver, lambda: 0.0)
    assert send(routed, receiver, NOW, courier) == 0
    assert send(routed, receiver, NOW + SECOND, courier) == 0, "the channel rests two seconds"
    assert send(routed, receiver, NOW + 2 * SECOND, courier) == 0
    assert send(routed, receiver, NOW + 6 * SECOND, courier) == 1
    assert len(receiver.got) == 3
    assert len({n.id for n in receiver.got}) == 1
    assert [n.attempts for n in routed.notices(alert.id)] == [3]
    assert [r.getMessage() for r in caplog.records] == [
        "channel street is broken: HTTP 503",
        "channel street works again",
    ]


def test_that_a_receiver_is_left_alone_for_as_long_as_it_asks(routed, caplog):
    raised(routed)
    receiver = Receiver(NotTaken("HTTP 429", after_s=90.0))
    courier = Courier(routed, receiver, lambda: 0.0)
    send(routed, receiver, NOW, courier)
    assert send(routed, receiver, NOW + 89 * SECOND, courier) == 0
    assert send(routed, receiver, NOW + 90 * SECOND, courier) == 1


def test_that_one_notice_nobody_takes_does_not_hold_up_the_others(routed, caplog):
    first, second = raised(routed), raised(routed, "k2", at=NOW + SECOND)
    receiver = Receiver(NotTaken("HTTP 500"))
    courier = Courier(routed, receiver, lambda: 0.0)
    send(routed, receiver, NOW + SECOND, courier)
    send(routed, receiver, NOW + 4 * SECOND, courier)
    assert [n.alert_id for n in receiver.got] == [first.id, second.id, first.id]


def test_that_what_is_refused_for_good_is_not_tried_again(routed, caplog):
    alert = raised(routed)
    receiver = Receiver(NeverTaken("HTTP 422"))
    send(routed, receiver)
    assert send(routed, receiver, NOW + MINUTE) == 0
    assert states(routed, alert) == [(Occasion.RAISED, NoticeState.FAILED, "HTTP 422")]


def test_that_what_nobody_took_in_time_expires_and_keeps_the_last_answer(routed, caplog):
    alert = raised(routed)
    receiver = Receiver(*itertools.repeat(NotTaken("连不上接收方"), 9))
    send(routed, receiver)
    outbox = Outbox(routed, REAL, [])
    outbox.tick(NOW + timedelta(minutes=59))
    assert states(routed, alert)[0][1] is NoticeState.PENDING
    outbox.tick(NOW + timedelta(minutes=60))
    assert states(routed, alert) == [(Occasion.RAISED, NoticeState.EXPIRED, "连不上接收方")]
    assert send(routed, receiver, NOW + timedelta(hours=2)) == 0


def test_that_a_storm_fills_no_mailbox_and_red_ones_still_go(routed):
    alerts = [raised(routed, f"k{n}") for n in range(4)]
    red = raised(routed, "red", AlertLevel.RED)
    receiver = Receiver()
    receiver.most_per_hour = 2
    courier = Courier(routed, receiver)
    assert send(routed, receiver, NOW, courier) == 3
    assert {n.alert_id for n in receiver.got} == {alerts[0].id, alerts[1].id, red.id}
    assert send(routed, receiver, NOW + timedelta(minutes=59), courier) == 0
    assert {states(routed, a)[0][2] for a in alerts[2:]} == {"本渠道已达每小时上限"}
    assert [n.attempts for a in alerts[2:] for n in routed.notices(a.id)] == [0, 0]


def test_that_what_waited_for_its_turn_goes_when_the_hour_is_over(store):
    store.use_outbox([replace(STREET, expires=3 * 60 * MINUTE)], NOW)
    for number in range(3):
        raised(store, f"k{number}")
    receiver = Receiver()
    receiver.most_per_hour = 2
    courier = Courier(store, receiver)
    assert send(store, receiver, NOW, courier) == 2
    assert send(store, receiver, NOW + 60 * MINUTE, courier) == 1


def test_that_a_clock_set_back_holds_nothing_up(routed, caplog):
    alert = raised(routed)
    receiver = Receiver(NotTaken("HTTP 503"))
    courier = Courier(routed, receiver, lambda: 0.0)
    send(routed, receiver, NOW, courier)
    assert send(routed, receiver, NOW - timedelta(hours=2), courier) == 1
    assert states(routed, alert)[0][1] is NoticeState.SENT


def test_that_a_fault_of_ours_over_one_notice_does_not_end_the_channel(routed, caplog):
    first, second = raised(routed), raised(routed, "k2", at=NOW + SECOND)
    receiver = Receiver(RuntimeError("odd"))
    courier = Courier(routed, receiver, lambda: 0.0)
    send(routed, receiver, NOW + SECOND, courier)
    assert states(routed, first)[0][1:] == (NoticeState.PENDING, "发送出错：RuntimeError")
    assert send(routed, receiver, NOW + 4 * SECOND, courier) == 2
    assert states(routed, second)[0][1] is NoticeState.SENT


def test_that_an_expired_notice_is_not_sent_though_nobody_swept_it(routed):
    alert = raised(routed)
    receiver = Receiver()
    assert send(routed, receiver, NOW + timedelta(hours=1)) == 0
    assert receiver.got == []
    assert states(routed, alert)[0][1] is NoticeState.EXPIRED


def test_that_a_death_between_sending_and_marking_sends_the_same_id_again(routed, monkeypatch):
    raised(routed)
    receiver = Receiver()

    class Died(BaseException):
        pass

    def die(_notice: Notice) -> None:
        raise Died

    monkeypatch.setattr(routed.outbox, "settle", die)
    with pytest.raises(Died):
        send(routed, receiver)
    monkeypatch.undo()
    assert send(routed, receiver) == 1
    assert len(receiver.got) == 2
    assert receiver.got[0].id == receiver.got[1].id


def test_that_old_notices_go_and_waiting_ones_stay(routed):
    alert = raised(routed)
    outbox = Outbox(routed, REAL, [])
    waiting = raised(routed, "k2", at=NOW + KEPT)
    send(routed, Receiver(), NOW)
    outbox.tick(NOW + KEPT + SECOND)
    assert routed.notices(alert.id) == ()
    assert len(routed.notices(waiting.id)) == 1


def test_that_the_states_are_counted(routed):
    raised(routed)
    send(routed, Receiver())
    raised(routed, "k2")
    counts = routed.outbox.counts()
    assert (counts[NoticeState.SENT], counts[NoticeState.PENDING], counts[NoticeState.FAILED]) == (1, 1, 0)


def test_that_an_officer_reads_the_notices_of_his_scope_only(routed):
    alert = raised(routed, department="交警大队")
    assert len(routed.notices(alert.id, LEAD)) == 1
    assert routed.notices(alert.id, Officer("u4", "周敏", Role.DISPATCHER)) == ()


def test_that_the_senders_end_when_told(sqlite_store):
    receiver = Receiver()
    outbox = Outbox(sqlite_store, REAL, [receiver], [STREET])
    outbox.start()
    outbox.stop()
    outbox.stop()
    assert [t.name for t in threading.enumerate() if t.name.startswith("outbox")] == []


# ------------------------------------------------------------------------------------------- words


@given(st.integers(1, 200), st.floats(0, 1))
def test_that_waits_grow_and_stay_within_their_bounds(failures, chance):
    wait = wait_after(failures, chance)
    assert SECOND <= wait <= LONGEST_WAIT
    assert wait <= 2 * wait_after(failures + 1, chance)


@pytest.mark.parametrize(
    ("text", "out"),
    [
        ("布控车辆 浙J·8T56K", "布控车辆 浙J·8**6K"),
        ("浙J12345挂\n两处", "浙J·1**5挂 两处"),
        ("电话 13812345678", "电话 ***"),
        ("证件 331002199001011234", "证件 ***"),
        ("云仓将满 98.0 %", "云仓将满 98.0 %"),
    ],
)
def test_that_a_plate_or_number_that_slipped_into_a_text_is_masked(text, out):
    assert scrubbed(text) == out
