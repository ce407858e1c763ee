from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QItemSelectionModel, QPersistentModelIndex
from PySide6.QtTest import QAbstractItemModelTester
from PySide6.QtWidgets import QTableView

from widgets.records import Column, RecordModel

NOON = datetime(2026, 11, 21, 4, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Boat:
    id: str
    speed: float = 0.0


def make_model() -> RecordModel:
    model = RecordModel([Column("船号", lambda b: b.id), Column("航速", lambda b: str(b.speed))], key=lambda b: b.id)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal, model)
    return model


def ids(model: RecordModel) -> list[str]:
    return [model.record(row).id for row in range(model.rowCount())]


def test_that_a_selected_row_survives_an_update(qtbot):
    model = make_model()
    view = QTableView()
    qtbot.addWidget(view)
    view.setModel(model)
    model.show([Boat("1"), Boat("2"), Boat("3")])
    view.selectionModel().select(model.index(1, 0), QItemSelectionModel.SelectionFlag.Select)

    model.show([Boat("3", 9), Boat("4"), Boat("2")])

    assert [model.record(i.row()).id for i in view.selectionModel().selectedIndexes()] == ["2"]
    assert ids(model) == ["3", "4", "2"]


def test_that_only_changed_rows_repaint(qtbot):
    model = make_model()
    model.show([Boat("1"), Boat("2")])
    with qtbot.waitSignal(model.dataChanged) as changed:
        model.show([Boat("1"), Boat("2", 5)])
    assert changed.args[0].row() == changed.args[1].row() == 1


def test_that_an_unchanged_answer_says_nothing(qtbot):
    model = make_model()
    model.show([Boat("1"), Boat("2")])
    with (
        qtbot.assertNotEmitted(model.dataChanged),
        qtbot.assertNotEmitted(model.layoutChanged),
        qtbot.assertNotEmitted(model.rowsInserted),
    ):
        model.show([Boat("1"), Boat("2")])


def test_that_neighbours_arrive_in_one_signal(qtbot):
    model = make_model()
    model.show([Boat("1")])
    inserted = []
    model.rowsInserted.connect(lambda parent, first, last: inserted.append((first, last)))
    model.show([Boat("9"), Boat("8"), Boat("1"), Boat("7")])
    assert inserted == [(0, 1), (3, 3)]


def test_that_of_two_records_with_one_key_the_first_is_shown(qapp):
    model = make_model()
    model.show([Boat("1", 1), Boat("1", 2)])
    assert model.rowCount() == 1
    assert model.record(0).speed == 1


def test_that_rows_of_the_first_filling_are_not_new_and_later_ones_are_for_a_while(qapp):
    model = make_model()
    model.show([Boat("1")], NOON)
    model.show([Boat("2"), Boat("1")], NOON)
    assert [model.is_new(0), model.is_new(1)] == [True, False]
    assert not model.grow_old(NOON + timedelta(seconds=2), 3.0)
    assert model.grow_old(NOON + timedelta(seconds=3), 3.0)
    assert not model.is_new(0)


boats = st.lists(st.builds(Boat, st.sampled_from("abcdefgh"), st.sampled_from([0.0, 1.0])), max_size=10)


@settings(max_examples=60, deadline=None)
@given(st.lists(boats, min_size=1, max_size=5))
def test_that_any_answer_after_any_other_is_shown_whole_and_marks_stay_on_their_record(qapp, answers):
    model = make_model()
    for answer in answers:
        marks = {model.key_at(row): QPersistentModelIndex(model.index(row, 0)) for row in range(model.rowCount())}
        model.show(answer)
        firsts = {boat.id: boat for boat in reversed(answer)}
        assert ids(model) == list(dict.fromkeys(boat.id for boat in answer))
        assert [model.record(r) for r in range(model.rowCount())] == [firsts[i] for i in ids(model)]
        for key, mark in marks.items():
            assert mark.isValid() == (key in firsts)
            assert not mark.isValid() or model.key_at(mark.row()) == key
        assert all(model.row_of(key) == row for row, key in enumerate(ids(model)))
