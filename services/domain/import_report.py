"""What one import took, changed and refused, as it is shown and kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

TOPIC = "import_reports"  # the newest of every source first


@dataclass(frozen=True, slots=True)
class Misfit:
    """One row, or one field of it, that did not fit. ``reason`` is a stable code that is counted; ``text``
    says it in Chinese and quotes neither a name nor a number of a person."""

    row: int  # as the file counts, its heading is 1; 0 is the file as a whole
    field: str  # as the file calls it
    reason: str
    text: str
    table: str = ""  # sheet, file or table it stands in
    kept: bool = False  # the row was taken all the same, without this field


@dataclass(frozen=True, slots=True)
class ImportReport:
    """``refused`` holds the first of them, ``refused_count`` how many there are; whole rows are in the quarantine."""

    id: str
    source: str
    format: str  # csv | xlsx | sql
    community: str
    at: datetime
    rows: int = 0
    taken: int = 0  # new
    changed: int = 0
    unchanged: int = 0
    closed: int = 0
    refused_count: int = 0
    refused: tuple[Misfit, ...] = ()
    reasons: tuple[tuple[str, int], ...] = ()
    columns: tuple[str, ...] = ()  # resident.name …: what the source had; compared with next time
    failed: str = ""  # why nothing of it was taken

    @property
    def is_news(self) -> bool:
        """Whether it moved anything, or could not."""
        return bool(self.taken or self.changed or self.closed or self.failed)
