"""What a change of a hand-in adds to the custody log, dispute and correction included."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from services.domain.boats import HandInRequest, HandInState, Signature, StateAt
from services.domain.custody_steps import drafts, manifest_id
from tests.custody import START, hand_in

LATER = START + timedelta(hours=9)
NAMES = {"YC-HM": "海门云仓"}


def then(request: HandInRequest, *states: HandInState, **changes: object) -> HandInRequest:
    steps = tuple(StateAt(state, LATER, "系统") for state in states)
    state = states[-1] if states else request.state
    return replace(request, history=(*request.history, *steps), state=state, **changes)  # type: ignore[arg-type]


def told(before: HandInRequest | None, after: HandInRequest) -> list[tuple[str, float | None, str]]:
    return [(one.step.value, one.mass_kg, one.note) for one in drafts(before, after, LATER, NAMES)]


def test_that_nothing_is_entered_before_the_weighing() -> None:
    assert told(None, hand_in(until=HandInState.COLLECTING)) == []
    assert told(None, then(hand_in(until=HandInState.ACCEPTED), HandInState.CANCELLED)) == []


def test_that_a_dispute_before_the_signing_ends_with_the_mass_agreed_on() -> None:
    weighed = hand_in()
    disputed = then(weighed, HandInState.DISPUTED, reason="船东称 0.30 t")
    settled = then(disputed, HandInState.SIGNED, agreed_t=0.32, reason="复磅")
    assert told(weighed, disputed) == [("DISPUTED", 348.0, "船东称 0.30 t")]
    assert told(disputed, settled) == [("SIGNED", 320.0, "")]


def test_that_a_dispute_after_the_storing_is_a_correction_and_no_second_storing() -> None:
    stored = hand_in(until=HandInState.STORED)
    disputed = then(stored, HandInState.DISPUTED, reason="差 12 %")
    settled = then(disputed, HandInState.STORED, agreed_t=0.345, reason="以仓边为准")
    assert told(disputed, settled) == [("CORRECTED", 345.0, "SIGNED 以仓边为准")]


def test_that_a_mass_told_late_or_anew_is_a_correction_of_its_step() -> None:
    stored = replace(hand_in(until=HandInState.STORED), stored_t=None)
    assert told(stored, replace(stored, stored_t=0.34)) == [("CORRECTED", 340.0, "STORED")]
    assert told(stored, stored) == []


def test_that_photos_stand_with_the_step_they_came_with_or_by_themselves() -> None:
    weighed = hand_in()
    fresh = ("ab" * 32, "cd" * 32)
    (signed,) = drafts(weighed, then(weighed, HandInState.SIGNED, photos=fresh), LATER, NAMES)
    assert (signed.step.value, signed.photos) == ("SIGNED", fresh)
    (alone,) = drafts(weighed, replace(weighed, photos=fresh[:1]), LATER, NAMES)
    assert (alone.step.value, alone.photos, alone.note) == ("CORRECTED", fresh[:1], "补充照片")


def test_that_who_signed_is_named_by_party_and_a_warehouse_by_its_name() -> None:
    signers = (
        Signature(HandInState.SIGNED, "boat", "余*"),
        Signature(HandInState.SIGNED, "collector", "叶*"),
        Signature(HandInState.STORED, "warehouse", "金*"),
    )
    after = replace(hand_in(until=HandInState.STORED), signers=signers)
    _, signed, _, stored = drafts(None, after, LATER, NAMES)
    assert signed.signer == "渔船 余*、收集船 叶*"
    assert (stored.signer, stored.giver, stored.taker) == ("云仓 金*", "渔清 03", "海门云仓")


def test_that_a_manifest_is_numbered_by_its_hand_in() -> None:
    assert manifest_id("SQ-20261121-07") == "LD-20261121-07"
