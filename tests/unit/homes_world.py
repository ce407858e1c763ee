"""One tall building with its registers, elders, gates and alerts, for tests of cards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import insert

from services.domain.address_book import BuildingAddress, Device, Dwelling, EstateAddress, Resident, UnitAddress
from services.domain.alert import Action, AlertLevel, Command, Detection
from services.domain.community import CareClass, Elder, Safety
from services.domain.community_told import GatePassage, MeterReading
from services.domain.elder_contact import ElderContact
from services.domain.event import Batch, Event
from services.domain.let_room import LetRoom
from services.domain.masked import Masked
from services.domain.officer import Officer, Role
from services.domain.rental_safety import SafetyColour
from services.store.schema import REGISTERS
from services.store.store import Store

NOW = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
COMMUNITY = "331002002001"
HOME, OTHER, BUILDING = "XQ010320304", "XQ010320401", "XQ0103"
LIN = "XQ01-3f9a5b7c21"  # a pseudonym of the gates
ROOM, OWNER, RESIDENT, ELDER_NAME = "金丝雀室", "张金丝雀", "李金丝雀", "陈金丝雀"


def officer(role: Role = Role.POLICE_ROOM, **rest: object) -> Officer:
    return Officer(f"u-{role}", "王海涛", role, **rest)  # type: ignore[arg-type]


def fill(store: Store) -> None:
    """The registers as an import leaves them, two elders in their topic, a month of passages and readings."""
    people = [
        _resident("XQ01R00001", RESIDENT, HOME, registered=True),
        _resident("XQ01R00002", "赵金丝雀", HOME, registered=False, category="floating"),
    ]
    homes = [_home(HOME, 3, 3, "l", OWNER), _home(OTHER, 4, 0, "o", "")]
    _put(store, "estate", EstateAddress("XQ01", "城市花园"))
    _put(store, "building", BuildingAddress(BUILDING, "XQ01", "3 幢"))
    _put(store, "unit", UnitAddress("XQ0103-2", "XQ01", BUILDING, 2, "电梯正常", "大厅"))
    for row in homes:
        _put(store, "dwelling", row)
    for person in people:
        _put(store, "resident", person)
    for number, heard in ((1, NOW - timedelta(hours=1)), (2, NOW - timedelta(hours=30))):
        about = Device(f"YG000{number}", "smoke", "XQ01", BUILDING, "XQ0103-2", HOME, "独立烟感", "正常", heard, 91)
        _put(store, "device", about)
    store.put_topic("elders", [elder("L1", HOME), elder("L2", OTHER, safety=Safety.UNKNOWN)], NOW)
    kin = [
        ElderContact(f"K{n}", "L1", n, "女儿", Masked("钱金丝雀"), Masked(f"1380000000{n}", "138****000"))
        for n in (2, 1)
    ]
    store.put_topic("elder_contacts", kin, NOW)
    here = (HOME, "XQ01", "城市花园", BUILDING, "3 幢", 2, 3, 3)
    let = LetRoom(*here, True, 2, 2, 88.0, None, date(2027, 3, 1), SafetyColour.YELLOW, date(2026, 10, 3), 3)
    store.put_topic("let_rooms", [let], NOW)
    store.take(Batch(events=[*passages(), *readings()]), "community", NOW)


def _daughter(rank: int) -> ElderContact:
    phone = Masked(f"1380000000{rank}", "138****000")
    return ElderContact(f"K{rank}", "L1", rank, "女儿", Masked("钱金丝雀"), phone)


def _home(code: str, floor: int, at: int, use: str, owner: str) -> Dwelling:
    owned = Masked(owner) if owner else None
    return Dwelling(code, "XQ01", BUILDING, "XQ0103-2", floor, at, Masked(ROOM, "***"), use, 2, 88.0, owned)


def _resident(code: str, name: str, home: str, *, registered: bool, category: str = "resident") -> Resident:
    where = ("XQ01", BUILDING, "XQ0103-2", home)
    return Resident(code, *where, Masked(name), category, "f", 1988, "安徽", registered, None, None, "p1", "331***1234")


def elder(code: str, home: str, **changed: object) -> Elder:
    water = tuple(0.002 if hour % 3 else None for hour in range(24))
    made = Elder(
        code, Masked(ELDER_NAME), CareClass.KEY, "城市花园", "3 幢", Safety.CONFIRMED, water,
        NOW - timedelta(hours=2), "用水", "今日已确认", "探访 11-25", dwelling_id=home,
    )  # fmt: skip
    return replace(made, **changed)  # type: ignore[arg-type]


def _put(store: Store, kind: str, record: object) -> None:
    spec = REGISTERS[kind]
    values = {name: getattr(record, name) for name in spec.record.__dataclass_fields__}
    veiled = {f"{name}_mask": str(v) for name, v in values.items() if isinstance(v, Masked)}
    standing = {"community": COMMUNITY, "source": "import", "import_id": "DR-1", "seen_at": NOW, "valid": True}
    with store._writing() as connection:
        connection.execute(insert(spec.table).values(**values, **veiled, **standing))


def passages() -> list[Event]:
    """Six evenings in and mornings out; on the second day an announced visitor."""
    made = []
    for day in range(6):
        evening = NOW - timedelta(days=20 - 3 * day) + timedelta(hours=7)  # 21:30 in Shanghai
        for way, at in (("in", evening), ("out", evening + timedelta(hours=9, minutes=30))):
            key = f"M{day}{way}"
            row = GatePassage(
                key, "XQ01", "城市花园", "南门", way, LIN, "unknown", 0, 0, int(day == 1), at, "3 幢", "林*"
            )
            made.append(Event("community", key, "gate_passage", at, row))
    return made


def readings() -> list[Event]:
    """Water of the dwelling on three days, none before."""
    made = []
    for hours in range(72):
        at = NOW - timedelta(hours=hours)
        row = MeterReading(f"C{hours}", "W1", "water", at, 100.0 - hours * 0.01, "m3", HOME, "XQ01", 0.01)
        made.append(Event("community", f"C{hours}", "meter_reading", at, row))
    return made


def alert_about_lin(store: Store, steps: tuple[Action, ...] = ()) -> str:
    """R-POP-01 about the pseudonym, brought as far as these steps."""
    found = Detection(
        f"R-POP-01|XQ01|{LIN}", "R-POP-01", 1, "规则", "community", AlertLevel.YELLOW, "疑似未办理居住登记",
        "林* · 城市花园 3 幢", "城市花园 · 一人", "estate", "XQ01", "城市花园 南门", NOW - timedelta(minutes=10),
    )  # fmt: skip
    (alert,) = store.report([replace(found, grid_code=f"{COMMUNITY}G3", department="公安")], NOW)
    for action in steps:
        bring(store, alert.id, action)
    return alert.id


def bring(store: Store, alert_id: str, action: Action) -> None:
    """The next step of an alert, taken by the officer on duty."""
    seen = store.alert(alert_id)
    assert seen is not None
    told = {"department": "公安", "text": "已上门核实情况属实"} if action is Action.DISPATCH else {}
    outcome = store.perform(Command(alert_id, action, seen.version, **told), officer(Role.DUTY), NOW + _MINUTE)
    assert outcome.done, outcome.refusal


_MINUTE = timedelta(minutes=1)
VERIFIED = (Action.SIGN, Action.VERIFY, Action.DISPATCH)
