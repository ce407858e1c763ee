"""同意书: what an elder, or who may sign for her, has allowed to be used. Withdrawn, the monitoring stops and
every list says so; a new paper begins it anew. The paper in the community's register counts as well: the
newest word of both holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.elder_call import NAME as CALLS
from services.domain.elder_call import ChainEnded, Ending
from services.domain.elder_contact import FiledConsent
from services.domain.elder_masks import told
from services.domain.masked import mask_name
from services.domain.officer import Officer
from services.domain.roles import PEOPLE, READERS
from services.domain.timebase import SHANGHAI, local

NAME = "consent"
USES: Mapping[str, str] = {
    "water": "用水",
    "door": "门磁",
    "motion": "活动",
    "outing": "出门",
    "wearable": "手环",
    "button": "按钮",
}
NONE, WITHDRAWN = "未签同意书", "已撤回同意"


@dataclass(frozen=True, slots=True, kw_only=True)
class GiveConsent(Wish):
    elder_id: str
    signer: str
    relation: str = "本人"
    scope: tuple[str, ...] = tuple(USES)


@dataclass(frozen=True, slots=True, kw_only=True)
class WithdrawConsent(Wish):
    """Without a case: of a paper that only the register holds."""

    elder_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class ConsentGiven:
    elder_id: str
    signer: str  # masked
    relation: str
    scope: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ConsentWithdrawn:
    elder_id: str
    reason: str


@dataclass(frozen=True, slots=True)
class Consent:
    """What is on record of one elder. A case stays open: a consent can always be withdrawn, and given anew."""

    id: str  # TY-261122-001
    version: int
    elder_id: str
    signer: str
    relation: str
    scope: tuple[str, ...]
    changed_at: datetime
    changed_by: str
    withdrawn: bool = False
    reason: str = ""

    @property
    def is_open(self) -> bool:
        return True


@dataclass(frozen=True, slots=True)
class Standing:
    """What holds for one elder now. ``why_not`` is empty while she may be watched."""

    scope: tuple[str, ...] = ()
    words: str = ""  # 女儿 陈* 2026-03-02
    why_not: str = NONE

    def allows(self, use: str) -> bool:
        return not self.why_not and use in self.scope


def standings(filed: Iterable[FiledConsent], cases: Iterable[Consent]) -> dict[str, Standing]:
    """By elder. Of the papers the newest signed; of paper and case the later word."""
    found: dict[str, tuple[datetime, Standing]] = {}
    for paper in sorted(filed, key=lambda one: (one.signed_on, one.id)):
        at = _noon(paper)
        words = f"{paper.relation} {paper.signer} {paper.signed_on}"
        gone = WITHDRAWN if paper.withdrawn_on else ""
        found[paper.elder_id] = at, Standing(paper.scope, words, gone)
    for case in cases:
        before = found.get(case.elder_id)
        if before is None or case.changed_at >= before[0]:
            words = f"{case.relation} {case.signer} {local(case.changed_at):%Y-%m-%d}".strip()
            found[case.elder_id] = case.changed_at, Standing(case.scope, words, WITHDRAWN if case.withdrawn else "")
    return {elder_id: standing for elder_id, (_, standing) in found.items()}


def _noon(paper: FiledConsent) -> datetime:

    return datetime.combine(paper.withdrawn_on or paper.signed_on, time(0), SHANGHAI)


def decide(consent: Consent | None, wish: Wish, officer: Officer, _at: datetime, world: World) -> Sequence[Said]:
    if officer.role not in PEOPLE:
        raise Refused(READERS.get(officer.role, "须值班或社区人员"))
    elder_id = getattr(wish, "elder_id", "")
    if elder_id not in {elder.id for elder in world.topic("elder_register")}:
        raise Refused("先选一位老人")
    case = consent or next((one for one in world.cases(NAME) if one.elder_id == elder_id), None)
    case_id = case.id if case is not None else ""
    match wish:
        case GiveConsent():
            return [Said(_given(wish), case_id)]
        case WithdrawConsent(reason=reason):
            if not reason.strip():
                raise Refused("请写明谁要求撤回")
            if case is not None and case.withdrawn:
                raise Refused("已撤回")
            said = [Said(ConsentWithdrawn(elder_id, told(reason)), case_id)]
            chains = [one for one in world.cases(CALLS) if one.elder_id == elder_id]
            return said + [Said(ChainEnded(Ending.OTHER, "撤回同意，停止监测"), one.id, CALLS) for one in chains]
        case _:
            raise Refused("不认识的同意书动作")


def _given(wish: GiveConsent) -> ConsentGiven:
    if not wish.signer.strip():
        raise Refused("请写明谁签字")
    odd = [use for use in wish.scope if use not in USES]
    if odd or not wish.scope:
        raise Refused(f"可用范围：{'、'.join(USES.values())}")
    return ConsentGiven(wish.elder_id, mask_name(wish.signer.strip()), wish.relation.strip() or "本人", wish.scope)


def evolve(consent: Consent | None, deed: Deed) -> Consent:
    by = mask_name(deed.officer_name)
    match deed.fact:
        case ConsentGiven(elder_id, signer, relation, scope):
            return Consent(deed.case_id, deed.version, elder_id, signer, relation, scope, deed.at, by)
        case ConsentWithdrawn(elder_id, reason):
            before = consent or Consent(deed.case_id, deed.version, elder_id, "", "", (), deed.at, by)
            told = {"version": deed.version, "changed_at": deed.at, "changed_by": by}
            return replace(before, withdrawn=True, reason=reason, **told)
    raise TypeError(f"no fact of a consent: {deed.fact!r}")


STREAM = Stream(
    name=NAME,
    prefix="TY",
    topic="consents",
    case=Consent,
    facts=(ConsentGiven, ConsentWithdrawn),
    wishes=(GiveConsent, WithdrawConsent),
    decide=decide,
    evolve=evolve,
    shown_for=timedelta(days=3650),
)
