"""The strip of the scene 整改: what cameras, devices and hidden dangers add up to. A rate of nothing is unknown."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from services.domain.community import EagleEye, FireRow
from services.domain.community_rates import Rate, hazard_rate, hydrant_rate, smoke_rate
from services.domain.community_told import CameraEvent
from services.domain.figures import Figure
from services.domain.floor_candidate import FloorCandidate
from services.domain.rectification import Rectification, State
from services.domain.timebase import midnight_before


def rectify_figures(
    seen: Sequence[CameraEvent],
    eyes: Sequence[EagleEye],
    floors: Sequence[FloorCandidate],
    fire: Sequence[FireRow],
    cases: Sequence[Rectification],
    now: datetime,
) -> tuple[Figure, ...]:
    today = sum(event.occurred_at >= midnight_before(now) for event in seen)
    judged = Rate(sum(eye.confirmed_30d for eye in eyes), sum(eye.judged_30d for eye in eyes))
    waits = [case for case in floors if case.is_open]
    still = [case for case in cases if case.is_open]
    late = sum(case.overdue_at is not None for case in still)
    recheck = sum(case.state is State.RECHECK for case in still)
    alarms, faults = sum(row.alarms for row in fire), sum(row.faults for row in fire)
    return (
        Figure("eye_today", "鹰眼今日事件", f"{today}", "起", "各相机上报", formula="今日零时起的相机事件"),
        _share("eye_confirmed", "鹰眼确认率", judged, "30 日，人工判定属实 / 已判定"),
        Figure(
            "floors",
            "待两人核实",
            f"{len(waits)}",
            "起",
            f"意见不一 {sum(case.round > 1 for case in waits)}",
            formula="有候选楼层、尚未由两人看图一致认定的抛物",
        ),
        _share("smoke_online", "烟感在线", smoke_rate(fire), "24 时内上报 / 安装，目标 ≥ 97"),
        _share("hydrants", "消火栓合格", hydrant_rate(fire), "压力达标 / 安装，目标 ≥ 98"),
        Figure("alarms", "设备报警", f"{alarms}", "台", f"故障 {faults}", unknown=not fire, formula="在报警状态的设备"),
        Figure(
            "open", "整改中", f"{len(still)}", "件", f"待复查 {recheck} · 逾期 {late}", formula="未销号、未移送的整改"
        ),
        _share("rectified", "按期整改", hazard_rate(fire, cases), "30 日，按期 / 到期，目标 ≥ 95"),
    )


def _share(key: str, label: str, rate: Rate, what: str) -> Figure:
    note = rate.fraction if rate.whole else "暂无数据"
    formula = f"{label} = {rate.fraction}（{what}）"
    return Figure(key, label, rate.text(), "%", note, unknown=rate.percent is None, formula=formula)
