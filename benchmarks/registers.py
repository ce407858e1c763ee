"""People of a CSV file into the registers, checked row by row, against a plain load of the same rows unchecked.

``python -m benchmarks.registers [people]`` (default 30,000, in three communities). One JSON line each:
seconds of this process and rows a second of the first import, of the same file again, and of the plain load.
"""

from __future__ import annotations

import csv
import json
import sys
import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from sqlalchemy import create_engine, text

from services.domain.id_number import check_character
from services.domain.import_report import ImportReport
from services.domain.timebase import SHANGHAI
from services.imports.command import import_all, mapping_of
from services.store.store import Store

NOW = datetime(2026, 11, 22, 12, tzinfo=SHANGHAI)
COMMUNITIES, A_HOME = 3, 3
HEAD = ["姓名", "证件号", "房屋编号", "人员类别", "居住登记", "登记日期"]


def homes(people: int) -> int:
    return -(-people // COMMUNITIES // A_HOME)


def write_files(folder: Path, people: int) -> Iterator[tuple[str, list[Path]]]:
    """For each community its files: estates, buildings, units, dwellings, people."""
    for c in range(COMMUNITIES):
        estate, count = f"BM{c + 1:02d}", homes(people)
        buildings = [f"{estate}{b + 1:02d}" for b in range(-(-count // 200))]
        dwellings = [f"{b}1{f:02d}{a:02d}" for b in buildings for f in range(2, 52) for a in range(1, 5)][:count]
        tables = {
            "小区": [["小区编号", "小区名称"], [estate, f"小区{c}"]],
            "楼栋": [["楼栋编号", "小区编号", "楼栋名称"], *([b, estate, f"{int(b[4:])} 幢"] for b in buildings)],
            "单元": [["楼栋编号", "单元序号"], *([b, "1"] for b in buildings)],
            "房屋": [
                ["房屋编号", "楼栋编号", "单元序号", "楼层", "户型位置", "用途"],
                *([d, d[:6], "1", d[7:9], str(int(d[9:]) - 1), "自住"] for d in dwellings),
            ],
            "人员": [HEAD, *(person(c, i, dwellings) for i in range(people // COMMUNITIES))],
        }
        files: list[Path] = []
        for name, rows in tables.items():
            files.append(folder / f"{c}" / f"{name}.csv")
            files[-1].parent.mkdir(exist_ok=True)
            with files[-1].open("w", encoding="utf-8", newline="") as file:
                csv.writer(file).writerows(rows)
        yield f"33100200200{c + 1}", files


def person(community: int, i: int, dwellings: list[str]) -> list[str]:
    """Somebody with a number of his own: a thousand of each made-up region, born on the days of some years."""
    region, place = 110_000 + community * 10_000 + i // 1000, i % 1000
    number = f"{region}{1950 + i % 50}{1 + i % 12:02d}{1 + i % 28:02d}{place:03d}"
    return [f"张{i}", number + check_character(number), dwellings[i % len(dwellings)], "常住", "是", "2020-01-02"]


def ours(url: str, files: list[tuple[str, list[Path]]]) -> tuple[float, list[ImportReport]]:
    began = time.process_time()
    with Store.open(url) as store:
        found = [
            r for code, each in files for r in import_all(store, [str(f) for f in each], mapping_of(None, code), NOW)
        ]
    return time.process_time() - began, found


def plain(url: str, files: list[tuple[str, list[Path]]]) -> float:
    """The people alone, as text, nothing checked, nothing compared."""
    engine = create_engine(url)
    began = time.process_time()
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE people (" + ", ".join(f"c{i} TEXT" for i in range(len(HEAD))) + ")"))
        insert = text("INSERT INTO people VALUES (" + ", ".join(f":c{i}" for i in range(len(HEAD))) + ")")
        for _, each in files:
            with each[-1].open(encoding="utf-8", newline="") as file:
                rows = [{f"c{i}": cell for i, cell in enumerate(row)} for row in list(csv.reader(file))[1:]]
            connection.execute(insert, rows)
    engine.dispose()
    return time.process_time() - began


def main(people: int) -> None:
    with TemporaryDirectory() as folder:
        files = list(write_files(Path(folder), people))
        for name in ("first", "again"):
            seconds, reports = ours(f"sqlite:///{folder}/store.db", files)
            rows = sum(r.rows for r in reports)
            counts = {what: sum(getattr(r, what) for r in reports) for what in ("taken", "unchanged", "refused_count")}
            print(
                json.dumps(
                    {"import": name, "rows": rows, "s": round(seconds, 1), "rows_s": round(rows / seconds)} | counts
                )
            )
        seconds = plain(f"sqlite:///{folder}/plain.db", files)
        print(json.dumps({"plain": "people only", "s": round(seconds, 2), "rows_s": round(people / seconds)}))


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 30_000)
