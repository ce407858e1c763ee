"""A report as data: its facts, tables and signatures, and the code that anchors it in the log."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class Table:
    """A titled table. ``shares`` are the widths of the columns in percent."""

    title: str
    columns: tuple[str, ...]
    shares: tuple[int, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Report:
    """One document for A4. ``stem`` is its file's name without folder and ending; ``code`` what the QR holds,
    ``code_pt`` how large it is: a long text needs a large one to be read by a telephone."""

    stem: str
    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    signatures: tuple[tuple[str, str], ...]
    foot: str
    code: str = ""
    code_words: tuple[str, ...] = ()
    code_pt: float = 84.0
    demo: bool = False


def modules(code: str) -> Sequence[Sequence[bool]]:
    """The QR of a text as rows of dark and light, without its quiet zone. Error level M."""
    made = segno.make(code, error="m", micro=False)
    return tuple(tuple(bool(module) for module in row) for row in made.matrix)
