"""The desk's right side: the alert list and the card of the selected alert, the same in every scene."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QCoreApplication, QObject

from console.scene import Box, PaneSpec, Plan
from widgets.button import ActionButton
from widgets.pane import Pane

translate = QCoreApplication.translate

WIDTH, HEIGHT, LIST_HEIGHT = 391.0, 1007.0, 394.0
WINDOWS = ("interception_windows", "interceptions")
CARD_TOPICS = ("alerts", "service_windows", *WINDOWS, "calibration")


def dock_plan(kinds: Mapping[str, type[Pane]]) -> Plan:
    """The dock as a plan of two panes, so that a stage feeds it like any scene."""
    specs = (
        PaneSpec("alerts", "预警", ("alerts", "noise", *WINDOWS), Box(0, 0, WIDTH, LIST_HEIGHT)),
        PaneSpec("card", "", CARD_TOPICS, Box(0, LIST_HEIGHT, WIDTH, HEIGHT - LIST_HEIGHT)),
    )
    return Plan("", (WIDTH, HEIGHT), tuple(spec for spec in specs if spec.kind in kinds))


def speak_buttons(dock: QObject) -> None:
    """Put the card's buttons into the interface's language."""
    for button in dock.findChildren(ActionButton):
        button.setText(translate("button", button.text()))


def tell(panes: list[Pane], attribute: str, *values: object) -> None:
    """Call an optional word of the dock's panes (``show_scene``, ``show_officer``, ``press``)."""
    for pane in panes:
        call = getattr(pane, attribute, None)
        if call is not None and isinstance(pane, QObject):
            call(*values)
