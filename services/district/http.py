"""A small JSON service on loopback, with the faults a real one can have."""

from __future__ import annotations

import json
import logging
import threading
import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from services.district.part import Fault, Faults
from services.serving import WsgiServer

log = logging.getLogger(__name__)

Route = Callable[[Mapping[str, str]], object]
StartResponse = Callable[..., Any]

HANG_S = 120.0  # at most; a fault that is switched off lets go at once
LOOK_EVERY_S = 0.1


class BadQuestionError(ValueError):
    """A body a route cannot use; the message is the answer's text."""


class FaultyServer:
    """One address; ``faults.of(name)`` decides how well it serves what a subclass ``respond``s."""

    def __init__(self, name: str, host: str, port: int, faults: Faults) -> None:
        self.name = name
        self._faults = faults
        self._stopping = threading.Event()
        self._server = WsgiServer(self, host, port, f"district-{name}")

    @property
    def port(self) -> int:
        return self._server.port

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._stopping.set()
        self._server.stop()

    def respond(self, environ: dict[str, Any], start: StartResponse) -> bytes:
        """The body, after ``start`` was called."""
        raise NotImplementedError

    def __call__(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        fault = self._faults.of(self.name)
        if fault is Fault.HANG:
            self._hang()
        if fault is Fault.ERROR:
            start("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"demo fault"]
        if fault is Fault.GARBAGE:
            start("200 OK", [("Content-Type", "application/json")])
            return [b"\xff\xfe<html>{{{"]
        return [self.respond(environ, start)]

    def promised(self, body: bytes) -> bytes:
        """The body, or with that fault less than its length said: then the server closes the connection."""
        return body[: len(body) // 2] if self._faults.of(self.name) is Fault.DROP else body

    def _hang(self) -> None:
        """Keep the client waiting as long as the fault is on."""
        until = time.monotonic() + HANG_S
        while self._faults.of(self.name) is Fault.HANG and time.monotonic() < until:
            if self._stopping.wait(LOOK_EVERY_S):
                return


class HttpPart(FaultyServer):
    """Serves ``routes`` as JSON.

    ``posts`` are routes that take a JSON body as well: ``callable(query, body)``.
    """

    def __init__(
        self,
        name: str,
        host: str,
        port: int,
        routes: Mapping[str, Route],
        faults: Faults,
        posts: Mapping[str, Callable[[Mapping[str, str], Any], object]] | None = None,
    ) -> None:
        super().__init__(name, host, port, faults)
        self._routes = dict(routes)
        self._posts = dict(posts or {})

    def respond(self, environ: dict[str, Any], start: StartResponse) -> bytes:
        try:
            body = self._body(environ)
        except BadQuestionError as why:
            start("400 Bad Request", [("Content-Type", "text/plain;charset=UTF-8")])
            return str(why).encode()
        if body is None:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return b"no such path"
        headers = [("Content-Type", "application/json;charset=UTF-8"), ("Content-Length", str(len(body)))]
        start("200 OK", headers)
        return self.promised(body)

    def _body(self, environ: dict[str, Any]) -> bytes | None:
        path, query = environ["PATH_INFO"], dict(parse_qsl(environ.get("QUERY_STRING", "")))
        if environ["REQUEST_METHOD"] == "POST" and path in self._posts:
            answer = self._posts[path](query, _sent(environ))
        elif path in self._routes:
            answer = self._routes[path](query)
        else:
            return None
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _sent(environ: Mapping[str, Any]) -> Any:
    try:
        return json.loads(environ["wsgi.input"].read() or b"null")
    except ValueError as why:
        raise BadQuestionError(f"不是 JSON：{why}") from why
