"""The bureau's rows into our records. Pure: one bad row becomes a Refused, never the end of the others."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any, TypeVar

import numpy as np

from services.domain.alert import AlertLevel
from services.domain.beidou import FixBlock
from services.domain.boats import (
    CollectionVessel,
    Compartment,
    FishingBoat,
    FleetPlan,
    HandInRequest,
    HandInState,
    Hold,
    Leg,
    LegKind,
    Pollutant,
    SeaWeather,
    Signature,
    StateAt,
    StoreFlow,
    Warehouse,
    compartment_level,
    may_follow,
)
from services.domain.datum import Datum, declared, to_wgs84
from services.domain.event import Batch, Refused
from services.domain.fleet import FLEET_DTYPE, ColourCode, Fleet, VesselKind
from services.domain.masked import Masked, mask_name, mask_phone
from services.sources.asking import RowError, read_rows
from services.sources.boats_events import levels

Row = Mapping[str, Any]
Record = TypeVar("Record")
AHEAD = timedelta(minutes=5)  # no upstream clock is that wrong
CODES = {
    "green": ColourCode.GREEN,
    "yellow": ColourCode.YELLOW,
    "red": ColourCode.RED,
    "unknown": ColourCode.UNKNOWN,
}
WINDS = ("北风", "东北风", "东风", "东南风", "南风", "西南风", "西风", "西北风")
LEVELS = {"blue": AlertLevel.BLUE, "yellow": AlertLevel.YELLOW, "orange": AlertLevel.ORANGE, "red": AlertLevel.RED}
PARTIES = ("boat", "collector", "warehouse", "carrier", "disposer")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_VESSEL_NO = re.compile(r"浙椒渔\s?\d{5}")


def register(answer: Row, now: datetime) -> Batch:
    """Nothing when the bureau says the version we know is still its newest."""
    if "boats" not in answer and answer.get("version"):
        return Batch(cursor=str(answer["version"]))
    boats, refused = read_rows("boat_register", answer["boats"], _boat)
    return Batch({"boat_register": boats}, refused=refused, cursor=str(answer.get("version", "")))


def positions(answer: Row, now: datetime) -> Batch:
    """Raises DatumError without a declared datum. Fixes out of range or from the future are refused."""
    datum = declared(answer.get("datum"))
    good: list[tuple[float, ...]] = []
    refused: list[Refused] = []
    latest = now.timestamp() + AHEAD.total_seconds()
    for row in answer["fixes"]:
        fault = _fix_fault(row, latest)
        if fault:
            refused.append(Refused("boat_positions", *fault, json.dumps(row).encode()))
        else:
            good.append(tuple(float(v) for v in row))
    rows = np.zeros(len(good), FLEET_DTYPE)
    if good:
        mmsi, lon, lat, sog, cog, at = np.array(good, float).T
        rows["lon"], rows["lat"] = to_wgs84(datum, lon, lat)
        rows["mmsi"], rows["sog_kn"], rows["cog_deg"] = mmsi.astype(np.uint32), sog, cog
        rows["at_ms"] = (at * 1000).astype(np.int64)
        rows["kind"] = int(VesselKind.FISHING)
    return Batch({"beidou_fixes": (FixBlock("beidou", Fleet(rows).to_bytes()),)}, refused=tuple(refused))


def hand_ins(answer: Row, now: datetime) -> Batch:
    """The rows as they are told; the keeper makes the cases and their events of them."""
    datum = declared(answer.get("datum"))
    found, refused = read_rows("hand_ins", answer["requests"], lambda row: _hand_in(row, datum, now))
    return Batch({"filed_hand_ins": found}, refused=refused)


def vessels(answer: Row, now: datetime) -> Batch:
    datum = declared(answer.get("datum"))
    found, refused = read_rows("vessels", answer["vessels"], lambda row: _vessel(row, datum, now))
    return Batch(
        {"collection_vessels": tuple(v for v, _ in found), "fleet_plans": tuple(p for _, p in found)}, refused=refused
    )


def warehouses(answer: Row, now: datetime) -> Batch:
    datum = declared(answer.get("datum"))
    found, refused = read_rows("warehouses", answer["warehouses"], lambda row: _warehouse(row, datum))
    events = tuple(event for warehouse in found for event in levels(warehouse, now))
    return Batch({"warehouses": found}, events=events, refused=refused)


def weather(answer: Row, now: datetime) -> Batch:
    found, refused = read_rows("sea_weather", answer["areas"], _area)
    return Batch({"sea_weather": found}, refused=refused)


# -------------------------------------------------------------------------------------------- rows


def _boat(row: Row) -> FishingBoat:
    mmsi = int(row["mmsi"])
    if not 100_000_000 <= mmsi <= 999_999_999:
        raise RowError("bad_mmsi", f"MMSI 不是 9 位：{mmsi}")
    if not _VESSEL_NO.fullmatch(_text(row, "vessel_no")):
        raise RowError("bad_vessel_no", f"船名号不合规：{row['vessel_no']}")
    last = row.get("last_hand_in")
    return FishingBoat(
        id=str(mmsi),
        vessel_no=_text(row, "vessel_no"),
        mmsi=mmsi,
        beidou_id=_text(row, "beidou_id"),
        length_m=_number(row, "length_m"),
        power_kw=_number(row, "power_kw"),
        gear_type=_text(row, "gear_type"),
        home_port=_text(row, "home_port"),
        owner=Masked(_text(row, "owner")),
        phone=Masked(phone := _text(row, "phone"), mask_phone(phone)),
        tank_oily_m3=_number(row, "tank_oily_m3"),
        code=CODES.get(_text(row, "code", ""), ColourCode.UNKNOWN),
        points=int(row.get("points", 0)),
        last_hand_in=None if last is None else _at(last),
        has_account=bool(row.get("has_account", True)),
        wind_rating_bft=None if row.get("wind_rating") is None else int(row["wind_rating"]),
        special_permit=None if row.get("special_permit") is None else bool(row["special_permit"]),
    )


def _fix_fault(row: Any, latest_s: float) -> tuple[str, str] | None:
    if not isinstance(row, list) or len(row) != 6 or not all(isinstance(v, (int, float)) for v in row):
        return "bad_value", "船位不是六个数"
    mmsi, lon, lat, _, _, at = row
    if not 100_000_000 <= mmsi <= 999_999_999:
        return "bad_mmsi", f"MMSI 不是 9 位：{mmsi}"
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        return "out_of_range", f"经纬度不可能：{lon}, {lat}"
    if at > latest_s:
        return "future_time", "定位时间在未来"
    return None


def _hand_in(row: Row, datum: Datum, now: datetime) -> HandInRequest:
    history = tuple(StateAt(HandInState(state), _at(at)) for state, at in row["history"])
    if not history or history[0].state is not HandInState.FILED:
        raise RowError("bad_history", "状态没有从申请开始")
    for a, b in pairwise(history):
        if b.at < a.at or not may_follow(a.state, b.state):
            raise RowError("bad_history", f"状态次序不对：{a.state} → {b.state}")
    if history[-1].at > now + AHEAD:
        raise RowError("future_time", "状态时间在未来")
    lon, lat = _place(row, datum)
    return HandInRequest(
        id=_text(row, "id"),
        number=_text(row, "number"),
        boat_id=str(row["mmsi"]),
        vessel_no=_text(row, "vessel_no"),
        pollutant=Pollutant(row["pollutant"]),
        est_t=_number(row, "est_t"),
        place=_text(row, "place"),
        lon=lon,
        lat=lat,
        in_port=bool(row["in_port"]),
        channel=_text(row, "channel"),
        state=history[-1].state,
        history=history,
        window_to=_maybe_at(row.get("window_to")),
        vessel_id=str(row["vessel"]) if row.get("vessel") else "",
        vessel_name=_text(row, "vessel_name", ""),
        eta=_maybe_at(row.get("eta")),
        weighed_t=_maybe_number(row, "weighed_t"),
        stored_t=_maybe_number(row, "stored_t"),
        warehouse=_text(row, "warehouse", ""),
        manifest=_text(row, "manifest", ""),
        window_from=_maybe_at(row.get("window_from")),
        carrier=_text(row, "carrier", ""),
        disposer=_text(row, "disposer", ""),
        reduced_t=_maybe_number(row, "reduced_t"),
        transferred_t=_maybe_number(row, "transferred_t"),
        disposed_t=_maybe_number(row, "disposed_t"),
        photos=_photos(row),
        signers=tuple(_signature(each) for each in row.get("signers") or ()),
        reason=_text(row, "reason", ""),
    )


def _photos(row: Row) -> tuple[str, ...]:
    photos = row.get("photos") or ()
    if not isinstance(photos, list | tuple) or not all(isinstance(p, str) and _SHA256.fullmatch(p) for p in photos):
        raise RowError("bad_photo", "照片的哈希不是 SHA-256")
    return tuple(photos)


def _signature(each: Any) -> Signature:
    if not isinstance(each, list) or len(each) != 3 or each[1] not in PARTIES or not isinstance(each[2], str):
        raise RowError("bad_signer", f"签收人读不懂：{each!r}")
    return Signature(HandInState(each[0]), each[1], mask_name(each[2]))


def _vessel(row: Row, datum: Datum, now: datetime) -> tuple[CollectionVessel, FleetPlan]:
    lon, lat = _place(row, datum)
    holds = tuple(Hold(Pollutant(p), float(c), float(t)) for p, c, t in row["holds"])
    if any(h.load_t < 0 or h.load_t > h.capacity_t * 2 for h in holds):
        raise RowError("bad_load", "装载量不可能")
    vessel = CollectionVessel(
        id=str(row["mmsi"]),
        name=_text(row, "name"),
        mmsi=int(row["mmsi"]),
        speed_kn=_number(row, "speed_kn"),
        wave_limit_m=_number(row, "wave_limit_m"),
        crew=int(row["crew"]),
        licence_until=_at(row["licence_until"]),
        holds=holds,
        doing=_text(row, "doing"),
        next_request=_text(row, "next_request", ""),
        next_eta=_maybe_at(row.get("next_eta")),
        lon=lon,
        lat=lat,
        heading_deg=float(row["cog_deg"]),
        sog_kn=_number(row, "sog_kn"),
        idle_reason=_text(row, "idle_reason", ""),
    )
    legs = tuple(
        Leg(
            LegKind(leg["kind"]), _at(leg["begin"]), _at(leg["end"]), _text(leg, "number"),
            planned=_at(leg["begin"]) > now, note=_text(leg, "note"), promised=_maybe_at(leg["promised"]),
        )
        for leg in row["legs"]
    )  # fmt: skip
    oily = vessel.hold(Pollutant.OILY_WATER)
    return vessel, FleetPlan(vessel.id, vessel.name, vessel.doing, oily.spare_t if oily else 0.0, legs)


def _warehouse(row: Row, datum: Datum) -> Warehouse:
    lon, lat = _place(row, datum)
    compartments = tuple(_compartment(*told) for told in row["compartments"])
    name, treated = _text(row, "name"), _number(row, "treatment_t_h")
    found = Warehouse(_text(row, "id"), name, lon, lat, treated, compartments, flow=_flow(row.get("flow")))
    inflow, worst = row.get("net_inflow_t_day"), found.worst
    if not inflow or inflow < 0 or worst is None or worst.level_pct is None:
        return found
    left_t = worst.capacity_t * max(0.0, 100 - worst.level_pct) / 100
    return replace(found, days_to_full=left_t / inflow)


def _compartment(
    pollutant: str, capacity: float, level: float | None, leak: bool | None = None, temp_c: float | None = None
) -> Compartment:
    if level is not None and not 0 <= level <= 120:
        raise RowError("bad_level", f"液位不可能：{level}")
    if leak is not None and not isinstance(leak, bool):
        raise RowError("bad_value", f"渗漏报警不是真假：{leak!r}")
    if temp_c is not None and not -60 <= temp_c <= 1500:
        raise RowError("bad_value", f"温度不可能：{temp_c}")
    return Compartment(Pollutant(pollutant), float(capacity), level, compartment_level(level), leak, temp_c)


def _flow(row: Row | None) -> StoreFlow | None:
    """What a warehouse's own books say went through it; most tell none."""
    if row is None:
        return None
    change = float(row["change_t"])
    if not math.isfinite(change):
        raise RowError("bad_value", "云仓收支不是量")
    return StoreFlow(_at(row["since"]), _number(row, "in_t"), _number(row, "treated_t"), _number(row, "out_t"), change)


