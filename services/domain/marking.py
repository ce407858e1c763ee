"""What an officer may mark on an alert: its incident, and the lines of its guidance that are done."""

from __future__ import annotations

from services.domain.alert import Action, Alert, Command


def unmarkable(alert: Alert, action: Action) -> str:
    """Why this mark cannot be made now, whatever is typed in; '' when it can."""
    match action:
        case Action.UNLINK if not alert.incident_id:
            return "未关联"
        case Action.TICK if not alert.guidance:
            return "没有处置要点"
        case Action.UNTICK if not alert.ticks:
            return "尚未完成"
        case _:
            return ""


def unmarked(alert: Alert, command: Command) -> str:
    """What the command lacks to make its mark; '' when it is complete."""
    match command.action:
        case Action.LINK if not command.parent_id:
            return "选择关联到哪条预警"
        case Action.LINK if command.parent_id == alert.id:
            return "不能关联自己"
        case Action.LINK | Action.UNLINK if not command.text.strip():
            return "填写原因"
        case Action.TICK | Action.UNTICK:
            return _wrong_line(alert, command)
        case _:
            return ""


def _wrong_line(alert: Alert, command: Command) -> str:
    done = next((tick for tick in alert.ticks if tick.line == command.line), None)
    if not 0 <= command.line < len(alert.guidance):
        return "没有这条要点"
    if command.action is Action.TICK:
        return f"已由{done.by}完成" if done else ""
    return "" if done else "尚未完成"
