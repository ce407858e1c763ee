"""Alerts of R-CKP-01 as the tests of the board and of the scene's figures need them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from services.domain.alert import Alert, AlertLevel


def exhaust_alert(
    now: datetime, number: int, department: str, level: AlertLevel = AlertLevel.YELLOW, **more: Any
) -> Alert:
    given: dict[str, Any] = {"raised_at": now - timedelta(minutes=10)}
    return Alert(
        id=f"YJ-{number}",
        version=1,
        key=str(number),
        rule_id="R-CKP-01",
        rule_version=1,
        rule_text="",
        scene="checkpoints",
        level=level,
        title="尾气超标",
        subject="",
        wall_subject="",
        subject_kind="passage",
        subject_id="p",
        place="椒江二桥 南",
        occurred_at=now,
        last_at=now,
        department=department,
        **{**given, **more},
    )
