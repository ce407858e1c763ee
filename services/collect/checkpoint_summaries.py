"""What the checkpoint scene shows besides alerts, worked out from the passages in the store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from services.collect.camera_summaries import by_checkpoint, compared, judged
from services.collect.checkpoint_alerts import figures_of_alerts, scene_alerts
from services.collect.checkpoint_counts import Heard, count_by_second, heard_by_checkpoint, newest_passages
from services.collect.checkpoint_feed import CUT_AFTER, Cut, cut_of, per_second
from services.collect.department_board import department_rows
from services.collect.summary import Summary
from services.domain.figures import Figure, Series
from services.domain.passage import Checkpoint, CheckpointPlace, CheckpointStatus, DeviceHealth, FlowHour, Passage
from services.domain.timebase import local, midnight_before
from services.domain.view_library import joined

if TYPE_CHECKING:
    from services.store.store import Store

WINDOW = timedelta(minutes=5)  # over which flow and recognition are measured
SILENT_AFTER = timedelta(minutes=3)  # R-CKP-22
LISTENED_S = 60.0  # least time listened before a flow per hour is worked out
RATE_SECONDS = 90
SETTLED = timedelta(seconds=2)  # younger seconds may still be on their way
DELAY_FORGIVEN = CUT_AFTER
READABLE_PCT = 90.0  # R-CKP-22
DRIFT_S = 1.0  # R-CKP-22
RECOGNITION_TARGET = (97, 93)  # by day, by night


def live(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    """The newest passages and how many came in each of the last 90 seconds."""
    with store.read() as connection:
        newest = newest_passages(connection)
        until = _rate_until(newest, now)
        moments = tuple(until - timedelta(seconds=n) for n in range(RATE_SECONDS, 0, -1))
        counts = count_by_second(connection, moments[0] - CUT_AFTER, until)
    rate = Series("passage_rate", "每秒过车", "辆/秒", moments, per_second(moments, counts, now), kind="bars")
    return {"passages": newest, "passage_rate": (rate,)}


def _rate_until(newest: Sequence[Passage], now: datetime) -> datetime:
    """The end of the last whole second. What is on its way is no fall in traffic, so a short delay
    moves the window; a long one does not, and its seconds show as unknown."""
    last = max((p.passed_at for p in newest if p.passed_at <= now), default=None)
    settled = now - SETTLED
    if last is not None and settled - last < DELAY_FORGIVEN:
        settled = min(settled, last)
    return settled.replace(microsecond=0)


def state(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    """Every checkpoint, its devices, and the strip of figures."""
    known: Sequence[CheckpointPlace] = store.snapshot("checkpoint_places", now).records
    places = joined(known, store.snapshot("pushed_places", now).records)
    hours: Sequence[FlowHour] = store.snapshot("flow_history", now).records
    with store.read() as connection:
        heard = heard_by_checkpoint(connection, [p.id for p in places], now, WINDOW)
    newest = max((h.last for h in heard.values() if h.last is not None), default=None)
    cut = cut_of(store.snapshot("sources", now).records, newest, now, SILENT_AFTER)
    cameras = by_checkpoint(store.snapshot("cameras", now).records)
    alerts = scene_alerts(store, now)
    orders = store.snapshot("interceptions", now).records
    notices = store.snapshot("inspection_notices", now).records
    transfers = store.snapshot("case_transfers", now).records
    points = tuple(compared(point, cameras.get(point.id, ())) for point in checkpoints(places, heard, now, cut))
    health = judged(device_health(points, now, cut), points, cameras)
    figures = (_today(hours, now), _recognition(points, now, cut), *figures_of_alerts(alerts, now, orders, notices))
    return {
        "checkpoints": points,
        "device_health": (health,),
        "checkpoint_figures": (*figures, online_figure(health)),
        "departments": department_rows(store.snapshot("alerts", now).records, now, notices, transfers),
        "passage_flow": (flow_series(hours, now, cut),) if hours else (),
    }


SUMMARIES: tuple[Summary, ...] = (
    Summary("checkpoint_live", 1.0, ("passages", "passage_rate"), live),
    Summary(
        "checkpoint_state",
        10.0,
        ("checkpoints", "device_health", "checkpoint_figures", "departments", "passage_flow"),
        state,
    ),
)


# ---------------------------------------------------------------------------------------- checkpoints


def checkpoints(
    places: Sequence[CheckpointPlace], heard: Mapping[str, Heard], now: datetime, cut: Cut | None = None
) -> tuple[Checkpoint, ...]:
    """The directory joined with what was heard. Silence is unknown, never zero, be it one's or all's."""
    return tuple(_checkpoint(place, heard.get(place.id, Heard()), now, cut) for place in places)


def _checkpoint(place: CheckpointPlace, heard: Heard, now: datetime, cut: Cut | None) -> Checkpoint:
    speaks = cut is None and heard.last is not None and now - heard.last <= SILENT_AFTER
    status = CheckpointStatus.ONLINE if speaks else CheckpointStatus.SILENT
    if not place.in_service:
        status = CheckpointStatus.STOPPED
    return Checkpoint(
        id=place.id,
        name=place.name,
        lon=place.lon,
        lat=place.lat,
        lanes=place.lanes,
        status=status,
        flow_per_h=round(heard.count * 3600 / heard.over_s) if speaks and heard.over_s >= LISTENED_S else None,
        recognition_pct=100 * heard.read / heard.count if speaks and heard.count else None,
        last_heard=heard.last,
        clock_drift_s=heard.drift_s if speaks else None,
    )


def device_health(points: Sequence[Checkpoint], now: datetime, cut: Cut | None = None) -> DeviceHealth:
    in_service = [p for p in points if p.status is not CheckpointStatus.STOPPED]
    if cut is not None:
        return DeviceHealth(None, len(in_service), cut.words, low_recognition=None, drifting=None)
    silent = [p for p in in_service if p.status is CheckpointStatus.SILENT]
    weak = [p for p in in_service if p.recognition_pct is not None and p.recognition_pct < READABLE_PCT]
    clocks = [(abs(p.clock_drift_s), p.name) for p in in_service if p.clock_drift_s is not None]
    drift_s, drifting = max(clocks, default=(0.0, ""))
    return DeviceHealth(
        online=len(in_service) - len(silent),
        total=len(in_service),
        online_note=_silence(silent, now),
        low_recognition=len(weak),
        low_recognition_note="、".join(f"{p.name} {p.recognition_pct:.1f} %" for p in weak[:1]),
        drifting=sum(drift > DRIFT_S for drift, _ in clocks),
        drifting_note=f"最大 {drift_s:.1f} s {drifting}" if drifting and drift_s >= 0.05 else "",
    )


def _silence(silent: Sequence[Checkpoint], now: datetime) -> str:
    if not silent:
        return ""
    longest = min(silent, key=lambda p: p.last_heard or datetime.min.replace(tzinfo=now.tzinfo))
    if longest.last_heard is None:
        text = f"{longest.name} 未收到"
    else:
        text = f"{longest.name} 失联 {int((now - longest.last_heard).total_seconds() // 60)} 分"
    return text if len(silent) == 1 else f"{text} 等 {len(silent)} 处"


# -------------------------------------------------------------------------------------------- figures


def _today(hours: Sequence[FlowHour], now: datetime) -> Figure:
    """As the platform counts it since midnight; we ourselves may have been away."""
    counted = [h.today for h in hours if h.today is not None]
    if not counted:
        return Figure("passages_today", "今日过车", "—", "辆", "平台统计未到", unknown=True)
    here = local(now)
    past = (now - midnight_before(now)).total_seconds() % 3600 / 3600
    yesterday = sum(h.yesterday for h in hours if h.hour < here.hour)
    yesterday += round(past * next((h.yesterday for h in hours if h.hour == here.hour), 0))
    note = f"昨日同时 {yesterday:,}"
    formula = "卡口平台按小时统计之和，自 00:00"
    return Figure("passages_today", "今日过车", f"{sum(counted):,}", "辆", note, formula=formula)


def _recognition(points: Sequence[Checkpoint], now: datetime, cut: Cut | None) -> Figure:
    known = [(p.recognition_pct, p.flow_per_h) for p in points if p.recognition_pct is not None and p.flow_per_h]
    day = 6 <= local(now).hour < 19
    target = f"目标 ≥ {RECOGNITION_TARGET[0 if day else 1]}（{'日间' if day else '夜间'}）"
    if not known:
        return Figure("recognition", "识别率", "—", "%", cut.words if cut else target, unknown=True)
    total = sum(flow for _, flow in known)
    value = sum(pct * flow for pct, flow in known) / total
    formula = f"号牌读全 ÷ 过车，近 {WINDOW.seconds // 60} 分，{len(known)} 个卡口"
    return Figure("recognition", "识别率", f"{value:.1f}", "%", target, formula=formula)


def online_figure(health: DeviceHealth) -> Figure:
    unknown = health.online is None or not health.total
    value = "—" if unknown else f"{health.online} / {health.total}"
    note = health.online_note or "全部在线"
    return Figure("online", "卡口在线", value, "", note, unknown=unknown, formula="3 分内有过车 ÷ 在用卡口")


def flow_series(hours: Sequence[FlowHour], now: datetime, cut: Cut | None = None) -> Series:
    """Today by the hour; an hour is left out until it is whole, and from the one on in which the feed broke off."""
    midnight = midnight_before(now)
    broke = max(cut.since, midnight) if cut and cut.since else now
    running = local(broke).hour
    scale = 10_000
    return Series(
        "passage_flow",
        "过车",
        "万辆/时",
        tuple(midnight + timedelta(hours=h.hour) for h in hours),
        tuple(h.today / scale if h.today is not None and h.hour < running else None for h in hours),
        tuple((h.p10 / scale, h.p90 / scale) for h in hours),
        top=_round_up(max(h.p90 for h in hours) / scale),
    )


def _round_up(value: float) -> float:
    """An end of the axis that stays put: 1, 2, 3, 4, 6, 8 or 10 times a power of ten."""
    power = 1.0
    while value > 10 * power:
        power *= 10
    while value <= power and power > 1e-6:
        power /= 10
    return next(step * power for step in (1, 2, 3, 4, 6, 8, 10) if step * power >= value)
