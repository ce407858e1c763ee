"""A small JSON service on loopback, with the faults a real one can have."""

from __future__ import annotations

import json
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

from services.district.part import Fault, Faults
from services.serving import WsgiServer

log = logging.getLogger(__name__)

Route = Callable[[Mapping[str, str]], object]
StartResponse = Callable[..., Any]

HANG_S = 120.0


class HttpPart:
    """Serves ``routes`` as JSON; ``faults.of(name)`` decides how well.

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
        self.name = name
        self._routes = dict(routes)
        self._posts = dict(posts or {})
        self._faults = faults
        self._stopping = threading.Event()
        self._server = WsgiServer(self._answer, host, port, f"district-{name}")

    @property
    def port(self) -> int:
        return self._server.port

    def start(self) -> None:
        self._server.start()

    def stop(self) -> None:
        self._stopping.set()
        self._server.stop()

    def _answer(self, environ: dict[str, Any], start: StartResponse) -> Iterable[bytes]:
        fault = self._faults.of(self.name)
        if fault is Fault.HANG:
            self._stopping.wait(HANG_S)
        if fault is Fault.ERROR:
            start("500 Internal Server Error", [("Content-Type", "text/plain")])
            return [b"demo fault"]
        if fault is Fault.GARBAGE:
            start("200 OK", [("Content-Type", "application/json")])
            return [b"\xff\xfe<html>{{{"]
        body = self._body(environ)
        if body is None:
            start("404 Not Found", [("Content-Type", "text/plain")])
            return [b"no such path"]
        headers = [("Content-Type", "application/json;charset=UTF-8"), ("Content-Length", str(len(body)))]
        start("200 OK", headers)
        if fault is Fault.DROP:
            return _broken(body)
        return [body]

    def _body(self, environ: dict[str, Any]) -> bytes | None:
        path, query = environ["PATH_INFO"], dict(parse_qsl(environ.get("QUERY_STRING", "")))
        if environ["REQUEST_METHOD"] == "POST" and path in self._posts:
            sent = json.loads(environ["wsgi.input"].read() or b"null")
            answer = self._posts[path](query, sent)
        elif path in self._routes:
            answer = self._routes[path](query)
        else:
            return None
        return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _broken(body: bytes) -> Iterable[bytes]:
    """Promise all, send half, close."""
    yield body[: len(body) // 2]
    raise ConnectionError("demo fault: dropped in mid-answer")
