"""One request to the VIID receiver: who asks, for what, with which body."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from services.receivers.viid_reading import device_named

LARGEST_LETTER = 10_000  # bytes of a register, keepalive or unregister body


class Request:
    """What the app asks of a WSGI environment."""

    def __init__(self, environ: Mapping[str, Any]) -> None:
        self.method: str = environ["REQUEST_METHOD"]
        self.path: str = environ.get("PATH_INFO", "").encode("latin-1", "replace").decode("utf-8", "replace")
        self.call = self.path.rstrip("/").lower()
        query = environ.get("QUERY_STRING", "")
        self.target = f"{self.path}?{query}" if query else self.path
        self.authorization: str = environ.get("HTTP_AUTHORIZATION", "")
        self.query = query
        self.length = int(environ.get("CONTENT_LENGTH") or 0)
        self._input = environ.get("wsgi.input")
        self._body: bytes | None = None
        self._header: str = environ.get("HTTP_USER_IDENTIFY", "").strip()[:64]
        self._content_type: str = environ.get("CONTENT_TYPE", "").lower()
        self._named: str | None = None

    @property
    def body(self) -> bytes:
        """All of it, into memory: look at ``length`` first."""
        if self._body is None:
            self._body = bytes(self._input.read()) if self._input is not None else b""
        return self._body

    @property
    def device(self) -> str:
        """Who asks: the User-Identify header; keepalives of some devices only say it in the body."""
        return self._header or (self.named if self.call.startswith("/viid/system/") else "")

    @property
    def named(self) -> str:
        """DeviceID of a register, keepalive or unregister body."""
        if self._named is None:
            self._named = device_named(self.body) if self.length < LARGEST_LETTER else ""
        return self._named

    @property
    def dialect(self) -> str:
        """The content type to answer in: the sender's own."""
        spoken = "application/VIID+JSON" if "viid+json" in self._content_type else "application/json"
        return f"{spoken};charset=UTF-8"
