"""What may happen to a rule version: who may ask for what at which stage, and what the log then comes to.

``decide`` is where roles are checked: the drafter never approves, the engine alone notes checks and back-tests.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from services.domain.deed import Deed, Refused, Said, Stream, World
from services.domain.happening import Due
from services.domain.officer import Officer, Role
from services.domain.release import (
    APPROVERS,
    BEFORE_APPROVAL,
    DRAFTERS,
    LIMITS,
    NAME,
    STAGE_WORDS,
    WISHES,
    Activate,
    Activated,
    Approve,
    Approved,
    AskBackTest,
    BackTestAsked,
    BackTested,
    Checked,
    Discard,
    Discarded,
    Draft,
    Drafted,
    Mark,
    NoteBackTest,
    NoteCheck,
    Redrafted,
    Release,
    Replaced,
    Restored,
    Return,
    Returned,
    RollBack,
    RolledBack,
    ShadowEnded,
    ShadowStarted,
    Stage,
    StartShadow,
    Submit,
    Submitted,
)

SHADOW_END = "shadow_end"


def case_id_of(rule_id: str, rule_version: int) -> str:
    return f"{rule_id}@{rule_version}"


def decide(case: Any | None, wish: Any, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    """Raises Refused with the sentence for the button."""
    why = refusal(case, type(wish), officer, at)
    if why:
        raise Refused(why)
    if isinstance(wish, Draft):
        return _drafted(case, wish, world)
    assert isinstance(case, Release)
    match wish:
        case NoteCheck():
            return [Said(Checked(wish.tests, wish.complaints))]
        case AskBackTest():
            if not 1 <= wish.span_days <= 400:
                raise Refused("回测天数须为 1 至 400")
            return [Said(BackTestAsked(wish.span_days))]
        case NoteBackTest():
            return [Said(BackTested(wish.summary, wish.gates))]
        case Submit():
            return [Said(Submitted(wish.note.strip()))]
        case Approve():
            return _approved(case, wish, officer)
        case Return():
            return [Said(Returned(_reason(wish.reason)))]
        case StartShadow():
            return [Said(ShadowStarted(at + timedelta(days=case.shadow_days)))]
        case Activate():
            return _activated(case, world)
        case RollBack():
            return _rolled_back(case, _reason(wish.reason), world)
        case _:
            return [Said(Discarded(_reason(wish.reason)))]


def refusal(case: Release | None, wish: type, officer: Officer, at: datetime) -> str:
    """Why this wish may not be done now, in the button's words; empty when it may."""
    return _refused_role(case, wish, officer) or _refused_stage(case, wish, at)


def _refused_role(case: Release | None, wish: type, officer: Officer) -> str:
    if wish in (NoteCheck, NoteBackTest):
        return "" if officer.role is Role.ENGINE else "由采集进程办理"
    if wish in (Draft, AskBackTest, Submit, Discard):
        return "" if officer.role in DRAFTERS else "须值班员或研判员"
    if officer.role not in APPROVERS:
        return "须值班长"
    if wish in (Approve,) and case is not None and officer.id == case.drafter_id:
        return "起草人不能批准自己的草案"
    return ""


_FROM: Mapping[type, tuple[frozenset[Stage], str]] = {
    NoteCheck: (frozenset({Stage.DRAFT}), "草案已变"),
    AskBackTest: (BEFORE_APPROVAL - {Stage.DRAFT, Stage.FAILED}, "须先通过检查"),
    NoteBackTest: (BEFORE_APPROVAL - {Stage.DRAFT, Stage.FAILED}, "草案已变"),
    Submit: (frozenset({Stage.TESTED}), "须先回测"),
    Approve: (frozenset({Stage.SUBMITTED}), "尚未送批"),
    Return: (frozenset({Stage.SUBMITTED}), "尚未送批"),
    StartShadow: (frozenset({Stage.APPROVED}), "须先批准"),
    Activate: (frozenset({Stage.READY}), "须先影子运行"),
    RollBack: (frozenset({Stage.ACTIVE}), "未生效"),
    Discard: (BEFORE_APPROVAL | {Stage.APPROVED, Stage.SHADOW, Stage.READY}, "已不可弃用"),
}


