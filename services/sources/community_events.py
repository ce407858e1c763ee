"""How the community's event tables are read: one event a row, on from the last row number, bad rows refused."""

from __future__ import annotations

import json
import math
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select

from services.domain.event import Batch, Event, Refused
from services.domain.timebase import SHANGHAI
from services.sources.asking import RowError
from services.sources.base import Fetch
from services.sources.community_upstream import Answer, Row, Upstream

PAGE = 5_000
_AHEAD = timedelta(minutes=5)


def moment(digits: str) -> datetime:
    """14 digits of Shanghai time. Raises ValueError for a moment that is none."""
    if len(digits) != 14 or not digits.isascii() or not digits.isdigit():
        raise ValueError(digits)
    parts = (digits[:4], digits[4:6], digits[6:8], digits[8:10], digits[10:12], digits[12:])
    year, month, day, hour, minute, second = map(int, parts)
    return datetime(year, month, day, hour, minute, second, tzinfo=SHANGHAI)


# ------------------------------------------------------------------------------------------- fetch


def fetch_events(upstream: Upstream, question: Callable[[int], Select[*tuple[Any, ...]]]) -> Fetch:
    """Rows after the cursor, at most a page of them; the cursor is the last row's number."""

    def fetch(cursor: str) -> Answer:
        found = upstream.ask(rows=question(int(cursor or 0))).rows["rows"]
        return Answer({"rows": found}, str(found[-1]["id"]) if found else cursor)

    return fetch


# --------------------------------------------------------------------------------------- normalise


def normalise_rows(
    source: str, kind: str, read: Callable[[Row, datetime], tuple[datetime, Any]], answer: Answer, now: datetime
) -> Batch:
    """Each row becomes an event or a refused record with its reason; no row stops the others."""
    events: list[Event] = []
    refused: list[Refused] = []
    for row in answer.rows["rows"]:
        raw = json.dumps(row, ensure_ascii=False).encode()
        try:
            at, record = read(row, now)
        except RowError as why:
            refused.append(Refused(source, why.reason, str(why), raw))
        else:
            events.append(Event(source, row["lsh"], kind, at, record, raw))
    return Batch(events=tuple(events), refused=tuple(refused), cursor=answer.cursor)


def moment_of(digits: Any, now: datetime) -> datetime:
    try:
        at = moment(str(digits)).astimezone(now.tzinfo)
    except ValueError:
        raise RowError("bad_time", f"时间不可能：{digits}") from None
    if at - now > _AHEAD:
        raise RowError("future_time", f"时间在未来：{digits}")
    return at


def coded(codes: dict[str, Any], code: Any, reason: str, what: str) -> str:
    if code not in codes:
        raise RowError(reason, f"{what}不认识：{code}")
    return str(codes[code])


def number_of(value: Any, reason: str, what: str) -> float:
    if not isinstance(value, (int, float)) or not math.isfinite(value) or value < 0:
        raise RowError(reason, f"{what}不是数：{value}")
    return float(value)
