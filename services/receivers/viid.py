"""The GA/T 1400 (VIID) receiver: cameras register and push passages; an OK means it is on disk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from services.collect.intake import Intake, Submits
from services.collect.picture_keeping import images_for
from services.collect.site import Site, SiteError
from services.domain.snapshot import SourceStatus
from services.domain.timebase import Timebase
from services.receivers.viid_app import LARGEST_BODY, OUR_ID, ViidApp
from services.receivers.viid_digest import Secret
from services.receivers.viid_directory import Directory
from services.receivers.viid_ingest import LATE_AFTER_S, TITLE, ingest_viid
from services.receivers.viid_lookups import NONE, Clocks, Facts, Lookups, no_clocks, no_facts
from services.receivers.viid_record import SOURCE
from services.serving import WsgiServer
from services.store.images import Images
from services.store.store import Store

__all__ = ["ViidApp", "ViidReceiver", "ingest_viid", "receivers"]

KEYS = ("host", "port", "username", "password", "realm", "server_id", "devices")
BUFFERED = 2 * LARGEST_BODY  # bytes; up to here a body is let come in, so that its refusal can be read


def receivers(
    site: Site, store: Store, intake: Intake, facts: Facts = no_facts, clocks: Clocks = no_clocks
) -> Sequence[ViidReceiver]:
    """The receiver of ``[receivers.viid]``; none when the site has no such table."""
    table = site.receivers.get("viid")
    if table is None:
        return ()
    lookups = Lookups(facts=facts, clocks=clocks)
    return (ViidReceiver(table, store, intake, site.timebase, lookups=lookups, images=images_for(site)),)


class ViidReceiver:
    """The app on its address. Raises SiteError for a table it cannot use."""

    def __init__(
        self,
        table: Mapping[str, Any],
        store: Store,
        intake: Submits,
        timebase: Timebase,
        *,
        lookups: Lookups = NONE,
        images: Images | None = None,
    ) -> None:
        for key in table:
            if key not in KEYS:
                raise SiteError(f"receivers.viid：不认识的键 {key!r}，可用：{'、'.join(KEYS)}")
        try:
            secret = Secret(str(table["username"]), str(table["password"]), str(table.get("realm", "viid")))
            host, port = str(table["host"]), int(table["port"])
        except KeyError as missing:
            raise SiteError(f"receivers.viid：缺少 {missing}") from None
        self._store = store
        directory = Directory(store, timebase)
        self.app = ViidApp(
            secret,
            intake,
            timebase,
            lookups=replace(lookups, places=directory, spots=directory.spot),
            images=images,
            directory=directory,
            allowed=table.get("devices", ()),
            server_id=str(table.get("server_id", OUR_ID)),
        )
        self._server = WsgiServer(
            self.app, host, port, "viid", threads=8, max_request_body_size=BUFFERED, channel_timeout=60
        )

    @property
    def port(self) -> int:
        return self._server.port

    def start(self) -> None:
        self._store.mark(SourceStatus(SOURCE, TITLE, late_after_s=LATE_AFTER_S))
        self._server.start()

    def stop(self) -> None:
        self._server.stop()
