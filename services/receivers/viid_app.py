"""The VIID calls over WSGI: who may speak, what is served, and what each object is told."""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from services.collect.intake import Submits
from services.domain.event import Refused
from services.domain.timebase import Timebase
from services.receivers import viid_shown
from services.receivers.viid_answer import (
    Reply,
    Status,
    Verdict,
    directory_answer,
    reply,
    reply_each,
    system_time,
)
from services.receivers.viid_devices import Registry
from services.receivers.viid_digest import DigestGate, Secret
from services.receivers.viid_directory import Directory
from services.receivers.viid_kept import kept_unreadable
from services.receivers.viid_lookups import NONE, Lookups
from services.receivers.viid_reading import Item
from services.receivers.viid_record import SOURCE
from services.receivers.viid_request import Request
from services.receivers.viid_taking import Taking
from services.store.errors import StoreBusy, StoreError
from services.store.images import Images

log = logging.getLogger(__name__)

LARGEST_BODY = 32 * 1024 * 1024  # bytes; a batch of pictures
OUR_ID = "33100200005030000001"

# Path (lower case) → the kind its objects are when they come without an envelope.
UPLOADS = {
    "/viid/motorvehicles": "MotorVehicle",
    "/viid/nonmotorvehicles": "NonMotorVehicle",
    "/viid/persons": "Person",
    "/viid/faces": "Face",
    "/viid/images": "Image",
    "/viid/things": "Thing",
    "/viid/scenes": "Scene",
    "/viid/tollgates": "Tollgate",
    "/viid/lanes": "Lane",
    "/viid/apes": "APE",
    "/viid/subscribes": "Subscribe",
    "/viid/dispositions": "Disposition",
    "/viid/subscribenotifications": "",
    "/viid/dispositionnotifications": "",
}
CHANGED = frozenset(("/viid/tollgates", "/viid/lanes", "/viid/apes"))  # PUT does what POST does
ENDED = {"/viid/subscribes": "subscriptions_to_us", "/viid/dispositions": "police_orders"}
UNAUTHORIZED, FORBIDDEN, NOT_FOUND = "401 Unauthorized", "403 Forbidden", "404 Not Found"
BAD_REQUEST, TOO_LARGE, BUSY = "400 Bad Request", "413 Content Too Large", "503 Service Unavailable"


