"""What an officer types about an elder, read: until when, and who said so."""

from __future__ import annotations

import re
from datetime import date, timedelta

_DATE = re.compile(r"(?P<month>1[0-2]|0?[1-9])\s*[-/.月]\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*[日号]?")
_DAYS = re.compile(r"(?P<days>\d{1,3})\s*天")
_OF_MONTH = re.compile(r"(?:至|到)?\s*(?P<day>3[01]|[12]\d|0?[1-9])\s*[日号]")
USUAL = timedelta(days=3)


def until_in(words: str, today: date) -> tuple[date, str]:
    """The last day away and what else was typed: ``12-02 女儿陈红``, ``5天``, ``至 25 日``. Three days when no day
    is named; a day that has passed is next year's, or next month's."""
    for pattern, read in ((_DATE, _dated), (_DAYS, _counted), (_OF_MONTH, _of_month)):
        found = pattern.search(words)
        if found is not None and (until := read(found, today)) is not None:
            rest = (words[: found.start()] + words[found.end() :]).strip(" ，,至到")
            return until, rest
    return today + USUAL, words.strip()


def _dated(found: re.Match[str], today: date) -> date | None:
    month, day = int(found["month"]), int(found["day"])
    for year in (today.year, today.year + 1):
        try:
            until = date(year, month, day)
        except ValueError:
            return None
        if until >= today:
            return until
    return None


def _counted(found: re.Match[str], today: date) -> date | None:
    return today + timedelta(days=int(found["days"]))


def _of_month(found: re.Match[str], today: date) -> date | None:
    day = int(found["day"])
    first = today.replace(day=1)
    for month in (first, (first + timedelta(days=32)).replace(day=1)):
        try:
            until = month.replace(day=day)
        except ValueError:
            continue
        if until >= today:
            return until
    return None
