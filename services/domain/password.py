"""What a password must be, how long it holds, and what too many wrong ones lead to: settings of a site."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import timedelta
from typing import Any

LONGEST = 128  # longer ones only cost time to hash


@dataclass(frozen=True, slots=True)
class LoginRules:
    """``[login]`` of the site file. All [D]: 等保 2.0 8.1.4.1 asks for complexity, change and lock-out
    and leaves the figures to the site."""

    least_length: int = 8
    least_classes: int = 3  # of 大写、小写、数字、符号
    not_again: int = 5  # how many earlier passwords may not come back
    days: int = 90  # after which it must be changed; 0 never
    tries: int = 5
    lock_minutes: int = 15
    idle_minutes: int = 10  # until the desk covers itself; 0 never
    auto_login: bool = True  # counts on a demo district only
    argon2_memory_kib: int = 65_536
    argon2_time: int = 3
    argon2_lanes: int = 2

    @property
    def holds_for(self) -> timedelta | None:
        return timedelta(days=self.days) if self.days else None

    @property
    def locks_for(self) -> timedelta:
        return timedelta(minutes=self.lock_minutes)


LOGIN_RULES = LoginRules()

_LEAST = {  # below these a setting would switch the protection off
    "least_length": 8,
    "least_classes": 1,
    "not_again": 0,
    "days": 0,
    "tries": 1,
    "lock_minutes": 1,
    "idle_minutes": 0,
    "argon2_memory_kib": 8_192,
    "argon2_time": 1,
    "argon2_lanes": 1,
}


def login_rules_from(table: Mapping[str, Any]) -> LoginRules:
    """Raises ValueError that names the key and what it may be."""
    known = [field.name for field in fields(LoginRules)]
    for key, value in table.items():
        if key not in known:
            raise ValueError(f"login 不认识的键 {key!r}，可用：{'、'.join(known)}")
        if key == "auto_login":
            if not isinstance(value, bool):
                raise ValueError(f"login.{key} 须为 true 或 false，现为 {value!r}")
        elif not isinstance(value, int) or isinstance(value, bool) or value < _LEAST[key]:
            raise ValueError(f"login.{key} 须为不小于 {_LEAST[key]} 的整数，现为 {value!r}")
    return LoginRules(**table)


def complaint(password: str, login: str, name: str, rules: LoginRules = LOGIN_RULES) -> str:
    """Why it is no good password for this account; '' when it is."""
    if len(password) < rules.least_length:
        return f"口令至少 {rules.least_length} 位"
    if len(password) > LONGEST:
        return f"口令至多 {LONGEST} 位"
    if classes(password) < rules.least_classes:
        return f"口令须含大写、小写、数字、符号中的 {rules.least_classes} 类"
    bare = password.casefold()
    if any(part and part.casefold() in bare for part in (login, name)):
        return "口令不得包含账号或姓名"
    return ""


def classes(password: str) -> int:
    """How many of upper, lower, digit and other characters it has."""
    return sum(
        (
            any(c.isupper() for c in password),
            any(c.islower() for c in password),
            any(c.isdigit() for c in password),
            any(not (c.isupper() or c.islower() or c.isdigit()) for c in password),
        )
    )
