"""AI 鹰眼 of cameras that push to us: the newest of their events, and how many came today."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from services.collect.checkpoint_feed import SOURCE
from services.collect.summary import Summary
from services.domain.community import EagleEye
from services.domain.community_told import CameraEvent, camera_title
from services.domain.timebase import midnight_before
from services.store.events import records
from services.store.schema import EVENT_TABLES, inbox

if TYPE_CHECKING:
    from services.store.store import Store

TOPIC = "pushed_eye"
SHOWN_FOR = timedelta(days=30)  # an older event is no news


def pushed_eye(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    """Nobody has judged these yet: the share confirmed is the other cameras'."""
    table = EVENT_TABLES["camera_event"].table
    pushed = table.c.seq.in_(select(inbox.c.seq).where(inbox.c.source == SOURCE, inbox.c.kind == "camera_event"))
    recent = table.c.occurred_at > now - SHOWN_FOR
    with store.read() as connection:
        newest: Sequence[CameraEvent] = records(connection, "camera_event", recent, pushed, limit=1)
        count = select(func.count()).where(table.c.occurred_at >= midnight_before(now), pushed)
        today = connection.execute(count).scalar_one()
    return {TOPIC: [_eye(newest[0] if newest else None, today)]}


def _eye(event: CameraEvent | None, today: int) -> EagleEye:
    if event is None:
        return EagleEye("", "", "", "", None, (), 0, 0.0, "", today, 0, 0)
    return EagleEye(
        event_id=event.event_id,
        title=camera_title(event.kind),
        estate_name=event.estate_name,
        building=event.building,
        occurred_at=event.occurred_at,
        track=tuple(_points(event.track)),
        frames=event.frames,
        floors_down=event.floors_down,
        excluded="",
        today=today,
        confirmed_30d=0,
        judged_30d=0,
    )


def _points(track: str) -> Sequence[tuple[int, int]]:
    return [(int(x), int(y)) for x, _, y in (pair.partition(",") for pair in track.split())]


SUMMARIES: tuple[Summary, ...] = (Summary("pushed_eye", 5.0, (TOPIC,), pushed_eye),)
