"""A rule version reaches the street only by the steps, the second person and the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from services.collect import released
from services.domain.backtest import BackTest, Count, Rating
from services.domain.officer import ENGINE, Officer, Role
from services.domain.release import (
    Activate,
    Approve,
    AskBackTest,
    Discard,
    Draft,
    Gate,
    NoteBackTest,
    NoteCheck,
    Return,
    RollBack,
    Stage,
    StartShadow,
    Submit,
)
from services.domain.release_course import refusal
from services.domain.release_gates import gates_of, summary_of
from services.domain.rule_text import with_number, with_version

AT = datetime(2026, 11, 21, 5, 40, tzinfo=UTC)
WANG = Officer("wang", "王某", Role.DUTY)
LI = Officer("li", "李某", Role.SHIFT_LEAD)
ZHAO = Officer("zhao", "赵某", Role.SHIFT_LEAD)
CHIEF = Officer("chen", "陈某", Role.DUTY_LEADER)
FILE = Path(__file__).resolve().parents[2] / "resources" / "rules" / "R-POP-01.toml"
OLD = FILE.read_text(encoding="utf-8")
GOOD = (Gate("净丢失确认件", "2", "≤ 3", True), Gate("分地点最大差异", "−31 %", "云西小区", None))
BAD = (Gate("净丢失确认件", "9", "≤ 3", False),)


def draft(store, at=AT, officer=WANG, value=12, **said):
    text = with_version(with_number(OLD, "detect.at_least", value), 2)
    wish = Draft(rule_id="R-POP-01", base_version=1, text=text, base_text=OLD, reason="快递与探亲误报多", **said)
    return store.perform(wish, officer, at)


def do(store, case, wish, officer, at=AT, **said):
    return store.perform(wish(case_id=case.id, expected_version=case.version, **said), officer, at)


def done(store, case, wish, officer, at=AT, **said):
    outcome = do(store, case, wish, officer, at, **said)
    assert outcome.done, outcome.refusal
    return outcome.case


def submitted(store, gates=GOOD, drafter=WANG):
    case = draft(store, officer=drafter).case
    case = done(store, case, NoteCheck, ENGINE, tests=7)
    case = done(store, case, NoteBackTest, ENGINE, summary="90 日 168 → 131", gates=gates)
    return done(store, case, Submit, drafter)


def active(store, **drafted):
    case = submitted(store)
    case = done(store, case, Approve, LI)
    case = done(store, case, StartShadow, LI)
    store.expire(AT + timedelta(days=8))
    return done(store, store_case(store, case), Activate, LI, AT + timedelta(days=8))


def store_case(store, case, at=AT):
    return next(c for c in store.snapshot("releases", at + timedelta(days=9)).records if c.id == case.id)


def test_that_a_draft_is_the_next_version_of_its_rule_and_says_who_and_why(store):
    case = draft(store).case
    assert (case.id, case.rule_version, case.stage) == ("R-POP-01@2", 2, Stage.DRAFT)
    assert case.marks[0].by == "王某"
    assert case.reason == "快递与探亲误报多"
    assert store.snapshot("releases", AT).records[0].id == case.id


def test_that_a_second_draft_of_a_rule_waits_for_the_first(sqlite_store):
    draft(sqlite_store)
    assert draft(sqlite_store, officer=LI).refusal == "第 2 版还在途中，先办完或弃用"


def test_that_a_draft_without_a_change_or_a_reason_is_refused(sqlite_store):
    same = Draft(rule_id="R-POP-01", base_version=1, text=OLD, base_text=OLD, reason="无")
    assert sqlite_store.perform(same, WANG, AT).refusal == "没有改动"
    mute = Draft(rule_id="R-POP-01", base_version=1, text=OLD + "#", base_text=OLD, reason=" ")
    assert sqlite_store.perform(mute, WANG, AT).refusal == "须写理由"


@pytest.mark.parametrize("role", [Role.WALL, Role.DEPT_LIAISON, Role.SYSADMIN, Role.GRID_WORKER])
def test_that_who_has_no_business_with_rules_cannot_draft(sqlite_store, role):
    assert draft(sqlite_store, officer=Officer("x", "某", role)).refusal
    assert sqlite_store.snapshot("releases", AT).records == ()


def test_that_nobody_but_the_engine_notes_checks_and_back_tests(sqlite_store):
    case = draft(sqlite_store).case
    assert do(sqlite_store, case, NoteCheck, LI, tests=7).refusal == "由采集进程办理"
    assert do(sqlite_store, case, NoteBackTest, CHIEF, summary="好").refusal == "由采集进程办理"


def test_that_a_version_that_fails_its_own_tests_goes_no_further(sqlite_store):
    case = done(sqlite_store, draft(sqlite_store).case, NoteCheck, ENGINE, tests=7, complaints=("自带测试不符",))
    assert case.stage is Stage.FAILED
    assert do(sqlite_store, case, Submit, WANG).refusal == "检查未过"


def test_that_a_version_is_not_submitted_before_its_back_test(sqlite_store):
    case = done(sqlite_store, draft(sqlite_store).case, NoteCheck, ENGINE, tests=7)
    assert do(sqlite_store, case, Submit, WANG).refusal == "须先回测"


def test_that_the_drafter_cannot_approve_even_as_a_shift_lead(sqlite_store):
    case = submitted(sqlite_store, drafter=LI)
    assert do(sqlite_store, case, Approve, LI).refusal == "起草人不能批准自己的草案"
    assert do(sqlite_store, case, Approve, ZHAO).done


def test_that_a_duty_officer_cannot_approve(sqlite_store):
    assert do(sqlite_store, submitted(sqlite_store), Approve, Officer("sun", "孙某", Role.DUTY)).refusal == "须值班长"


def test_that_conditions_that_do_not_hold_need_the_duty_leaders_reason(sqlite_store):
    case = submitted(sqlite_store, gates=BAD)
    assert do(sqlite_store, case, Approve, LI).refusal == "放行条件未满足（净丢失确认件），须带班领导写明理由"
    assert not do(sqlite_store, case, Approve, CHIEF).done
    approved = done(sqlite_store, case, Approve, CHIEF, note="专项行动期间")
    assert "未满足 净丢失确认件" in approved.marks[-1].note


def test_that_a_shorter_shadow_needs_a_reason(sqlite_store):
    case = submitted(sqlite_store)
    assert do(sqlite_store, case, Approve, LI, shadow_days=1).refusal == "影子期短于 7 日须写理由"
    assert done(sqlite_store, case, Approve, LI, shadow_days=1, note="小改").shadow_days == 1


def test_that_a_version_returned_by_the_approver_can_be_drafted_again(sqlite_store):
    case = done(sqlite_store, submitted(sqlite_store), Return, LI, reason="样本太少")
    assert case.stage is Stage.TESTED
    again = draft(sqlite_store, value=11, case_id=case.id, expected_version=case.version)
    assert again.case.stage is Stage.DRAFT
    assert again.case.gates == ()
    assert again.case.waits_for_check


def test_that_a_back_test_can_be_asked_again_with_another_span(sqlite_store):
    case = done(sqlite_store, submitted(sqlite_store), AskBackTest, WANG, span_days=30)
    assert case.waits_for_back_test
    assert case.asked_span_days == 30
    assert do(sqlite_store, case, AskBackTest, WANG, span_days=0).refusal == "回测天数须为 1 至 400"


def test_that_a_shadow_runs_its_days_and_then_waits_for_a_person(store):
    case = done(store, submitted(store), Approve, LI)
    case = done(store, case, StartShadow, LI)
    assert case.shadow_until == AT + timedelta(days=7)
    assert released.texts(store).shadow["R-POP-01"] == case.text
    assert do(store, case, Activate, LI, AT + timedelta(days=1)).refusal == "影子期还有 144 小时"
    store.expire(AT + timedelta(days=6))
    assert store_case(store, case).stage is Stage.SHADOW
    store.expire(AT + timedelta(days=7))
    ready = store_case(store, case)
    assert ready.stage is Stage.READY
    assert done(store, ready, Activate, ZHAO, AT + timedelta(days=8)).stage is Stage.ACTIVE


def test_that_an_active_version_runs_in_place_of_the_shipped_file(sqlite_store):
    case = active(sqlite_store)
    shipped = {"R-POP-01.toml": OLD, "R-X.toml": "x"}
    assert released.texts(sqlite_store).over(shipped) == {"R-POP-01.toml": case.text, "R-X.toml": "x"}


def test_that_one_click_goes_back_to_the_version_before(sqlite_store):
    first = active(sqlite_store)
    text = with_version(with_number(first.text, "detect.at_least", 14), 3)
    later = AT + timedelta(days=9)
    wish = Draft(rule_id="R-POP-01", base_version=2, text=text, base_text=first.text, reason="再改")
    case = sqlite_store.perform(wish, WANG, later).case
    assert case.id == "R-POP-01@3"
    case = done(sqlite_store, case, NoteCheck, ENGINE, later, tests=7)
    case = done(sqlite_store, case, NoteBackTest, ENGINE, later, summary="好", gates=GOOD)
    case = done(sqlite_store, case, Submit, WANG, later)
    case = done(sqlite_store, case, Approve, LI, later)
    case = done(sqlite_store, case, StartShadow, LI, later)
    sqlite_store.expire(later + timedelta(days=7))
    case = done(sqlite_store, store_case(sqlite_store, case), Activate, LI, later + timedelta(days=7))
    assert store_case(sqlite_store, first).stage is Stage.REPLACED
    assert do(sqlite_store, case, RollBack, WANG, later, reason="误报").refusal == "须值班长"
    done(sqlite_store, case, RollBack, ZHAO, later + timedelta(days=8), reason="误报升高")
    assert released.texts(sqlite_store).active == {"R-POP-01": first.text}


def test_that_the_first_release_rolls_back_to_the_shipped_file(sqlite_store):
    done(sqlite_store, active(sqlite_store), RollBack, ZHAO, reason="误报升高")
    assert released.texts(sqlite_store).active == {}


def test_that_a_discarded_version_runs_nowhere_and_makes_room(sqlite_store):
    case = done(sqlite_store, submitted(sqlite_store), Discard, WANG, reason="不改了")
    assert not case.is_open
    assert draft(sqlite_store).case.id == "R-POP-01@3"


def test_that_the_log_alone_rebuilds_every_version(store):
    case = active(store)
    store.rebuild()
    assert store_case(store, case) == case
    assert store.verify_chain() is None


def test_that_a_refusal_is_the_same_sentence_for_the_button(sqlite_store):
    case = submitted(sqlite_store)
    assert refusal(case, Approve, WANG, AT) == do(sqlite_store, case, Approve, WANG).refusal
    assert refusal(None, Submit, WANG, AT) == "没有草案"


def back_test(**said) -> BackTest:
    plain = {
        "id": "R-POP-01@2", "rule_id": "R-POP-01", "version": 2, "base_version": 1, "title": "x", "since": AT,
        "until": AT + timedelta(days=90), "run_at": AT, "took_s": 1.0, "events": 10, "how": "", "alerts_before": 168,
        "alerts_after": 131, "before": Rating(104, 64), "after": Rating(97, 34),
    }  # fmt: skip
    return BackTest(**{**plain, **said})


def test_that_the_conditions_are_computed_from_the_back_test():
    gates = {gate.label: gate for gate in gates_of(back_test(net_lost=2, places=(Count("云西小区", 29, 20),)))}
    assert gates["净丢失确认件"].holds
    assert gates["精确率下限（95 %）"].value == "66 %"
    assert gates["精确率下限（95 %）"].limit == "高于现行 62 %"
    assert gates["精确率下限（95 %）"].holds
    assert gates["每日预警预算"].value == "1.5"
    assert gates["分地点最大差异"] == Gate("分地点最大差异", "−31 %", "云西小区", None)


def test_that_without_verdicts_the_precision_is_unknown_and_not_met():
    gate = gates_of(back_test(before=Rating(), after=Rating()))[1]
    assert (gate.value, gate.holds) == ("未知", None)


def test_that_too_many_lost_cases_fail_the_condition():
    assert gates_of(back_test(net_lost=4))[0].holds is False


def test_that_the_summary_says_span_alerts_and_precision():
    assert summary_of(back_test()) == "90 日 168 → 131，精确率 +12.1 点"


def test_that_the_numbers_of_a_detection_written_as_a_section_may_be_set() -> None:
    text = '[detect]\nkind = "frequency"\nby = ["person_id"]\nat_least = 10\n\n[[evidence]]\ntext = "x"\n'
    assert "at_least = 12\n" in with_number(text, "detect.at_least", 12)


def test_that_a_test_whose_rows_make_up_the_limit_together_follows_it() -> None:
    rows = "events = [\n  { a = 1, times = 5 },\n  { a = 2, times = 5 },\n]\n"
    text = f'detect = {{ kind = "frequency", at_least = 10 }}\n\n[[tests]]\nname = "x"\n{rows}'
    assert "times = 5 },\n  { a = 2, times = 7 }" in with_number(text, "detect.at_least", 12)
