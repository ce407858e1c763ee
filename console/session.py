"""Who is at this desk. Every command carries the officer; before log-in there is nobody."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, Signal

from services.collect.site import SiteError
from services.domain.account import Account
from services.domain.demo_roster import DEMO_ROSTER
from services.domain.masked import mask_name, wall_name
from services.domain.officer import ROLE_WORDS, Officer, Role

NOBODY = Officer("", "", Role.WALL)  # before log-in: sees nothing, writes nothing

DEMO_PASSWORD = "Haizhen-2026"

_ON_WALL = ((Role.DUTY_LEADER, "带班"), (Role.SHIFT_LEAD, "值班长"), (Role.DUTY, "值班"))


def role_word(role: Role) -> str:
    return QCoreApplication.translate("role", ROLE_WORDS[role])


def roster(duty: Mapping[str, Any], *, demo: bool) -> tuple[Officer, ...]:
    """The officers of ``[[duty.officers]]``. Raises SiteError for one that cannot be read.

    A demo district without a roster gets invented people; a real site without one gets one
    unnamed duty officer, so that the desk can be used on the first day.
    """
    tables = duty.get("officers", [])
    if tables:
        return tuple(_officer(table, number) for number, table in enumerate(tables, 1))
    return DEMO_ROSTER if demo else (Officer("duty", "值班员", Role.DUTY),)


def _officer(table: Mapping[str, Any], number: int) -> Officer:
    where = f"duty.officers 第 {number} 人"
    for key in ("id", "name", "role"):
        if not isinstance(table.get(key), str):
            raise SiteError(f"{where}：缺少 {key}")
    choices = [role.value for role in ROLE_WORDS]
    if table["role"] not in choices:
        raise SiteError(f"{where}：role {table['role']!r} 不认识，可用：{'、'.join(choices)}")
    return Officer(
        table["id"],
        table["name"],
        Role(table["role"]),
        str(table.get("shift", "")),
        str(table.get("department", "")),
        str(table.get("area", "")),
        tuple(map(str, table.get("scenes", ()))),
    )


def on_duty(officers: Sequence[Officer]) -> tuple[str, ...]:
    """The wall's names: 带班 陈**、值班长 李**、值班 王**."""
    named = []
    for role, word in _ON_WALL:
        officer = next((o for o in officers if o.role is role), None)
        if officer is not None:
            named.append(f"{word} {wall_name(officer.name)}")
    return tuple(named)


def demo_accounts(officers: Sequence[Officer]) -> tuple[Account, ...]:
    """An account for each officer of a demo district's roster."""
    return tuple(
        Account(o.id, 1, o.name, (o.role,), o.shift, o.department, o.area, o.scenes)
        for o in officers
        if o.role is not Role.WALL
    )


class Session(QObject):
    """The officer at the desk and, on a demo district, the ones who may take over without a password."""

    changed = Signal(object)  # the Officer

    def __init__(self, officers: Sequence[Officer], last: str = "", parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.officers = tuple(officers)
        first = self.officers[0] if self.officers else NOBODY
        self.officer = next((o for o in self.officers if o.id == last), first)

    @property
    def is_manned(self) -> bool:
        return self.officer != NOBODY

    def take_over(self, officer_id: str) -> None:
        officer = next((o for o in self.officers if o.id == officer_id), None)
        if officer is not None:
            self.sit(officer)

    def sit(self, officer: Officer) -> None:
        """The store has let this officer in."""
        if officer != self.officer:
            self.officer = officer
            self.changed.emit(officer)

    def leave(self) -> None:
        self.sit(NOBODY)

    @property
    def lines(self) -> tuple[str, str, str]:
        """Masked name, role, shift: the foot of the rail."""
        if not self.is_manned:
            return "", "", ""
        return mask_name(self.officer.name), role_word(self.officer.role), self.officer.shift
