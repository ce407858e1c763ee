"""Patrols on the road, as their dispatch system tells them over HTTP."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.collect.site import Site
from services.domain.event import Batch
from services.domain.timebase import SHANGHAI
from services.domain.units import Unit, UnitState
from services.sources.asking import asker
from services.sources.base import Source

TIMEOUT_S = (3.0, 8.0)
DATUMS = ("WGS-84", "CGCS2000")
_STATES: Mapping[str, UnitState] = {
    "待命": UnitState.FREE,
    "巡逻": UnitState.FREE,
    "出警": UnitState.BUSY,
    "停勤": UnitState.OFF,
}


def sources(site: Site) -> Sequence[Source]:
    """One source of ``[sources.units]``; none when the site has no such table."""
    table = site.sources.get("units")
    if table is None:
        return ()
    ask = asker(str(table["url"]).rstrip("/"), TIMEOUT_S)
    return (Source("units", "执勤单位", 5, 60, ask("/units"), units, ("units",)),)


def units(answer: Mapping[str, Any], now: datetime) -> Batch:
    """Raises ValueError for coordinates without a datum we take, KeyError for a field that is missing.
    A state we do not know is busy: nobody is sent on a guess."""
    datum = answer.get("datum")
    if datum not in DATUMS:
        raise ValueError(f"坐标系未声明或不支持：{datum}")
    return Batch({"units": tuple(_unit(each) for each in answer["units"])})


def _unit(each: Mapping[str, Any]) -> Unit:
    course = each.get("Course")
    return Unit(
        id=str(each["UnitID"]),
        call_sign=str(each["CallSign"]),
        department=str(each.get("Department", "")),
        lon=float(each["Longitude"]),
        lat=float(each["Latitude"]),
        state=_STATES.get(str(each["State"]), UnitState.BUSY),
        seen_at=datetime.strptime(str(each["PositionTime"]), "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI),
        course_deg=None if course is None else float(course),
    )
