"""The demo police platform's door: GA/T 1400 calls from below, answered as the protocol words them."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from services.district.http import FaultyServer, StartResponse
from services.district.part import Faults
from services.district.police_book import BAD_CONTENT, INVALID_OPERATION, LIFT, PoliceBook, Verdict
from services.domain.timebase import Timebase, local
from services.receivers.viid_digest import DigestGate, Secret

log = logging.getLogger(__name__)

NAME = "police"
PLATFORM_ID = "33100000005030000001"  # of the city's police, one level above the district
REGISTERED_FOR_S = 300.0
JSON = "application/VIID+JSON;charset=UTF-8"


class PolicePlatform(FaultyServer):
    """WSGI on its own address. Only ``device`` may register, with ``login``; any good call renews."""

    def __init__(
        self, host: str, port: int, login: tuple[str, str], device: str, timebase: Timebase, faults: Faults
    ) -> None:
        super().__init__(NAME, host, port, faults)
        self.book = PoliceBook()
        self._device = device
        self._gate = DigestGate(Secret(*login, realm="police"), time.monotonic)
        self._timebase = timebase
        self._registered_until_s = 0.0

    # -- calls ------------------------------------------------------------------------------------

    def respond(self, environ: dict[str, Any], start: StartResponse) -> bytes:
        http, body, challenge = self._answer(environ)
        headers = [("Content-Type", JSON), ("Content-Length", str(len(body)))]
        start(http, [*headers, ("WWW-Authenticate", challenge)] if challenge else headers)
        return self.promised(body)

    def _answer(self, environ: Mapping[str, Any]) -> tuple[str, bytes, str]:
        """HTTP status, body and, for 401, the challenge."""
        method, path = environ["REQUEST_METHOD"], str(environ["PATH_INFO"])
        call = path.rstrip("/").lower()
        body = environ["wsgi.input"].read()
        if (method, call) == ("GET", "/viid/system/time"):
            return "200 OK", self._time(), ""
        if (method, call) == ("POST", "/viid/system/register"):
            if not self._gate.accepts(environ.get("HTTP_AUTHORIZATION", ""), method, path):
                return self._unknown(path)
            self._registered_until_s = time.monotonic() + REGISTERED_FOR_S
            return self._said(path, [Verdict(self._device)], single=True)
        if environ.get("HTTP_USER_IDENTIFY", "") != self._device or time.monotonic() > self._registered_until_s:
            return self._unknown(path)
        self._registered_until_s = time.monotonic() + REGISTERED_FOR_S
        return self._served(method, call, path, body)

    def _served(self, method: str, call: str, path: str, body: bytes) -> tuple[str, bytes, str]:
        head, _, name = call.rpartition("/")
        match method, call, head:
            case "POST", "/viid/system/keepalive", _:
                return self._said(path, [Verdict(self._device)], single=True)
            case "POST", "/viid/system/unregister", _:
                self._registered_until_s = 0.0
                return self._said(path, [Verdict(self._device)], single=True)
            case "POST", "/viid/subscribes", _:
                return self._said(path, self.book.subscribe(_objects(body, "Subscribe")))
            case "PUT", _, "/viid/subscribes":
                return self._ended(path, name, body, "Subscribe", self.book.cancel)
            case "POST", "/viid/dispositions", _:
                return self._said(path, self.book.set(_objects(body, "Disposition")))
            case "PUT", "/viid/dispositions", _:
                return self._said(path, self.book.change(_objects(body, "Disposition")))
            case "PUT", _, "/viid/dispositions":
                return self._ended(path, name, body, "Disposition", self.book.lift)
        return self._said(path, [Verdict("", INVALID_OPERATION, "不支持的接口")], "404 Not Found", single=True)

    def _ended(
        self, path: str, name: str, body: bytes, kind: str, end: Callable[[str], Verdict]
    ) -> tuple[str, bytes, str]:
        """PUT of one id: it is ended when the object says so, and about that id."""
        told = [each for each in _objects(body, kind) if isinstance(each, Mapping)]
        if len(told) != 1 or told[0].get("OperateType") != LIFT or str(told[0].get(f"{kind}ID")) != name:
            return self._said(path, [Verdict(name, BAD_CONTENT, "须为同一编号、OperateType 为 1 的对象")])
        return self._said(path, [end(name)])

    def _unknown(self, path: str) -> tuple[str, bytes, str]:
        http, body, _ = self._said(path, [Verdict("", INVALID_OPERATION, "未注册")], "401 Unauthorized", single=True)
        return http, body, self._gate.challenge()

    def _said(
        self, path: str, verdicts: Sequence[Verdict], http: str = "200 OK", *, single: bool = False
    ) -> tuple[str, bytes, str]:
        each = [
            {
                "Id": verdict.id,
                "RequestURL": path,
                "StatusCode": verdict.code,
                "StatusString": verdict.text,
                "LocalTime": self._written_now(),
            }
            for verdict in verdicts or [Verdict("", BAD_CONTENT, "没有对象")]
        ]
        told = (
            {"ResponseStatusObject": each[0]}
            if single
            else {"ResponseStatusListObject": {"ResponseStatusObject": each}}
        )
        return http, json.dumps(told, ensure_ascii=False).encode(), ""

    def _time(self) -> bytes:
        told = {"VIIDServerID": PLATFORM_ID, "TimeMode": "1", "LocalTime": self._written_now(), "TimeZone": "+8"}
        return json.dumps({"SystemTimeObject": told}).encode()

    def _written_now(self) -> str:
        return local(self._timebase.now()).strftime("%Y%m%d%H%M%S")


def _objects(body: bytes, kind: str) -> list[Any]:
    """The objects of a list or single envelope; a body that is none holds none."""
    try:
        value = json.loads(body)
    except ValueError:
        return []
    for key in (f"{kind}ListObject", f"{kind}Object"):
        if isinstance(value, Mapping) and key in value:
            value = value[key]
    return value if isinstance(value, list) else [value]
