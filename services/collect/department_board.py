"""All alerts as the board of departments, with the notices and transfers about them and their running clocks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.domain.alert import Alert, Visibility
from services.domain.case_transfer import CaseTransfer
from services.domain.case_transfer import State as Sent
from services.domain.inspection_notice import InspectionNotice
from services.domain.passage import BoardItem, DepartmentRow
from services.domain.timebase import midnight_before

DEPARTMENTS = ("公安", "交通", "市监", "卫健", "生态环境", "综合执法")
PARTS_OF = {"交警": "公安", "公安交警": "公安", "治安": "公安", "运输": "交通", "市场监管": "市监", "环保": "生态环境"}
ITEMS = 3
TRANSFER_WORDS = {Sent.SENT: "接收", Sent.ACCEPTED: "反馈"}


@dataclass(frozen=True, slots=True)
class _Matter:
    """One thing a department has before it. An alert that is told or transferred is one matter, with the
    clock of that."""

    department: str
    item: BoardItem
    raised_at: datetime
    ended_at: datetime | None
    is_open: bool


def department_rows(
    alerts: Sequence[Alert],
    now: datetime,
    notices: Iterable[InspectionNotice] = (),
    transfers: Iterable[CaseTransfer] = (),
) -> tuple[DepartmentRow, ...]:
    """The six departments in their fixed order, over all scenes."""
    told = {notice.alert_id: notice for notice in notices if notice.is_open}
    sent = {(case.alert_id, case.department): case for case in transfers if case.sent_at is not None}
    by_name: dict[str, list[_Matter]] = {name: [] for name in DEPARTMENTS}
    for matter in (*_of_alerts(alerts, told, sent), *_of_others(alerts, sent)):
        name = PARTS_OF.get(matter.department, matter.department)
        if name in by_name:
            by_name[name].append(matter)
    return tuple(_row(name, some, now) for name, some in by_name.items())


def _of_alerts(
    alerts: Iterable[Alert], told: dict[str, InspectionNotice], sent: dict[tuple[str, str], CaseTransfer]
) -> Iterator[_Matter]:
    for alert in alerts:
        if alert.visibility in (Visibility.VISIBLE, Visibility.SHELVED):
            item = _clocked(alert, told.get(alert.id), sent.get((alert.id, alert.department)))
            yield _Matter(alert.department, item, alert.raised_at, alert.closed_at or alert.last_at, alert.is_open)


def _of_others(alerts: Iterable[Alert], sent: dict[tuple[str, str], CaseTransfer]) -> Iterator[_Matter]:
    """What lies with a department beside the one that leads."""
    led = {(alert.id, alert.department) for alert in alerts}
    for key, case in sent.items():
        if key not in led:
            word = TRANSFER_WORDS.get(case.state, "")
            item = BoardItem(case.alert_id, case.level, True, case.title, case.place, None, case.due_at, word)
            is_open = case.is_open and case.state in TRANSFER_WORDS
            yield _Matter(case.department, item, case.asked_at, case.ended_at, is_open)


def _clocked(alert: Alert, notice: InspectionNotice | None, case: CaseTransfer | None) -> BoardItem:
    said = (alert.id, alert.level, alert.is_signed, alert.title, alert.place)
    if case is not None and case.state in TRANSFER_WORDS:
        return BoardItem(*said, None, case.due_at, TRANSFER_WORDS[case.state])
    if notice is not None:
        return BoardItem(*said, None, notice.due_at, "复检")
    clock = alert.running
    return BoardItem(*said, clock.step if clock else None, clock.due_at if clock else None)


def _row(name: str, matters: Sequence[_Matter], now: datetime) -> DepartmentRow:
    still_open = sorted(
        (one for one in matters if one.is_open),
        key=lambda one: (-one.item.level, one.item.signed, -one.raised_at.timestamp()),
    )
    worst = still_open[0].item if still_open else None
    midnight = midnight_before(now)
    ended = [one.ended_at for one in matters if not one.is_open and one.ended_at is not None]
    return DepartmentRow(
        department=name,
        open=len(still_open),
        overdue=sum(one.item.due_at is not None and one.item.due_at < now for one in still_open),
        closed_today=sum(moment >= midnight for moment in ended),
        worst=worst.level if worst else None,
        worst_signed=worst.signed if worst else True,
        items=tuple(one.item for one in still_open[:ITEMS]),
    )
