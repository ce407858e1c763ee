"""What the community's cameras report: events, how the cameras do, changed roofs, floors thought of, the summary."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from sqlalchemy import Select, Table, case, func, select

from services.domain.community import EagleEye
from services.domain.community_told import CameraEvent, CameraKind, camera_title
from services.domain.event import Batch
from services.domain.falling import fall_of
from services.domain.fire import CameraState, RoofChange
from services.domain.floor_candidate import Candidate, SeenCandidates
from services.domain.hydrants import Hydrant
from services.sources.asking import RowError
from services.sources.community_events import PAGE, coded, moment, moment_of, normalise_rows, number_of
from services.sources.community_hydrants import hydrants_in, near_outline
from services.sources.community_tables import HOUXUAN, LOUDONG, SHEXIANG, WUMIAN, XIANGJI, XIAOQU
from services.sources.community_upstream import Answer, Questions, Row, day, stamp

CAMERA_KINDS = {
    "01": CameraKind.FALLING_OBJECT,
    "02": CameraKind.EBIKE_IN_LIFT,
    "03": CameraKind.CORRIDOR_CHARGING,
    "04": CameraKind.FIRE_LANE_BLOCKED,
    "05": CameraKind.CROWD,
    "06": CameraKind.OPEN_FLAME,
    "07": CameraKind.EBIKE,
}
CAMERA_STATES = {"0": "well", "1": "offline", "2": "covered", "3": "moved"}


# ------------------------------------------------------------------------------------------- events


def camera_events_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return _placed(SHEXIANG, cursor, LOUDONG.c.lkzb)


def states_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return _placed(XIANGJI, cursor)


def roofs_after(cursor: int) -> Select[*tuple[Any, ...]]:
    return _placed(WUMIAN, cursor)


def _placed(table: Table, cursor: int, *more: Any) -> Select[*tuple[Any, ...]]:
    estates = table.outerjoin(XIAOQU, XIAOQU.c.xqbh == table.c.xqbh)
    return (
        select(*table.c, XIAOQU.c.xqmc, LOUDONG.c.ldmc, *more)
        .select_from(estates.outerjoin(LOUDONG, LOUDONG.c.ldbh == table.c.ldbh))
        .where(table.c.id > cursor)
        .order_by(table.c.id)
        .limit(PAGE)
    )


def read_camera_event(row: Row, now: datetime, hydrants: Sequence[Hydrant] = ()) -> tuple[datetime, CameraEvent]:
    at = moment_of(row["fssj"], now)
    if row["xqmc"] is None:
        raise RowError("unknown_camera", f"摄像机不认识：{row['sxtbh']}")
    score = number_of(row["zxd"], "bad_score", "置信度")
    if score > 1:
        raise RowError("bad_score", f"置信度超过 1：{score}")
    track = tuple(track_points(row["gj"]))
    if row["gj"] and not track:
        raise RowError("bad_track", f"轨迹读不懂：{row['gj'][:40]}")
    kind = coded(CAMERA_KINDS, row["sjlx"], "unknown_kind", "事件类型")
    floors, held_s = float(row["xjcs"]), _known(row["cxsc"], "持续时长")
    falls = fall_of(track, floors, held_s) if kind == CameraKind.FALLING_OBJECT else None
    return at, CameraEvent(
        event_id=row["lsh"],
        camera_id=row["sxtbh"],
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        building=row["ldmc"] or "",
        kind=kind,
        score=score,
        occurred_at=at,
        track=row["gj"],
        frames=int(row["zs"]),
        floors_down=floors,
        held_s=held_s,
        object_class=row["mblb"] or "",
        dwelling_id=row["fwbh"] or "",
        fall_ms2=falls.acceleration_ms2 if falls else None,
        looks_like=falls.looks_like if falls else "",
        wind_bft=row["fl"],
        person_hit=row["srbz"],
        mass_kg=_known(row["zlj"], "重量"),
        persons=row["rs"],
        area_m2=_known(row["mj"], "面积"),
        hydrants=near_outline(row["lkzb"], hydrants) if kind == CameraKind.OPEN_FLAME else "",
    )


def read_state(row: Row, now: datetime) -> tuple[datetime, CameraState]:
    at = moment_of(row["fssj"], now)
    if row["xqmc"] is None:
        raise RowError("unknown_camera", f"摄像机不认识：{row['sxtbh']}")
    ssim = _known(row["xsd"], "画面相似度")
    if ssim is not None and ssim > 1:
        raise RowError("bad_value", f"画面相似度超过 1：{ssim}")
    return at, CameraState(
        camera_id=row["sxtbh"],
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        building=row["ldmc"] or "",
        state=coded(CAMERA_STATES, row["ztlx"], "unknown_kind", "相机状态"),
        at=at,
        offline_min=_known(row["lxfz"], "离线时长"),
        ssim=ssim,
    )


def read_roof(row: Row, now: datetime) -> tuple[datetime, RoofChange]:
    at = moment_of(row["fssj"], now)
    if row["xqmc"] is None:
        raise RowError("unknown_estate", f"小区不认识：{row['xqbh']}")
    first = moment_of(row["scsj"], now)
    if first > at:
        raise RowError("bad_time", f"首次见到晚于本次：{row['scsj']}")
    return at, RoofChange(
        change_id=f"{row['ldbh']}-{row['wz']}",
        estate_id=row["xqbh"],
        estate_name=row["xqmc"],
        building=row["ldmc"] or "",
        spot=row["wz"],
        area_m2=number_of(row["mj"], "bad_value", "面积"),
        days_seen=int(row["ts"]),
        permit=row["xkbz"],
        first_seen=first,
        at=at,
    )


def _known(value: Any, what: str) -> float | None:
    return None if value is None else number_of(value, "bad_value", what)


def track_points(text: str) -> Iterator[tuple[int, int]]:
    """``x,y x,y …`` in thousandths of the picture; stops at the first pair that is none."""
    for pair in text.split():
        x, comma, y = pair.partition(",")
        if not comma or not x.isdigit() or not y.isdigit():
            return
        yield int(x), int(y)


def normalise_camera_events(answer: Answer, now: datetime) -> Batch:
    read = partial(read_camera_event, hydrants=hydrants_in(answer, now))
    return normalise_rows("community_cameras", "camera_event", read, answer, now)


normalise_states = partial(normalise_rows, "community_camera_states", "camera_state", read_state)
normalise_roofs = partial(normalise_rows, "community_roofs", "roof_change", read_roof)


# ------------------------------------------------------------------------------------------- states


def ask_candidates(now: datetime) -> Questions:
    """Floors their system thinks of, of a week's events."""
    recent = SHEXIANG.c.fssj >= stamp(now - timedelta(days=7))
    joined = HOUXUAN.join(SHEXIANG, SHEXIANG.c.lsh == HOUXUAN.c.lsh)
    best = HOUXUAN.c.lsh, HOUXUAN.c.zxd.desc(), HOUXUAN.c.lc
    return {"houxuan": select(*HOUXUAN.c).select_from(joined).where(recent).order_by(*best)}


