"""The view library (视图库) above us: whether it hears us, what it sends us, which orders it holds for us."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Standing(StrEnum):
    """How a subscription or disposition stands, as far as the platform has told us."""

    RUNNING = "running"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    NONE = "none"  # asked for, or about to be; nothing acknowledged


STANDING_CODES: Mapping[Standing, int] = {  # SubscribeStatus and DispositionStatus of GA/T 1400
    Standing.RUNNING: 0,
    Standing.CANCELLED: 1,
    Standing.EXPIRED: 2,
    Standing.NONE: 9,
}
DETAIL_WORDS: Mapping[str, str] = {  # SubscribeDetail
    "3": "设备",
    "7": "卡口",
    "9": "车道",
    "11": "人员",
    "12": "人脸",
    "13": "机动车",
    "14": "非机动车",
}


@dataclass(frozen=True, slots=True)
class Platform:
    """One platform we speak to. Registered while ``registered_at`` is set; its lamp is red while
    ``failing_since`` is."""

    id: str
    title: str
    address: str  # host and port
    registered_at: datetime | None = None
    heard_at: datetime | None = None  # of its last good answer
    failing_since: datetime | None = None
    error: str = ""


@dataclass(frozen=True, slots=True)
class OurSubscription:
    """What we asked the platform to send us. ``error`` is its last refusal."""

    id: str  # SubscribeID, 33 digits
    detail: str  # of DETAIL_WORDS
    resource: str  # whose: the platform's id, or a checkpoint's
    receive_addr: str
    standing: Standing
    begins_at: datetime
    ends_at: datetime
    changed_at: datetime
    error: str = ""


@dataclass(frozen=True, slots=True)
class Disposition:
    """What the platform was told of one watch order. It names the order and holds no plate.

    The row is written before the first word goes out and after every answer. ``content`` is the digest
    of what the last answer was about: while it differs from the order's, something is still to be said.
    """

    id: str  # DispositionID, 33 digits, made from the order's id alone
    order_id: str
    standing: Standing
    ends_at: datetime
    changed_at: datetime
    content: str = ""
    error: str = ""