def _area(row: Row) -> SeaWeather:
    wind = float(row["wind_from_deg"]) % 360
    return SeaWeather(
        id=_text(row, "id"),
        area=_text(row, "area"),
        wind_from_deg=wind,
        wind_word=WINDS[round(wind / 45) % 8],
        wind_bft=int(row["wind_bft"]),
        gust_bft=int(row["gust_bft"]),
        wave_m=_number(row, "wave_m"),
        temp_c=float(row["temp_c"]),
        warning=_text(row, "warning", ""),
        warning_level=LEVELS.get(_text(row, "warning_level", "")),
        warned_at=_maybe_at(row.get("warned_at")),
        forecast=tuple(sorted((_at(at), int(bft)) for at, bft in row.get("forecast", ()))),
    )


# ------------------------------------------------------------------------------------------ values


def _at(stamp: Any) -> datetime:
    return datetime.fromtimestamp(float(stamp), UTC)


def _maybe_at(stamp: Any) -> datetime | None:
    return None if stamp is None else _at(stamp)


def _text(row: Row, name: str, missing: str | None = None) -> str:
    """Nothing but text: a number or a null here would make the topic unreadable for every console."""
    value = row[name] if missing is None else row.get(name, missing)
    if not isinstance(value, str):
        raise RowError("bad_value", f"{name} 不是文字：{value!r}")
    return value


def _maybe_number(row: Row, name: str) -> float | None:
    return None if row.get(name) is None else _number(row, name)


def _number(row: Row, name: str) -> float:
    value = float(row[name])
    if not math.isfinite(value) or value < 0:
        raise RowError("bad_value", f"{name} 不是量：{row[name]}")
    return value


def _place(row: Row, datum: Datum) -> tuple[float, float]:
    lon, lat = float(row["lon"]), float(row["lat"])
    if not (math.isfinite(lon) and math.isfinite(lat) and -180 <= lon <= 180 and -90 <= lat <= 90):
        raise RowError("out_of_range", f"经纬度不可能：{lon}, {lat}")
    x, y = to_wgs84(datum, lon, lat)
    return float(x), float(y)
