"""What an officer may see: department × area × scene, by the role he works in.

The store applies it where it reads and where it writes; a widget never decides.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from services.domain.officer import ADMINISTRATORS, Officer, Role

DISTRICT = "331002"  # 椒江区: the code of whatever says no closer place
OUTSIDE = "不在本席范围"

BOUND_TO_SCENES = {
    Role.DISPATCHER: frozenset({"boats"}),
    Role.COMMUNITY_CADRE: frozenset({"community"}),
    Role.GRID_WORKER: frozenset({"community"}),
    Role.POLICE_ROOM: frozenset({"community"}),
}
BOUND_TO_AREA = frozenset({Role.COMMUNITY_CADRE, Role.GRID_WORKER})
BOUND_TO_DEPARTMENT = frozenset({Role.DEPT_LIAISON})

_VERIFIES = frozenset({Role.DUTY, Role.SHIFT_LEAD, Role.DUTY_LEADER, Role.POLICE_ROOM})
CONFINED = {  # who sees an alert about such a subject, and nobody else
    "police_match": _VERIFIES | {Role.DEPT_LIAISON, Role.ENGINE},  # a liaison of its own department, the police
}
ADMINISTRATION = {  # topics that are read by name of the role, whatever its scenes
    "accounts": frozenset({Role.SYSADMIN, Role.SECADMIN}),
    "audit": frozenset({Role.AUDITADMIN}),
    "floor_candidates": _VERIFIES,
    "eye_candidates": frozenset(),
    "watch_orders": frozenset(
        {
            *(Role.DUTY, Role.SHIFT_LEAD, Role.DUTY_LEADER, Role.POLICE_ROOM, Role.DEPT_LIAISON),
            *(Role.SECADMIN, Role.AUDITADMIN),
        }
    ),
}


class Placed(Protocol):
    """What an alert says of itself that a scope looks at."""

    @property
    def scene(self) -> str: ...

    @property
    def department(self) -> str: ...

    @property
    def support(self) -> tuple[str, ...]: ...

    @property
    def grid_code(self) -> str: ...

    @property
    def subject_kind(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Scope:
    """``scenes`` None is every scene, an empty set none; an empty department or area is no limit.

    An alert that names no place lies in the district as a whole: who is limited to a part of it
    does not see it.
    """

    role: Role
    scenes: frozenset[str] | None = None
    department: str = ""
    area: str = ""

    @property
    def unseen_kinds(self) -> frozenset[str]:
        """Subjects of alerts that are kept from this role."""
        return frozenset(kind for kind, roles in CONFINED.items() if self.role not in roles)

    @property
    def is_whole(self) -> bool:
        return self.scenes is None and not self.department and not self.area

    def sees(self, alert: Placed) -> bool:
        return (
            (self.scenes is None or alert.scene in self.scenes)
            and (not self.department or self.department in (alert.department, *alert.support))
            and (alert.grid_code or DISTRICT).startswith(self.area)
            and alert.subject_kind not in self.unseen_kinds
        )

    def sees_topic(self, topic: str, scene: str) -> bool:
        """``scene`` is the topic's own in ``topics.TOPIC_SCENES``: one scene's id, '' for what everybody
        at work sees, '*' for what adds up the whole district."""
        if self.role is Role.ENGINE:
            return True
        if topic in ADMINISTRATION:
            return self.role in ADMINISTRATION[topic]
        if self.role in ADMINISTRATORS:
            return topic == "sources" and self.role is Role.SYSADMIN
        if scene == "*":
            return self.is_whole
        return not scene or self.scenes is None or scene in self.scenes


def scope_of(officer: Officer) -> Scope:
    """The role's own bounds and the officer's, whichever is narrower. A role that is bound to a place or
    a department sees nothing without one."""
    role = officer.role
    unbound = (role in BOUND_TO_AREA and not officer.area) or (role in BOUND_TO_DEPARTMENT and not officer.department)
    if role in ADMINISTRATORS or unbound:
        return Scope(role, frozenset())
    own = frozenset(officer.scenes) if officer.scenes else None
    bound = BOUND_TO_SCENES.get(role)
    scenes = own & bound if own is not None and bound is not None else own or bound
    department = officer.department if role in BOUND_TO_DEPARTMENT else ""
    area = "" if DISTRICT.startswith(officer.area) else officer.area
    return Scope(role, scenes, department, area)
