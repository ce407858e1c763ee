"""What a change of a hand-in adds to the custody log: each step from the weighing on, and each correction."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from services.domain.boats import HandInRequest, HandInState
from services.domain.custody import CustodyStep, Draft

_S = HandInState
STEPS = {
    _S.WEIGHED: CustodyStep.WEIGHED,
    _S.SIGNED: CustodyStep.SIGNED,
    _S.IN_TRANSIT: CustodyStep.IN_TRANSIT,
    _S.STORED: CustodyStep.STORED,
    _S.REDUCED: CustodyStep.REDUCED,
    _S.TRANSFERRED: CustodyStep.TRANSFERRED,
    _S.DISPOSED: CustodyStep.DISPOSED,
    _S.DISPUTED: CustodyStep.DISPUTED,
    _S.CANCELLED: CustodyStep.CANCELLED,
}
_MASS_OF = {
    _S.WEIGHED: "weighed_t",
    _S.SIGNED: "agreed_t",
    _S.STORED: "stored_t",
    _S.REDUCED: "reduced_t",
    _S.TRANSFERRED: "transferred_t",
    _S.DISPOSED: "disposed_t",
}
_PARTIES = {"boat": "渔船", "collector": "收集船", "warehouse": "云仓", "carrier": "转运", "disposer": "处置"}
ANY_WAREHOUSE, ANY_VESSEL, ANY_CARRIER, ANY_DISPOSER = "海洋云仓", "收集船", "转运单位", "处置单位"


def manifest_id(request_id: str) -> str:
    """The manifest of a hand-in: ``SQ-20261121-07`` → ``LD-20261121-07``."""
    return f"LD{request_id.removeprefix('SQ')}"


def kg(tonnes: float | None) -> float | None:
    return None if tonnes is None else round(tonnes * 1000, 1)


def drafts(
    before: HandInRequest | None, after: HandInRequest, at: datetime, names: Mapping[str, str]
) -> tuple[Draft, ...]:
    """In the order they happened. ``names`` are those of warehouses by id; ``at`` is when it was written."""
    told = 0 if before is None else len(before.history)
    steps = tuple(_steps(after, told, names))
    found = (*steps, *_corrections(before, after, told, at, names))
    fresh = tuple(photo for photo in after.photos if before is None or photo not in before.photos)
    if not fresh or after.reached(_S.WEIGHED) is None:
        return found
    if not found:
        return (_draft(after, CustodyStep.CORRECTED, None, at, names, photos=fresh, note="补充照片"),)
    return (replace(found[0], photos=fresh), *found[1:])


def _steps(after: HandInRequest, told: int, names: Mapping[str, str]) -> Iterator[Draft]:
    reached = {step.state for step in after.history[:told]}
    for step in after.history[told:]:
        again = step.state in reached and step.state is not _S.DISPUTED  # after a dispute, back where it was
        reached.add(step.state)
        custody = STEPS.get(step.state)
        if custody is not None and _S.WEIGHED in reached and not again:
            signer = _signer(after, step.state, names.get(step.by, step.by))
            said = step.state in (_S.DISPUTED, _S.CANCELLED)
            note = after.reason if said else ""
            yield _draft(after, custody, step.state, step.at, names, signer=signer, note=note)


def _corrections(
    before: HandInRequest | None, after: HandInRequest, told: int, at: datetime, names: Mapping[str, str]
) -> Iterator[Draft]:
    """Masses that became known, or became others, after their step was entered."""
    if before is None:
        return
    entered = {step.state for step in after.history[:told]}
    for state, field in _MASS_OF.items():
        new = getattr(after, field)
        if state in entered and new is not None and new != getattr(before, field):
            note = f"{STEPS[state].value} {after.reason}".strip() if field == "agreed_t" else STEPS[state].value
            yield replace(_draft(after, CustodyStep.CORRECTED, state, at, names, note=note), mass_kg=kg(new))


def _draft(
    request: HandInRequest,
    step: CustodyStep,
    state: HandInState | None,
    at: datetime,
    names: Mapping[str, str],
    *,
    signer: str = "",
    photos: tuple[str, ...] = (),
    note: str = "",
) -> Draft:
    giver, taker = _parties(request, state, names)
    return Draft(
        manifest=manifest_id(request.id),
        request=request.id,
        step=step,
        giver=giver,
        taker=taker,
        pollutant=request.pollutant.value,
        mass_kg=_mass(request, state),
        photos=photos,
        signer=signer or "系统",
        at=at,
        note=note,
    )


def _mass(request: HandInRequest, state: HandInState | None) -> float | None:
    """What the step hands over; of those without a mass of their own, the one agreed at the boat."""
    field = _MASS_OF.get(state) if state is not None else None
    if field in (None, "agreed_t"):
        return kg(request.agreed_t if request.agreed_t is not None else request.weighed_t)
    return kg(getattr(request, field))


def _parties(request: HandInRequest, state: HandInState | None, names: Mapping[str, str]) -> tuple[str, str]:
    vessel = request.vessel_name or ANY_VESSEL
    warehouse = names.get(request.warehouse, request.warehouse) or ANY_WAREHOUSE
    carrier = request.carrier or ANY_CARRIER
    match state:
        case _S.IN_TRANSIT | _S.STORED:
            return vessel, warehouse
        case _S.REDUCED:
            return warehouse, warehouse
        case _S.TRANSFERRED:
            return warehouse, carrier
        case _S.DISPOSED:
            return carrier, request.disposer or ANY_DISPOSER
        case _:
            return request.vessel_no, vessel


def _signer(request: HandInRequest, state: HandInState, by: str) -> str:
    """Who signed for it, by party; else who told us."""
    signed = [f"{_PARTIES.get(one.party, one.party)} {one.name}" for one in request.signers if one.state is state]
    return "、".join(signed) or by
