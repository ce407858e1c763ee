from __future__ import annotations

from datetime import UTC, datetime

from services.domain.import_report import ImportReport, Misfit
from services.domain.snapshot import Quality, Snapshot
from widgets.import_reports import ImportReportsPane, rows_of
from widgets.look import Face, make_look

AT = datetime(2026, 11, 21, 6, 30, tzinfo=UTC)
MISFITS = (
    Misfit(4, "出生日期", "impossible_birthday", "出生日期晚于今天", "人员"),
    Misfit(0, "", "no_sheet", "缺少楼栋表"),
)
REPORT = ImportReport("I1", "街道台账", "xlsx", "331002002001", AT, 9, 6, 1, refused_count=2, refused=MISFITS)


def test_that_a_report_tells_what_was_taken_and_each_row_that_was_not():
    whole, first, second = rows_of(REPORT)
    assert (whole.what, whole.why, whole.refused) == ("街道台账 XLSX", "新 6 · 改 1 · 同 0 · 关 0", 2)
    assert (first.what.strip(), first.why.strip()) == ("人员 第 4 行 出生日期", "出生日期晚于今天")
    assert second.what.strip() == "整份"


def test_that_a_failed_import_says_why_in_place_of_counts():
    (row,) = rows_of(ImportReport("I2", "台账", "csv", "331002002001", AT, failed="读不懂编码"))
    assert row.why == "读不懂编码"


def test_that_the_pane_counts_what_stands_in_the_quarantine(qtbot):
    pane = ImportReportsPane("导入登记册", {}, make_look(Face.DESK))
    qtbot.addWidget(pane)
    pane.resize(400, 300)
    pane.show_snapshot(Snapshot("import_reports", (REPORT,), AT, Quality.GOOD))
    assert pane.note == "1 份 · 未收 2 行在隔离区"
    assert not pane.grab().isNull()
