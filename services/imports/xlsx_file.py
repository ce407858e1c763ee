"""An XLSX workbook, row by row. The one place that knows openpyxl.

A formula says what it computes, not what it means, and a merged cell does not say which of its rows it
belongs to: both are faults of their row.
"""

from __future__ import annotations

import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any

from openpyxl import load_workbook
from openpyxl.utils.cell import range_boundaries
from openpyxl.utils.exceptions import InvalidFileException

from services.domain.import_fields import Cell, RawRow
from services.domain.import_mapping import ImportMapping
from services.imports.raw import MOST_ROWS, TITLE_LINES, ImportFileError, RawTable

MOST_BYTES = 1 << 30  # unpacked; more is no register
_MERGED = re.compile(rb'<mergeCell\b[^>]*\bref="([A-Z]+\d+:[A-Z]+\d+)"')
_SHEET = re.compile(rb"<sheet\b[^>]*/?>")
_RELATION = re.compile(rb"<Relationship\b[^>]*/?>")
_ATTRIBUTE = re.compile(rb'([\w:]+)="([^"]*)"')
_BROKEN = (
    *(zipfile.BadZipFile, InvalidFileException, zlib.error, EOFError, SyntaxError),
    *(KeyError, ValueError, TypeError, AttributeError, IndexError),
)
_DIGITS_KEPT = 15  # a spreadsheet's numbers have no more
_BLOCK = 1 << 20
_OVERLAP = 200

Ranges = tuple[tuple[int, int, int, int], ...]  # first and last column, first and last row, from 1


def read_xlsx(path: Path, mapping: ImportMapping) -> Iterator[RawTable]:
    """A table a sheet that has headings we know. Raises ImportFileError; OSError as for any file."""
    with _readable(path), warnings.catch_warnings():
        warnings.simplefilter("ignore", UserWarning)  # styles and checks of other programs are no matter
        merged = _merged(path)
        book = load_workbook(path, read_only=True, data_only=False, keep_links=False)
    try:
        for sheet in book.worksheets:
            lines = _rows(sheet, merged.get(sheet.title, ()), path)
            if found := _heads(lines, mapping):
                yield RawTable(sheet.title, found[1], lines, found[0])
    finally:
        book.close()


@contextmanager
def _readable(path: Path) -> Iterator[None]:
    """What a broken workbook may raise, in words."""
    try:
        yield
    except _BROKEN as why:
        what = type(why).__name__
        raise ImportFileError(f"{path.name}：不是有效的 XLSX 文件，或有密码（{what}）") from None


def _rows(sheet: Any, merged: Ranges, path: Path) -> Iterator[RawRow]:
    name = path.name
    lines = sheet.iter_rows()
    for number in count(1):
        with _readable(path):
            cells = next(lines, None)
        if cells is None:
            return
        if number > MOST_ROWS:
            raise ImportFileError(f"{name}：超过 {MOST_ROWS:,} 行，请分成几个文件")
        faults = {place: fault for place, cell in enumerate(cells) if (fault := _fault(cell))}
        for first, last, top, bottom in merged:
            if top <= number <= bottom and bottom > top:
                faults.update(dict.fromkeys(range(first - 1, last), "merged_cell"))
        values = tuple(_value(cell.value) for cell in cells)
        if faults or any(value is not None and value != "" for value in values):
            yield RawRow(number, values, faults)


def _fault(cell: Any) -> str:
    value = cell.value
    if cell.data_type == "f":
        return "formula_cell"
    if cell.data_type == "e":
        return "error_cell"
    if isinstance(value, int | float) and not isinstance(value, bool) and abs(value) >= 10**_DIGITS_KEPT:
        return "lost_digits"
    return ""


def _value(value: Any) -> Cell:
    if value is None or isinstance(value, str | int | float | bool | datetime | date):
        return value
    return str(value)  # a time of day, a duration, an array formula


def _heads(lines: Iterator[RawRow], mapping: ImportMapping) -> tuple[int, tuple[str, ...]] | None:
    for row in lines:
        heads = tuple("" if cell is None else str(cell).strip() for cell in row.cells)
        if mapping.heads_known(heads) >= 2:
            return row.number, heads
        if row.number >= TITLE_LINES:
            break
    return None


# ----------------------------------------------------------------------------------------- merged cells


def _merged(path: Path) -> Mapping[str, Ranges]:
    """The merged ranges of each sheet, which a row-by-row reader does not tell."""
    with zipfile.ZipFile(path) as archive:
        if sum(info.file_size for info in archive.infolist()) > MOST_BYTES:
            raise ImportFileError(f"{path.name}：解开后过大，不像登记表")
        return {title: _ranges(archive, part) for title, part in _sheets(archive) if part in archive.namelist()}


def _sheets(archive: zipfile.ZipFile) -> Iterator[tuple[str, str]]:
    """The title and the part of each sheet."""
    relations = {
        tags.get("Id", ""): tags.get("Target", "")
        for tags in map(_attributes, _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")))
    }
    for tags in map(_attributes, _SHEET.findall(archive.read("xl/workbook.xml"))):
        target = relations.get(tags.get("r:id", ""), "")
        part = target.lstrip("/") if target.startswith("/") else str(PurePosixPath("xl") / target)
        yield tags.get("name", ""), part


def _attributes(tag: bytes) -> dict[str, str]:
    return {name.decode(): value.decode("utf-8", "replace") for name, value in _ATTRIBUTE.findall(tag)}


def _ranges(archive: zipfile.ZipFile, part: str) -> Ranges:
    found: dict[bytes, None] = {}
    rest = b""
    with archive.open(part) as stream:
        while block := stream.read(_BLOCK):
            rest = rest[-_OVERLAP:] + block
            found.update(dict.fromkeys(_MERGED.findall(rest)))
    return tuple(_corners(each.decode()) for each in found)


def _corners(spelled: str) -> tuple[int, int, int, int]:
    first, top, last, bottom = (edge or 0 for edge in range_boundaries(spelled))
    return first, last, top, bottom
