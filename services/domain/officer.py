"""Who is at the desk, and in which role."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum


class Role(StrEnum):
    WALL = "wall"  # 大屏展示账号: writes nothing
    DUTY = "duty"  # 值班员
    SHIFT_LEAD = "shift_lead"  # 值班长
    DUTY_LEADER = "duty_leader"  # 带班领导
    DISPATCHER = "dispatcher"  # 渔船调度员
    COMMUNITY_CADRE = "community_cadre"  # 社区干部
    GRID_WORKER = "grid_worker"  # 网格员
    POLICE_ROOM = "police_room"  # 联勤警务室
    DEPT_LIAISON = "dept_liaison"  # 部门联络员
    ANALYST = "analyst"  # 分析员
    SYSADMIN = "sysadmin"  # 系统管理员: accounts, sources; no business data
    SECADMIN = "secadmin"  # 安全管理员: roles, unlocking; no business data
    AUDITADMIN = "auditadmin"  # 审计管理员: reads the audit and nothing else
    ENGINE = "engine"  # the rule engine and the escalation clock; no person


ROLE_WORDS: Mapping[Role, str] = {
    Role.WALL: "大屏",
    Role.DUTY: "值班员",
    Role.SHIFT_LEAD: "值班长",
    Role.DUTY_LEADER: "带班领导",
    Role.DISPATCHER: "渔船调度员",
    Role.COMMUNITY_CADRE: "社区干部",
    Role.GRID_WORKER: "网格员",
    Role.POLICE_ROOM: "联勤警务室",
    Role.DEPT_LIAISON: "部门联络员",
    Role.ANALYST: "研判员",
    Role.SYSADMIN: "系统管理员",
    Role.SECADMIN: "安全管理员",
    Role.AUDITADMIN: "审计管理员",
}

ADMINISTRATORS = frozenset({Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN})
PERSONS = tuple(role for role in Role if role is not Role.ENGINE)


@dataclass(frozen=True, slots=True)
class Officer:
    """One person in the ONE role chosen at log-in. An empty limit is no limit.

    ``area`` is an administrative code or the beginning of one: 331002 district, 331002002 subdistrict,
    331002002001 community, then the grid. ``scenes`` are the ids of scenes.
    """

    id: str
    name: str  # full name; screens show the mask
    role: Role
    shift: str = ""  # 乙班 08–20
    department: str = ""  # 区渔业局
    area: str = ""
    scenes: tuple[str, ...] = ()


ENGINE = Officer("engine", "规则引擎", Role.ENGINE)
