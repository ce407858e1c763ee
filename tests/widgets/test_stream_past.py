"""Scrolling back through all passages: nothing left out, nothing doubled, memory bounded, never the wall."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from pytestqt.qtbot import QtBot

from services.domain.alert import Outcome
from services.domain.event import Batch, Event
from services.domain.officer import Officer, Role
from services.domain.passage import Passage
from services.domain.passage_page import PAGE_ROWS, PageAsked, PassagePage, page_asked
from services.domain.question import PASSAGES, Question
from services.domain.snapshot import Quality, Snapshot, SourceStatus
from services.store.store import Store
from widgets.look import Face, Look, load_fonts, make_look
from widgets.passage_book import MOST_ROWS, PassageBook
from widgets.stream import StreamPane

NOW = datetime(2026, 11, 21, 6, 32, tzinfo=UTC)


@pytest.fixture(scope="module", autouse=True)
def _fonts(qapp: Any) -> None:
    load_fonts()


def passage(number: int) -> Passage:
    """Four each second, so that moments repeat."""
    return Passage(
        f"p{number:06d}", "33100200001210000005", "d", NOW - timedelta(seconds=number // 4), plate_no="浙J8T56K"
    )


def every(count: int) -> list[Passage]:
    return sorted((passage(n) for n in range(count)), key=lambda p: (p.passed_at, p.passage_id), reverse=True)


def answered(rows: Sequence[Passage], asked: PageAsked) -> PassagePage:
    """What the store would say, from a list newest first."""
    key = (asked.at, asked.passage_id)
    if asked.older:
        found = [
            p for p in rows if ((p.passed_at, p.passage_id) < key if asked.passage_id else p.passed_at <= asked.at)
        ]
        return PassagePage(tuple(found[:PAGE_ROWS]), rows[-1].passed_at, rows[0].passed_at)
    newer = [p for p in rows if (p.passed_at, p.passage_id) > key]
    return PassagePage(tuple(newer[-PAGE_ROWS:]), rows[-1].passed_at, rows[0].passed_at)


def serve(book: PassageBook, rows: Sequence[Passage], room: float = 16) -> None:
    while (asked := book.wanted(room)) is not None:
        book.take(asked, answered(rows, asked))


def test_that_scrolling_down_and_up_again_shows_every_passage_once_in_order() -> None:
    rows, book = every(6000), PassageBook()
    book.take(first := book.jump(NOW), answered(rows, first))
    seen: list[str] = []
    for _ in range(700):
        serve(book, rows)
        seen += [p.passage_id for p in book.rows[int(book.top) : int(book.top) + 9] if p.passage_id not in seen[-40:]]
        book.scroll(9, 16)
    assert seen[:5900] == [p.passage_id for p in rows[:5900]]
    for _ in range(700):
        serve(book, rows)
        book.scroll(-9, 16)
    assert book.top == 0 and book.rows[0] == rows[0]


def test_that_what_is_far_away_is_let_go() -> None:
    rows, book = every(12_000), PassageBook()
    book.take(first := book.jump(NOW), answered(rows, first))
    for _ in range(60):
        serve(book, rows)
        book.scroll(200, 16)
        assert len(book.rows) <= MOST_ROWS + PAGE_ROWS
    assert book.rows[0] != rows[0]


def test_that_an_answer_to_a_place_that_was_left_changes_nothing() -> None:
    rows, book = every(3000), PassageBook()
    old = book.jump(NOW)
    new = book.jump(NOW - timedelta(seconds=300))
    book.take(old, answered(rows, old))
    assert not book.rows
    book.take(new, answered(rows, new))
    assert book.rows[0].passed_at == NOW - timedelta(seconds=300)


def test_that_a_question_reads_back_as_it_was_asked() -> None:
    asked = PageAsked(NOW, "a b", older=False)
    assert page_asked(asked.question().about) == asked


def test_that_the_store_gives_pages_without_gap_or_double(store: Store) -> None:
    rows = every(450)
    events = [Event("viid", p.passage_id, "passage", p.passed_at, p) for p in rows]
    store.take(Batch(events=events), SourceStatus("viid", "卡口"), NOW)
    asked, found = PageAsked(NOW), []
    while True:
        page: PassagePage = store.answer(asked.question()).case
        found += page.rows
        if page.is_last:
            break
        asked = PageAsked(page.rows[-1].passed_at, page.rows[-1].passage_id)
    assert [p.passage_id for p in found] == [p.passage_id for p in rows]
    back = store.answer(PageAsked(rows[300].passed_at, rows[300].passage_id, older=False).question()).case
    assert [p.passage_id for p in back.rows] == [p.passage_id for p in rows[100:300]]
    assert (back.newest, back.oldest) == (rows[0].passed_at, rows[-1].passed_at)


def test_that_an_officer_without_the_checkpoints_gets_no_page(sqlite_store: Store) -> None:
    only = passage(1)
    event = Event("viid", only.passage_id, "passage", only.passed_at, only)
    sqlite_store.take(Batch(events=[event]), SourceStatus("viid", "卡口"), NOW)
    officer = Officer("w1", "网格", Role.GRID_WORKER, area="331002001", scenes=("community",))
    assert sqlite_store.answer(PageAsked(NOW).question(), officer).case == PassagePage(())


# ------------------------------------------------------------------------------------------- the pane


@pytest.fixture
def pane(qtbot: QtBot) -> Iterator[StreamPane]:
    yield _made(qtbot, make_look(Face.DESK))


def _made(qtbot: QtBot, look: Look) -> StreamPane:
    made = StreamPane("过车流", {}, look)
    qtbot.addWidget(made)
    made.resize(612, 632)
    records = tuple(every(200))
    made.show_snapshot(Snapshot("passages", records, NOW, Quality.GOOD))
    made.tick(NOW)
    return made


def roll(pane: StreamPane, notches: int) -> None:
    spot = QPointF(200, 200)
    pane.wheelEvent(
        QWheelEvent(
            spot,
            spot,
            QPoint(),
            QPoint(0, 120 * notches),
            Qt.MouseButton.NoButton,
            Qt.KeyboardModifier.NoModifier,
            Qt.ScrollPhase.NoScrollPhase,
            False,
        )
    )


def test_that_the_wheel_holds_the_stream_and_asks_for_the_past(qtbot: QtBot, pane: StreamPane) -> None:
    with qtbot.waitSignal(pane.asked) as said:
        roll(pane, -1)
    word, question = said.args
    assert (word, question.what) == ("question", PASSAGES) and pane.ring.is_held
    held = list(pane.shown)
    assert held == list(pane.rows)[: pane.row_count]  # still there while the answer is on its way


def test_that_space_brings_now_back(pane: StreamPane) -> None:
    roll(pane, -1)
    _give(pane, every(900))
    roll(pane, -50)
    assert pane.shown[0].passed_at < NOW - timedelta(seconds=20) and "回看" in pane.note
    pane.toggle_pause()
    assert pane.book is None and pane.shown[0].passed_at == NOW


def test_that_rolling_towards_now_while_live_does_nothing(pane: StreamPane) -> None:
    roll(pane, 3)
    assert pane.book is None and not pane.ring.is_held


def test_that_the_wall_cannot_be_scrolled(qtbot: QtBot) -> None:
    wall = _made(qtbot, make_look(Face.WALL, scale=0.5))
    roll(wall, -3)
    assert wall.book is None


def test_that_a_refused_page_leaves_what_is_shown(pane: StreamPane) -> None:
    asked: list[Question] = []
    pane.asked.connect(lambda word, what: asked.append(what))
    roll(pane, -1)
    pane.show_outcome(Outcome(asked[0], None, "库忙"))
    assert list(pane.shown) == list(pane.rows)[: pane.row_count]


def _give(pane: StreamPane, rows: Sequence[Passage]) -> None:
    """Answer everything the pane asks until it asks no more."""
    book = pane.book
    assert book is not None
    asked = book._asked
    while asked is not None:
        pane.show_outcome(Outcome(asked.question(), None, "", answered(rows, asked)))
        asked = book._asked
    assert replace(rows[0]) in book.rows
