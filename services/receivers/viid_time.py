"""The many ways senders write a moment."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

from services.domain.passage import TimeFlag
from services.domain.timebase import SHANGHAI

EARLIEST = datetime(2000, 1, 1, tzinfo=UTC)
LATEST = datetime(2100, 1, 1, tzinfo=UTC)
FAST_CLOCK = timedelta(minutes=5)  # a moment later than this after we received it is marked, not believed

_AHEAD_OF_UTC = timedelta(hours=8)  # Shanghai, all year since 1991
_FILLING = re.compile(r"[\s\-/:.年月日时分秒T]+")
_WITH_ZONE = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d.*(Z|[+-]\d\d:?\d\d)")


def read_moment(text: str) -> tuple[datetime, TimeFlag] | None:
    """14 or 17 digits of Shanghai time, epoch seconds or milliseconds, ISO 8601; None for anything else.

    Blanks and separators inside are forgiven and flagged.
    """
    text = text.strip()
    if _WITH_ZONE.fullmatch(text):
        return _sane(_iso(text), TimeFlag.REPAIRED)
    digits = _FILLING.sub("", text)
    if not (digits.isascii() and digits.isdigit()):
        return None
    plain = TimeFlag.PLAIN if digits == text else TimeFlag.REPAIRED
    match len(digits):
        case 14:
            return _sane(_calendar(digits), plain)
        case 17:
            return _sane(_calendar(digits), plain or TimeFlag.MILLISECONDS)
        case 13:
            return _sane(datetime.fromtimestamp(int(digits) / 1000, UTC), TimeFlag.EPOCH)
        case 10:
            return _sane(datetime.fromtimestamp(int(digits), UTC), TimeFlag.EPOCH)
        case _:
            return None


def written(moment: datetime) -> str:
    """As the protocol writes it: yyyyMMddHHmmss, Shanghai."""
    return moment.astimezone(SHANGHAI).strftime("%Y%m%d%H%M%S")


def _calendar(digits: str) -> datetime | None:
    try:
        here = datetime.fromisoformat(f"{digits[:8]}T{digits[8:14]}.{digits[14:] or '000'}+00:00")
    except ValueError:
        return None
    return here - _AHEAD_OF_UTC if here > EARLIEST else None


def _iso(text: str) -> datetime | None:
    try:
        return datetime.fromisoformat(text).astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _sane(moment: datetime | None, flag: TimeFlag) -> tuple[datetime, TimeFlag] | None:
    return (moment, flag) if moment is not None and EARLIEST <= moment < LATEST else None
