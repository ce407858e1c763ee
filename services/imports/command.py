"""What ``import-community`` does: files and databases one after the other, and their reports in words."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from pathlib import Path

from services.domain.import_mapping import ImportMapping, MappingError, mapping_from
from services.domain.import_report import ImportReport
from services.imports.csv_file import read_csv
from services.imports.raw import ImportFileError, RawTable
from services.imports.sql_tables import TIMEOUT_S, read_sql
from services.imports.taking import Incoming, Taking
from services.imports.xlsx_file import read_xlsx
from services.sources.community_upstream import CommunityError, Upstream
from services.store.store import Store

STANDARD = Path(__file__).resolve().parents[2] / "resources" / "imports" / "community.toml"
SHOWN = 40  # misfits printed of one import
_TABLES = (".csv", ".txt", ".tsv")


def mapping_of(path: Path | None = None, community: str = "") -> ImportMapping:
    """The standard mapping, or a site's own laid over it. Raises MappingError."""
    standard = _mapping(STANDARD)
    own = _mapping(path).over(standard) if path else standard
    return ImportMapping(own.tables, community or own.community, own.prefix, own.in_estate)


def _mapping(path: Path) -> ImportMapping:
    try:
        return mapping_from(tomllib.loads(path.read_text(encoding="utf-8")))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as why:
        raise MappingError(f"{path.name}：不是有效的 TOML：{why}") from None
    except MappingError as why:
        raise MappingError(f"{path.name}：{why}") from None


def import_all(
    store: Store,
    given: Sequence[str],
    mapping: ImportMapping,
    now: datetime,
    *,
    adds_only: bool = False,
    close_many: bool = False,
    timeout_s: float = TIMEOUT_S,
) -> Iterator[ImportReport]:
    """A report for each, as it was taken. Raises ImportFileError before the first is read for one that is
    neither, OSError for a file that cannot be opened."""
    for incoming in [_incoming(one, adds_only, close_many, timeout_s) for one in given]:
        yield Taking(store, incoming, mapping, now).run()


def _incoming(given: str, adds_only: bool, close_many: bool, timeout_s: float) -> Incoming:
    if "://" in given:
        return sql_incoming("sql", given, timeout_s, adds_only=adds_only, close_many=close_many)
    path = Path(given)
    ending = path.suffix.casefold()
    if ending in _TABLES:
        return Incoming("file", "csv", lambda mapping: read_csv(path, mapping), adds_only, close_many)
    if ending == ".xlsx":
        return Incoming("file", "xlsx", lambda mapping: read_xlsx(path, mapping), adds_only, close_many)
    raise ImportFileError(f"{path.name}：只认得 .csv、.xlsx 和 SQL 地址（.xls 请另存为 .xlsx）")


def sql_incoming(
    source: str, url: str, timeout_s: float, *, adds_only: bool = False, close_many: bool = False, quiet: bool = False
) -> Incoming:
    """Raises ImportFileError for a database we do not speak."""
    try:
        upstream = Upstream(url, timeout_s)
    except CommunityError as why:
        raise ImportFileError(str(why)) from None

    def read(mapping: ImportMapping) -> Iterable[RawTable]:
        return read_sql(upstream, mapping)

    return Incoming(source, "sql", read, adds_only, close_many, quiet)


def spoken(name: str, report: ImportReport) -> Iterator[str]:
    """The report in lines for a terminal."""
    if report.failed:
        yield f"{name}：没有导入：{report.failed}"
        return
    yield (
        f"{name}：{report.rows:,} 行，新增 {report.taken:,}，变更 {report.changed:,}，"
        f"未变 {report.unchanged:,}，注销 {report.closed:,}，不合 {report.refused_count:,}"
    )
    for reason, count in report.reasons:
        yield f"  {reason} {count:,}"
    for one in report.refused[:SHOWN]:
        where = f"{one.table} 第 {one.row} 行" if one.row else one.table
        yield f"  {where} {one.field}：{one.text}（{one.reason}）"
    if len(report.refused) > SHOWN:
        yield "  …… 其余在隔离区和主题 import_reports 中"
