"""A small community as files, and how a test imports them. Identity numbers are made up, with a true check."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from services.domain.id_number import check_character
from services.domain.import_report import ImportReport
from services.domain.timebase import SHANGHAI
from services.imports.command import import_all, mapping_of
from services.store.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
COMMUNITY = "331002002001"

ESTATES = ["小区编号,小区名称", "XQ01,城市花园", "XQ02,云锦苑"]
BUILDINGS = ["楼栋编号,小区名称,楼栋名称", "XQ0103,城市花园,3 幢", "XQ0201,云锦苑,1 幢"]
UNITS = ["楼栋编号,单元序号,电梯", "XQ0103,1,正常", "XQ0103,2,正常", "XQ0201,1,"]
DWELLINGS = [
    "小区,楼栋,单元,室号,用途,面积",
    "城市花园,3幢,2,302,出租,88.5",
    "城市花园,3幢,2,303,自住,",
    "云锦苑,1 幢,1,201,空置,60",
]
PEOPLE_HEAD = "姓名,性别,证件号,小区,楼栋,单元,室号,人员类别"


def id_of(first_17: str) -> str:
    return first_17 + check_character(first_17)


LIN = id_of("33100219530107002")
CHEN = id_of("34120319900505011")
PEOPLE = [
    PEOPLE_HEAD,
    f"林小明,,{LIN},城市花园,3幢,2,303,常住",
    f"陈大文,男,{CHEN},城市花园,3 幢,2,302,流动人口",
]


def write_csv(folder: Path, name: str, lines: Sequence[str], encoding: str = "utf-8") -> str:
    path = folder / f"{name}.csv"
    path.write_text("\n".join(lines) + "\n", encoding=encoding)
    return str(path)


def write_xlsx(folder: Path, name: str, sheets: dict[str, list[list[Any]]], merge: dict[str, str] | None = None) -> str:
    book = Workbook()
    book.remove(book.active)
    for title, lines in sheets.items():
        sheet = book.create_sheet(title)
        for line in lines:
            sheet.append(line)
        if merge and title in merge:
            sheet.merge_cells(merge[title])
    path = folder / f"{name}.xlsx"
    book.save(path)
    return str(path)


def cells(lines: Sequence[str]) -> list[list[Any]]:
    return [[cell or None for cell in line.split(",")] for line in lines]


def addresses(folder: Path) -> list[str]:
    """Files of estates, buildings, units and dwellings."""
    parts = (("小区", ESTATES), ("楼栋", BUILDINGS), ("单元", UNITS), ("房屋", DWELLINGS))
    return [write_csv(folder, name, lines) for name, lines in parts]


def take(store: Store, *files: str, now: datetime = NOW, community: str = COMMUNITY, **how: Any) -> list[ImportReport]:
    return list(import_all(store, files, mapping_of(None, community), now, **how))


def reasons(report: ImportReport) -> dict[str, int]:
    return dict(report.reasons)
