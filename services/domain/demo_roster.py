"""The invented officers of a demo district (演示数据)."""

from __future__ import annotations

from services.domain.officer import Officer, Role

DEMO_ROSTER = (
    Officer("duty-b", "王海涛", Role.DUTY, "乙班 08–20"),
    Officer("lead-b", "李建国", Role.SHIFT_LEAD, "乙班 08–20"),
    Officer("leader-1121", "陈志远", Role.DUTY_LEADER, "今日带班"),
    Officer("duty-a", "赵晓峰", Role.DUTY, "甲班 20–08"),
    Officer("lead-a", "钱伟民", Role.SHIFT_LEAD, "甲班 20–08"),
    Officer("dispatch-b", "周敏", Role.DISPATCHER, "乙班 08–20"),
    Officer("police-1", "吴刚", Role.POLICE_ROOM, "日班 08–18"),
    Officer("liaison-traffic", "郑洁", Role.DEPT_LIAISON, "交通 值守", department="交通"),
    Officer("cadre-1", "林志强", Role.COMMUNITY_CADRE, "日班 08–18", area="331002002001"),
    Officer("analyst-1", "何静", Role.ANALYST, "日班 08–18"),
    Officer("sysadmin", "孙涛", Role.SYSADMIN),
    Officer("secadmin", "钱芳", Role.SECADMIN),
    Officer("auditadmin", "赵磊", Role.AUDITADMIN),
)
