"""What the platform sends us: subscriptions asked for, renewed and cancelled."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.platform import OurSubscription, Standing
from services.domain.platform_course import Subject, expired, missing, unwanted
from services.sources.viid_client import ViidClient
from services.sources.viid_client_answer import PlatformError
from services.sources.viid_client_ids import subscription_id
from services.sources.viid_client_settings import ViidClientSettings
from services.store.store import Store

TOPIC = "subscriptions"


class Subscriptions:
    """The rows of topic ``subscriptions`` and the platform, brought to what the site wants."""

    def __init__(self, store: Store, client: ViidClient, settings: ViidClientSettings) -> None:
        self._store = store
        self._client = client
        self._settings = settings
        self._library = settings.library
        self._rows: dict[str, OurSubscription] | None = None
        self._doubted: set[str] = set()

    def doubt(self) -> None:
        """The platform had forgotten us: what runs may be forgotten as well, and is asked for again."""
        self._doubted = {row.id for row in self._known().values() if row.standing is Standing.RUNNING}

    def say(self, now: datetime) -> None:
        """Raises PlatformError when the platform does not answer; a refusal stands in its row instead."""
        before = self._rows
        if before is None:
            before = {row.id: row for row in self._store.snapshot(TOPIC, now).records}
        rows = {row.id: row for row in expired(before.values(), now)}
        if self._rows is None or rows != before:
            self._keep(rows, now)
        wanted = self._wanted() if self._settings.subscribe or rows else ()
        for row in unwanted(rows.values(), wanted, now):
            self._cancel(row, now)
        if doubted := [row for row in self._known().values() if self._is_doubted(row)]:
            self._ask(doubted, now)
        asked = missing(self._known().values(), wanted, now)
        if asked:
            self._ask([row or self._new(subject, now, n) for n, (subject, row) in enumerate(asked.items(), 1)], now)

    def _is_doubted(self, row: OurSubscription) -> bool:
        return row.id in self._doubted and row.standing is Standing.RUNNING

    def _wanted(self) -> Sequence[Subject]:
        if not self._settings.subscribe:
            return ()
        if not self._library and not self._settings.resources:
            self._library = self._client.time()[0]
            if not self._library:
                raise PlatformError("/VIID/System/Time 没有平台编号，请在 viid_client.library 写明")
        where = self._settings.resources or (self._library,)
        addr = self._settings.receive_addr
        return [Subject(detail, resource, addr) for detail in self._settings.subscribe for resource in where]

    def _new(self, subject: Subject, now: datetime, serial: int) -> OurSubscription:
        return OurSubscription(
            id=subscription_id(self._settings.organisation, now, serial),
            detail=subject.detail,
            resource=subject.resource,
            receive_addr=subject.receive_addr,
            standing=Standing.NONE,
            begins_at=now,
            ends_at=now + timedelta(days=self._settings.subscribe_days),
            changed_at=now,
        )

    def _ask(self, rows: Sequence[OurSubscription], now: datetime) -> None:
        self._keep(self._known() | {row.id: row for row in rows}, now)
        told = self._client.subscribe(rows, self._library)
        became = {
            row.id: replace(row, standing=Standing.RUNNING, error="", changed_at=now)
            if answer.is_good
            else replace(row, error=str(answer), changed_at=now)
            for row, answer in zip(rows, told, strict=True)
        }
        self._keep(self._known() | became, now)
        self._doubted -= became.keys()

    def _cancel(self, row: OurSubscription, now: datetime) -> None:
        told = self._client.cancel(row, self._library, now)
        became = replace(row, changed_at=now, error="" if told.is_good else str(told))
        if told.is_good:
            became = replace(became, standing=Standing.CANCELLED)
        self._keep(self._known() | {row.id: became}, now)

    def _known(self) -> dict[str, OurSubscription]:
        return self._rows or {}

    def _keep(self, rows: dict[str, OurSubscription], now: datetime) -> None:
        self._store.put_topic(TOPIC, tuple(rows.values()), now)
        self._rows = rows
