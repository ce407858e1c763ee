"""Counts the minutes of lone smoke alarms, tells which fire devices fell silent, and opens what two must look at.

Everything is found anew in the store at each look; a restart loses nothing and tells nothing twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.collect.work import Work
from services.domain import fire_terms
from services.domain.alert import Alert
from services.domain.community_told import CameraEvent
from services.domain.event import Batch, Event
from services.domain.fire import DeviceState, FireDevice, FireDeviceReport
from services.domain.fire_figures import rectify_figures
from services.domain.fire_terms import FireTerms, terms_from
from services.domain.fire_watch import (
    BATTERY_RULE,
    SILENT_RULE,
    device_of,
    recovered,
    told_of,
    unanswered,
    waits,
    well_again,
)
from services.domain.floor_candidate import SEEN_TOPIC, TOPIC, OpenCandidates
from services.domain.floor_course import RULE as FALLING
from services.domain.officer import ENGINE
from services.domain.snapshot import Quality, SourceStatus
from services.store import events
from services.store.schema import EVENT_TABLES
from services.store.store import Store

EVERY_S = 2.0
DEVICES_EVERY_S = 30.0
SOURCE = SourceStatus("fire_watch", "消防设备核对", late_after_s=14 * 86_400.0)
EVENTS_TOPIC = "eye_events"
FIGURES_TOPIC = "rectify_figures"
SHOWN_FOR = timedelta(days=7)
SHOWN = 60


def work(store: Store, site: Site) -> Work:
    """Raises SiteError."""
    table = site.community.get("fire", {})
    if not isinstance(table, Mapping):
        raise SiteError("site.toml: community.fire 须为一张表，例如 [community.fire]")
    try:
        terms = terms_from(table, site.limits.calendar)
    except ValueError as why:
        raise SiteError(f"site.toml: {why}") from why
    keeper = FireKeeper(store, terms)
    return Work(
        ticks=(("fire_alarms", keeper.tick, EVERY_S), ("fire_devices", keeper.look, DEVICES_EVERY_S)),
        summaries=(
            Summary(fire_terms.TOPIC, 60.0, (fire_terms.TOPIC,), lambda _store, _now: {fire_terms.TOPIC: (terms,)}),
            Summary(EVENTS_TOPIC, 5.0, (EVENTS_TOPIC,), eye_events),
            Summary(FIGURES_TOPIC, 10.0, (FIGURES_TOPIC,), figures),
        ),
    )


class FireKeeper:
    """For one caller at a time. What it remembers only spares work."""

    def __init__(self, store: Store, terms: FireTerms) -> None:
        self._store = store
        self._terms = terms
        self._told: set[str] = set()
        self._seq = 0  # of the store's changes that are done with
        self._waiting = True  # a lone alarm runs its minutes: until looked once, another run may have left one

    def tick(self, now: datetime) -> None:
        """Alarms whose time is up; falling objects whose floor two officers must look at."""
        seq, moved = self._store.changes_since(self._seq)
        if not self._waiting and not moved & {"alerts", SEEN_TOPIC}:
            self._seq = seq
            return
        alerts: Sequence[Alert] = self._store.snapshot("alerts", now).records
        due = [alert for alert in alerts if waits(alert, now, self._terms.confirm)]
        if due:
            self._tell(self._unanswered(due), now)
        self._waiting = any(waits(alert, now, timedelta.min) for alert in alerts)
        if fell := [alert for alert in alerts if alert.rule_id == FALLING and alert.is_open]:
            self._open(fell, now)
        self._seq = seq

    def look(self, now: datetime) -> None:
        """Devices that fell silent or weak, and those that are well again."""
        listed = self._store.snapshot("fire_devices", now)
        if listed.quality is not Quality.GOOD:
            return
        devices: Sequence[FireDevice] = listed.records
        alerts: Sequence[Alert] = self._store.snapshot("alerts", now).records
        asked = {alert.key for alert in alerts if alert.is_open and alert.rule_id in (SILENT_RULE, BATTERY_RULE)}
        told = list(told_of(devices, asked, now, self._terms))
        gone = well_again(asked, {one.id: one for one in devices})
        told += [recovered(last, now) for last in map(self._last, gone) if last is not None]
        fresh = [one for one in told if one.report_id not in self._told]
        self._tell(fresh, now)
        self._told = {one.report_id for one in told}

    def _unanswered(self, due: Iterable[Alert]) -> list[FireDeviceReport]:
        found = [(alert, self._last(device_of(alert), alarm=True)) for alert in due]
        confirm = self._terms.confirm
        return [unanswered(alarm, alert.raised_at + confirm) for alert, alarm in found if alarm is not None]

    def _tell(self, reports: Sequence[FireDeviceReport], now: datetime) -> None:
        if reports:
            told = [Event(SOURCE.id, one.report_id, "fire_device", one.at, one) for one in reports]
            self._store.take(Batch(events=told), SOURCE, now)

    def _last(self, device_id: str, *, alarm: bool = False) -> FireDeviceReport | None:
        columns = EVENT_TABLES["fire_device"].table.c
        where = [columns.device_id == device_id]
        if alarm:
            where.append(columns.state == DeviceState.ALARM.value)
        with self._store.read() as connection:
            return next(iter(events.records(connection, "fire_device", *where, limit=1)), None)

    def _open(self, fell: Sequence[Alert], now: datetime) -> None:
        """One case an event: what a camera's system believes becomes a question to two officers."""
        seen = {one.event_id: one for one in self._store.snapshot(SEEN_TOPIC, now).records}
        known = {case.event_id for case in self._store.snapshot(TOPIC, now).records}
        asked = {event: alert for alert in fell for event in alert.event_ids if event in seen and event not in known}
        if not asked:
            return
        columns = EVENT_TABLES["camera_event"].table.c
        with self._store.read() as connection:
            tracks: Sequence[CameraEvent] = events.records(
                connection, "camera_event", columns.event_id.in_(sorted(asked))
            )
        for event in tracks:
            if event.track:
                self._store.perform(
                    _opening(event, asked[event.event_id], seen[event.event_id].candidates), ENGINE, now
                )


def _opening(event: CameraEvent, alert: Alert, candidates: tuple[Any, ...]) -> OpenCandidates:
    return OpenCandidates(
        alert_id=alert.id,
        event_id=event.event_id,
        estate_id=event.estate_id,
        estate_name=event.estate_name,
        building=event.building,
        happened_at=event.occurred_at,
        track=event.track,
        frames=event.frames,
        floors_down=event.floors_down,
        candidates=candidates,
    )


def eye_events(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    """What cameras saw in a week, newest first, without the household a lift's card names."""
    columns = EVENT_TABLES["camera_event"].table.c
    newest = (columns.occurred_at.desc(), columns.seq.desc())
    with store.read() as connection:
        found: Sequence[CameraEvent] = events.records(
            connection, "camera_event", columns.occurred_at > now - SHOWN_FOR, order=newest, limit=SHOWN
        )
    return {EVENTS_TOPIC: [replace(one, dwelling_id="", hydrants="") for one in found]}


def figures(store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
    def records(topic: str) -> Sequence[Any]:
        return store.snapshot(topic, now).records

    eyes = (*records("eagle_eye"), *records("pushed_eye"))
    told = (records(EVENTS_TOPIC), eyes, records(TOPIC), records("fire"), records("rectifications"))
    return {FIGURES_TOPIC: rectify_figures(*told, now)}
