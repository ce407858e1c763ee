"""Which roles work on alerts, and which part of the work is whose."""

from __future__ import annotations

from collections.abc import Mapping

from services.domain.officer import Role

DUTY_UP = frozenset({Role.DUTY, Role.SHIFT_LEAD, Role.DUTY_LEADER})
LEADS = frozenset({Role.SHIFT_LEAD, Role.DUTY_LEADER})
EXECUTORS = frozenset({Role.DISPATCHER, Role.POLICE_ROOM, Role.DEPT_LIAISON, Role.COMMUNITY_CADRE, Role.GRID_WORKER})
PEOPLE = DUTY_UP | EXECUTORS
ON_SEAT = EXECUTORS | DUTY_UP  # a duty officer may enter what a department says on the telephone
VERIFIERS = DUTY_UP | {Role.POLICE_ROOM}

REACH: Mapping[Role, str] = {
    Role.DISPATCHER: "boats",
    Role.POLICE_ROOM: "community",
    Role.COMMUNITY_CADRE: "community",
    Role.GRID_WORKER: "community",
}

# Why the others command nothing.
READERS: Mapping[Role, str] = {
    Role.WALL: "大屏账号不可操作",
    Role.ENGINE: "规则引擎不发指令",
    Role.ANALYST: "研判账号只读",
    Role.SYSADMIN: "管理账号不办预警",
    Role.SECADMIN: "管理账号不办预警",
    Role.AUDITADMIN: "管理账号不办预警",
}
