"""AIS: sentences a second from the line to the fleet's table, beside pyais that assembles and decodes only.

Ours checks every checksum and tag block, joins parts in any order, drops echoes, passes the gate (91/181, leaps,
late ones, twins, land) and fills the table. CPU time of both in turn, the median of the rounds, file by file.
Positions are held against pyais on every type and, where ``import ais`` (libais) works, on types 1, 2, 3 and 18.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import Any

from pyais.exceptions import AISBaseException
from pyais.stream import IterMessages

from services.domain.position_gate import PositionGate
from services.receivers.ais import LINES_AT_ONCE, Ears
from services.receivers.ais_bits import AisPosition
from services.receivers.land import open_land
from services.receivers.nmea import Heard, SentenceReader
from services.receivers.positions import Positions

RECORDED = Path(__file__).resolve().parents[1] / "tests" / "recorded" / "ais"
NEAR_DEG = 1e-6  # pyais rounds to this, libais does not
NOW_S = 1_790_000_000.0


def figures(arguments: Sequence[str]) -> Iterator[dict[str, object]]:
    options = argparse.ArgumentParser(prog="python -m benchmarks.boats --only ais")
    options.add_argument("files", nargs="*", type=Path)
    options.add_argument("--rounds", type=int, default=9)
    asked = options.parse_args(arguments)
    land = open_land()
    for path in asked.files or sorted(RECORDED.glob("*_*.*")):
        lines = [line.strip() for line in path.read_bytes().splitlines()]
        if len(lines) >= 100:
            yield speed(path.name, lines, asked.rounds, land.holds)
        yield agreement(path.name, lines)


def speed(name: str, lines: Sequence[bytes], rounds: int, is_land: Callable[[float, float], bool]) -> dict[str, object]:
    bare, ours = [], []
    for _ in range(rounds):
        bare.append(_seconds(partial(decode_bare, lines)))
        ours.append(_seconds(partial(hear, lines, is_land)))
    return {
        "figure": "ais",
        "file": name,
        "lines": len(lines),
        "messages": decode_bare(lines),
        "lines_per_s": round(len(lines) / statistics.median(ours)),
        "pyais_lines_per_s": round(len(lines) / statistics.median(bare)),
        "ratio": round(statistics.median(b / o for b, o in zip(bare, ours, strict=True)), 2),
    }


def hear(lines: Sequence[bytes], is_land: Callable[[float, float], bool]) -> Ears:
    ears = Ears(Positions(gate=PositionGate(is_land=is_land)), SentenceReader("ais", live=False))
    for start in range(0, len(lines), LINES_AT_ONCE):
        ears.hear(lines[start : start + LINES_AT_ONCE], NOW_S)
    ears.positions.table.take()
    return ears


def decode_bare(lines: Sequence[bytes]) -> int:
    read = 0
    for message in IterMessages(lines):
        try:
            message.decode()
        except (AISBaseException, ValueError):
            continue
        read += 1
    return read


def agreement(name: str, lines: Sequence[bytes]) -> dict[str, object]:
    """How many positions were read, how many differ from the peers', and how many 91/181 got through."""
    mine = [out for out in SentenceReader("ais", live=False).hear(lines, NOW_S) if isinstance(out, Heard)]
    positions = [out for out in mine if isinstance(out.message, AisPosition)]
    theirs: Counter[tuple[int, int, float, float]] = Counter()
    for message in IterMessages(lines):
        try:
            read: Any = message.decode() if message.is_valid else None
        except (AISBaseException, ValueError):
            continue
        if read is not None and int(read.msg_type) in (1, 2, 3, 9, 18, 27) and read.lon is not None:
            theirs[int(read.msg_type), int(read.mmsi), read.lon, read.lat] += 1
    ours = Counter((m.msg_type, m.mmsi, m.lon, m.lat) for m in (out.message for out in positions))
    fleet = hear(lines, lambda lon, lat: False).positions.table.heard().fleet.rows
    default = int(((fleet["lon"] == 181.0) | (fleet["lat"] == 91.0)).sum())
    told = {
        "figure": "ais_agreement",
        "file": name,
        "positions": len(positions),
        "pyais_missing": sum((theirs - ours).values()),
        "pyais_more": sum((ours - theirs).values()),
        "default_positions_stored": default,
    }
    return told | _libais(positions)


def _libais(positions: Sequence[Heard]) -> dict[str, object]:
    try:
        decode = import_module("ais").decode
    except ImportError:
        return {"libais": "not installed"}
    compared = differ = 0
    for out in positions:
        if out.message.msg_type not in (1, 2, 3, 18):
            continue
        there = decode(out.payload.decode(), 0)
        compared += 1
        differ += there["mmsi"] != out.message.mmsi or not (
            abs(there["x"] - out.message.lon) <= NEAR_DEG and abs(there["y"] - out.message.lat) <= NEAR_DEG
        )
    return {"libais_compared": compared, "libais_differ": differ}


def _seconds(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began
