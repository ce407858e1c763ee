"""Disputes in a real store, for tests: rows of the community, officers, and what they ask."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.collect.mediation_keeper import MediationKeeper
from services.domain.deed import Wish
from services.domain.dispute_row import FiledDispute
from services.domain.estates import Estate
from services.domain.mediation import DisputeType, Mediation
from services.domain.mediation_acts import FileDispute
from services.domain.mediation_terms import TERMS
from services.domain.officer import Officer, Role
from services.domain.timebase import SHANGHAI
from services.store.store import Store

NOW = datetime(2026, 11, 20, 10, 0, tzinfo=SHANGHAI)  # a Friday
DAY = timedelta(days=1)
LIN = Officer("cadre-1", "林志强", Role.COMMUNITY_CADRE, area="331002002001")
FANG = Officer("cadre-2", "方国良", Role.COMMUNITY_CADRE, area="331002002001")
FAR = Officer("cadre-3", "许文", Role.COMMUNITY_CADRE, area="331002002009")
SI = Officer("si", "司玉", Role.DEPT_LIAISON, department="司法")
JIE = Officer("jie", "江街", Role.DEPT_LIAISON, department="街道")
POLICE = Officer("police-1", "吴刚", Role.POLICE_ROOM)
ANALYST = Officer("analyst-1", "何静", Role.ANALYST)


def row(number: str = "JF1", **said: Any) -> FiledDispute:
    plain: dict[str, Any] = {
        "number": number,
        "type": DisputeType.PROPERTY,
        "topic": "停车收费",
        "estate_id": "XQ01",
        "estate_name": "城市花园",
        "building": "3 幢",
        "households": (f"XQ01-{number}",),
        "opponent": "物业公司",
        "opponent_id": "DW1",
        "words": "停车费涨价，要求公示",
        "channel": "window",
        "collective": False,
        "violent": False,
        "called_110": False,
        "filed_at": NOW,
    }
    return FiledDispute(**(plain | said))


class Disputes:
    """One store, its keeper and a moment that the test moves."""

    def __init__(self, store: Store, at: datetime = NOW) -> None:
        self.store, self.now = store, at
        self.keeper = MediationKeeper(store, TERMS)
        store.put_topic("estates", (Estate("XQ01", "城市花园", 100, 4, (), ()),), at)

    def after(self, **span: float) -> None:
        self.now += timedelta(**span)

    def polled(self, *rows: FiledDispute, keeper: MediationKeeper | None = None) -> Mediation:
        """The community tells these rows, and a keeper does its work. The first's case."""
        self.store.put_topic("filed_disputes", rows, self.now)
        (keeper or self.keeper).tick(self.now)
        return self.case(rows[0].id)

    def case(self, case_id: str) -> Mediation:
        return next(case for case in self.store.cases("mediation") if case.id == case_id)

    def filed(self, officer: Officer = LIN, **said: Any) -> Mediation:
        plain: dict[str, Any] = {
            "type": DisputeType.NEIGHBOUR,
            "topic": "噪声",
            "estate_id": "XQ01",
            "dwellings": ("3幢2单元501",),
            "words": "楼上夜间噪声",
        }
        outcome = self.store.perform(FileDispute(**(plain | said)), officer, self.now)
        assert outcome.refusal == ""
        return outcome.case

    def do(self, case: Mediation, wish: type[Wish], officer: Officer = LIN, **said: Any) -> Mediation:
        outcome = self.store.perform(self.about(case, wish, **said), officer, self.now)
        assert outcome.refusal == ""
        return outcome.case

    def refused(self, case: Mediation, wish: type[Wish], officer: Officer = LIN, **said: Any) -> str:
        return self.store.perform(self.about(case, wish, **said), officer, self.now).refusal

    @staticmethod
    def about(case: Mediation, wish: type[Wish], **said: Any) -> Any:
        return wish(case_id=case.id, expected_version=case.version, **said)


def resolved(of: FiledDispute, days: int, *visits: int) -> FiledDispute:
    """The same row, accepted at once and resolved after some days, with these return visits."""
    at = of.filed_at + days * DAY
    made = tuple((after, at + after * DAY) for after in visits)
    due = of.filed_at + 15 * DAY
    return replace(of, accepted_at=of.filed_at, resolve_by=due, resolved_at=at, visited_at=made)
