"""A hidden danger is struck off only after another one looked; its clocks count to the promised day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from services.domain.deed import Said
from services.domain.officer import Officer, Role
from services.domain.rectification import (
    NAME,
    AskRectification,
    BeginRectification,
    MoveRectification,
    RecheckRectification,
    Rectification,
    RectificationAsked,
    ReportRectified,
    State,
    TransferRectification,
    WithdrawRectification,
    asking,
    on_time,
)
from services.domain.scope import scope_of
from services.store.store import Store

START = datetime(2026, 11, 23, 2, 0, tzinfo=UTC)
WANG = Officer("wang", "王海涛", Role.DUTY)
LI = Officer("li", "李建国", Role.SHIFT_LEAD)
GRID = Officer("he", "何小燕", Role.GRID_WORKER, area="331002002001")
OURS = Officer("wy", "钱进", Role.DEPT_LIAISON, department="物业")
THEIRS = Officer("sw", "孙亮", Role.DEPT_LIAISON, department="水务")
PHOTO = "a" * 64
ASKED = AskRectification(place="城市花园 3 幢", danger="楼道堆物", department="物业")


class Course:
    """One case in a real store."""

    def __init__(self, store: Store) -> None:
        self.store, self.now = store, START
        self.case: Rectification = self.does(ASKED).case

    def does(self, wish: Any, officer: Officer = WANG) -> Any:
        outcome = self.store.perform(wish, officer, self.now)
        if not outcome.refusal:
            self.case = outcome.case
        return outcome

    def about(self) -> dict[str, Any]:
        return {"case_id": self.case.id, "expected_version": self.case.version}

    def after(self, **span: float) -> None:
        self.now += timedelta(**span)
        self.store.expire(self.now)
        self.case = next(case for case in self.store.cases(NAME) if case.id == self.case.id)

    def reported(self, officer: Officer = OURS) -> Any:
        return self.does(ReportRectified(**self.about(), text="已清出", photos=(PHOTO,)), officer)

    def looked_at(self, *, passed: bool, officer: Officer = LI) -> Any:
        return self.does(RecheckRectification(**self.about(), passed=passed, text="看过"), officer)


@pytest.fixture
def course(sqlite_store: Store) -> Course:
    return Course(sqlite_store)


def test_that_it_is_struck_off_by_another_and_counts_as_on_time(course: Course) -> None:
    assert (course.case.id, course.case.state, on_time(course.case)) == ("ZG-261123-001", State.ISSUED, None)
    assert course.does(BeginRectification(**course.about()), OURS).done
    assert course.looked_at(passed=True).refusal == "当前为整改中"
    assert course.reported().done
    course.after(days=1)
    assert course.looked_at(passed=True, officer=OURS).refusal == "复查须社区、警务室或值班人员"
    assert course.looked_at(passed=True, officer=GRID).done
    assert (course.case.state, on_time(course.case), course.case.photos) == (State.SETTLED, True, (PHOTO,))


def test_that_who_reported_it_may_not_look_himself(course: Course) -> None:
    course.reported(GRID)
    assert course.looked_at(passed=True, officer=GRID).refusal == "复查须另一人"


def test_that_a_failed_look_gives_time_but_no_excuse(course: Course) -> None:
    course.after(days=6)
    course.reported()
    course.after(days=8)
    assert course.looked_at(passed=False).done
    assert course.case.state is State.WORKING
    assert course.case.due_at > course.case.promised_by
    course.after(days=2)
    course.reported()
    course.looked_at(passed=True)
    assert on_time(course.case) is False


def test_that_a_missed_deadline_is_noted_once_and_opens_the_way_to_the_enforcers(course: Course) -> None:
    away = TransferRectification(**course.about(), department="综合执法", reason="拒不整改")
    assert course.does(away).refusal == "逾期后方可移送"
    course.after(days=20)
    course.after(days=1)
    assert [act.word for act in course.case.acts] == ["下达", "逾期"]
    own = TransferRectification(**course.about(), department="物业", reason="拒不整改")
    assert course.does(own).refusal == "不能移送给整改单位自己"
    assert course.does(replace(own, department="综合执法")).done
    assert (course.case.state, course.case.department, on_time(course.case)) == (State.TRANSFERRED, "综合执法", False)


def test_that_what_is_said_to_be_done_waits_for_the_look_and_not_for_its_own_clock(course: Course) -> None:
    course.reported()
    course.after(days=30)
    assert course.case.overdue_at is None
    assert [act.word for act in course.case.acts][-1] == "复查逾期"
    course.looked_at(passed=True)
    assert on_time(course.case) is True


def test_that_a_deadline_moved_by_a_lead_beforehand_is_the_one_that_counts(course: Course) -> None:
    later = MoveRectification(**course.about(), due_at=START + timedelta(days=30), reason="待供货")
    assert course.does(later).refusal == "改期须值班长"
    assert course.does(later, LI).done
    course.after(days=25)
    course.reported()
    course.looked_at(passed=True)
    assert on_time(course.case) is True


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"place": " "}, "请写明地点"),
        ({"place": "城市花园 3 幢 702 室"}, "地点写到楼栋、单元，不写房号"),
        ({"danger": ""}, "请写明隐患"),
        ({"department": ""}, "选择整改单位"),
        ({"due_at": START}, "时限须晚于现在"),
        ({"due_at": START + timedelta(days=900)}, "时限不能超过 366 天"),
        ({"photos": ("照片.jpg",)}, "照片须以 SHA-256 命名"),
        ({"alert_id": "YJ-0000-0001"}, "没有编号为 YJ-0000-0001 的预警"),
    ],
)
def test_that_an_incomplete_asking_is_refused_in_words(course: Course, change: dict[str, Any], why: str) -> None:
    assert course.does(replace(ASKED, **change)).refusal == why


def test_that_a_report_without_a_photo_or_by_another_department_is_refused(course: Course) -> None:
    bare = ReportRectified(**course.about(), text="已清出")
    assert course.does(bare, OURS).refusal == "整改须附照片至少 1 张"
    assert course.does(bare, THEIRS).refusal == "非本单位整改"
    assert course.does(WithdrawRectification(**course.about(), reason="误报"), OURS).refusal == "须值班员"


def test_that_of_two_officers_on_one_case_the_second_is_told_who_was_first(course: Course) -> None:
    early = course.about()
    assert course.does(BeginRectification(**early), OURS).done
    assert course.does(WithdrawRectification(**early, reason="误报")).refusal == "钱*已先更新，请看最新"


def test_that_a_department_sees_its_own(course: Course) -> None:
    def seen(officer: Officer) -> int:
        return len(course.store.snapshot("rectifications", course.now, officer).records)

    assert (seen(OURS), seen(THEIRS), seen(WANG)) == (1, 0, 1)
    assert scope_of(THEIRS).department == "水务"


class Known:
    """A world that knows these cases."""

    def __init__(self, *cases: Rectification) -> None:
        self._cases = cases

    def cases(self, _stream: str, *, open_only: bool = True) -> tuple[Rectification, ...]:
        return tuple(case for case in self._cases if case.is_open or not open_only)


def test_that_another_part_asks_once_for_one_matter(course: Course) -> None:
    fact = RectificationAsked("rental_check", "健康苑 2 幢", "私拉电线", "物业", START + timedelta(days=7), "H1")
    assert asking(Known(), fact) == (Said(fact, stream=NAME),)  # type: ignore[arg-type]
    running = replace(course.case, matter="H1")
    assert asking(Known(running), fact) == ()  # type: ignore[arg-type]
    ended = replace(running, state=State.SETTLED)
    assert len(asking(Known(ended), fact)) == 1  # type: ignore[arg-type]
