"""A list of the duty room that is about the alert selected on the desk."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtWidgets import QWidget

from services.domain.alert import Alert
from services.domain.snapshot import Subject
from widgets.duty_list import DutyListPane
from widgets.duty_rows import alert_of
from widgets.look import Look


class AlertListPane(DutyListPane):
    """Its topics hold ``alerts``."""

    def __init__(self, title: str, options: Mapping[str, Any], look: Look, parent: QWidget | None = None) -> None:
        super().__init__(title, options, look, parent)
        self._selected: Subject | None = None

    def select(self, subject: Subject | None) -> None:
        self._selected = subject
        self.refresh()

    def alert(self) -> Alert | None:
        return alert_of(self._selected, self.records("alerts"))
