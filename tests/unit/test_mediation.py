"""A dispute from filing to archive: who may do what, when it is due, and what is never written."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from services.collect.mediation_keeper import mediation_terms
from services.collect.site import Site, SiteError
from services.domain.log_line import line_of_deed
from services.domain.mediation import Court, State, VisitResult
from services.domain.mediation_acts import (
    AcceptDispute,
    ArchiveCase,
    ArrangeMeeting,
    BreakAgreement,
    DeclineDispute,
    FileDispute,
    GuideToCourt,
    HandUp,
    JoinDisputes,
    NoteDispute,
    RecordAgreement,
    RecordPerformance,
    RecordVisit,
    WithdrawDispute,
)
from services.domain.mediation_filing import masked_words
from services.domain.mediation_terms import TERMS
from services.domain.notice import Occasion, Route
from services.domain.scope import scope_of
from services.domain.timebase import SHANGHAI
from services.store import codec
from tests.unit.dispute_world import ANALYST, FANG, FAR, JIE, LIN, NOW, POLICE, SI, Disputes, row

DAY = timedelta(days=1)


@pytest.fixture
def world(store) -> Disputes:
    return Disputes(store)


@pytest.fixture
def one(sqlite_store) -> Disputes:
    return Disputes(sqlite_store)


def agreed(world: Disputes):
    case = world.do(world.filed(), AcceptDispute)
    case = world.do(case, ArrangeMeeting, at=world.now + DAY, place="社区调解室")
    return world.do(case, RecordAgreement, text="晚十点后不拖家具", perform_by=world.now + 7 * DAY)


def visiting(world: Disputes):
    return world.do(agreed(world), RecordPerformance, done=True)


def test_that_a_dispute_goes_from_filing_to_archive(world):
    case = visiting(world)
    assert [step.state.value for step in case.steps] == ["filed", "accepted", "mediating", "agreed", "visiting"]
    for days in (7, 30, 90):
        assert world.refused(case, ArchiveCase) == "还有回访未做"
        case = world.do(case, RecordVisit, result=VisitResult.SATISFIED)
        assert case.visits[-1].days == days
    case = world.do(case, ArchiveCase, text="履行良好")
    assert (case.state, case.is_open, case.running) == (State.ARCHIVED, False, None)
    assert world.store.rebuild() > 0
    assert world.case(case.id) == case


def test_that_acceptance_is_due_in_three_working_days_and_resolution_after_it(one):
    case = one.filed()
    assert case.running is not None
    assert case.running.due_at == datetime(2026, 11, 25, 17, 30, tzinfo=SHANGHAI)  # Friday + Mon, Tue, Wed
    case = one.do(case, AcceptDispute)
    assert case.running is not None
    assert (case.running.what, case.running.due_at) == ("resolve", NOW + 30 * DAY)


def test_that_ages_are_marked_once_each_and_no_more_after_an_agreement(one):
    late = one.filed()
    calm = agreed(one)
    for day in (8, 16, 31):
        one.now = NOW + day * DAY
        one.store.expire(one.now)
        one.store.expire(one.now)
    passed = [clock.what for clock in one.case(late.id).clocks if clock.passed_at is not None]
    assert passed == ["accept", "age7", "age15", "age30"]
    assert [c.what for c in one.case(calm.id).clocks if c.passed_at is not None] == ["perform"]


def test_that_an_unreached_household_keeps_its_visit_due_and_a_relapse_goes_back_to_mediation(one):
    case = visiting(one)
    case = one.do(case, RecordVisit, result=VisitResult.UNREACHED)
    assert case.running is not None
    assert case.running.what == "visit7"
    assert one.refused(case, RecordVisit, result=VisitResult.RELAPSED) == "请写明反复情形"
    case = one.do(case, RecordVisit, result=VisitResult.RELAPSED, text="又开始拖家具")
    assert (case.state, case.resolved_at, case.is_unresolved) == (State.MEDIATING, None, True)
    assert case.clock("age7") is not None
    assert case.clock("age7").runs


def test_that_a_broken_agreement_is_mediated_again(one):
    case = one.do(agreed(one), BreakAgreement, reason="拒不履行")
    assert (case.state, case.agreement, case.clock("perform")) == (State.MEDIATING, "", None)


def test_that_what_fails_goes_to_the_street_then_to_the_centre_then_to_court(one):
    case = one.do(one.filed(), AcceptDispute)
    case = one.do(case, HandUp, reason="双方各执一词")
    assert (case.state, case.department) == (State.STREET, "街道")
    assert one.refused(case, ArrangeMeeting, FAR, at=one.now + DAY, place="x") == "不在本社区"
    case = one.do(case, HandUp, JIE, reason="街道三次未果")
    assert (case.state, case.department) == (State.CENTRE, "区矛调中心")
    assert one.refused(case, HandUp, SI, reason="x") == "区中心，不能上交"
    case = one.do(case, GuideToCourt, SI, court=Court.LAWSUIT)
    assert (case.state, case.is_open, case.reason) == (State.GUIDED, False, "引导诉讼")


@pytest.mark.parametrize(
    ("wish", "said", "why"),
    [
        (RecordAgreement, {"text": "x"}, "登记，不能达成协议"),
        (RecordVisit, {"result": VisitResult.SATISFIED}, "登记，不能回访"),
        (DeclineDispute, {"reason": " "}, "请写明为何不受理"),
        (WithdrawDispute, {"reason": ""}, "请写明为何撤回"),
        (JoinDisputes, {"others": ()}, "登记，不能并案"),
    ],
)
def test_that_what_the_state_does_not_allow_is_refused_in_words(one, wish, said, why):
    assert one.refused(one.filed(), wish, **said) == why


def test_that_another_community_a_reader_and_another_department_may_not_act(one):
    case = one.filed()
    assert one.refused(case, AcceptDispute, FAR) == "不在本社区"
    assert one.refused(case, AcceptDispute, ANALYST) == "研判账号只读"
    assert one.refused(case, AcceptDispute, JIE) == "非本部门纠纷"
    assert one.refused(case, AcceptDispute, POLICE) == "须社区、司法或值班人员"
    assert one.do(case, NoteDispute, POLICE, text="已劝离").notes[0].by == "吴*"


def test_that_a_community_sees_its_own_and_a_department_what_it_leads(one):
    case = one.filed()

    def seen(officer):
        return [c.id for c in one.store.snapshot("mediations", one.now, officer).records]

    assert [seen(officer) for officer in (LIN, FAR, JIE, SI)] == [[case.id], [], [], [case.id]]
    assert scope_of(POLICE).scenes == frozenset({"community"})
    assert seen(POLICE) == [case.id]


def test_that_of_two_mediators_one_wins_and_the_other_is_told_who(world):
    case = world.do(world.filed(), AcceptDispute)
    world.do(case, ArrangeMeeting, FANG, at=world.now + DAY, place="社区")
    assert world.refused(case, ArrangeMeeting, LIN, at=world.now + DAY, place="居委会") == "方*已先更新，请看最新"


def test_that_neither_dwelling_nor_name_nor_number_reaches_the_log(one):
    canaries = ("5幢1单元1702", "13812345678", "331002199001011234", "陈志明")
    words = f"{canaries[0]} 住户陈志明，13812345678，身份证331002199001011234，要求1702室停工"
    case = one.filed(dwellings=(canaries[0],), words=words, opponent="陈志明 13812345678")
    case = one.do(case, NoteDispute, text="与陈志明通话，13812345678")
    said = codec.encode(case) + "".join(codec.encode(deed) for deed in one.store.deeds(case.id))
    assert [canary for canary in canaries[1:] if canary in said] == []
    assert canaries[0] not in "".join(case.households) + case.building
    assert case.households[0].startswith("XQ01-")


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("与林小明，协商", "与林*，协商"),
        ("业主陈志明不同意", "业主陈*不同意"),
        ("对方说不知道", "对方说不知道"),
        ("电话13812345678", "电话138****5678"),
        ("501室漏水到401室", "**室漏水到**室"),
        ("停车费由150元涨到300元", "停车费由150元涨到300元"),
    ],
)
def test_that_the_words_of_a_request_keep_their_sense_without_persons(said, kept):
    assert masked_words(said) == kept


@pytest.mark.parametrize(
    ("said", "found"),
    [
        ("扬言要跳楼", ("扬言", "跳楼")),
        ("没有动刀，未扬言", ()),
        ("他没有动刀，但扬言报复", ("扬言", "报复")),
        ("停车费太高", ()),
    ],
)
def test_that_words_of_escalation_are_found_and_denied_ones_are_not(said, found):
    assert TERMS.risk_in(said) == found


def test_that_a_notice_outside_names_the_type_and_the_estate_only(one):
    one.store.use_outbox([Route("eco", (Occasion.CASE_LATE,))], one.now)
    one.filed(topic="金丝雀", words="金丝雀", opponent="金丝雀")
    one.store.expire(one.now + 10 * DAY)
    told = [notice.news for notice in one.store.outbox.newest(9)]
    assert [(news.title, news.subject) for news in told] == [("邻里纠纷 受理逾期", "城市花园")]
    assert "金丝雀" not in codec.encode(told)


def test_that_a_matter_of_the_list_is_kept_and_another_is_masked(one):
    assert one.filed(topic="停车收费").topic == "停车收费"
    assert one.filed(topic="与陈志明的 13812345678 借条").topic == "与陈*的 138****5678 借条"


def test_that_what_is_said_later_makes_a_case_dangerous_too(one):
    case = one.do(one.filed(), NoteDispute, text="对方扬言动刀", violent=True)
    assert (case.risk, case.violent) == (("扬言", "动刀"), True)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ({"estate_id": "XQ99"}, "请选小区"),
        ({"dwellings": (" ",)}, "请写明是哪一户"),
        ({"words": ""}, "请写明诉求"),
        ({"words": "长" * 401}, "诉求不超过 400 字"),
        ({"channel": "fax"}, "请选来源"),
        ({"type": "宗族"}, "请选纠纷类型"),
    ],
)
def test_that_a_form_with_something_missing_says_what(one, said, why):
    plain = {"type": "邻里", "topic": "", "estate_id": "XQ01", "dwellings": ("3幢501",), "words": "噪声"}
    assert one.store.perform(FileDispute(**(plain | said)), LIN, one.now).refusal == why


def test_that_the_duty_log_tells_what_was_done_and_none_of_what_was_said(one):
    case = one.do(agreed(one), NoteDispute, text="金丝雀一")
    one.do(case, BreakAgreement, reason="金丝雀二")
    lines = [line_of_deed(deed, 1) for deed in one.store.deeds(case.id)]
    assert [line.what for line in lines] == ["登记纠纷", "受理纠纷", "约调", "达成协议", "纠纷记录", "协议反悔"]
    assert not any("金丝雀" in line.text or "拖家具" in line.text for line in lines)


def test_that_many_households_in_one_petition_are_a_collective_case(one):
    case = one.filed(dwellings=("3幢501", "3幢502", "4幢101", "3幢501"))
    assert (len(case.households), case.collective, case.building) == (3, True, "")


def test_that_joined_disputes_go_on_in_one_main_case(one):
    first, *others = [one.do(one.filed(dwellings=(f"3幢{n}01",)), AcceptDispute) for n in (1, 2, 3)]
    main = one.do(first, JoinDisputes, others=tuple(other.id for other in others))
    assert (len(main.households), main.collective, main.joined) == (3, True, tuple(other.id for other in others))
    assert {one.case(other.id).state for other in others} == {State.JOINED}
    assert {one.case(other.id).main_id for other in others} == {main.id}
    assert "已并入主案，不能并入" in one.refused(main, JoinDisputes, others=(others[0].id,))


def test_that_settings_change_the_terms_and_a_wrong_one_is_named():
    site = Site(
        community={"mediation": {"accept": "5wd", "visits": [10, 60], "risk_words": ["堵路"]}, "code": "331002001"}
    )
    terms = mediation_terms(site)
    assert (terms.accept.days, terms.visits, terms.grid_code) == (5, (10, 60), "331002001")
    assert terms.risk_in("扬言堵路") == ("堵路",)
    for table, word in (({"visits": [30, 7]}, "visits"), ({"akzept": "3d"}, "akzept"), ({"accept": "bald"}, "accept")):
        with pytest.raises(SiteError, match=word):
            mediation_terms(Site(community={"mediation": table}))


def test_that_a_row_says_nothing_that_a_desk_did_not_decide_anew(one):
    """What the community's clerks still show as filed takes back nothing that was done here."""
    case = one.do(one.polled(row()), AcceptDispute)
    assert one.polled(row()) == case
