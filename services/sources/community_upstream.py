"""How we read somebody else's database: read-only, a connection a question, never longer than a few seconds."""

from __future__ import annotations

import re
import sqlite3
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from sqlalchemy import Connection, Select, create_engine, select, text
from sqlalchemy import table as named
from sqlalchemy.engine import Engine, make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.pool import NullPool

from services.domain.timebase import local
from services.sources.base import LayoutError
from services.sources.community_scope import narrowed, scope_of

TIMEOUT_S = 4.0
_NOT_UTF8 = "Could not decode to UTF-8"
_CHECK_EVERY_STEPS = 20_000  # virtual machine steps of SQLite between two looks at the clock

Row = Mapping[str, Any]
Questions = Mapping[str, Select[*tuple[Any, ...]]]


class CommunityError(RuntimeError):
    """The community's database does not answer our question. The message says which column, table or why."""


class TablesError(CommunityError, LayoutError):
    """A column or a table we ask for is not there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Named row sets of one fetch. ``cursor`` is where an event source goes on."""

    rows: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    cursor: str = ""

    def only(self, name: str) -> Row:
        """The one row of an aggregate. Raises CommunityError when there is none."""
        rows = self.rows.get(name, ())
        if len(rows) != 1:
            raise CommunityError(f"社区库：{name} 应有一行，得到 {len(rows)} 行")
        return rows[0]


class Upstream:
    """The community's database by its URL. Thread-safe; keeps nothing open. With a ``community``'s code every
    question is about that one of the many the database holds."""

    def __init__(self, url: str, timeout_s: float = TIMEOUT_S, community: str = "") -> None:
        self._url, self._timeout_s, self._community = url, timeout_s, community
        self._engine = _reader(url, timeout_s)

    def ask(self, **questions: Select[*tuple[Any, ...]]) -> Answer:
        """All questions in one read transaction. Raises CommunityError, TablesError for a layout we do not know."""
        try:
            return self._ask(questions)
        except DBAPIError as why:
            if _NOT_UTF8 not in str(why.orig):
                raise _error_of(why) from why
        self._engine = _reader(self._url, self._timeout_s, _text_of)
        try:
            return self._ask(questions)
        except DBAPIError as why:
            raise _error_of(why) from why

    def _ask(self, questions: Questions) -> Answer:
        with self._engine.connect() as connection:
            if self._community:
                scope = scope_of(connection, self._community)
                if not scope.estates:
                    raise CommunityError(f"社区库：没有社区 {self._community}（xiaoqu.sqbh）")
                questions = {name: narrowed(question, scope, connection) for name, question in questions.items()}
            return Answer({name: _rows(connection, question) for name, question in questions.items()})

    def columns(self, table: str) -> tuple[str, ...]:
        """The names of a table's columns. Raises CommunityError, for a table that is not there too."""
        try:
            with self._engine.connect() as connection:
                return tuple(connection.execute(select(text("*")).select_from(named(table)).limit(0)).keys())
        except DBAPIError as why:
            raise CommunityError(reason_of(str(why.orig), str(getattr(why.orig, "sqlstate", "")))) from why


def _rows(connection: Connection, question: Select[*tuple[Any, ...]]) -> tuple[Row, ...]:
    found = connection.execute(question)
    names = tuple(found.keys())
    return tuple(dict(zip(names, row, strict=True)) for row in found)


def day(at: datetime) -> str:
    """As they write a day."""
    return f"{local(at):%Y%m%d}"


def stamp(at: datetime) -> str:
    """As they write a moment."""
    return f"{local(at):%Y%m%d%H%M%S}"


def reason_of(said: str, sqlstate: str = "") -> str:
    """The database's own words as a sentence that names the column or table."""
    column = re.search(r"no such column: ([\w.]+)|column \"?([\w.]+)\"? does not exist", said)
    if column:
        return f"社区库：列 {column[1] or column[2]} 不存在，表结构已变"
    table = re.search(r"no such table: ([\w.]+)|relation \"([\w.]+)\" does not exist", said)
    if table:
        return f"社区库：表 {table[1] or table[2]} 不存在"
    if sqlstate in ("57014", "55P03") or any(word in said for word in ("interrupted", "locked", "timeout")):
        return "社区库：查询超时"
    if "unable to open" in said:
        return "社区库：打不开数据库文件"
    first = said.splitlines()[0] if said else "没有说明"
    return f"社区库：{first[:160]}"


def _error_of(why: DBAPIError) -> CommunityError:
    said = reason_of(str(why.orig), str(getattr(why.orig, "sqlstate", "")))
    return (TablesError if "不存在" in said else CommunityError)(said)


def _text_of(raw: bytes) -> str:
    """Text of a database whose writer kept GBK in it."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("gb18030", errors="replace")


def _reader(url: str, timeout_s: float, text_of: Callable[[bytes], str] | type[str] = str) -> Engine:
    parsed = make_url(url)
    backend = parsed.get_backend_name()
    if backend == "sqlite":
        path = Path(parsed.database or "")
        return create_engine("sqlite://", creator=lambda: _open_sqlite(path, timeout_s, text_of), poolclass=NullPool)
    if backend == "postgresql":
        milliseconds = int(timeout_s * 1000)
        options = (
            f"-c default_transaction_read_only=on -c statement_timeout={milliseconds} -c lock_timeout={milliseconds}"
        )
        return create_engine(
            parsed, poolclass=NullPool, connect_args={"connect_timeout": round(timeout_s), "options": options}
        )
    raise CommunityError(f"sources.community.url：不支持 {backend}，可用：sqlite、postgresql+psycopg")


def _open_sqlite(path: Path, timeout_s: float, text_of: Callable[[bytes], str] | type[str]) -> sqlite3.Connection:
    raw = sqlite3.connect(f"file:{quote(str(path))}?mode=ro", uri=True, timeout=timeout_s, check_same_thread=False)
    raw.text_factory = text_of
    until = time.monotonic() + timeout_s
    raw.set_progress_handler(lambda: time.monotonic() > until, _CHECK_EVERY_STEPS)
    return raw