class ViidApp:
    """Lenient in, strict out: every object gets its own status, and 0 only after the commit.

    HTTP says it too, for senders that read no body: 400 for what is no JSON, 401 for the unregistered,
    413 for a body beyond ``LARGEST_BODY``, 503 with status 2 when the store cannot take it now.
    """

    def __init__(
        self,
        secret: Secret,
        intake: Submits,
        timebase: Timebase,
        *,
        lookups: Lookups = NONE,
        images: Images | None = None,
        directory: Directory | None = None,
        allowed: Iterable[str] = (),
        server_id: str = OUR_ID,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._gate = DigestGate(secret, clock)
        self._registry = Registry(clock, tuple(str(each) for each in allowed))
        self._taking = Taking(intake, lookups=lookups, images=images, directory=directory, clock=clock)
        self._directory = directory
        self._timebase = timebase
        self._server_id = server_id

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        request = Request(environ)
        now = self._timebase.now()
        try:
            given = self._answer(request, now)
        except StoreBusy as why:
            log.info("busy: %s", why)
            given = reply(Verdict("", Status.BUSY), request.path, now, BUSY)
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
        if request.length > LARGEST_BODY:
            return self._too_large(request, now)
        return self._serve(request, now)

    def _serve(self, request: Request, now: datetime) -> Reply:
        match request.method, request.call:
            case "POST", "/viid/system/keepalive":
                return reply(Verdict(request.device, Status.OK), request.path, now)
            case "POST", "/viid/system/unregister":
                self._registry.unregister(request.device)
                return reply(Verdict(request.device, Status.OK), request.path, now)
            case ("POST", call) if call in UPLOADS:
                return self._take(request, UPLOADS[call], now)
            case ("PUT", call) if call in CHANGED:
                return self._take(request, UPLOADS[call], now)
            case "PUT", call if call.rpartition("/")[0] in ENDED:
                return self._end(request, now)
            case "GET", call if call in viid_shown.TOPICS:
                return self._show(request, now)
            case "GET", call if call.startswith("/viid/images"):
                why = "图片不经此接口提供"
                return reply(Verdict("", Status.INVALID_OPERATION, why), request.path, now, FORBIDDEN)
            case "POST", _:
                return self._not_served(request, now)
        return reply(Verdict("", Status.INVALID_OPERATION), request.path, now, "405 Method Not Allowed")

    # -- registration -----------------------------------------------------------------------------

    def _register(self, request: Request, now: datetime) -> Reply:
        if not self._gate.accepts(request.authorization, request.method, request.target):
            return self._unauthorized(request, now)
        device = request.named or request.device
        if not self._registry.may_register(device):
            log.info("a device that is not listed tried to register")
            why = "设备未登记" if device else "缺少 DeviceID"
            return reply(Verdict(device, Status.INVALID_OPERATION, why), request.path, now, FORBIDDEN)
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

    def _take(self, request: Request, expected: str, now: datetime) -> Reply:
        with self._taking.turn(request.length):
            reading = self._taking.read(request.body, expected, now)
            try:
                reading = self._taking.write(reading, request.device)
            except StoreBusy as why:
                log.info("busy: %s", why)
                return reply_each([Verdict(item.id, Status.BUSY) for item in reading.items], request.path, now, BUSY)
        if reading.bad_json:
            return reply(Verdict("", Status.BAD_JSON), request.path, now, BAD_REQUEST)
        return reply_each(verdicts(reading.items), request.path, now)

    def _end(self, request: Request, now: datetime) -> Reply:
        """PUT /VIID/Subscribes/<ID>: it is over, unless the body says that it goes on."""
        call, _, _ = request.call.rpartition("/")
        number = request.path.rstrip("/").rpartition("/")[2]
        if not self._taking.cancel(ENDED[call], number, request.device, request.body):
            verdict = Verdict(number, Status.INVALID_OPERATION, "没有这个编号")
            return reply(verdict, request.path, now, NOT_FOUND)
        return reply_each([Verdict(number, Status.OK)], request.path, now)

    def _show(self, request: Request, now: datetime) -> Reply:
        if self._directory is None:
            return reply(Verdict("", Status.INVALID_OPERATION), request.path, now, NOT_FOUND)
        try:
            records = self._directory.records(viid_shown.TOPICS[request.call])
        except StoreError as why:
            raise StoreBusy(str(why)) from why
        return directory_answer(*viid_shown.shown(request.call, request.query, records))

    def _not_served(self, request: Request, now: datetime) -> Reply:
        """A call we do not serve: refused, but of its body is kept what may be."""
        raw = kept_unreadable(request.body)
        self._taking.keep((), (Refused(SOURCE, "unsupported_call", f"不支持的接口 {request.path[:80]}", raw),))
        return reply(Verdict("", Status.INVALID_OPERATION), request.path, now, NOT_FOUND)

    def _too_large(self, request: Request, now: datetime) -> Reply:
        """Told without reading it; waitress has it in a file, not in memory."""
        why = f"报文 {request.length / 1e6:.0f} MB，最大 {LARGEST_BODY / 1e6:.0f} MB，请分批"
        self._taking.keep((), (Refused(SOURCE, "too_large", f"{request.path[:80]} {why}", b""),))
        return reply(Verdict("", Status.BAD_CONTENT, why), request.path, now, TOO_LARGE)


def verdicts(items: Sequence[Item]) -> list[Verdict]:
    """One an item: good only when all of it is."""
    return [
        Verdict(item.id, Status.BAD_CONTENT, bad.detail) if (bad := item.refused) else Verdict(item.id, Status.OK)
        for item in items
    ]