def normalise_candidates(answer: Answer, now: datetime) -> Batch:
    found: dict[str, list[Candidate]] = {}
    for row in answer.rows["houxuan"]:
        if 0 <= row["zxd"] <= 1 and 1 <= row["lc"] <= 200:
            found.setdefault(row["lsh"], []).append(Candidate(int(row["lc"]), row["hx"], float(row["zxd"])))
    return Batch(states={"eye_candidates": [SeenCandidates(event, tuple(those)) for event, those in found.items()]})


def ask_cameras(now: datetime) -> Questions:
    month_ago = stamp(now - timedelta(days=30))
    newest = (
        select(*SHEXIANG.c, XIAOQU.c.xqmc, LOUDONG.c.ldmc)
        .select_from(
            SHEXIANG.outerjoin(XIAOQU, XIAOQU.c.xqbh == SHEXIANG.c.xqbh).outerjoin(
                LOUDONG, LOUDONG.c.ldbh == SHEXIANG.c.ldbh
            )
        )
        .where(SHEXIANG.c.gj != "", SHEXIANG.c.fssj >= month_ago)
        .order_by(SHEXIANG.c.fssj.desc())
        .limit(1)
    )
    return {
        "zuixin": newest,
        "jinri": select(func.count().label("sl")).where(SHEXIANG.c.fssj >= f"{day(now)}000000"),
        "shenhe": select(
            func.coalesce(func.sum(case((SHEXIANG.c.shzt == "1", 1), else_=0)), 0).label("ss"),
            func.coalesce(func.sum(case((SHEXIANG.c.shzt != "0", 1), else_=0)), 0).label("pd"),
        ).where(SHEXIANG.c.fssj >= month_ago),
    }


def normalise_cameras(answer: Answer, now: datetime) -> Batch:
    judged = answer.only("shenhe")
    newest = next(iter(answer.rows["zuixin"]), None)
    kind = str(CAMERA_KINDS.get(newest["sjlx"], "")) if newest else ""
    eye = EagleEye(
        event_id=newest["lsh"] if newest else "",
        title=camera_title(kind),
        estate_name=(newest["xqmc"] or "") if newest else "",
        building=(newest["ldmc"] or "") if newest else "",
        occurred_at=moment(newest["fssj"]).astimezone(now.tzinfo) if newest else None,
        track=tuple(track_points(newest["gj"])) if newest else (),
        frames=int(newest["zs"]) if newest else 0,
        floors_down=float(newest["xjcs"]) if newest else 0.0,
        excluded="鸟 晾衣 落叶" if kind == "falling_object" else "",
        today=int(answer.only("jinri")["sl"]),
        confirmed_30d=int(judged["ss"]),
        judged_30d=int(judged["pd"]),
    )
    return Batch(states={"eagle_eye": (eye,)})
