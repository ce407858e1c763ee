from dataclasses import replace
from datetime import timedelta

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QAbstractItemModelTester

from services.domain.snapshot import Quality, Snapshot, Subject
from tests.shots.sheet import NOW, QUEUE, REQUESTS, snapshot
from widgets.delegates import ColumnSpec
from widgets.look import Face, load_fonts, make_look
from widgets.table import TablePane

OPTIONS = {"columns": QUEUE, "subject": "hand_in_request"}


@pytest.fixture
def make_table(qtbot):
    load_fonts()

    def make(options=OPTIONS, face=Face.DESK, scale=1.0, theme="dark") -> TablePane:
        look = make_look(face, theme, scale)
        table = TablePane("申请队列", options, look)
        qtbot.addWidget(table)
        QAbstractItemModelTester(table.model, QAbstractItemModelTester.FailureReportingMode.Fatal, table)
        table.resize(look.px(600), look.px(260))
        table.tick(NOW)
        table.show()
        return table

    return make


def cells(table: TablePane, row: int) -> list[str]:
    return [table.model.data(table.model.index(row, column)) for column in range(table.model.columnCount())]


def test_that_fields_are_worded_by_the_format_of_their_column(make_table):
    table = make_table()
    table.show_snapshot(snapshot("queue", REQUESTS))
    assert cells(table, 0) == ["已受理", "", "07", "浙椒渔 61027", "0.42", "17 分", "超 2 分"]
    assert cells(table, 4)[4:] == ["12.18", "3 时 12 分", "余 21 时"]


def test_that_a_missing_value_is_unknown_and_never_zero_or_blank(make_table):
    table = make_table()
    table.show_snapshot(snapshot("queue", REQUESTS))
    assert cells(table, 3)[4] == "未知"
    assert ColumnSpec("值", "tonnes", missing="dash").words(REQUESTS[3], NOW) == "—"
    assert ColumnSpec("值", "tonnes").words(replace(REQUESTS[3], tonnes=0.0), NOW) == "0.0"


def test_that_a_selected_row_follows_its_record_and_every_update(make_table):
    table = make_table()
    table.show_snapshot(snapshot("queue", REQUESTS))
    table.select(Subject("hand_in_request", "09"))
    table.show_snapshot(snapshot("queue", list(reversed(REQUESTS))))
    rows = {i.row() for i in table.view.selectionModel().selectedIndexes()}
    assert [table.model.record(r).id for r in rows] == ["09"]
    table.select(Subject("boat", "09"))
    assert not table.view.selectionModel().hasSelection()


def test_that_a_click_asks_for_the_subject_of_its_row(make_table, qtbot):
    table = make_table()
    table.show_snapshot(snapshot("queue", REQUESTS))
    with qtbot.waitSignal(table.asked) as asked:
        qtbot.mouseClick(table.view.viewport(), Qt.MouseButton.LeftButton, pos=QPoint(200, 45))
    assert asked.args == ["select", Subject("hand_in_request", "10")]


def test_that_a_new_row_is_marked_for_three_seconds(make_table):
    table = make_table()
    table.show_snapshot(snapshot("queue", REQUESTS[1:]))
    table.show_snapshot(snapshot("queue", REQUESTS))
    assert table.model.is_new(0)
    table.tick(NOW + timedelta(seconds=3))
    assert not table.model.is_new(0)


def test_that_the_first_rows_after_waiting_are_not_new(make_table):
    table = make_table()
    table.show_snapshot(Snapshot("queue"))
    table.show_snapshot(snapshot("queue", REQUESTS))
    assert not any(table.model.is_new(row) for row in range(table.model.rowCount()))


def test_that_space_holds_the_stream_and_counts_what_is_held(make_table, qtbot):
    table = make_table({**OPTIONS, "stream": True})
    table.show_snapshot(snapshot("queue", REQUESTS[2:]))
    table.toggle_pause()
    table.show_snapshot(snapshot("queue", REQUESTS))
    assert (table.note, table.model.rowCount()) == ("已暂停 2 条", 3)
    table.toggle_pause()
    assert (table.note, table.model.rowCount()) == ("", 5)


def test_that_an_empty_table_says_why(make_table):
    table = make_table({**OPTIONS, "empty": "今日暂无退回工单"})
    table.show_snapshot(snapshot("queue", []))
    assert not table.view.isVisible()
    table.show_snapshot(snapshot("queue", REQUESTS))
    assert table.view.isVisible()


def test_that_the_columns_fill_the_pane_and_no_more(make_table):
    for scale in (1.0, 1.25, 1.5):
        table = make_table(scale=scale)
        total = sum(table.view.columnWidth(c) for c in range(len(QUEUE)))
        assert table.width() - len(QUEUE) <= total <= table.width()


def test_that_a_wrong_column_key_is_refused_with_the_choices(make_table):
    with pytest.raises(ValueError, match=r"不认识的键 'algin'.*align"):
        make_table({"columns": [{"title": "号", "field": "id", "algin": "right"}]})
    with pytest.raises(ValueError, match=r"format = 'money'.*number"):
        make_table({"columns": [{"title": "号", "field": "id", "format": "money"}]})


def test_that_the_selected_row_has_a_raised_ground_and_an_ice_bar(make_table):
    table = make_table()
    table.show_snapshot(snapshot("queue", REQUESTS))
    table.select(Subject("hand_in_request", "07"))
    image = table.view.viewport().grab().toImage()
    assert image.pixelColor(1, 15) == table.look.colour("ice")
    assert image.pixelColor(8, 3) == table.look.colour("raised")


def test_that_stale_rows_are_drawn_faded(make_table):
    table = make_table()
    table.show_snapshot(snapshot("queue", REQUESTS))
    fresh = table.view.viewport().grab().toImage()
    table.show_snapshot(snapshot("queue", REQUESTS, Quality.STALE, "连接被拒"))
    assert table.view.viewport().grab().toImage() != fresh
    assert table.is_stale


@pytest.mark.parametrize("theme", ["dark", "light"])
def test_that_the_wall_has_large_rows_and_takes_no_keyboard(make_table, theme):
    table = make_table(face=Face.WALL, scale=0.5, theme=theme)
    table.show_snapshot(snapshot("queue", REQUESTS))
    assert table.row_height == table.look.px(88)
    assert table.view.focusPolicy() == Qt.FocusPolicy.NoFocus
    assert not table.grab().isNull()
