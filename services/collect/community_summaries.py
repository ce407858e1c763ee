"""The community's figures, worked out every ten seconds from what the store holds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import Connection, func, select, true

from services.collect.site import Site, SiteError
from services.collect.summary import Summary
from services.collect.work import Work
from services.domain.alarm_times import waits
from services.domain.alert import AlertLevel
from services.domain.community_figures import Known, community_figures
from services.domain.community_kpi import KpiTerms, kpi_terms_from
from services.domain.precision import precisions
from services.domain.safety_index import OpenAlerts
from services.domain.yardstick import Period
from services.store.performance import Courses
from services.store.schema import alert as alert_table

if TYPE_CHECKING:
    from services.store.store import Store

SCENE = "community"
WINDOW = timedelta(days=30)
EVERY_S = 10.0


def work(_store: Store, site: Site) -> Work:
    """Raises SiteError for targets or weights that cannot be used."""
    table = site.community.get("figures", {})
    if not isinstance(table, Mapping):
        raise SiteError("site.toml: community.figures 须为一张表，例如 [community.figures]")
    try:
        terms = kpi_terms_from(table)
    except ValueError as why:
        raise SiteError(f"site.toml: {why}") from why
    return Work(summaries=(summary(terms),))


def summary(terms: KpiTerms) -> Summary:
    return Summary("community_figures", EVERY_S, ("community_figures",), FiguresKeeper(terms).make)


class FiguresKeeper:
    """Remembers the courses of alerts it has followed."""

    def __init__(self, terms: KpiTerms) -> None:
        self._terms = terms
        self._courses = Courses(WINDOW)

    def make(self, store: Store, now: datetime) -> Mapping[str, Sequence[Any]]:
        def records(topic: str) -> Sequence[Any]:
            return store.snapshot(topic, now).records

        def first(topic: str) -> Any:
            return next(iter(records(topic)), None)

        with store.read() as connection:
            courses = [c for c in self._courses.read(connection, now) if c.found.scene == SCENE]
            still_open = _open(connection)
        period = Period("month", "30 日", now - WINDOW, now)
        known = Known(
            elders=records("elders"),
            fire=records("fire"),
            rectifications=records("rectifications"),
            population=first("population"),
            rentals=first("rentals"),
            samples=first("register_samples"),
            disputes=first("disputes"),
            party=first("party"),
            open_alerts=still_open,
            precisions=precisions(courses, period, 1, 0.0),
            waits=waits(courses, period),
        )
        return {"community_figures": community_figures(known, self._terms, now)}


def _open(connection: Connection) -> OpenAlerts:
    """How many alerts of the community are open, by rule and level."""
    rule, level = alert_table.c.rule_id, alert_table.c.level
    counted = select(rule, level, func.count()).where(alert_table.c.scene == SCENE, alert_table.c.is_open == true())
    return {(one, AlertLevel(at)): n for one, at, n in connection.execute(counted.group_by(rule, level))}
