"""A demo library's line to the district's receiver: registered by digest, kept alive, never forgetting its place."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import requests
from requests.auth import HTTPDigestAuth

KEEPALIVE_S = 50.0
TIMEOUT_S = (3.0, 15.0)
CONTENT_TYPE = "application/VIID+JSON;charset=UTF-8"


class RefusedError(Exception):
    """The receiver answered, and it was no OK."""


class Uplink:
    """One device's session. Whoever sends keeps what a RefusedError or a requests exception names."""

    def __init__(self, url: str, login: tuple[str, str], device_id: str) -> None:
        self._url = url
        self._login = login
        self._device_id = device_id
        self._headers = {"User-Identify": device_id, "Content-Type": CONTENT_TYPE}
        self._session: requests.Session | None = None
        self._heard_s = 0.0

    def post(self, path: str, body: bytes, good: Sequence[str] = ("200",)) -> None:
        """Raises RefusedError for a busy receiver and for one that no longer knows us."""
        if self._session is None:
            raise RefusedError("not registered")
        answer = self._session.post(self._url + path, data=body, headers=self._headers, timeout=TIMEOUT_S)
        if answer.status_code == 401:
            self.forget()
        if str(answer.status_code) not in good or (answer.ok and is_busy(answer)):
            raise RefusedError(f"{path} answered {answer.status_code}")
        self._heard_s = time.monotonic()

    def keep_alive(self) -> None:
        """Register, or say that we are still here when nothing was said for long."""
        if self._session is None:
            self._register()
        elif time.monotonic() - self._heard_s > KEEPALIVE_S:
            self.post("/VIID/System/Keepalive", self._letter("KeepaliveObject"))

    def leave(self) -> None:
        """Unregister if that is possible; afterwards there is no session."""
        try:
            self.post("/VIID/System/UnRegister", self._letter("UnRegisterObject"))
        except (requests.RequestException, RefusedError):
            pass
        finally:
            self.forget()

    def forget(self) -> None:
        if self._session is not None:
            self._session.close()
            self._session = None

    def drop(self, path: str, body: bytes) -> None:
        """Half a request, then gone."""
        address = urlsplit(self._url)
        head = f"POST {path} HTTP/1.1\r\nHost: {address.netloc}\r\nUser-Identify: {self._device_id}\r\n"
        with socket.create_connection((str(address.hostname), int(address.port or 80)), timeout=3) as connection:
            connection.sendall(head.encode() + f"Content-Length: {len(body)}\r\n\r\n".encode() + body[: len(body) // 2])

    def _register(self) -> None:
        session = requests.Session()
        session.trust_env = False
        try:
            answer = session.post(
                f"{self._url}/VIID/System/Register",
                data=self._letter("RegisterObject"),
                headers=self._headers,
                auth=HTTPDigestAuth(*self._login),
                timeout=TIMEOUT_S,
            )
            if not answer.ok:
                raise RefusedError(f"registration answered {answer.status_code}")
        except (requests.RequestException, RefusedError):
            session.close()
            raise
        self._session, self._heard_s = session, time.monotonic()

    def _letter(self, name: str) -> bytes:
        return json.dumps({name: {"DeviceID": self._device_id}}).encode()


def is_busy(answer: requests.Response) -> bool:
    """Whether any object of the answer got status 2."""
    try:
        told = answer.json()
        each = told.get("ResponseStatusListObject", {}).get("ResponseStatusObject") or [told["ResponseStatusObject"]]
        return any(str(status["StatusCode"]) == "2" for status in each)
    except (ValueError, KeyError, TypeError, AttributeError):
        return True
