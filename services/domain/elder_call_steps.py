"""Which step of the contact chain follows which, and how long each may take."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from services.domain.alert import AlertLevel
from services.domain.community import CareClass
from services.domain.elder_call import AT_THE_DOOR, UNREACHED, Boxes, Call, ElderCall, Kin, Result, Step, Whom
from services.domain.elder_terms import ElderTerms


def boxes_of(terms: ElderTerms, care: CareClass) -> Boxes:
    return Boxes(
        terms.phone_min,
        terms.family_min,
        terms.door_min,
        terms.police_min,
        terms.red_min,
        terms.again_min,
        terms.tries,
        terms.door_at(care),
    )


def minutes_of(step: Step, level: AlertLevel, boxes: Boxes) -> float:
    match step:
        case Step.PHONE:
            return boxes.red_min if level is AlertLevel.RED else boxes.phone_min
        case Step.FAMILY:
            return boxes.family_min
        case Step.AGAIN:
            return boxes.again_min
        case Step.DOOR:
            return boxes.door_min
        case Step.POLICE:
            return boxes.police_min


def due_after(step: Step, level: AlertLevel, boxes: Boxes, at: datetime) -> datetime:
    return at + timedelta(minutes=minutes_of(step, level, boxes))


def following(step: Step, level: AlertLevel, kin: Sequence[Kin], boxes: Boxes) -> Step:
    """The step after ``step`` when it brought no proof. Red does not wait for the family."""
    if step in (Step.DOOR, Step.POLICE) or level is AlertLevel.RED:
        return Step.POLICE
    if step is Step.AGAIN:
        return Step.PHONE
    if step is Step.PHONE and kin:
        return Step.FAMILY
    return Step.DOOR if level >= boxes.door_at else Step.AGAIN


def joined(chain: ElderCall, level: AlertLevel) -> Step:
    """The step when an alert of ``level`` joins: who waited for a second call gets somebody at the door, and
    after a call that nobody took red means police and 120 now."""
    if level is AlertLevel.RED:
        tried = chain.step is not Step.PHONE or chain.unanswered > 0 or chain.trouble
        return Step.POLICE if tried else Step.PHONE
    if chain.step is Step.AGAIN and level >= chain.boxes.door_at:
        return Step.DOOR
    return chain.step


def after_call(chain: ElderCall, call: Call) -> Step:
    """Trouble goes to police and 120; an unanswered door too; a number that is none, or enough calls that
    nobody took, do not wait for the clock."""
    if call.result is Result.TROUBLE or (call.whom in AT_THE_DOOR and call.result in UNREACHED):
        return Step.POLICE
    onward = following(chain.step, chain.level, chain.kin, chain.boxes)
    if chain.step is Step.PHONE and call.whom is Whom.ELDER and call.result in UNREACHED:
        tries = 1 + sum(c.whom is Whom.ELDER and c.at >= chain.step_since for c in chain.calls)
        done = call.result is Result.BAD_NUMBER or tries >= chain.boxes.tries
        return onward if done else chain.step
    if chain.step is Step.FAMILY and call.whom is Whom.FAMILY and call.result in UNREACHED:
        left = [kin for kin in _uncalled(chain) if kin.rank != call.rank]
        return chain.step if left else onward
    return chain.step


def is_proof(call: Call) -> bool:
    """Her own word, or somebody who stands before her; the family's when it says how it knows."""
    return call.result is Result.SAFE and (call.whom is not Whom.FAMILY or bool(call.text))


def _uncalled(chain: ElderCall) -> list[Kin]:
    called = {call.rank for call in chain.calls if call.whom is Whom.FAMILY and call.at >= chain.step_since}
    return [kin for kin in chain.kin if kin.rank not in called]
