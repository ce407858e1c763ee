"""Identifiers of 33 digits: 12 of the organisation, 2 of the kind, 14 of the time, 5 of a serial."""

from __future__ import annotations

import re
from datetime import datetime

from services.domain.timebase import local

DISPOSITION, SUBSCRIPTION, NOTIFICATION = "01", "03", "04"
_ORDER = re.compile(r"[A-Z]{2}-(\d{6})-(\d{1,5})")


def numbered(organisation: str, kind: str, time: str, serial: int) -> str:
    """Raises ValueError for parts that do not make 33 digits."""
    name = f"{organisation}{kind}{time}{serial:05d}"
    if not re.fullmatch(r"[0-9]{33}", name):
        raise ValueError(f"{name} 不是 33 位编号")
    return name


def subscription_id(organisation: str, at: datetime, serial: int) -> str:
    return numbered(organisation, SUBSCRIPTION, written(at), serial)


def disposition_id(organisation: str, order_id: str) -> str:
    """From the order's id alone, so that the same order always goes out under the same id and no two
    orders share one: BK-261122-003 → …01 20261122000000 00003. Raises ValueError for any other form."""
    found = _ORDER.fullmatch(order_id)
    if found is None:
        raise ValueError(f"布控单编号 {order_id} 写不成 33 位的 DispositionID")
    return numbered(organisation, DISPOSITION, f"20{found[1]}000000", int(found[2]))


def written(moment: datetime) -> str:
    """yyyyMMddHHmmss, Shanghai."""
    return local(moment).strftime("%Y%m%d%H%M%S")
