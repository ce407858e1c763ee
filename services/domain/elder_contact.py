"""Whom to call about an elder, what she agreed to, and when her life changed: as the community's register has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from services.domain.masked import Masked


@dataclass(frozen=True, slots=True)
class ElderContact:
    """One of the family or a neighbour, in the order in which they are called."""

    id: str
    elder_id: str
    rank: int  # from 1
    relation: str  # 女儿
    name: Masked
    phone: Masked


@dataclass(frozen=True, slots=True)
class FiledConsent:
    """A paper in the register. ``scope`` is what may be used, in the register's words."""

    id: str
    elder_id: str
    signer: Masked
    relation: str  # 本人, 女儿, …
    signed_on: date
    scope: tuple[str, ...]
    withdrawn_on: date | None = None
