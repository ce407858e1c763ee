"""The community's fire devices: what each reports, those that deserve a look, and how many of a kind are well."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, and_, case, exists, func, literal, or_, select

from services.domain.community import FireRow
from services.domain.community_rates import SMOKE
from services.domain.event import Batch
from services.domain.fire import DeviceKind, DeviceState, FireDevice, FireDeviceReport
from services.domain.hydrants import Hydrant
from services.sources.asking import RowError
from services.sources.community_events import PAGE, coded, moment, moment_of, normalise_rows, number_of
from services.sources.community_hydrants import hydrants_in, near
from services.sources.community_tables import LOUDONG, SHEBEI, XIAOFANG, XIAOQU, YINHUAN, ZUOYE
from services.sources.community_upstream import Answer, Questions, Row, day, stamp

DEVICE_KINDS = {
    "YG": DeviceKind.SMOKE,
    "GW": DeviceKind.HEAT,
    "SB": DeviceKind.CALL_POINT,
    "XHS": DeviceKind.HYDRANT,
    "SNS": DeviceKind.INDOOR_HYDRANT,
    "PLMD": DeviceKind.SPRINKLER,
    "SYDL": DeviceKind.RESIDUAL_CURRENT,
    "XLWD": DeviceKind.CABLE_TEMP,
    "CDP": DeviceKind.CHARGING,
    "DTCK": DeviceKind.LIFT,
    "KRQT": DeviceKind.GAS,
}
REPORTS = {
    "1": DeviceState.ALARM,
    "2": DeviceState.NORMAL,
    "3": DeviceState.FAULT,
    "4": DeviceState.MEASURED,
    "5": DeviceState.SIGNATURE,
}
_ROWS = (
    (SMOKE, "YG", "独立烟感"),
    ("hydrant", "XHS", "消火栓 压力"),
    ("ebike", "DTCK", "电动车 梯控"),
    ("charging", "CDP", "充电棚"),
    ("indoor_hydrant", "SNS", "室内栓"),
    ("electric", "SYDL", "剩余电流"),
    ("gas", "KRQT", "可燃气体"),
)
_LIMITS_MPA = {"XHS": 0.14, "SNS": 0.25, "PLMD": 0.35}  # [K] as R-FIR-03 and R-FIR-05
_SILENT = timedelta(hours=24)
_FLAPS = timedelta(minutes=10)
_ALARM, _FAULT = "1", "3"


# ------------------------------------------------------------------------------------------- reports


def reports_after(cursor: int) -> Select[*tuple[Any, ...]]:
    """With where the device is, and whether work at it was registered for that moment."""
    allowed = exists().where(
        ZUOYE.c.sbbh == XIAOFANG.c.sbbh, ZUOYE.c.kssj <= XIAOFANG.c.fssj, ZUOYE.c.jssj >= XIAOFANG.c.fssj
    )
    devices = XIAOFANG.outerjoin(SHEBEI, SHEBEI.c.sbbh == XIAOFANG.c.sbbh)
    estates = devices.outerjoin(XIAOQU, XIAOQU.c.xqbh == SHEBEI.c.xqbh)
    place = (SHEBEI.c.sblx, SHEBEI.c.xqbh, SHEBEI.c.dyxh, SHEBEI.c.azwz, SHEBEI.c.fwbh, SHEBEI.c.jd, SHEBEI.c.wd)
    return (
        select(
            *(*XIAOFANG.c, *place, SHEBEI.c.dw, XIAOQU.c.xqmc, LOUDONG.c.ldmc),
            case((allowed, 1), else_=0).label("zyxk"),
        )
        .select_from(estates.outerjoin(LOUDONG, LOUDONG.c.ldbh == SHEBEI.c.ldbh))
        .where(XIAOFANG.c.id > cursor)
        .order_by(XIAOFANG.c.id)
        .limit(PAGE)
    )


def read_report(row: Row, now: datetime, hydrants: Sequence[Hydrant] = ()) -> tuple[datetime, FireDeviceReport]:
    at = moment_of(row["fssj"], now)
    if row["sblx"] is None or row["xqmc"] is None:
        raise RowError("unknown_device", f"设备不认识：{row['sbbh']}")
    kind = coded(DEVICE_KINDS, row["sblx"], "unknown_kind", "设备类型")
    state = coded(REPORTS, row["sblb"], "unknown_state", "上报类别")
    battery = row["dlbfb"]
    if battery is not None and not 0 <= battery <= 100:
        raise RowError("bad_value", f"电量不可能：{battery}")
    value = None if row["jcz"] is None else number_of(row["jcz"], "bad_value", "监测值")
    if value is None and state == DeviceState.MEASURED:
        raise RowError("bad_value", "测值为空")
    burns = state == DeviceState.ALARM
    return at, FireDeviceReport(
        report_id=row["lsh"],
        device_id=row["sbbh"],
        kind=kind,
        state=state,
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        at=at,
        building=row["ldmc"] or "",
        unit_name=_unit_of(row),
        spot=row["azwz"] or "",
        dwelling_id=row["fwbh"] or "",
        value=value,
        unit=row["dw"] or "",
        battery_pct=battery,
        flow_m3h=None if row["llz"] is None else number_of(row["llz"], "bad_value", "流量"),
        tilt_deg=None if row["qxj"] is None else number_of(row["qxj"], "bad_value", "倾斜角"),
        works_permit=row["zyxk"] if kind == DeviceKind.HYDRANT else None,
        hydrants=near(row["jd"], row["wd"], hydrants) if burns else "",
        lon=row["jd"],
        lat=row["wd"],
    )


def normalise_reports(answer: Answer, now: datetime) -> Batch:
    hydrants = hydrants_in(answer, now)

    def read(row: Row, now: datetime) -> tuple[datetime, FireDeviceReport]:
        return read_report(row, now, hydrants)

    return normalise_rows("community_fire_reports", "fire_device", read, answer, now)


def _unit_of(row: Row) -> str:
    return f"{row['dyxh']} 单元" if row["dyxh"] else ""


# ------------------------------------------------------------------------------------------- devices


def ask_devices(now: datetime) -> Questions:
    """Those in alarm, faulty, silent or with a weak battery, and all that carry a pressure."""
    raised = XIAOFANG.c.fssj > stamp(now - _FLAPS)
    flaps = (
        select(XIAOFANG.c.sbbh, func.count().label("cs"))
        .where(raised, XIAOFANG.c.sblb == _ALARM)
        .group_by(XIAOFANG.c.sbbh)
        .subquery()
    )
    joined = SHEBEI.outerjoin(XIAOQU, XIAOQU.c.xqbh == SHEBEI.c.xqbh)
    joined = joined.outerjoin(LOUDONG, LOUDONG.c.ldbh == SHEBEI.c.ldbh)
    odd = or_(SHEBEI.c.bjbz != 0, SHEBEI.c.zhsj <= stamp(now - _SILENT), SHEBEI.c.dlbfb < 20, SHEBEI.c.bz != "")
    return {
        "shebei": select(*SHEBEI.c, XIAOQU.c.xqmc, LOUDONG.c.ldmc, func.coalesce(flaps.c.cs, 0).label("cs"))
        .select_from(joined.outerjoin(flaps, flaps.c.sbbh == SHEBEI.c.sbbh))
        .where(or_(odd, flaps.c.cs > 0, SHEBEI.c.sblx.in_(_LIMITS_MPA)))
        .order_by(SHEBEI.c.sbbh)
    }


def normalise_devices(answer: Answer, now: datetime) -> Batch:
    """A device of a kind or with a moment we cannot read stands as a fault, so that it is looked at."""
    return Batch(states={"fire_devices": [_device(row, now) for row in answer.rows["shebei"]]})


def _device(row: Row, now: datetime) -> FireDevice:
    kind = DEVICE_KINDS.get(row["sblx"])
    try:
        heard: datetime | None = moment(row["zhsj"]).astimezone(now.tzinfo)
    except ValueError:
        heard = None
    return FireDevice(
        id=row["sbbh"],
        kind=kind or DeviceKind.SMOKE,
        estate_id=row["xqbh"],
        estate_name=row["xqmc"] or "",
        building=row["ldmc"] or "",
        unit_name=_unit_of(row),
        spot=row["azwz"],
        state=_state(row, heard, kind is not None, now),
        heard_at=heard,
        value=row["jcz"],
        unit=row["dw"],
        battery_pct=row["dlbfb"],
        note=row["bz"] if kind else f"类型不认识 {row['sblx']}",
        flaps=int(row["cs"]),
        lon=row["jd"],
        lat=row["wd"],
        dwelling_id=row["fwbh"],
    )


def _state(row: Row, heard: datetime | None, known: bool, now: datetime) -> DeviceState:
    if heard is None or not known:
        return DeviceState.FAULT
    if now - heard > _SILENT:
        return DeviceState.SILENT
    return {0: DeviceState.NORMAL, 1: DeviceState.ALARM}.get(row["bjbz"], DeviceState.FAULT)


# -------------------------------------------------------------------------------------- rows by kind


def ask_fire(now: datetime) -> Questions:
    heard = SHEBEI.c.zhsj > stamp(now - _SILENT)
    today = day(now)
    limit = case(*((SHEBEI.c.sblx == kind, mpa) for kind, mpa in _LIMITS_MPA.items()), else_=literal(0.0))
    known = and_(heard, SHEBEI.c.sblx.in_(_LIMITS_MPA), SHEBEI.c.jcz.is_not(None))

    def count(what: Any) -> Any:
        return func.sum(case((what, 1), else_=0))

    return {
        "shebei": select(
            SHEBEI.c.sblx,
            func.count().label("az"),
            count(heard).label("zx"),
            count(SHEBEI.c.bjbz == 1).label("bj"),
            count(SHEBEI.c.bjbz > 1).label("gz"),
            count(SHEBEI.c.dlbfb < 15).label("dd"),
            count(known).label("cy"),
            count(and_(known, SHEBEI.c.jcz >= limit)).label("hg"),
            func.max(case((SHEBEI.c.bjbz == 1, SHEBEI.c.bz), else_="")).label("sm"),
        ).group_by(SHEBEI.c.sblx),
        "yinhuan": select(
            YINHUAN.c.sblx,
            func.count().label("dq"),
            count(and_(YINHUAN.c.zgrq != "", YINHUAN.c.zgrq <= YINHUAN.c.dqrq)).label("zg"),
        )
        .where(YINHUAN.c.dqrq <= today, YINHUAN.c.dqrq >= day(now - timedelta(days=30)))
        .group_by(YINHUAN.c.sblx),
    }


def normalise_fire(answer: Answer, now: datetime) -> Batch:
    devices = {row["sblx"]: row for row in answer.rows["shebei"]}
    hazards = {row["sblx"]: row for row in answer.rows["yinhuan"]}
    return Batch(states={"fire": tuple(_fire_rows(devices, hazards))})


def _fire_rows(devices: dict[str, Row], hazards: dict[str, Row]) -> Iterable[FireRow]:
    for key, code, title in _ROWS:
        if row := devices.get(code):
            silent, weak = int(row["az"]) - int(row["zx"]), int(row["dd"])
            hazard = hazards.get(code, {"dq": 0, "zg": 0})
            note = row["sm"] or (f"{silent} 失联" if silent else f"{weak} 低电" if weak else "")
            yield FireRow(
                id=key,
                title=title,
                installed=int(row["az"]),
                online=int(row["zx"]),
                alarms=int(row["bj"]),
                note=note,
                hazards_due=int(hazard["dq"]),
                hazards_rectified=int(hazard["zg"]),
                faults=int(row["gz"]),
                low_battery=weak,
                measured=int(row["cy"]),
                pressed=int(row["hg"]),
            )
