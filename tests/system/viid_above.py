"""A police platform that remembers every call, and a district that speaks to it, for tests."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from services.collect.viid_out import Upstream
from services.district.part import Faults
from services.district.police_platform import PolicePlatform
from services.domain.timebase import REAL, Timebase
from services.sources.viid_client_settings import ViidClientSettings, viid_client_from
from services.store.store import Store

DEVICE = "33100200005030000001"
LOGIN = ("jiaojiang", "demo-only")
RECEIVER = "http://127.0.0.1:9"


class Recording(PolicePlatform):
    """Notes ``METHOD path`` and the body of each call before it answers it. ``answers`` may take the
    place of an answer: path in small letters → HTTP status and body."""

    def __init__(self, faults: Faults, timebase: Timebase = REAL, port: int = 0) -> None:
        self.calls: list[tuple[str, bytes]] = []
        self.answers: dict[str, tuple[str, bytes]] = {}
        super().__init__("127.0.0.1", port, LOGIN, DEVICE, timebase, faults)

    def __call__(self, environ: dict[str, Any], start: Callable[..., Any]) -> Iterable[bytes]:
        body = environ["wsgi.input"].read()
        environ["wsgi.input"] = io.BytesIO(body)
        path = environ["PATH_INFO"]
        self.calls.append((f"{environ['REQUEST_METHOD']} {path}", body))
        told = self.answers.get(path.lower())
        if told is None:
            return super().__call__(environ, start)
        start(told[0], [("Content-Type", "application/json"), ("Content-Length", str(len(told[1])))])
        return [told[1]]

    def asked(self, call: str) -> list[bytes]:
        """The bodies of every call whose method and path begin so."""
        return [body for name, body in self.calls if name.startswith(call)]

    def forget(self) -> None:
        """As after a restart of its session table."""
        self._registered_until_s = 0.0


@dataclass
class SetClock:
    """A district's clock that stands until it is moved."""

    moment: datetime = field(default_factory=lambda: datetime(2026, 11, 22, 4, 0, tzinfo=UTC))

    def now(self) -> datetime:
        return self.moment

    def real_s(self, district_s: float) -> float:
        return district_s

    def move(self, **by: float) -> None:
        self.moment += timedelta(**by)


@contextmanager
def platform(faults: Faults | None = None) -> Iterator[Recording]:
    above = Recording(faults or Faults())
    above.start()
    try:
        yield above
    finally:
        above.stop()


def settings_for(port: int, **more: Any) -> ViidClientSettings:
    table = {
        "url": f"http://127.0.0.1:{port}",
        "username": LOGIN[0],
        "password": LOGIN[1],
        "device_id": DEVICE,
        "receive_addr": RECEIVER,
        "read_s": 2.0,
    }
    settings = viid_client_from(table | more, "椒江区指挥中心")
    assert settings is not None
    return settings


@contextmanager
def upstream(
    store: Store, port: int, clock: Any = REAL, seconds: Callable[[], float] | None = None, **more: Any
) -> Iterator[Upstream]:
    """Turns are taken by the test; no thread runs."""
    settings = settings_for(port, **more)
    above = Upstream(store, clock, settings, seconds) if seconds else Upstream(store, clock, settings)
    try:
        yield above
    finally:
        above.stop()
