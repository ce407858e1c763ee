"""Who is at the desk, and in which role."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    WALL = "wall"  # 大屏展示账号: writes nothing
    DUTY = "duty"  # 值班员
    SHIFT_LEAD = "shift_lead"  # 值班长
    DUTY_LEADER = "duty_leader"  # 带班领导
    DISPATCHER = "dispatcher"  # 渔船调度员
    POLICE_ROOM = "police_room"  # 联勤警务室
    DEPT_LIAISON = "dept_liaison"  # 部门联络员
    ENGINE = "engine"  # the rule engine and the escalation clock; no person


@dataclass(frozen=True, slots=True)
class Officer:
    id: str
    name: str  # full name; screens show the mask
    role: Role
    shift: str = ""  # 乙班 08–20


ENGINE = Officer("engine", "规则引擎", Role.ENGINE)
