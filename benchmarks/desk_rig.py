"""What the console's benchmarks share: an offscreen desk on a store, and a child that writes into it."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from services.collect.site import Site
from services.domain.alert import AlertLevel, Detection
from services.domain.event import Event
from services.domain.figures import Figure
from services.domain.passage import Passage
from services.domain.topics import TOPICS

SOURCES = 50
PANES = [f"bench_{number:02d}" for number in range(SOURCES)]


def add_topics() -> None:
    """Fifty topics of six figures each, known to this process only."""
    TOPICS.update(dict.fromkeys(PANES, Figure))


def figures(number: int, turn: int) -> tuple[Figure, ...]:
    return tuple(
        Figure(f"f{i}", f"指标 {i}", f"{random.Random(turn * 97 + number + i).randrange(10_000):,}", "艘", "目标 ≥ 95")
        for i in range(6)
    )


def detection(number: int, run: str) -> Detection:
    return Detection(
        key=f"{run}-{number}",
        rule_id=f"R-BENCH-{number % 12:02d}",
        rule_version=1,
        rule_text="十分钟内两处过车，距离与时间不符",
        scene=("boats", "checkpoints", "community")[number % 3],
        level=AlertLevel(1 + number % 4),
        title=f"疑似套牌 {number}",
        subject=f"浙J·{number:05d}",
        wall_subject="浙J·8**6K",
        subject_kind="passage",
        subject_id=str(number),
        place="椒江二桥",
        occurred_at=datetime.now(UTC),
        guidance=("核对抓拍画面", "派单公安交警"),
    )


def smoky_passage(number: int, run: str) -> Event:
    """A passage that the shipped exhaust rule R-CKP-01 makes an alert of."""
    now = datetime.now(UTC)
    record = Passage(
        passage_id=f"{run}{number:06d}",
        checkpoint_id="33100200001190000001",
        device_id="33100200001190000001",
        passed_at=now,
        checkpoint_name="椒江二桥北",
        plate_no=f"浙J{number:05d}",
        plate_raw=f"浙J{number:05d}",
        plate_colour="黄",
        plate_flag="civil",
        has_plate=True,
        confidence=0.99,
        opacity_pct=46.0,
        ringelmann=2.0,
        no_ppm=1800.0,
        vsp_valid=True,
    )
    return Event("viid", record.passage_id, "passage", now, record, b"{}")


def scene_of(panes: int) -> str:
    """A scene of that many figure panes in ten columns."""
    rows = -(-panes // 10)
    lines = ['title = "基准"', "rank = -1", "[desk]", "canvas = [1000, 500]"]
    for number in range(panes):
        at = [number % 10 * 100, number // 10 * (500 // rows), 100, 500 // rows]
        lines += [
            "[[desk.pane]]",
            'kind = "figures"',
            f'title = "源 {number}"',
            f'topics = ["{PANES[number]}"]',
            f"at = {at}",
        ]
    return "\n".join(lines) + "\n"


def site_with(url: str, folder: Path, panes: int) -> Site:
    (folder / "scenes").mkdir(exist_ok=True)
    (folder / "scenes" / "bench.toml").write_text(scene_of(panes), encoding="utf-8")
    return Site(store_url=url, demo=True, folder=folder)


@contextmanager
def writer(module: str, *arguments: str) -> Iterator[subprocess.Popen[str]]:
    """``python -m benchmarks.<module> write …`` with its lines to read; ended with the block."""
    child = subprocess.Popen(
        [sys.executable, "-m", f"benchmarks.{module}", "write", *arguments],
        cwd=Path(__file__).resolve().parents[1],
        stdout=subprocess.PIPE,
        text=True,
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen"},
    )
    try:
        yield child
    finally:
        child.kill()
        child.wait()
        if child.stdout is not None:
            child.stdout.close()


def percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(len(values) * share))] if values else float("nan")


def say(**figure: Any) -> None:
    print(json.dumps(figure, ensure_ascii=False), flush=True)


def spin_ms(times: int = 200) -> float:
    """The longest wait of a process that asks only for the processor: how busy this machine is by itself."""
    worst = 0.0
    for _ in range(times):
        began = time.perf_counter()
        time.sleep(0.005)
        worst = max(worst, (time.perf_counter() - began - 0.005) * 1000)
    return round(worst, 1)
