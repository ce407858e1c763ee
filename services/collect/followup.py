"""What notices, transfers and road texts wait for: stations' results, further findings, answers of the gateways.

Everything is found anew in the store each time and written as the engine's own entry, so a restart loses
nothing and writes nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from services.collect.followup_figures import figures
from services.collect.summary import Summary
from services.domain import case_transfer, inspection_notice, road_text
from services.domain.alert import Work
from services.domain.case_transfer import WithdrawTransfer
from services.domain.deed import Wish
from services.domain.followup_terms import TOPIC, FollowUpTerms
from services.domain.inspection_notice import (
    InspectionNotice,
    NoteFurther,
    NoteSending,
    RecordInspection,
    WithdrawNotice,
)
from services.domain.inspection_texts import WAY_WORDS, Way, vehicle_of
from services.domain.notice import Notice, NoticeState
from services.domain.officer import ENGINE
from services.domain.passage import Reinspection
from services.domain.road_text import KIND_WORDS, NoteShown, RoadText, State
from services.domain.timebase import local
from services.store import cases, casework, events
from services.store.schema import alert as alert_table
from services.store.schema import alert_link
from services.store.store import Store

EVERY_S = 2.0
MOST = 500  # results of one look
_OVER = (Work.CLOSED, Work.ARCHIVED)
ENDED_WITH = "预警已办结"


class FollowUp:
    """For one caller at a time. A wish that is refused, because an officer was first, is asked again."""

    def __init__(self, store: Store, terms: FollowUpTerms) -> None:
        self._store = store
        self._terms = terms
        self.summaries = (
            Summary(TOPIC, 60.0, (TOPIC,), self._told),
            Summary("followup_figures", 5.0, ("followup_figures",), _figures),
        )

    def tick(self, now: datetime) -> None:
        for find in (_results, _further, _ended, _texts, _messages):
            with self._store.read() as connection:
                wishes = tuple(find(connection, self._store, now))
            for wish in wishes:
                self._store.perform(wish, ENGINE, now)

    def _told(self, _store: Store, _now: datetime) -> Mapping[str, Sequence[Any]]:
        return {TOPIC: (self._terms,)}


def _figures(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    notices, transfers, texts = (
        store.snapshot(topic, now).records for topic in ("inspection_notices", "case_transfers", "road_texts")
    )
    return {"followup_figures": figures(notices, transfers, texts, now)}


def _about(case: Any) -> dict[str, Any]:
    return {"case_id": case.id, "expected_version": case.version}


def _open_notices(connection: Connection) -> tuple[InspectionNotice, ...]:
    return casework.open_by_id(connection, inspection_notice.NAME)


# --------------------------------------------------------------------------------------------- of notices


def _results(connection: Connection, _store: Store, now: datetime) -> Iterator[Wish]:
    """The next result of each notice: one at a look, since each makes a new version."""
    notices = _open_notices(connection)
    if not notices:
        return
    found = _reported(connection, {notice.plate_no for notice in notices}, min(n.issued_at for n in notices))
    for notice in notices:
        known = {one.result_id for one in notice.inspections}
        for one in found:
            if _is_of(notice, one, now) and one.result_id not in known:
                yield RecordInspection(
                    **_about(notice),
                    station=one.station,
                    inspected_at=one.inspected_at,
                    passed=one.passed,
                    text=one.text,
                    result_id=one.result_id,
                )
                break


def _reported(connection: Connection, plates: Iterable[str], since: datetime) -> tuple[Reinspection, ...]:
    table = events.event_table("reinspection").table
    where = (table.c.plate_no.in_(sorted(plates)), table.c.inspected_at >= since)
    return events.records(connection, "reinspection", *where, order=(table.c.inspected_at, table.c.seq), limit=MOST)


def _is_of(notice: InspectionNotice, one: Reinspection, now: datetime) -> bool:
    return one.plate_no == notice.plate_no and notice.issued_at <= one.inspected_at <= now


def _further(connection: Connection, _store: Store, _now: datetime) -> Iterator[Wish]:
    """Alerts about the vehicle that were raised while its notice runs; one at a look."""
    notices = {f"vehicle:{notice.plate_no}": notice for notice in _open_notices(connection)}
    query = select(alert_link.c.link, alert_link.c.alert_id).where(alert_link.c.link.in_(sorted(notices)))
    written: set[str] = set()
    for link, alert_id in connection.execute(query.order_by(alert_link.c.at, alert_link.c.alert_id)).all():
        notice = notices[link]
        if notice.id in written or alert_id in (notice.alert_id, *notice.further):
            continue
        alert = cases.read_one(connection, alert_id)
        if alert is not None and alert.raised_at >= notice.issued_at and vehicle_of(alert) == notice.plate_no:
            written.add(notice.id)
            yield NoteFurther(**_about(notice), alert_id=alert_id)


def _ended(connection: Connection, _store: Store, _now: datetime) -> Iterator[Wish]:
    """What no longer has an alert to end with: that was closed without it."""
    makes = ((inspection_notice.NAME, WithdrawNotice), (case_transfer.NAME, WithdrawTransfer))
    for stream, withdraw in makes:
        waiting = casework.open_by_id(connection, stream)
        about = sorted({case.alert_id for case in waiting})
        over = select(alert_table.c.id).where(alert_table.c.id.in_(about), alert_table.c.work.in_(_OVER))
        over_ids = set(connection.execute(over).scalars())
        yield from (withdraw(**_about(case), reason=ENDED_WITH) for case in waiting if case.alert_id in over_ids)


def _messages(connection: Connection, store: Store, _now: datetime) -> Iterator[Wish]:
    """How the owner's message fared, once that is known. A letter is nobody's but the post's."""
    for notice in _open_notices(connection):
        if notice.way is Way.LETTER or notice.sending:
            continue
        told = [one for one in store.outbox.of(notice.id) if one.alert_version == 1]
        if word := _word(told, WAY_WORDS[notice.way]):
            yield NoteSending(**_about(notice), word=word)


def _word(told: Sequence[Notice], way: str) -> str:
    if not told:
        return f"没有{way}渠道"
    sent = next((one for one in told if one.state is NoticeState.SENT), None)
    if sent is not None:
        return f"{way}已发 {local(sent.changed_at):%m-%d %H:%M}"
    return "" if any(one.state is NoticeState.PENDING for one in told) else f"{way}未送达"


# ------------------------------------------------------------------------------------------ of road texts


def _texts(connection: Connection, store: Store, _now: datetime) -> Iterator[Wish]:
    for text in casework.open_by_id(connection, road_text.NAME):
        if text.state is State.QUEUED:
            yield from _answered(text, store.outbox.of(text.id))


def _answered(text: RoadText, told: Sequence[Notice]) -> Iterator[Wish]:
    mine = [one for one in told if one.alert_version == text.queued_version]
    sent = [one for one in mine if one.state is NoticeState.SENT]
    if sent:
        yield NoteShown(**_about(text), shown=True, answer=sent[0].answer)
    elif not any(one.state is NoticeState.PENDING for one in mine):
        why = next((one.answer for one in mine if one.answer), f"没有{KIND_WORDS[text.kind]}渠道")
        yield NoteShown(**_about(text), shown=False, answer=why)
