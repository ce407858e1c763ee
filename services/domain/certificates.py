"""Certificates of vessels and how long they still run."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.domain.boat_marks import CertificateDue
from services.domain.boats import CollectionVessel
from services.domain.timebase import local

NEAR_DAYS = 30
LICENCE = "接收作业许可"


@dataclass(frozen=True, slots=True)
class Certificate:
    """One paper of one vessel. ``holder_kind`` is collection or fishing."""

    id: str
    holder_id: str
    holder: str  # 渔清 04
    holder_kind: str
    kind: str  # 检验证书
    valid_until: datetime


def licences(vessels: Iterable[CollectionVessel]) -> tuple[Certificate, ...]:
    """What the collection vessels say of themselves."""
    return tuple(
        Certificate(f"{one.id}:licence", one.id, one.name, "collection", LICENCE, one.licence_until) for one in vessels
    )


def days_left(certificate: Certificate, now: datetime) -> int:
    """Whole days of Shanghai; 0 on its last day, negative after it."""
    return (local(certificate.valid_until).date() - local(now).date()).days


def due(certificates: Iterable[Certificate], now: datetime, within: int = NEAR_DAYS) -> tuple[CertificateDue, ...]:
    """Those that run so many days or less, the shortest first."""
    found = [(days_left(one, now), one) for one in certificates]
    return tuple(
        CertificateDue(one.holder_id, one.holder, one.holder_kind, one.kind, one.valid_until, left, now)
        for left, one in sorted(found, key=lambda pair: (pair[0], pair[1].id))
        if left <= within
    )
