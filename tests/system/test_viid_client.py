"""The GA/T 1400 client against a platform that is strict: what it says, once, and what it makes of refusals."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.collect.site import Site, SiteError
from services.collect.viid_out import upstream_of
from services.district.part import Fault, Faults
from services.district.police_book import PoliceBook, Verdict
from services.domain.passage import CheckpointPlace
from services.domain.platform import Standing
from services.domain.snapshot import Quality
from services.domain.watch_order import WatchKind
from services.domain.watch_order_steps import WithdrawWatch
from services.sources.viid_client_answer import PlatformError, Told, read_answer
from services.sources.viid_client_ids import disposition_id, numbered
from services.sources.viid_client_settings import viid_client_from
from services.store.store import Store
from tests.system.running import wait_for
from tests.system.viid_above import DEVICE, RECEIVER, Recording, SetClock, platform, settings_for, upstream
from tests.unit.watch_world import BRIDGE, CHEN, HARBOUR, granted, step

DAY = timedelta(days=1)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def above(faults: Faults) -> Iterator[Recording]:
    with platform(faults) as running:
        yield running


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


def one_order(store: Store, clock: SetClock, **fields: Any) -> Any:
    return granted(store, clock.now() - timedelta(minutes=1), **fields)


def rows(store: Store, topic: str, clock: Any) -> list[Any]:
    return list(store.snapshot(topic, clock.now()).records)


def withdraw(store: Store, order: Any, clock: SetClock) -> None:
    done = store.perform(WithdrawWatch(**step(order), reason="车辆已找到"), CHEN, clock.now())
    assert done.done, done.refusal


# ------------------------------------------------------------------------------------------- being known


def test_that_it_registers_by_digest_and_says_so(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
        client.tick(clock.now())
        (stands,) = rows(sqlite_store, "viid_platforms", clock)
        assert (stands.registered_at, stands.error) == (clock.now(), "")
        assert [name for name, _ in above.calls] == ["POST /VIID/System/Register"] * 2
    (lamp,) = [s for s in sqlite_store.snapshot("sources", clock.now()).records if s.id == "viid_client"]
    assert lamp.quality is Quality.GOOD


def test_that_it_keeps_alive_only_when_it_said_nothing_else(sqlite_store: Store, above: Recording) -> None:
    now_s = [0.0]
    with upstream(sqlite_store, above.port, seconds=lambda: now_s[0]) as client:
        for now_s[0] in (0.0, 49.0, 51.0, 99.0, 102.0):
            client.turn()
    assert len(above.asked("POST /VIID/System/Keepalive")) == 2


def test_that_it_registers_again_when_the_platform_forgot_it(sqlite_store: Store, above: Recording) -> None:
    now_s = [0.0]
    with upstream(sqlite_store, above.port, seconds=lambda: now_s[0]) as client:
        client.turn()
        above.forget()
        now_s[0] = 60.0
        client.turn()  # is told 401
        client.turn()
        assert client._client.is_registered
        assert client._now_stands.error == ""
    assert len(above.asked("POST /VIID/System/Register")) == 4


@pytest.mark.allows_logs
def test_that_a_platform_that_never_knows_us_is_left_alone_longer_each_time(
    sqlite_store: Store, above: Recording, clock: SetClock
) -> None:
    above.answers["/viid/subscribes"] = ("401 Unauthorized", b"{}")
    with upstream(sqlite_store, above.port, clock, subscribe=["13"]) as client:
        client.turn()
        client.turn()
        assert "重新注册" in client._now_stands.error
        assert client._rest_s() == 4.0


def test_that_a_platform_that_lost_everything_is_told_everything_again(
    sqlite_store: Store, above: Recording, clock: SetClock
) -> None:
    now_s = [0.0]
    one_order(sqlite_store, clock)
    with upstream(sqlite_store, above.port, clock, lambda: now_s[0], subscribe=["13"]) as client:
        client.turn()
        subscribed, watched = above.book.subscriptions, above.book.dispositions
        above.book = PoliceBook()
        above.forget()
        now_s[0] = 60.0
        for _ in range(3):
            client.turn()
        assert above.book.subscriptions == subscribed
        assert above.book.dispositions == watched
        quiet = len(above.calls)
        client.turn()
        assert len(above.calls) == quiet
    assert [row.standing for row in rows(sqlite_store, "dispositions", clock)] == [Standing.RUNNING]


def test_that_it_unregisters_when_it_stops(sqlite_store: Store, above: Recording) -> None:
    with upstream(sqlite_store, above.port) as client:
        client.start()
        wait_for(lambda: client._client.is_registered, "a registration")
    assert [name for name, _ in above.calls][-1] == "POST /VIID/System/UnRegister"


@pytest.mark.allows_logs
def test_that_a_platform_that_hangs_keeps_nobody_from_stopping(
    sqlite_store: Store, above: Recording, faults: Faults
) -> None:
    faults.switch("police", Fault.HANG)
    with upstream(sqlite_store, above.port, read_s=0.5, subscribe=["13"]) as client:
        client.start()
        wait_for(lambda: above.calls, "the first call")
        client.stop()
        assert not client._thread.is_alive()
    assert {name for name, _ in above.calls} == {"POST /VIID/System/Register"}


@pytest.mark.allows_logs
def test_that_a_wrong_password_is_said_and_named(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    with upstream(sqlite_store, above.port, clock, password="wrong") as client:
        client.turn()
        client.tick(clock.now())
        (stands,) = rows(sqlite_store, "viid_platforms", clock)
    assert "/VIID/System/Register" in stands.error
    assert "口令不对" in stands.error
    assert (stands.registered_at, stands.failing_since) == (None, clock.now())


@pytest.mark.allows_logs
@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault.ERROR, "HTTP 500"),
        (Fault.GARBAGE, "不是 JSON"),
        (Fault.DROP, "中断|断开|不是 JSON"),
        (Fault.HANG, "应答超时"),
    ],
)
def test_that_a_platform_that_is_broken_is_waited_for(
    sqlite_store: Store, above: Recording, faults: Faults, clock: SetClock, fault: Fault, words: str
) -> None:
    with upstream(sqlite_store, above.port, clock, read_s=0.3) as client:
        client.turn()
        one_order(sqlite_store, clock)
        faults.switch("police", fault)
        client.turn()
        assert re.search(words, client._now_stands.error)
        assert client._rest_s() > 1.0
        faults.switch("police", Fault.NONE)
        client.turn()
        assert client._now_stands.error == ""
    (held,) = above.book.dispositions.values()
    assert not held.is_lifted


@pytest.mark.allows_logs
def test_that_nobody_listening_is_no_end(sqlite_store: Store, clock: SetClock) -> None:
    with platform() as gone:
        port = gone.port
    with upstream(sqlite_store, port, clock) as client:
        client.turn()
        assert "连不上平台" in client._now_stands.error


# ----------------------------------------------------------------------------------------- subscriptions


def test_that_it_subscribes_once_whatever_it_is_restarted(
    sqlite_store: Store, above: Recording, clock: SetClock
) -> None:
    for _ in range(3):
        with upstream(sqlite_store, above.port, clock, subscribe=["13", "7"]) as client:
            client.turn()
            client.turn()
    assert len(above.asked("POST /VIID/Subscribes")) == 1
    assert [(row.detail, row.standing) for row in rows(sqlite_store, "subscriptions", clock)] == [
        ("13", Standing.RUNNING),
        ("7", Standing.RUNNING),
    ]


def test_that_a_subscription_is_written_strictly(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    with upstream(sqlite_store, above.port, clock, subscribe=["13"]) as client:
        client.turn()
    (body,) = above.asked("POST /VIID/Subscribes")
    (sent,) = json.loads(body)["SubscribeListObject"]["SubscribeObject"]
    assert re.fullmatch(r"331002000000032026112212000000001", sent["SubscribeID"])
    assert (sent["BeginTime"], sent["EndTime"]) == ("20261122120000", "20271122120000")
    assert sent["ReceiveAddr"] == f"{RECEIVER}/VIID/SubscribeNotifications"
    assert (sent["SubscribeDetail"], sent["ResourceClass"], sent["OperateType"], sent["SubscribeStatus"]) == (
        *("13", 4, 0),
        0,
    )
    assert sent["ResourceURI"] == "33100000005030000001"  # asked of the platform's clock


def test_that_what_is_no_longer_wanted_is_cancelled(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    with upstream(sqlite_store, above.port, clock, subscribe=["13", "7"]) as client:
        client.turn()
    with upstream(sqlite_store, above.port, clock, subscribe=["13"]) as client:
        client.turn()
    (body,) = above.asked("PUT /VIID/Subscribes/")
    sent = json.loads(body)["SubscribeObject"]
    assert (sent["OperateType"], sent["SubscribeStatus"], sent["SubscribeDetail"]) == (1, 1, "7")
    assert [row.standing for row in rows(sqlite_store, "subscriptions", clock)] == [
        Standing.RUNNING,
        Standing.CANCELLED,
    ]
    assert len(above.book.subscriptions) == 1


def test_that_a_subscription_is_renewed_before_it_ends(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    with upstream(sqlite_store, above.port, clock, subscribe=["13"], subscribe_days=30) as client:
        client.turn()
        clock.move(days=29, hours=1)
        client.turn()
        client.turn()
        clock.move(days=1)
        client.turn()
    assert [row.standing for row in rows(sqlite_store, "subscriptions", clock)] == [
        Standing.EXPIRED,
        Standing.RUNNING,
    ]


def test_that_a_refused_subscription_says_why_and_is_asked_again_after_an_hour(
    sqlite_store: Store, above: Recording, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(above.book, "_subscribe", lambda value: Verdict(value["SubscribeID"], 4, "无此权限"))
    with upstream(sqlite_store, above.port, clock, subscribe=["13"]) as client:
        client.turn()
        client.turn()
        (row,) = rows(sqlite_store, "subscriptions", clock)
        assert (row.standing, row.error) == (Standing.NONE, "平台拒绝：无此权限（4）")
        monkeypatch.undo()
        clock.move(hours=1)
        client.turn()
        (again,) = rows(sqlite_store, "subscriptions", clock)
        assert (again.standing, again.error, again.id) == (Standing.RUNNING, "", row.id)


# ------------------------------------------------------------------------------------------ watch orders


def test_that_an_order_in_force_goes_out_once(store: Store, above: Recording, clock: SetClock) -> None:
    order = one_order(store, clock)
    for _ in range(2):
        with upstream(store, above.port, clock) as client:
            client.turn()
            client.turn()
    (body,) = above.asked("POST /VIID/Dispositions")
    (sent,) = json.loads(body)["DispositionListObject"]["DispositionObject"]
    assert sent["DispositionID"] == disposition_id("331002000000", order.id)
    assert sent["TargetFeature"] == f"(3={order.plate_no})"
    assert (sent["PriorityLevel"], sent["OperateType"], sent["DispositionStatus"]) == (3, 0, 0)
    assert (sent["DispositionCategory"], sent["DispositionRange"]) == ("2", "2")
    assert sent["BeginTime"] == "20261122120000"
    assert sent["ReceiveAddr"] == f"{RECEIVER}/VIID/DispositionNotifications"
    (row,) = rows(store, "dispositions", clock)
    assert (row.standing, row.order_id, row.error) == (Standing.RUNNING, order.id, "")


def test_that_an_order_for_some_checkpoints_names_them(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    places = [CheckpointPlace(each, name, 121.4, 28.6, 4) for each, name in ((BRIDGE, "椒江二桥"), (HARBOUR, "三甲"))]
    sqlite_store.put_topic("checkpoint_places", places, clock.now())
    one_order(sqlite_store, clock, checkpoint_ids=(BRIDGE, HARBOUR))
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
    (held,) = above.book.dispositions.values()
    assert held.tollgates == {BRIDGE, HARBOUR}


def test_that_a_withdrawn_order_is_lifted_once(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    order = one_order(sqlite_store, clock)
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
        clock.move(minutes=5)
        withdraw(sqlite_store, order, clock)
        client.turn()
        clock.move(hours=2)
        client.turn()
    (body,) = above.asked("PUT /VIID/Dispositions/")
    assert json.loads(body)["DispositionObject"]["OperateType"] == 1
    assert [held.is_lifted for held in above.book.dispositions.values()] == [True]
    assert [row.standing for row in rows(sqlite_store, "dispositions", clock)] == [Standing.CANCELLED]


def test_that_an_expired_order_is_lifted_although_we_were_away(
    sqlite_store: Store, above: Recording, clock: SetClock
) -> None:
    one_order(sqlite_store, clock, days=1)
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
    clock.move(days=30)
    sqlite_store.expire(clock.now())
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
    assert [held.is_lifted for held in above.book.dispositions.values()] == [True]
    assert [row.standing for row in rows(sqlite_store, "dispositions", clock)] == [Standing.EXPIRED]


def test_that_what_was_withdrawn_before_it_went_out_never_goes_out(
    sqlite_store: Store, above: Recording, clock: SetClock
) -> None:
    withdraw(sqlite_store, one_order(sqlite_store, clock), clock)
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
    assert [name for name, _ in above.calls if "Dispositions" in name] == []


def test_that_a_white_list_never_leaves_the_house(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    one_order(sqlite_store, clock, kind=WatchKind.WHITE, legal_basis="应急与公务车辆清单")
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
    assert above.book.dispositions == {}


def test_that_an_unread_plate_is_not_sent_and_says_why(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    one_order(sqlite_store, clock, plate_no="浙J8T5-K")
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
    assert above.book.dispositions == {}
    (row,) = rows(sqlite_store, "dispositions", clock)
    assert (row.standing, row.error) == (Standing.NONE, "号牌有一位未识读，平台不能按它布控")


def test_that_one_refused_object_keeps_its_reason_and_holds_up_no_other(
    sqlite_store: Store, above: Recording, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = above.book._write
    monkeypatch.setattr(
        above.book,
        "_write",
        lambda value, *, new: (
            Verdict(value["DispositionID"], 8, "号牌不在本市")
            if "浙J8T56K" in value["TargetFeature"]
            else write(value, new=new)
        ),
    )
    one_order(sqlite_store, clock)
    one_order(sqlite_store, clock, plate_no="浙J1A234")
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
        clock.move(minutes=30)
        client.turn()
    told = {row.standing: row.error for row in rows(sqlite_store, "dispositions", clock)}
    assert told == {Standing.NONE: "平台拒绝：号牌不在本市（8）", Standing.RUNNING: ""}
    assert len(above.asked("POST /VIID/Dispositions")) == 1


@pytest.mark.allows_logs
def test_that_a_busy_platform_is_asked_again(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    busy = {"ResponseStatusObject": {"Id": "", "StatusCode": "2", "StatusString": "设备忙"}}
    above.answers["/viid/dispositions"] = ("503 Service Unavailable", json.dumps(busy).encode())
    one_order(sqlite_store, clock)
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
        (row,) = rows(sqlite_store, "dispositions", clock)
        assert (row.standing, row.error) == (Standing.NONE, "平台拒绝：设备忙（2）")
        assert "设备忙" in client._now_stands.error
        above.answers.clear()
        client.turn()
    (row,) = rows(sqlite_store, "dispositions", clock)
    assert (row.standing, row.error) == (Standing.RUNNING, "")


@pytest.mark.allows_logs
def test_that_an_object_that_is_never_taken_holds_up_no_lifting(
    sqlite_store: Store, above: Recording, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    order = one_order(sqlite_store, clock)
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
        monkeypatch.setattr(above.book, "_write", lambda value, *, new: Verdict(value["DispositionID"], 1, "其他错误"))
        one_order(sqlite_store, clock, plate_no="浙J1A234")
        withdraw(sqlite_store, order, clock)
        client.turn()
        assert "其他错误" in client._now_stands.error
    assert [held.is_lifted for held in above.book.dispositions.values()] == [True]


@pytest.mark.allows_logs
def test_that_an_answer_that_was_lost_leads_to_no_second_disposition(
    sqlite_store: Store, above: Recording, faults: Faults, clock: SetClock
) -> None:
    """The platform took it and its answer broke off; told again it says the id is there already."""
    one_order(sqlite_store, clock)
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
        one_order(sqlite_store, clock, plate_no="浙J1A234")
        faults.switch("police", Fault.DROP)
        client.turn()
        faults.switch("police", Fault.NONE)
        client.turn()
    assert len(above.book.dispositions) == 2
    assert [row.standing for row in rows(sqlite_store, "dispositions", clock)] == [Standing.RUNNING] * 2
    assert [name for name, _ in above.calls if "Dispositions" in name] == [
        "POST /VIID/Dispositions",
        "POST /VIID/Dispositions",
        "POST /VIID/Dispositions",
        "PUT /VIID/Dispositions",
    ]


@pytest.mark.allows_logs
def test_that_what_may_stand_there_unanswered_is_lifted_when_it_is_withdrawn(
    sqlite_store: Store, above: Recording, faults: Faults, clock: SetClock
) -> None:
    order = one_order(sqlite_store, clock)
    with upstream(sqlite_store, above.port, clock) as client:
        client._client.register()
        faults.switch("police", Fault.DROP)
        client.turn()
        faults.switch("police", Fault.NONE)
        withdraw(sqlite_store, order, clock)
        client.turn()
    assert [held.is_lifted for held in above.book.dispositions.values()] == [True]
    assert [row.standing for row in rows(sqlite_store, "dispositions", clock)] == [Standing.CANCELLED]


def test_that_sixty_orders_go_out_in_lists_of_fifty(sqlite_store: Store, above: Recording, clock: SetClock) -> None:
    for n in range(60):
        one_order(sqlite_store, clock, plate_no=f"浙J{n:05d}")
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
    assert [body.count(b"TargetFeature") for body in above.asked("POST /VIID/Dispositions")] == [50, 10]
    assert len(above.book.dispositions) == 60


def test_that_orders_that_cannot_be_read_lift_nothing(
    sqlite_store: Store, above: Recording, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    one_order(sqlite_store, clock)
    with upstream(sqlite_store, above.port, clock) as client:
        client.turn()
        whole = sqlite_store.snapshot
        monkeypatch.setattr(
            sqlite_store,
            "snapshot",
            lambda topic, now: (
                replace(whole(topic, now), records=(), error="读不出") if topic == "watch_orders" else whole(topic, now)
            ),
        )
        clock.move(hours=1)
        client.turn()
    assert [held.is_lifted for held in above.book.dispositions.values()] == [False]


# ------------------------------------------------------------------------------------- words and figures


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ('{"ResponseStatusObject":{"Id":"x","StatusCode":"0","StatusString":"OK"}}', [0, 0]),
        ('{"ResponseStatusListObject":{"ResponseStatusObject":[{"Id":"b","StatusCode":8},{"Id":"a","StatusCode":0}]}}',
         [0, 8]),
        ('{"ResponseStatusObjectList":[{"Id":"","StatusCode":0},{"Id":"","StatusCode":"4"}]}', [0, 4]),
        ('{"ResponseStatusListObject":[{"Id":"a","StatusCode":0},{"Id":"z","StatusCode":0},{"StatusCode":0}]}', [0, 1]),
        ('{"StatusCode":0}', [0, 0]),
    ],
)  # fmt: skip
def test_that_every_spelling_of_an_answer_is_understood(body: str, codes: list[int]) -> None:
    assert [each.code for each in read_answer(body.encode(), ["a", "b"], "/x")] == codes


def test_that_an_answer_in_another_code_page_is_understood() -> None:
    body = '{"ResponseStatusObject":{"Id":"a","StatusCode":8,"StatusString":"缺少字段"}}'.encode("gb18030")
    assert str(read_answer(body, ["a"], "/x")[0]) == "平台拒绝：缺少字段（8）"


@given(st.binary(max_size=60) | st.recursive(
    st.none() | st.integers() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(
        st.sampled_from(["ResponseStatusListObject", "ResponseStatusObject", "StatusCode", "Id"]), inside, max_size=3
    ),
    max_leaves=8,
).map(lambda value: json.dumps(value).encode()))  # fmt: skip
def test_that_no_answer_whatsoever_is_more_than_an_error(body: bytes) -> None:
    try:
        told = read_answer(body, ["a", "b"], "/VIID/Dispositions")
    except PlatformError as why:
        assert "/VIID/Dispositions" in str(why)
    else:
        assert len(told) == 2
        assert all(isinstance(each, Told) for each in told)


@given(st.integers(0, 99_999), st.dates(), st.integers(0, 99_999), st.dates())
def test_that_no_two_orders_share_an_id(n: int, day: Any, m: int, other: Any) -> None:
    one, two = f"BK-{day:%y%m%d}-{n:03d}", f"BK-{other:%y%m%d}-{m:03d}"
    ids = {disposition_id("331002000000", one), disposition_id("331002000000", two)}
    assert len(ids) == len({one, two})
    assert all(re.fullmatch(r"[0-9]{33}", name) for name in ids)


@pytest.mark.parametrize("order_id", ["", "BK-261122", "BK-261122-003-1", "bk-261122-003", "BK-261122-123456"])
def test_that_an_order_without_a_number_of_ours_is_refused(order_id: str) -> None:
    with pytest.raises(ValueError, match="33 位"):
        disposition_id("331002000000", order_id)


def test_that_an_id_of_the_wrong_length_is_never_written() -> None:
    with pytest.raises(ValueError, match="不是 33 位"):
        numbered("331002", "01", "20261122000000", 1)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"urll": "x"}, "不认识的键 viid_client.urll"),
        ({"url": "ftp://a"}, "viid_client.url 须为"),
        ({"url": "http://127.0.0.1:80/VIID"}, "不带路径"),
        ({"receive_addr": ""}, "viid_client.receive_addr 须为不空"),
        ({"device_id": "3310"}, "viid_client.device_id 须为 20 位数字"),
        ({"organisation": "3310"}, "viid_client.organisation 须为 12 位数字"),
        ({"library": "x"}, "viid_client.library 须为 20 位数字"),
        ({"resources": ["x"]}, "resources 第 1 项"),
        ({"subscribe": ["15"]}, "viid_client.subscribe 不认识 '15'，可用：3 设备"),
        ({"subscribe": "13"}, "viid_client.subscribe 须为一列文字"),
        ({"keepalive_s": "50"}, "viid_client.keepalive_s 须为 1 至 300 的数"),
        ({"keepalive_s": 0}, "viid_client.keepalive_s"),
        ({"subscribe_days": 1.5}, "viid_client.subscribe_days 须为 1 至 3650 的整数"),
        ({"password": 5}, "viid_client.password 须为不空的文字"),
    ],
)
def test_that_a_wrong_table_is_refused_by_name(change: dict[str, Any], words: str) -> None:
    with pytest.raises(ValueError, match=re.escape(words)):
        settings_for(9, **change)


def test_that_the_site_file_is_named_and_a_site_may_do_without(sqlite_store: Store) -> None:
    with pytest.raises(SiteError, match=r"site\.toml: viid_client 缺少 url"):
        upstream_of(Site(viid_client={"username": "a"}), sqlite_store)
    assert upstream_of(Site(), sqlite_store) is None


def test_that_a_missing_key_is_named_and_no_table_is_no_client() -> None:
    with pytest.raises(ValueError, match="viid_client 缺少 url"):
        viid_client_from({"username": "a"}, "x")
    assert viid_client_from({}, "x") is None
    assert "demo-only" not in repr(settings_for(9))
    assert settings_for(9).organisation == f"{DEVICE[:6]}000000"
