"""A small demo community in a database, for tests."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime

from services.district.community import CommunityLife
from services.district.community_database import CommunityDatabase
from services.district.part import DistrictSettings
from services.domain.timebase import SHANGHAI, Timebase
from services.sources.base import Source
from services.sources.community import community_sources
from services.sources.community_upstream import Upstream

START = datetime(2026, 11, 21, 14, 30, tzinfo=SHANGHAI)
SETTINGS = DistrictSettings(seed=42, residents=600)


class Stopped(Timebase):
    """A clock that stands."""

    def now(self) -> datetime:
        return self.start


def standing(at: datetime) -> Timebase:
    return Stopped(0.0, at.astimezone(UTC))


@contextmanager
def community(
    url: str, *, residents: int = SETTINGS.residents, start: datetime = START
) -> Iterator[tuple[CommunityLife, CommunityDatabase]]:
    database = CommunityDatabase(url)
    try:
        life = CommunityLife(database, replace(SETTINGS, residents=residents), start)
        life.create(start)
        yield life, database
    finally:
        database.close()


def source_of(url: str, key: str, at: datetime = START, timeout_s: float = 4.0) -> Source:
    found = {s.key: s for s in community_sources(Upstream(url, timeout_s), standing(at))}
    return found[key]
