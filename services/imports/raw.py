"""What a reader of files gives: tables of rows as they stand there."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from services.domain.import_fields import RawRow

MOST_ROWS = 2_000_000
TITLE_LINES = 10  # among so many the headings are looked for


class ImportFileError(RuntimeError):
    """A file or database of which nothing can be taken. The message is for the officer."""


@dataclass(frozen=True, slots=True)
class RawTable:
    """``rows`` is read once. ``head_row`` is where the headings stand, as the file counts."""

    name: str
    heads: tuple[str, ...]
    rows: Iterable[RawRow]
    head_row: int = 1
