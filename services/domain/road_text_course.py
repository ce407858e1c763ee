"""What may be done with a road text, and by whom: the stream of texts for signs and text messages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from services.domain.alert import AlertLevel
from services.domain.deed import Deed, Refused, Said, Stream, Wish, World
from services.domain.followup_terms import FollowUpTerms, terms_in
from services.domain.happening import Due
from services.domain.masked import mask_name
from services.domain.notice import News, Notice, Occasion
from services.domain.officer import Officer, Role
from services.domain.road_text import (
    NAME,
    OF_ID,
    OUT,
    STATE_WORDS,
    ApproveText,
    DraftText,
    Kind,
    NoteShown,
    RejectText,
    RoadText,
    SendAgain,
    State,
    TextApproved,
    TextDrafted,
    TextFailed,
    TextOver,
    TextRejected,
    TextShown,
    TextWithdrawn,
    WithdrawText,
    filled,
    names_closure_or_class,
    unfit,
)
from services.domain.roles import DUTY_UP, READERS
from services.domain.scope import Scope

LATE_AFTER = timedelta(minutes=1)


def decide(text: RoadText | None, wish: Wish, officer: Officer, at: datetime, world: World) -> Sequence[Said]:
    if isinstance(wish, NoteShown):
        return [Said(_noted(text, wish, officer))]
    if officer.role not in DUTY_UP:
        raise Refused(READERS.get(officer.role, "须值班员"))
    if isinstance(wish, DraftText):
        drafted = _drafted(wish, at, world)
        return [Said(drafted)] if drafted.needs_second else [Said(drafted), Said(TextApproved())]
    if text is None or not text.is_open:
        raise Refused("已结束，不能再改")
    match wish:
        case ApproveText():
            _require_second(text, officer)
            return [Said(TextApproved())]
        case RejectText(reason=reason):
            _require_second(text, officer)
            if not reason.strip():
                raise Refused("请写明不批准的原因")
            return [Said(TextRejected(reason.strip()))]
        case WithdrawText(reason=reason):
            return [Said(TextWithdrawn(reason.strip(), text.state in OUT))]
        case SendAgain():
            if text.state is not State.FAILED:
                raise Refused(f"当前为{STATE_WORDS[text.state]}")
            return [Said(TextApproved(again=True))]
        case _:
            raise Refused("不认识的诱导动作")


def _drafted(wish: DraftText, at: datetime, world: World) -> TextDrafted:
    template = OF_ID.get(wish.template)
    if template is None:
        raise Refused("选择模板")
    terms = terms_in(world)
    kind = (wish.kind or template.kind) if template.id == "free" else template.kind
    if "{}" in template.text and not wish.words.strip():
        raise Refused(f"填写{template.asks}")
    said = filled(template, wish.words)
    why = unfit(said, kind, _longest(terms, kind)) or unfit(wish.place, kind, 40)
    if why:
        raise Refused("请写明地点" if not wish.place.strip() else why)
    if wish.until <= at:
        raise Refused("截止须晚于现在")
    most = terms.due(terms.stands, at)
    if wish.until > most:
        raise Refused(f"最长发布 {(most - at) / timedelta(hours=1):g} 小时")
    if wish.alert_id and world.alert(wish.alert_id) is None:
        raise Refused(f"没有编号为 {wish.alert_id} 的预警")
    needs = names_closure_or_class(said)
    return TextDrafted(kind, template.id, said, wish.place.strip(), wish.until, wish.alert_id, needs)


def _longest(terms: FollowUpTerms, kind: Kind) -> int:
    return terms.sign_chars if kind is Kind.SIGN else terms.sms_chars


def _require_second(text: RoadText, officer: Officer) -> None:
    if text.state is not State.DRAFTED:
        raise Refused(f"当前为{STATE_WORDS[text.state]}")
    if officer.id == text.drafter_id:
        raise Refused("须由另一人批准")


def _noted(text: RoadText | None, wish: NoteShown, officer: Officer) -> TextShown | TextFailed:
    if officer.role is not Role.ENGINE:
        raise Refused("由系统记录")
    if text is None or text.state not in (State.QUEUED, State.FAILED):
        raise Refused("不在发送中")
    return TextShown(wish.answer) if wish.shown else TextFailed(wish.answer)


def evolve(text: RoadText | None, deed: Deed) -> RoadText:
    fact = deed.fact
    if isinstance(fact, TextDrafted):
        return _begun(fact, deed)
    assert text is not None
    changed = replace(text, version=deed.version, changed_at=deed.at)
    match fact:
        case TextApproved(again):
            by = text.approved_by if again else mask_name(deed.officer_name)
            return replace(changed, state=State.QUEUED, approved_by=by, queued_version=deed.version, said="")
        case TextRejected(reason):
            return replace(changed, state=State.REJECTED, said=reason)
        case TextShown(answer):
            return replace(changed, state=State.SHOWN, said=answer)
        case TextFailed(reason):
            return replace(changed, state=State.FAILED, said=reason)
        case TextWithdrawn(reason):
            return replace(changed, state=State.WITHDRAWN, said=reason)
        case TextOver(was_out):
            return replace(changed, state=State.OVER, said="" if was_out else "到时未发")
    raise TypeError(f"no fact of a road text: {fact!r}")


def _begun(fact: TextDrafted, deed: Deed) -> RoadText:
    return RoadText(
        id=deed.case_id,
        version=deed.version,
        state=State.DRAFTED,
        kind=fact.kind,
        template=fact.template,
        text=fact.text,
        place=fact.place,
        until=fact.until,
        alert_id=fact.alert_id,
        needs_second=fact.needs_second,
        drafted_at=deed.at,
        drafted_by=mask_name(deed.officer_name),
        drafter_id=deed.officer_id,
        changed_at=deed.at,
    )


def dues(text: RoadText) -> Sequence[Due]:
    return (Due("until", text.until),) if text.is_open else ()


def expire(text: RoadText, _what: str, at: datetime) -> Sequence[Said]:
    """It has stood for as long as it was to."""
    if not text.is_open or text.until > at:
        return ()
    return [Said(TextOver(text.state in OUT, at - text.until > LATE_AFTER))]


def tells(text: RoadText, deed: Deed) -> tuple[Occasion, News] | None:
    """To the gateway: what to show; of a sign also that it is to go dark again."""
    match deed.fact:
        case TextApproved():
            occasion = Occasion.ROAD_SIGN if text.kind is Kind.SIGN else Occasion.ROAD_SMS
            return occasion, _news(text, deed.at, text.text)
        case TextWithdrawn(was_out=True) | TextOver(was_out=True) if text.kind is Kind.SIGN:
            return Occasion.ROAD_SIGN_CLEARED, _news(text, deed.at, "")
        case _:
            return None


def _news(text: RoadText, at: datetime, words: str) -> News:
    return News(
        at=at,
        level=AlertLevel.BLUE,
        title=OF_ID[text.template].title if text.template in OF_ID else text.template,
        subject=text.place,
        rule_id="",
        scene="checkpoints",
        department="",
        raised_at=text.drafted_at,
        count=1,
        words=words,
        place=text.place,
        until=text.until,
    )


def unwanted(text: RoadText, told: Notice) -> str:
    """A clearing is always wanted."""
    if told.occasion is Occasion.ROAD_SIGN_CLEARED or text.is_open:
        return ""
    return STATE_WORDS[text.state]


def seen_by(scope: Scope, text: RoadText) -> RoadText | None:
    return text if not scope.department else None


STREAM = Stream(
    name=NAME,
    prefix="YD",
    topic="road_texts",
    case=RoadText,
    facts=(TextDrafted, TextApproved, TextRejected, TextShown, TextFailed, TextWithdrawn, TextOver),
    wishes=(DraftText, ApproveText, RejectText, WithdrawText, SendAgain, NoteShown),
    decide=decide,
    evolve=evolve,
    due=dues,
    expire=expire,
    seen_by=seen_by,
    tells=tells,
    unwanted=unwanted,
)
