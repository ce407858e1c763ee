"""A CSV file in UTF-8, with or without its mark, UTF-16 or GB18030, separated by comma, tab or semicolon."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator, Sequence
from pathlib import Path

from services.domain.import_fields import RawRow
from services.domain.import_mapping import ImportMapping
from services.imports.raw import MOST_ROWS, TITLE_LINES, ImportFileError, RawTable

_BLOCK = 1 << 20
_MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
_LONGEST_CELL = 100_000


def read_csv(path: Path, mapping: ImportMapping) -> Iterator[RawTable]:
    """One table, by the file's name. Raises ImportFileError; OSError for a file that cannot be opened."""
    encoding = encoding_of(path)
    csv.field_size_limit(_LONGEST_CELL)
    with path.open(encoding=encoding, newline="") as file:
        start = file.read(65_536)
        if "\0" in start:
            raise ImportFileError(f"{path.name}：不是文本文件")
        separator = _separator(start.splitlines()[:TITLE_LINES], mapping)
        file.seek(0)
        lines = _numbered(csv.reader(file, delimiter=separator), path.name)
        number, heads = _heads(lines, mapping, path.name)
        yield RawTable(path.stem, heads, lines, number)


def encoding_of(path: Path) -> str:
    """Raises ImportFileError for bytes that are no text in any of them."""
    with path.open("rb") as file:
        start = file.read(4)
    for mark, encoding in _MARKS:
        if start.startswith(mark):
            return encoding
    for encoding in ("utf-8", "gb18030"):
        if _is_text(path, encoding):
            return encoding
    raise ImportFileError(f"{path.name}：既不是 UTF-8 也不是 GB18030 编码，请另存为 CSV UTF-8")


def _separator(lines: Sequence[str], mapping: ImportMapping) -> str:
    """The one by which some line becomes the most headings we know."""

    def known(separator: str) -> int:
        return max((mapping.heads_known(cells) for cells in csv.reader(lines, delimiter=separator)), default=0)

    return max(",\t;", key=known)


def _is_text(path: Path, encoding: str) -> bool:
    decoder = codecs.getincrementaldecoder(encoding)()
    try:
        with path.open("rb") as file:
            while block := file.read(_BLOCK):
                decoder.decode(block)
        decoder.decode(b"", final=True)
    except UnicodeDecodeError:
        return False
    return True


def _numbered(reader: Iterator[list[str]], name: str) -> Iterator[RawRow]:
    """Rows that hold anything, each with the number of the record in the file."""
    try:
        for number, cells in enumerate(reader, 1):
            if number > MOST_ROWS:
                raise ImportFileError(f"{name}：超过 {MOST_ROWS:,} 行，请分成几个文件")
            if any(cell.strip() for cell in cells):
                yield RawRow(number, tuple(cells))
    except (csv.Error, UnicodeDecodeError) as why:
        raise ImportFileError(f"{name}：读不下去：{why}") from None


def _heads(lines: Iterator[RawRow], mapping: ImportMapping, name: str) -> tuple[int, tuple[str, ...]]:
    for row in lines:
        heads = tuple(str(cell).strip() for cell in row.cells)
        if mapping.heads_known(heads) >= 2:
            return row.number, heads
        if row.number >= TITLE_LINES:
            break
    raise ImportFileError(f"{name}：前 {TITLE_LINES} 行没有认得的表头，可用 --mapping 说明各列")
