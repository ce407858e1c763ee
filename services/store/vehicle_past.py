"""Finds what the card shows of the vehicle of one alert."""

from __future__ import annotations

import logging
from dataclasses import replace

from sqlalchemy import Connection, func, select

from services.domain.alert import Alert
from services.domain.officer import Officer
from services.domain.passage import Passage
from services.domain.vehicle_past import SPAN, Seen, VehiclePast, vehicle_past
from services.store import scoping
from services.store.events import past
from services.store.images import Images
from services.store.passages import passages_of_plate
from services.store.schema import alert_link, inbox

log = logging.getLogger(__name__)


def vehicle_of(connection: Connection, alert_id: str, officer: Officer | None = None) -> VehiclePast | None:
    """None for an alert the officer may not see, one that is over, and one that is about no plate that was read:
    where a vehicle went is nobody's business outside an open case."""
    alert = scoping.alert_for(connection, alert_id, officer)
    if alert is None or not alert.is_open or alert.subject_kind != "passage":
        return None
    hits = _hits(connection, alert)
    plate_no = next((p.plate_no for p in reversed(hits) if p.plate_no), "")
    if not plate_no or "-" in plate_no:
        return vehicle_past("", hits, hits, 0)
    until = alert.last_at
    passages = passages_of_plate(connection, plate_no, until - SPAN, until + SPAN)
    return vehicle_past(plate_no, hits, passages, _alerts_before(connection, plate_no, alert))


def _hits(connection: Connection, alert: Alert) -> tuple[Passage, ...]:
    """The passages the alert rests on, by the numbers their source gave them."""
    sources = [link.removeprefix("source:") for link in alert.within if link.startswith("source:")]
    found = past(connection, "passage", inbox.c.source.in_(sources), inbox.c.event_id.in_(alert.event_ids))
    return tuple(event.record for event in found)


def _alerts_before(connection: Connection, plate_no: str, alert: Alert) -> int:
    link = alert_link.c
    of_vehicle = (link.link == f"vehicle:{plate_no}", link.alert_id != alert.id)
    query = select(func.count()).where(*of_vehicle, link.at >= alert.occurred_at - SPAN, link.at <= alert.raised_at)
    return connection.execute(query).scalar() or 0


def with_pictures(found: VehiclePast, images: Images) -> VehiclePast:
    """With the pictures that are still kept."""
    return replace(found, seen=tuple(replace(one, picture=_picture(one, images)) for one in found.seen))


def _picture(seen: Seen, images: Images) -> bytes:
    path = images.path(seen.image)
    try:
        return path.read_bytes() if path is not None else b""
    except OSError as why:
        log.info("picture %s cannot be read: %s", seen.image[:8], why)
        return b""
