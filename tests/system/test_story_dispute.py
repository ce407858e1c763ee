"""A dispute that grows collective: five households and a parking fee, from the first row to the archive.

Everybody's rows come from the community's own database; rules, alerts, the log and the figures are the real ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.domain.alert import Action, Alert, AlertLevel, Command, Work
from services.domain.dispute_row import household_alias
from services.domain.mediation import Mediation, State, VisitResult
from services.domain.mediation_acts import (
    AcceptDispute,
    ArchiveCase,
    ArrangeMeeting,
    JoinDisputes,
    RecordAgreement,
    RecordPerformance,
    RecordVisit,
)
from services.domain.officer import Officer, Role
from services.domain.reasons import Satisfaction
from services.domain.timebase import SHANGHAI, local
from services.sources.community_tables import JIUFEN
from services.store import codec
from services.store.store import Store
from tests.system.community_days import LI, WANG, CommunityDays

pytestmark = [pytest.mark.timeout(60)]

START = datetime(2026, 6, 5, 9, 0, tzinfo=SHANGHAI)  # a Friday
LIN = Officer("cadre-1", "林志强", Role.COMMUNITY_CADRE, area="331002002001")
FANG = Officer("cadre-2", "方国良", Role.COMMUNITY_CADRE, area="331002002001")
FEE = "停车收费"


def filing(days: CommunityDays, nth: int) -> Mapping[str, Any]:
    """What the community's clerk writes of one household."""
    estate = days.world.estates[1]
    return {
        "jfbh": f"JF26{nth:06d}",
        "jflx": "物业",
        "djsj": f"{local(days.clock.now()):%Y%m%d%H%M%S}",
        "jfsy": FEE,
        "xqbh": estate.code,
        "ldbh": f"{estate.code}01",
        "hhbm": household_alias(estate.code, f"{estate.code}01-{nth}"),
        "dfmc": "云西物业公司",
        "dfbm": "DW0001",
        "sqnr": f"业主林小明，电话1381234567{nth}，{nth}01室，要求退还停车费",
        "ly": "1",
    }


def command(alert: Alert, action: Action, **said: Any) -> Command:
    return Command(alert.id, action, alert.version, **said)


class Story:
    def __init__(self, days: CommunityDays) -> None:
        self.days = days

    def alert(self, rule: str = "R-DSP-04") -> Alert:
        return next(iter(self.days.alerts(rule)))

    def case(self, case_id: str) -> Mediation:
        return next(case for case in self.days.store.cases("mediation") if case.id == case_id)

    def do(self, case: Mediation, wish: type, officer: Officer = LIN, **said: Any) -> Mediation:
        """As who has the newest state on his screen."""
        newest = self.case(case.id)
        outcome = self.days.perform(wish(case_id=case.id, expected_version=newest.version, **said), officer)
        assert outcome.refusal == ""
        return outcome.case

    def act(self, action: Action, officer: Officer = WANG, **said: Any) -> Alert:
        outcome = self.days.perform(command(self.alert(), action, **said), officer)
        assert outcome.refusal == ""
        return outcome.alert

    def rate(self) -> tuple[int, int]:
        (summary,) = self.days.records("disputes")
        return summary.resolved, summary.due


def test_that_a_dispute_that_grows_collective_is_mediated_in_one_case_and_archived(
    sqlite_store: Store, tmp_path: Path
) -> None:
    with CommunityDays(sqlite_store, tmp_path, START, only=("R-DSP-04", "R-DSP-05")) as days:
        days.look()
        story = Story(days)
        assert story.rate() == (104, 104)

        for nth in range(1, 6):
            assert days.alerts("R-DSP-04") == []
            days.write(JIUFEN, filing(days, nth))
            days.turn(minutes=20)
        alert = story.alert()
        assert (alert.level, alert.title, alert.department) == (AlertLevel.ORANGE, "群体性苗头 5 户", "社区")

        story.act(Action.SIGN)
        story.act(Action.VERIFY)
        story.act(Action.DISPATCH, department="社区", text="联合调解")
        main = mediated(story)

        days.turn(days=2)
        main = story.do(
            main, RecordAgreement, text="停收涨价部分，业主大会后再定", perform_by=days.clock.now() + timedelta(days=10)
        )
        assert story.alert().work is Work.FEEDBACK
        story.act(Action.REVIEW)
        story.act(Action.CLOSE, LI, text="五户达成协议", satisfaction=Satisfaction.SATISFIED)
        main = story.do(main, RecordPerformance, done=True, text="已退费")
        visited(story, main)

        resolved, due = story.rate()
        assert resolved == 105
        assert due == 104 + 9 + 1  # the nine that nobody resolved meanwhile are due as well


def mediated(story: Story) -> Mediation:
    """Accepted, joined into the first, and a meeting arranged by the quicker of two mediators."""
    filed = [case for case in story.days.store.cases("mediation") if case.topic == FEE and case.state is State.FILED]
    cases = sorted(filed, key=lambda case: case.id)
    assert [len(case.households) for case in cases] == [1] * 5
    assert "林小明" not in codec.encode(cases)
    assert "13812345671" not in codec.encode(cases)
    first, *others = [story.do(case, AcceptDispute) for case in cases]
    main = story.do(first, JoinDisputes, others=tuple(other.id for other in others), alert_id=story.alert().id)
    assert (len(main.households), main.collective, main.alert_id) == (5, True, story.alert().id)
    assert {story.case(other.id).state for other in others} == {State.JOINED}

    at = story.days.clock.now() + timedelta(days=1)
    taken = story.do(main, ArrangeMeeting, FANG, at=at, place="社区调解室")
    late = ArrangeMeeting(case_id=main.id, expected_version=main.version, at=at, place="居委会")
    assert story.days.perform(late, LIN).refusal == "方*已先更新，请看最新"
    return taken


def visited(story: Story, main: Mediation) -> None:
    """The visit of 7 days is forgotten, told, made up; those of 30 and 90 are made; then the case is archived."""
    days = story.days
    days.turn(days=8)
    missing = story.alert("R-DSP-05")
    assert (missing.level, missing.subject_id) == (AlertLevel.BLUE, main.id)
    main = story.do(main, RecordVisit, result=VisitResult.SATISFIED)
    days.turn(minutes=5)
    assert not story.alert("R-DSP-05").is_open
    for span in (22, 60):
        days.turn(days=span)
        main = story.do(main, RecordVisit, result=VisitResult.SATISFIED)
    main = story.do(main, ArchiveCase, text="三次回访满意")
    days.look()
    assert (main.state, [visit.days for visit in main.visits]) == (State.ARCHIVED, [7, 30, 90])
