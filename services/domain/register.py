"""登记册: what departments' registers say of vehicles, as of when, and which rules wait for a late one.

A register speaks for the moment it was drawn up (``as_of``), not for the moment we asked. One that is
older than its limit, or has never come, says nothing: the facts it would have told stay unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Generic, TypeVar

from services.domain.condition import fields_of

Line = TypeVar("Line")


@dataclass(frozen=True, slots=True)
class VehicleLine:
    """车辆登记: what a vehicle is and what it is used for."""

    plate_no: str
    use: str = ""
    vehicle_class: str = ""
    colour: str = ""
    brand: str = ""


@dataclass(frozen=True, slots=True)
class InspectionLine:
    """检验: inspected, and valid until this moment."""

    plate_no: str
    valid_until: datetime


@dataclass(frozen=True, slots=True)
class ScrappedLine:
    """报废注销: off the road since this moment."""

    plate_no: str
    since: datetime


@dataclass(frozen=True, slots=True)
class OffenceLine:
    """未处理违法: how many nobody has dealt with yet."""

    plate_no: str
    open: int


@dataclass(frozen=True, slots=True)
class PermitLine:
    """A permit, certificate or filing: valid from until before, on a route of checkpoints (empty: any), in
    hours of the Shanghai day (``(20, 6)`` runs past midnight; None: any), to the checkpoint of its end."""

    plate_no: str
    number: str
    valid_from: datetime
    valid_until: datetime
    route: tuple[str, ...] = ()
    hours: tuple[float, float] | None = None
    destination: str = ""

    def holds_at(self, moment: datetime) -> bool:
        return self.valid_from <= moment < self.valid_until

    def covers_hour(self, hour: float) -> bool:
        if self.hours is None:
            return True
        begin, end = self.hours
        return begin <= hour < end if begin <= end else hour >= begin or hour < end


@dataclass(frozen=True, slots=True)
class Register(Generic[Line]):
    """One register as it stood at ``as_of``.

    ``covers`` are the areas it is complete for, as plates begin (``浙J``; empty: all): only of those may
    its silence be taken for an answer. ``unread`` are plates whose entry could not be read.
    """

    id: str
    as_of: datetime
    covers: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
    lines: tuple[Line, ...] = ()

    def speaks_for(self, area: str) -> bool:
        return not self.covers or area.startswith(self.covers)


@dataclass(frozen=True, slots=True)
class VehicleRegister(Register[VehicleLine]):
    pass


@dataclass(frozen=True, slots=True)
class InspectionRegister(Register[InspectionLine]):
    pass


@dataclass(frozen=True, slots=True)
class ScrappedRegister(Register[ScrappedLine]):
    pass


@dataclass(frozen=True, slots=True)
class OffenceRegister(Register[OffenceLine]):
    pass


@dataclass(frozen=True, slots=True)
class PermitRegister(Register[PermitLine]):
    pass


@dataclass(frozen=True, slots=True)
class RegisterKind:
    """``stale_after_h`` [D] is how old it may be. ``uses`` are the uses of vehicles that must stand in it."""

    title: str
    owner: str
    stale_after_h: float
    record: type[Register[Any]]
    uses: tuple[str, ...] = ()


KINDS: Mapping[str, RegisterKind] = {
    "vehicle_register": RegisterKind("车辆登记", "公安交警", 48, VehicleRegister),
    "inspection_register": RegisterKind("检验有效期", "公安交警", 48, InspectionRegister),
    "scrapped_register": RegisterKind("报废注销", "公安交警", 48, ScrappedRegister),
    "offence_register": RegisterKind("未处理违法", "公安交警", 24, OffenceRegister),
    "hazmat_permits": RegisterKind("危化品通行许可", "公安交警", 48, PermitRegister, ("危化品",)),
    "muck_permits": RegisterKind("渣土准运证", "综合执法", 48, PermitRegister, ("渣土",)),
    "cold_chain_filings": RegisterKind("冷链追溯备案", "市监", 72, PermitRegister, ("冷链",)),
    "livestock_certificates": RegisterKind("畜禽检疫证明", "农水", 24, PermitRegister, ("畜禽",)),
    "clinical_waste_manifests": RegisterKind("医废转运联单", "卫健", 24, PermitRegister, ("医废",)),
    "operating_permits": RegisterKind("营运许可", "交通", 72, PermitRegister, ("公路客运", "旅游客运", "货运")),
}
PERMITS_OF: Mapping[str, str] = {use: name for name, kind in KINDS.items() for use in kind.uses}
STALE_AFTER: Mapping[str, timedelta] = {name: timedelta(hours=kind.stale_after_h) for name, kind in KINDS.items()}


def is_current(as_of: datetime, now: datetime, limit: timedelta) -> bool:
    """Whether a register of ``as_of`` may still be believed: exactly at its limit it may."""
    return now - as_of <= limit


# ------------------------------------------------------------------------------- which rules need which

# The columns of a passage that are told by one register. ``use`` decides which permit a vehicle needs.
TOLD_BY: Mapping[str, str] = {
    "use": "vehicle_register",
    "registered_class": "vehicle_register",
    "registered_colour": "vehicle_register",
    "registered_brand": "vehicle_register",
    "mismatches": "vehicle_register",
    "inspection_overdue_d": "inspection_register",
    "is_scrapped": "scrapped_register",
    "open_offences": "offence_register",
}
TOLD_BY_PERMITS = frozenset({"permit_ok", "route_ok", "hours_ok", "at_destination"})
FACTS = frozenset(TOLD_BY) | TOLD_BY_PERMITS


def registers_for(condition: str) -> frozenset[str]:
    """The registers without which a rule's condition cannot be answered.

    A condition on permits that names the uses it is about needs the permits of those only.
    """
    columns = fields_of(condition) if condition else frozenset()
    needed = {TOLD_BY[column] for column in columns & TOLD_BY.keys()}
    if columns & TOLD_BY_PERMITS:
        named = {name for use, name in PERMITS_OF.items() if f"'{use}'" in condition}
        needed |= {"vehicle_register", *(named or PERMITS_OF.values())}
    return frozenset(needed)


@dataclass(frozen=True, slots=True)
class RegisterHealth:
    """One register as the screen shows it. ``as_of`` None: it has never come. ``held_rules`` cannot find
    what they look for while it is stale; with a register that is current there are none."""

    id: str
    title: str
    owner: str
    stale_after_h: float
    as_of: datetime | None = None
    entries: int | None = None
    unread: int = 0
    stale: bool = True
    held_rules: tuple[str, ...] = ()


def health(
    registers: Mapping[str, Register[Any]],
    conditions: Mapping[str, Iterable[str]],
    now: datetime,
    limits: Mapping[str, timedelta] = STALE_AFTER,
) -> tuple[RegisterHealth, ...]:
    """Every register with the rules it holds up; ``conditions`` are the texts of each rule."""
    needs = {rule: frozenset().union(*map(registers_for, texts)) for rule, texts in conditions.items()}
    return tuple(_health(name, registers.get(name), needs, now, limits[name]) for name in KINDS)


def _health(
    name: str, register: Register[Any] | None, needs: Mapping[str, frozenset[str]], now: datetime, limit: timedelta
) -> RegisterHealth:
    kind = KINDS[name]
    stale = register is None or not is_current(register.as_of, now, limit)
    return RegisterHealth(
        id=name,
        title=kind.title,
        owner=kind.owner,
        stale_after_h=limit / timedelta(hours=1),
        as_of=register.as_of if register else None,
        entries=len(register.lines) if register else None,
        unread=len(register.unread) if register else 0,
        stale=stale,
        held_rules=tuple(sorted(rule for rule, needed in needs.items() if name in needed)) if stale else (),
    )
