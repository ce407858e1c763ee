"""Works out the checkpoint scene's statistics once a minute."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import func, select

from services.collect.checkpoint_alerts import scene_alerts
from services.collect.summary import Summary
from services.domain.checkpoint_statistics import statistics_of
from services.domain.timebase import midnight_before
from services.store.schema import alert as alert_table
from services.store.schema import alert_link

if TYPE_CHECKING:
    from services.store.store import Store

TOPIC = "checkpoint_statistics"
REPEATS_OVER = timedelta(days=90)
_VEHICLE = "vehicle:"


def statistics(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    """An empty topic while there is no alert to count."""
    alerts = scene_alerts(store, now)
    titles = {entry.id: entry.title for entry in store.snapshot("rule_book", now).records}
    made = statistics_of(alerts, titles, _vehicles(store, now), midnight_before(now))
    return {TOPIC: (made,)}


def _vehicles(store: Store, now: datetime) -> list[tuple[str, int, datetime]]:
    """Every vehicle with an alert in 90 days: its plate, how many, and the last."""
    link = alert_link.c
    query = (
        select(link.link, func.count(), func.max(alert_table.c.raised_at))
        .join(alert_table, alert_table.c.id == link.alert_id)
        .where(link.link >= _VEHICLE, link.link < "vehicle;", alert_table.c.raised_at >= now - REPEATS_OVER)
        .where(alert_table.c.scene == "checkpoints")
        .group_by(link.link)
    )
    with store.read() as connection:
        return [(name.removeprefix(_VEHICLE), count, last) for name, count, last in connection.execute(query)]


SUMMARIES = (Summary(TOPIC, 60.0, (TOPIC,), statistics),)
