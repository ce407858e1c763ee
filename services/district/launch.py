"""Makes a demo site on free loopback ports and runs its processes as children."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from services.district.gateways import PATHS
from services.district.history import KEPT_DAYS, fill
from services.district.history_followup import followup_past
from services.district.history_rectify import rectify_past
from services.district.sea_safety_story import write_calendar
from services.district.sea_witness import custody_table
from services.domain.timebase import starting

MAIN = Path(__file__).resolve().parents[2] / "main.py"
HOST = "127.0.0.1"


def write_demo_site(
    folder: Path,
    start: datetime,
    *,
    seed: int = 42,
    factor: float = 1.0,
    store_url: str = "",
    ais_files: Sequence[str] = (),
    past: bool = True,
    day: str = "",
) -> Path:
    """Write ``site.toml`` for a demo district in ``folder`` and return its path. With ``past`` an empty
    store is given ninety days to look back on. ``day`` is a whole day of its own: ``300``."""
    url = store_url or f"sqlite:///{folder / 'console.db'}"
    if past and fill(url, start, seed):  # before the district's clock starts
        followup_past(url, folder, start)
        rectify_past(url, start)
    boats, checkpoints, ais, viid, control, units, police, gateways, witness = _free_ports(9)
    clock = starting(start, factor)
    tables: dict[str, Mapping[str, Any]] = {
        "store": {"url": url},
        "demo": {"seed": seed, "day": day} if day else {"seed": seed},
        "record": {"mirror": "heads.jsonl"},
        "retention": {"gate_passage": KEPT_DAYS, "passage": KEPT_DAYS},
        "clock": {"start": clock.start, "anchor_s": clock.anchor_s, "factor": factor},
        "sources.boats": {"url": f"http://{HOST}:{boats}"},
        "sources.positions": {"url": f"http://{HOST}:{boats}/jt/positions", "datum": "GCJ-02", "zone": "+08:00"},
        "sources.boat_records": {"url": f"http://{HOST}:{boats}"},
        "community": {"code": "331002002001"},
        "sources.community": {"url": f"sqlite:///{folder / 'community.db'}"},
        "sources.checkpoints": {"url": f"http://{HOST}:{checkpoints}"},
        "sources.registers": {"url": f"http://{HOST}:{checkpoints}"},
        "sources.units": {"url": f"http://{HOST}:{units}"},
        "sources.control": {"host": HOST, "port": control},
        "receivers.ais": {"mode": "tcp_client", "host": HOST, "port": ais},
        "receivers.viid": {
            "host": HOST,
            "port": viid,
            "username": "jiaojiang",
            "password": "demo-only",
            "realm": "viid",
        },
    }
    tables["viid_client"] = {
        "url": f"http://{HOST}:{police}",
        "username": "jiaojiang",
        "password": "demo-only",
        "device_id": "33100200005030000001",
        "receive_addr": f"http://{HOST}:{viid}",
        "subscribe": ["13", "7"],
    }
    tables |= _outbox(gateways)
    write_calendar(folder, start)
    tables["boats.custody"] = custody_table(folder, HOST, witness)
    if factor > 1:  # the solvers live in real time: no more work for them than on a day at its own pace
        tables["boats.dispatch"] = {"every_min": 5.0 * factor, "ways_every_s": 15.0 * factor}
    if ais_files:
        tables["receivers.ais_files"] = {"mode": "file", "files": list(ais_files)}
    path = folder / "site.toml"
    path.write_text(_toml({"name": "椒江区指挥中心"}, tables), encoding="utf-8")
    return path


def _outbox(port: int) -> dict[str, Mapping[str, Any]]:
    """Owners and drivers are told through the demo's own gateways; nobody else is."""
    channels = {name: {"kind": "webhook", "url": f"http://{HOST}:{port}{path}"} for name, path in PATHS.items()}
    routes = [
        {"channel": "signs", "occasions": ["road_sign", "road_sign_cleared"], "expires_min": 10},
        {"channel": "sms", "occasions": ["owner_told", "road_sms"], "expires_min": 1440},
    ]
    tables: dict[str, Mapping[str, Any]] = {"outbox": {"routes": routes}}
    return tables | {f"outbox.channels.{name}": channel for name, channel in channels.items()}


def _free_ports(count: int) -> list[int]:
    """All held open at once, so that no two are the same."""
    held = [socket.create_server((HOST, 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in held]
    for s in held:
        s.close()
    return ports


def _toml(top: Mapping[str, Any], tables: Mapping[str, Mapping[str, Any]]) -> str:
    lines = [f"{key} = {_value(value)}" for key, value in top.items()]
    for name, table in tables.items():
        lines += ["", f"[{name}]", *(f"{key} = {_value(value)}" for key, value in table.items())]
    return "\n".join(lines) + "\n"


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return "{ " + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + " }"
    if isinstance(value, Sequence) and not isinstance(value, str):
        return "[" + ", ".join(map(_value, value)) + "]"
    return value.isoformat() if isinstance(value, datetime) else json.dumps(value, ensure_ascii=False)


class Child:
    """One verb of ``main.py`` in a process of its own, ended with us whichever way we end."""

    def __init__(self, *arguments: str, log: Path) -> None:
        with log.open("ab") as out:
            self._process = subprocess.Popen(
                [sys.executable, str(MAIN), *arguments, "--with-parent"],
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=out,
            )

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def exit_status(self) -> int | None:
        return self._process.poll()

    def kill(self) -> None:
        self._process.kill()
        self._process.wait()

    def stop(self, patience_s: float = 10.0) -> None:
        """Ask, wait, then insist. Idempotent."""
        if self._process.stdin and not self._process.stdin.closed:
            self._process.stdin.close()
        try:
            self._process.wait(patience_s)
        except subprocess.TimeoutExpired:
            self.kill()


class Demo:
    """A whole demo district with its collector in a temporary folder: ``with Demo(start) as site_path``."""

    def __init__(
        self, start: datetime, *, seed: int = 42, factor: float = 1.0, ais_files: Sequence[str] = (), day: str = ""
    ) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="district-console-"))
        self.site_path = write_demo_site(self.folder, start, seed=seed, factor=factor, ais_files=ais_files, day=day)
        self.children: list[Child] = []

    def __enter__(self) -> Path:
        for verb in ("district", "collect"):
            self.children.append(Child(verb, "--site", str(self.site_path), log=self.folder / f"{verb}.log"))
        return self.site_path

    def logs(self) -> str:
        """What the children said, for a message when something went wrong."""
        return "\n".join(f"--- {p.name}\n{p.read_text(errors='replace')}" for p in sorted(self.folder.glob("*.log")))

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for child in reversed(self.children):
            child.stop()
        for _ in range(20):  # Windows keeps files of a dying process for a moment
            shutil.rmtree(self.folder, ignore_errors=True)
            if not self.folder.exists():
                return
            time.sleep(0.1)
