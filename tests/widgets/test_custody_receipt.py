"""The receipt of a manifest on paper, and what a pane asks to be saved."""

from __future__ import annotations

from pathlib import Path

import pytest

from console.actions import Actions
from console.printing import Printing, page_images
from services.domain.boats import HandInState
from services.domain.custody_state import ChainLink, CustodyChain, Lamp
from services.domain.manifest import manifest_of
from services.domain.receipt_sheet import ReceiptSheet, TextFile
from services.reports.custody_receipt import receipt_report
from services.reports.report import modules
from tests.custody import START, draft, hand_in


def sheet(lamp: Lamp = Lamp.HOLDS, receipt: str = "DC2|" + "x" * 1100) -> ReceiptSheet:
    link = ChainLink(50, 1, draft(), "7164ee48" * 8, lamp, is_witnessed=lamp is Lamp.HOLDS)
    chain = CustodyChain("LD-20261121-07", (link,), 140, "Wlf2tGQjiZ8s", 140, START, receipt, "custody-manifest v1\n")
    return ReceiptSheet(manifest_of(hand_in(until=HandInState.DISPOSED), {"YC-HM": "海门云仓"}), chain, START)


def test_that_a_receipt_has_the_five_copies_each_balance_and_the_chain_with_its_proof() -> None:
    report = receipt_report(sheet(), centre="指挥中心", demo=True)
    copies, balance, chain = report.tables
    assert [row[0] for row in copies.rows] == ["船舶联", "收集联", "云仓联", "转运联", "处置联"]
    assert [row[2] for row in copies.rows][2] == "海门云仓"
    assert [row[3] for row in balance.rows] == ["−6.0", "−0.5", "−0.1"]
    assert chain.rows[0][5] == "✓ 属实 · 已见证"
    assert dict(report.facts)["减量化"] == "300.0 kg"
    assert report.demo and report.code.startswith("DC2|")


def test_that_a_chain_that_does_not_hold_is_printed_so_and_has_no_code(qapp: object) -> None:
    report = receipt_report(sheet(Lamp.BROKEN, ""), centre="指挥中心", demo=False)
    assert report.tables[2].rows[0][5] == "✗ 不符"
    assert report.code == ""
    assert len(page_images(report, 40)) == 1


def test_that_each_module_of_a_long_code_is_wide_enough_to_be_read() -> None:
    """At least 0.35 mm (a point is 0.353 mm)."""
    report = receipt_report(sheet(), centre="指挥中心", demo=False)
    assert int(report.code_pt * 4 // len(modules(report.code))) / 4 * 0.353 >= 0.35


def test_that_a_receipt_and_an_export_are_saved_where_reports_are(qtbot: object, tmp_path: Path) -> None:
    printing = Printing(tmp_path / "reports", "指挥中心", demo=True)
    said: list[str] = []
    printing.said.connect(said.append)
    printing.take(sheet())
    printing.take(TextFile("存证-LD-20261121-07.txt", "custody-manifest v1\n"))
    assert sorted(path.suffix for path in (tmp_path / "reports").iterdir()) == [".pdf", ".txt"]
    assert all(words.startswith("已存 ") for words in said)
    assert (tmp_path / "reports" / "存证-LD-20261121-07.txt").read_bytes() == b"custody-manifest v1\n"
    printing.deleteLater()


def test_that_actions_carry_what_is_to_be_saved(qtbot: object) -> None:
    class Session:
        officer = None

    actions = Actions(lambda *_: None, Session())  # type: ignore[arg-type]
    asked: list[object] = []
    actions.print_asked.connect(asked.append)
    for about in (sheet(), TextFile("a.txt", "")):
        actions.ask("print", about)
    assert len(asked) == 2
    with pytest.raises(ValueError, match="print"):
        actions.ask("print", "x")
    actions.deleteLater()
