"""The street hydrants of the community, so that what tells of a fire can say which are near."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Select, select

from services.domain.hydrants import Hydrant, nearest, words
from services.sources.base import Fetch
from services.sources.community_tables import LOUDONG, SHEBEI
from services.sources.community_upstream import Answer, Row, Upstream, stamp

SILENT = timedelta(hours=24)  # an older pressure is not known any more
HYDRANTS = (
    select(SHEBEI.c.sbbh, SHEBEI.c.azwz, LOUDONG.c.ldmc, SHEBEI.c.jd, SHEBEI.c.wd, SHEBEI.c.jcz, SHEBEI.c.zhsj)
    .select_from(SHEBEI.outerjoin(LOUDONG, LOUDONG.c.ldbh == SHEBEI.c.ldbh))
    .where(SHEBEI.c.sblx == "XHS", SHEBEI.c.jd.is_not(None), SHEBEI.c.wd.is_not(None))
)


def fetch_near_hydrants(upstream: Upstream, question: Callable[[int], Select[*tuple[Any, ...]]]) -> Fetch:
    """Rows after the cursor as of any event source, and with them every hydrant, if there is a row at all."""

    def fetch(cursor: str) -> Answer:
        answer = upstream.ask(rows=question(int(cursor or 0)))
        rows = answer.rows["rows"]
        if not rows:
            return Answer(answer.rows, cursor)
        return Answer({**answer.rows, **upstream.ask(xhs=HYDRANTS).rows}, str(rows[-1]["id"]))

    return fetch


def hydrants_in(answer: Answer, now: datetime) -> Sequence[Hydrant]:
    since = stamp(now - SILENT)
    return [
        Hydrant(
            row["sbbh"], f"{row['ldmc'] or ''}{row['azwz']}", float(row["jd"]), float(row["wd"]), _pressure(row, since)
        )
        for row in answer.rows.get("xhs", ())
    ]


def _pressure(row: Row, since: str) -> float | None:
    return float(row["jcz"]) if row["jcz"] is not None and row["zhsj"] > since else None


def near(lon: float | None, lat: float | None, hydrants: Iterable[Hydrant]) -> str:
    return words(nearest(lon, lat, hydrants)) if lon is not None and lat is not None else ""


def near_outline(outline: str | None, hydrants: Iterable[Hydrant]) -> str:
    """``outline`` is ``lon,lat;lon,lat`` of a building, whose middle is meant."""
    try:
        corners = [tuple(map(float, pair.split(","))) for pair in (outline or "").split(";") if pair]
        lon = sum(corner[0] for corner in corners) / len(corners)
        lat = sum(corner[1] for corner in corners) / len(corners)
    except (ValueError, IndexError, ZeroDivisionError):
        return ""
    return near(lon, lat, hydrants)
