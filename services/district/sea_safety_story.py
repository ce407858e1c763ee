"""What happens at sea in the demo hour: a boat falls silent, one enters closed water, a gale is forecast.

Moments are seconds from the start. Everything is 演示数据.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from services.domain.datum import wgs_to_gcj
from services.domain.timebase import local

if TYPE_CHECKING:
    from services.district.sea import Sea
    from services.district.sea_boats import Boats

SILENT_S = 7_200.0 - 10 * 60  # the first silent boat is two hours silent after ten minutes
SELDOM_S = 100 * 60.0  # the other silent boats report so often
ENTERS_S = 18 * 60.0  # the intruder goes into the closed water
INTRUDER_KN = 5.0
INTRUDER_WAY = ((121.745, 28.665), (121.690, 28.668), (121.745, 28.672))
TO_THE_EDGE = 0.71  # of the first leg
SEASON_AFTER = timedelta(minutes=26)
GALE_IN_TWELVE_AFTER = timedelta(minutes=35)
TWIN_FROM_S = 42 * 60.0
TWIN_AT = (121.905, 28.640)
GEAR = "定置张网"  # of one boat only
PLATFORM_BOATS = 24
SHANGHAI = timezone(timedelta(hours=8))

CALENDAR = """\
# 演示数据：休渔日历的样子，日期随演示开始时刻而定，不是任何通告。
year = {year}
title = "{year} 年休渔（演示）"
ordered_by = "演示数据，非真实通告"

[[period]]
gear = "定置张网"
types = ["定置张网"]
season = "banned"
from = {since}
until = {until}

[[period]]
gear = "笼壶、流刺网、围网"
types = ["笼壶", "流刺网", "围网"]
season = "permit"
from = {autumn}
until = {autumn_end}

[[period]]
gear = "拖网、帆张网"
types = ["单拖", "双拖", "帆张网"]
season = "banned"
from = {summer}
until = {summer_end}

[[period]]
gear = "钓具"
types = ["钓具"]
season = "open"
"""


def write_calendar(folder: Path, start: datetime) -> None:
    """A moratorium of one gear that begins soon after the start, beside others of the year that are over."""
    since = local(start + SEASON_AFTER).replace(second=0, microsecond=0)
    until = min(since + timedelta(days=9), since.replace(month=12, day=31, hour=23, minute=59))
    past = since - timedelta(days=1)
    first = since.replace(month=1, day=1, hour=0, minute=0)
    length = past - first
    parts = [first + length * share for share in (0.35, 0.6, 0.85)]
    told = [moment.replace(hour=12, minute=0, second=0, microsecond=0).isoformat() for moment in parts]
    calendar = CALENDAR.format(
        year=since.year, since=since.isoformat(), until=until.isoformat(),
        summer=told[0], summer_end=told[1], autumn=told[1], autumn_end=told[2],
    )  # fmt: skip
    (folder / "calendars").mkdir(exist_ok=True)
    (folder / "calendars" / f"moratorium-{since.year}.toml").write_text(calendar, encoding="utf-8")


def forecast(start: datetime, now: datetime) -> list[list[float]]:
    """Force 7 comes into the next twelve hours 35 minutes after the start, force 8 three hours later."""
    gale = start + GALE_IN_TWELVE_AFTER + timedelta(hours=12)
    steps = ((now, 5), (gale, 7), (gale + timedelta(hours=3), 8))
    return [[round(at.timestamp()), bft] for at, bft in steps if at >= now]


def intruder(boats: Boats) -> int | None:
    """The boat that goes into the closed water; none in a small demo."""
    return boats.near.stop - 1 if len(boats.near) > 60 else None


def barred(boats: Boats) -> int | None:
    """The boat whose gear the moratorium bars."""
    return boats.near.stop - 2 if len(boats.near) > 60 else None


def intruder_course(corners: int) -> NDArray[np.float64]:
    points = [*INTRUDER_WAY, *[INTRUDER_WAY[-1]] * (corners - len(INTRUDER_WAY))]
    return np.array(points)


def platform(sea: Sea, now: datetime) -> Mapping[str, Any]:
    """The terminals' platform: GCJ-02 in millionths, local time, km/h × 10. One terminal stands in a yard."""
    boats = sea.boats
    who = np.arange(boats.near.start, boats.near.stop)[:PLATFORM_BOATS]
    at = np.floor(now.timestamp() / 30) * 30
    fixes = boats.at(np.full(len(who), at), who)
    lon, lat = wgs_to_gcj(fixes.lon, fixes.lat)
    rows = [
        {
            "sim": f"{64_000_000_000 + int(mmsi) % 1_000_000:012d}",
            "mmsi": int(mmsi),
            "longitude": round(float(x) * 1e6),
            "latitude": round(float(y) * 1e6),
            "speed": round(float(knots) * 18.52),
            "direction": round(float(course)) % 360,
            "time": f"{datetime.fromtimestamp(at, SHANGHAI):%Y-%m-%d %H:%M:%S}",
            "status": 3,
        }
        for mmsi, x, y, knots, course in zip(boats.mmsi[who], lon, lat, fixes.sog_kn, fixes.cog_deg, strict=True)
    ]
    yard = {**rows[-1], "mmsi": 412_499_999, "longitude": 121_430_000, "latitude": 28_660_000, "speed": 0}
    return {"data": [*rows[:-1], yard]}
