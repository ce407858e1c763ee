"""The AIS shore station of the demo bay: NMEA 0183 over TCP, at the rates of real transponders."""

from __future__ import annotations

import contextlib
import logging
import socket
import threading
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from functools import reduce
from typing import TYPE_CHECKING, Any

import numpy as np
from pyais import encode_msg, messages

from services.district.part import Fault, Faults
from services.district.sea_safety_story import TWIN_AT, TWIN_FROM_S, intruder
from services.domain.timebase import Timebase

if TYPE_CHECKING:
    from services.district.sea import Sea

log = logging.getLogger(__name__)

CLASS_A_S = 10.0
CLASS_B_S = 30.0  # under way
CLASS_B_MOORED_S = 180.0
STATIC_S = 360.0
LATE_S = 300.0
GARBAGE = (b"!AIVDM,1,1,,A,15M67F\x00\xff\xfe*00\r\n", b"$GPGGA,,,,,\r\n", b"!AIVDM,2,1,3,B,5\r\n", b"\x00\x01\x02\r\n")


class ShoreStation:
    """Sends everything heard in each second to every client. Idempotent ``stop``."""

    def __init__(self, sea: Sea, host: str, port: int, timebase: Timebase, faults: Faults) -> None:
        self._sea = sea
        self._timebase = timebase
        self._faults = faults
        self._server = socket.create_server((host, port))
        self._server.settimeout(0.5)
        self._clients: list[socket.socket] = []
        self._lock = threading.Lock()
        self._over = threading.Event()
        self._threads = [
            threading.Thread(target=self._accept, name="ais-accept", daemon=True),
            threading.Thread(target=self._run, name="ais-send", daemon=True),
        ]

    @property
    def port(self) -> int:
        return int(self._server.getsockname()[1])

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._over.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join(5)
        self._server.close()
        self._hang_up()

    def _accept(self) -> None:
        while not self._over.is_set():
            with contextlib.suppress(OSError):
                client, _ = self._server.accept()
                client.settimeout(2.0)
                with self._lock:
                    self._clients.append(client)

    def _run(self) -> None:
        done = self._timebase.now().timestamp()
        while not self._over.wait(1.0):
            now = self._timebase.now().timestamp()
            fault = self._faults.of("ais")
            if fault is Fault.HANG:
                done = now
                continue
            if fault in (Fault.DROP, Fault.ERROR):
                self._hang_up()
                done = now
                continue
            late = LATE_S if fault is Fault.LATE else 0.0
            lines = list(sentences(self._sea, max(done, now - 60.0) - late, now - late))
            if fault is Fault.DUPLICATES:
                lines += lines
            self._send(b"".join(GARBAGE if fault is Fault.GARBAGE else lines))
            done = now

    def _send(self, block: bytes) -> None:
        if not block:
            return
        with self._lock:
            for client in list(self._clients):
                try:
                    client.sendall(block)
                except OSError:
                    client.close()
                    self._clients.remove(client)

    def _hang_up(self) -> None:
        with self._lock:
            for client in self._clients:
                with contextlib.suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
                client.close()
            self._clients.clear()


def sentences(sea: Sea, after_s: float, until_s: float) -> Iterator[bytes]:
    """What is transmitted in ``(after_s, until_s]``, each with a tag block of its second."""
    boats, heard = sea.boats, sea.heard
    for every, who in (
        (CLASS_B_S, heard[boats.speed_kn[heard] > 0]),
        (CLASS_B_MOORED_S, heard[boats.speed_kn[heard] == 0]),
    ):
        at = _due(boats.mmsi[who], every, after_s, until_s)
        now = ~np.isnan(at)
        yield from _class_b(sea, who[now], at[now])
    names = _due(boats.mmsi[heard] + 3, STATIC_S, after_s, until_s)
    for i in np.flatnonzero(~np.isnan(names)):
        yield from _static_b(int(boats.mmsi[heard[i]]), boats.rows[heard[i]], float(names[i]))
    yield from _class_a(sea, after_s, until_s)
    yield from _twin(sea, after_s, until_s)


