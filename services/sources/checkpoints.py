"""The checkpoint platform over HTTP: where checkpoints are, what usually passes, what is on watch.

The passages themselves are pushed to us, see ``receivers/viid.py``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from services.collect.site import Site
from services.domain.alert import AlertLevel
from services.domain.event import Batch
from services.domain.passage import CheckpointPlace, FlowHour
from services.domain.plate import normalise
from services.domain.timebase import SHANGHAI
from services.domain.watchlist import WatchlistEntry
from services.sources.asking import asker
from services.sources.base import Source

TIMEOUT_S = (3.0, 8.0)
DATUMS = ("WGS-84", "CGCS2000")


def sources(site: Site) -> Sequence[Source]:
    """Three sources of ``[sources.checkpoints]``; none when the site has no such table."""
    table = site.sources.get("checkpoints")
    if table is None:
        return ()
    ask = asker(str(table["url"]).rstrip("/"), TIMEOUT_S)
    return (
        Source("checkpoints", "卡口目录", 60, 300, ask("/checkpoints"), places, ("checkpoint_places",)),
        Source("flow_history", "卡口流量统计", 30, 180, ask("/flow-history"), flow, ("flow_history",)),
        Source("watchlist", "布控名单", 30, 180, ask("/watchlist"), watchlist, ("watchlist",)),
    )


def places(answer: Mapping[str, Any], now: datetime) -> Batch:
    """Raises ValueError for coordinates without a datum we take: half a kilometre would be lost."""
    datum = answer.get("datum")
    if datum not in DATUMS:
        raise ValueError(f"坐标系未声明或不支持：{datum}")
    found = tuple(
        CheckpointPlace(
            id=str(each["TollgateID"]),
            name=str(each["Name"]),
            lon=float(each["Longitude"]),
            lat=float(each["Latitude"]),
            lanes=int(each["LaneNum"]),
            in_service=int(each["Status"]) == 1,
            at_hub=_truth(each.get("AtHub")),
            blind_road=_truth(each.get("BlindRoad")),
            grid_code=str(each.get("PlaceCode") or ""),
        )
        for each in answer["checkpoints"]
    )
    return Batch({"checkpoint_places": found})


def _truth(given: Any) -> bool | None:
    """What a directory does not say is unknown."""
    return given if isinstance(given, bool) else None


def flow(answer: Mapping[str, Any], now: datetime) -> Batch:
    hours = tuple(
        FlowHour(
            hour=int(each["hour"]),
            p10=float(each["p10"]),
            p90=float(each["p90"]),
            yesterday=int(each["yesterday"]),
            today=None if each["today"] is None else int(each["today"]),
        )
        for each in answer["hours"]
    )
    return Batch({"flow_history": hours})


def watchlist(answer: Mapping[str, Any], now: datetime) -> Batch:
    entries = tuple(
        WatchlistEntry(
            id=str(each["DispositionID"]),
            list="vehicles",
            value=normalise(str(each["PlateNo"])),
            reason=str(each["Reason"]),
            level=AlertLevel(int(each["PriorityLevel"])),
            owner=str(each["ApplicantOrg"]),
            valid_from=_moment(each["BeginTime"]),
            valid_until=_moment(each["EndTime"]),
        )
        for each in answer["entries"]
    )
    return Batch({"watchlist": entries})


def _moment(digits: str) -> datetime:
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI)
