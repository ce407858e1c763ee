"""Passages a second over real HTTP with digest into a durable store, every shipped rule on, one core.

The collector's receiver runs in a process of its own that is held to one core; the senders are
processes too, each with one connection, lists of 50, the next only after the answer. The peer in the
same run is the same server with a handler that parses the JSON and answers: the ratio is the price of
truth. ``per_cpu_s`` counts the receiver's CPU time only and so hardly depends on what else the machine does.
"""

from __future__ import annotations

import argparse
import base64
import http.client
import json
import multiprocessing
import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from services.receivers.viid_digest import Secret, response

LOGIN = Secret("jiaojiang", "demo-only", "viid")
LIST = 50
PICTURE_BYTES = 40_000
SENDERS = (1, 8)
ROUNDS = 3
PLACES = 24
FLEET = 100_000  # no plate twice in a run: a clone here and there is no district's traffic


def figures(arguments: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    options = argparse.ArgumentParser(prog="checkpoints --only http")
    options.add_argument("--passages", type=int, default=20_000, help="of each sender count and round")
    options.add_argument("--rounds", type=int, default=ROUNDS)
    asked = options.parse_args(arguments)
    for senders, picture_bytes in (*((senders, 0) for senders in SENDERS), (SENDERS[-1], PICTURE_BYTES)):
        passages = asked.passages // (20 if picture_bytes else 1)
        ours, bare = [], []
        for _ in range(asked.rounds):
            bare.append(_measured("bare", senders, passages, picture_bytes))
            ours.append(_measured("ours", senders, passages, picture_bytes))
        rate, per_cpu = _middle(ours, 0), _middle(ours, 1)
        yield {
            "figure": "http",
            "senders": senders,
            "list": LIST,
            "picture_bytes": picture_bytes,
            "passages_per_s": round(rate),
            "per_cpu_s": round(per_cpu),
            "bare_per_s": round(_middle(bare, 0)),
            "bare_per_cpu_s": round(_middle(bare, 1)),
            "ratio": round(per_cpu / _middle(bare, 1), 3),
            "passages": passages,
            "rounds": asked.rounds,
        }


def _middle(rounds: Sequence[tuple[float, float]], which: int) -> float:
    return statistics.median(each[which] for each in rounds)


def _measured(kind: str, senders: int, passages: int, picture_bytes: int) -> tuple[float, float]:
    """Passages a second, and a CPU second of the receiver."""
    with tempfile.TemporaryDirectory() as folder, _receiver(kind, folder) as (process, port):
        begin = multiprocessing.Barrier(senders + 1)
        share = passages // senders
        told: multiprocessing.Queue[int] = multiprocessing.Queue()
        started = [
            multiprocessing.Process(target=_send, args=(port, number, share, picture_bytes, begin, told))
            for number in range(senders)
        ]
        for each in started:
            each.start()
        begin.wait()
        cpu, began = _cpu_s(process.pid), time.perf_counter()
        taken = sum(told.get() for _ in started)
        took, spent = time.perf_counter() - began, _cpu_s(process.pid) - cpu
        for each in started:
            each.join()
        if kind == "ours":
            _check(Path(folder) / "store.db", taken)
        return taken / took, taken / spent


def _check(file: Path, taken: int) -> None:
    """Every passage that got status 0 is there, once."""
    with sqlite3.connect(file) as store:
        (stored,) = store.execute("SELECT count(*) FROM event_passage").fetchone()
    store.close()
    if stored != taken:
        raise AssertionError(f"{taken} got their OK, {stored} are stored")


def _cpu_s(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


@contextmanager
def _receiver(kind: str, folder: str) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    command = [sys.executable, "-m", "benchmarks.receiving", kind, f"sqlite:///{folder}/store.db"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.PIPE) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()


# ------------------------------------------------------------------------------------------ a sender


def _send(port: int, number: int, passages: int, picture_bytes: int, begin: Any, told: Any) -> None:
    """One platform below: registers, sends its lists one after the other, says how many got status 0."""
    device = f"33100200005030{number:06d}"
    bodies = [_body(number, first, picture_bytes) for first in range(0, passages, LIST)]
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
    _register(connection, device)
    headers = {"User-Identify": device, "Content-Type": "application/VIID+JSON;charset=UTF-8"}
    begin.wait()
    good = 0
    for body in bodies:
        connection.request("POST", "/VIID/MotorVehicles", body, headers)
        answer = json.loads(connection.getresponse().read())
        good += sum(str(s["StatusCode"]) == "0" for s in answer["ResponseStatusListObject"]["ResponseStatusObject"])
    told.put(good)


def _register(connection: http.client.HTTPConnection, device: str) -> None:
    path, body = "/VIID/System/Register", json.dumps({"RegisterObject": {"DeviceID": device}})
    headers = {"User-Identify": device, "Content-Type": "application/VIID+JSON"}
    connection.request("POST", path, body, headers)
    refused = connection.getresponse()
    refused.read()
    nonce = refused.headers["WWW-Authenticate"].partition('nonce="')[2].partition('"')[0]
    said = {"uri": path, "nonce": nonce, "nc": "00000001", "cnonce": "0a4f113b", "qop": "auth"}
    parts = ", ".join(f'{k}="{v}"' for k, v in said.items())
    proof = response(LOGIN, "POST", said)
    digest = f'Digest username="{LOGIN.username}", realm="{LOGIN.realm}", {parts}, response="{proof}"'
    connection.request("POST", path, body, {**headers, "Authorization": digest})
    answer = connection.getresponse()
    answer.read()
    if answer.status != 200:
        raise AssertionError(f"registration answered {answer.status}")


def _body(sender: int, first: int, picture_bytes: int = 0) -> bytes:
    chance = random.Random(f"{sender}:{first}")
    vehicles = [_vehicle(chance, sender, first + n) for n in range(LIST)]
    for vehicle in vehicles if picture_bytes else ():
        data = base64.b64encode(b"\xff\xd8\xff\xe0" + chance.randbytes(picture_bytes - 4)).decode()
        vehicle["SubImageList"] = {"SubImageInfoObject": [{"Type": "01", "FileFormat": "Jpeg", "Data": data}]}
    return json.dumps({"MotorVehicleListObject": {"MotorVehicleObject": vehicles}}, ensure_ascii=False).encode()


def _vehicle(chance: random.Random, sender: int, number: int) -> dict[str, Any]:
    """As a camera writes one, the fields it cannot fill left empty. Traffic of the last minutes."""
    at = datetime.now(UTC) - timedelta(seconds=200) + timedelta(milliseconds=8 * number)
    place = chance.randrange(1, PLACES + 1)
    shown = at.astimezone(ZoneInfo("Asia/Shanghai"))
    source = f"33100200001190{place:06d}02{shown:%Y%m%d%H%M%S}{number % 100_000:05d}"
    unread = chance.random() < 0.02
    plate = f"浙J{(number * 8 + sender) * 7919 % FLEET:05d}"
    truck = chance.random() < 0.1
    made: dict[str, Any] = {
        "MotorVehicleID": f"{source}{sender:02d}{number % 100_000:05d}",
        "InfoKind": 1,
        "SourceID": source,
        "DeviceID": f"33100200001190{place:06d}",
        "TollgateID": f"33100200001210{place:06d}",
        "StorageUrl1": f"http://127.0.0.1/pictures/{source}.jpg",
        "LeftTopX": 412,
        "LeftTopY": 300,
        "RightBtmX": 980,
        "RightBtmY": 866,
        "LaneNo": chance.randrange(1, 5),
        "HasPlate": 1,
        "PlateClass": "01" if truck else "02",
        "PlateColor": "6" if truck else "5",
        "PlateNo": plate[:5] + "-" + plate[6:] if unread else plate,
        "IsDecked": "",
        "IsCovered": 0,
        "Speed": chance.randrange(25, 70),
        "Direction": str(chance.randrange(1, 5)),
        "VehicleClass": "H31" if truck else "K33",
        "VehicleBrand": "",
        "VehicleColor": "2",
        "PassTime": f"{shown:%Y%m%d%H%M%S}{shown.microsecond // 1000:03d}",
        "PlateReliability": "55" if unread else str(chance.randrange(92, 100)),
    }
    if truck:
        made["EmissionObject"] = {"Opacity": round(chance.uniform(1, 25), 1), "NO": 400, "VspValid": True}
    return made
