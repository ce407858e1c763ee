"""Road texts of the demo's last day: on a sign, over, and waiting for the second officer. 演示数据."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

from services.district.history_cases import WANG
from services.domain.officer import ENGINE, Officer, Role
from services.domain.road_text import ApproveText, DraftText, NoteShown
from services.store.store import Store

LI = Officer("lead-b", "李建国", Role.SHIFT_LEAD)

Step = tuple[datetime, str, Callable[[], None]]


def require(refusal: str) -> None:
    if refusal:
        raise ValueError(refusal)


def road_texts(store: Store, start: datetime) -> Iterator[Step]:
    """One on a sign, one that is over, one that waits for the second officer."""
    told = (
        ("inspect", "", "椒江二桥北诱导屏", 20.0, 22.0, ""),
        ("slow", "高架口施工", "市府大道西诱导屏", 7.0, 4.0, ""),
        ("jam", "疏港大道口", "东环大道诱导屏", 2.2, 4.0, ""),
        ("truck", "三甲超限站", "三甲南向诱导屏", 0.4, 4.0, "waits"),
    )
    for template, words, place, hours, lasts, waits in told:
        at = start.astimezone(UTC) - timedelta(hours=hours)
        wish = DraftText(template=template, words=words, place=place, until=at + timedelta(hours=lasts))
        yield at, place, lambda wish=wish, at=at, waits=waits: _put_up(store, wish, at, shown=not waits)


def _put_up(store: Store, wish: DraftText, at: datetime, *, shown: bool) -> None:
    outcome = store.perform(wish, WANG, at)
    require(outcome.refusal)
    text = outcome.case
    if not shown:
        return
    if text.needs_second:
        approve = ApproveText(case_id=text.id, expected_version=text.version)
        text = store.perform(approve, LI, at + timedelta(minutes=2)).case
    noted = NoteShown(case_id=text.id, expected_version=text.version, shown=True, answer="HTTP 200")
    require(store.perform(noted, ENGINE, at + timedelta(minutes=2, seconds=3)).refusal)
