"""The GA/T 1400 (VIID) receiver: cameras register and push passages; an OK means it is on disk."""

from __future__ import annotations

import concurrent.futures
import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any

from services.collect.intake import Intake, Submits
from services.collect.site import Site, SiteError
from services.domain.event import Batch, Event, Refused
from services.domain.snapshot import SourceStatus
from services.domain.timebase import REAL, Timebase
from services.receivers.viid_answer import Reply, Status, Verdict, reply, reply_each, system_time
from services.receivers.viid_devices import Directory, Registry
from services.receivers.viid_digest import DigestGate, Secret
from services.receivers.viid_reading import Item, Reading, read_body
from services.receivers.viid_record import SOURCE, Places, nowhere
from services.receivers.viid_request import Request
from services.serving import WsgiServer
from services.store.errors import StoreError
from services.store.store import Store

log = logging.getLogger(__name__)

TITLE = "卡口视图库 GA/T 1400"
LATE_AFTER_S = 30.0
LARGEST_BODY = 32 * 1024 * 1024  # bytes; a batch of pictures
COMMIT_WITHIN_S = 10.0
INGESTED_AT_ONCE = 1000
KEYS = ("host", "port", "username", "password", "realm", "server_id", "devices")

# Path (lower case) → the kind its objects are when they come without an envelope.
UPLOADS = {
    "/viid/motorvehicles": "MotorVehicle",
    "/viid/persons": "Person",
    "/viid/subscribenotifications": "",
    "/viid/dispositionnotifications": "",
}
UNAUTHORIZED, BAD_REQUEST, BUSY = "401 Unauthorized", "400 Bad Request", "503 Service Unavailable"


def receivers(site: Site, store: Store, intake: Intake) -> Sequence[ViidReceiver]:
    """The receiver of ``[receivers.viid]``; none when the site has no such table."""
    table = site.receivers.get("viid")
    if table is None:
        return ()
    return (ViidReceiver(table, store, intake, site.timebase),)


class ViidReceiver:
    """The app on its address. Raises SiteError for a table it cannot use."""

    def __init__(self, table: Mapping[str, Any], store: Store, intake: Submits, timebase: Timebase) -> None:
        for key in table:
            if key not in KEYS:
                raise SiteError(f"receivers.viid：不认识的键 {key!r}，可用：{'、'.join(KEYS)}")
        try:
            secret = Secret(str(table["username"]), str(table["password"]), str(table.get("realm", "viid")))
            host, port = str(table["host"]), int(table["port"])
        except KeyError as missing:
            raise SiteError(f"receivers.viid：缺少 {missing}") from None
        self._store = store
        self.app = ViidApp(
            secret,
            intake,
            timebase,
            places=Directory(store, timebase),
            allowed=table.get("devices", ()),
            server_id=str(table.get("server_id", "33100200005030000001")),
        )
        self._server = WsgiServer(
            self.app, host, port, "viid", threads=8, max_request_body_size=LARGEST_BODY, channel_timeout=60
        )

    @property
    def port(self) -> int:
        return self._server.port

    def start(self) -> None:
        self._store.mark(SourceStatus(SOURCE, TITLE, late_after_s=LATE_AFTER_S))
        self._server.start()

    def stop(self) -> None:
        self._server.stop()


