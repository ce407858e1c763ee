"""What a mediator may do with a dispute, as buttons of the list: offered by state, asked in place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Alert
from services.domain.deed import Refused, Wish
from services.domain.mediation import VISIT_WORDS, Court, Mediation, VisitResult, clock_word
from services.domain.mediation_acts import (
    AcceptDispute,
    ArchiveCase,
    ArrangeMeeting,
    BreakAgreement,
    DeclineDispute,
    FailMediation,
    GuideToCourt,
    HandUp,
    JoinDisputes,
    NoteDispute,
    RecordAgreement,
    RecordPerformance,
    RecordVisit,
    WithdrawDispute,
)
from services.domain.mediation_course import FILERS, MEDIATORS, why_not
from services.domain.mediation_reach import may_mediate
from services.domain.officer import Officer
from services.domain.timebase import local
from widgets.ask import Ask
from widgets.duty_rows import Act

_STEPS: Sequence[tuple[str, str, str, type]] = (
    ("accept", "受理", "Y", AcceptDispute),
    ("decline", "不受理", "X", DeclineDispute),
    ("arrange", "约调", "M", ArrangeMeeting),
    ("agree", "达成协议", "A", RecordAgreement),
    ("perform", "履行", "P", RecordPerformance),
    ("visit", "回访", "V", RecordVisit),
    ("archive", "归档", "R", ArchiveCase),
    ("hand_up", "不成上交", "U", HandUp),
    ("guide", "仲裁诉讼", "G", GuideToCourt),
    ("join", "并案", "J", JoinDisputes),
    ("note", "记录", "K", NoteDispute),
    ("withdraw", "撤回", "X", WithdrawDispute),
)
_WHEN = (("明日 9 时", 1, 9), ("明日 14 时", 1, 14), ("后日 9 时", 2, 9), ("3 日后 9 时", 3, 9))
_PERFORM = (("7 日", 7), ("15 日", 15), ("30 日", 30), ("90 日", 90))
_DONE, _PARTLY, _BROKEN = range(3)
_JOINED = "R-DSP-04"
_MOST_JOINED = 12


def acts_of(case: Mediation | None, officer: Officer | None) -> Sequence[Act]:
    """Filing is always offered; the rest as the state allows, with why it is refused to this officer."""
    files = "" if officer is not None and officer.role in FILERS else "须社区、司法或值班人员"
    acts = [Act("file", "登记", "N", files)]
    if case is None or officer is None:
        return acts
    outside = may_mediate(case, officer.role, officer.department, officer.area)
    mediates = outside or ("" if officer.role in MEDIATORS else "须社区、司法或值班人员")
    first = True
    for name, words, key, wish in _STEPS:
        if why_not(case, wish) or (name == "withdraw" and not why_not(case, DeclineDispute)):
            continue
        why = mediates if name != "note" else files or outside
        acts.append(Act(name, words, key, why, primary=first and not why))
        first = False
    return acts


def asked_of(step: str, case: Mediation, cases: Sequence[Mediation]) -> dict[str, Any] | None:
    """What is asked before the step is taken; nothing before an acceptance."""
    name = case.number or case.id
    match step:
        case "accept":
            return None
        case "arrange":
            when = tuple(words for words, _, _ in _WHEN)
            return {"words": f"约调 {name}", "choices": when, "chosen": 0, "hint": "地点，例如 社区调解室"}
        case "agree":
            spans = ("多少日内履行", tuple(words for words, _ in _PERFORM))
            return {"words": f"{name} 达成协议", "hint": "协议内容", "second": spans}
        case "perform":
            kinds = ("履行完毕", "部分履行", "反悔")
            return {"words": f"{name} 履行", "choices": kinds, "chosen": 0, "hint": "（可不填）情形；反悔须写明"}
        case "visit":
            clock = case.running
            word = clock_word(clock.what) if clock is not None else "回访"
            kinds = tuple(VISIT_WORDS.values())
            return {"words": f"{name} {word}", "choices": kinds, "chosen": 0, "hint": "（可不填）情形；反复须写明"}
        case "archive":
            return {"words": f"归档 {name}", "hint": "（可不填）小结"}
        case "hand_up":
            return {"words": f"{name} 调解不成，上交", "hint": "为何不成"}
        case "guide":
            return {"words": f"{name} 引导到", "choices": tuple(c.value for c in Court), "hint": "（可不填）说明"}
        case "join":
            others = joinable(case, cases)
            names = tuple(f"{one.number or one.id} {one.title}" for one in others)
            same = tuple(at for at, one in enumerate(others) if one.topic == case.topic)
            return {"words": f"并入 {name} 联合调解", "hint": "（可不填）", "ticks": ("哪几件", names), "ticked": same}
        case "note":
            return {
                "words": f"{name} 记录情况",
                "hint": "说了什么、发生了什么",
                "ticks": ("情形", ("有暴力", "已报 110")),
            }
        case _:
            return {"words": f"{name} {'不受理' if step == 'decline' else '撤回'}", "hint": "原因"}


def joinable(case: Mediation, cases: Sequence[Mediation]) -> Sequence[Mediation]:
    """Others of the same estate that are not resolved, those of the same matter first."""
    found = [one for one in cases if one.is_unresolved and one.estate_id == case.estate_id and one.id != case.id]
    return sorted(found, key=lambda one: (one.topic != case.topic, one.filed_at, one.id))[:_MOST_JOINED]


def wish_of(
    step: str, case: Mediation, choice: int, words: str, now: datetime, line: Ask, around: Sequence[Any]
) -> Wish:
    """``around`` are the cases and alerts of the desk. Raises Refused for what cannot be asked so."""
    about: dict[str, Any] = {"case_id": case.id, "expected_version": case.version}
    match step:
        case "accept":
            return AcceptDispute(**about)
        case "arrange":
            _, days, hour = _WHEN[max(0, choice)]
            day = local(now).replace(hour=hour, minute=0, second=0, microsecond=0) + timedelta(days=days)
            return ArrangeMeeting(**about, at=day.astimezone(now.tzinfo), place=words)
        case "agree":
            span = _PERFORM[line.second_chosen][1] if line.second_chosen >= 0 else 0
            return RecordAgreement(**about, text=words, perform_by=now + timedelta(days=span) if span else None)
        case "perform" if choice == _BROKEN:
            return BreakAgreement(**about, reason=words)
        case "perform":
            return RecordPerformance(**about, done=choice == _DONE, text=words)
        case "visit":
            return RecordVisit(**about, result=tuple(VisitResult)[max(0, choice)], text=words)
        case "guide":
            return GuideToCourt(**about, court=tuple(Court)[max(0, choice)], text=words)
        case "join":
            return _join(case, about, line, around)
        case "note":
            return NoteDispute(**about, text=words, violent=0 in line.ticked, called_110=1 in line.ticked)
        case "archive":
            return ArchiveCase(**about, text=words)
    by_reason: Mapping[str, Any] = {
        "decline": DeclineDispute,
        "withdraw": WithdrawDispute,
        "hand_up": HandUp,
        "fail": FailMediation,
    }
    return by_reason[step](**about, reason=words)


def _join(case: Mediation, about: dict[str, Any], line: Ask, around: Sequence[Any]) -> JoinDisputes:
    others = joinable(case, [one for one in around if isinstance(one, Mediation)])
    chosen = tuple(others[at].id for at in line.ticked if at < len(others))
    if not chosen:
        raise Refused("没有可并入的纠纷" if not others else "请选要并入的纠纷")
    same = f"|{case.estate_id}|{case.topic}"
    alerts = [one for one in around if isinstance(one, Alert) and one.is_open and one.rule_id == _JOINED]
    alert_id = next((alert.id for alert in alerts if alert.key.endswith(same)), "")
    return JoinDisputes(**about, others=chosen, alert_id=alert_id)
