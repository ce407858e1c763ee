"""A task about a falling object names no floor until two officers have confirmed it."""

from __future__ import annotations

from sqlalchemy import Connection

from services.domain.alert import Action, Alert, Command
from services.domain.floor_candidate import NAME, State
from services.domain.floor_course import RULE, names_a_floor
from services.store import casework


def unnamed(connection: Connection, alert: Alert, command: Command) -> str:
    """Why this task may not say so; '' when it may."""
    if command.action is not Action.DISPATCH or alert.rule_id != RULE or not names_a_floor(command.text):
        return ""
    cases = casework.read(connection, NAME)
    if any(case.alert_id == alert.id and case.state is State.CONFIRMED for case in cases):
        return ""
    return "楼层、房号须两人核实后才能写入任务"
