"""The cells of one row of an import as text, days and numbers; what they cannot be is said, never guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime

from services.domain.import_mapping import TableMapping

Cell = str | int | float | bool | date | datetime | None

LONGEST = 200
LONGEST_CODE = 40
_CODE = re.compile(r"[0-9A-Za-z][0-9A-Za-z_-]*")
_DAY = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_SERIALS = range(10_000, 80_000)  # days since 1900 as a spreadsheet counts: 1927 to 2119
_SPACES = {0x3000: " ", 0xA0: " ", 0x2002: " ", 0x2003: " "}  # as wide as they like, they are spaces
_YES = frozenset({"1", "是", "有", "已登记", "true", "y", "yes"})
_NO = frozenset({"0", "", "否", "无", "未登记", "false", "n", "no"})

FAULTS: Mapping[str, str] = {
    "formula_cell": "单元格是公式，须换成数值",
    "merged_cell": "单元格被合并，不知属于哪一行",
    "lost_digits": "长编号存成了数字，后几位已丢失，须按文本保存",
    "error_cell": "单元格是错误值",
}


class MisfitError(ValueError):
    """``reason`` is a stable code; the message is for the officer and quotes no name and no number."""

    def __init__(self, field: str, reason: str, text: str) -> None:
        super().__init__(text)
        self.field = field
        self.reason = reason


@dataclass(frozen=True, slots=True)
class RawRow:
    """``number`` as the file counts. ``faults`` are cells that say nothing: place → a key of ``FAULTS``."""

    number: int
    cells: tuple[Cell, ...]
    faults: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Columns:
    """Which column holds which field of one table."""

    mapping: TableMapping
    heads: tuple[str, ...]
    places: Mapping[str, int]

    @classmethod
    def of(cls, mapping: TableMapping, heads: tuple[str, ...]) -> Columns:
        found = {name: mapping.head_of(name, heads) for name in mapping.columns}
        return cls(mapping, heads, {name: heads.index(head) for name, head in found.items() if head})

    def head(self, name: str) -> str:
        return self.heads[self.places[name]] if name in self.places else name


@dataclass(frozen=True, slots=True)
class Fields:
    """One row by the names of a register's fields."""

    columns: Columns
    row: RawRow

    def has(self, name: str) -> bool:
        return name in self.columns.places

    def cell(self, name: str) -> Cell:
        """Raises MisfitError for a cell that holds no value of its own."""
        place = self.columns.places.get(name)
        if place is None:
            return None
        if place in self.row.faults:
            reason = self.row.faults[place]
            raise self.misfit(name, reason, FAULTS[reason])
        return self.row.cells[place] if place < len(self.row.cells) else None

    def misfit(self, name: str, reason: str, text: str) -> MisfitError:
        return MisfitError(self.columns.head(name), reason, text)

    def text(self, name: str, longest: int = LONGEST) -> str:
        """In our words where the mapping has some."""
        said = text_of(self.cell(name))
        if len(said) > longest:
            raise self.misfit(name, "too_long", f"超过 {longest} 字：共 {len(said)} 字")
        if not said.isprintable():
            raise self.misfit(name, "bad_text", "含有无法入库的字符")
        if said.startswith("="):
            raise self.misfit(name, "formula_cell", FAULTS["formula_cell"])
        return self.columns.mapping.word(name, said)

    def code(self, name: str, prefix: str = "") -> str:
        """Empty when the row names none."""
        said = self.text(name)
        if not said:
            return ""
        if len(said) > LONGEST_CODE or not _CODE.fullmatch(said):
            raise self.misfit(name, "bad_code", f"编号只能是 {LONGEST_CODE} 位以内的字母、数字、- 和 _")
        return prefix + said

    def whole(self, name: str, least: int, most: int) -> int | None:
        value = self.number(name, least, most)
        if value is not None and value != int(value):
            raise self.misfit(name, "not_a_number", "须为整数")
        return None if value is None else int(value)

    def number(self, name: str, least: float, most: float) -> float | None:
        cell = self.cell(name)
        if cell is None or text_of(cell) == "":
            return None
        if isinstance(cell, bool | date):
            raise self.misfit(name, "not_a_number", "须为数字，读到的是日期或是否")
        try:
            value = float(cell)
        except ValueError:
            raise self.misfit(name, "not_a_number", "须为数字") from None
        if not least <= value <= most:
            raise self.misfit(name, "not_a_number", f"须在 {least:g}–{most:g} 之间")
        return value

    def flag(self, name: str) -> bool:
        said = self.text(name).casefold()
        if said in _YES or said in _NO:
            return said in _YES
        raise self.misfit(name, "not_a_flag", "须为 是/否 或 1/0")

    def day(self, name: str, reason: str = "bad_day") -> date | None:
        """None when the row has none."""
        cell = self.cell(name)
        if isinstance(cell, datetime):
            return cell.date()
        if isinstance(cell, date) or cell is None:
            return cell
        if isinstance(cell, int | float) and not isinstance(cell, bool) and int(cell) in _SERIALS:
            raise self.misfit(name, "date_as_number", "日期存成了数字，须设为日期格式")
        said = text_of(cell)
        try:
            return _day(said) if said else None
        except ValueError:
            raise self.misfit(name, reason, "日期读不懂或不存在") from None


def text_of(cell: Cell) -> str:
    """As a person would have typed it."""
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, date):
        return cell.isoformat()
    said = cell.strip() if isinstance(cell, str) else str(cell)
    if said.isascii():
        return said.lstrip("'").lstrip()
    return said.translate(_SPACES).strip().lstrip("'\ufeff").strip()


def _day(said: str) -> date:
    if said.isdigit() and said.isascii() and len(said) in (8, 14):
        return date(int(said[:4]), int(said[4:6]), int(said[6:8]))
    found = _DAY.match(said)
    if found is None:
        raise ValueError(said)
    return date(int(found[1]), int(found[2]), int(found[3]))