class ViidApp:
    """WSGI. Lenient in, strict out: every object gets its own status, and 0 only after the commit.

    HTTP says it too, for senders that read no body: 400 for what is no JSON (kept in the
    quarantine), 401 for the unregistered, 503 with status 2 when the store cannot take it now.
    """

    def __init__(
        self,
        secret: Secret,
        intake: Submits,
        timebase: Timebase,
        *,
        places: Places = nowhere,
        allowed: Iterable[str] = (),
        server_id: str = "33100200005030000001",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gate = DigestGate(secret, clock)
        self._registry = Registry(clock, tuple(str(each) for each in allowed))
        self._intake = intake
        self._timebase = timebase
        self._places = places
        self._server_id = server_id

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        given = self._answer(request, self._timebase.now())
        headers = [("Content-Type", request.dialect), ("Content-Length", str(len(given.body)))]
        if given.challenge:
            headers.append(("WWW-Authenticate", given.challenge))
        if given.http == BUSY:
            headers.append(("Retry-After", "1"))
        start(given.http, headers)
        return [given.body]

    def _answer(self, request: Request, now: datetime) -> Reply:
        match request.method, request.call:
            case "POST", "/viid/system/register":
                return self._register(request, now)
            case "GET", "/viid/system/time":
                return system_time(self._server_id, now)
        if not self._registry.renew(request.device) and not self._proves_itself(request):
            return self._unauthorized(request, now)
        match request.method, request.call:
            case "POST", "/viid/system/keepalive":
                return reply(Verdict(request.device, Status.OK), request.path, now)
            case "POST", "/viid/system/unregister":
                self._registry.unregister(request.device)
                return reply(Verdict(request.device, Status.OK), request.path, now)
            case "POST", call if call in UPLOADS:
                return self._take(request, read_body(request.body, now, self._places, UPLOADS[call]), now)
            case "POST", _:
                return self._not_spoken(request, now)
        return reply(Verdict("", Status.INVALID_OPERATION), request.path, now, "405 Method Not Allowed")

    # -- registration -----------------------------------------------------------------------------

    def _register(self, request: Request, now: datetime) -> Reply:
        if not self._gate.accepts(request.authorization, request.method, request.target):
            return self._unauthorized(request, now)
        device = request.named or request.device
        if not self._registry.may_register(device):
            log.info("a device that is not listed tried to register")
            why = "设备未登记" if device else "缺少 DeviceID"
            return reply(Verdict(device, Status.INVALID_OPERATION, why), request.path, now, "403 Forbidden")
        if not self._registry.register(device):
            return reply(Verdict(device, Status.BUSY), request.path, now, BUSY)
        return reply(Verdict(device, Status.OK), request.path, now)

    def _proves_itself(self, request: Request) -> bool:
        """Some senders put a digest on every request instead of keeping a registration."""
        device = request.device
        return (
            bool(request.authorization)
            and self._registry.may_register(device)
            and self._gate.accepts(request.authorization, request.method, request.target)
            and self._registry.register(device)
        )

    def _unauthorized(self, request: Request, now: datetime) -> Reply:
        verdict = Verdict(request.device, Status.INVALID_OPERATION, "未注册或口令不对")
        return reply(verdict, request.path, now, UNAUTHORIZED, self._gate.challenge())

    # -- data -------------------------------------------------------------------------------------

    def _take(self, request: Request, reading: Reading, now: datetime) -> Reply:
        if not self._keep(reading.events, reading.refused):
            verdicts = [Verdict(item.id, Status.BUSY) for item in reading.items]
            return reply_each(verdicts, request.path, now, BUSY)
        if reading.bad_json:
            return reply(Verdict("", Status.BAD_JSON), request.path, now, BAD_REQUEST)
        return reply_each(_verdicts(reading.items), request.path, now)

    def _not_spoken(self, request: Request, now: datetime) -> Reply:
        """A call we do not serve: refused, but its body is kept."""
        refused = Refused(SOURCE, "unsupported_call", f"不支持的接口 {request.path[:80]}", request.body)
        if not self._keep((), (refused,)):
            return reply(Verdict("", Status.BUSY), request.path, now, BUSY)
        return reply(Verdict("", Status.INVALID_OPERATION), request.path, now, "404 Not Found")

    def _keep(self, events: Sequence[Event], refused: Sequence[Refused]) -> bool:
        """Wait for the commit that holds them; False when the sender must keep them and come again."""
        if not events and not refused:
            return True
        try:
            self._intake.submit(events, refused, SOURCE).result(COMMIT_WITHIN_S)
        except (StoreError, concurrent.futures.TimeoutError) as why:
            log.info("busy: %s", why)
            return False
        return True


def _verdicts(items: Sequence[Item]) -> list[Verdict]:
    """One for each object; those of a notification share one, good only when all are."""
    verdicts: dict[object, Verdict] = {}
    for place, item in enumerate(items):
        bad = item.outcome if isinstance(item.outcome, Refused) else None
        verdict = Verdict(item.id, Status.BAD_CONTENT, bad.detail) if bad else Verdict(item.id, Status.OK)
        key = item.id if item.in_notification else place
        if key not in verdicts or verdicts[key].status is Status.OK:
            verdicts[key] = verdict
    return list(verdicts.values())


def ingest_viid(files: Sequence[Path], store: Store, received_at: datetime | None = None) -> dict[str, Any]:
    """Take saved bodies, one a file, or one a line. ``read`` is always stored + duplicate + quarantined.

    Raises OSError for a file that cannot be read and StoreError when the store cannot take one.
    """
    now = received_at or REAL.now()
    counts = {"read": 0, "stored": 0, "duplicate": 0}
    by_reason: dict[str, int] = {}
    directory = Directory(store, REAL)
    status = SourceStatus(SOURCE, TITLE, late_after_s=LATE_AFTER_S)
    items = (
        item for file in files for each in _readings(Path(file).read_bytes(), now, directory) for item in each.items
    )
    while outcomes := [item.outcome for item in islice(items, INGESTED_AT_ONCE)]:
        events = [each for each in outcomes if isinstance(each, Event)]
        refused = [each for each in outcomes if isinstance(each, Refused)]
        taken = store.take(Batch(events=events, refused=refused), status, now)
        counts["read"] += len(outcomes)
        counts["stored"] += taken.stored
        counts["duplicate"] += taken.duplicates
        for each in refused:
            by_reason[each.reason] = by_reason.get(each.reason, 0) + 1
    return {**counts, "quarantined": by_reason}


def _readings(body: bytes, now: datetime, places: Places) -> Iterable[Reading]:
    whole = read_body(body, now, places)
    lines = [line for line in body.splitlines() if line.strip()]
    if not whole.bad_json or len(lines) < 2:
        return (whole,)
    if all(read_body(line, now, places).bad_json for line in lines):
        return (whole,)
    return (read_body(line, now, places) for line in lines)