def _refused_stage(case: Release | None, wish: type, at: datetime) -> str:
    if wish is Draft:
        return "" if case is None or case.stage in BEFORE_APPROVAL else f"{STAGE_WORDS[case.stage]}，请另起草案"
    if case is None:
        return "没有草案"
    if wish is Activate and case.stage is Stage.SHADOW and case.shadow_until is not None:
        left = case.shadow_until - at
        return f"影子期还有 {max(1, left // timedelta(hours=1))} 小时" if left > timedelta(0) else "影子期即满"
    stages, why = _FROM[wish]
    if case.stage in stages:
        return "" if wish is not Submit or case.tested_at is not None else "回测进行中"
    return "检查未过" if case.stage is Stage.FAILED and wish in (Submit, AskBackTest) else _elsewhere(case, wish, why)


def _elsewhere(case: Release, wish: type, why: str) -> str:
    done = {Submit: Stage.SUBMITTED, Approve: Stage.APPROVED, StartShadow: Stage.SHADOW, Activate: Stage.ACTIVE}
    return "已办" if done.get(wish) is case.stage else why


def _drafted(case: Release | None, wish: Draft, world: World) -> Sequence[Said]:
    reason = _reason(wish.reason)
    if not wish.text.strip() or wish.text == wish.base_text:
        raise Refused("没有改动")
    if case is not None:
        return [Said(Redrafted(wish.text, reason))]
    taken = [c.rule_version for c in world.cases(NAME, open_only=False) if c.rule_id == wish.rule_id]
    under_way = [c for c in world.cases(NAME) if c.rule_id == wish.rule_id and c.stage is not Stage.ACTIVE]
    if under_way:
        raise Refused(f"第 {under_way[0].rule_version} 版还在途中，先办完或弃用")
    version = max([wish.base_version, *taken]) + 1
    drafted = Drafted(wish.rule_id, version, wish.base_version, wish.text, wish.base_text, reason)
    return [Said(drafted, case_id_of(wish.rule_id, version))]


def _approved(case: Release, wish: Approve, officer: Officer) -> Sequence[Said]:
    note = wish.note.strip()
    if not 0 <= wish.shadow_days <= 90:
        raise Refused("影子天数须为 0 至 90")
    if wish.shadow_days < LIMITS.shadow_days and not note:
        raise Refused(f"影子期短于 {LIMITS.shadow_days} 日须写理由")
    unmet = tuple(gate.label for gate in case.unmet)
    if unmet and (officer.role is not Role.DUTY_LEADER or not note):
        raise Refused(f"放行条件未满足（{'、'.join(unmet)}），须带班领导写明理由")
    return [Said(Approved(note, wish.shadow_days, unmet))]


def _activated(case: Release, world: World) -> Sequence[Said]:
    active = next((c for c in world.cases(NAME) if c.rule_id == case.rule_id and c.stage is Stage.ACTIVE), None)
    said = [Said(Activated(active.id if active is not None else ""))]
    return said if active is None else [*said, Said(Replaced(case.id), active.id)]


def _rolled_back(case: Release, reason: str, world: World) -> Sequence[Said]:
    """To the version it replaced, or to the shipped file when there was none."""
    before = world.case(NAME, case.replaces) if case.replaces else None
    if before is None or before.stage is not Stage.REPLACED:
        return [Said(RolledBack(reason))]
    return [Said(RolledBack(reason, before.id)), Said(Restored(case.id), before.id)]


def _reason(words: str) -> str:
    if not words.strip():
        raise Refused("须写理由")
    return words.strip()


# ------------------------------------------------------------------------------------------ evolve


