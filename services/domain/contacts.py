"""通讯录: departments, their units and who answers there, in the order one tries them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any


class ContactsError(ValueError):
    """A contact file that cannot be used. The message names the place and the reason."""


@dataclass(frozen=True, slots=True)
class Contact:
    """One number of the tree: a record of topic ``contacts``. Office numbers only, so nothing is masked."""

    id: str
    department: str
    unit: str  # 值班室
    person: str  # masked name; empty for a desk
    phone: str
    rank: int  # 1 is called first

    @property
    def spoken(self) -> str:
        return " ".join(part for part in (self.department, self.unit, self.person) if part)


def read_contacts(table: Mapping[str, Any], name: str) -> tuple[Contact, ...]:
    """``[[department]]`` with ``[[department.contact]]``. Raises ContactsError."""
    departments = table.get("department")
    if not isinstance(departments, list) or not departments:
        raise ContactsError(f"{name}：没有 [[department]]")
    contacts = [contact for n, one in enumerate(departments, 1) for contact in _of(one, f"{name} 第 {n} 个部门")]
    seen: set[str] = set()
    for contact in contacts:
        if contact.id in seen:
            raise ContactsError(f"{name}：{contact.spoken} 重复")
        seen.add(contact.id)
    return tuple(contacts)


def _of(table: Any, where: str) -> Sequence[Contact]:
    if not isinstance(table, Mapping) or not isinstance(table.get("name"), str):
        raise ContactsError(f"{where}：缺少 name")
    listed = table.get("contact", [])
    if not isinstance(listed, list):
        raise ContactsError(f"{where}：contact 须为 [[department.contact]]")
    return [_contact(table["name"], one, number, where) for number, one in enumerate(listed, 1)]


def _contact(department: str, table: Any, rank: int, where: str) -> Contact:
    if not isinstance(table, Mapping):
        raise ContactsError(f"{where} 第 {rank} 个电话：须为一张表")
    unit, phone = table.get("unit"), table.get("phone")
    if not isinstance(unit, str) or not isinstance(phone, str) or not phone:
        raise ContactsError(f"{where} 第 {rank} 个电话：缺少 unit 或 phone")
    return Contact(f"{department}/{unit}/{rank}", department, unit, str(table.get("person", "")), phone, rank)
