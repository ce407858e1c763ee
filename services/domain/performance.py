"""Alarm performance by EEMUA 191 and ISA-18.2, worked out from the courses of alerts.

An *alarm* is a mark: an alert was raised or its level rose, and a desk must sign. Every figure says
its formula where it is worked out and, by ``formulas``, to the officer who points at it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import itemgetter

from services.domain.alarm_rates import (
    Bars,
    SeatLoad,
    Share,
    Top,
    bars,
    calls_in,
    load_word,
    mix,
    per_hour,
    seat_load,
    tens,
    top_rules,
    top_sources,
)
from services.domain.alarm_times import Kept, Waits, bounce, kept, waits
from services.domain.alert import Visibility
from services.domain.course import Course
from services.domain.floods import Call, Flood, floods, time_in
from services.domain.nuisance import Bothers, bothers
from services.domain.precision import Precision, precisions
from services.domain.yardstick import Period, Seat, Yardstick

FLOOD_LEAD = timedelta(hours=6)  # a flood under way when the period began is seen from its start
MIX_WORDS = ("红橙", "黄", "蓝")


@dataclass(frozen=True, slots=True)
class Performance:
    """All figures of one period (``id``)."""

    id: str
    title: str
    since: datetime
    until: datetime
    alarms: int
    alerts: int
    per_hour: float | None  # of one seat
    load: str  # its class
    seats: tuple[SeatLoad, ...]
    bars: Bars
    floods: tuple[Flood, ...]
    flooded: float  # share of the period
    bothers: tuple[Bothers, ...]
    top_rules: tuple[Top, ...]
    top_sources: tuple[Top, ...]
    mix: tuple[Share, Share, Share]  # red and orange, yellow, blue
    waits: tuple[Waits, ...]  # red first, at last all levels together
    kept: tuple[Kept, ...]
    bounce: Share
    precisions: tuple[Precision, ...]
    shelved: Share
    suppressed: Share
    out_of_service: Share
    shelvings: int
    open: int
    unsigned: int

    @property
    def busiest(self) -> int:
        """The most alarms of one seat in a whole ten minutes."""
        return max((seat.busiest for seat in self.seats), default=0)


def measure(courses: Sequence[Course], period: Period, yardstick: Yardstick) -> Performance:
    """Everything about one period. ``courses`` hold at least the open alerts and those to which
    anything happened in it or in the ``FLOOD_LEAD`` before."""
    before = calls_in(courses, period.since - FLOOD_LEAD, period.until)
    calls = before[bisect_left(before, period.since, key=itemgetter(0)) :]
    counts = [tens(_answered(calls, seat), period) for seat in yardstick.seats]
    seats = tuple(
        seat_load(seat.name, own, period, yardstick) for seat, own in zip(yardstick.seats, counts, strict=True)
    )
    flooded = _floods(before, period, yardstick)
    still_open = [c for c in courses if c.is_open]
    rate = per_hour([seat.alarms for seat in seats], period)
    return Performance(
        id=period.id,
        title=period.title,
        since=period.since,
        until=period.until,
        alarms=len(calls),
        alerts=sum(c.raised_at in period for c in courses),
        per_hour=rate,
        load=load_word(rate, yardstick),
        seats=seats,
        bars=bars(counts, period),
        floods=tuple(sorted(flooded, key=lambda f: f.start, reverse=True)),
        flooded=_flooded(flooded, period, yardstick),
        bothers=bothers(courses, period, yardstick),
        top_rules=top_rules(calls, yardstick.top),
        top_sources=top_sources(calls, yardstick.top),
        mix=mix(calls),
        waits=waits(courses, period),
        kept=kept(courses, period),
        bounce=bounce(courses, period),
        precisions=precisions(courses, period, yardstick.least_cases, yardstick.weak_below),
        shelved=_hidden(still_open, Visibility.SHELVED),
        suppressed=_hidden(still_open, Visibility.SUPPRESSED),
        out_of_service=_hidden(still_open, Visibility.OUT_OF_SERVICE),
        shelvings=sum(at in period for c in courses if c.shelvings for at in c.shelvings),
        open=len(still_open),
        unsigned=sum(bool(c.marks) and c.marks[-1].signed_at is None for c in still_open),
    )


def _answered(calls: Sequence[Call], seat: Seat) -> Sequence[Call]:
    return [call for call in calls if call.scene in seat.scenes] if seat.scenes else calls


def _floods(calls: Sequence[Call], period: Period, yardstick: Yardstick) -> list[Flood]:
    """The floods that reach into the period, whole, of each seat."""
    within, over, below = yardstick.flood_within, yardstick.flood_over, yardstick.flood_ends_below
    found = [
        flood
        for seat in yardstick.seats
        for flood in floods(_answered(calls, seat), period.until, within, over, below, seat.name)
    ]
    return [flood for flood in found if flood.end is None or flood.end > period.since]


def _flooded(found: Sequence[Flood], period: Period, yardstick: Yardstick) -> float:
    """Time in flood ÷ time of the period, as the mean of the seats."""
    whole = (period.until - period.since) * len(yardstick.seats)
    return time_in(found, period.since, period.until) / whole if whole else 0.0


def _hidden(still_open: Sequence[Course], visibility: Visibility) -> Share:
    return Share(sum(c.visibility is visibility for c in still_open), len(still_open))


def formulas(y: Yardstick) -> Mapping[str, str]:
    """What an officer reads who points at a figure, with the limits of this site."""
    targets = "、".join(f"{word} {pct:g} %" for word, pct in zip(MIX_WORDS, y.mix_pct, strict=True))
    return {
        "rate": "每 10 分钟报警数，多席时取当时最忙的一席。新预警与升级各计一次；刚生成即被抑制的不计",
        "per_hour": f"报警数 ÷ {len(y.seats)} 席 ÷ 时数，目标 ≤ {y.per_hour_target:g}",
        "floods": f"{y.flood_within_min:g} 分钟内同一席位超过 {y.flood_over} 次报警为泛滥，"
        f"少于 {y.flood_ends_below} 次为止",
        "standing": f"未结预警的状况持续超过 {y.standing_after_h:g} 小时未恢复",
        "stale": f"未结预警超过 {y.stale_after_h:g} 小时无人处理",
        "chattering": f"同一对象 {y.chatter_raises_within_s:g} 秒内报警 ≥ {y.chatter_raises} 次，"
        f"或 {y.chatter_cycles_within_min:g} 分钟内恢复 ≥ {y.chatter_cycles} 次",
        "fleeting": f"生成后不到 {y.fleeting_under_s:g} 秒即恢复",
        "mix": f"各级报警 ÷ 全部报警，目标 {targets}",
        "ack": "签收时刻 − 报警时刻，取本时段内的签收；P50、P90 为最近秩，即第 ⌈p·n⌉ 小的实测值",
        "close": "办结时刻 − 生成时刻，取本时段内由人办结的，自动办结与并案不计；P50、P90 为最近秩",
        "kept": "期限内完成 ÷ 已有结果的期限（完成或到期）；因退回、升级、并案而中止且未到期的不计",
        "bounce": "退回次数 ÷ 派单次数",
        "precision": "（属实 + 属实无需处置）÷ 已定性，区间为 Wilson 95 %；"
        f"满 {y.least_cases} 件且低于 {y.weak_below:g} 的标出",
        "hidden": "暂缓、抑制、停用中的未结预警 ÷ 全部未结预警",
        "top": f"报警数与占全部报警之比，取最多的 {y.top} 个",
    }
