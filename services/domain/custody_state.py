"""How the custody log stands, and one manifest's chain with its proof: what panes and receipts show."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from services.domain.custody import Draft


@dataclass(frozen=True, slots=True)
class CustodyHead:
    """Topic ``custody_head``, one record. Keys are spelled as ``--log-key`` takes them; ``root`` is Base64.

    ``holds`` is what the newest look at the log found, None before the first. ``unwitnessed_since`` is when
    the oldest entry was written that no witness has seen, None when all are or nobody was asked.
    """

    id: str
    log_key: str
    witness_key: str
    size: int = 0
    root: str = ""
    sealed_at: datetime | None = None
    witnessed: int = 0
    witnessed_at: datetime | None = None
    unwitnessed_since: datetime | None = None
    unwitnessed_limit_h: float = 6.0
    witness_error: str = ""
    checked_at: datetime | None = None
    checked: int = 0
    holds: bool | None = None
    broken: int = 0
    reason: str = ""

    @property
    def origin(self) -> str:
        return self.log_key.split("+", 1)[0]

    @property
    def witness_name(self) -> str:
        return self.witness_key.split("+", 1)[0]

    def unwitnessed_for(self, now: datetime) -> timedelta:
        return timedelta() if self.unwitnessed_since is None else max(timedelta(), now - self.unwitnessed_since)

    def is_long_unwitnessed(self, now: datetime) -> bool:
        return self.unwitnessed_for(now) > timedelta(hours=self.unwitnessed_limit_h)


class Lamp(StrEnum):
    """Whether a manifest's entries still are what was entered."""

    HOLDS = "holds"
    BROKEN = "broken"
    UNKNOWN = "unknown"


LAMP_WORDS = {Lamp.HOLDS: "属实", Lamp.BROKEN: "不符", Lamp.UNKNOWN: "未核"}


@dataclass(frozen=True, slots=True)
class ChainLink:
    """One entry of a manifest as it was verified just now. ``is_witnessed``: a witness has seen it."""

    seq: int
    no: int
    told: Draft
    leaf: str  # hex
    lamp: Lamp
    why: str = ""
    is_witnessed: bool = False


@dataclass(frozen=True, slots=True)
class CustodyChain:
    """The answer to the question ``custody``. ``receipt`` is the text of the QR, ``export`` the file for an
    outsider; both empty without a sealed entry, and while anything of the chain does not hold."""

    manifest: str
    links: tuple[ChainLink, ...]
    size: int
    root: str
    witnessed: int
    witnessed_at: datetime | None
    receipt: str = ""
    export: str = ""

    @property
    def lamp(self) -> Lamp:
        lamps = {link.lamp for link in self.links}
        if not lamps:
            return Lamp.UNKNOWN
        return next((lamp for lamp in (Lamp.BROKEN, Lamp.UNKNOWN) if lamp in lamps), Lamp.HOLDS)
