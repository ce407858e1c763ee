"""Orders to watch in the demo's past, one in each state, and the way of a watched vehicle over six days. 演示数据.

Every order went through the store's own decisions, each by the officer who may.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

from services.district.roads import WATCHED
from services.district.roads_network import BY_NAME, Place, distance_km
from services.domain.alert import AlertLevel
from services.domain.control_rules import DEFAULT, GROUNDS, LAWS
from services.domain.deed import Said
from services.domain.event import Event
from services.domain.officer import ENGINE, Officer, Role
from services.domain.passage import Passage
from services.domain.watch_order import NAME, WatchOrder
from services.domain.watch_order_course import drawn
from services.domain.watch_order_steps import (
    ApplyWatch,
    ApproveWatch,
    AskExtension,
    ConfirmSpot,
    RejectWatch,
    WatchExpired,
    WithdrawWatch,
)
from services.domain.watchlist import WatchKind
from services.store import changes, deeds, events
from services.store.streams import STREAMS

WANG = Officer("duty-b", "王海涛", Role.DUTY)
CHEN = Officer("leader-1121", "陈志远", Role.DUTY_LEADER)
WU = Officer("police-1", "吴刚", Role.POLICE_ROOM)
ZHENG = Officer("liaison-traffic", "郑洁", Role.DEPT_LIAISON, department="交通")
FANG = Officer("secadmin", "钱芳", Role.SECADMIN)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

WAYS: Sequence[tuple[float, Sequence[str]]] = (  # hours before the start; checkpoints on the way
    (141.2, ("章安", "椒江大桥", "椒江二桥", "疏港大道口")),
    (131.6, ("疏港大道口", "椒江二桥", "椒江大桥")),
    (117.0, ("章安", "前所", "椒江二桥", "东环大道口")),
    (92.4, ("三甲", "疏港大道口")),
    (92.25, ("洪家",)),  # eight minutes later, twelve kilometres away: under this plate there are two cars
    (69.8, ("章安", "椒江大桥", "椒江二桥", "疏港大道口", "三甲")),
    (45.1, ("三甲", "疏港大道口", "椒江二桥")),
    (21.3, ("椒江大桥", "椒江二桥", "疏港大道口", "三甲")),
    (12.6, ("三甲", "疏港大道口", "东环大道口")),
)


def watch_past(connection: Connection, start: datetime, seed: int) -> None:
    """Within the transaction that writes the past. Raises ValueError when the store refuses a step."""
    passages = sorted(_passages(start, seed), key=lambda passage: passage.passed_at)
    told = [Event("viid", p.passage_id, "passage", p.passed_at, p) for p in passages]
    events.type_rows(connection, events.keep(connection, told, start))
    for past in (_active, _extended, _waiting, _ended, _excused):
        past(connection, start)
    changes.note(connection, [STREAMS[NAME].topic], start)


def _passages(start: datetime, seed: int) -> Iterator[Passage]:
    chance = Random(f"{seed}/history/watch")
    vehicle, number = WATCHED[0], 0
    for hours, way in WAYS:
        at, before = start - hours * HOUR, None
        for name in way:
            place = BY_NAME[name]
            if before is not None:
                at += HOUR * (distance_km(before, place) / chance.uniform(28, 52))
            number += 1
            yield _passage(number, at, place, vehicle.plate, chance)
            before = place


def _passage(number: int, at: datetime, place: Place, plate: str, chance: Random) -> Passage:
    return Passage(
        passage_id=f"DEMO-WATCH-{number:04d}",
        checkpoint_id=place.id,
        device_id=place.device_id,
        passed_at=at,
        checkpoint_name=place.name,
        lane=chance.randrange(1, place.lanes // 2 + 1),
        plate_no=plate,
        plate_raw=plate,
        plate_colour="蓝",
        plate_class="02",
        plate_flag="civil",
        has_plate=True,
        vehicle_class="K33",
        vehicle_colour="灰",
        speed_kmh=float(chance.randrange(32, 68)),
        confidence=round(chance.uniform(0.9, 0.99), 2),
        lon=place.lon,
        lat=place.lat,
    )


# --------------------------------------------------------------------------------------------- orders


def _active(connection: Connection, start: datetime) -> None:
    hers = {"level": AlertLevel.ORANGE, "unit": "公安", "legal_basis": LAWS[3]}
    _granted(
        connection, start - 44 * HOUR, WU, plate_no=WATCHED[0].plate, reason="套牌嫌疑，两地同时出现", days=15, **hers
    )
    checked = _granted(
        connection, start - 29 * HOUR, WANG, spot=True, plate_no="浙J7CN05", reason="肇事逃逸，目击号牌一致",
        level=AlertLevel.RED, unit="公安交警", legal_basis=LAWS[3],
    )  # fmt: skip
    _do(connection, ConfirmSpot(**_of(checked), note="依据与事由相符"), FANG, start - 24 * HOUR)
    _granted(
        connection, start - 5 * HOUR, WANG, spot=True, plate_no="浙J5KR19", reason="多次冒黑烟，逾期未复检",
        level=AlertLevel.ORANGE, unit="生态环境", legal_basis=LAWS[4], days=14,
    )  # fmt: skip


def _extended(connection: Connection, start: datetime) -> None:
    order = _granted(
        connection, start - 6.4 * DAY, ZHENG, plate_no="浙J3FQ92", reason="危化品运输偏离许可路线",
        level=AlertLevel.ORANGE, legal_basis=LAWS[5], days=7,
        checkpoint_ids=tuple(BY_NAME[name].id for name in ("疏港大道口", "三甲")),
    )  # fmt: skip
    _do(connection, AskExtension(**_of(order), days=15, reason="企业整改未完成"), ZHENG, start - 3 * HOUR)


def _waiting(connection: Connection, start: datetime) -> None:
    red = {"level": AlertLevel.RED, "legal_basis": LAWS[1]}
    _applied(connection, start - 26 * HOUR / 60, WU, plate_no="浙JK8-5R", reason="涉嫌盗窃，目击缺一位", **red)
    _applied(
        connection, start - 41 * HOUR, ZHENG, plate_no="浙J6TD31", reason="超限运输三次未处理",
        legal_basis=LAWS[6], days=7,
    )  # fmt: skip


def _ended(connection: Connection, start: datetime) -> None:
    law = {"legal_basis": LAWS[3], "level": AlertLevel.ORANGE}
    refused = _applied(
        connection, start - 30 * HOUR, WANG, plate_no="浙JM20W8", reason="家属要求查找车辆", unit="公安", **law
    )
    _do(connection, RejectWatch(**_of(refused), reason="不属布控范围，转接警平台"), CHEN, start - 27 * HOUR)
    caught = _granted(connection, start - 6 * DAY, WU, plate_no="浙JH51T7", reason="交通肇事逃逸嫌疑", **law)
    _do(connection, WithdrawWatch(**_of(caught), reason="车辆已查获，案件移交"), WU, start - 3.3 * DAY)
    order = _granted(
        connection, start - 9 * DAY, WANG, plate_no="浙J0GP66", reason="渣土车夜间偷倒嫌疑", days=7,
        level=AlertLevel.ORANGE, unit="综合执法", legal_basis=LAWS[6],
    )  # fmt: skip
    assert order.valid_until is not None
    register = deeds.Register(connection, order.valid_until, ENGINE)
    register.add(STREAMS[NAME], Said(WatchExpired(order.valid_until)), order.id)
    register.write()


def _excused(connection: Connection, start: datetime) -> None:
    _granted(
        connection, start - 20 * DAY, WANG, kind=WatchKind.WHITE, plate_no="浙JX9120", reason="急救转运车辆",
        unit="卫健", legal_basis=GROUNDS[1], days=90,
    )  # fmt: skip
    _granted(
        connection, start - 4 * DAY, ZHENG, kind=WatchKind.PERMITS, plate_no="浙JB7V40",
        reason="重件运输，许可路线内通行", legal_basis=GROUNDS[0], days=30,
    )  # fmt: skip


def _granted(connection: Connection, at: datetime, who: Officer, *, spot: bool = False, **said: Any) -> WatchOrder:
    """Applied for and, twenty minutes later, approved, by an approval that is drawn for the spot check or not."""
    order = _applied(connection, at - timedelta(minutes=20), who, **said)
    moments = (at + timedelta(milliseconds=n) for n in range(1000))
    when = next(moment for moment in moments if drawn(order, moment, DEFAULT.spot_share) is spot)
    return _do(connection, ApproveWatch(**_of(order), note="同意"), CHEN, when)


def _applied(connection: Connection, at: datetime, who: Officer, **said: Any) -> WatchOrder:
    return _do(connection, ApplyWatch(**said), who, at)


def _of(order: WatchOrder) -> dict[str, Any]:
    return {"case_id": order.id, "expected_version": order.version}


def _do(connection: Connection, wish: Any, who: Officer, at: datetime) -> WatchOrder:
    outcome, _ = deeds.perform(connection, wish, who, at)
    if not outcome.done:
        raise ValueError(f"{type(wish).__name__}: {outcome.refusal}")
    return outcome.case
