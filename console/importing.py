"""``import-community``: its arguments, and what it tells."""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

from services.collect.site import SiteError, read_site
from services.domain.timebase import SHANGHAI

TEXT = "导入一标三实：小区、楼栋、单元、房屋、人员、设备，来自 CSV、XLSX 或另一个 SQL 库"


class ImportStoppedError(RuntimeError):
    """The import as a whole cannot go on; what was told before is done."""


def add_import_arguments(sub: argparse.ArgumentParser) -> None:
    sub.add_argument("files", nargs="+", metavar="文件", help=".csv、.xlsx，或 sqlite:///… postgresql+psycopg://…")
    sub.add_argument("--mapping", type=Path, metavar="TOML", help="哪一列是什么，只写与标准不同的部分")
    sub.add_argument("--community", default="", metavar="编码", help="社区编码，例如 331002002001")
    sub.add_argument("--store", default="", metavar="URL", help="数据库地址；或用 --site")
    sub.add_argument("--site", type=Path, help="站点文件：取其数据库与社区编码")
    sub.add_argument("--add-only", action="store_true", help="只增补和变更，不注销名单上没有的")
    sub.add_argument("--close-many", action="store_true", help="允许一次注销三分之一以上")
    sub.add_argument("--timeout", type=float, default=60.0, metavar="秒", help="SQL 每次查询的时限（默认 60）")


def told(options: argparse.Namespace) -> Iterator[tuple[str, bool]]:
    """Text about each file as it was taken, and whether all of it fitted. Raises ImportStoppedError, SiteError."""
    from services.domain.import_mapping import MappingError
    from services.imports.command import import_all, mapping_of, spoken
    from services.imports.raw import ImportFileError
    from services.store.errors import StoreError
    from services.store.store import Store

    if bool(options.store) == bool(options.site):
        raise SiteError("须写 --store 或 --site 中的一个")
    site = read_site(options.site) if options.site else None
    now = site.timebase.now() if site else datetime.now(SHANGHAI)
    code = options.community or str(site.community.get("code", "") if site else "")
    how = {"adds_only": options.add_only, "close_many": options.close_many, "timeout_s": options.timeout}
    try:
        mapping = mapping_of(options.mapping, code)
        with Store.open(site.store_url if site else options.store) as store:
            reports = import_all(store, options.files, mapping, now, **how)
            for name, report in zip(options.files, reports, strict=True):
                yield "\n".join(spoken(_shown(name), report)), not report.failed and not report.refused_count
    except OSError as why:
        raise ImportStoppedError(f"读不到 {why.filename}：{why.strerror}") from None
    except (ImportFileError, MappingError, StoreError) as why:
        raise ImportStoppedError(str(why)) from None


def _shown(name: str) -> str:
    """A database's address may hold a password."""
    return name.split("@")[-1] if "://" in name else Path(name).name