def _due(mmsi: np.ndarray[Any, Any], every_s: float, after_s: float, until_s: float) -> np.ndarray[Any, Any]:
    """The last moment in the span at which each is to transmit; NaN for none."""
    phase = (mmsi * 61 % 9973) / 9973 * every_s
    last = np.floor((until_s - phase) / every_s) * every_s + phase
    return np.where(last > after_s, last, np.nan)


def _class_b(sea: Sea, who: np.ndarray[Any, Any], at: np.ndarray[Any, Any]) -> Iterator[bytes]:
    fixes = sea.boats.at(at, who)
    for k, i in enumerate(who):
        message = messages.MessageType18.create(
            mmsi=int(sea.boats.mmsi[i]),
            speed=round(float(fixes.sog_kn[k]), 1),
            lon=float(fixes.lon[k]),
            lat=float(fixes.lat[k]),
            course=round(float(fixes.cog_deg[k]) % 360, 1),
            heading=511,
            second=int(at[k]) % 60,
        )
        yield from _tagged(message, float(at[k]))


def _twin(sea: Sea, after_s: float, until_s: float) -> Iterator[bytes]:
    """A second boat that transmits another's MMSI, far from it."""
    mmsi = sea.boats.mmsi[np.asarray(sea.boats.near)[-3:-2]]
    at = float(_due(mmsi + 11, CLASS_B_S, after_s, until_s)[0]) if len(mmsi) else np.nan
    if not np.isnan(at) and at >= sea.boats.start_s + TWIN_FROM_S and intruder(sea.boats) is not None:
        (lon, lat), drift = TWIN_AT, (at - sea.boats.start_s) * 1e-6
        message = messages.MessageType18.create(
            mmsi=int(mmsi[0]), speed=0.4, lon=lon + drift, lat=lat, course=90.0, heading=511, second=int(at) % 60
        )
        yield from _tagged(message, at)


def _static_b(mmsi: int, row: dict[str, Any], at: float) -> Iterator[bytes]:
    name = f"ZHEJIAOYU{row['vessel_no'].split()[-1]}"
    yield from _tagged(messages.MessageType24PartA.create(mmsi=mmsi, partno=0, shipname=name), at)
    part_b = {"ship_type": 30, "callsign": row["beidou_id"], "to_bow": 12, "to_stern": 8}
    yield from _tagged(messages.MessageType24PartB.create(mmsi=mmsi, partno=1, **part_b), at)


def _class_a(sea: Sea, after_s: float, until_s: float) -> Iterator[bytes]:
    for mmsi, name, kind, *_ in sea.craft(datetime.fromtimestamp(until_s, UTC)):
        one = np.array([mmsi])
        at = float(_due(one, CLASS_A_S, after_s, until_s)[0])
        if np.isnan(at):
            continue
        lon, lat, sog, cog = next(c for c in sea.craft(datetime.fromtimestamp(at, UTC)) if c[0] == mmsi)[3:]
        message = messages.MessageType1.create(
            mmsi=mmsi, status=0 if sog > 0.5 else 1, speed=round(sog, 1), lon=lon, lat=lat,
            course=round(cog % 360, 1), heading=round(cog) % 360, second=int(at) % 60,
        )  # fmt: skip
        yield from _tagged(message, at)
        if not np.isnan(_due(one + 5, STATIC_S, after_s, until_s)[0]):
            number = name.split()[-1]
            static = messages.MessageType5.create(
                mmsi=mmsi, imo=0, callsign=f"BY{mmsi % 10000}", ship_type=kind,
                shipname=f"{'YUQING' if kind == 33 else 'YUZHENG'} {number}", destination="TAIZHOU",
            )  # fmt: skip
            yield from _tagged(static, at)


def _tagged(message: Any, at: float) -> Iterable[bytes]:
    tag = f"s:demo,c:{int(at)}"
    check = reduce(lambda a, b: a ^ b, tag.encode())
    for sentence in encode_msg(message, talker_id="AI", sentence_type="VDM", radio_channel="B"):
        yield f"\\{tag}*{check:02X}\\{sentence}\r\n".encode()
