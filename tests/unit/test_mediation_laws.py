"""Whatever is done in a dispute, in any order: it keeps what was written, and is never both open and over."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.domain.deed import Refused
from services.domain.mediation import ENDED, RESOLVED, Court, DisputeType, Mediation, State, VisitResult
from services.domain.mediation_acts import (
    AcceptDispute,
    ArchiveCase,
    ArrangeMeeting,
    BreakAgreement,
    DeclineDispute,
    FailMediation,
    FileDispute,
    GuideToCourt,
    HandUp,
    NoteDispute,
    RecordAgreement,
    RecordPerformance,
    RecordVisit,
    WithdrawDispute,
)
from services.domain.mediation_course import STREAM, why_not
from tests.unit.dispute_world import LIN, NOW
from tests.unit.duty_world import WANG, DutyWorld

ACTS: tuple[tuple[type, dict[str, Any]], ...] = (
    (AcceptDispute, {}),
    (DeclineDispute, {"reason": "重复"}),
    (ArrangeMeeting, {"place": "社区"}),
    (RecordAgreement, {"text": "各退一步"}),
    (RecordPerformance, {"done": True}),
    (RecordPerformance, {"done": False, "text": "一半"}),
    (BreakAgreement, {"reason": "反悔"}),
    (FailMediation, {"reason": "不成"}),
    (HandUp, {"reason": "不成"}),
    (GuideToCourt, {"court": Court.ARBITRATION}),
    (RecordVisit, {"result": VisitResult.SATISFIED}),
    (RecordVisit, {"result": VisitResult.UNREACHED}),
    (RecordVisit, {"result": VisitResult.RELAPSED, "text": "又吵"}),
    (ArchiveCase, {}),
    (NoteDispute, {"text": "扬言报复"}),
    (WithdrawDispute, {"reason": "和解"}),
)
STEPS = st.lists(st.tuples(st.integers(0, len(ACTS) - 1), st.integers(1, 400)), max_size=30)


def filed(world: DutyWorld) -> Mediation:
    wish = FileDispute(
        type=DisputeType.NEIGHBOUR, topic="噪声", estate_id="XQ01", dwellings=("3幢501",), words="楼上噪声"
    )
    return world.do(STREAM, wish, LIN, NOW)


@given(STEPS)
def test_that_a_dispute_is_whole_after_any_acts_in_any_order(steps: list[tuple[int, int]]) -> None:
    world, now = DutyWorld(), NOW
    case = filed(world)
    for which, hours in steps:
        now += timedelta(hours=hours)
        case = world.expire(STREAM, case, now)
        wish, said = ACTS[which]
        more: dict[str, Any] = {"at": now + timedelta(days=1)} if wish is ArrangeMeeting else {}
        before = case
        try:
            case = world.do(STREAM, wish(case_id=case.id, expected_version=case.version, **said, **more), WANG, now)
        except Refused:
            assert why_not(before, wish)
            continue
        _require_whole(before, case)


def _require_whole(before: Mediation, case: Mediation) -> None:
    assert case.version > before.version
    assert case.steps[: len(before.steps)] == before.steps
    assert case.notes[: len(before.notes)] == before.notes
    assert case.households == before.households
    assert case.is_open is (case.state not in ENDED) is (case.ended_at is None)
    assert (case.resolved_at is not None) is (case.state in RESOLVED)
    assert len({clock.what for clock in case.clocks}) == len(case.clocks)
    waits = {clock.what for clock in case.clocks if clock.runs}
    assert not (waits and not case.is_open)
    assert not STREAM.due(case) or case.is_open
    if case.state is State.ARCHIVED:
        settled = {v.days for v in case.visits if v.result in (VisitResult.SATISFIED, VisitResult.SETTLED)}
        assert settled >= {7, 30, 90}
