"""Taking what an alert is about out of service from its card, and putting it back."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from services.domain.alert import Alert, Visibility
from services.domain.officer import Officer
from services.domain.service_window import OPENERS, RULE, SUBJECTS, EndWindow, OpenWindow, ServiceWindow
from widgets.card_questions import Answer, Question

OUTAGE_KEY = "Shift+F12"
HOURS = {1: "1 小时", 4: "4 小时", 8: "8 小时", 24: "1 天"}
MOST = 5


def targets(alert: Alert) -> list[tuple[str, str]]:
    """What may be taken out of service: the nearest thing first, the whole rule last."""
    found = [link.partition(":")[::2] for link in (*alert.within, *alert.links)]
    order = list(SUBJECTS)
    things = sorted({(kind, name) for kind, name in found if kind in SUBJECTS}, key=lambda t: (order.index(t[0]), t[1]))
    return [*things[: MOST - 1], (RULE, alert.rule_id)]


def outage_refusal(alert: Alert, officer: Officer | None) -> str:
    if officer is None:
        return "未登录"
    return "" if officer.role in OPENERS else "须值班员"


def outage_question(alert: Alert) -> Question:
    if alert.visibility is Visibility.OUT_OF_SERVICE:
        return Question(f"恢复服务 {alert.suppressed_by}", hint="（可不填）说明")
    names = tuple(f"{SUBJECTS[kind]} {name}" for kind, name in targets(alert))
    return Question("停用多久", tuple(HOURS.values()), hint="停用原因", second=("停用什么（不选为第一项）", names))


def outage_wish(
    alert: Alert, answer: Answer, now: datetime, windows: Iterable[ServiceWindow]
) -> OpenWindow | EndWindow | None:
    """None when the window that hides the alert is not known here any more."""
    if alert.visibility is not Visibility.OUT_OF_SERVICE:
        kind, name = targets(alert)[max(0, answer.second)]
        ends_at = now + timedelta(hours=list(HOURS)[answer.chosen])
        return OpenWindow(subject_kind=kind, subject_id=name, ends_at=ends_at, reason=answer.text)
    window = next((one for one in windows if one.id == alert.suppressed_by), None)
    return EndWindow(case_id=window.id, expected_version=window.version, reason=answer.text) if window else None
