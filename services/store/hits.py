"""Which passages alerts rest on and which vehicles had a hit, followed along the log of the cases."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, case, select

from services.domain.happening import HappeningKind
from services.store import codec, ledger, rows
from services.store.schema import EVENT_TABLES, case_event, counter, hit_event, hit_plate, inbox, source_status
from services.store.schema import alert as alert_table

FOLLOWED = "hits.followed"
ABOUT_DEVICES = ("checkpoint", "device")  # subjects: an alert about a camera is no hit of a vehicle
_TOLD = (HappeningKind.RAISED.value, HappeningKind.REPEATED.value)
_MANY = 500


@dataclass(frozen=True, slots=True)
class _Found:
    event_ids: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Told:
    event_ids: tuple[str, ...] = ()
    detection: _Found | None = None

    @property
    def all(self) -> tuple[str, ...]:
        return self.event_ids + (self.detection.event_ids if self.detection else ())


def follow(connection: Connection, most: int) -> bool:
    """Note the hits of the next ``most`` entries of the log; whether that was all of it."""
    after = connection.execute(select(counter.c.value).where(counter.c.name == FOLLOWED)).scalar() or 0
    news = (case_event.c.stream == ledger.ALERTS) & case_event.c.kind.in_(_TOLD)
    entries = connection.execute(
        select(case_event.c.seq, case_event.c.case_id, case_event.c.at, case((news, case_event.c.body)).label("body"))
        .where(case_event.c.seq > after)
        .order_by(case_event.c.seq)
        .limit(most)
    ).all()
    if not entries:
        return True
    told = [(entry.case_id, entry.at, entry.body) for entry in entries if entry.body]
    at_of = _of_vehicles(connection, told)
    rows.insert_new(connection, hit_event, ("event_id",), [(event_id,) for event_id in at_of])
    plates = dict(_plates(connection, at_of))
    rows.upsert(connection, hit_plate, [{"plate_no": plate, "at": at} for plate, at in plates.items()])
    rows.upsert(connection, counter, [{"name": FOLLOWED, "value": entries[-1].seq}])
    return len(entries) < most


def _of_vehicles(connection: Connection, told: list[tuple[str, datetime, str]]) -> Mapping[str, datetime]:
    """The events that happenings about vehicles rest on, each with the last of their moments."""
    names = list({case_id for case_id, _, _ in told})
    vehicles: set[str] = set()
    for start in range(0, len(names), _MANY):
        about = alert_table.c.subject_kind.not_in(ABOUT_DEVICES)
        some = select(alert_table.c.id).where(alert_table.c.id.in_(names[start : start + _MANY]), about)
        vehicles.update(connection.execute(some).scalars())
    bodies = codec.decode_all(_Told, (body for _, _, body in told))
    return {
        event_id: at
        for (case_id, at, _), body in zip(told, bodies, strict=True)
        if case_id in vehicles
        for event_id in body.all
    }


def _plates(connection: Connection, at_of: Mapping[str, datetime]) -> Iterator[tuple[str, datetime]]:
    """The plates of those events that are passages, in the order of their hits."""
    passage = EVENT_TABLES["passage"].table
    sources = list(connection.execute(select(source_status.c.id)).scalars())
    wanted = sorted(at_of, key=lambda event_id: at_of[event_id])
    for start in range(0, len(wanted), _MANY):
        found = connection.execute(
            select(inbox.c.event_id, passage.c.plate_no)
            .join(passage, passage.c.seq == inbox.c.seq)
            .where(inbox.c.source.in_(sources), inbox.c.event_id.in_(wanted[start : start + _MANY]))
        )
        hit = sorted((at_of[event_id], plate) for event_id, plate in found if plate)
        yield from ((plate, at) for at, plate in hit)
