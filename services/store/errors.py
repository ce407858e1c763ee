"""What can go wrong with the store, in an officer's words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy import exc


class StoreError(Exception):
    """The store could not do what was asked. ``str`` is a Chinese sentence for the officer."""


class StoreBusy(StoreError):  # noqa: N818 - said as an officer would
    """Nothing was written; the same call may succeed later. A receiver answers "busy" and the sender keeps its data."""


class StoreReadOnly(StoreBusy):
    pass


class StoreFull(StoreBusy):
    pass


class StoreUnreachable(StoreBusy):
    pass


class StoreDamaged(StoreError):  # noqa: N818 - said as an officer would
    """The file is not a database, or the log's chain is broken."""


class UnknownTopic(StoreError):  # noqa: N818 - said as an officer would
    pass


class UnknownKind(StoreError):  # noqa: N818 - said as an officer would
    pass


class Unreadable(StoreError):  # noqa: N818 - said as an officer would
    """The store holds records that this version of the program does not know."""


class Unstorable(StoreError):  # noqa: N818 - said as an officer would
    """A record that no database can hold."""


@contextmanager
def told_plainly(where: str) -> Iterator[None]:
    """Turn a database fault into a StoreError; the library's own error stays behind it as the cause."""
    try:
        yield
    except (exc.DBAPIError, sqlite3.Error, psycopg.Error) as why:
        raise plain(why, where) from why
    except exc.TimeoutError as why:
        raise StoreBusy(f"数据库连接已用尽，请稍候（{where}）") from why


def plain(why: BaseException, where: str) -> StoreError:
    original = why.orig if isinstance(why, exc.DBAPIError) else why
    if isinstance(original, sqlite3.Error):
        return _sqlite(original, where)
    if isinstance(original, psycopg.Error):
        return _postgresql(original, where, lost=getattr(why, "connection_invalidated", False))
    return StoreError(f"数据库出错：{original}（{where}）")


def _sqlite(why: sqlite3.Error, where: str) -> StoreError:
    match getattr(why, "sqlite_errorcode", 0) & 0xFF:
        case sqlite3.SQLITE_READONLY:
            return StoreReadOnly(f"数据库只读，无法写入；请检查文件权限（{where}）")
        case sqlite3.SQLITE_FULL:
            return StoreFull(f"磁盘已满，数据库无法写入；请清理磁盘（{where}）")
        case sqlite3.SQLITE_BUSY | sqlite3.SQLITE_LOCKED:
            return StoreBusy(f"数据库正被其他程序占用，请稍候（{where}）")
        case sqlite3.SQLITE_CANTOPEN | sqlite3.SQLITE_PERM | sqlite3.SQLITE_AUTH:
            return StoreUnreachable(f"打不开数据库文件；请检查路径和权限（{where}）")
        case sqlite3.SQLITE_IOERR:
            return StoreUnreachable(f"读写数据库文件失败；请检查磁盘（{where}）")
        case sqlite3.SQLITE_CORRUPT | sqlite3.SQLITE_NOTADB:
            return StoreDamaged(f"数据库文件已损坏或不是数据库（{where}）")
        case _:
            return StoreError(f"数据库出错：{why}（{where}）")


def _postgresql(why: psycopg.Error, where: str, *, lost: bool) -> StoreError:
    state = why.sqlstate or ""
    if state in ("25006", "42501"):
        return StoreReadOnly(f"数据库只读，无法写入；请检查账号权限（{where}）")
    if state == "53100":
        return StoreFull(f"数据库服务器磁盘已满，无法写入（{where}）")
    if state in ("55P03", "57014", "40001", "40P01") or state.startswith("53"):
        return StoreBusy(f"数据库繁忙，请稍候（{where}）")
    if state in ("28000", "28P01", "3D000") or (not state and _refuses_login(str(why))):
        return StoreUnreachable(f"数据库拒绝登录；请检查账号、口令和库名（{where}）")
    if lost or state.startswith(("08", "57P")) or (not state and isinstance(why, psycopg.OperationalError)):
        return StoreUnreachable(f"连不上数据库服务器（{where}）")
    return StoreError(f"数据库出错：{why}（{where}）")


def _refuses_login(said: str) -> bool:
    """A refused connection carries no code, only the server's words; one that starts or stops is no refusal."""
    return "FATAL" in said and not any(word in said for word in ("starting up", "shutting down", "recovery"))
