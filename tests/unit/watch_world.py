"""People, plates and orders for tests of 布控 and 查询."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from services.domain.control_rules import LAWS, ControlRules
from services.domain.event import Batch, Event
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.watch_order import WatchOrder
from services.domain.watch_order_steps import ApplyWatch, ApproveWatch
from services.store.store import Store

NOON = datetime(2026, 11, 22, 4, 0, tzinfo=UTC)
WANG = Officer("wang", "王海涛", Role.DUTY)
CHEN = Officer("chen", "陈志远", Role.DUTY_LEADER)
WU = Officer("wu", "吴刚", Role.POLICE_ROOM)
ZHENG = Officer("zheng", "郑洁", Role.DEPT_LIAISON, department="交通")
FANG = Officer("fang", "钱芳", Role.SECADMIN)
LEI = Officer("lei", "赵磊", Role.AUDITADMIN)
HE = Officer("he", "何静", Role.ANALYST)
WALL = Officer("wall", "大屏", Role.WALL)
PLATE = "浙J8T56K"
BRIDGE, HARBOUR = "33100200000000000001", "33100200000000000002"
PLACES = {BRIDGE: ("椒江二桥", 121.44, 28.69), HARBOUR: ("疏港大道口", 121.50, 28.65)}
ALWAYS, NEVER = ControlRules(spot_share=1.0), ControlRules(spot_share=0.0)


def days(n: float) -> timedelta:
    return timedelta(days=n)


def minutes(n: float) -> timedelta:
    return timedelta(minutes=n)


def application(**fields: Any) -> ApplyWatch:
    plain: dict[str, Any] = {"plate_no": PLATE, "reason": "肇事逃逸嫌疑车辆", "legal_basis": LAWS[3], "unit": "公安"}
    return ApplyWatch(**(plain | fields))


def step(order: WatchOrder) -> dict[str, Any]:
    return {"case_id": order.id, "expected_version": order.version}


def granted(store: Store, at: datetime = NOON, **fields: Any) -> WatchOrder:
    """An order applied for by 王 and approved by 陈 a minute later."""
    applied = store.perform(application(**fields), WANG, at)
    assert applied.done, applied.refusal
    approved = store.perform(ApproveWatch(**step(applied.case)), CHEN, at + minutes(1))
    assert approved.done, approved.refusal
    return approved.case


def passage(number: int, at: datetime, plate: str = PLATE, where: str = BRIDGE, **fields: Any) -> Passage:
    name, lon, lat = PLACES[where]
    plain: dict[str, Any] = {
        "checkpoint_name": name,
        "plate_no": plate,
        "plate_flag": "civil",
        "confidence": 0.97,
        "lon": lon,
        "lat": lat,
    }
    return Passage(f"P{number:05d}", where, f"{where}-1", at, **(plain | fields))


def take(store: Store, *passages: Passage, at: datetime | None = None) -> Any:
    """As a camera sends them, a second after the last of them passed."""
    events = tuple(Event("viid", p.passage_id, "passage", p.passed_at, p) for p in passages)
    return store.take(Batch(events=events), "viid", at or max(p.passed_at for p in passages) + timedelta(seconds=1))