def evolve(case: Any | None, deed: Deed) -> Release:
    fact = deed.fact
    if isinstance(fact, Drafted):
        new = Release(
            id=deed.case_id,
            version=deed.version,
            rule_id=fact.rule_id,
            rule_version=fact.rule_version,
            base_version=fact.base_version,
            text=fact.text,
            base_text=fact.base_text,
            reason=fact.reason,
            stage=Stage.DRAFT,
            drafter_id=deed.officer_id,
            drafter=deed.officer_name,
            drafted_at=deed.at,
        )
        return _marked(new, Stage.DRAFT, deed, fact.reason)
    assert isinstance(case, Release)
    current = replace(case, version=deed.version)
    if isinstance(fact, BackTestAsked):
        return replace(current, tested_at=None, asked_span_days=fact.span_days)
    stage, note = _step(fact)
    after = _marked(_with_fact(current, fact, deed), stage, deed, note)
    still_submitted = isinstance(fact, BackTested) and case.stage is Stage.SUBMITTED
    return replace(after, stage=Stage.SUBMITTED) if still_submitted else after


def _step(fact: Any) -> tuple[Stage, str]:
    """The step a fact is, and the words that stand with it."""
    match fact:
        case Redrafted():
            return Stage.DRAFT, fact.reason
        case Checked():
            passed = f"语法、隐私条款、{fact.tests} 例自测通过"
            return (Stage.FAILED, fact.complaints[0]) if fact.complaints else (Stage.CHECKED, passed)
        case BackTested():
            return Stage.TESTED, fact.summary
        case Submitted():
            return Stage.SUBMITTED, fact.note
        case Approved():
            over = f"未满足 {'、'.join(fact.over_conditions)}" if fact.over_conditions else ""
            return Stage.APPROVED, "，".join(words for words in (over, fact.note) if words)
        case Returned():
            return Stage.TESTED, f"退回：{fact.reason}"
        case Replaced():
            return Stage.REPLACED, fact.by
        case RolledBack() | Discarded():
            return (Stage.ROLLED_BACK if isinstance(fact, RolledBack) else Stage.DISCARDED), fact.reason
        case _:
            return _PLAIN[type(fact)], ""


_PLAIN: Mapping[type, Stage] = {
    ShadowStarted: Stage.SHADOW,
    ShadowEnded: Stage.READY,
    Activated: Stage.ACTIVE,
    Restored: Stage.ACTIVE,
}


def _with_fact(case: Release, fact: Any, deed: Deed) -> Release:
    """What a fact changes beside the stage."""
    match fact:
        case Redrafted():
            fresh = replace(case, text=fact.text, reason=fact.reason, gates=(), complaints=(), tests=0)
            return replace(
                fresh, tested="", tested_at=None, drafter_id=deed.officer_id, drafter=deed.officer_name, marks=()
            )
        case Checked():
            return replace(case, tests=fact.tests, complaints=fact.complaints)
        case BackTested():
            return replace(case, tested=fact.summary, tested_at=deed.at, gates=fact.gates)
        case Approved():
            return replace(case, approver=deed.officer_name, shadow_days=fact.shadow_days)
        case ShadowStarted():
            return replace(case, shadow_until=fact.until)
        case Activated():
            return replace(case, replaces=fact.replaces)
        case _:
            return case


def _marked(case: Release, stage: Stage, deed: Deed, note: str = "") -> Release:
    mark = Mark(stage, deed.at, deed.officer_name, note)
    return replace(case, stage=stage, marks=(*case.marks, mark))


def due(case: Release) -> Sequence[Due]:
    if case.stage is Stage.SHADOW and case.shadow_until is not None:
        return (Due(SHADOW_END, case.shadow_until),)
    return ()


def expire(case: Release, what: str, _at: datetime) -> Sequence[Said]:
    """The shadow's time is over: a person may activate it now; nobody does so by doing nothing."""
    return (Said(ShadowEnded()),) if what == SHADOW_END and case.stage is Stage.SHADOW else ()


STREAM = Stream(
    name=NAME,
    prefix="RL",
    case=Release,
    facts=(
        *(Drafted, Redrafted, Checked, BackTestAsked, BackTested, Submitted, Approved, Returned),
        *(ShadowStarted, ShadowEnded, Activated, Replaced, RolledBack, Restored, Discarded),
    ),
    wishes=WISHES,
    decide=decide,
    evolve=evolve,
    topic="releases",
    due=due,
    expire=expire,
    shown_for=timedelta(days=30),
)
