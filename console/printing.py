"""Saves reports as PDF in the site's folder, where a desk asks for it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMarginsF, QObject, Qt, Signal, Slot
from PySide6.QtGui import QImage, QPageLayout, QPageSize, QPainter, QPdfWriter

from console.paper import HIGH, WIDE, laid_out
from services.domain.receipt_sheet import ReceiptSheet, TextFile
from services.domain.sea_day import SeaDay
from services.reports.custody_receipt import receipt_report
from services.reports.handover import handover_report
from services.reports.report import Report
from services.reports.sea_day import sea_day_report
from widgets.duty_sheet import Printable

DPI = 300
Printed = Printable | ReceiptSheet | SeaDay | TextFile


class Printing(QObject):
    """Prints what a pane asks for and says where it is, or why it is not."""

    said = Signal(str)

    def __init__(self, folder: Path, centre: str, *, demo: bool, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._folder, self._centre, self._demo = folder, centre, demo

    @Slot(object)
    def take(self, about: Printed) -> None:
        try:
            path = self._saved(about)
        except OSError as why:
            self.said.emit(f"没有存成：{why.strerror or why}")
        else:
            self.said.emit(f"已存 {path}")

    def _saved(self, about: Printed) -> Path:
        if isinstance(about, TextFile):
            return save_text(about, self._folder)
        if isinstance(about, ReceiptSheet):
            return save_pdf(receipt_report(about, centre=self._centre, demo=self._demo), self._folder)
        if isinstance(about, SeaDay):
            return save_pdf(sea_day_report(about, centre=self._centre, demo=self._demo), self._folder)
        report = handover_report(
            about.sheet, about.handover, about.anchor, about.now, centre=self._centre, demo=self._demo
        )
        return save_pdf(report, self._folder)


def save_text(file: TextFile, folder: Path) -> Path:
    """Raises OSError."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / file.name
    path.write_bytes(file.text.encode())
    return path


def save_pdf(report: Report, folder: Path) -> Path:
    """Raises OSError when the folder or the file cannot be written."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{report.stem}.pdf"
    path.open("wb").close()  # Qt only warns of a file it cannot write
    writer = QPdfWriter(str(path))
    writer.setResolution(DPI)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    writer.setPageMargins(QMarginsF(), QPageLayout.Unit.Millimeter)
    writer.setTitle(report.title)
    writer.setCreator(report.foot)
    painter = QPainter(writer)
    painter.scale(writer.width() / WIDE, writer.height() / HIGH)
    for number, draw in enumerate(laid_out(report)):
        if number:
            writer.newPage()
        draw(painter, 0)
    if not painter.end():
        raise OSError("写入失败，磁盘是否已满")
    return path


def page_images(report: Report, dpi: int = 110) -> list[QImage]:
    """The same pages as pictures."""
    images: list[QImage] = []
    for draw in laid_out(report):
        image = QImage(round(8.27 * dpi), round(11.69 * dpi), QImage.Format.Format_RGB32)
        image.fill(Qt.GlobalColor.white)
        painter = QPainter(image)
        painter.setRenderHints(QPainter.RenderHint.Antialiasing | QPainter.RenderHint.TextAntialiasing)
        painter.scale(image.width() / WIDE, image.height() / HIGH)
        draw(painter, 0)
        painter.end()
        images.append(image)
    return images
