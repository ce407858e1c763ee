"""An order as its log tells it."""

from __future__ import annotations

from dataclasses import replace

from services.domain.deed import Deed
from services.domain.masked import mask_name
from services.domain.watch_order import HITS_KEPT, Extension, Spot, WatchOrder, WatchState
from services.domain.watch_order_steps import (
    ExtensionApproved,
    ExtensionAsked,
    ExtensionRejected,
    SpotConfirmed,
    SpotRevoked,
    WatchApplied,
    WatchApproved,
    WatchExpired,
    WatchHit,
    WatchLapsed,
    WatchRejected,
    WatchWithdrawn,
)

_SYSTEM = "系统"


def evolve(order: WatchOrder | None, deed: Deed) -> WatchOrder:
    fact, by = deed.fact, mask_name(deed.officer_name)
    if isinstance(fact, WatchApplied):
        return _begun(deed, fact)
    assert order is not None
    now = replace(order, version=deed.version)
    match fact:
        case WatchApproved(begins, ends, spot_due_at, note):
            now = replace(
                now, state=WatchState.ACTIVE, valid_from=begins, valid_until=ends,
                approved_at=deed.at, approved_by_id=deed.officer_id, approved_by=by,
            )  # fmt: skip
            return _drawn(now, spot_due_at, note)
        case ExtensionApproved(ends, spot_due_at, note):
            now = replace(
                now, valid_until=ends, extension=None, extended=now.extended + 1,
                approved_at=deed.at, approved_by_id=deed.officer_id, approved_by=by,
            )  # fmt: skip
            return _drawn(now, spot_due_at, note)
        case ExtensionAsked(days, reason):
            return replace(now, extension=Extension(days, reason, deed.at, deed.officer_id, by))
        case ExtensionRejected(reason):
            return replace(now, extension=None, text=reason)
        case SpotConfirmed(note):
            return replace(now, spot=Spot.CONFIRMED, spot_by=by, text=note)
        case WatchHit():
            return replace(now, hits=(*now.hits, fact)[-HITS_KEPT:], hit_count=now.hit_count + 1)
    return _ended(now, deed, by)


def _begun(deed: Deed, fact: WatchApplied) -> WatchOrder:
    return WatchOrder(
        deed.case_id,
        deed.version,
        WatchState.APPLIED,
        fact.kind,
        fact.plate_no,
        fact.reason,
        fact.legal_basis,
        fact.level,
        fact.checkpoint_ids,
        fact.days,
        fact.unit,
        fact.alert_id,
        deed.at,
        deed.officer_id,
        mask_name(deed.officer_name),
        fact.lapses_at,
    )


def _drawn(order: WatchOrder, spot_due_at: object, note: str) -> WatchOrder:
    if spot_due_at is None:
        return replace(order, text=note)
    return replace(order, spot=Spot.WAITING, spot_due_at=spot_due_at, spot_by="", text=note)


def _ended(order: WatchOrder, deed: Deed, by: str) -> WatchOrder:
    now = replace(order, extension=None, ended_at=deed.at, ended_by=by)
    match deed.fact:
        case WatchRejected(reason):
            return replace(now, state=WatchState.REJECTED, text=reason)
        case WatchLapsed():
            return replace(now, state=WatchState.LAPSED, ended_by=_SYSTEM)
        case WatchWithdrawn(reason):
            return replace(now, state=WatchState.WITHDRAWN, text=reason)
        case WatchExpired(ends):
            return replace(now, state=WatchState.EXPIRED, ended_at=ends, ended_by=_SYSTEM)
        case SpotRevoked(reason):
            return replace(now, state=WatchState.WITHDRAWN, spot=Spot.REVOKED, spot_by=by, text=reason)
    raise TypeError(f"no fact of an order: {deed.fact!r}")
