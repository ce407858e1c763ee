"""The strip over the scene 协同处置: notices, transfers, evidence and signs in six numbers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from statistics import median

from services.domain.case_transfer import CaseTransfer
from services.domain.case_transfer import State as Sent
from services.domain.figures import Figure
from services.domain.inspection_notice import InspectionNotice
from services.domain.inspection_notice import State as Told
from services.domain.road_text import RoadText
from services.domain.road_text import State as Shown
from services.domain.timebase import midnight_before

SOON = timedelta(days=3)


def figures(
    notices: Sequence[InspectionNotice], transfers: Sequence[CaseTransfer], texts: Sequence[RoadText], now: datetime
) -> tuple[Figure, ...]:
    return (
        _waiting(notices, now),
        _kept(notices),
        _to_accept(transfers),
        _with_departments(transfers, now),
        _evidence(transfers, now),
        _signs(texts),
    )


def _late(cases: Iterable[InspectionNotice | CaseTransfer]) -> int:
    return sum(one.overdue_at is not None for one in cases)


def _waiting(notices: Sequence[InspectionNotice], now: datetime) -> Figure:
    still = [one for one in notices if one.is_open]
    soon = sum(now <= one.due_at < now + SOON for one in still)
    return Figure("waiting", "待复检", str(len(still)), "辆", f"超期 {_late(still)} · 3 日内到期 {soon}")


def _kept(notices: Sequence[InspectionNotice]) -> Figure:
    """Of those decided: passed in time, or late one way or the other."""
    decided = [n for n in notices if n.state is Told.PASSED or (n.is_open and n.overdue_at is not None)]
    kept = sum(n.state is Told.PASSED and n.overdue_at is None for n in decided)
    formula = "期限内复检合格 ÷（复检合格 + 超期未检），近 30 日"
    if not decided:
        return Figure("kept", "期限内复检", "—", "%", "尚无到期或合格", formula=formula)
    share = f"{100 * kept / len(decided):.0f}"
    return Figure("kept", "期限内复检", share, "%", f"{kept} / {len(decided)}", formula=formula)


def _to_accept(transfers: Sequence[CaseTransfer]) -> Figure:
    sent = [one for one in transfers if one.state is Sent.SENT]
    waits = [(one.accepted_at - one.sent_at).total_seconds() for one in transfers if one.accepted_at and one.sent_at]
    middle = f"接收中位 {median(waits) / 60:.0f} 分" if waits else "近 7 日无接收"
    return Figure("to_accept", "待接收", str(len(sent)), "件", f"超期 {_late(sent)} · {middle}")


def _with_departments(transfers: Sequence[CaseTransfer], now: datetime) -> Figure:
    working = [one for one in transfers if one.state is Sent.ACCEPTED]
    done = sum(one.state is Sent.DONE and one.ended_at >= midnight_before(now) for one in transfers if one.ended_at)
    return Figure("working", "部门办理中", str(len(working)), "件", f"超期 {_late(working)} · 今日反馈 {done}")


def _evidence(transfers: Sequence[CaseTransfer], now: datetime) -> Figure:
    today = [one for one in transfers if one.has_package and one.asked_at >= midnight_before(now)]
    lacking = sum(bool(one.lacking) for one in today)
    failed = sum(one.state is Sent.FAILED for one in transfers)
    note = f"有缺件 {lacking}" + (f" · 未成 {failed}" if failed else "")
    return Figure("evidence", "今日证据包", str(len(today)), "份", note)


def _signs(texts: Sequence[RoadText]) -> Figure:
    shown = sum(one.state is Shown.SHOWN for one in texts)
    drafted, failed = (sum(one.state is state for one in texts) for state in (Shown.DRAFTED, Shown.FAILED))
    return Figure("signs", "诱导在屏", str(shown), "条", f"待批 {drafted} · 未送达 {failed}")
