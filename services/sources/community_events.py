"""What the community's meters and cameras report, one event a row, read on from the last row number."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import aliased

from services.domain.community import CameraEvent, CameraKind, MeterKind, MeterReading
from services.domain.event import Batch, Event, Refused
from services.domain.timebase import SHANGHAI
from services.sources.asking import RowError
from services.sources.base import Fetch
from services.sources.community_tables import BIAOJI, CHAOBIAO, LOUDONG, SHEXIANG, XIAOQU
from services.sources.community_upstream import Answer, Row, Upstream

PAGE = 5_000
_AHEAD = timedelta(minutes=5)

METERS = {"1": MeterKind.WATER, "2": MeterKind.POWER, "3": MeterKind.GAS}
CAMERA_KINDS = {
    "01": CameraKind.FALLING_OBJECT,
    "02": CameraKind.EBIKE_IN_LIFT,
    "03": CameraKind.CORRIDOR_CHARGING,
    "04": CameraKind.FIRE_LANE_BLOCKED,
    "05": CameraKind.CROWD,
}


def moment(digits: str) -> datetime:
    """14 digits of Shanghai time. Raises ValueError for a moment that is none."""
    if len(digits) != 14 or not digits.isascii() or not digits.isdigit():
        raise ValueError(digits)
    return datetime.strptime(digits, "%Y%m%d%H%M%S").replace(tzinfo=SHANGHAI)


# ------------------------------------------------------------------------------------------- fetch


def readings_after(cursor: int) -> Select[*tuple[Any, ...]]:
    earlier = aliased(CHAOBIAO, name="earlier")
    before = (
        select(earlier.c.ljz)
        .where(earlier.c.bbh == CHAOBIAO.c.bbh, earlier.c.id < CHAOBIAO.c.id, earlier.c.lsh != CHAOBIAO.c.lsh)
        .order_by(earlier.c.id.desc())
        .limit(1)
        .correlate(CHAOBIAO)
        .scalar_subquery()
    )
    return (
        select(*CHAOBIAO.c, BIAOJI.c.blx, BIAOJI.c.xqbh, BIAOJI.c.fwbh, before.label("sc"))
        .select_from(CHAOBIAO.outerjoin(BIAOJI, BIAOJI.c.bbh == CHAOBIAO.c.bbh))
        .where(CHAOBIAO.c.id > cursor)
        .order_by(CHAOBIAO.c.id)
        .limit(PAGE)
    )


def camera_events_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return (
        select(*SHEXIANG.c, XIAOQU.c.xqmc, LOUDONG.c.ldmc)
        .select_from(
            SHEXIANG.outerjoin(XIAOQU, XIAOQU.c.xqbh == SHEXIANG.c.xqbh).outerjoin(
                LOUDONG, LOUDONG.c.ldbh == SHEXIANG.c.ldbh
            )
        )
        .where(SHEXIANG.c.id > cursor)
        .order_by(SHEXIANG.c.id)
        .limit(PAGE)
    )


def fetch_events(upstream: Upstream, question: Callable[[int], Select[*tuple[Any, ...]]]) -> Fetch:
    """Rows after the cursor, at most a page of them; the cursor is the last row's number."""

    def fetch(cursor: str) -> Answer:
        found = upstream.ask(rows=question(int(cursor or 0))).rows["rows"]
        return Answer({"rows": found}, str(found[-1]["id"]) if found else cursor)

    return fetch


# --------------------------------------------------------------------------------------- normalise


def normalise_rows(
    source: str, kind: str, read: Callable[[Row, datetime], tuple[datetime, Any]], answer: Answer, now: datetime
) -> Batch:
    """Each row becomes an event or a refused record with its reason; no row stops the others."""
    events: list[Event] = []
    refused: list[Refused] = []
    for row in answer.rows["rows"]:
        raw = json.dumps(row, ensure_ascii=False).encode()
        try:
            at, record = read(row, now)
        except RowError as why:
            refused.append(Refused(source, why.reason, str(why), raw))
        else:
            events.append(Event(source, row["lsh"], kind, at, record, raw))
    return Batch(events=tuple(events), refused=tuple(refused), cursor=answer.cursor)


def moment_of(digits: Any, now: datetime) -> datetime:
    try:
        at = moment(str(digits)).astimezone(now.tzinfo)
    except ValueError:
        raise RowError("bad_time", f"时间不可能：{digits}") from None
    if at - now > _AHEAD:
        raise RowError("future_time", f"时间在未来：{digits}")
    return at


def coded(codes: dict[str, Any], code: Any, reason: str, what: str) -> str:
    if code not in codes:
        raise RowError(reason, f"{what}不认识：{code}")
    return str(codes[code])


def number_of(value: Any, reason: str, what: str) -> float:
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise RowError(reason, f"{what}不是数：{value}")
    return float(value)


def read_reading(row: Row, now: datetime) -> tuple[datetime, MeterReading]:
    at = moment_of(row["cbsj"], now)
    if row["blx"] is None:
        raise RowError("unknown_meter", f"表计不认识：{row['bbh']}")
    value = number_of(row["ljz"], "bad_value", "累计值")
    before = row["sc"]
    if before is not None and value < before:
        raise RowError("meter_ran_backwards", f"表计倒走：{before} → {value}")
    return at, MeterReading(
        reading_id=row["lsh"],
        meter_id=row["bbh"],
        meter_kind=coded(METERS, row["blx"], "unknown_kind", "表类型"),
        read_at=at,
        cum_value=value,
        unit=row["dw"],
        dwelling_id=row["fwbh"] or "",
        estate_id=row["xqbh"] or "",
        used=0.0 if before is None else round(value - before, 4),
    )


def read_camera_event(row: Row, now: datetime) -> tuple[datetime, CameraEvent]:
    at = moment_of(row["fssj"], now)
    if row["xqmc"] is None:
        raise RowError("unknown_camera", f"摄像机不认识：{row['sxtbh']}")
    score = number_of(row["zxd"], "bad_score", "置信度")
    if score > 1:
        raise RowError("bad_score", f"置信度超过 1：{score}")
    if list(track_points(row["gj"])) == [] and row["gj"]:
        raise RowError("bad_track", f"轨迹读不懂：{row['gj'][:40]}")
    return at, CameraEvent(
        event_id=row["lsh"],
        camera_id=row["sxtbh"],
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        building=row["ldmc"] or "",
        kind=coded(CAMERA_KINDS, row["sjlx"], "unknown_kind", "事件类型"),
        score=score,
        occurred_at=at,
        track=row["gj"],
        frames=int(row["zs"]),
        floors_down=float(row["xjcs"]),
    )


def track_points(text: str) -> Iterator[tuple[int, int]]:
    """``x,y x,y …`` in thousandths of the picture; stops at the first pair that is none."""
    for pair in text.split():
        x, comma, y = pair.partition(",")
        if not comma or not x.isdigit() or not y.isdigit():
            return
        yield int(x), int(y)


normalise_readings = partial(normalise_rows, "community_meters", "meter_reading", read_reading)
normalise_camera_events = partial(normalise_rows, "community_cameras", "camera_event", read_camera_event)
