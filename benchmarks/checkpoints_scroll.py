"""Frames of the passage table while it scrolls through a million rows.

    python -m benchmarks.checkpoints --only scroll [--rows 1000000]

The pane as it stands in the scene, offscreen, on a real SQLite store, its pages answered by a thread as
the console's feed does. Peer: a QTableView on the same rows, all in memory. Goal: 60 frames a second,
so at most 16.7 ms of painting a frame, page or no page.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QApplication, QTableView

from services.domain.alert import Outcome
from services.domain.event import Batch, Event
from services.domain.passage import Passage
from services.domain.question import Question
from services.domain.snapshot import Quality, Snapshot, SourceStatus
from services.store.store import Store
from widgets.look import Face, load_fonts, make_look
from widgets.stream import StreamPane
from widgets.stream_cells import CELLS, words_of

END = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
BATCH = 10_000
FRAMES = 600
A_FRAME_S = 1 / 60


def passages(count: int) -> Iterator[Passage]:
    """Newest first, 50 a second."""
    for n in range(count):
        yield Passage(
            f"{n:048d}",
            f"3310020000121000{n % 24:04d}",
            "d",
            END - timedelta(milliseconds=20 * n),
            checkpoint_name="椒江二桥",
            lane=n % 4 + 1,
            direction="南",
            plate_no=f"浙J{n % 100_000:05d}",
            plate_colour="蓝",
            plate_flag="civil",
            vehicle_class="K33",
            speed_kmh=30.0 + n % 60,
            confidence=0.98,
        )


def filled(folder: Path, count: int) -> Store:
    store = Store.open(f"sqlite:///{folder / 'scroll.db'}")
    batch: list[Event] = []
    for passage in passages(count):
        batch.append(Event("viid", passage.passage_id, "passage", passage.passed_at, passage))
        if len(batch) == BATCH:
            store.take(Batch(events=batch), SourceStatus("viid", "卡口"), END)
            batch = []
    if batch:
        store.take(Batch(events=batch), SourceStatus("viid", "卡口"), END)
    return store


class Answering:
    """What the feed's thread does for the pane: one question at a time, the answer on the GUI thread."""

    def __init__(self, store: Store, pane: StreamPane) -> None:
        self._store, self._pane = store, pane
        self._pool = ThreadPoolExecutor(1)
        self._waiting: list[Future[Outcome]] = []
        self.took_ms: list[float] = []
        pane.asked.connect(self.ask)

    def ask(self, word: str, question: object) -> None:
        if word == "question" and isinstance(question, Question):
            self._waiting.append(self._pool.submit(self._answer, question))

    def turn(self) -> None:
        for future in [f for f in self._waiting if f.done()]:
            self._waiting.remove(future)
            self._pane.show_outcome(future.result())

    def stop(self) -> None:
        self._pool.shutdown()

    def _answer(self, question: Question) -> Outcome:
        before = time.perf_counter()
        outcome = self._store.answer(question)
        self.took_ms.append(1000 * (time.perf_counter() - before))
        return outcome


def ours(store: Store, count: int) -> dict[str, Any]:
    pane = StreamPane("过车流", {}, make_look(Face.DESK))
    pane.resize(612, 632)
    newest = tuple(replace(p) for p in passages(200))
    pane.show_snapshot(Snapshot("passages", newest, END, Quality.GOOD))
    pane.tick(END)
    answering = Answering(store, pane)
    picture = QPixmap(pane.size())
    pane.scroll_rows(1)
    _wait(answering, pane)
    told: dict[str, Any] = {"what": "scroll", "solver": "ours", "rows_behind": count}
    told |= {"steady": _frames(lambda _: pane.scroll_rows(3), pane, picture, answering)}
    told |= {"fast": _frames(lambda _: pane.scroll_rows(16), pane, picture, answering)}
    chance = np.random.default_rng(42)
    told |= {"jumps": _frames(lambda n: n % 10 == 0 and _jump(pane, float(chance.random())), pane, picture, answering)}
    told |= {"page_ms_p50": _p(answering.took_ms, 50), "page_ms_p99": _p(answering.took_ms, 99)}
    answering.stop()
    return told


def _jump(pane: StreamPane, share: float) -> None:
    rail = pane._rail()
    pane._drag(rail.top() + round(share * rail.height()))


def _wait(answering: Answering, pane: StreamPane) -> None:
    while pane.book is not None and pane.book.is_waiting:
        answering.turn()
        time.sleep(0.001)


def _frames(move: Any, pane: StreamPane, picture: QPixmap, answering: Answering) -> dict[str, float]:
    took, empty = [], 0
    for frame in range(FRAMES):
        before = time.perf_counter()
        answering.turn()
        move(frame)
        pane.render(picture)
        spent = time.perf_counter() - before
        took.append(1000 * spent)
        empty += pane.book is not None and not pane.book.rows
        time.sleep(max(0.0, A_FRAME_S - spent))
    return _figures(took) | {"frames_without_rows": empty}


class Rows(QAbstractTableModel):
    """The peer's model: every row a tuple of texts in memory."""

    def __init__(self, rows: Sequence[Sequence[str]], parent: QObject) -> None:
        super().__init__(parent)
        self._rows = rows

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 — Qt's signature
        return len(self._rows)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:  # noqa: B008 — Qt's signature
        return len(CELLS)

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        return self._rows[index.row()][index.column()] if role == Qt.ItemDataRole.DisplayRole else None


def peer(count: int) -> dict[str, Any]:
    view = QTableView()
    before = time.perf_counter()
    view.setModel(Rows([words_of(p, masked=False) for p in passages(count)], view))
    loaded_s = time.perf_counter() - before
    view.resize(612, 632)
    picture = QPixmap(view.size())
    took = []
    for frame in range(FRAMES):
        before = time.perf_counter()
        view.verticalScrollBar().setValue(3 * frame)
        view.render(picture)
        took.append(1000 * (time.perf_counter() - before))
    return {
        "what": "scroll",
        "solver": "QTableView, all rows in memory",
        "rows_behind": count,
        "load_s": round(loaded_s, 1),
        "steady": _figures(took),
    }


def _figures(took: Sequence[float]) -> dict[str, float]:
    within = sum(ms <= 1000 * A_FRAME_S for ms in took) / len(took)
    return {
        "ms_p50": _p(took, 50),
        "ms_p99": _p(took, 99),
        "ms_worst": round(max(took), 1),
        "in_time": round(within, 3),
    }


def _p(values: Sequence[float], share: int) -> float:
    return round(float(np.percentile(values, share)), 2)


def figures(arguments: Sequence[str]) -> Iterator[dict[str, Any]]:
    options = argparse.ArgumentParser()
    options.add_argument("--rows", type=int, default=1_000_000)
    count = options.parse_args(arguments).rows
    app = QApplication.instance() or QApplication([])
    load_fonts()
    with tempfile.TemporaryDirectory() as folder:
        store = filled(Path(folder), count)
        try:
            yield ours(store, count)
        finally:
            store.close()
    yield peer(count)
    app.processEvents()
